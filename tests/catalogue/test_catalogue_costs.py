"""What a catalogue of thousands costs: the slope, without fixed costs (feature C4)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.addons.amazon_connector.models.catalogue.amazon_offer import AmazonOffer
from odoo.addons.amazon_connector.models.reports import (
    amazon_account as amazon_account_reports,
)

from .case import CatalogueCase


class TestCatalogueCosts(CatalogueCase):
    def setUp(self):
        super().setUp()
        self.import_catalogue().requested_at -= timedelta(hours=1)  # warm

    def cost(self):
        """Count what one more download of a known catalogue costs.

        :return int: SQL to read the catalogue once more
        """
        self.press()
        self.let_odoo_read()
        cost = self.count_sql(self.let_odoo_read)
        report = self.env["amazon.report"].search([], limit=1)
        self.assertEqual(report.state, "done")
        self.assertEqual(report.row_count, len(self.at_amazon()))
        report.requested_at -= timedelta(hours=1)
        return cost

    def test_c4_new_listings_cost_what_odoo_takes_to_create_them(self):
        self.world.add_listings(1000, prefix="FEW")
        few = self.cost()
        self.world.add_listings(3000, prefix="MANY")
        slope = (self.cost() - few) / 2
        self.assertEqual(len(self.offers()), 4010)
        # Odoo inserts a hundred records at once: 11 in 17.0; in 19.0 it takes 20
        self.assertLessEqual(slope, 22, "SQL per 1,000 new listings")

    def test_c4_unchanged_catalogue_costs_a_look(self):
        """It is read daily, and nearly always nothing has changed."""
        self.world.add_listings(1000)
        self.cost()
        few = self.cost()
        self.world.add_listings(3000, prefix="MORE")
        self.cost()
        then = self.age(self.offers())
        with patch.object(AmazonOffer, "_execute_listings") as written:
            self.assertLessEqual(self.cost() - few, 2, "SQL for 3,000 listings more")
            written.assert_not_called()
            with patch.dict(amazon_account_reports.PAGE_ROWS, catalogue=1000):
                self.assertLessEqual(self.cost() - few, 40, "SQL for 4 pages more")
        self.assertEqual(set(self.offers().mapped("write_date")), {then})

    def test_c4_changed_listings_cost_a_statement_for_all(self):
        self.world.add_listings(3000)
        self.cost()
        unchanged = self.cost()
        for listing in self.world.listings.values():
            listing.price += 1
        self.assertLessEqual(self.cost() - unchanged, 2, "SQL for 3,000 changes")
        report = self.env["amazon.report"].search([], limit=1)
        self.assertEqual(report.changed_count, 3010)
        self.assertEqual(self.in_odoo(), self.at_amazon())

    def test_c4_vanished_listings_cost_little(self):
        self.world.add_listings(4000)
        self.cost()
        unchanged = self.cost()
        for number in range(500):
            self.unlist(f"BULK-{number:05d}")
        self.assertLessEqual(self.cost() - unchanged, 15, "SQL for 500 that are gone")
        self.assertEqual(len(self.offers()), 3510)
