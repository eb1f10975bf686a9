"""Refunds that the seller gives, as they are reported to Amazon (feature R4)."""

from decimal import Decimal

from odoo import _, models

from ...amazon_api import OrderRefund, RefundedItem, refund_feed

# Kind of an amount -> Amazon's names of the amount and of the tax on it.
COMPONENTS = {
    "product": ("Principal", "Tax"),
    "shipping": ("Shipping", "ShippingTax"),
    "gift_wrap": ("GiftWrap", "GiftWrapTax"),
    "goodwill": ("Goodwill", None),
}
# Prices do not contain the tax there; Amazon adds it.
TAX_ON_TOP = ("US", "CA")


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    def _prepare_refund_feed(self, account):
        """Make one feed of all these refunds.

        :return bytes: the feed that refunds what these rows say
        :raise ValueError: Amazon would refuse it
        """
        return refund_feed(account.seller_key, [row._prepare_refund() for row in self])

    def _prepare_refund(self):
        """Extension hook.

        :return OrderRefund: what is reported to Amazon about this credit note
        :raise ValueError: nothing can be reported any more
        """
        refund = self.move_id.amazon_refund_id
        if not refund or self.move_id.state != "posted":
            raise ValueError(_("The credit note is not posted any more."))
        country = self.marketplace_id.country_id.code
        items = []
        lines = refund.line_ids
        refs = dict.fromkeys(lines.mapped("item_ref"))
        for number, item_ref in enumerate(refs, 1):
            mine = lines.filtered(lambda line, ref=item_ref: line.item_ref == ref)
            amounts = {}
            for line in mine:
                amounts |= self._prepare_components(line, country in TAX_ON_TOP)
            items.append(RefundedItem(item_ref, f"{refund.id}-{number}", amounts))
        return OrderRefund(
            message_id=self.id,
            order_id=refund.amazon_order_ref,
            reason=refund.report_reason,
            currency=refund.currency_id.name,
            items=tuple(items),
        )

    def _prepare_components(self, line, is_tax_apart):
        """Convert an amount into the parts that Amazon knows.

        :param line: amazon.refund.line
        :return dict: name of the part -> Decimal
        """
        name, tax_name = COMPONENTS[line.kind]
        amount, tax = Decimal(str(line.amount)), Decimal(str(line.tax_amount))
        if not (is_tax_apart and tax_name and tax):
            return {name: amount}
        return {
            part: value
            for part, value in ((name, amount - tax), (tax_name, tax))
            if value
        }

    def _end_refund_feed(self, account, refused):
        """Note on the orders what Amazon said. ``self`` is what Amazon accepted."""
        for row in self:
            row.sale_order_id.message_post(
                body=_(
                    "Amazon has accepted the refund of the credit note %s.",
                    row.move_id.name,
                )
            )
        for row in refused:
            row.sale_order_id.message_post(
                body=_(
                    "Amazon has not refunded the credit note %(name)s: %(message)s",
                    name=row.move_id.name,
                    message=row.error_message or "",
                )
            )
