"""Moves that keep goods aside for pending orders of Amazon (feature D12).

They have no delivery and are never done: Odoo reserves for them as for any move, and
they are deleted when the order is paid or gone. They name the order, and nothing of the
buyer.
"""

from odoo import _, api, fields, models

from ..import_speed.stock_quant import forget_quants
from ..orders.sale_order import IMPORT_CONTEXT


class StockMove(models.Model):
    _inherit = "stock.move"

    amazon_order_id = fields.Many2one(
        "amazon.order",
        "Pending Amazon order",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("amazon_order_id")
    def _compute_reference(self):
        """Show in Odoo's own lists whose goods these are."""
        held = self.filtered("amazon_order_id")
        for move in held:
            move.reference = move.amazon_order_id.amazon_order_ref
        return super(StockMove, self - held)._compute_reference()

    def _get_source_document(self):
        """Lead from the forecast to the order; users who may not see it read its
        number."""
        document = super()._get_source_document()
        return document or self.sudo().amazon_order_id or False

    # === BUSINESS METHODS === #

    @api.model
    def _amazon_hold(self, wanted):
        """Make the moves that keep goods aside, without reserving anything yet.

        :param dict wanted: amazon.order -> dict: (stock.location, product.product) ->
            quantity in the product's unit
        :return: stock.move
        """
        return self.with_context(**IMPORT_CONTEXT).create(
            [
                self._prepare_amazon_hold_vals(row, location, product, quantity)
                for row, goods in wanted.items()
                for (location, product), quantity in goods.items()
            ]
        )

    @api.model
    def _prepare_amazon_hold_vals(self, row, location, product, quantity):
        """Extension hook.

        :param row: amazon.order
        :return dict: values of stock.move
        """
        company = row.company_id
        return {
            "name": _("Amazon move %s", row.amazon_order_ref),
            "origin": row.amazon_order_ref,
            "amazon_order_id": row.id,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "company_id": company.id,
            "location_id": location.id,
            "location_dest_id": company._get_amazon_pending_location().id,
            "warehouse_id": location.warehouse_id.id,
            # What comes in later is reserved for them as for a delivery.
            "reservation_date": fields.Date.today(),
            # as Odoo's inventory adjustments do: nothing to procure, no route to follow
            "state": "confirmed",
        }

    def _amazon_reserve(self):
        """Reserve what is free, the first one first."""
        forget_quants(self.env.cr)
        moves = self.with_context(**IMPORT_CONTEXT).filtered(
            lambda move: move.state in ("confirmed", "partially_available")
        )
        if moves:
            moves._action_assign()
            moves._amazon_check_orderpoints()

    def _amazon_let_go(self):
        """Give back what these moves reserve, and delete them."""
        moves = self.with_context(**IMPORT_CONTEXT).filtered(
            lambda move: move.state != "done"
        )
        if moves:
            forget_quants(self.env.cr)
            moves._action_cancel()
            moves._amazon_check_orderpoints()
            moves.unlink()

    @api.model
    def _amazon_serve_waiting(self, products, locations):
        """Give goods that are free again to deliveries and pending orders that wait for
        them, as Odoo does when goods come in. Else they would be offered at Amazon
        although they are sold.

        :param products: product.product
        :param locations: stock.location where the goods lie
        """
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param("stock.picking_no_auto_reserve"):
            return
        forget_quants(self.env.cr)
        self.search(
            [
                ("state", "in", ("confirmed", "partially_available")),
                ("procure_method", "=", "make_to_stock"),
                ("product_id", "in", products.ids),
                ("location_id", "in", locations.ids),
                "|",
                ("reservation_date", "<=", fields.Date.today()),
                ("picking_type_id.reservation_method", "=", "at_confirm"),
            ],
            order="priority desc, date, id",
        )._action_assign()

    # === TOOLING === #

    def _amazon_sum_goods(self):
        """Add up what these moves keep aside, reserved or not.

        :return dict: (stock.location, product.product) -> quantity in its unit
        """
        goods = {}
        for move in self.filtered(lambda move: move.state not in ("done", "cancel")):
            place = move.location_id, move.product_id
            goods[place] = goods.get(place, 0) + move.product_qty
        return goods

    def _describe_amazon_goods(self, missing=False):
        """List the goods of these moves, in words.

        :param bool missing: what is not reserved, else all that is wanted
        :return str: such as “2 × MUG-BLUE, 1 × TEA-SENCHA”
        """
        goods = []
        for move in self:
            text = _(
                "%(quantity)g × %(product)s",
                quantity=move.product_uom_qty - (move.quantity if missing else 0),
                product=move.product_id.default_code or move.product_id.display_name,
            )
            goods.append(text)
        return ", ".join(goods)
