"""Quants, searched once for all lines of a product that an import reserves."""

from odoo import api, models

MEMO = "amazon_connector.quants"


def forget_quants(cr):
    """Forget the quants of a batch, as others may be found from now on."""
    cr.cache.pop(MEMO, None)


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
        if not self.env.context.get("amazon_import") or is_other:
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

    def _amazon_changes_order(self, vals):
        """Recognize changes that make remembered quants wrong.

        :return bool: whether others would be found then, or in another order
        """
        if vals.keys() - {"quantity", "reserved_quantity", "in_date"}:
            return True
        return any(
            quant.in_date != vals.get("in_date", quant.in_date) for quant in self
        )
