"""Shipments seen from the order: programmes, and what Amazon waits for in vain
(features H1, H6)."""

from odoo import _, api, fields, models
from odoo.tools import plaintext2html

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
        """Plan a delivery of what Amazon waits for; an order that was reopened and
        forgotten is confirmed.

        :return bool|dict: client action, a notification where Odoo plans none
        """
        self.ensure_one()
        if self.state != "sale" and self.order_line.filtered("amazon_waiting"):
            self.action_confirm()
        for line in self.order_line.filtered("amazon_waiting"):
            line._amazon_raise_to_due()
            if line.amazon_waiting:
                line._action_launch_stock_rule(previous_product_uom_qty=False)
        self._amazon_add_rounding({self.amazon_order_ref: self._amazon_stated()})
        if left := self.order_line.filtered("amazon_waiting"):
            text = _(
                "Odoo plans no delivery of %s: it is a service, or counts as ordered "
                "or moved already. Deliver or order it by hand; or confirm in Seller "
                "Central what left from elsewhere, or cancel it there.",
                left._describe_amazon_waiting(),
            )
            return self.sudo().amazon_account_id._notify(text, "warning")
        return True

    def _amazon_has_left(self):
        """Find out whether it is too late to stop the goods.

        :return bool: whether goods are on their way to the buyer; picked or packed
        is not left
        """
        if self.amazon_shipped_without:
            return True  # whether or not their stock was booked
        moves = self.order_line.move_ids._amazon_to_customer()
        return any(move.state == "done" for move in moves)

    # === What is bought or made for an order === #

    def _amazon_suppliers(self):
        """Find the documents of whoever supplies the goods of this order.

        :return list: purchase.order and mrp.production that are under way, one record
        each; with sudo, for who cancels an order need not see purchases
        """
        order, documents = self.sudo(), []
        if "purchase_line_ids" in order.order_line._fields:
            purchases = order._get_purchase_orders()
            documents += purchases.filtered(lambda bought: bought.state != "cancel")
        if "mrp_production_ids" in order._fields:
            documents += order.mrp_production_ids.filtered(
                lambda made: made.state not in ("done", "cancel")
            )
        return documents

    def _amazon_dropships(self):
        """Find the purchases whose vendor sends the goods to the buyer.

        :return list: of purchase.order
        """
        return [
            document
            for document in self._amazon_suppliers()
            if document._name == "purchase.order"
            and document.dest_address_id
            and document.order_line.sale_line_id & self.order_line
        ]

    def _amazon_call_supplier(self, document, text):
        """Ask whoever buys or makes the goods to do something about it.

        :param document: see _amazon_suppliers
        :param str text: what happened and what to do
        """
        document.activity_schedule(
            "mail.mail_activity_data_warning",
            note=plaintext2html(text),
            user_id=self._amazon_supplier_user(document).id,
        )

    def _amazon_supplier_user(self, document):
        """Choose who is asked about a purchase or a manufacturing order.

        :return: res.users, a person: what an import makes belongs to nobody, or to the
        user of the scheduled actions
        """
        user = document.user_id
        if user.active and user != self.env.ref("base.user_root"):
            return user
        return self.sudo().amazon_account_id._get_responsible()

    def _amazon_stop_suppliers(self, known):
        """See to it that a person hears of each purchase and manufacturing order whose
        goods nobody needs any more: Odoo's own activities may be for nobody.

        :param dict known: document -> its activities before the order was cancelled
        """
        nobody = self.env.ref("base.user_root")
        for document, before in known.items():
            added = document.activity_ids - before
            if not added:
                self._amazon_call_supplier(
                    document,
                    _(
                        "%s is cancelled. Stop what is bought or made for it, if "
                        "nobody else needs it.",
                        self.name,
                    ),
                )
            for activity in added.filtered(lambda each: each.user_id <= nobody):
                activity.user_id = self._amazon_supplier_user(document)

    def _amazon_reduce_suppliers(self, before):
        """Notify who buys or makes goods of which the buyer wants less by now. Odoo
        reduces by itself what a vendor is to send to the buyer and is not ordered yet.

        :param dict before: line of this order -> its quantity until now
        """
        less = []
        for line, quantity in before.items():
            if line.product_uom_qty < quantity:
                text = _(
                    "%(product)s: %(after)g instead of %(before)g",
                    product=line.product_id.display_name,
                    after=line.product_uom_qty,
                    before=quantity,
                )
                less.append(text)
        if not less:
            return
        for document in self._amazon_suppliers():
            is_open = document._name == "purchase.order" and document.state == "draft"
            if is_open and document.dest_address_id:
                continue
            self._amazon_call_supplier(
                document,
                _(
                    "The buyer of %(order)s wants less than is bought or made for it. "
                    "%(changes)s.",
                    order=self.name,
                    changes="; ".join(less),
                ),
            )

    def _amazon_hold_suppliers(self):
        """Notify who orders from the vendors of a dropship that the buyer wants to
        cancel: their goods leave without a delivery that could be held here."""
        for purchase in self._amazon_dropships():
            text = _(
                "The buyer of %s asked Amazon to cancel. Ask the vendor to wait until "
                "the order says whether you accept.",
                self.name,
            )
            if purchase.state == "draft":
                text = _(
                    "The buyer of %s asked Amazon to cancel. Order its goods only once "
                    "the order says that you do not accept.",
                    self.name,
                )
            self._amazon_call_supplier(purchase, text)

    def _amazon_redirect_purchases(self):
        """Let the vendors of a dropship deliver to the new address, and notify who
        orders there. A purchase for other orders, too, keeps its address."""
        for purchase in self._amazon_dropships():
            if purchase.order_line.sale_line_id.order_id == self:
                purchase.dest_address_id = self.partner_shipping_id
                text = _(
                    "The buyer of %s changed the delivery address. It is corrected "
                    "here; tell the vendor.",
                    self.name,
                )
            else:
                text = _(
                    "The buyer of %s changed the delivery address, but this purchase "
                    "is for other orders, too: its address is left as it is. Buy "
                    "their goods separately, or tell the vendor both addresses.",
                    self.name,
                )
            is_corrected = purchase.dest_address_id == self.partner_shipping_id
            if purchase.state != "draft" or not is_corrected:
                self._amazon_call_supplier(purchase, text)

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
