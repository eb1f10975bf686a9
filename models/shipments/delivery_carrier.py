"""Which carrier at Amazon a delivery method stands for (feature H4)."""

from odoo import api, fields, models

from .amazon_carrier import UNLISTED

# Those make no label and give no tracking number by themselves.
PLAIN_TYPES = ("fixed", "base_on_rule")


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    amazon_carrier_id = fields.Many2one(
        "amazon.carrier",
        "Carrier at Amazon",
        compute="_compute_amazon_carrier_id",
        store=True,
        readonly=False,
        ondelete="set null",
        help="What Amazon is told. Empty: “Other” and the name of this delivery "
        "method.",
    )
    amazon_shipping_method = fields.Char(
        "Service at Amazon",
        help="The carrier's service exactly as Seller Central offers it, for example "
        "“Brief”. Some untracked services do not count against your tracking rate when "
        "carrier and service are stated. Empty: no service is stated.",
    )

    @api.depends("name")
    def _compute_amazon_carrier_id(self):
        """Recognize the carrier by the name, unless somebody has chosen already."""
        unknown = self.filtered(lambda carrier: not carrier.amazon_carrier_id)
        found = self.env["amazon.carrier"].sudo()._find_by_names(unknown.mapped("name"))
        for carrier in self:
            carrier.amazon_carrier_id = carrier.amazon_carrier_id or found.get(
                carrier.name
            )

    @api.model
    def _amazon_recognize(self):
        """Map delivery methods that were there before Amazon's carriers were listed."""
        carriers = self.with_context(active_test=False).search(
            [("amazon_carrier_id", "=", False)]
        )
        carriers._compute_amazon_carrier_id()

    def _get_amazon_code(self):
        """The carrier of this method, in the two fields that confirmShipment has for
        it.

        :return tuple: Amazon's code, and the name that goes with it or None
        """
        listed = self.amazon_carrier_id
        if listed and listed.code != UNLISTED:
            return listed.code, None
        return UNLISTED, self.name

    def _makes_labels(self, picking_type):
        """Recognize methods that get their tracking number from the carrier's service.

        :return bool: whether the tracking number comes with the validation
        """
        return (
            self.delivery_type not in PLAIN_TYPES
            and self.integration_level == "rate_and_ship"
            and picking_type.print_label
        )
