"""What is reported to Amazon of shipments, seen from the order (features H1, H2).

One balance of pieces for each item of an Amazon order (feature H6): ordered, cancelled,
shipped before, reported, open here.

What Amazon states is the reference. Quantities of lines and deliveries that people edit
are compared with it, and never change it.
"""

import math
from collections import Counter, defaultdict

from odoo import _, api, fields, models
from odoo.tools import float_compare, float_round, sql

from ...tools.by_code import is_by_code
from .. import kits

# Programmes of which Amazon learns by itself that the goods have left: confirmShipment
# refuses them (“Confirm the shipment status”), or they have a flow of their own.
SELF_CONFIRMED = {
    "FBM_SHIP_PLUS": "Ship+",
    "AMAZON_EASY_SHIP": "Easy Ship",
    "IN_STORE_PICK_UP": "In-Store Pickup",
    "DELIVERY_BY_AMAZON": "Delivery by Amazon",
}
INVOICE_BY_AMAZON = "INVOICE_BY_AMAZON"
# Finer than any quantity, coarser than what floats add by themselves.
FLOAT_NOISE = 1e-6
# Amazon waits for the goods of these; nothing is owed to others.
WAITING_STATUSES = ("UNSHIPPED", "PARTIALLY_SHIPPED")
# States of a purchase whose goods have no move yet.
OPEN_PURCHASES = ("draft", "sent", "to approve")
# An item of an Amazon order has one line. A constraint has an entry for each
# line of the shop, too.
ONE_LINE_EACH = """
    ALTER TABLE sale_order_line
          DROP CONSTRAINT IF EXISTS sale_order_line_unique_amazon_item;
    CREATE UNIQUE INDEX IF NOT EXISTS sale_order_line_unique_amazon_item_ref
        ON sale_order_line (order_id, amazon_item_ref)
     WHERE amazon_item_ref IS NOT NULL
"""


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    amazon_units = fields.Float(
        "Units at Amazon",
        digits="Product Unit of Measure",
        copy=False,
        readonly=True,
        help="So many units of the product are all pieces that the buyer ordered, "
        "whatever quantity the line has by now.",
    )
    amazon_due = fields.Integer(
        "Pieces owed",
        copy=False,
        readonly=True,
        help="How many pieces Amazon last said that the buyer gets: ordered, less what "
        "is cancelled.",
    )
    amazon_fulfilled = fields.Integer(
        "Pieces shipped at Amazon",
        copy=False,
        readonly=True,
        help="How many pieces had left when Amazon was last read.",
    )
    amazon_waiting = fields.Integer(
        "Pieces nobody delivers",
        compute="_compute_amazon_waiting",
        compute_sudo=True,
        precompute=True,
        store=True,
        copy=False,
        help="Amazon waits for so many pieces, and nothing here is going to deliver "
        "them.",
    )
    # The same in units: id of a product, of a kit those of its parts -> quantity.
    amazon_waiting_units = fields.Json(
        compute="_compute_amazon_waiting",
        compute_sudo=True,
        precompute=True,
        store=True,
        copy=False,
    )
    amazon_waiting_reported = fields.Integer(copy=False, readonly=True)
    # What the kit consisted of when the order came in, however its parts list is
    # changed later: {"product": its id, "units": of the kit, "parts": {id: quantity}}.
    amazon_kit_parts = fields.Json(copy=False, readonly=True)

    def _amazon_count_pieces(self, delivered, needs):
        """Translate what was delivered back to pieces of Amazon's item.

        :param dict delivered: product -> quantity so far, in the product's unit
        :param dict needs: product -> quantity for the whole line; the parts of a kit
        :return int: pieces that are complete, never more than Amazon takes
        """
        self.ensure_one()
        shares = [delivered.get(product, 0.0) / need for product, need in needs.items()]
        pieces = min(shares, default=0.0) * self.amazon_quantity
        complete = math.floor(float_round(pieces, precision_rounding=FLOAT_NOISE))
        return max(0, min(complete, self._amazon_most()))

    def _amazon_most(self):
        """Count the pieces of which Amazon takes a confirmation.

        Of a cancelled order it takes none: the refusal is how a person hears of goods
        that left all the same.

        :return int: ordered, less what the buyer or Amazon has cancelled since, and
        what left before the order came to Odoo
        """
        most = self.amazon_quantity
        if self.order_id.amazon_status != "CANCELLED":
            most = min(most, self.amazon_due)
        return most - self._amazon_pieces_before()

    def _amazon_needs(self):
        """Compute how much of which product makes all pieces that Amazon's buyer
        ordered, whatever people made of the line and its deliveries.

        :return dict: line -> {product: quantity in the product's unit}
        """
        noted = self.filtered(lambda line: line._amazon_is_known_kit())
        needs = {line: line._amazon_noted_needs() for line in noted}
        others = self - noted
        units = {line: line.amazon_units or line.product_uom_qty for line in others}
        for line, demands in kits.split_lines(others, units).items():
            wanted = defaultdict(float)
            for demand in demands:
                wanted[demand.product] += demand.quantity
            planned = defaultdict(float)
            for move in line.move_ids._amazon_first_sent():
                if move.state != "cancel":
                    planned[move.product_id] += move.product_qty
            # A parts list may have changed since: then the moves say what it was, of
            # the quantity that the line has by now.
            fits = planned.keys() <= wanted.keys()
            if not fits and line.product_uom_qty:
                share = units[line] / line.product_uom_qty
                planned = {part: need * share for part, need in planned.items()}
            chosen = wanted if fits else planned
            needs[line] = {
                product: need for product, need in chosen.items() if need > 0
            }
        return needs

    def _amazon_is_known_kit(self):
        """Recognize a line of which is noted what it consists of.

        :return bool: whether it is a kit that has not been replaced since
        """
        kit = self.amazon_kit_parts or {}
        return kit.get("product") == self.product_id.id

    def _amazon_noted_needs(self):
        """Compute the needs of a kit from what was noted when the order came in.

        :return dict: see _amazon_needs
        """
        kit, products = self.amazon_kit_parts, self.env["product.product"]
        share = (self.amazon_units or self.product_uom_qty) / kit["units"]
        return {
            products.browse(int(part)): quantity * share
            for part, quantity in kit["parts"].items()
        }

    def _amazon_note_kits(self):
        """Note what the kits among these lines consist of, before anybody changes their
        parts lists or deliveries."""
        if "mrp.bom" not in self.env:
            return
        for line in self.filtered("amazon_units"):
            moves = line.move_ids
            moves = moves._amazon_to_customer() | moves._amazon_before_last_step()
            if not moves.product_id - line.product_id:
                continue
            parts = Counter()
            for move in moves:
                parts[str(move.product_id.id)] += move.product_qty
            line.sudo().amazon_kit_parts = {
                "product": line.product_id.id,
                "units": line.amazon_units - line.amazon_shipped_before,
                "parts": parts,
            }

    def _auto_init(self):
        """Fill the column for existing lines; nothing is found out about orders of the
        past."""
        if not sql.column_exists(self.env.cr, self._table, "amazon_waiting"):
            for name, kind in (
                ("amazon_units", "numeric"),
                ("amazon_due", "int4"),
                ("amazon_fulfilled", "int4"),
                ("amazon_waiting", "int4"),
                ("amazon_waiting_units", "jsonb"),
            ):
                sql.create_column(self.env.cr, self._table, name, kind)
            if sql.column_exists(self.env.cr, self._table, "amazon_item_ref"):
                self.env.cr.execute(
                    "UPDATE sale_order_line SET amazon_units = product_uom_qty,"
                    " amazon_due = amazon_quantity WHERE amazon_item_ref IS NOT NULL"
                )
        result = super()._auto_init()
        sql.create_index(
            self.env.cr,
            "sale_order_line_amazon_waiting",
            self._table,
            ["company_id", "product_id"],
            where="amazon_waiting > 0",
        )
        self.env.cr.execute(ONE_LINE_EACH)
        return result

    # === COMPUTE METHODS === #

    def _amazon_waiting_depends(self):
        names = [
            "amazon_due",
            "amazon_fulfilled",
            "amazon_shipped_before",
            "amazon_units",
            "move_ids.product_uom_qty",
            "move_ids.state",
            "order_id.amazon_status",
            "order_id.state",
            "product_id",
        ]
        if "purchase_line_ids" in self._fields:  # dropship before it is ordered
            names.append("purchase_line_ids.order_id.state")
        return names

    @api.depends(lambda self: self._amazon_waiting_depends())
    def _compute_amazon_waiting(self):
        owed = self.filtered(lambda line: line._amazon_is_owed())
        (self - owed).amazon_waiting = 0
        (self - owed).amazon_waiting_units = False
        if not owed:
            return
        needs = owed._amazon_needs()
        for line in owed:
            coming = line._amazon_count_pieces(line._amazon_coming(), needs[line])
            missing = line._amazon_left(coming)
            if missing:  # goods of a package that came back had left all the same
                missing = line._amazon_left(max(coming, line._amazon_reported()))
            line.amazon_waiting = missing
            share = missing / (line.amazon_quantity or 1)
            line.amazon_waiting_units = missing and {
                str(product.id): quantity * share
                for product, quantity in needs[line].items()
            }

    def _amazon_is_owed(self):
        """Recognize the lines that the seller has to deliver.

        :return bool: whether Amazon waits for the goods of this line
        """
        order = self.order_id
        return bool(
            self.amazon_item_ref
            and self.amazon_due
            and order.state != "cancel"
            and order.amazon_channel == "fbm"
            and order.amazon_status in WAITING_STATUSES
            # a new order is confirmed in a moment
            and (order.state == "sale" or not is_by_code(self.env, "amazon_import"))
        )

    # === BUSINESS METHODS - THE ACCOUNT === #

    def _amazon_pieces_before(self):
        """Convert what was shipped before the import into pieces of Amazon's item.

        :return int: pieces that had left before the order came to Odoo
        """
        if not (self.amazon_shipped_before and self.amazon_units):
            return 0
        share = self.amazon_shipped_before / self.amazon_units
        return round(share * self.amazon_quantity)

    def _amazon_left(self, pieces):
        """Deduct what leaves here, or what Amazon counts as shipped if that is more.

        :param int pieces: that leave, or have left, from here
        :return int: what Amazon waits for beyond them
        """
        here = self._amazon_pieces_before() + pieces
        return max(0, self.amazon_due - max(here, self.amazon_fulfilled))

    def _amazon_reported(self):
        """Count the pieces in all packages of the order's deliveries.

        :return int: pieces that were reported to Amazon, or are going to be
        """
        return self.order_id.picking_ids.amazon_package_ids._amazon_count_item(self)

    def _amazon_coming(self):
        """Count what has left and what is going to leave for the buyer.

        :return Counter: product -> quantity in the product's unit
        """
        coming = Counter()
        for move in self.move_ids._amazon_first_sent():
            if move.state == "done" and move.picking_id:  # else it was not reported
                coming[move.product_id] += move._amazon_moved()
            elif move.state not in ("done", "cancel"):
                coming[move.product_id] += move.product_qty
        for move in self.move_ids._amazon_before_last_step():
            coming[move.product_id] += move.product_qty
        if "purchase_line_ids" in self._fields:
            for bought in self.purchase_line_ids:
                if bought.state in OPEN_PURCHASES:
                    coming[bought.product_id] += bought.product_uom_qty
        return coming

    def _amazon_note_account(self, order):
        """Keep what Amazon says now of each item.

        :param Order order:
        """
        items = {item.item_id: item for item in order.items}
        for line in self.filtered("amazon_item_ref"):
            if item := items.get(line.amazon_item_ref):
                vals = self._prepare_amazon_account_vals(order, item)
                changed = {k: v for k, v in vals.items() if line[k] != v}
                if changed:
                    line.write(changed)

    @api.model
    def _prepare_amazon_account_vals(self, order, item):
        """The pieces that Amazon waits for and those it counts as shipped.

        :param Order order:
        :param OrderItem item:
        :return dict: values of sale.order.line
        """
        shipped, left = item.quantity_fulfilled or 0, item.quantity_unfulfilled
        return {
            "amazon_due": item.quantity if left is None else shipped + left,
            "amazon_fulfilled": shipped if order.is_fbm else 0,
        }

    # === BUSINESS METHODS - WHAT NOBODY DELIVERS === #

    def _amazon_raise_to_due(self):
        """Have a line that was lowered ask for all that Amazon waits for, at Amazon's
        price."""
        line = self
        wanted = line.amazon_units * line.amazon_due / (line.amazon_quantity or 1)
        digits = line.product_uom.rounding
        if float_compare(line.product_uom_qty, wanted, precision_rounding=digits) >= 0:
            return
        line.write({"product_uom_qty": wanted, **line._amazon_price_now(wanted)})

    def _amazon_touch_offers(self):
        """Make goods available that Amazon waited for in vain: the next scan of the
        stock finds their offers."""
        self.env["amazon.offer"].flush_model(["product_id"])
        self.env.cr.execute(
            "UPDATE amazon_offer SET write_date = now() AT TIME ZONE 'UTC'"
            " WHERE product_id = ANY(%s)",
            [self.product_id.ids],
        )
        self.env["amazon.offer"].invalidate_model(["write_date"])

    def _describe_amazon_waiting(self):
        """List what is still to be delivered, in words.

        :return str: pieces and SKUs
        """
        goods = []
        for line in self:
            text = _(
                "%(count)s of %(sku)s",
                count=line.amazon_waiting,
                sku=line.amazon_offer_id.sku or line.product_id.display_name,
            )
            goods.append(text)
        return ", ".join(goods)
