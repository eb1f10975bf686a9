"""Deliveries as the shipping desk shows them, and many of them validated in one go: one
that can not be shipped stops nobody, and says why (feature W3).
"""

import logging

from psycopg2 import OperationalError

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, sql

from ...tools.personal_words import place_for_log
from ..account.queue_step import REFUSALS
from ..packing.stock_picking import CLOSED

_logger = logging.getLogger(__name__)

# Validated together; a batch that fails is halved until the culprit is alone.
BATCH = 25
ONE_ITEM = "amazon_one_item"
# Deliveries from before the field: only what is still to do can be on the desk.
FILL_OPEN = """
    UPDATE stock_picking AS picking SET amazon_one_item = goods.name
      FROM (SELECT move.picking_id, min(coalesce(product.default_code, '')) AS name
              FROM stock_move AS move
              JOIN product_product AS product ON product.id = move.product_id
              JOIN sale_order_line AS line ON line.id = move.sale_line_id
             WHERE move.state NOT IN ('done', 'cancel')
               AND line.amazon_item_ref IS NOT NULL
          GROUP BY move.picking_id HAVING count(*) = 1) AS goods
     WHERE goods.picking_id = picking.id AND goods.name <> ''"""


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # Stored, so that equal parcels stand together.
    amazon_one_item = fields.Char(
        "One-item orders",
        compute="_compute_amazon_one_item",
        store=True,
        copy=False,
        help="The article, where an Amazon order has one only: such parcels are packed "
        "in one go.",
    )
    amazon_to_pick = fields.Json(
        "To pick", compute="_compute_amazon_to_pick", compute_sudo=True
    )
    amazon_readiness = fields.Selection(
        [
            ("ready", "Ready"),
            ("short", "Short"),
            ("waiting", "Being picked"),
            ("unknown", "Which product?"),
            ("cancel", "Buyer wants to cancel"),
        ],
        "Goods",
        compute="_compute_amazon_readiness",
        compute_sudo=True,
    )
    amazon_ship_error = fields.Char(
        "Why not",
        readonly=True,
        copy=False,
        help="Why the shipping desk could not ship it.",
    )

    def _auto_init(self):
        """Create the columns for equal parcels and for what Amazon knows without asking
        each old delivery."""
        is_new = not sql.column_exists(self.env.cr, self._table, ONE_ITEM)
        for name in (ONE_ITEM, "amazon_sync_status"):
            if not sql.column_exists(self.env.cr, self._table, name):
                sql.create_column(self.env.cr, self._table, name, "varchar")
        result = super()._auto_init()
        if is_new and sql.column_exists(
            self.env.cr, "sale_order_line", "amazon_item_ref"
        ):
            self.env.cr.execute(FILL_OPEN)
        return result

    # === COMPUTE METHODS === #

    @api.depends("move_ids.product_id", "move_ids.product_uom_qty")
    def _compute_amazon_one_item(self):
        for picking in self:
            picking.amazon_one_item = (
                picking.sudo().sale_id.amazon_order_ref
                and picking._describe_amazon_one_item()
            )

    def _describe_amazon_one_item(self):
        """Name the only article of a delivery.

        :return str|False: how many of what; False: there are several articles
        """
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        if len(moves) != 1:
            return False
        name = moves.amazon_goods or moves.product_id.display_name
        count = moves.product_uom_qty
        return name if count == 1 else f"{name} × {count:g}"

    @api.depends("move_ids.state", "move_ids.quantity", "move_line_ids.quantity")
    def _compute_amazon_to_pick(self):
        for picking in self:
            # No `filtered` here: each delivery would be fetched by itself.
            picking.amazon_to_pick = [
                part
                for move in picking.move_ids
                if move.state != "cancel"
                for part in move._prepare_amazon_pick()
            ]

    @api.depends("state", "move_ids.state", "move_ids.quantity", "sale_id")
    def _compute_amazon_readiness(self):
        for picking in self:
            if picking.state in CLOSED:
                picking.amazon_readiness = False
            elif picking.amazon_cancel_requested:
                picking.amazon_readiness = "cancel"
            elif picking.amazon_unmatched_goods:
                picking.amazon_readiness = "unknown"
            elif picking.state == "waiting":
                picking.amazon_readiness = "waiting"
            else:
                is_short = picking._amazon_is_short()
                picking.amazon_readiness = "short" if is_short else "ready"

    def _amazon_is_short(self):
        """Compare what is reserved with what the buyer ordered.

        :return bool: whether goods are missing
        """
        return any(
            float_compare(
                move.quantity,
                move.product_uom_qty,
                precision_rounding=move.product_uom.rounding,
            )
            < 0
            for move in self.move_ids
            if move.state != "cancel"
        )

    # === ACTION METHODS === #

    def action_amazon_ship(self):
        """Validate these deliveries as far as they can be shipped.

        :return dict: client action: how many were shipped, or a question
        """
        return self._amazon_ship(self)

    def action_amazon_ship_all(self):
        """Validate those of these deliveries that have their tracking number: the rest
        is not packed yet.

        :return dict: client action: how many were shipped, or a question
        """
        waiting = self.filtered(lambda picking: picking._amazon_has_no_number())
        return self._amazon_ship(self - waiting)

    def action_amazon_ask(self):
        """Ask for carrier and tracking number of one delivery, and validate it."""
        return self.with_context(amazon_ask=True).button_validate()

    def action_amazon_print_picking(self):
        """Print what to fetch from where, for all of these deliveries."""
        report = self.env.ref("amazon_connector.action_report_pick_list")
        return report.report_action(self.ids, config=False)

    def action_amazon_print_slips(self):
        """Print the delivery slips, with Amazon's reference as a barcode."""
        report = self.env.ref("stock.action_report_delivery")
        return report.report_action(self.ids, config=False)

    # === BUSINESS METHODS === #

    def _amazon_has_no_number(self):
        """Recognize parcels that nobody has packed yet.

        :return bool: whether no tracking number was entered, nor comes by itself
        """
        if self.state in CLOSED:
            return False
        delivery = self.sudo()
        if delivery.carrier_id and delivery.carrier_id._makes_labels(
            delivery.picking_type_id
        ):
            return False
        numbers = delivery.amazon_package_ids.mapped("tracking_ref")
        numbers.append(delivery.carrier_tracking_ref)
        return delivery in delivery._amazon_to_confirm() and not any(numbers)

    def _amazon_ship(self, chosen):
        """Ship what can be shipped, note on the others why they can not.

        :param chosen: those of these deliveries that somebody wants to ship
        :return dict: client action
        """
        self._check_may_tell_amazon()
        todo = chosen.filtered(lambda picking: picking.state not in CLOSED)
        unknown = todo.browse()
        if not self.env.context.get("amazon_goods_checked"):
            unknown = todo.filtered("amazon_unmatched_goods")
        reasons = (todo - unknown)._amazon_find_blockers()
        ready = (todo - unknown).filtered(lambda picking: picking not in reasons)
        for batch in ready._amazon_batches():
            reasons |= batch._amazon_ship_batch()
        todo._amazon_note_ship_errors(reasons)
        if unknown:
            gaps = unknown._amazon_lacking_tracking()
            questions = self.env["amazon.validate.delivery"]
            return questions._open(unknown, unknown, gaps, is_desk=True)
        shipped = len(ready.filtered(lambda picking: picking.state == "done"))
        waiting = len(self.filtered(lambda one: one.state not in CLOSED) - todo)
        return self._amazon_describe_shipping(shipped, len(reasons), waiting)

    def _amazon_find_blockers(self):
        """Find out before anything is tried what can not be shipped.

        :return dict: delivery -> the reason, in words
        """
        reasons = {}
        mine = self._amazon_to_confirm()
        mine._amazon_note_packages()
        for picking in self:
            delivery = picking.sudo()
            gaps = []
            if delivery in mine and delivery._amazon_has_news():
                gaps = delivery._amazon_gaps() + delivery._amazon_find_handover_gaps()
            if picking.amazon_cancel_requested:
                reasons[picking] = _("The buyer wants to cancel: decide that first.")
            elif gaps:
                reasons[picking] = " ".join(gaps)
            elif picking._amazon_is_short():
                reasons[picking] = _(
                    "Goods are missing. Open the delivery to ship what is there."
                )
        return reasons

    def _amazon_batches(self):
        """Divide what is validated together. The label that a carrier has made costs
        money, and is made anew when its delivery is validated once more: so nothing
        that goes wrong with another delivery may undo it.

        :return list: of stock.picking
        """
        with_label = self.filtered(
            lambda picking: (
                picking.sudo().carrier_id
                and not picking.carrier_tracking_ref
                and picking.sudo().carrier_id._makes_labels(picking.picking_type_id)
            )
        )
        others = self - with_label
        together = [
            others[start : start + BATCH] for start in range(0, len(others), BATCH)
        ]
        return [*together, *with_label]

    def _amazon_ship_batch(self):
        """Validate deliveries together; if that fails, find the culprit.

        :return dict: delivery -> why it could not be shipped
        """
        if not self:
            return {}
        try:
            with self.env.cr.savepoint():
                self.button_validate()
                self._amazon_check_left()
            return {}
        except OperationalError:
            raise  # somebody else was quicker: Odoo tries all of it once more
        except REFUSALS as error:
            reason = str(error.args[0])
        except Exception as error:
            _logger.error("not shipped: %s\n%s", self.ids, place_for_log(error))
            reason = _("Something went wrong. Open the delivery and validate it there.")
        if len(self) == 1:
            return {self: reason}
        middle = len(self) // 2
        return self[:middle]._amazon_ship_batch() | self[middle:]._amazon_ship_batch()

    def _amazon_check_left(self):
        """Refuse a validation that ended with a question of Odoo.

        :raise UserError: goods are still here
        """
        if self.filtered(lambda picking: picking.state != "done"):
            raise UserError(
                _("Odoo asks something first. Open the delivery and validate it there.")
            )

    def _amazon_note_ship_errors(self, reasons):
        """Write on each delivery why it could not be shipped, or that it was.

        :param dict reasons: delivery -> words
        """
        texts = {picking: reasons.get(picking, False) for picking in self}
        for text in {*texts.values()}:
            same = self.filtered(
                lambda picking, text=text: (
                    texts[picking] == text and picking.amazon_ship_error != text
                )
            )
            if same:
                same.sudo().amazon_ship_error = text  # nobody else writes it

    @api.model
    def _amazon_describe_shipping(self, shipped, failed, waiting):
        """Notify how far all came.

        :return dict: client action
        """
        parts = [_("%s shipped.", shipped)]
        if failed:
            parts.append(
                _("%s could not be shipped: the reason stands there in red.", failed)
            )
        if waiting:
            parts.append(_("Without a tracking number: %s.", waiting))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed else "success",
                "message": " ".join(parts),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
