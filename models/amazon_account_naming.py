"""How imported sale orders are called (feature D16)."""

from odoo import fields, models


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    order_naming = fields.Selection(
        [("sequence", "As all sales orders"), ("reference", "By Amazon's reference")],
        "Order names",
        required=True,
        default="sequence",
        help="Orders are found by Amazon's reference either way.",
    )
    order_prefix = fields.Char(
        "Prefix",
        help="Stands before Amazon's reference, for example AMZ- for "
        "AMZ-302-1234567-1234567.",
    )

    def _name_orders(self, orders):
        """:param list orders: of Order
        :return list: names; empty when Odoo's numbering gives them"""
        if self.order_naming != "reference":
            return []
        return [(self.order_prefix or "") + order.order_id for order in orders]
