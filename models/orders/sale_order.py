"""Amazon's sale orders: their import, and changes at Amazon (features D3, D10, D11).

What is safe is applied; everything else is put before a person: a text on the order and
an activity. Nothing that has left or is invoiced is ever undone.
"""

import hashlib
from contextlib import nullcontext
from decimal import Decimal

from odoo import _, api, fields, models

from ...amazon_api import order_amounts
from ...tools.amazon_address import address_lines
from ...tools.amazon_time import naive_seconds
from ...tools.batch_flush import flush_as_usual, flush_in_batches
from ...tools.batch_memo import remember
from ...tools.by_code import BY_CODE, is_by_code
from ..import_speed.amazon_kit_memo import forget_kits
from ..import_speed.procurement_group import forget_rules
from ..import_speed.stock_move import note_new_orders
from ..import_speed.stock_quant import forget_locks, forget_quants
from .amazon_order_batch import OrderBatch

# Import of many orders: no chatter entry, no follower and no mail for each record.
# amazon_import guards the small batch optimisations of this addon (grep for it).
IMPORT_CONTEXT = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "amazon_import": BY_CODE,
}
# Of an address without recipient and street: begins what is kept of it.
PLACE = "place/"


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "amazon.own.fields"]

    amazon_status_text = fields.Char(
        "Status at Amazon", compute="_compute_amazon_status_text"
    )
    amazon_order_ref = fields.Char(
        "Amazon reference", index="btree_not_null", copy=False, readonly=True
    )
    amazon_channel = fields.Selection(
        [("fba", "FBA"), ("fbm", "FBM")],
        "Amazon channel",
        copy=False,
        readonly=True,
        help="FBA: Amazon ships. FBM: you ship.",
    )
    amazon_account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    amazon_marketplace_id = fields.Many2one(
        "amazon.marketplace",
        "Amazon marketplace",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )
    amazon_total = fields.Monetary(
        "Total at Amazon",
        copy=False,
        readonly=True,
        help="What Amazon says the order is worth to you. Tax that Amazon remits by "
        "itself counts as the account's settings say.",
    )
    amazon_total_difference = fields.Monetary(
        "Difference to Amazon",
        compute="_compute_amazon_total_difference",
        store=True,
        help="Total of this order less the total at Amazon.",
    )
    amazon_seller_central_url = fields.Char(
        "Order at Amazon", compute="_compute_amazon_seller_central_url"
    )
    amazon_status = fields.Char("Amazon's status", copy=False, readonly=True)
    amazon_review = fields.Text(
        "To review",
        copy=False,
        readonly=True,
        help="What Amazon says and what Odoo could not do by itself.",
    )
    amazon_cancel_requested = fields.Boolean(
        "Buyer asks to cancel", copy=False, readonly=True
    )
    amazon_cancel_refused = fields.Boolean(
        "Cancellation refused",
        copy=False,
        readonly=True,
        help="The buyer asked to cancel and you decided to deliver.",
    )
    # Fingerprint of the address as Amazon last stated it: a person may have corrected
    # the address in Odoo, and only a change at Amazon counts as one.
    amazon_address_hash = fields.Char(copy=False, readonly=True)

    @api.depends("amazon_status", "amazon_submission_ids.state")
    @api.depends_context("lang")
    def _compute_amazon_status_text(self):
        words = self.env["amazon.order"]._get_amazon_status_words()
        for order in self:
            status = order._get_amazon_present_status()
            order.amazon_status_text = words.get(status, status)

    @property
    def _rec_names_search(self):
        """Search orders by Amazon's reference, too (feature D16)."""
        return [*super()._rec_names_search, "amazon_order_ref"]

    # === COMPUTE METHODS === #

    @api.depends("amount_total", "amazon_total", "amazon_order_ref")
    def _compute_amazon_total_difference(self):
        for order in self:
            order.amazon_total_difference = (
                order.currency_id.round(order.amount_total - order.amazon_total)
                if order.amazon_order_ref
                else 0.0
            )

    @api.depends("amazon_order_ref", "amazon_marketplace_id")
    def _compute_amazon_seller_central_url(self):
        for order in self:
            base = order.amazon_marketplace_id.seller_central_url
            order.amazon_seller_central_url = (
                f"{base}/orders-v3/order/{order.amazon_order_ref}"
                if base and order.amazon_order_ref
                else False
            )

    # === ACTION METHODS === #

    def action_open_at_amazon(self):
        """Open the order in Seller Central."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.amazon_seller_central_url,
            "target": "new",
        }

    def action_confirm(self):
        """Keep Amazon's date on confirmation: no shipment may be before it."""
        dates = {order: order.date_order for order in self if order.amazon_order_ref}
        result = super().action_confirm()
        for order, date_order in dates.items():
            order.date_order = date_order
        return result

    def action_amazon_reviewed(self):
        """Close the request to a person, who has done what Odoo could not do."""
        self.activity_feedback(["amazon_connector.mail_activity_type_review"])
        self._amazon_write({"amazon_review": False})

    def action_refuse_amazon_cancel(self):
        """Deliver although the buyer asked to cancel: the delivery is free again."""
        self.ensure_one()
        self._check_amazon_wish()
        self._amazon_write(
            {"amazon_cancel_requested": False, "amazon_cancel_refused": True}
        )
        return True

    # === CRUD METHODS === #

    def _amazon_write(self, vals):
        """Write what the addon keeps on orders, for somebody who may change them.

        :raise AccessError: they may not
        """
        self.check_access_rights("write")
        self.check_access_rule("write")
        self.sudo().write(vals)

    # === BUSINESS METHODS - IMPORT === #

    @api.model
    def _amazon_import(self, account, orders):
        """Turn orders of Amazon into confirmed sale orders, all of them in one go.

        :param account: one amazon.account, in an environment of its company
        :param list orders: of Order; the seller's to ship, or shipped by Amazon (FBA)
        :return dict: Amazon reference -> sale.order
        """
        importer = self.with_context(**IMPORT_CONTEXT)
        is_batch = is_by_code(importer.env, "amazon_import")
        (flush_in_batches if is_batch else flush_as_usual)(self.env.cr)
        with remember(self.env.cr) if is_batch else nullcontext():
            sale_orders = importer._amazon_create_confirmed(account, orders)
        self._amazon_note_without_money(sale_orders, orders)
        self._amazon_tag(sale_orders, orders)
        self._amazon_link_originals(account, sale_orders)
        return sale_orders

    @api.model
    def _amazon_create_confirmed(self, account, orders):
        """Create and confirm the sale orders, see _amazon_import.

        :return dict: Amazon reference -> sale.order
        """
        batch = OrderBatch(self.env, account, orders)
        vals_list = [self._prepare_amazon_order_vals(batch, order) for order in orders]
        names = account._name_orders(orders) or self._amazon_next_names(len(orders))
        for vals, name in zip(vals_list, names, strict=False):
            vals["name"] = name
        sale_orders = self.create(vals_list)
        sale_orders._amazon_add_rounding(batch.amounts)
        sale_orders._amazon_confirm()
        sale_orders._amazon_book_fba(account)
        sale_orders.order_line.move_ids._amazon_check_orderpoints()
        sale_orders.picking_ids._amazon_note_origin()
        sale_orders._amazon_note_imported()
        sale_orders._amazon_estimate_fees()
        return {sale_order.amazon_order_ref: sale_order for sale_order in sale_orders}

    @api.model
    def _amazon_next_names(self, count):
        """Take the numbers of all orders at once: two statements less for each.

        :return list: names; empty when Odoo has to be asked for each order
        """
        sequence = self.env["ir.sequence"].search(
            [
                ("code", "=", "sale.order"),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            order="company_id",
            limit=1,
        )
        return sequence._amazon_next(count)

    @api.model
    def _prepare_amazon_order_vals(self, batch, order):
        """Prepare a sale order (extension hook).

        :param OrderBatch batch: what the order needs
        :param Order order:
        :return dict: values of sale.order
        """
        account = batch.account
        amounts = batch.amounts[order.order_id]
        contact, delivery = batch.partners[order.order_id]
        settings = batch.settings_of(order)
        vals = {
            "company_id": account.company_id.id,
            "partner_id": contact.id,
            "partner_invoice_id": contact.id,
            "partner_shipping_id": delivery.id,
            "date_order": naive_seconds(order.created_time),
            "client_order_ref": order.order_id,
            "origin": _("Amazon %s", order.order_id),
            **{name: record.id for name, record in settings.items()},
            "require_payment": False,
            "require_signature": False,
            "amazon_order_ref": order.order_id,
            "amazon_channel": "fba" if order.is_fba else "fbm",
            "amazon_account_id": account.id,
            "amazon_marketplace_id": batch.marketplaces[order.marketplace_id].id,
            "amazon_total": float(amounts.total),
            **self._prepare_amazon_tax_vals(amounts),
            "order_line": self.env["sale.order.line"]._prepare_amazon_lines(
                batch,
                order,
                settings["fiscal_position_id"],
                settings["pricelist_id"].currency_id,
            ),
        }
        vals |= self._prepare_amazon_detail_vals(order)
        vals["order_line"] += self._prepare_amazon_gift_notes(order)
        vals |= self._prepare_amazon_programme_vals(batch, order)
        if self.env.context.get("amazon_history"):
            vals |= self._prepare_amazon_history_vals()
        if how := self.env.context.get("amazon_shipped_without"):
            vals.update(amazon_shipped_without=how, amazon_cancel_requested=False)
        return vals

    def _amazon_add_rounding(self, amounts):
        """Put what rounding left on one visible line per order.

        Unit prices have few decimals: three for 10.00 make 3.33 each, a cent is left.
        More than rounding can leave is no rounding: it stays a difference to be seen.

        :param dict amounts: Amazon reference -> OrderAmounts
        """
        self._amazon_round_taxes()
        vals_list = []
        for order in self:
            left = order._amazon_left(amounts)
            if not left or abs(left) > order._amazon_rounding_bound():
                continue
            if line := order._amazon_rounding_line():
                line.price_unit = float(Decimal(str(line.price_unit)) + left)
            else:
                vals_list.append(
                    self.env["sale.order.line"]._prepare_amazon_rounding(order, left)
                )
        lines = self.env["sale.order.line"].create(vals_list)
        for line in lines:  # rounding per order, not per line, can shift with each line
            if left := line.order_id._amazon_left(amounts):
                line.price_unit = float(Decimal(str(line.price_unit)) + left)

    def _amazon_rounding_line(self):
        """Find the line that holds what rounding left.

        :return: sale.order.line, empty when there is none
        """
        rounding = self.env["sale.order.line"]._amazon_product("rounding")
        return self.order_line.filtered(lambda line: line.product_id == rounding)[:1]

    def _amazon_left(self, amounts):
        """Compare Amazon's amounts with the total of the order here.

        :param dict amounts: Amazon reference -> OrderAmounts
        :return Decimal: what Amazon's lines are worth beyond ours, 0 when nothing
        """
        lines = amounts[self.amazon_order_ref].lines
        unit = Decimal(1).scaleb(-self.currency_id.decimal_places)
        total = Decimal(str(self.amount_total)).quantize(unit)
        return (sum((line.amount for line in lines), Decimal(0)) - total).quantize(unit)

    def _amazon_rounding_bound(self):
        """Bound the difference that rounding alone can leave.

        :return Decimal: a step of the unit price for each unit, and the currency's
        smallest coin for each line
        """
        step = self.order_line._amazon_price_step()
        coin = Decimal(str(self.currency_id.rounding))
        return sum(
            (
                Decimal(str(line.product_uom_qty)) * step + coin
                for line in self.order_line
            ),
            Decimal(0),
        )

    def _amazon_confirm(self):
        """Confirm the orders that came in; history without all that Odoo and other
        addons do then."""
        if history := self.filtered("amazon_is_history"):
            history._amazon_confirm_history()
        if others := self - history:
            forget_kits(self.env.cr)
            forget_rules(self.env.cr)
            forget_quants(self.env.cr)
            forget_locks(self.env.cr)
            note_new_orders(others)
            others.action_confirm()
            others.order_line._amazon_note_kits()
            others._amazon_note_gift_messages()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Leave out buyers at Amazon, who get no mail from Odoo: they never follow an
        order.
        """
        if is_by_code(self.env, "amazon_import"):
            return True
        partner_ids = self._amazon_without_buyers(partner_ids)
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post_with_source(self, source_ref, *args, **kwargs):
        """Post no mail template to buyers at Amazon: no confirmation, no coupon."""
        is_mail = getattr(source_ref, "_name", None) == "mail.template"
        amazon = self.filtered("amazon_order_ref") if is_mail else self.browse()
        if is_mail and amazon == self:
            return self.env["mail.message"]
        others = super(SaleOrder, self - amazon)
        return others.message_post_with_source(source_ref, *args, **kwargs)

    # === BUSINESS METHODS === #

    @api.model
    def _amazon_update(self, account, orders):
        """Bring known sale orders up to what Amazon says now.

        :param account: one amazon.account, in an environment of its company
        :param dict orders: sale.order -> Order
        """
        current = self._amazon_update_history(orders)
        self._amazon_update_current(account, current)
        self._amazon_update_taken_over(current)

    @api.model
    def _amazon_update_current(self, account, orders):
        """Apply what Amazon changed; a person gets what can not be applied.

        :param account: one amazon.account, in an environment of its company
        :param dict orders: sale.order -> Order; none of history
        """
        moved = [
            order
            for sale_order, order in orders.items()
            if sale_order._amazon_address_differs(order)
        ]
        partners = self.env["res.partner"]._amazon_find_or_create(account, moved)
        offers = self.env["amazon.offer"]._find_or_create(account, orders.values())
        lines = self.union(*orders).order_line
        waiting = lines.filtered("amazon_waiting")
        for sale_order, order in orders.items():
            sale_order.amazon_status = order.status
            sale_order.order_line._amazon_note_account(order)
            if order.is_cancelled:
                sale_order._amazon_cancelled()
                continue
            if sale_order.state == "cancel":
                continue  # its cancellation is on the way; nothing else matters here
            doubts = [
                *sale_order._amazon_update_lines(account, order, offers),
                *sale_order._amazon_update_address(order, partners.get(order.order_id)),
                *sale_order._amazon_shipped_elsewhere(order),
            ]
            sale_order.order_line._amazon_note_account(order)  # lines that are new
            sale_order._amazon_note_cancel_request(order)
            if doubts:
                sale_order._amazon_ask_person("\n".join(doubts))
        if settled := waiting.filtered(lambda line: not line.amazon_waiting):
            settled._amazon_touch_offers()

    # === Cancellations === #

    def _amazon_cancelled(self):
        """Cancel an order that Amazon cancelled, unless something has happened here."""
        self.ensure_one()
        self._amazon_settle_cancellation()
        self.sudo().amazon_cancel_requested = False
        if self.state == "cancel":
            return
        if blocker := self._amazon_cancel_blocker():
            self._amazon_ask_person(
                _(
                    "Amazon cancelled this order, but %s. When goods come back, book "
                    "them with “Return” on the delivery (FBA: in the Amazon location), "
                    "credit the invoice if there is one, then cancel the order; or "
                    "leave it if the buyer keeps them.",
                    blocker,
                )
            )
        else:
            self._amazon_cancel()

    def _amazon_cancel(self):
        """Cancel the order, its open deliveries and draft invoices."""
        # Locked orders can be cancelled, too: Amazon has the say. Who buys or makes the
        # goods for it hears of it by Odoo's own activities.
        self.with_context(disable_cancel_warning=True)._action_cancel()

    def _amazon_cancel_blocker(self):
        """Find what prevents the cancellation here.

        :return str|None: what has happened that can not be undone by itself
        """
        if self._amazon_has_left():
            return _("goods have already left")
        if self.invoice_ids.filtered(lambda invoice: invoice.state == "posted"):
            return _("it is already invoiced")
        return None

    def _amazon_note_cancel_request(self, order):
        """Note the buyer's wish to cancel: a person decides before goods leave."""
        if not order.buyer_asked_to_cancel or self.amazon_cancel_refused:
            return
        if self.amazon_cancel_requested:
            return
        if self.state == "sale" and not self._amazon_cancel_blocker():
            self.amazon_cancel_requested = True
            self._amazon_hold_suppliers()

    # === Quantities and prices === #

    def _amazon_update_lines(self, account, order, offers):
        """Apply new quantities and amounts when nothing was delivered or invoiced.

        :return list: what could not be applied, in words
        """
        amounts = order_amounts(
            order, show_facilitator_tax=account.facilitator_tax == "line"
        )
        changes = self.order_line._amazon_changes(order, amounts)
        if doubts := self._amazon_find_other_currency(order, amounts, changes):
            return doubts
        remitted = self.order_line.filtered("amazon_tax_remitted")
        has_new_taxes = self._amazon_note_taxes(amounts)
        blocker = self._amazon_change_blocker()
        before = self._amazon_follow_total(amounts)
        if not changes:
            if has_new_taxes and not blocker:
                self._amazon_follow_taxes(remitted, amounts)
            return self._amazon_explain_total(before)
        if blocker:
            return [
                _("Amazon changed this order, but %s:", blocker),
                *map(self.order_line._describe_amazon_change, changes),
                *self._amazon_explain_total(before),
            ]
        quantities = {line: line.product_uom_qty for line in self.order_line}
        self.order_line._amazon_apply_changes(self, order, offers, changes)
        self._amazon_reduce_suppliers(quantities)
        self._amazon_add_rounding({self.amazon_order_ref: amounts})
        if self.amazon_channel == "fba":
            self.with_context(**IMPORT_CONTEXT)._amazon_book_fba(account)
        return self._amazon_explain_total(before)

    def _amazon_change_blocker(self):
        """Find what prevents a change of the lines here.

        :return str|None: why lines can not be changed by themselves any more
        """
        if self.state != "sale" or self.locked:
            return _("it is locked or not open here")
        if self._amazon_has_left():
            return _("goods have already left")
        if self.invoice_ids.filtered(lambda invoice: invoice.state != "cancel"):
            return _("it is already invoiced")
        return None

    # === Address === #

    @api.model
    def _amazon_address_fingerprint(self, order):
        """Hash the address as Amazon states it, to notice a change.

        :return str|False: equal for equal addresses; False without a street, unless it
            is the whole place to which you ship
        """
        address = order.delivery_address
        if not address:
            return False
        place = address.postal_code, address.city, address.country_code
        kind = "" if address.has_street else PLACE
        if kind and not (order.is_fbm and all(place)):
            return False
        parts = (
            address.name,
            *address_lines(address),
            address.postal_code,
            address.city,
            address.state_or_region,
            address.country_code,
        )
        text = "\n".join(part or "" for part in parts)
        return kind + hashlib.sha256(text.encode()).hexdigest()

    def _amazon_address_differs(self, order):
        # The address that Amazon states first of an order taken over is the one the
        # goods went to.
        if self.amazon_taken_over and not self.amazon_address_hash:
            return False
        if self.amazon_erased_at:  # the buyer must not come back
            return False
        known, now = self.amazon_address_hash, self._amazon_address_fingerprint(order)
        if not now or now == known:
            return False
        # A place says nothing of a street that Amazon named before.
        is_place = now.startswith(PLACE)
        return not is_place or bool(known) and known.startswith(PLACE)

    def _amazon_update_address(self, order, partners):
        """Deliver to the new address when no delivery has left.

        :param partners: contact and delivery address, None when unchanged
        :return list: what could not be applied, in words
        """
        if not partners:
            return []
        _contact, delivery = partners
        self.amazon_address_hash = self._amazon_address_fingerprint(order)
        if delivery == self.partner_shipping_id:
            return []
        is_place = self.amazon_address_hash.startswith(PLACE)
        if is_place and self.partner_shipping_id.street:  # a person has looked it up
            return [
                _(
                    "The buyer changed the address, and Amazon names neither recipient "
                    "nor street. Look the address up in Seller Central and correct it "
                    "here."
                )
            ]
        if self.state != "sale" or self._amazon_has_left():
            return [_("The buyer changed the address, but goods have already left.")]
        address = self.partner_shipping_id
        before = self._amazon_fiscal_position_at(self.partner_shipping_id)
        after = self._amazon_fiscal_position_at(delivery)
        self.with_context(mail_activity_automation_skip=True).write(
            {
                "partner_shipping_id": delivery.id,
                # Odoo would take the new one without asking whether it is too late.
                "fiscal_position_id": self.fiscal_position_id.id,
            }
        )
        pickings = self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        leaving = pickings.move_ids._amazon_to_customer()
        # Not those of a vendor, who brings the goods, or sends them to the buyer.
        mine = pickings.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing" or picking.partner_id == address
            )
        )
        mine.partner_id = delivery
        (leaving | mine.move_ids).partner_id = delivery
        self._amazon_redirect_purchases()
        return self._amazon_move_to(after) if before != after else []

    # === For a person === #

    def _amazon_ask_person(self, text):
        """Put a difference before a person, once.

        :param str text: what happened and what to do, for a shop manager
        """
        self.ensure_one()
        if self.amazon_review == text:
            return
        self.sudo().amazon_review = text
        self.amazon_account_id._call_responsible(
            self, "amazon_connector.mail_activity_type_review", text, self.user_id
        )
