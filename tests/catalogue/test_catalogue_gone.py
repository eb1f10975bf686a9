"""What Amazon does not list any more is archived, and comes back (feature C4)."""

from datetime import timedelta

from ..common import DE, FR
from .case import CatalogueCase


class TestCatalogueGone(CatalogueCase):
    def setUp(self):
        super().setUp()
        self.import_catalogue()
        self.mug = self.offer("MUG-BLUE")
        self.all = self.skus()

    def test_c4_vanished_listing_is_archived_and_comes_back(self):
        self.mug.write({"quantity_factor": 6, "sync_stock": True})
        self.unlist("MUG-BLUE")
        report = self.import_catalogue()
        self.assertEqual(self.skus(), self.all - {"MUG-BLUE"})
        self.assertTrue(self.mug.vanished_at)
        self.assertEqual(
            report.summary,
            "Listings read: 9.\nGone from Amazon, now archived: 1.",
        )
        self.world.add_listing("MUG-BLUE")
        self.assertEqual(self.import_catalogue().changed_count, 1)
        self.assertRecordValues(
            self.mug,
            [
                {
                    "active": True,
                    "vanished_at": False,
                    "quantity_factor": 6,
                    "sync_stock": True,
                    "sent_at": False,
                    "product_id": self.products["MUG-BLUE"].id,
                }
            ],
        )
        self.assertEqual(self.in_odoo(), self.at_amazon())

    def test_c4_what_a_person_archived_stays_archived(self):
        self.mug.action_archive()
        self.import_catalogue()
        self.assertFalse(self.mug.active)
        # gone and back at Amazon, too
        self.unlist("MUG-BLUE")
        self.import_catalogue()
        self.world.add_listing("MUG-BLUE")
        self.import_catalogue()
        self.assertFalse(self.mug.active)

    def test_c4_what_a_person_took_out_of_the_archive_stays(self):
        self.unlist("MUG-BLUE")
        self.import_catalogue()
        self.mug.action_unarchive()
        self.import_catalogue()
        self.assertTrue(self.mug.active)
        self.mug.action_archive()
        self.world.add_listing("MUG-BLUE")
        self.import_catalogue()
        self.assertFalse(self.mug.active, "the person's last word")

    def test_c4_waiting_quantity_of_a_vanished_listing_is_not_sent(self):
        rows = self.env["amazon.submission"]._enqueue(
            "stock",
            [
                {
                    "account_id": self.account.id,
                    "offer_id": offer.id,
                    "dedup_key": offer._get_stock_key(),
                }
                for offer in (self.mug, self.offer("MUG-WHITE"))
            ],
        )
        self.assertEqual(rows.mapped("state"), ["todo", "todo"])
        self.unlist("MUG-BLUE", "MUG-WHITE")
        rows[1].state = "submitted"
        self.import_catalogue()
        self.assertEqual(rows.mapped("state"), ["superseded", "submitted"])

    def test_c4_sibling_in_the_other_channel_is_left_alone(self):
        listing = self.world.listing("MUG-BLUE")
        listing.channel, listing.quantity = "AMAZON_EU", None
        self.import_catalogue()
        self.assertEqual(
            [self.mug.active, self.offer("MUG-BLUE", "fba").product_id],
            [True, self.products["MUG-BLUE"]],
        )

    def test_c4_other_marketplaces_and_accounts_are_left_alone(self):
        self.account.active_marketplace_ids += self.shop(FR)
        self.import_catalogue()
        abroad = self.offers(FR)
        other = self.mug.copy(
            {"account_id": self.account.copy().id, "sku": "ELSEWHERE"}
        )
        self.unlist("MUG-BLUE")
        self.account.active_marketplace_ids = self.germany
        self.import_catalogue()
        self.assertEqual(self.skus(), self.all - {"MUG-BLUE"})
        self.assertEqual(self.offers(FR), abroad)
        self.assertTrue(other.active)

    def test_c4_unreadable_row_keeps_its_offer(self):
        self.spoil("MUG-BLUE", price="1.2.3,4")
        self.unlist("MUG-WHITE")
        report = self.import_catalogue()
        self.assertEqual(self.skus(), self.all - {"MUG-WHITE"})
        self.assertIn("MUG-BLUE", report.summary)
        self.assertIn("Listings read: 8.", report.summary)

    def test_c4_nothing_is_archived_when_a_sku_can_not_be_read(self):
        self.spoil("MUG-BLUE", sku="")
        self.unlist("MUG-WHITE")
        report = self.import_catalogue()
        self.assertEqual(self.skus(), self.all)
        self.assertIn("Nothing was archived", report.summary)

    def test_c4_report_without_rows_archives_nothing(self):
        self.amazon.reports.cancelled_next()
        self.assertEqual(self.import_catalogue().state, "empty")
        self.unlist(*[sku for _seller, place, sku in self.mine() if place == DE])
        self.assertEqual(self.import_catalogue().state, "empty")
        self.assertEqual(self.skus(), self.all)

    def mine(self):
        """Find the listings of our seller among those of the world.

        :return list: keys of the seller's listings
        """
        seller = self.account.seller_key
        return [key for key in self.world.listings if key[0] == seller]

    def test_c4_offer_that_is_younger_than_the_report_stays(self):
        report = self.import_catalogue()
        young = self.mug.copy({"sku": "MADE-TODAY"})
        report.requested_at = young.create_date - timedelta(minutes=1)
        self.assertEqual(self.account._settle_vanished(report, self.all), (0, 0))
        report.requested_at = young.create_date
        self.assertEqual(self.account._settle_vanished(report, self.all), (1, 0))
        self.assertFalse(young.active)
