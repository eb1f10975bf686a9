"""Shipments seen from the order: programmes, and what Amazon waits for in vain
(features H1, H6)."""

from odoo import _, api, fields, models

from ...tools.reader_time import describe_day
from .sale_order_line import INVOICE_BY_AMAZON, SELF_CONFIRMED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_programs = fields.Char(
        "Amazon programmes", copy=False, readonly=True, help="As Amazon names them."
    )
    amazon_cash_on_delivery = fields.Boolean(
        "Cash on delivery at Amazon", copy=False, readonly=True
    )
    amazon_submission_ids = fields.One2many(
        "amazon.submission", "sale_order_id", readonly=True
    )
    amazon_submission_count = fields.Integer(
        compute="_compute_amazon_submission_count", compute_sudo=True
    )
    amazon_waits_message = fields.Text(compute="_compute_amazon_waits_message")

    @api.depends("amazon_submission_ids")
    def _compute_amazon_submission_count(self):
        for order in self:  # others have none: nothing is read to learn that
            order.amazon_submission_count = order.amazon_order_ref and len(
                order.amazon_submission_ids
            )

    def action_view_amazon_submissions(self):
        """Open the messages to Amazon of this order."""
        return self.env["amazon.submission"]._open([("sale_order_id", "=", self.id)])

    @api.model
    def _amazon_program_names(self, order):
        """Return the programmes of an order and of its items: some decide whether a
        shipment is confirmed.

        :param Order order:
        :return str|False: their names
        """
        programs = {*order.programs}.union(*(item.programs for item in order.items))
        return ",".join(sorted(programs)) or False

    @api.model
    def _prepare_amazon_programme_vals(self, batch, order):
        """Values that follow from the programmes of an order.

        :param OrderBatch batch:
        :param Order order:
        :return dict: values of sale.order
        """
        kinds = {line.kind for line in batch.amounts[order.order_id].lines}
        vals = {
            "amazon_programs": self._amazon_program_names(order),
            "amazon_cash_on_delivery": "cod_fee" in kinds,
        }
        buyer = batch.account.invoice_by_amazon_partner_id
        if buyer and INVOICE_BY_AMAZON in order.programs:
            vals["partner_invoice_id"] = buyer.id
        return vals

    def _amazon_self_confirmed(self):
        """The programme because of which shipments of this order are not reported.

        :return str|None: name of the programme for which Amazon confirms shipments
        without us
        """
        names = (self.amazon_programs or "").split(",")
        return next(
            (SELF_CONFIRMED[name] for name in names if name in SELF_CONFIRMED), None
        )

    @api.depends("order_line.amazon_waiting", "amazon_ship_by")
    @api.depends_context("lang", "tz")
    def _compute_amazon_waits_message(self):
        for order in self:
            lines = order.order_line.filtered("amazon_waiting")
            # an empty recordset would become a text
            order.amazon_waits_message = (
                order._describe_amazon_waits(lines) if lines else False
            )

    def _describe_amazon_waits(self, lines):
        """Say that goods are due at the buyer and no delivery is planned for them.

        :param lines: sale.order.line with pieces that nobody delivers
        :return str: what Amazon waits for, and until when
        """
        goods = lines._describe_amazon_waiting()
        if not self.amazon_ship_by:
            return _("Amazon waits for %s, and nothing here delivers it.", goods)
        return _(
            "Amazon waits for %(goods)s, ship by %(day)s, and nothing here delivers "
            "it.",
            goods=goods,
            day=describe_day(self.env, self.amazon_ship_by),
        )

    def action_deliver_amazon_rest(self):
        """Plan a delivery of what Amazon waits for."""
        self.ensure_one()
        for line in self.order_line.filtered("amazon_waiting"):
            line._amazon_raise_to_due()
            if line.amazon_waiting:
                line._action_launch_stock_rule(previous_product_uom_qty=False)
        self._amazon_add_rounding({self.amazon_order_ref: self._amazon_stated()})
        return True

    def _amazon_has_left(self):
        """Find out whether it is too late to stop the goods.

        :return bool: whether goods are on their way to the buyer; picked or packed
        is not left
        """
        moves = self.order_line.move_ids._amazon_to_customer()
        return any(move.state == "done" for move in moves)

    def _amazon_redirect_purchases(self, before):
        """Let the vendors of a dropship deliver to the new address, and notify who
        orders there.

        :param before: res.partner, the address until now
        """
        if "purchase_line_ids" not in self.order_line._fields:
            return
        purchases = self.order_line.purchase_line_ids.order_id.filtered(
            lambda purchase: (
                purchase.state != "cancel"
                and "dest_address_id" in purchase._fields
                and purchase.dest_address_id == before
            )
        )
        purchases.dest_address_id = self.partner_shipping_id
        for purchase in purchases.filtered(lambda bought: bought.state != "draft"):
            purchase.activity_schedule(
                "mail.mail_activity_data_warning",
                note=_(
                    "The buyer of %s changed the delivery address. It is corrected "
                    "here; tell the vendor.",
                    self.name,
                ),
                user_id=purchase.user_id.id or self.env.uid,
            )

    def _amazon_shipped_elsewhere(self, order):
        """Warn of goods that are shipped for Amazon and still to do here.

        :return list: in words, when Amazon knows of a shipment and Odoo does not
        """
        open_pickings = self.picking_ids.filtered(
            lambda picking: (
                picking._is_amazon_delivery()
                and picking.state not in ("done", "cancel")
            )
        )
        if order.is_shipped and order.is_fbm and open_pickings:
            return [
                _(
                    "Amazon says that this order is shipped, but here a delivery is "
                    "still to do. If the goods have left, validate it: Amazon is told "
                    "nothing, and no tracking number is needed. If they have not, "
                    "check the order in Seller Central before you cancel the delivery."
                )
            ]
        return []
