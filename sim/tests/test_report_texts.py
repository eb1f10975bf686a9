"""What the reports say."""

from datetime import timedelta

from .. import BY_COUNTRY, CATALOGUE
from .common import FRANCE, GERMANY
from .report_case import ENGLISH, LISTINGS, ORDERS, ReportCase

JAPAN = BY_COUNTRY["JP"].id


class TestListings(ReportCase):
    """The report of all listings."""

    def test_english_on_request(self):
        self.world.listing("MUG-BLUE").quantity = 0
        rows = self.rows(self.create(reportOptions=ENGLISH))
        self.assertEqual(len(rows), len(CATALOGUE) + 2)
        by_sku = {row["seller-sku"]: row for row in rows}
        mug, fba = by_sku["MUG-BLUE"], by_sku["MUG-BLUE-FBA"]
        names = ("asin1", "price", "quantity", "fulfillment-channel", "status")
        said = [[row[name] for name in names] for row in (mug, fba)]
        asin = CATALOGUE["MUG-BLUE"].asin
        self.assertEqual(
            said,
            [
                [asin, "11.99", "0", "DEFAULT", "Inactive"],
                [asin, "11.99", "", "AMAZON_EU", "Active"],
            ],
        )
        self.assertEqual(mug["open-date"], "05/01/2026 01:00:00 MET")

    def test_local_words_and_charsets(self):
        kind, raw = self.download(self.create())
        self.assertEqual(kind, "text/plain;charset=Cp1252")
        self.assertIn("Händler-SKU".encode("cp1252"), raw)
        self.assertIn(b"\t11,99\t", raw)
        kind, raw = self.download(self.create(LISTINGS, FRANCE))
        self.assertIn("quantité".encode("cp1252"), raw)
        self.link(self.world.sellers[2])
        kind, raw = self.download(self.create(LISTINGS, JAPAN))
        self.assertEqual(kind, "text/plain;charset=Windows-31J")
        self.assertIn("出品者SKU".encode("cp932"), raw)
        self.assertIn(b"2026-01-05 09:00:00 JST", raw)

    def test_what_a_charset_does_not_have(self):
        self.world.add_listing("PL-1", title="Kubek w żółte kwiaty")
        rows = self.rows(self.create(reportOptions=ENGLISH))
        self.assertEqual(rows[-1]["item-name"], "Kubek w ?ó?te kwiaty")

    def test_settings(self):
        reports = self.sim.reports
        reports.charset, reports.states_charset = "utf-8", False
        reports.localized = False
        kind, raw = self.download(self.create())
        self.assertEqual(kind, "text/plain")
        self.assertTrue(raw.startswith(b"item-name\titem-description\t"))

    def test_only_the_first_marketplace(self):
        self.world.add_listing("ONLY-FR", FRANCE)
        rows = self.rows(self.create(LISTINGS, GERMANY, FRANCE))
        self.assertEqual(len(rows), 10)

    def test_none(self):
        self.world.listings.clear()
        self.assertEqual(self.status(self.create()), "CANCELLED")

    def test_many(self):
        self.world.add_listings(50_000)
        self.create(reportOptions=ENGLISH)
        (report,) = self.sim.reports
        self.assertEqual(report.rows, 50_010)
        last = report.text.splitlines()[-1].split("\t")
        self.assertEqual((last[3], last[26]), ("BULK-49999", "AMAZON_EU"))


class TestOrders(ReportCase):
    """The report of orders."""

    def test_a_row_per_item(self):
        items = [self.world.item("MUG-BLUE", 2, discount="1.50", shipping="3.99")]
        items.append(self.world.item("HONEY-500"))
        ref = self.world.place_order(items=items)
        fba = self.world.place_order("fba", FRANCE)
        self.world.ship_fba(fba)
        gone = self.world.place_order()
        self.world.cancel(gone)
        self.clock.advance(seconds=5)
        rows = self.rows(
            self.create(ORDERS, GERMANY, FRANCE, dataStartTime=self.ago(days=1))
        )
        names = (
            "amazon-order-id",
            "order-status",
            "fulfillment-channel",
            "sales-channel",
            "quantity",
        )
        self.assertEqual(
            [[row[name] for name in names][:4] for row in rows],
            [
                [ref, "Unshipped", "Merchant", "Amazon.de"],
                [ref, "Unshipped", "Merchant", "Amazon.de"],
                [fba, "Shipped", "Amazon", "Amazon.fr"],
                [gone, "Cancelled", "Merchant", "Amazon.de"],
            ],
        )
        self.assertEqual(rows[0]["item-price"], "23.98")
        self.assertEqual(rows[0]["item-promotion-discount"], "1.50")
        order = self.world.order(ref)
        self.assertEqual(
            rows[0]["last-updated-date"], f"{order.updated:%Y-%m-%dT%H:%M:%S}+00:00"
        )
        buyer = order.address["name"]
        self.assertNotIn(buyer, self.sim.reports[0].text)

    def test_window(self):
        now = self.clock()
        refs = [
            self.world.place_order(updated=now - timedelta(hours=hours))
            for hours in (31, 30, 20, 6, 5)
        ]
        window = {"dataStartTime": self.ago(hours=30), "dataEndTime": self.ago(hours=6)}
        reported = {
            r["amazon-order-id"] for r in self.rows(self.create(ORDERS, **window))
        }
        self.assertEqual(reported, set(refs[1:4]))

    def test_nothing_new(self):
        self.assertEqual(self.status(self.orders()), "CANCELLED")

    def test_not_longer_than_a_month(self):
        self.world.seed(3)
        start = self.ago(days=30, seconds=1)
        report_id = self.create(ORDERS, dataStartTime=start)
        self.assertEqual(self.status(report_id), "FATAL")

    def test_changes_of_the_last_two_minutes_are_hidden(self):
        self.world.settled = False
        ref = self.world.place_order()
        self.assertEqual(self.status(self.orders()), "CANCELLED")
        self.clock.advance(minutes=2)
        rows = self.rows(self.orders())
        self.assertEqual([row["amazon-order-id"] for row in rows], [ref])
