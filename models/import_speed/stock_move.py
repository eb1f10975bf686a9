"""The batch optimisations of an import on stock moves: what Odoo does for each order
is done once for all that came in together. Other orders are not concerned.
"""

from odoo import models

from ...tools.by_code import is_by_code
from .reservation import RESERVATION, plan

NEW_ORDERS = "amazon_connector.new_orders"


class NewOrders:
    """Orders of an import that have no delivery yet, kept until the next import."""

    def __init__(self, orders):
        """Note orders for which no delivery was made yet.

        :param orders: sale.order
        """
        self._deliveries = dict.fromkeys(orders.ids)
        self._handed_out = None

    def __contains__(self, order):
        return order.id in self._deliveries

    def note(self, order, delivery):
        """Note the delivery of an order that was made beforehand.

        :param delivery: stock.picking that was made for its goods
        """
        self._deliveries[order.id] = delivery.id

    def hand_out(self, order):
        """Give away the delivery of an order, once.

        :return int|None: the delivery that was made for it; once it has one, the
        order is like others
        """
        self._handed_out = self._deliveries.pop(order.id)
        return self._handed_out

    def is_new(self, delivery):
        """Recognize the delivery that was handed out last, once.

        :return bool: whether the first goods have just been assigned to it
        """
        handed_out, self._handed_out = self._handed_out, None
        return bool(handed_out) and delivery.id == handed_out


def note_new_orders(orders):
    """Announce orders that can have no delivery to join.

    :param orders: sale.order that are confirmed next, for the first time
    """
    orders.env.cr.cache[NEW_ORDERS] = NewOrders(orders)


def _order_of(move):
    return move.sale_line_id.order_id


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "amazon.batch.flush"]

    # Odoo asks for reordering rules move by move, four statements for an order of two
    # lines. An import asks once for all its moves.
    def _trigger_scheduler(self):
        if is_by_code(self.env, "amazon_import"):
            return None
        return super()._trigger_scheduler()

    def _update_orderpoints(self):
        if is_by_code(self.env, "amazon_import"):
            return None
        return super()._update_orderpoints()

    def _amazon_check_orderpoints(self):
        """Do for the products with reordering rules what an import had left out."""
        ruled = self.env["stock.warehouse.orderpoint"].search(
            [("product_id", "in", self.product_id.ids)]
        )
        moves = self.with_context(amazon_import=False).filtered(
            lambda move: move.product_id in ruled.product_id
        )
        moves._update_orderpoints()
        moves.filtered(
            lambda move: (
                move.picking_id and move.state not in ("draft", "cancel", "done")
            )
        )._trigger_scheduler()

    # Odoo looks for a delivery that the goods of an order may join, then makes one: six
    # statements for an order. One that has just come in has none to join, and the
    # deliveries of all of them are made at once.
    def _action_confirm(self, *args, **kwargs):
        if not self and is_by_code(self.env, "amazon_import"):
            return self  # a delivery whose goods are confirmed already
        made = self._amazon_make_deliveries()
        result = super()._action_confirm(*args, **kwargs)
        made.filtered(lambda delivery: not delivery.move_ids).unlink()  # not asked for
        return result

    def _search_picking_for_assignation(self):
        new_orders = self._amazon_new_orders()
        if not new_orders or _order_of(self) not in new_orders:
            return super()._search_picking_for_assignation()
        return self.env["stock.picking"].browse(new_orders.hand_out(_order_of(self)))

    def _assign_picking_post_process(self, new=False):
        new_orders = self._amazon_new_orders()
        if new_orders and new_orders.is_new(self.picking_id):
            new = True  # for Odoo it was there already
        return super()._assign_picking_post_process(new=new)

    # Odoo reserves move by move, six statements for an order of two lines: see
    # `reservation`.
    def _action_assign(self, *args, **kwargs):
        cache = self.env.cr.cache
        is_usual = args or kwargs or RESERVATION in cache
        if is_usual or not is_by_code(self.env, "amazon_import"):
            return super()._action_assign(*args, **kwargs)
        if not (reservation := plan(self)):
            return super()._action_assign()
        cache[RESERVATION] = reservation
        try:
            return super()._action_assign()
        finally:
            del cache[RESERVATION]

    def _update_reserved_quantity(self, need, *args, **kwargs):
        reservation = self.env.cr.cache.get(RESERVATION)
        if reservation and self in reservation:
            return reservation.take(self, need)
        return super()._update_reserved_quantity(need, *args, **kwargs)

    def _amazon_new_orders(self):
        """The orders of the batch under way.

        :return NewOrders|None: None outside of an import
        """
        if not is_by_code(self.env, "amazon_import"):
            return None
        return self.env.cr.cache.get(NEW_ORDERS)

    def _amazon_make_deliveries(self):
        """Make the deliveries that confirming these moves will ask for, as far as Odoo
        would make one for an order, and nothing before it.

        :return: stock.picking without moves; none outside of an import
        """
        deliveries = self.env["stock.picking"]
        new_orders = self._amazon_new_orders()
        if not new_orders:
            return deliveries
        moves = self.filtered(
            lambda move: move.state == "draft" and move._should_be_assigned()
        )
        goods_by_order = {
            order: goods
            for order, goods in moves.grouped(_order_of).items()
            if order in new_orders and goods._amazon_share_delivery()
        }
        if not goods_by_order:
            return deliveries
        deliveries = deliveries._amazon_create(
            [goods._get_new_picking_values() for goods in goods_by_order.values()]
        )
        for order, delivery in zip(goods_by_order, deliveries, strict=True):
            new_orders.note(order, delivery)
        return deliveries

    def _amazon_share_delivery(self):
        """Recognize moves for which one delivery can be made beforehand.

        :return bool: whether these goods of an order leave together, from stock
        """
        kinds = {
            (move._key_assign_picking(), move.partner_id, move.origin) for move in self
        }
        return len(kinds) == 1 and all(
            move.procure_method == "make_to_stock"
            and move.rule_id.procure_method != "mts_else_mto"
            and not move.move_orig_ids
            and move.product_uom_qty > 0
            for move in self
        )
