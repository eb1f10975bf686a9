"""Base class for the adjustment: Amazon counts otherwise than Odoo."""

from odoo.exceptions import UserError

from ..fba.case import FbaStockCase


class AdjustmentCase(FbaStockCase):
    def setUp(self):
        super().setUp()
        self.store("MUG-BLUE", 5)
        self.store("TEA-SENCHA", 9)
        self.count("MUG-BLUE", 7)
        self.count("TEA-SENCHA", 6)
        self.count("MUG-WHITE", 2)
        self.read_stock()

    def open_wizard(self, *skus):
        """Select rows and press *Adjust*.

        :return: amazon.adjust.fba.stock
        """
        action = self.select(*skus).action_adjust()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        return wizard.with_user(self.keeper)

    def offered(self, wizard):
        """Read the lines of the window that adjusts the stock.

        :return dict: SKUs -> the change that would be booked, or why not
        """
        return {line.skus: line.obstacle or line.change for line in wizard.line_ids}

    def assertObstacle(self, words, sku="MUG-BLUE"):
        """The wizard says why this SKU is not adjusted, and does not."""
        wizard = self.open_wizard(sku)
        self.assertIn(words, self.offered(wizard)[sku])
        with self.assertRaises(UserError):
            wizard.action_confirm()
        self.assertFalse(self.adjustments())
