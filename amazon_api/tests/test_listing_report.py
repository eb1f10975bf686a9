from decimal import Decimal

from .. import LISTING_STATUSES, Listing, UnreadableRow, read_listings
from ..listing_report import read_open_date
from .common import AmazonCase, at
from .tables import LISTING_HEADINGS, content, listing_row, table

MUG = Listing(
    row=2,
    sku="SKU-1",
    channel="DEFAULT",
    asin="B00V7I4DHA",
    title="Blue mug",
    price=Decimal("11.99"),
    quantity=7,
    status="ACTIVE",
    opened_time=at(2021, 8, 16, 3, 35, 17),
)


class ListingCase(AmazonCase):
    def read(self, *rows, headings=LISTING_HEADINGS):
        return list(read_listings(content(table(headings, *rows))))

    def one(self, **changes):
        (entry,) = self.read(listing_row(**changes))
        return entry


class TestRows(ListingCase):
    """c4: the listings report becomes offers."""

    def test_a_listing_of_each_channel(self):
        fba = listing_row(
            "SKU-1-FBA",
            quantity="",
            fulfillment_channel="AMAZON_EU",
            status="Inactive",
            item_name='7" mug, "blue"',
        )
        mug, other = self.read(listing_row(), fba)
        self.assertEqual(mug, MUG)
        self.assertFalse(mug.by_amazon)
        self.assertTrue(other.by_amazon)
        self.assertEqual(
            (other.row, other.sku, other.channel, other.quantity, other.status),
            (3, "SKU-1-FBA", "AMAZON_EU", None, "INACTIVE"),
        )
        self.assertEqual(other.title, '7" mug, "blue"', "nothing is quoted")

    def test_skus_come_as_they_are(self):
        skus = [" 007 ", "a/b?c", 'x"y"', "ü-日本", "1e5"]
        read = self.read(*(listing_row(sku) for sku in skus))
        self.assertEqual([listing.sku for listing in read], skus)

    def test_what_may_be_missing(self):
        listing = self.one(
            item_name="",
            price="",
            quantity="",
            asin1="",
            product_id="",
            open_date="",
            status="",
        )
        self.assertEqual(listing, Listing(row=2, sku="SKU-1", channel="DEFAULT"))

    def test_asin_by_another_name(self):
        self.assertEqual(self.one(asin1="").asin, "B00V7I4DHA")
        ean = {"asin1": "", "product_id": "4006381333931", "product_id_type": "4"}
        self.assertIsNone(self.one(**ean).asin)

    def test_barcodes(self):
        for code, kind, barcode in (
            ("4006381333931", "4", "4006381333931"),
            ("012345678905", "3", "012345678905"),
            ("B00V7I4DHA", "1", None),
            ("4006381333931", "1", None),
            ("EAN 4006381", "4", None),
            ("", "4", None),
        ):
            read = self.one(product_id=code, product_id_type=kind)
            self.assertEqual(read.barcode, barcode, code)

    def test_statuses(self):
        for text, status in (
            ("Active", "ACTIVE"),
            ("INACTIVE", "INACTIVE"),
            ("Incomplete", "INCOMPLETE"),
            ("Aktiv", None),
        ):
            self.assertEqual(self.one(status=text).status, status)
        self.assertEqual(LISTING_STATUSES, ("ACTIVE", "INACTIVE", "INCOMPLETE"))

    def test_channels(self):
        for text, channel in (
            ("DEFAULT", "DEFAULT"),
            ("Merchant", "DEFAULT"),
            ("AMAZON_NA", "AMAZON_NA"),
            ("Amazon_jp", "AMAZON_JP"),
            ("AFN", "AFN"),
        ):
            self.assertEqual(self.one(fulfillment_channel=text).channel, channel)

    def test_prices(self):
        for text, price in (
            ("19.99", "19.99"),
            ("19,99", "19.99"),
            ("1920", "1920"),
            ("0", "0"),
            ("5.5", "5.5"),
            ("1,234", "1234"),
            ("1,234.56", "1234.56"),
            ("1.234,56", "1234.56"),
            ("1 234,56", "1234.56"),
            ("1\u202f234,5", "1234.5"),
            ("1'234.50", "1234.50"),
            ("1.234.567", "1234567"),
            ("1,234,567.8", "1234567.8"),
        ):
            self.assertEqual(str(self.one(price=text).price), price, text)

    def test_dates(self):
        for text, moment in (
            ("2021-08-15 20:35:17 PDT", at(2021, 8, 16, 3, 35, 17)),
            ("2016/05/09 15:21:26 JST", at(2016, 5, 9, 6, 21, 26)),
            ("24/03/2014 12:15:03 GMT", at(2014, 3, 24, 12, 15, 3)),
            ("24/07/2014 12:15:03 MEST", at(2014, 7, 24, 10, 15, 3)),
            ("24/07/2014 12:00:00 IST", at(2014, 7, 24, 6, 30)),
            ("2014-13-01 12:15:03 GMT", None),
            ("24/13/2014 12:15:03 GMT", None),
            ("2014-03-24 12:15:03 XYZ", None),
            ("2014-03-24 12:15:03", None),
            ("0001-01-01 00:00:00 JST", None),
            ("yesterday", None),
            (None, None),
        ):
            self.assertEqual(read_open_date(text), moment, text)


class TestUnreadableRows(ListingCase):
    def test_one_by_one_and_the_rest_goes_on(self):
        secret = "Erika Mustermann"
        broken = {
            "The fulfilment channel is not known.": {"fulfillment_channel": secret},
            "The price is not a number, or can be read in two ways.": {"price": secret},
            "The quantity is not a whole number.": {"quantity": secret},
            "The ASIN is none.": {"asin1": secret},
        }
        rows = [listing_row("A")]
        rows += [listing_row(f"B{n}", **c) for n, c in enumerate(broken.values())]
        rows += [listing_row("Z")]
        first, *middle, last = self.read(*rows)
        self.assertEqual((first.sku, first.row, last.sku, last.row), ("A", 2, "Z", 7))
        self.assertEqual(
            middle,
            [
                UnreadableRow(row=n + 3, reference=f"B{n}", problem=problem)
                for n, problem in enumerate(broken)
            ],
        )
        self.assertNotIn(secret, repr(middle))

    def problem(self, **changes):
        entry = self.one(**changes)
        self.assertIsInstance(entry, UnreadableRow, changes)
        return entry.reference, entry.problem

    def test_no_silent_zero(self):
        for name, texts in {
            "price": ("free", "-1", "1.2345", "1.234", "€ 5", "NaN", "1e3", "٣"),
            "quantity": ("-1", "1.0", "many", "99999999999", "²", "٣"),
            "fulfillment_channel": ("", "Händler", "AMAZON EU"),
            "asin1": ("B00", "b00v7i4dha"),
        }.items():
            for text in texts:
                self.assertEqual(self.problem(**{name: text})[0], "SKU-1", text)

    def test_skus(self):
        for sku, problem in (
            ("", "The SKU is missing."),
            ("  ", "The SKU is missing."),
            ("a\x00b", "The SKU can not be read."),
            ("a\ufffdb", "The SKU can not be read."),
        ):
            self.assertEqual(self.problem(seller_sku=sku), (None, problem))

    def test_there_twice(self):
        mug, other = listing_row(), listing_row("B")
        _first, second, third = self.read(mug, mug, other)
        self.assertEqual(second, UnreadableRow(3, "SKU-1", "The SKU is there twice."))
        self.assertEqual(third.sku, "B")

    def test_the_wrong_number_of_cells(self):
        good = table(LISTING_HEADINGS, listing_row()).rstrip("\r\n")
        head, row = good.split("\r\n")
        for line, problem in (
            ("x", "The row is too short."),
            (row.rpartition("\t")[0], "The row is too short."),
            (f"{row}\tx", "The row is too long."),
            (f"a\tb{row}", "The row is too long."),
        ):
            text = f"{head}\r\n{line}\r\n{row}\r\n"
            broken, mug = read_listings(content(text))
            self.assertEqual(broken, UnreadableRow(2, None, problem))
            self.assertEqual(mug.sku, "SKU-1")
        (mug,) = read_listings(content(f"{head}\r\n{row}\t\t\r\n\r\n"))
        self.assertEqual(mug, MUG)

    def test_titles_are_not_worth_a_row(self):
        self.assertEqual(self.one(item_name="a\x00b\ufffd ").title, "ab\ufffd")
