"""Amazon's word for how an order stands, in the user's language."""

from odoo import _, api, fields, models


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    amazon_status_text = fields.Char(
        "Status at Amazon", compute="_compute_amazon_status_text"
    )

    @api.depends("amazon_status")
    @api.depends_context("lang")
    def _compute_amazon_status_text(self):
        words = self._get_amazon_status_words()
        for order in self:
            order.amazon_status_text = words.get(
                order.amazon_status, order.amazon_status
            )

    @api.model
    def _get_amazon_status_words(self):
        """:return dict: Amazon's word -> ours; Amazon may have others, which are shown
        as they are"""
        return {
            "PENDING_AVAILABILITY": _("Pre-order"),
            "PENDING": _("Payment pending"),
            "UNSHIPPED": _("Unshipped"),
            "PARTIALLY_SHIPPED": _("Partly shipped"),
            "SHIPPED": _("Shipped"),
            "CANCELLED": _("Cancelled"),
            "UNFULFILLABLE": _("Can not be shipped"),
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_status_text = fields.Char(
        "Status at Amazon", compute="_compute_amazon_status_text"
    )

    @api.depends("amazon_status")
    @api.depends_context("lang")
    def _compute_amazon_status_text(self):
        words = self.env["amazon.order"]._get_amazon_status_words()
        for order in self:
            order.amazon_status_text = words.get(
                order.amazon_status, order.amazon_status
            )
