"""What Amazon changed after an order came to Odoo (features D3, D10, D11).

What is safe is applied; everything else is put before a person: a text on the order and
an activity. Nothing that has left the house or is invoiced is ever torn down.
"""

import hashlib

from odoo import _, api, fields, models

from ..amazon_api import order_amounts
from .amazon_address import address_lines


class SaleOrder(models.Model):
    _inherit = "sale.order"

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

    # === ACTION METHODS === #

    def action_amazon_reviewed(self):
        """A person has seen to what Odoo could not do by itself."""
        self.activity_feedback(["amazon_connector.mail_activity_type_review"])
        self.amazon_review = False

    def action_refuse_amazon_cancel(self):
        """Deliver although the buyer asked to cancel: the delivery is free again."""
        self.ensure_one()
        self.write({"amazon_cancel_requested": False, "amazon_cancel_refused": True})
        return True

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
        for sale_order, order in orders.items():
            sale_order.amazon_status = order.status
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
            sale_order._amazon_note_cancel_request(order)
            if doubts:
                sale_order._amazon_ask_person("\n".join(doubts))

    # === Cancellations === #

    def _amazon_cancelled(self):
        """Amazon cancelled the order: cancel it here, unless something has happened."""
        self.ensure_one()
        self._amazon_settle_cancellation()
        self.amazon_cancel_requested = False
        if self.state == "cancel":
            return
        if hindrance := self._amazon_cancel_hindrance():
            self._amazon_ask_person(
                _(
                    "Amazon cancelled this order, but %s. When goods come back, book "
                    "them with «Return» on the delivery (FBA: in the Amazon location), "
                    "credit the invoice if there is one, then cancel the order; or "
                    "leave it if the buyer keeps them.",
                    hindrance,
                )
            )
        else:
            self._amazon_cancel()

    def _amazon_cancel(self):
        """Cancel the order, its open deliveries and draft invoices."""
        # Locked orders can be cancelled, too: Amazon has the say. No activity for each
        # document that goes with it, for nobody has anything to decide.
        self.with_context(
            disable_cancel_warning=True, mail_activity_automation_skip=True
        )._action_cancel()

    def _amazon_cancel_hindrance(self):
        """:return str|None: what has happened that can not be undone by itself"""
        if self.order_line.move_ids.filtered(lambda move: move.state == "done"):
            return _("goods have already left")
        if self.invoice_ids.filtered(lambda invoice: invoice.state == "posted"):
            return _("it is already invoiced")
        return None

    def _amazon_note_cancel_request(self, order):
        """The buyer asks to cancel: nothing is delivered until a person decides."""
        if not order.buyer_asked_to_cancel or self.amazon_cancel_refused:
            return
        if self.state == "sale" and not self._amazon_cancel_hindrance():
            self.amazon_cancel_requested = True

    # === Quantities and prices === #

    def _amazon_update_lines(self, account, order, offers):
        """Apply new quantities and amounts when nothing was delivered or invoiced.

        :return list: what could not be applied, in words
        """
        amounts = order_amounts(
            order, show_facilitator_tax=account.facilitator_tax == "line"
        )
        changes = self.order_line._amazon_changes(order, amounts)
        if not changes:
            return []
        if hindrance := self._amazon_change_hindrance():
            return [
                _("Amazon changed this order, but %s:", hindrance),
                *map(self.order_line._describe_amazon_change, changes),
            ]
        self.amazon_total = float(amounts.total)
        self.order_line._amazon_apply_changes(self, order, offers, changes)
        self._amazon_add_rounding({self.amazon_order_ref: amounts})
        return []

    def _amazon_change_hindrance(self):
        """:return str|None: why lines can not be changed by themselves any more"""
        if self.state != "sale" or self.locked:
            return _("it is locked or not open here")
        if self.order_line.move_ids.filtered(lambda move: move.state == "done"):
            return _("goods have already left")
        if self.invoice_ids.filtered(lambda invoice: invoice.state != "cancel"):
            return _("it is already invoiced")
        return None

    # === Address === #

    @api.model
    def _amazon_address_fingerprint(self, order):
        """:return str|False: equal for equal addresses; False without a street"""
        address = order.delivery_address
        if not address or not address.has_street:
            return False
        parts = (
            address.name,
            *address_lines(address),
            address.postal_code,
            address.city,
            address.state_or_region,
            address.country_code,
        )
        return hashlib.sha256(
            "\n".join(part or "" for part in parts).encode()
        ).hexdigest()

    def _amazon_address_differs(self, order):
        # The address that Amazon states first of an order taken over is the one the
        # goods went to.
        if self.amazon_taken_over and not self.amazon_address_hash:
            return False
        if self.amazon_erased_at:  # the buyer must not come back
            return False
        fingerprint = self._amazon_address_fingerprint(order)
        return bool(fingerprint) and fingerprint != self.amazon_address_hash

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
        pickings = self.picking_ids.filtered(lambda p: p.state != "cancel")
        if self.state != "sale" or "done" in pickings.mapped("state"):
            return [_("The buyer changed the address, but goods have already left.")]
        self.with_context(
            mail_activity_automation_skip=True
        ).partner_shipping_id = delivery
        pickings.partner_id = delivery
        pickings.move_ids.partner_id = delivery
        return []

    # === For a person === #

    def _amazon_shipped_elsewhere(self, order):
        """:return list: in words, when Amazon knows of a shipment and Odoo does not"""
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
                    "still to do. Validate it if the goods have left, else check the "
                    "order in Seller Central."
                )
            ]
        return []

    def _amazon_ask_person(self, text):
        """Put a difference before a person, once.

        :param str text: what happened and what to do, for a shop manager
        """
        self.ensure_one()
        if self.amazon_review == text:
            return
        self.amazon_review = text
        responsible = self.amazon_account_id.user_id or self.user_id
        self.activity_schedule(
            "amazon_connector.mail_activity_type_review",
            note=text.replace("\n", "<br/>"),
            user_id=responsible.id or self.env.ref("base.user_admin").id,
        )
