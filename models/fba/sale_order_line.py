"""Lines of orders that Amazon ships (FBA): never delivered from here."""

from dataclasses import dataclass, field

from odoo import api, models


@dataclass(frozen=True)
class Demand:
    """What has to leave for an order line: the product itself, or a part of a kit.

    ``quantity`` is in the product's own unit.
    """

    product: models.Model
    quantity: float
    move_vals: dict = field(default_factory=dict)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _filter_unbooked(self):
        """Leave out services, empty lines and what is booked already.

        :return: the lines whose goods left, but no stock move says so
        """
        goods = self.filtered(lambda line: line.qty_delivered_method == "stock_move")
        return goods.filtered(
            lambda line: not line.move_ids and line.product_uom_qty > 0
        )

    def _get_fba_demands(self, units=None):
        """Split lines into what has to be moved, kits into their parts.

        :param dict units: line -> its quantity; None: what the lines say
        :return dict: line -> list of Demand
        """
        kits = self._find_amazon_kits(self.product_id)
        demands = {}
        for line in self:
            product = line.product_id
            quantity = line.product_uom._compute_quantity(
                units[line] if units else line.product_uom_qty,
                product.uom_id,
                rounding_method="HALF-UP",
            )
            demands[line] = self._get_amazon_demands(kits, product, quantity)
        return demands

    @api.model
    def _find_amazon_kits(self, products):
        """The kits among some products; none without Manufacturing.

        :return dict: product.product -> its mrp.bom, when it is sold as a kit
        """
        if "mrp.bom" not in self.env:  # Manufacturing may be installed, or not
            return {}
        return (
            self.env["mrp.bom"]
            .sudo()
            ._bom_find(products, company_id=self.env.company.id, bom_type="phantom")
        )

    @api.model
    def _get_amazon_demands(self, kits, product, quantity):
        """What has to be moved for one product.

        :param dict kits: see _find_amazon_kits
        :param float quantity: in the product's unit
        :return list: a Demand for the product, or for each part of a kit
        """
        if kits.get(product):
            return self._explode_kit(kits[product], product, quantity)
        return [Demand(product, quantity)]

    def _explode_kit(self, bom, product, quantity):
        """What has to be moved for a kit.

        :param bom: mrp.bom of a kit
        :param float quantity: of the kit, in the product's unit
        :return list: a Demand for each part that is not a service
        """
        factor = product.uom_id._compute_quantity(
            quantity, bom.product_uom_id, round=False
        )
        _boms, parts = bom.explode(
            product, factor / bom.product_qty, picking_type=bom.picking_type_id
        )
        return [
            Demand(
                part.product_id,
                part.product_uom_id._compute_quantity(
                    values["qty"], part.product_id.uom_id, rounding_method="HALF-UP"
                ),
                {"bom_line_id": part.id},
            )
            for part, values in parts
            if part.product_id.type != "service" and values["qty"] > 0
        ]
