"""Where goods at Amazon lie in Odoo, and how often a total is shown (feature G3)."""

from odoo.addons.amazon_connector.sim import SELLER_NA

from .case import FbaStockCase


class TestFbaPlaces(FbaStockCase):
    def test_g3_goods_of_another_part_of_the_world_lie_elsewhere(self):
        other = self._link_account(
            SELLER_NA,
            name="Amazon of America",
            location_id=False,
            base_marketplace_id=self.env.ref("amazon_connector.marketplace_us").id,
            available_marketplace_ids=[],
            active_marketplace_ids=[],
        )
        self.assertTrue(other.location_id)
        self.assertNotEqual(other.location_id, self.account.location_id)
        self.assertEqual(other.location_id.name, "Amazon of America")
        self.assertEqual(other.location_id.company_id, self.company)
        self.assertEqual(other.location_id.usage, "internal")

    def test_g3_account_that_is_linked_anew_goes_on_with_its_goods(self):
        place = self.account.location_id
        self.account.action_archive()
        again = self.account.copy({"name": "Again", "location_id": False})
        self.assertEqual(again.location_id, place)

    def test_g3_total_of_a_product_is_shown_once(self):
        for sku in ("MUG-FBA", "MUG-FBA-2", "TEA-FBA"):
            self.create_fba_offer(sku, "TEA-SENCHA" if "TEA" in sku else "MUG-BLUE")
            self.count(sku, 5)
        self.read_stock()
        rows = self.env["amazon.fba.stock"].search(
            [("account_id", "=", self.account.id)], order="id"
        )
        self.assertEqual(len(rows), 3)
        shown = rows.filtered("shows_total")
        self.assertEqual(len(shown), 2)
        self.assertEqual(
            {row.product_id: row.amazon_quantity for row in shown},
            {self.products["MUG-BLUE"]: 10, self.products["TEA-SENCHA"]: 5},
        )
