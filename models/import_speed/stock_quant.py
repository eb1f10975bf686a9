"""Quants, searched once for all lines of a product that an import reserves."""

import contextlib

from odoo import api, fields, models
from odoo.tools import float_compare, float_is_zero

from ...tools.batch_flush import WRITES_MANY, modules_that_define
from ...tools.batch_memo import memo_of
from ...tools.by_code import is_by_code
from .reservation import HELD, KNOWN, has_enough

MEMO, LOCKED = "amazon_connector.quants", "amazon_connector.locked_quants"
PLENTY, TAKEN = "amazon_connector.quants_of_plenty", "amazon_connector.taken"


def forget_quants(cr):
    """Forget the quants of a batch, as others may be found from now on."""
    cr.cache.pop(MEMO, None)


def forget_locks(cr):
    """Forget which quants are locked: a part of a transaction may have been undone."""
    cr.cache.pop(LOCKED, None)


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _gather(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        qty=0,
    ):
        """Search quants once for all lines of a product in an import. To reserve a line
        Odoo searches the same quants four times: eight statements less for an order of
        two lines. Other orders are not concerned."""
        arguments = (product_id, location_id, lot_id, package_id, owner_id, strict)
        context = self.env.context
        # a cache of Odoo's own is better yet
        if not is_by_code(self.env, "amazon_import") or "quants_cache" in context:
            return super()._gather(*arguments, qty=qty)
        memo = self.env.cr.cache.setdefault(MEMO, {})
        # Goods that expire: what lasts until the day of one delivery may not until that
        # of another (module product_expiry).
        lasting = context.get("with_expiration")
        key = tuple(part and part.id for part in arguments[:-1]), strict, lasting
        if key not in memo:
            # it chooses by the quantity
            strategy = self._get_removal_strategy(product_id, location_id)
            if strategy == "least_packages":
                return super()._gather(*arguments, qty=qty)
            memo[key] = super()._gather(*arguments, qty=qty).ids
        return self.browse(memo[key])

    @api.model_create_multi
    def create(self, vals_list):
        forget_quants(self.env.cr)
        return super().create(vals_list)

    def write(self, vals):
        if MEMO in self.env.cr.cache and self._amazon_changes_order(vals):
            forget_quants(self.env.cr)
        return super().write(vals)

    def unlink(self):
        forget_quants(self.env.cr)
        return super().unlink()

    @api.model
    def _merge_quants(self):
        forget_quants(self.env.cr)
        return super()._merge_quants()

    @api.model
    def _update_reserved_quantity(
        self, product_id, location_id, quantity, *args, **kwargs
    ):
        """Sum up what an import reserves of a quant while it makes the move lines, of
        goods without lot, package and owner."""
        held, key = self.env.cr.cache.get(HELD, ()), (product_id, location_id)
        if key not in held:
            return super()._update_reserved_quantity(
                product_id, location_id, quantity, *args, **kwargs
            )
        held[key] += quantity
        return None

    @api.model
    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        """Lock a quant once in an import. Odoo locks it anew whenever it changes: eight
        statements for an order of two lines that Amazon has shipped."""
        if TAKEN in self.env.cr.cache and not args[1:]:
            taken = self._amazon_take(product_id, location_id, *args, **kwargs)
            if taken:
                return taken
        update = super()._update_available_quantity
        where = [kwargs.get(name) for name in ("lot_id", "package_id", "owner_id")]
        known = modules_that_define(self, "_update_available_quantity") == {"stock"}
        is_usual = WRITES_MANY or args[2:] or any(where) or not known
        if is_usual or not is_by_code(self.env, "amazon_import"):
            return update(product_id, location_id, *args, **kwargs)
        place = (product_id, location_id, *where)
        quant = self.sudo()._gather(*place, strict=True)
        # a lock ends with its transaction, which has one beginning
        locked = self.env.cr.cache.setdefault(LOCKED, {})
        if len(quant) == 1 and locked.get(quant.id) == self.env.cr.now():
            amounts = dict(zip(("quantity", "reserved_quantity"), args, strict=False))
            amounts.update(kwargs)
            return self._amazon_update_locked(quant, place, **amounts)
        before = quant.mapped(lambda each: (each.quantity, each.reserved_quantity))
        result = update(product_id, location_id, *args, **kwargs)
        after = quant.mapped(lambda each: (each.quantity, each.reserved_quantity))
        if len(quant) == 1 and before != after:  # else somebody else has the lock
            locked[quant.id] = self.env.cr.now()
        return result

    @api.model
    def _amazon_update_locked(
        self, quant, place, quantity=0, reserved_quantity=0, in_date=None, **_where
    ):
        """Change a quant that is locked already, as Odoo does.

        :param tuple place: product, location, lot, package, owner
        :return tuple: what is available then, since when the goods are there
        """
        rounding = quant.product_uom_id.rounding
        is_there = float_compare(quant.quantity, 0, precision_rounding=rounding) > 0
        dates = [in_date] if in_date else []
        if is_there and quant.in_date and not place[1].should_bypass_reservation():
            dates.append(quant.in_date)
        in_date = min(dates, default=fields.Datetime.now())
        vals = {"in_date": in_date}
        if quantity:
            vals["quantity"] = quant.quantity + quantity
        if reserved_quantity:
            vals["reserved_quantity"] = quant.reserved_quantity + reserved_quantity
        quant.write(vals)
        available = quant._get_available_quantity(
            *place, strict=True, allow_negative=True
        )
        return available, in_date

    @api.model
    def _amazon_reserve_held(self, held):
        """Reserve what was summed up.

        :param dict held: (product, location) -> quantity
        """
        for (product, location), quantity in held.items():
            rounding = product.uom_id.rounding
            if not float_is_zero(quantity, precision_rounding=rounding):
                self._update_reserved_quantity(product, location, quantity)

    @api.model
    @contextlib.contextmanager
    def _amazon_hold(self, needs):
        """Reserve nothing while goods are booked out that an import has just reserved:
        it would be taken back at once. One quant has to have enough for all of them.

        :param dict needs: (product, location) -> quantity that leaves
        """
        cache, methods = self.env.cr.cache, ("_update_reserved_quantity", "_gather")
        is_usual = HELD in cache or memo_of(self.env) is None or WRITES_MANY
        if is_usual or modules_that_define(self, *methods) - KNOWN:
            yield
            return
        plenty = {}
        for (product, location), need in needs.items():
            quant = self.sudo()._gather(product, location, strict=True)
            if product.tracking == "none" and has_enough(quant, need):
                plenty[product, location] = quant
        cache[HELD] = dict.fromkeys(plenty, 0.0)
        cache[PLENTY] = plenty if len(plenty) == len(needs) else {}
        try:
            yield
        finally:
            held = cache.pop(HELD)
            cache.pop(PLENTY)
        self._amazon_reserve_held(held)

    @api.model
    @contextlib.contextmanager
    def _amazon_take_at_once(self):
        """Change each quant once while goods leave of which there is plenty, see
        `_amazon_hold`. Odoo changes two for each move line."""
        cache, methods = self.env.cr.cache, ("_action_done", "_synchronize_quant")
        is_usual = not cache.get(PLENTY) or TAKEN in cache
        lines = self.env["stock.move.line"]
        if is_usual or modules_that_define(lines, *methods) - KNOWN:
            yield
            return
        cache[TAKEN] = {}
        try:
            yield
        finally:
            taken = cache.pop(TAKEN)
        for (product, location, in_date), quantity in taken.items():
            self._update_available_quantity(
                product, location, quantity, in_date=in_date
            )

    @api.model
    def _amazon_take(
        self, product, location, quantity=0, reserved_quantity=0, in_date=None, **where
    ):
        """Sum up what goes from a quant of which there is plenty, or comes to a buyer.

        :param dict where: lot, package, owner
        :return tuple|None: what is available then, since when the goods are there; None
            when Odoo has to change the quant by itself
        """
        plenty, taken = self.env.cr.cache.get(PLENTY), self.env.cr.cache[TAKEN]
        is_other = reserved_quantity or any(where.values())
        if is_other or not float(quantity).is_integer():
            return None
        quant = plenty.get((product, location))
        if quant and quant.in_date and quantity < 0 and not in_date:
            key, since = (product, location, None), quant.in_date
        elif location.usage == "customer" and quantity > 0 and in_date:
            key, since = (product, location, in_date), in_date
        else:
            return None
        taken[key] = taken.get(key, 0.0) + quantity
        left = quant.quantity - quant.reserved_quantity if quant else 0.0
        return left + taken[key], since

    def _amazon_changes_order(self, vals):
        """Recognize changes that make remembered quants wrong.

        :return bool: whether others would be found then, or in another order
        """
        if vals.keys() - {"quantity", "reserved_quantity", "in_date"}:
            return True
        return any(
            quant.in_date != vals.get("in_date", quant.in_date) for quant in self
        )
