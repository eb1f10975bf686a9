"""Sale orders from before the go-live (A11), and those of another connector (U2).

The former are for the reports and for nothing else. They are confirmed and locked from
the beginning, so that all reports count them. What confirming an order sets off is not
done: no delivery, no procurement, no task of another addon, nothing to invoice. Of the
buyers they keep only where they live.

Of the latter Odoo knows that they are Amazon's and does not import them again. Their
lines and money are as the other connector made them, and stay so.
"""

from dataclasses import replace

from odoo import api, fields, models

from ...amazon_api import Address, Buyer
from ..orders.sale_order import IMPORT_CONTEXT


def without_buyer(order):
    """Copy an order without the buyer: history needs the place only, for the taxes.

    :param Order order:
    :return Order: the same without what names the buyer
    """
    address = order.delivery_address
    return replace(
        order,
        buyer=Buyer(),
        delivery_address=address
        and Address(
            city=address.city,
            state_or_region=address.state_or_region,
            postal_code=address.postal_code,  # may decide the taxes
            country_code=address.country_code,
        ),
        delivery_preference=None,
        tax_registrations=tuple(
            registration
            for registration in order.tax_registrations
            if registration.entity_type != "BUYER"
        ),
        items=tuple(replace(item, gift_message=None) for item in order.items),
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_is_history = fields.Boolean(
        "Amazon history",
        copy=False,
        readonly=True,
        help="Ordered before the go-live: for the reports only. Odoo neither delivers "
        "nor invoices it.",
    )
    amazon_taken_over = fields.Boolean(
        "Taken over",
        copy=False,
        readonly=True,
        help="Another connector imported this Amazon order.",
    )

    @api.model
    def _amazon_import_history(self, account, orders):
        """Turn shipped orders from before the go-live into locked sale orders.

        :param account: one amazon.account, in an environment of its company
        :param list orders: of Order
        :return dict: Amazon reference -> sale.order
        """
        self = self.with_context(amazon_history=True)
        return self._amazon_import(account, [without_buyer(order) for order in orders])

    @api.model
    def _prepare_amazon_history_vals(self):
        """Return what marks an order as history; no buyer has to be erased."""
        return {
            "amazon_is_history": True,
            "amazon_cancel_requested": False,
            "amazon_erased_at": fields.Datetime.now(),
        }

    def _amazon_confirm_history(self):
        """Confirm history without what other addons do on confirmation."""
        self.write({"state": "sale", "locked": True})

    @api.model
    def _amazon_update_history(self, orders):
        """Follow only the status of history: nobody has to deal with it.

        :param dict orders: sale.order -> Order
        :return dict: the same without history
        """
        current = {}
        for sale_order, order in orders.items():
            if sale_order.amazon_is_history:
                sale_order.amazon_status = order.status
            else:
                current[sale_order] = order
        return current

    def _compute_amount_to_invoice(self):
        history = self.filtered("amazon_is_history")
        history.amount_to_invoice = 0.0
        return super(SaleOrder, self - history)._compute_amount_to_invoice()

    @api.model
    def _amazon_take_over(self, account, wishes):
        """Make sale orders those of an account, as if it had imported them.

        Nothing of the past is reported to Amazon.

        :param account: one amazon.account, in an environment of its company
        :param list wishes: of tuples: sale.order, its values; dict of its lines ->
            number of the item at Amazon
        """
        self = self.with_context(**IMPORT_CONTEXT)
        for order, vals, items in wishes:
            # What Amazon says of its worth was not kept: nothing can be compared.
            order.with_env(self.env).write(
                {
                    **vals,
                    "amazon_account_id": account.id,
                    "amazon_total": order.amount_total,
                    "amazon_taken_over": True,
                }
            )
            for line, item in items.items():
                line.with_env(self.env).write(
                    {
                        "amazon_item_ref": item,
                        "amazon_quantity": round(line.product_uom_qty),
                        "amazon_units": line.product_uom_qty,
                        "amazon_due": round(line.product_uom_qty),
                    }
                )
        orders = self.union(*(order for order, _vals, _items in wishes))
        orders.env["amazon.order"]._note_taken_over(account, orders)
        orders._amazon_note_past()

    def _amazon_own_customers(self):
        """Mark the customers of orders taken over for erasure in time (feature P2).

        They are treated like those that the connector created. Customers with other
        business, too, are kept then: see res.partner._amazon_reasons_to_keep.
        """
        taken = self.filtered("amazon_taken_over")
        customers = taken.partner_id | taken.partner_invoice_id
        customers |= taken.partner_shipping_id | taken.picking_ids.partner_id
        customers.filtered(lambda p: not p.amazon_marketplace_id).amazon_created = True

    def _amazon_note_past(self):
        """Note what has left of orders that are half delivered: only the rest is
        reported to Amazon when it leaves."""
        deliveries = self.picking_ids.filtered(lambda p: p._is_amazon_delivery())
        still_open = deliveries.filtered(lambda p: p.state not in ("done", "cancel"))
        past = deliveries.filtered(
            lambda picking: (
                picking.state == "done" and picking.sale_id in still_open.sale_id
            )
        )
        past._amazon_note_packages(is_final=True)
        past._amazon_fill_packages()

    # === CHANGES AT AMAZON === #

    @api.model
    def _amazon_update_taken_over(self, orders):
        """Complete orders taken over by what the other connector did not store.

        :param dict orders: sale.order -> Order
        """
        taken = {
            sale_order: order
            for sale_order, order in orders.items()
            if sale_order.amazon_taken_over
        }
        if not taken:
            return
        marketplaces = self.env["amazon.marketplace"]._by_api_ref(
            {order.marketplace_id for order in taken.values() if order.marketplace_id}
        )
        for sale_order, order in taken.items():
            sale_order._amazon_learn(order, marketplaces)

    def _amazon_learn(self, order, marketplaces):
        """Complete an order taken over by what Amazon states of it.

        :param Order order:
        :param dict marketplaces: Amazon's identifier -> amazon.marketplace
        """
        learnt = {
            "amazon_programs": self._amazon_program_names(order),
            "amazon_marketplace_id": order.marketplace_id in marketplaces
            and marketplaces[order.marketplace_id].id,
        }
        if not self.amazon_erased_at:
            learnt["amazon_address_hash"] = self._amazon_address_fingerprint(order)
        vals = {name: value for name, value in learnt.items() if not self[name]}
        if any(vals.values()):
            self.write(vals)
