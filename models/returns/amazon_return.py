"""Goods that come back: each item once, whichever report names it and how often."""

from datetime import timedelta
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.fields import Command

from ...amazon_api import ReturnedItem
from ...tools.amazon_time import naive_seconds
from ...tools.amazon_words import spell_out
from ..settlements.sale_order import QUIET

SELLABLE = "SELLABLE"
# So long the goods of a refund may be on their way.
GOODS_WAIT = timedelta(days=30)
ROWS_AT_ONCE = 1000


class AmazonReturn(models.Model):
    _name = "amazon.return"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon return"
    _order = "returned_at desc, id desc"
    _rec_name = "return_ref"
    _sql_constraints = [
        (
            "unique_return",
            "UNIQUE(account_id, return_key)",
            "Amazon has named this return already.",
        ),
    ]

    account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    amazon_channel = fields.Selection(
        [("fbm", "To you (FBM)"), ("fba", "To Amazon (FBA)")],
        "Goes back",
        required=True,
        readonly=True,
    )
    return_ref = fields.Char(
        "Return",
        readonly=True,
        help="Amazon's number of the return; of FBA the number on the unit.",
    )
    return_key = fields.Char(required=True, readonly=True)
    amazon_order_ref = fields.Char("Amazon reference", index=True, readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order",
        "Sale order",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    sku = fields.Char("SKU", readonly=True)
    product_id = fields.Many2one("product.product", ondelete="restrict", readonly=True)
    quantity = fields.Integer(readonly=True, help="Pieces of the SKU.")
    # Amazon's codes; people read the texts below.
    reason = fields.Char("Reason (code)", readonly=True)
    resolution = fields.Char("Resolution (code)", readonly=True)
    disposition = fields.Char("Condition (code)", readonly=True)
    reason_text = fields.Char("Reason", compute="_compute_words")
    resolution_text = fields.Char("Resolution", compute="_compute_words")
    disposition_text = fields.Char(
        "Condition",
        compute="_compute_words",
        help="How Amazon's warehouse found it; what is sellable is sold again.",
    )
    carrier = fields.Char(readonly=True)
    tracking_ref = fields.Char("Tracking", readonly=True)
    returned_at = fields.Datetime(
        "Date", readonly=True, help="Of the request, or of the arrival at Amazon."
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Receipt",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    move_ids = fields.One2many(
        "stock.move", "amazon_return_id", "Stock moves", readonly=True
    )
    move_id = fields.Many2one(
        "stock.move",
        "Stock move",
        ondelete="set null",
        readonly=True,
        help="Of a kit: that of its first part.",
    )
    is_counted = fields.Boolean(
        "Counted already",
        readonly=True,
        help="The stock at Amazon was adjusted after the goods had come back: they are "
        "in it.",
    )
    hold_reason = fields.Selection(
        [
            ("no_order", "The order is not in Odoo"),
            ("no_item", "The item is not in the order"),
            ("not_delivered", "Nothing was delivered"),
            ("lot", "Lot not known"),
            ("no_goods", "Refunded, and nothing came back"),
        ],
        "Why it waits",
        readonly=True,
    )
    refund_id = fields.Many2one(
        "amazon.refund",
        "Refund without goods",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
    )
    is_settled = fields.Boolean(
        "Nothing comes back",
        readonly=True,
        help="A person has said that the goods stay with the buyer.",
    )
    replacement_ids = fields.Many2many(
        "sale.order", string="Replacements", compute="_compute_replacement_ids"
    )
    message = fields.Text("What to do", compute="_compute_message")
    state = fields.Selection(
        [
            ("expected", "Expected"),
            ("received", "Received"),
            ("booked", "Booked"),
            ("person", "Needs a person"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    refunded_amount = fields.Monetary(
        "Refunded",
        compute="_compute_refunded_amount",
        compute_sudo=True,
        help="What the buyer got back for this SKU of the order.",
    )
    missing = fields.Char(
        "Due",
        compute="_compute_refunded_amount",
        compute_sudo=True,
        help="What of it has not happened yet.",
    )

    # === COMPUTE METHODS === #

    @api.depends("reason", "resolution", "disposition")
    @api.depends_context("lang")
    def _compute_words(self):
        conditions = {
            "CARRIER_DAMAGED": _("Damaged by the carrier"),
            "CUSTOMER_DAMAGED": _("Damaged by the buyer"),
            "DAMAGED": _("Damaged"),
            "DEFECTIVE": _("Defective"),
            "EXPIRED": _("Expired"),
            "SELLABLE": _("Sellable"),
        }
        for row in self:
            found = row.disposition
            row.reason_text = spell_out(row.reason)
            row.resolution_text = spell_out(row.resolution)
            row.disposition_text = conditions.get(found) or spell_out(found)

    # Not on the state of the receipt: see `stock.picking._amazon_follow_returns`.
    @api.depends("picking_id", "move_id", "is_counted", "hold_reason", "is_settled")
    def _compute_state(self):
        for row in self:
            if row.picking_id.state == "done":
                row.state = "received"
            elif row.is_settled or row.is_counted or row.move_id.state == "done":
                row.state = "booked"
            elif row.hold_reason or row.picking_id.state == "cancel":
                row.state = "person"
            else:
                row.state = "expected"

    @api.depends("hold_reason")
    def _compute_message(self):
        words = {
            "no_order": _(
                "Odoo does not have the order. Import it; Odoo looks again by itself."
            ),
            "no_item": _(
                "The order has no such SKU. Receive the goods by hand, without order."
            ),
            "not_delivered": _(
                "No delivery of it is done in Odoo. Validate the delivery; Odoo looks "
                "again by itself."
            ),
            "lot": _(
                "Several lots were delivered and Amazon does not say which of them "
                "came back. Book it by hand."
            ),
            "no_goods": _(
                "The buyer was refunded a month ago, and no goods came back. Ask for "
                "them, or press “Nothing Comes Back”. When they come after all, this "
                "row gives way to theirs."
            ),
        }
        for row in self:
            row.message = words.get(row.hold_reason, False)

    @api.depends("sale_order_id")
    def _compute_replacement_ids(self):
        found = self.env["sale.order"].search(
            [("amazon_original_id", "in", self.sale_order_id.ids)]
        )
        for row in self:
            row.replacement_ids = found.filtered(
                lambda order, row=row: order.amazon_original_id == row.sale_order_id
            )

    @api.depends("state", "is_settled", "sale_order_id.amazon_refund_ids")
    def _compute_refunded_amount(self):
        lines = self.env["amazon.refund.line"].search(
            [("refund_id.sale_order_id", "in", self.sale_order_id.ids)]
        )
        for row in self:
            mine = lines.filtered(
                lambda line, row=row: (
                    line.refund_id.sale_order_id == row.sale_order_id
                    and line.sku in (row.sku, False)
                )
            )
            row.refunded_amount = sum(mine.mapped("amount"))
            has_goods = row.state in ("received", "booked") or row.is_settled
            if has_goods and not mine:
                row.missing = _("The refund")
            elif mine and not has_goods:
                row.missing = _("The goods")
            else:
                row.missing = False if has_goods else _("The goods, the refund")

    # === ACTION METHODS === #

    def action_open_picking(self):
        """Open the expected receipt."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "view_mode": "form",
        }

    def action_settle(self):
        """Note that nothing comes back for a refund: the buyer keeps the goods."""
        for account in self.account_id:
            account._check_may_use()
        rows = self.sudo().filtered(lambda row: row.hold_reason == "no_goods")
        rows.write({"is_settled": True, "hold_reason": False})
        return True

    # === BUSINESS METHODS - WHAT AMAZON SAYS === #

    @api.model
    def _note(self, account, channel, items):
        """Take over what a report names; what is known stays as it is.

        :param str channel: fbm or fba
        :param list items: of ReturnedItem
        :return: amazon.return that are new
        """
        items = {item.key: item for item in items if item.is_approved}
        known = self.search(
            [("account_id", "=", account.id), ("return_key", "in", list(items))]
        )
        for row in known:
            items.pop(row.return_key)
        rows = self.create(
            [self._prepare(account, channel, item) for item in items.values()]
        )
        self._end_waiting_for(account, rows)
        return rows

    @api.model
    def _end_waiting_for(self, account, rows):
        """Delete the rows of refunds without goods whose goods have come."""
        came = {(row.amazon_order_ref, row.sku) for row in rows}
        without = self.search(
            [
                ("account_id", "=", account.id),
                ("refund_id", "!=", False),
                ("amazon_order_ref", "in", rows.mapped("amazon_order_ref")),
            ]
        )
        without.filtered(lambda row: (row.amazon_order_ref, row.sku) in came).unlink()

    @api.model
    def _note_without_goods(self, account):
        """Put refunds before a person for which nothing came back in a month; a part of
        the price, or what is no price of goods, is given back without goods."""
        before = fields.Datetime.now() - GOODS_WAIT
        refunds = self.env["amazon.refund"].search(
            [
                ("account_id", "=", account.id),
                ("posted_at", "<", before),
                ("posted_at", ">=", account.finance_from),
                ("reason", "=", "refund"),
                ("state", "!=", "told"),
                ("goods_asked", "=", False),
                ("sale_order_id", "!=", False),
                ("currency_id", "!=", False),
            ],
            order="id",
            limit=ROWS_AT_ONCE,
        )
        refunds.goods_asked = True
        known = self.search([("sale_order_id", "in", refunds.sale_order_id.ids)])
        came = {(row.sale_order_id.id, row.sku) for row in known}
        values = []
        for refund in refunds:
            for line in refund.line_ids.filtered(lambda each: each.kind == "product"):
                sold = refund._find_sold(line)
                sku = line.sku or sold.amazon_offer_id.sku
                has_left = sold.qty_delivered > 0 and self._is_paid_back(
                    refund, sold, before
                )
                if has_left and sku and (refund.sale_order_id.id, sku) not in came:
                    came.add((refund.sale_order_id.id, sku))
                    values.append(self._prepare_without_goods(refund, sold, sku))
        return self.create(values)

    @api.model
    def _is_paid_back(self, refund, sold, before):
        """Whether the whole price of an order line went back, be it bit by bit.

        :param refund: amazon.refund, one of those of the order
        :param sold: sale.order.line
        :param before: later refunds do not count yet
        """
        refunds = refund.sale_order_id.amazon_refund_ids.filtered(
            lambda each: (each.posted_at or before) < before and each.state != "told"
        )
        lines = refunds.line_ids.filtered(
            lambda line: line.kind == "product" and refund._find_sold(line) == sold
        )
        amount = sum(lines.mapped("amount"))
        return refund.currency_id.compare_amounts(amount, sold.price_total) >= 0

    @api.model
    def _prepare_without_goods(self, refund, sold, sku):
        order = refund.sale_order_id
        return {
            "account_id": refund.account_id.id,
            "amazon_channel": order.amazon_channel,
            "return_ref": refund.refund_ref,
            "return_key": f"refund/{refund.id}/{sku}",
            "amazon_order_ref": refund.amazon_order_ref,
            "sale_order_id": order.id,
            "sku": sku,
            "product_id": (sold.amazon_offer_id.product_id or sold.product_id).id,
            "quantity": sold.amazon_quantity,
            "returned_at": refund.posted_at,
            "refund_id": refund.id,
            "hold_reason": "no_goods",
        }

    @api.model
    def _prepare(self, account, channel, item: ReturnedItem):
        return {
            "account_id": account.id,
            "amazon_channel": channel,
            "return_ref": item.ref or item.order_id,
            "return_key": item.key,
            "amazon_order_ref": item.order_id,
            "sku": item.sku,
            "quantity": item.quantity,
            "reason": item.reason,
            "resolution": item.resolution,
            "disposition": item.disposition,
            "carrier": item.carrier,
            "tracking_ref": item.tracking,
            "returned_at": naive_seconds(item.returned_at) or fields.Datetime.now(),
        }

    # === BUSINESS METHODS - GOODS === #

    @api.model
    def _find_due(self, account):
        """Find the returns that the next run tries to book.

        :return: amazon.return that may be booked now
        """
        return self.search(
            [
                ("account_id", "=", account.id),
                ("picking_id", "=", False),
                ("move_id", "=", False),
                ("is_counted", "=", False),
                ("refund_id", "=", False),
                "|",
                ("hold_reason", "=", False),
                ("hold_reason", "in", ("no_order", "not_delivered")),
            ],
            order="id",
        )

    def _book(self):
        """Expect the goods, or book what Amazon has received; else say what prevents
        it.

        :return bool: False: others write stock just now, it stays due
        """
        self.flush_recordset()
        self.env.cr.execute(
            "SELECT 1 FROM amazon_return WHERE id = %s AND picking_id IS NULL"
            " AND move_id IS NULL FOR UPDATE",
            [self.id],
        )
        if not self.env.cr.fetchone():
            return True  # another worker was here
        stock = self.env["amazon.order"]
        if self.amazon_channel == "fba" and not stock._lock_stock(self.company_id):
            return False
        order = self.sale_order_id or self.env["sale.order"].search(
            [
                ("amazon_account_id", "=", self.account_id.id),
                ("amazon_order_ref", "=", self.amazon_order_ref),
            ],
            limit=1,
        )
        line = self._find_line(order)
        values = {
            "sale_order_id": order.id,
            "product_id": (line.amazon_offer_id.product_id or line.product_id).id,
        }
        parts = self._find_parts(line)
        if not order:
            self.write({**values, "hold_reason": "no_order"})
        elif not line:
            self.write({**values, "hold_reason": "no_item"})
        elif not parts:
            self.write({**values, "hold_reason": "not_delivered"})
        else:
            self.write({**values, "hold_reason": False})
            if self.amazon_channel == "fba":
                self._book_at_amazon(order, parts)
            else:
                self._expect(order, parts)
        return True

    def _find_line(self, order):
        """Find the order line of what came back.

        :return: sale.order.line of the SKU; of several one of which not all came back
        """
        items = order.order_line.filtered("amazon_item_ref")
        items = items.filtered(
            lambda line: (
                self.sku in (line.amazon_offer_id.sku, line.product_id.default_code)
            )
        )
        if len(items) < 2:
            return items
        return (items.filtered(self._is_with_buyer) or items)[:1]

    def _is_with_buyer(self, line):
        """Whether more of an order line was delivered than is on its way back."""
        delivered = line.move_ids.filtered(lambda move: move.state == "done")
        delivered = delivered._amazon_to_customer()
        back = delivered.returned_move_ids
        back = back.filtered(lambda move: move.state != "cancel")
        left = sum(delivered.mapped("quantity")) - sum(back.mapped("product_uom_qty"))
        return left > 0

    def _find_parts(self, line):
        """Find what the pieces consist of: for a kit its parts, as they were delivered.

        :return list: of (stock.move that delivered it, quantity that comes back)
        """
        delivered = line.move_ids.filtered(lambda move: move.state == "done")
        delivered = delivered._amazon_to_customer()
        if not line.amazon_quantity or not delivered:
            return []
        factor = Decimal(str(line.amazon_offer_id.quantity_factor or 1))
        # of a kit as many parts as in what was delivered, be it not all of the order
        complete = Decimal(str(line.qty_delivered)) / factor
        share = Decimal(self.quantity) / (complete or line.amazon_quantity)
        parts = []
        for product, moves in delivered.grouped("product_id").items():
            whole = Decimal(str(sum(moves.mapped("quantity")))) * share
            if product == line.product_id:
                whole = self.quantity * factor
            rounding = product.uom_id.rounding
            quantity = fields.Float.round(float(whole), precision_rounding=rounding)
            if quantity > 0:
                parts.append((moves[0], quantity))
        return parts

    def _prepare_move(self, move, quantity, source, target):
        """Prepare the move that brings the goods back to Amazon's location.

        :param move: stock.move that delivered the goods
        :return dict: values of stock.move; it gives no money back and lowers no
            delivered quantity: the refund is another matter
        """
        product = move.product_id
        return {
            "name": _("Amazon move %s", self.amazon_order_ref),
            "origin": self.sale_order_id.name,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "company_id": self.company_id.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "origin_returned_move_id": move.id,
            "amazon_return_id": self.id,
            "to_refund": False,
        }

    def _expect(self, order, parts):
        """Make an expected receipt; nothing is in stock until a person validates it."""
        delivery = parts[0][0].picking_id
        warehouse = order.warehouse_id
        operation = delivery.picking_type_id.return_picking_type_id
        operation = operation or warehouse.in_type_id
        source, target = parts[0][0].location_dest_id, warehouse.lot_stock_id
        picking = (
            self.env["stock.picking"]
            .with_context(**QUIET)
            .create(
                {
                    "picking_type_id": operation.id,
                    "partner_id": delivery.partner_id.id,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "origin": _(
                        "Return of %(order)s, %(ref)s",
                        order=order.name,
                        ref=self.return_ref,
                    ),
                    "company_id": self.company_id.id,
                    "carrier_tracking_ref": self.tracking_ref,
                    "move_ids": [
                        Command.create(
                            self._prepare_move(move, quantity, source, target)
                        )
                        for move, quantity in parts
                    ],
                }
            )
        )
        picking.action_confirm()
        self.picking_id = picking

    def _book_at_amazon(self, order, parts):
        """Book goods that are at Amazon: sellable ones where they are sold from, others
        in a location of their own."""
        account = self.account_id
        location = account._get_fba_location(order.amazon_marketplace_id)
        if self._is_counted_already(parts, location):
            self.is_counted = True
            return
        target = location
        if self.disposition != SELLABLE:
            target = account._get_unsellable_location(location)
        values = []
        for move, quantity in parts:
            lots = move.move_line_ids.lot_id
            operation = self.env["stock.picking.type"]
            if move.product_id.tracking != "none" and not lots:
                operation = account._get_lotless_operation(location)
            if len(lots) > 1 or (
                move.product_id.tracking != "none" and not lots and not operation
            ):
                self.hold_reason = "lot"
                return
            source = move.location_dest_id
            vals = self._prepare_move(move, quantity, source, target)
            vals |= {
                "picking_type_id": operation.id,
                "date": self.returned_at,
                "state": "confirmed",
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": move.product_id.id,
                            "product_uom_id": move.product_id.uom_id.id,
                            "quantity": quantity,
                            "picked": True,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            "company_id": self.company_id.id,
                            "lot_id": lots.id,
                        }
                    )
                ],
            }
            values.append(vals)
        moves = self.env["stock.move"].with_context(**QUIET).create(values)
        moves._action_done()
        self.move_id = moves[:1]

    def _is_counted_already(self, parts, location):
        """Recognize goods that an inventory adjustment has brought in.

        :return bool: the quantity in the Amazon location was adjusted to Amazon's
        after the goods had come back
        """
        products = self.env["product.product"].union(
            *(move.product_id for move, _quantity in parts)
        )
        return bool(
            self.env["stock.move"].search_count(
                [
                    ("is_inventory", "=", True),
                    ("state", "=", "done"),
                    ("product_id", "in", products.ids),
                    ("company_id", "=", self.company_id.id),
                    ("date", ">=", self.returned_at),
                    "|",
                    ("location_id", "=", location.id),
                    ("location_dest_id", "=", location.id),
                ],
                limit=1,
            )
        )
