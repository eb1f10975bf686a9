"""Stock rules, searched once for all products with the same routes."""

from odoo import models

from ...tools.by_code import is_by_code

MEMO = "amazon_connector.rules"


def forget_rules(cr):
    """Forget the rules of a batch, as they may change before the next one."""
    cr.cache.pop(MEMO, None)


class ProcurementGroup(models.Model):
    _inherit = "procurement.group"

    def _get_rule(self, product_id, location_id, values):
        """Search once for all products with the same routes in an import, one statement
        less for each line. Other orders are not concerned. What a line is packed in may
        have routes, too; its name differs by the series."""
        if not is_by_code(self.env, "amazon_import"):
            return super()._get_rule(product_id, location_id, values)
        key = (
            product_id.route_ids,
            product_id.categ_id.total_route_ids,
            location_id,
            values.get("warehouse_id"),
            values.get("route_ids"),
            values.get("company_id"),
            *(values[name] for name in sorted(values) if "packaging" in name),
        )
        memo = self.env.cr.cache.setdefault(MEMO, {})
        if key not in memo:
            memo[key] = super()._get_rule(product_id, location_id, values).id
        return self.env["stock.rule"].browse(memo[key])
