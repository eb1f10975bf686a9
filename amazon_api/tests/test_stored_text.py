"""A text that has no end, or control characters in it, stops and bloats nothing else
(features C4, L1, R2).
"""

import unittest
from decimal import Decimal

from .. import UnreadableRow, read_listings, read_settlement
from ..flat_file import Row
from ..invoice_data import read_invoice_data
from ..order_report import read_orders
from ..reader import Reader, Unreadable
from ..report_content import ReportContent
from ..return_reports import read_fba_returns, read_fbm_returns
from ..settlement_report import TornSettlement
from ..stored_text import LONGEST_NUMBER, LONGEST_TEXT, is_number, stored_text
from . import settlement_tables, tables

ENDLESS = "x1" * 50_000
ORDER = "303-1234567-1234567"
# An index of PostgreSQL takes so many bytes.
INDEXED = 2_700
FBM = (
    "Order ID\tReturn request date\tReturn request status\tAmazon RMA ID"
    "\tReturn carrier\tTracking ID\tMerchant SKU\tReturn quantity\tReturn Reason"
    "\tResolution"
)
FBM_ROW = [ORDER, "01-Nov-2026", "Approved", "D1", "DHL", "T1", "MUG", "2", "R", "S"]
FBA = (
    "return-date\torder-id\tsku\tfnsku\tquantity\tdetailed-disposition\treason"
    "\tstatus\tlicense-plate-number"
)
FBA_ROW = ["2026-11-01", ORDER, "MUG", "X1", "1", "SELLABLE", "OK", "S", "LPN1"]
ORDERS = (
    "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status"
    "\tfulfillment-channel\tsales-channel"
)
TIME = "2026-11-01T10:00:00+00:00"
ORDERS_ROW = [ORDER, TIME, TIME, "Shipped", "Amazon", "Amazon.de"]
VIDR = (
    "order-id\torder-item-id\tsku\tquantity-purchased\tshipping-id\ttransaction-id"
    "\ttransaction-type\tinvoice-number\tinvoice-status\tinvoice-status-description"
)
VIDR_ROW = [ORDER, "1", "MUG", "1", "S1", "T1", "SHIPMENT", "N1", "Pending", "words"]
READERS = (
    (read_fbm_returns, FBM, FBM_ROW),
    (read_fba_returns, FBA, FBA_ROW),
    (lambda content: [*read_orders(content).orders], ORDERS, ORDERS_ROW),
    (read_invoice_data, VIDR, VIDR_ROW),
)
STRANGE = (ENDLESS, f"a{'é' * 100_000}", "a\x00b", "a\x07b", "\x1b[31mred", "\x7f")


def content(heading, *rows):
    lines = [heading, *("\t".join(row) for row in rows)]
    return ReportContent("\n".join(lines).encode(), False)


class TestStoredText(unittest.TestCase):
    def check(self, texts):
        """See that texts can be stored."""
        for text in texts:
            if isinstance(text, str):
                self.assertLessEqual(len(text), LONGEST_TEXT)
                self.assertTrue(all(c >= " " and c != "\x7f" for c in text))

    def test_c4_texts_for_people_are_cut(self):
        self.assertEqual(len(stored_text(ENDLESS)), LONGEST_TEXT)
        self.assertTrue(stored_text(ENDLESS).endswith("…"))
        title = "a" * LONGEST_TEXT
        self.assertEqual(stored_text(f" {title} "), title)
        self.assertEqual(stored_text("a\x00b\x07c\nd\te\ud83d "), "ab\ufffdc\nd\te?")
        self.assertEqual(
            stored_text("Mug\u00a0blau\u3000é😀"), "Mug\u00a0blau\u3000é😀"
        )

    def test_c4_numbers_stay_as_they_came_or_are_none(self):
        for text in ("MUG-BLUE", " MUG ", "Tasse blau é", "x" * LONGEST_NUMBER):
            self.assertTrue(is_number(text))
        for text in STRANGE:
            self.assertFalse(is_number(text), text[:9])

    def test_r2_any_strange_cell_spoils_at_most_its_row(self):
        for read, heading, cells in READERS:
            for place in range(len(cells)):
                for text in STRANGE:
                    row = [*cells[:place], text, *cells[place + 1 :]]
                    where = f"{heading.split(chr(9))[place]}: {text[:5]!r}"
                    with self.subTest(where):
                        *_, good = entries = read(content(heading, row, cells))
                        self.assertNotIsInstance(good, UnreadableRow)
                        for entry in entries:
                            fields = getattr(entry, "__slots__", ()) or vars(entry)
                            self.check(getattr(entry, name) for name in fields)

    def test_r2_what_is_searched_fits_in_an_index(self):
        for read, heading, cells in READERS[:2]:
            for place in range(len(cells)):
                row = [*cells[:place], ENDLESS, *cells[place + 1 :]]
                for entry in read(content(heading, row)):
                    key = getattr(entry, "key", "")
                    with self.subTest(heading.split("\t")[place]):
                        self.assertLess(len(key.encode()), INDEXED)

    def test_c4_a_listing_without_an_end(self):
        good = tables.listing_row("GOOD")
        for column in ("item_name", "asin1", "price", "quantity", "status"):
            row = tables.listing_row("ODD", **{column: ENDLESS})
            table = tables.table(tables.LISTING_HEADINGS, row, good)
            odd, other = read_listings(tables.content(table))
            with self.subTest(column):
                fields = getattr(odd, "__slots__", ()) or vars(odd)
                self.check(getattr(odd, name) for name in fields)
                self.assertEqual(other.sku, "GOOD")
        for sku in STRANGE:
            table = tables.table(tables.LISTING_HEADINGS, tables.listing_row(sku), good)
            odd, other = read_listings(tables.content(table))
            self.assertEqual((odd.reference, other.sku), (None, "GOOD"))
            self.assertEqual(odd.problem, "The SKU can not be read.")

    def test_l1_a_settlement_is_booked_whatever_its_texts(self):
        texts = (
            "order_id",
            "merchant_order_id",
            "adjustment_id",
            "shipment_id",
            "marketplace_name",
            "amount_description",
            "fulfillment_id",
            "sku",
            "promotion_id",
        )
        for name in texts:
            for strange in STRANGE:
                rows = [
                    settlement_tables.row("10.00", **{name: strange}),
                    settlement_tables.row("-2.50"),
                ]
                body = settlement_tables.write(rows)
                settlement = read_settlement(ReportContent(body, False))
                with self.subTest(f"{name} {strange[:5]!r}"):
                    self.assertEqual(settlement.difference, 0)
                    read = [*settlement.rows()]
                    self.assertEqual(sum(each.amount for each in read), Decimal("7.5"))
                    self.check(value for each in read for value in each)
                    longest = max(len(str(value)) for each in read for value in each)
                    self.assertLessEqual(longest, LONGEST_NUMBER)

    def test_l1_a_number_of_a_settlement_without_an_end(self):
        rows = [settlement_tables.row("1.00", settlement_id=ENDLESS)]
        body = settlement_tables.write(rows, settlement_id=ENDLESS)
        summary = read_settlement(ReportContent(body, False)).summary
        self.assertEqual(len(summary.settlement_ref), LONGEST_NUMBER)

    def test_l1_an_amount_without_an_end_is_none(self):
        body = settlement_tables.write(
            [settlement_tables.row("1" * 100_000)], total="1.00"
        )
        with self.assertRaisesRegex(TornSettlement, "amount can not be read"):
            read_settlement(ReportContent(body, False))

    def test_c4_answers(self):
        reader = Reader(
            {"sku": ENDLESS, "title": ENDLESS, "next": ENDLESS, "a": "\x07"}
        )
        for name in ("sku", "a"):
            with self.assertRaises(Unreadable):
                reader.identifier(name)
        self.assertEqual(len(reader.text("title")), LONGEST_TEXT)
        self.assertEqual(reader.token("next"), ENDLESS)
        self.assertEqual(reader.text("a"), "\ufffd")

    def test_r2_a_cell_that_is_not_there(self):
        row = Row(["MUG"], {"sku": 0, "ref": 1}, 2)
        self.assertEqual((row.number("sku"), row.number("ref")), ("MUG", None))
