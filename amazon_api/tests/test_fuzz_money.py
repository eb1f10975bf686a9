"""Whatever comes as a settlement, a list of returns or a page of transactions: it is
read as a whole, or refused as it is agreed; and no amount disappears on the way.
"""

from decimal import Decimal

from .. import ReturnedItem, Unavailable, UnreadableRow, parse_transactions
from ..report_content import ReportContent
from ..return_reports import read_fba_returns, read_fbm_returns
from ..settlement_report import TornSettlement, read_settlement
from .settlement_tables import HEADINGS, row, write
from .strange import StrangeCase, mutate, mutations
from .test_finances import node, transaction
from .test_fuzz import JSON, given, settings, st
from .test_fuzz_tables import ANYTHING, CELL, CHARSETS
from .test_return_reports import FBA, FBM, ORDER

NUMBERS = ("0", "1,234", "1.234,5", "-1", "1e9", "--1", "NaN", "\u2212" + "2.50")
NUMBERS += ("9" * 40, "१", "1_0", ".", "1'000.00")
TIMES = ("31.12.2026", "2026-02-30", "01/02/2026 10:11:12 PST", "2026-10-03T1:1Z")
TIMES += ("9999-12-31 23:59:59 PST", "0001-01-01 00:00:00 JST", "2026-10-03 10:11 XX")
SEEDS = st.sampled_from(("", "\x00", " ", '"', "Other-transaction", *NUMBERS, *TIMES))
ROWS = [
    row("11.99"),
    row("-1.80", amount_type="ItemFees", amount_description="Commission"),
    row("-0.75", transaction_type="Refund", adjustment_item_ref="7"),
]
SETTLEMENT = write(ROWS)
FBM_ROW = f"{ORDER}\t01-Nov-2026\tApproved\tD1\tDHL\tT1\tMUG\t2\tDEFECTIVE"
FBA_ROW = f"2026-11-01T10:00:00Z\t{ORDER}\tMUG\tX1\t1\tSELLABLE\tOK\tLPN1\t"
RETURNS = (
    (f"{FBM}\n{FBM_ROW}\n{FBM_ROW}\n", read_fbm_returns),
    (f"{FBA}\n{FBA_ROW}\n{FBA_ROW}\n", read_fba_returns),
)
PAGE = {
    "payload": {
        "transactions": [
            transaction(
                node("Product", "-8.40", node("OurPrice", "-7.00"), node("Tax", "-1.4"))
            ),
            transaction(node("Shipping", "-3.99"), kind="ChargebackRefund"),
        ],
        "nextToken": "t",
    }
}


class TestFuzzMoney(StrangeCase):
    # === Settlements === #

    def settlement(self, raw, **details):
        """Read a file; see that its amounts are those of its rows."""
        try:
            found = read_settlement(ReportContent(raw, False, **details).checked())
            rows = list(found.rows())
        except (TornSettlement, Unavailable) as error:
            self.assertLess(len(str(error)), 400)
            return None
        self.assertEqual(len(rows), found.row_count)
        total = sum((each.amount for each in rows), Decimal(0))
        self.assertEqual(found.summary.total - total, found.difference)
        self.assertTrue(found.summary.settlement_ref)
        self.assert_storable(found.summary)
        self.assert_storable(rows)
        return found

    @settings(max_examples=400)
    @given(st.integers(0, len(SETTLEMENT)), st.integers(0, 80), ANYTHING)
    def test_settlement_cut_and_pasted(self, start, length, pasted):
        text = SETTLEMENT.decode()
        self.settlement((text[:start] + pasted + text[start + length :]).encode())

    @given(st.binary(max_size=300))
    def test_any_bytes_of_a_settlement(self, raw):
        self.settlement(raw)
        self.settlement("\t".join(HEADINGS).encode() + b"\r\n" + raw)

    @settings(max_examples=400)
    @given(
        st.sampled_from(HEADINGS),
        CELL | SEEDS,
        st.sampled_from("\t,;"),
        CHARSETS,
    )
    def test_one_cell_of_a_settlement(self, heading, text, delimiter, charset):
        rows = [ROWS[0], {**ROWS[1], heading: text}, ROWS[2]]
        raw = write(rows, "9.44", delimiter=delimiter).decode()
        self.settlement(raw.encode(charset, "replace"))
        if heading == "amount" and delimiter == "\t":
            found = self.settlement(raw.encode())
            if found and not found.difference:
                self.assertEqual(Decimal("9.44"), found.summary.total)

    @given(st.sampled_from(HEADINGS), CELL | SEEDS)
    def test_one_cell_of_the_summary(self, heading, text):
        self.settlement(write(ROWS, "9.44", **{heading: text}))

    # === Returns === #

    def returns(self, read, text):
        """Read the rows; each with something in it comes out."""
        try:
            found = list(read(ReportContent(text.encode(), False).checked()))
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            return None
        for item in found:
            self.assertIsInstance(item, (ReturnedItem, UnreadableRow))
            if isinstance(item, ReturnedItem):
                self.assertGreater(item.quantity, 0)
                self.assertTrue(item.order_id and item.sku)
            self.assert_storable(repr(item))
        return found

    @settings(max_examples=300)
    @given(st.sampled_from(RETURNS), st.integers(0, 300), st.integers(0, 60), ANYTHING)
    def test_returns_cut_and_pasted(self, example, start, length, pasted):
        text, read = example
        self.returns(read, text[:start] + pasted + text[start + length :])

    @settings(max_examples=300)
    @given(st.sampled_from(RETURNS), st.integers(0, 8), CELL | SEEDS)
    def test_one_cell_of_a_return_spoils_one_row(self, example, column, cell):
        text, read = example
        headings, first, second = text.splitlines()
        cells = second.split("\t")
        cells[column] = cell
        found = self.returns(read, "\n".join((headings, first, "\t".join(cells))))
        self.assertIsInstance(found[0], ReturnedItem)
        if len(found) > 1 and isinstance(found[1], ReturnedItem):
            self.assert_storable(found[1])

    # === Refunds === #

    def transactions(self, payload):
        try:
            page = parse_transactions(payload)
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            return None
        self.assert_storable(page)
        for refund in page.refunds:
            for item in refund.items:
                self.assert_storable(item.amounts())
                self.assert_storable(item.amounts(with_remitted_tax=True))
        return page

    @settings(max_examples=700)
    @given(mutations())
    def test_any_page_of_transactions_that_was_good(self, steps):
        self.transactions(mutate(PAGE, steps))

    @given(JSON)
    def test_any_json_of_transactions(self, payload):
        self.transactions(payload)
        self.transactions({"payload": {"transactions": payload}})

    @settings(max_examples=200)
    @given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
    def test_no_cent_of_a_refund_disappears(self, whole, part):
        whole, part = Decimal(whole) / 100, Decimal(part) / 100
        tree = node("Product", whole, node("OurPrice", part))
        page = self.transactions({"payload": {"transactions": [transaction(tree)]}})
        parts = [part for refund in page.refunds for part in refund.items[0].parts]
        if whole or part:
            self.assertEqual(sum(each.amount for each in parts), -whole)

    def test_examples_are_good(self):
        self.assertEqual(self.settlement(SETTLEMENT).row_count, 3)
        for text, read in RETURNS:
            self.assertEqual(len(self.returns(read, text)), 2)
        self.assertEqual(len(self.transactions(PAGE).refunds), 2)
