"""Goods of an import that are reserved all at once.

Odoo reserves move by move: it looks for quants, makes a move line and writes the quant.
Where one quant has enough for all moves of a product, each of them would get just its
quantity of that quant; so the move lines can be made together, and the quant be written
once. Everything else is left to Odoo: shortage, several places, lots, packages, owners,
other units, goods that come from another move.
"""

from collections import defaultdict

from odoo.tools import float_compare

from ...tools.batch_flush import modules_that_define

RESERVATION, HELD = "amazon_connector.reservation", "amazon_connector.held_quants"
# Modules of Odoo whose methods lead to the same for such moves.
KNOWN = {"stock", "mrp", "product_expiry"}
METHODS = ("_action_assign", "_update_reserved_quantity", "_prepare_move_line_vals")


class Reservation:
    """Moves whose goods are there, and the move lines that wait to be made."""

    def __init__(self, quants):
        """Begin a reservation.

        :param dict quants: id of a move -> its stock.quant
        """
        self._quants = quants
        self._pending = []

    def __contains__(self, move):
        return move.id in self._quants

    def take(self, move, need):
        """Note the line of one move.

        :param float need: in the unit of the product
        :return float: what is reserved, which is all of it
        """
        quant = self._quants.pop(move.id)
        self._pending.append(
            move._prepare_move_line_vals(quantity=need, reserved_quant=quant)
        )
        return need

    def hand_over(self):
        """Give away the noted lines, once.

        :return list: of dict, values of stock.move.line
        """
        pending, self._pending = self._pending, []
        return pending


def plan(moves):
    """Find the moves that can be reserved together.

    :param moves: stock.move that Odoo is about to reserve
    :return Reservation|None: None when Odoo does it alone
    """
    is_other = "stock.quant.package" not in moves.env  # 19.0 works otherwise
    if is_other or modules_that_define(moves, *METHODS) - KNOWN:
        return None
    packed = [
        name
        for name, field in moves._fields.items()
        if field.comodel_name in ("product.packaging", "stock.package_level")
    ]
    quants = {}
    for mine in moves.grouped("product_id").values():
        if all(_is_plain(move, packed) for move in mine):
            quants.update(_find_quants(mine))
    return Reservation(quants) if len(quants) > 1 else None


def _is_plain(move, packed):
    """Recognize a move of whole pieces from stock of which nothing is reserved yet.

    :param list packed: fields that say what the goods are packed in
    """
    return (
        move.state == "confirmed"
        and move.procure_method == "make_to_stock"
        and move.product_id.tracking == "none"
        and move.product_uom == move.product_id.uom_id
        and move.product_uom_qty > 0
        and move.product_uom_qty.is_integer()
        and not move.picked
        and not move.move_orig_ids
        and not move.move_line_ids
        and not any(move[name] for name in packed)
        and not move._should_bypass_reservation()
    )


def _find_quants(moves):
    """Look for one quant in each place that has enough for all of these moves.

    :param moves: stock.move of one product
    :return dict: id of a move -> stock.quant
    """
    needs = defaultdict(float)
    for move in moves:
        needs[move.location_id] += move.product_qty
    product, found = moves.product_id, {}
    places = [*needs]
    for location in places:
        if any(location._child_of(other) for other in places if other != location):
            return {}  # two moves may want the same goods
    for location, need in needs.items():
        quant = moves.env["stock.quant"].sudo()._gather(product, location, strict=False)
        if has_enough(quant, need):
            found[location] = quant
    return {
        move.id: found[move.location_id] for move in moves if move.location_id in found
    }


def has_enough(quant, need):
    """Recognize one quant of plain goods that has enough which nobody else waits for.

    :return bool: False for several quants, too
    """
    if len(quant) != 1 or quant.lot_id or quant.package_id or quant.owner_id:
        return False
    free = quant.quantity - quant.reserved_quantity
    rounding = quant.product_id.uom_id.rounding
    return float_compare(free, need, precision_rounding=rounding) >= 0
