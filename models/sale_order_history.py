"""Sale orders from before the go-live: for the reports, and for nothing else (A11).

They are confirmed and locked from the beginning, so that all reports count them. What
confirming an order sets off is not done: no delivery, no procurement, no task of
another addon, nothing to invoice. They know nothing of the buyer but where he lives.
"""

from dataclasses import replace

from odoo import api, fields, models

from ..amazon_api import Address, Buyer


def without_buyer(order):
    """:param Order order:
    :return Order: the same without what names the buyer"""
    address = order.delivery_address
    return replace(
        order,
        buyer=Buyer(),
        delivery_address=address
        and Address(
            city=address.city,
            state_or_region=address.state_or_region,
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
        """Other addons do things on confirmation: history is past all that."""
        self.write({"state": "sale", "locked": True})

    @api.model
    def _amazon_update_history(self, orders):
        """Of history only the status follows Amazon: nobody has to look after it.

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


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _amazon_history(self):
        """:return: the lines of orders from before the go-live"""
        return self.filtered(lambda line: line.order_id.amazon_is_history)

    # === COMPUTE METHODS === #

    def _compute_qty_delivered_method(self):
        history = self._amazon_history()
        history.qty_delivered_method = "manual"
        return super(SaleOrderLine, self - history)._compute_qty_delivered_method()

    def _compute_qty_to_invoice(self):
        history = self._amazon_history()
        history.qty_to_invoice = 0.0
        return super(SaleOrderLine, self - history)._compute_qty_to_invoice()

    def _compute_untaxed_amount_to_invoice(self):
        history = self._amazon_history()
        history.untaxed_amount_to_invoice = 0.0
        return super(SaleOrderLine, self - history)._compute_untaxed_amount_to_invoice()

    def _compute_invoice_status(self):
        history = self._amazon_history()
        history.invoice_status = "no"
        return super(SaleOrderLine, self - history)._compute_invoice_status()

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_amazon_delivered_vals(self, vals):
        """Return that all of a line of history was delivered.

        :param dict vals: values of the line
        """
        return {"qty_delivered": vals["product_uom_qty"]}
