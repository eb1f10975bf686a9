"""Orders that the seller cancels, as they are reported to Amazon (features I1, I2)."""

from odoo import _, models

from ...amazon_api import Order, OrderCancellation, Permanent, cancellation_feed


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    def _prepare_cancellation_feed(self, account):
        """Make one feed of all these cancellations.

        :return bytes: the feed that cancels the orders of these rows
        :raise ValueError: Amazon would refuse it
        """
        return cancellation_feed(
            account.seller_key, [row._prepare_cancellation() for row in self]
        )

    def _prepare_cancellation(self):
        """Extension hook.

        :return OrderCancellation: what is reported to Amazon about this order
        :raise ValueError: nothing can be reported any more
        """
        order = self.sale_order_id
        if not order:
            raise ValueError(_("The order was deleted in Odoo."))
        return OrderCancellation(
            message_id=self.id,
            order_id=order.amazon_order_ref,
            reason=self.reason,
            item_ids=tuple(order._amazon_item_refs()),
        )

    def _is_cancelled_at_amazon(self, partner):
        """Ask for the order itself (operation getOrder).

        :raise SpApiError: Amazon can not be asked at the moment
        """
        if not self.sale_order_id:
            return False
        try:
            order = partner.get_order(self.sale_order_id.amazon_order_ref)
        except Permanent:
            return False
        return isinstance(order, Order) and order.is_cancelled

    def _end_cancellation_feed(self, account, refused):
        """Forget the quantities at Amazon, which adds what was cancelled by itself.
        ``self`` is what Amazon accepted."""
        offers = self.sale_order_id.order_line.amazon_offer_id
        if offers:
            offers._restate_quantity()
            account._trigger_stock_cron()
