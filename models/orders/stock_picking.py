"""Deliveries of Amazon: cancel requests, carrier and tracking, creation in batches."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from ...tools.by_code import is_by_code


class StockPicking(models.Model):
    _inherit = "stock.picking"

    amazon_cancel_requested = fields.Boolean(related="sale_id.amazon_cancel_requested")

    def action_accept_amazon_cancel(self):
        """Cancel the order as the buyer asked, with this delivery."""
        return self.sale_id.action_accept_amazon_cancel()

    def action_refuse_amazon_cancel(self):
        """Deliver although the buyer asked to cancel."""
        return self.sale_id.action_refuse_amazon_cancel()

    def button_validate(self):
        """Say at once, before any wizard, that the buyer wants to cancel, or that
        Amazon needs carrier and tracking number."""
        self._check_may_tell_amazon()  # what is missing is said to nobody else
        self._check_amazon_cancel_requested()
        if question := self._amazon_ask_before_leaving():
            return question
        self._check_amazon_shipment()
        return super().button_validate()

    def _action_done(self):
        """Refuse what the buyer wants to cancel, in batches, too; then queue what has
        left for Amazon.
        """
        self._check_amazon_cancel_requested()
        result = super()._action_done()
        self._amazon_enqueue_shipments()
        self._amazon_follow_returns()
        return result

    def _check_amazon_cancel_requested(self):
        """Refuse to deliver what the buyer wants to cancel.

        :raise UserError: the buyer asked to cancel and nobody has decided yet
        """
        deliveries = self.filtered(
            lambda picking: (
                picking.amazon_cancel_requested
                and picking.picking_type_code in ("outgoing", "dropship")
                and picking.sudo().sale_id.amazon_account_id.active
            )
        )
        if deliveries:
            raise UserError(
                _(
                    "The buyer of %(orders)s asked Amazon to cancel. Open the order "
                    "and accept or refuse the cancellation, then deliver.",
                    orders=", ".join(deliveries.sudo().sale_id.mapped("name")),
                )
            )

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Leave out buyers at Amazon, who get no mail from Odoo: they never follow a
        delivery.
        """
        if is_by_code(self.env, "amazon_import"):
            return True
        if partner_ids:
            partner_ids = self.sudo().sale_id._amazon_without_buyers(partner_ids)
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post_with_source(self, source_ref, *args, **kwargs):
        """Post no origin during an import, and no mail template to buyers at Amazon.

        An import notes the origin of all its deliveries at once, see below.
        """
        if is_by_code(self.env, "amazon_import"):
            return self.env["mail.message"]
        is_mail = getattr(source_ref, "_name", None) == "mail.template"
        silent = self._amazon_for_buyers() if is_mail else self.browse()
        if is_mail and silent == self:
            return self.env["mail.message"]
        others = super(StockPicking, self - silent)
        return others.message_post_with_source(source_ref, *args, **kwargs)

    @api.model
    def _amazon_create(self, vals_list):
        """Create the deliveries of an import. Odoo asks for the number and for the unit
        of weight of each of them: two statements less for each.

        :param list vals_list: of dict, as Odoo prepares them for new deliveries
        :return: stock.picking, in the same order
        """
        common = self.default_get(["weight_uom_name"])
        vals_list = [{**common, **vals} for vals in vals_list]
        for type_id, mine in groupby(vals_list, lambda vals: vals["picking_type_id"]):
            sequence = self.env["stock.picking.type"].browse(type_id).sequence_id
            names = sequence._amazon_next(len(mine))
            for vals, name in zip(mine, names, strict=False):
                vals["name"] = name
        return self.create(vals_list)

    def _amazon_note_origin(self):
        """Note on each delivery of which order it is: one statement for all of them
        instead of six for each."""
        render = self.env["ir.qweb"]._render
        self._message_log_batch(
            {
                picking.id: render(
                    "mail.message_origin_link",
                    {"self": picking, "origin": picking.sale_id},
                )
                for picking in self
            }
        )
