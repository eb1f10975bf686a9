"""Procurement groups of new orders, made at once; and see `amazon_batch_flush`."""

from odoo import models
from odoo.tools import float_compare

from ...tools.batch_flush import modules_that_define

METHODS = ("_get_procurement_group", "_prepare_procurement_group_vals")


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "amazon.batch.flush"]

    def _amazon_make_groups(self):
        """Make the groups that Odoo would make next, one statement for all orders. From
        18.0 on there are none."""
        field = self._amazon_group_field()
        if not field or modules_that_define(self, *METHODS) != {"sale_stock"}:
            return
        first_lines = {}
        for line in self:
            order = line.order_id
            if order not in first_lines and not order[field] and line._amazon_asks():
                first_lines[order] = line
        vals_list = [
            line._prepare_procurement_group_vals() for line in first_lines.values()
        ]
        groups = self.env[self.order_id._fields[field].comodel_name].create(vals_list)
        for order, group in zip(first_lines, groups, strict=True):
            order[field] = group

    def _amazon_group_field(self):
        """Find the field of an order that has its group.

        :return str|None: its name; None from 18.0 on
        """
        for field in self.order_id._fields.values():
            if field.comodel_name == "procurement.group" and field.store:
                return field.name
        return None

    def _amazon_asks(self):
        """Recognize a line whose goods Odoo is about to ask for, as Odoo does."""
        digits = self.env["decimal.precision"].precision_get("Product Unit of Measure")
        return (
            self.state == "sale"
            and not self.order_id.locked
            and self.product_id.type in ("consu", "product")
            and float_compare(
                self._get_qty_procurement(False),
                self.product_uom_qty,
                precision_digits=digits,
            )
        )
