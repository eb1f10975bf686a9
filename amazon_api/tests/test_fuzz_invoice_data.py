"""Whatever comes as the report of invoice data (VIDR): each row is read so that Odoo
can store it, or refused alone; nothing of the buyer comes out.
"""

from decimal import Decimal

from .. import InvoiceDataItem, Unavailable, UnreadableRow, read_invoice_data
from ..report_content import ReportContent
from .strange import StrangeCase
from .test_fuzz import given, settings, st
from .test_fuzz_money import SEEDS
from .test_fuzz_tables import ANYTHING, CELL, CHARSETS
from .test_invoice_data import HEADINGS, line

REPORT = "\n".join((HEADINGS, line(), line("REFUND", "ERROR", "No VAT number"), ""))
COLUMNS = HEADINGS.split("\t")
LONG = ("1" * 5000, "9" * 12, "1e999999", "-1e999999", "1e-999999", "9E+999999", "sNaN")
CELLS = CELL | SEEDS | st.sampled_from(LONG)
BUYER = "Erika Mustermann"
# What PostgreSQL's columns take.
MOST_PIECES, MOST_MONEY = 2**31, Decimal(10) ** 13
INDEXED = 4000  # of numbers that together are a key
STATES = (None, "accepted", "refused", "pending")


class TestFuzzInvoiceData(StrangeCase):
    def items(self, raw, **details):
        """Read the report.

        :return list|None: of its rows; None: it is refused as a whole, as agreed
        """
        try:
            found = read_invoice_data(ReportContent(raw, False, **details).checked())
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            self.assertLess(len(str(error)), 400)
            return None
        for item in found:
            self.assertIsInstance(item, (InvoiceDataItem, UnreadableRow))
            self.assert_storable(item)
            if isinstance(item, InvoiceDataItem):
                self.assert_sane(item)
        return found

    def assert_sane(self, item):
        self.assertTrue(0 <= item.quantity < MOST_PIECES)
        self.assertIn(item.kind, ("shipment", "refund"))
        self.assertIn(item.status, STATES)
        numbers = (item.shipping_id, item.transaction_id, item.item_id, item.sku)
        self.assertLess(len("/".join(filter(None, numbers)).encode()), INDEXED)
        self.assertEqual(item.total is None, item.tax is None)
        for amount in filter(None, (item.total, item.tax)):
            self.assertLess(abs(amount), MOST_MONEY)

    @settings(max_examples=400)
    @given(st.integers(0, len(REPORT)), st.integers(0, 80), ANYTHING)
    def test_cut_and_pasted(self, start, length, pasted):
        self.items((REPORT[:start] + pasted + REPORT[start + length :]).encode())

    @given(st.binary(max_size=300))
    def test_any_bytes(self, raw):
        self.items(raw)
        self.items(HEADINGS.encode() + b"\r\n" + raw)

    @settings(max_examples=500)
    @given(st.integers(0, len(COLUMNS) - 1), CELLS, CHARSETS)
    def test_one_cell_spoils_one_row(self, column, cell, charset):
        first, second = line(), line("REFUND").split("\t")
        second[column] = cell
        text = "\n".join((HEADINGS, first, "\t".join(second), first))
        self.items(text.encode(charset, "replace"))
        found = self.items(text.encode())
        self.assertIsInstance(found[0], InvoiceDataItem)
        self.assertEqual(found[0], found[-1])
        if COLUMNS[column] != "recipient-name":
            self.assertNotIn(BUYER, repr(found))

    @settings(max_examples=300)
    @given(st.sampled_from(COLUMNS[11:16]), CELLS)
    def test_what_is_no_amount_is_no_money(self, heading, cell):
        cells = line().split("\t")
        cells[COLUMNS.index(heading)] = cell
        found = self.items("\n".join((HEADINGS, "\t".join(cells))).encode())
        if not any(c in "0123456789" for c in cell):
            for item in found:
                is_empty = not cell.replace("\x00", "").strip()
                self.assertTrue(is_empty or isinstance(item, UnreadableRow))

    def test_example_is_good(self):
        found = self.items(REPORT.encode())
        self.assertEqual([item.kind for item in found], ["shipment", "refund"])
