"""Reports of goods that come back (feature R2)."""

import unittest

from .. import ReturnedItem, Unavailable, UnreadableRow
from ..report_content import ReportContent
from ..return_reports import read_fba_returns, read_fbm_returns

ORDER = "303-1234567-1234567"
FBM = (
    "Order ID\tReturn request date\tReturn request status\tAmazon RMA ID"
    "\tReturn carrier\tTracking ID\tMerchant SKU\tReturn quantity\tReturn Reason"
)
FBA = (
    "return-date\torder-id\tsku\tfnsku\tquantity\tdetailed-disposition\treason"
    "\tlicense-plate-number\tcustomer-comments"
)


def content(*lines):
    return ReportContent("\n".join(lines).encode(), False)


class TestReturnReports(unittest.TestCase):
    def test_r2_request(self):
        row = f"{ORDER}\t01-Nov-2026\tApproved\tD1\tDHL\tT1\tMUG\t2\tDEFECTIVE"
        (item,) = read_fbm_returns(content(FBM, row))
        self.assertIsInstance(item, ReturnedItem)
        self.assertEqual(
            (item.ref, item.order_id, item.sku, item.quantity, item.is_approved),
            ("D1", ORDER, "MUG", 2, True),
        )
        self.assertEqual((item.carrier, item.tracking), ("DHL", "T1"))

    def test_r2_request_that_nobody_has_approved(self):
        row = f"{ORDER}\t\tPending\tD1\t\t\tMUG\t2\t"
        (item,) = read_fbm_returns(content(FBM, row))
        self.assertFalse(item.is_approved)

    def test_r2_same_return_with_another_date_has_the_same_key(self):
        rows = [
            f"2026-11-0{day}T10:00:00+00:00\t{ORDER}\tMUG\tX1\t1\tSELLABLE\tOK\tLPN1\t"
            for day in (1, 2)
        ]
        first, second = read_fba_returns(content(FBA, *rows))
        self.assertEqual(first.key, second.key)
        self.assertNotEqual(first.returned_at, second.returned_at)

    def test_r2_units_without_a_number_are_counted(self):
        row = f"2026-11-01T10:00:00+00:00\t{ORDER}\tMUG\tX1\t1\tDEFECTIVE\tOK\t\t"
        first, second = read_fba_returns(content(FBA, row, row))
        self.assertNotEqual(first.key, second.key)

    def test_r2_comments_are_not_read(self):
        row = f"\t{ORDER}\tMUG\tX1\t1\tSELLABLE\tOK\tLPN1\tcall me on 0171"
        (item,) = read_fba_returns(content(FBA, row))
        self.assertNotIn("0171", repr(item))

    def test_r2_columns_by_name_and_broken_rows(self):
        headings = "sku\torder-id\tdetailed-disposition\tquantity\tsomething new"
        rows = [f"MUG\t{ORDER}\tSELLABLE\t1\tx", f"MUG\t{ORDER}\tSELLABLE\tmany\tx"]
        good, broken = read_fba_returns(content(headings, *rows))
        self.assertEqual((good.sku, good.disposition), ("MUG", "SELLABLE"))
        self.assertIsInstance(broken, UnreadableRow)
        self.assertNotIn("many", broken.problem)
        with self.assertRaises(Unavailable):
            read_fba_returns(content("sku\tquantity", "MUG\t1"))
