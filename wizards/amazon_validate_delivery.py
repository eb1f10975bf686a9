"""What is asked before goods leave for a buyer at Amazon: carrier and tracking number,
and whether somebody looked up what an unknown SKU is (feature W5).
"""

from odoo import _, api, fields, models
from odoo.fields import Command

from ..amazon_api import split_tracking


class AmazonValidateDelivery(models.TransientModel):
    _name = "amazon.validate.delivery"
    _description = "Questions before a delivery to a buyer at Amazon"

    picking_ids = fields.Many2many("stock.picking", string="Deliveries", readonly=True)
    unmatched_goods = fields.Text("SKUs without product", readonly=True)
    line_ids = fields.One2many("amazon.validate.delivery.line", "wizard_id", "Parcels")
    is_single = fields.Boolean("One parcel", readonly=True)
    is_desk = fields.Boolean("From the shipping desk", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    carrier_id = fields.Many2one(
        "delivery.carrier",
        domain="[('company_id', 'in', (False, company_id))]",
        help="How the parcel travels. Amazon is told the carrier of this method.",
    )
    tracking_ref = fields.Char(
        "Tracking number", help="Type it, or scan the label of the parcel."
    )

    @api.model
    def _open(self, pickings, unknown, gaps, is_desk=False):
        """Open the window for some deliveries.

        :param pickings: stock.picking that somebody wants to validate
        :param unknown: those with a SKU of which nobody knows the product
        :param gaps: those without carrier or tracking number
        :param bool is_desk: many at once: one that can not be shipped stops nobody
        :return dict: client action
        """
        wizard = self.create(
            {
                "picking_ids": [Command.set(pickings.ids)],
                "company_id": pickings.company_id[:1].id,
                "is_desk": is_desk,
                "unmatched_goods": self._describe_unknown(pickings, unknown),
                "line_ids": [
                    Command.create(vals)
                    for picking in gaps
                    for vals in self._prepare_line_vals(picking)
                ],
            }
        )
        if len(wizard.line_ids) == 1:
            line = wizard.line_ids
            wizard.write(
                {
                    "is_single": True,
                    "carrier_id": line.carrier_id.id,
                    "tracking_ref": line.tracking_ref,
                }
            )
        title = _("How does it travel?") if gaps else _("Is it the right article?")
        return {
            "name": title,
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": self.env.context,
        }

    @api.model
    def _describe_unknown(self, pickings, unknown):
        """Say what has to be in the parcels.

        :return str|False: the articles as Amazon names them, of several by delivery
        """
        if len(pickings) == 1:
            return unknown.amazon_unmatched_goods
        texts = [f"{one.name}: {one.amazon_unmatched_goods}" for one in unknown]
        return "\n".join(texts) or False

    @api.model
    def _prepare_line_vals(self, picking):
        """Prepare a line for each parcel of a delivery.

        :return list: values of amazon.validate.delivery.line
        """
        packages = picking.amazon_package_ids.sorted("id")
        numbers = split_tracking(picking.carrier_tracking_ref)
        if not packages or len(numbers) != len(packages):  # nobody has divided them
            numbers = [picking.carrier_tracking_ref] * (len(packages) or 1)
        return [
            {
                "picking_id": picking.id,
                "package_id": package.id,
                "carrier_id": picking.carrier_id.id,
                "tracking_ref": package.tracking_ref or number,
            }
            for package, number in zip(packages or [packages], numbers, strict=True)
        ]

    def action_confirm(self):
        """Write what was entered on the deliveries and validate them.

        :return: what the validation leads to
        """
        self.ensure_one()
        if self.is_single:
            self.line_ids.write(
                {
                    "carrier_id": self.carrier_id.id,
                    "tracking_ref": self.tracking_ref,
                }
            )
        self.line_ids._apply()
        # Answered once; what is still missing is an error.
        pickings = self.picking_ids.with_context(
            amazon_goods_checked=True, amazon_ask=False
        )
        if self.is_desk:
            return pickings.action_amazon_ship()
        return pickings.button_validate()


class AmazonValidateDeliveryLine(models.TransientModel):
    _name = "amazon.validate.delivery.line"
    _description = "Parcel of an Amazon delivery that is validated"
    _order = "id"

    wizard_id = fields.Many2one(
        "amazon.validate.delivery", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="wizard_id.company_id")
    picking_id = fields.Many2one("stock.picking", "Delivery", readonly=True)
    amazon_order_ref = fields.Char(related="picking_id.amazon_order_ref")
    package_id = fields.Many2one("amazon.package", readonly=True)
    carrier_id = fields.Many2one(
        "delivery.carrier",
        domain="[('company_id', 'in', (False, company_id))]",
    )
    tracking_ref = fields.Char("Tracking number")

    def _apply(self):
        """Write carrier and tracking numbers where they belong: the carrier on the
        delivery, the number on the package, where there is one.
        """
        for picking, lines in self.grouped("picking_id").items():
            carrier = lines.carrier_id[:1]
            vals = {"carrier_id": carrier.id} if carrier else {}
            loose = lines.filtered(lambda line: not line.package_id)
            if loose:
                vals["carrier_tracking_ref"] = loose.tracking_ref
            picking.write(vals)
        for line in self.filtered("package_id"):
            line.package_id.tracking_ref = line.tracking_ref
