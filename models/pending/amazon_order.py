"""Pending orders hold stock (feature D12, an option of the account).

Read from the top down: the import (`models/orders`) judges a batch, has `_settle_holds`
free what is no longer pending, imports, and has `_hold` keep aside what still is. Paid
orders come first; what an order holds goes to that order.

Nothing is counted twice. Amazon takes what it sells off its quantity by itself, pending
orders included, until Odoo states a new quantity: that replaces Amazon's and has to
leave out what is sold. All orders of the moment are noted before one is stated
(`_read_orders_first`), and each takes its units once from what is free in Odoo: by its
hold while it is pending, by its delivery afterwards, for the hold is gone in the
transaction that makes the delivery. Should Amazon keep the units of pending orders back
from a stated quantity, too (it does not say so), it offers a little less for a while,
never too much.

Held stock becomes free again when an order is paid, cancelled, or waits for too long.
"""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.fields import Command
from odoo.tools import float_compare

from ...amazon_api import UnreadableOrder
from ...tools.reader_time import describe_moment
from .. import kits

# Amazon's other waiting statuses, such as pre-orders, hold nothing.
PENDING = "PENDING"


def _sum_goods(location, pieces, boms):
    """Add up what has to be held, kits by their parts.

    :param location: stock.location
    :param list pieces: of (amazon.offer, quantity in the unit of its product)
    :param dict boms: of the kits, product.product -> mrp.bom
    :return dict: (stock.location, product.product) -> quantity; only what is stored
    """
    wanted = {}
    for offer, quantity in pieces:
        product = offer.product_id
        if not product or not quantity:
            continue
        for demand in kits.split(boms, product, quantity):
            if demand.product.detailed_type == "product":
                place = location, demand.product
                wanted[place] = wanted.get(place, 0) + demand.quantity
    return wanted


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    # Stays when the hold is over: the time allowed runs once.
    held_at = fields.Datetime("Holds stock since", readonly=True)
    # empty -[pending]-> set -[paid, cancelled, too late, not wanted]-> empty
    held_until = fields.Datetime(
        "Holds stock until", readonly=True, index="btree_not_null"
    )
    hold_move_ids = fields.One2many(
        "stock.move", "amazon_order_id", "Held goods", readonly=True
    )
    # Offers of a pending order that have no product: nothing is held for them.
    unmapped_offer_ids = fields.Many2many(
        "amazon.offer",
        "amazon_order_unmapped_offer_rel",
        string="SKUs without product",
        readonly=True,
    )
    hold_summary = fields.Text(
        "Held stock", compute="_compute_hold_summary", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "held_at", "held_until")
    @api.depends_context("lang", "tz")
    def _compute_hold_summary(self):
        for row in self:
            row.hold_summary = " ".join(row._describe_hold()) or False

    def _describe_hold(self):
        """Say what a pending order keeps aside.

        :return list: of sentences: what is held, what is not and why
        """
        parts = []
        moves = self.hold_move_ids.filtered(lambda move: move.state != "cancel")
        if self.held_until and moves:
            parts.append(
                _(
                    "Holds %(goods)s since %(since)s, until %(until)s at the latest.",
                    goods=moves._describe_amazon_goods(),
                    since=describe_moment(self.env, self.held_at),
                    until=describe_moment(self.env, self.held_until),
                )
            )
        short = moves.filtered(lambda move: move.state != "assigned")
        if self.held_until and short:
            goods = short._describe_amazon_goods(missing=True)
            parts.append(_("Not in stock at the moment: %s.", goods))
        if self.state == "waiting" and self.unmapped_offer_ids:
            skus = ", ".join(self.unmapped_offer_ids.mapped("sku"))
            parts.append(
                _(
                    "Nothing is held of %s: choose the product on the listing, then it "
                    "is held with the next reading of orders.",
                    skus,
                )
            )
        return parts

    # === CRUD METHODS === #

    def unlink(self):
        """Release what the order holds, which must not outlive it."""
        self.filtered("held_until")._release()
        return super().unlink()

    # === BUSINESS METHODS - IMPORT === #

    def _settle_holds(self, account, orders):
        """Free the stock of what is no longer pending, before anything is imported, so
        that the orders of the batch find it. An order that failed keeps it, for
        somebody has to deliver it.

        :param account: one amazon.account, in an environment of its company
        :param dict orders: Amazon reference -> Order or UnreadableOrder
        :return: the rows that are to hold stock, see _hold
        """
        pending = self.browse()
        if account.hold_pending:
            pending = self.filtered(
                lambda row: row._is_to_hold(account, orders[row.amazon_order_ref])
            )
        over = (self - pending).filtered(
            lambda row: (
                row.held_until
                and (row.sale_order_id or row.state in ("waiting", "ignored"))
                and not row.incomplete_since  # paid, only its items are not known yet
            )
        )
        if over:
            over._release()
        return pending

    def _is_to_hold(self, account, order):
        """Find out whether Amazon's order may keep stock aside now.

        :return bool: whether the row is an FBM order that waits for its payment,
        and not for too long
        """
        if self.state != "waiting" or not order.is_fbm or order.status != PENDING:
            return False
        if isinstance(order, UnreadableOrder):
            return False
        allowed = timedelta(days=account.hold_days)
        return not self.held_at or self.held_at + allowed > fields.Datetime.now()

    @api.model
    def _reopen_unmapped(self, account):
        """Read pending orders again that have got their products since."""
        if account.hold_pending:
            self.search(
                [
                    ("account_id", "=", account.id),
                    ("state", "=", "waiting"),
                    ("unmapped_offer_ids.product_id", "!=", False),
                ]
            )._read_again()

    def _read_again(self):
        """Make the rows due: the next run asks Amazon for each (operation getOrder)."""
        self.write({"state": "new", "error_message": False, "next_try_at": False})

    # === BUSINESS METHODS - HOLDING === #

    def _hold(self, account, orders):
        """Keep aside what pending orders ask for: all of them in one go. What is held
        and still asked for stays as it is.

        :param account: one amazon.account, in an environment of its company
        :param dict orders: Amazon reference -> Order
        """
        if not self:
            return
        wanted = self._find_wanted(account, orders)
        changed = self.filtered(lambda row: not row._is_held(wanted[row]))
        again = changed.filtered("held_until")
        again._drop_holds()
        moves = self.env["stock.move"]._amazon_hold(
            {row: wanted[row] for row in again + (changed - again)}
        )
        (moves + (self - changed).hold_move_ids)._amazon_reserve()
        self._note_held(account, self.filtered(lambda row: wanted[row]))

    def _note_held(self, account, holding):
        """Note until when the rows hold stock; a hold that goes on keeps its first day.

        :param holding: those of self that hold stock
        """
        now, allowed = fields.Datetime.now(), timedelta(days=account.hold_days)
        for since, rows in holding.grouped("held_at").items():
            since = since or now
            rows.write({"held_at": since, "held_until": since + allowed})
        (self - holding).filtered("held_until").held_until = False

    def _is_held(self, wanted):
        """Compare a hold with what the order needs by now.

        :param dict wanted: (stock.location, product.product) -> quantity
        :return bool: whether that is what the row holds, no more and no less
        """
        held = self.hold_move_ids._amazon_sum_goods()
        digits = self.env["decimal.precision"].precision_get("Product Unit of Measure")
        return wanted.keys() == held.keys() and all(
            float_compare(held[place], quantity, precision_digits=digits) == 0
            for place, quantity in wanted.items()
        )

    def _find_wanted(self, account, orders):
        """Find out which goods the items are, kits in their parts; remember the SKUs
        that have no product.

        :return dict: row -> dict: (stock.location, product.product) -> quantity in the
            product's unit
        """
        offers = self.env["amazon.offer"]._find_or_create(
            account, [orders[row.amazon_order_ref] for row in self]
        )
        products = self.env["product.product"].union(
            *(offer.product_id for offer in offers.values())
        )
        boms = kits.find(products)
        wanted = {}
        for row in self:
            order = orders[row.amazon_order_ref]
            pieces = [
                (offer, item.quantity * offer.quantity_factor)
                for item in order.items
                if (offer := offers.get((order.marketplace_id, "fbm", item.sku)))
            ]
            unmapped = [offer.id for offer, _count in pieces if not offer.product_id]
            if set(unmapped) != set(row.unmapped_offer_ids.ids):
                row.unmapped_offer_ids = [Command.set(unmapped)]
            location = account._get_delivering_warehouse(row.marketplace_id)
            wanted[row] = _sum_goods(location.lot_stock_id, pieces, boms)
        return wanted

    # === BUSINESS METHODS - RELEASING === #

    @api.model
    def _find_stray_holds(self):
        """Find holds that the import of orders would not end.

        :return: rows of all accounts whose time is up, or whose hold came about
        while somebody switched it off
        """
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("held_until", "!=", False),
                    "|",
                    "|",
                    "|",
                    "|",
                    ("held_until", "<=", fields.Datetime.now()),
                    ("account_id.active", "=", False),
                    ("account_id.hold_pending", "=", False),
                    ("account_id.refresh_token_sealed", "=", False),
                    ("state", "in", ("done", "ignored")),
                ]
            )
        )

    def _release_alone(self, account):
        """Release beside the import, unless that is at work.

        :return bool: False: somebody writes orders of the company just now
        """
        if not self._lock_stock(account.company_id):
            return False
        self._release()
        return True

    def _release(self):
        """Free the held goods, for what waits for them in Odoo; the rest goes back to
        Amazon, which may have added it to its quantity by itself."""
        moves = self.sudo().hold_move_ids
        products, locations = moves.product_id, moves.location_id
        companies = moves.company_id
        self._drop_holds()
        if products:
            self.env["amazon.offer"].sudo().search(
                [
                    ("product_id", "in", products.ids),
                    ("amazon_channel", "=", "fbm"),
                    ("company_id", "in", companies.ids),
                ]
            )._restate_quantity()
            self.env["stock.move"].sudo()._amazon_serve_waiting(products, locations)

    def _drop_holds(self):
        """End the holds and delete their moves."""
        self.sudo().hold_move_ids._amazon_let_go()
        self.filtered("held_until").held_until = False
