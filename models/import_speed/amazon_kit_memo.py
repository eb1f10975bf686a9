"""Kits of an import, looked up once for each product.

With Manufacturing installed Odoo asks for each line and each move whether its product
is a kit, six statements for an order of two lines.
"""

from odoo import models

from ...tools.by_code import is_by_code

MEMO = "amazon_connector.kits"


def forget_kits(cr):
    """Forget the bills of materials of a batch: they may change before the next one."""
    cr.cache.pop(MEMO, None)


class AmazonKitMemo(models.AbstractModel):
    _name = "amazon.kit.memo"
    _description = "Amazon: kits of an import"

    def _register_hook(self):
        """Remember answers of Manufacturing, where that is installed: as Odoo's own
        automation rules do it, for nobody can extend a model that may be missing."""
        super()._register_hook()
        if "mrp.bom" not in self.env:
            return
        bom = type(self.env["mrp.bom"])
        find = bom._bom_find
        if getattr(find, "is_amazon_memo", False):
            return

        def _bom_find(self, products, *args, **kwargs):
            cache = self.env.cr.cache
            if len(products) != 1 or not is_by_code(self.env, "amazon_import"):
                return find(self, products, *args, **kwargs)
            key = (products, self.env.su, *args, *sorted(kwargs.items()))
            memo = cache.setdefault(MEMO, {})
            if key not in memo:
                memo[key] = find(self, products, *args, **kwargs)[products].id
            found = find(
                self, products.browse(), *args, **kwargs
            )  # a mapping of theirs
            if memo[key]:
                found[products] = self.browse(memo[key])
            return found

        _bom_find.is_amazon_memo = True
        bom._bom_find = _bom_find
