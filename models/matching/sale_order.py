"""The order that gets products for its *Amazon Sale* lines (feature C5)."""

from decimal import Decimal

from odoo import _, models
from odoo.tools import plaintext2html

from ...amazon_api import LineAmount, OrderAmounts
from ..orders.sale_order import IMPORT_CONTEXT


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _amazon_take_products(self, account):
        """Put the products of the offers on the lines that lack them, all of this order
        or none.

        :param account: amazon.account of the order, in an environment of its company
        :return str: changed; unchanged: somebody was quicker; busy: orders are coming
            in, to be tried again
        """
        self.ensure_one()
        if not self.env["amazon.order"]._lock_stock(account.company_id):
            return "busy"
        self.env.cr.execute(
            "SELECT id FROM sale_order WHERE id = %s FOR UPDATE", [self.id]
        )
        judged = account._judge_past_lines("sale.id = %(values)s", self.id)
        lines = self.env["sale.order.line"].browse(
            line for line, _order, _name, outcome in judged if outcome == "change"
        )
        if not lines:
            return "unchanged"
        before = {line: line.product_id for line in lines}
        for line in lines:
            line._amazon_take_product()
        self._amazon_add_rounding({self.amazon_order_ref: self._amazon_stated()})
        # Of the import only what avoids needless entries: reordering rules are asked.
        quiet = {**IMPORT_CONTEXT, "amazon_import": False}
        self.with_context(**quiet)._amazon_book_fba(account)
        self._amazon_log_products(before)
        return "changed"

    def _amazon_stated(self):
        """Rebuild Amazon's statement from the lines, to compute their prices anew.

        :return OrderAmounts: what Amazon last said of each line
        """
        stated = self.order_line.filtered("amazon_kind")
        return OrderAmounts(
            currency=self.currency_id.name,
            lines=tuple(
                LineAmount(
                    line.amazon_kind,
                    line.amazon_item_ref or line.amazon_charge_ref or None,
                    line._amazon_stated_amount(),
                    line._amazon_stated_tax(),
                    line.amazon_tax_remitted,
                )
                for line in stated
            ),
            total=Decimal(str(self.amazon_total)),
            facilitator_tax=Decimal(0),
        )

    def _amazon_log_products(self, before):
        """Note the change of products in the chatter.

        :param dict before: sale.order.line -> the product it had
        """
        texts = []
        for line, product in before.items():
            text = _(
                "SKU %(sku)s: %(after)s instead of %(before)s.",
                sku=line.amazon_offer_id.sku,
                after=line.product_id.display_name,
                before=product.display_name,
            )
            texts.append(text)
        self._message_log(body=plaintext2html("\n".join(texts)))
