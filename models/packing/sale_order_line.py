"""An item of Amazon in words for those who pack it (feature W5)."""

from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _describe_amazon_goods(self):
        """Describe the article as Amazon does.

        :return str: SKU and Amazon's title
        """
        sku = self.amazon_offer_id.sku or self.amazon_asin or ""
        title = self.amazon_offer_id.title or self.name or ""
        title = title.removeprefix(f"[{sku}]").strip()
        if title == self.product_id.display_name:
            title = ""
        return " · ".join(filter(None, [sku, title]))
