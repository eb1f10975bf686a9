"""What Amazon shipped (FBA) becomes done stock moves without a delivery."""

from collections import defaultdict

from odoo import _, api, models
from odoo.fields import Command
from odoo.tools import float_compare

from .. import kits


class LotShelf:
    """Lots and serial numbers that lie in a location, handed out oldest first."""

    def __init__(self, quants):
        """Sort the quants by product, each with what is not reserved.

        :param quants: stock.quant with lots, in the order of handing out
        """
        self._free = defaultdict(list)
        for quant in quants:
            free = quant.quantity - quant.reserved_quantity
            self._free[quant.product_id].append([free, quant])

    def count(self, product):
        """Sum up the free quantity of a product, over all its lots.

        :return float: how much is left
        """
        return sum(free for free, _quant in self._free[product])

    def take(self, product, quantity):
        """Hand out lots until the quantity is reached or nothing is left.

        :return list: (stock.quant, how much of it)
        """
        taken = []
        for entry in self._free[product]:
            part = min(entry[0], quantity)
            if float_compare(part, 0, precision_rounding=product.uom_id.rounding) > 0:
                taken.append((entry[1], part))
                entry[0] -= part
                quantity -= part
        return taken


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.model
    def _amazon_ship(self, account, lines, location):
        """Book what Amazon shipped: done moves from its location, all of them in one
        go. The stock there may become negative.

        :param account: one amazon.account, in an environment of its company
        :param lines: sale.order.line of FBA orders
        :param location: stock.location where the goods lay
        :return dict: line that can not be booked -> list of (product, needed, there)
        """
        demands = kits.split_lines(lines)
        operation = account._get_lotless_operation(location)
        shelf = self._get_lot_shelf(location, demands, operation)
        vals_list, missing, needs = [], {}, defaultdict(float)
        for line in lines:
            lots_wanted = self._count_lots_wanted(demands[line], operation)
            short = [
                (product, needed, shelf.count(product))
                for product, needed in lots_wanted.items()
                if float_compare(
                    needed,
                    shelf.count(product),
                    precision_rounding=product.uom_id.rounding,
                )
                > 0
            ]
            if short:
                missing[line] = short
                continue
            for demand in demands[line]:
                needs[demand.product, location] += demand.quantity
            vals_list += [
                self._prepare_amazon_move_vals(line, demand, location, operation, shelf)
                for demand in demands[line]
            ]
        with self.env["stock.quant"]._amazon_hold(needs):
            self.create(vals_list)._amazon_finish()
        return missing

    @api.model
    def _count_lots_wanted(self, demands, operation):
        """Sum up the demand for lots by product; an operation without lots has none.

        :return dict: tracked product -> how much must come with a lot
        """
        wanted = defaultdict(float)
        for demand in demands:
            if demand.product.tracking != "none" and not operation:
                wanted[demand.product] += demand.quantity
        return wanted

    @api.model
    def _get_lot_shelf(self, location, demands, operation):
        """Find the lots of all lines at once. What belongs to somebody else or is
        packed up is left alone.

        :return LotShelf:
        """
        products = {
            product.id
            for parts in demands.values()
            for product in self._count_lots_wanted(parts, operation)
        }
        if not products:
            return LotShelf(())
        domain = [
            ("product_id", "in", list(products)),
            ("location_id", "child_of", location.id),
            ("lot_id", "!=", False),
            ("owner_id", "=", False),
            ("package_id", "=", False),
            ("quantity", ">", 0),
        ]
        return LotShelf(self.env["stock.quant"].search(domain, order="in_date, id"))

    @api.model
    def _prepare_amazon_move_vals(self, line, demand, source, operation, shelf):
        """Extension hook.

        :param line: sale.order.line
        :param Demand demand: the product or a part of the kit
        :param source: stock.location where the goods lay
        :param operation: stock.picking.type that asks for no lots, may be empty
        :param LotShelf shelf: what is there, when lots have to be named
        :return dict: values of stock.move, with its move lines
        """
        product, order = demand.product, line.order_id
        target = order.partner_shipping_id.property_stock_customer
        is_tracked = product.tracking != "none"
        if is_tracked and not operation:
            parts = [
                (quant.location_id, quant.lot_id, quantity)
                for quant, quantity in shelf.take(product, demand.quantity)
            ]
        else:
            parts = [(source, self.env["stock.lot"], demand.quantity)]
        return {
            "name": _("Amazon move %s", order.amazon_order_ref),
            "origin": order.name,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": demand.quantity,
            "company_id": order.company_id.id,
            "partner_id": order.partner_shipping_id.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "warehouse_id": order.warehouse_id.id,
            "picking_type_id": is_tracked and operation.id,
            "sale_line_id": line.id,
            "date": order.date_order,
            # as Odoo's inventory adjustments do: nothing to reserve or to procure
            "state": "confirmed",
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_id": product.uom_id.id,
                        "quantity": quantity,
                        "picked": True,
                        "location_id": location.id,
                        "location_dest_id": target.id,
                        "company_id": order.company_id.id,
                        "lot_id": lot.id,
                    }
                )
                for location, lot, quantity in parts
            ],
            **demand.move_vals,
        }

    def _amazon_finish(self):
        """Set the moves done; doing so sets the date, which is that of the order."""
        self._action_done()
        dates = self.grouped(lambda move: move.sale_line_id.order_id.date_order)
        for date, moves in dates.items():
            moves.date = date
            moves.move_line_ids.date = date

    # === BUSINESS METHODS - STOCK === #

    def _action_done(self, *args, **kwargs):
        """Report goods to Amazon whatever way they leave; what is sold out by this is
        off sale at Amazon a moment later."""
        moves = super()._action_done(*args, **kwargs)
        moves._amazon_report_left()
        self.env["amazon.account"]._notice_moved_goods(moves)
        return moves

    # === BUSINESS METHODS - SHIPMENTS === #

    def _amazon_to_customer(self):
        """Leave out transfers inside the warehouse and returns.

        :return: the moves that bring goods to a buyer
        """
        return self.filtered(lambda move: move.location_dest_id.usage == "customer")
