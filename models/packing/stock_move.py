"""What goods are meant by *Amazon Sale* on a delivery (feature W5)."""

from odoo import api, fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    amazon_goods = fields.Char(
        "SKU at Amazon",
        compute="_compute_amazon_goods",
        compute_sudo=True,
        help="This SKU has no product in Odoo yet: pack what Amazon's title says.",
    )

    # Fewer dependencies than there are: it is read when somebody looks at a delivery,
    # and must not cost the import of an order a search for deliveries.
    @api.depends("product_id", "sale_line_id")
    def _compute_amazon_goods(self):
        unknown = self._amazon_unmatched()
        (self - unknown).amazon_goods = False
        for move in unknown:
            move.amazon_goods = move.sale_line_id._describe_amazon_goods()

    def _amazon_unmatched(self):
        """Filter the moves of SKUs that have no product.

        :return: stock.move that stand for an article of Amazon, and do not name it
        """
        stand_in = self.env["sale.order.line"]._amazon_product("product")
        moves = self.filtered(lambda move: move.product_id == stand_in)
        return moves.filtered(lambda move: move.sudo().sale_line_id.amazon_item_ref)
