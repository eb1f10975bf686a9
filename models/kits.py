"""Kits: a product whose parts are moved and counted instead of it.

Shipments, pending orders, Amazon's warehouses and the counting of stock ask here. Odoo
knows kits only with Manufacturing, which may be installed or not.
"""

from dataclasses import dataclass, field

from odoo import models


@dataclass(frozen=True)
class Demand:
    """What has to leave for an order line: the product itself, or a part of a kit.

    ``quantity`` is in the product's own unit.
    """

    product: models.Model
    quantity: float
    move_vals: dict = field(default_factory=dict)


def find(products):
    """Find the kits among some products, as their environment's company makes them;
    none without Manufacturing.

    :return dict: product.product -> its mrp.bom, when it is sold as a kit
    """
    if "mrp.bom" not in products.env:
        return {}
    boms = products.env["mrp.bom"].sudo()
    company = products.env.company
    return boms._bom_find(products, company_id=company.id, bom_type="phantom")


def search_all(env):
    """Search the products that are sold as kits, also archived ones.

    :return: product.product, none without Manufacturing
    """
    products = env["product.product"].with_context(active_test=False)
    if "mrp.bom" not in env:
        return products.browse()
    return products.search([("is_kits", "=", True), ("type", "!=", "service")])


def split_lines(lines, units=None):
    """Split order lines into what has to be moved, kits into their parts.

    :param lines: sale.order.line
    :param dict units: line -> its quantity; None: what the lines say
    :return dict: line -> list of Demand
    """
    boms = {}
    for company, mine in lines.grouped("company_id").items():
        boms[company] = find(mine.with_company(company).product_id)
    demands = {}
    for line in lines:
        quantity = line.product_uom._compute_quantity(
            units[line] if units else line.product_uom_qty,
            line.product_id.uom_id,
            rounding_method="HALF-UP",
        )
        demands[line] = split(boms[line.company_id], line.product_id, quantity)
    return demands


def split(boms, product, quantity):
    """Split a quantity of one product into what has to be moved.

    :param dict boms: of the kits, see `find`
    :param float quantity: in the product's unit
    :return list: a Demand for the product, or for each part of a kit that is no service
    """
    bom = boms.get(product)
    if not bom:
        return [Demand(product, quantity)]
    needed = product.uom_id._compute_quantity(quantity, bom.product_uom_id, round=False)
    return [
        Demand(part.product_id, count, {"bom_line_id": part.id})
        for part, count in _explode(
            bom, product, needed / bom.product_qty, rounding_method="HALF-UP"
        )
        if part.product_id.type != "service" and count > 0
    ]


def sum_parts(bom, product):
    """Add up the parts of as many kits as one run of the bill of materials makes.

    :param bom: mrp.bom of a kit
    :return tuple: number of kits, dict: id of a part -> quantity in its own unit
    """
    parts = {}
    for part, count in _explode(bom, product, 1, round=False):
        parts[part.product_id.id] = parts.get(part.product_id.id, 0) + count
    made = bom.product_uom_id._compute_quantity(
        bom.product_qty, product.uom_id, round=False
    )
    return made, parts


def _explode(bom, product, runs, **rounding):
    """Resolve a kit, and kits in it, into their parts.

    :param float runs: of the bill of materials
    :param rounding: of `uom.uom._compute_quantity`
    :return list: of (mrp.bom.line, quantity in the unit of its product)
    """
    _boms, parts = bom.explode(product, runs)
    return [
        (
            part,
            part.product_uom_id._compute_quantity(
                values["qty"], part.product_id.uom_id, **rounding
            ),
        )
        for part, values in parts
    ]
