"""Kits that come back, in parts (feature R2)."""

from unittest.mock import patch

from odoo.tests import tagged

from ..kits import KITS, KitCase, PartsList
from .case import ReturnsCase


@tagged("post_install", "-at_install")
class TestReturnsKits(KitCase, ReturnsCase):
    """The parts list is that of Manufacturing where it is installed, else one that
    answers alike."""

    def setUp(self):
        super().setUp()
        self.has_mrp = "mrp.bom" in self.env
        self.kit = self._create_product("GIFT-BOX", "Tea for two")
        self.parts = {self.products["MUG-WHITE"]: 2, self.products["TEA-SENCHA"]: 1}
        if self.has_mrp:
            self._create_bom()
        else:
            bom = PartsList(self.kit, self.parts)
            seam = patch(KITS, lambda products: {self.kit: bom})
            seam.start()
            self.addCleanup(seam.stop)

    def test_r2_kit_comes_back_in_its_parts(self):
        for sku in ("MUG-WHITE", "TEA-SENCHA"):
            self.store(sku, 10)
        with self._without_bom_lines():
            order = self.shipped(items=[self.world.item("GIFT-BOX", 3)])
        self.assertEqual(self.stored("MUG-WHITE"), {"": 4})
        self.assertEqual(self.stored("TEA-SENCHA"), {"": 7})
        self.world.return_goods(order.amazon_order_ref)
        self.run_returns()
        cron = self.env.ref("amazon_connector.ir_cron_read_reports")
        for _step in ("ask for it", "read it"):
            self.env["amazon.report"].search([]).next_try_at = False
            cron.ir_actions_server_id.run()
        self.run_returns()
        row = self.env["amazon.return"].search([("account_id", "=", self.account.id)])
        self.assertEqual((row.state, len(row.move_ids)), ("booked", 2))
        self.assertEqual(self.stored("MUG-WHITE"), {"": 6})
        self.assertEqual(self.stored("TEA-SENCHA"), {"": 8})
