"""Whatever comes as a table: listings, orders and rows that can not be read, or
`Unavailable`. Nothing else, and nothing less than there was.
"""

import gzip
import json
import unittest
from decimal import Decimal

from .. import (
    Inventory,
    Listing,
    OrderReport,
    ReportContent,
    Unavailable,
    UnreadableRow,
    count_once,
    read_listings,
    read_orders,
)
from ..inventory import parse_inventory_page
from ..listing_report import read_open_date
from .common import GERMANY
from .tables import (
    LISTING_HEADINGS,
    ORDER_HEADINGS,
    content,
    listing_row,
    order_row,
    table,
)
from .test_fuzz import JSON, changed, given, places_in, settings, st
from .test_inventory import inventory_page, summary_json
from .test_listing_headings import CHINESE, GERMAN, LANGUAGES

CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\t\n"))
ANYTHING = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
SEEDS = st.sampled_from(
    ["", "0", "1,234", "1.234,5", "-1", "AMAZON_EU", "DEFAULT", "B00V7I4DHA", "\x00"]
)
GOOD = table(LISTING_HEADINGS, *(listing_row(f"SKU-{n}") for n in range(3)))
ORDERS = table(ORDER_HEADINGS, order_row("302-1-1"), order_row("302-1-2"))
LOCAL = (
    [GERMAN.get(name, name) for name in LISTING_HEADINGS],
    CHINESE,
    *(row.split("|" if "|" in row else " ") for row in LANGUAGES.values()),
)
CHARSETS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-9", "cp932", "gbk", "gb18030"]
)
PAGE = inventory_page(summary_json("A"), summary_json("B"), token="t").body
PLACES = [path for path in places_in(PAGE) if path]


class TestFuzzTables(unittest.TestCase):
    def listings(self, report):
        """Read the listings; see that each line with something in it comes out."""
        try:
            entries = list(read_listings(report))
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            self.assertIsNone(error.__context__)
            return None
        rows = [number for number, line in enumerate(report.lines(), 1) if line][1:]
        if next(report.lines(), ""):
            self.assertEqual([entry.row for entry in entries], rows)
        skus = [entry.sku for entry in entries if isinstance(entry, Listing)]
        self.assertEqual(len(set(skus)), len(skus))
        for entry in entries:
            self.assert_sane(entry)
        return entries

    def assert_sane(self, entry):
        repr(entry).encode()
        if isinstance(entry, UnreadableRow):
            self.assertTrue(entry.problem)
            return
        self.assertIsInstance(entry, Listing)
        self.assertTrue(entry.sku.strip() and entry.channel)
        self.assertNotIn("\x00", entry.sku + (entry.title or ""))
        if entry.price is not None:
            self.assertIsInstance(entry.price, Decimal)
            self.assertGreaterEqual(entry.price, 0)
        if entry.quantity is not None:
            self.assertIs(type(entry.quantity), int)
            self.assertGreaterEqual(entry.quantity, 0)

    def orders(self, report):
        try:
            read = read_orders(report)
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            return None
        self.assertIsInstance(read, OrderReport)
        numbers = [order.order_id for order in read.orders]
        self.assertEqual(len(set(numbers)), len(numbers))
        for order in read.orders:
            self.assertIsNotNone(order.last_updated_time.tzinfo)
        repr(read).encode()
        return read

    @given(st.binary(), st.booleans(), st.none() | st.text(max_size=40))
    def test_any_bytes(self, raw, is_packed, kind):
        report = ReportContent(raw, is_packed, kind)
        try:
            report.checked()
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            return
        self.assertTrue(report.charset)
        self.listings(report)
        self.orders(report)
        self.assertTrue(report.summary().isprintable())

    @given(st.binary())
    def test_any_packed_bytes(self, raw):
        report = ReportContent(gzip.compress(raw, 1), True).checked()
        self.assertEqual(report.row_count, max(0, len(list(report.lines())) - 1))
        self.listings(report)

    @settings(max_examples=400)
    @given(st.integers(0, len(GOOD)), st.integers(0, 60), ANYTHING)
    def test_cut_and_pasted(self, start, length, pasted):
        self.listings(content(GOOD[:start] + pasted + GOOD[start + length :]))

    @given(
        st.integers(0, len(GOOD)),
        st.binary(max_size=4),
        st.sampled_from([None, "UTF-8", "Cp1252", "Windows-31J"]),
    )
    def test_foreign_bytes(self, start, pasted, stated):
        raw = GOOD.encode()
        self.listings(content(raw[:start] + pasted + raw[start:], stated=stated))

    @given(
        st.sampled_from(LOCAL),
        st.integers(0, 80),
        st.integers(0, 9),
        ANYTHING,
        CHARSETS,
        CHARSETS | st.none(),
    )
    def test_headings_of_a_language_in_a_charset_of_another(
        self, headings, start, length, pasted, charset, stated
    ):
        line = "\t".join(headings)
        row = "\t".join("1" * len(headings))
        text = f"{line[:start]}{pasted}{line[start + length :]}\r\n{row}\r\n"
        self.listings(content(text.encode(charset, "replace"), stated=stated))

    @settings(max_examples=400)
    @given(st.sampled_from(LISTING_HEADINGS), CELL | SEEDS)
    def test_one_cell_spoils_one_row(self, heading, text):
        rows = listing_row("A"), listing_row("B") | {heading: text}, listing_row("C")
        first, middle, last = self.listings(content(table(LISTING_HEADINGS, *rows)))
        self.assertEqual((first.sku, last.sku), ("A", "C"))
        if isinstance(middle, Listing):
            self.assert_kept(middle, heading, text)

    def assert_kept(self, listing, heading, text):
        """What is there is taken over, or the row is not: nothing becomes nothing."""
        field = {"price": listing.price, "quantity": listing.quantity}.get(heading, 1)
        if text.replace("\x00", "").strip():
            self.assertIsNotNone(field)
        if heading == "asin1" and text.strip("\x00 "):
            self.assertIsNotNone(listing.asin)

    @given(st.sampled_from(ORDER_HEADINGS), CELL | SEEDS)
    def test_one_cell_spoils_one_row_of_orders(self, heading, text):
        rows = order_row("A"), order_row("B") | {heading: text}, order_row("C")
        report = self.orders(content(table(ORDER_HEADINGS, *rows)))
        numbers = {order.order_id for order in report.orders}
        self.assertLessEqual({"A", "C"}, numbers)
        self.assertIn(len(numbers) + len(report.unreadable), (2, 3))
        if len(numbers) + len(report.unreadable) == 2:
            self.assertIn(text.strip(), ("A", "C"), "the same order again")

    @given(st.integers(0, len(ORDERS)), st.integers(0, 60), ANYTHING)
    def test_orders_cut_and_pasted(self, start, length, pasted):
        self.orders(content(ORDERS[:start] + pasted + ORDERS[start + length :]))

    @given(st.text())
    def test_any_date(self, text):
        moment = read_open_date(text)
        self.assertTrue(moment is None or moment.tzinfo)

    @given(JSON)
    def test_any_json_of_stock(self, payload):
        self.stock(payload)

    @settings(max_examples=400)
    @given(st.sampled_from(PLACES), JSON)
    def test_one_broken_place_of_stock(self, path, replacement):
        page = self.stock(changed(PAGE, path, replacement))
        inside = path[:2] == ("payload", "inventorySummaries") and len(path) > 2
        if inside:
            self.assertEqual(len(page.summaries) + len(page.unreadable), 2)

    def stock(self, payload):
        json.dumps(payload, default=str)
        try:
            page = parse_inventory_page(payload, GERMANY)
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            return None
        inventory = Inventory(GERMANY, page.summaries, page.unreadable)
        for count in count_once([inventory]).values():
            self.assertGreaterEqual(count.at_amazon, 0)
        repr(page).encode()
        return page
