"""Quants, searched once for all lines of a product that an import reserves."""

from odoo import api, fields, models
from odoo.tools import float_compare

from ...tools.batch_flush import WRITES_MANY, modules_that_define
from ...tools.by_code import is_by_code
from .reservation import HELD

MEMO, LOCKED = "amazon_connector.quants", "amazon_connector.locked_quants"


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
        strategy = self._get_removal_strategy(product_id, location_id)
        # “least packages” chooses by the quantity; a cache of Odoo's own is better yet.
        is_other = strategy == "least_packages" or "quants_cache" in self.env.context
        if not is_by_code(self.env, "amazon_import") or is_other:
            return super()._gather(*arguments, qty=qty)
        memo = self.env.cr.cache.setdefault(MEMO, {})
        # Goods that expire: what lasts until the day of one delivery may not until that
        # of another (module product_expiry).
        lasting = self.env.context.get("with_expiration")
        key = tuple(part and part.id for part in arguments[:-1]), strict, lasting
        if key not in memo:
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
        """Sum up what an import reserves of a quant while it makes the move lines:
        whole pieces, of goods without lot, package and owner."""
        held = self.env.cr.cache.get(HELD)
        if held is None:
            return super()._update_reserved_quantity(
                product_id, location_id, quantity, *args, **kwargs
            )
        key = product_id, location_id
        held[key] = held.get(key, 0.0) + quantity
        return None

    @api.model
    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        """Lock a quant once in an import. Odoo locks it anew whenever it changes: eight
        statements for an order of two lines that Amazon has shipped."""
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
            self._update_reserved_quantity(product, location, quantity)

    def _amazon_changes_order(self, vals):
        """Recognize changes that make remembered quants wrong.

        :return bool: whether others would be found then, or in another order
        """
        if vals.keys() - {"quantity", "reserved_quantity", "in_date"}:
            return True
        return any(
            quant.in_date != vals.get("in_date", quant.in_date) for quant in self
        )
