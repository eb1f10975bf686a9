"""Adjust Odoo's stock at Amazon to Amazon's own count, after a person has agreed."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class AmazonAdjustFbaStock(models.TransientModel):
    """Show what would be booked, and book it when a person agrees."""

    _name = "amazon.adjust.fba.stock"
    _description = "Adjust stock to Amazon's count"

    stock_ids = fields.Many2many("amazon.fba.stock", readonly=True)
    line_ids = fields.One2many(
        "amazon.adjust.fba.stock.line", "wizard_id", readonly=True
    )
    booked_count = fields.Integer("To book", compute="_compute_counts")
    left_count = fields.Integer("Left as it is", compute="_compute_counts")
    unmatched_count = fields.Integer("Without a product", compute="_compute_counts")
    failed_count = fields.Integer(
        "FBA orders that are not booked",
        compute="_compute_failed_count",
        compute_sudo=True,
    )

    @api.depends("stock_ids", "line_ids")
    def _compute_counts(self):
        for wizard in self:
            left = wizard.line_ids.filtered("obstacle")
            wizard.left_count = len(left)
            wizard.booked_count = len(wizard.line_ids - left)
            wizard.unmatched_count = len(
                wizard.stock_ids.filtered(lambda row: not row.product_id)
            )

    @api.depends("stock_ids")
    def _compute_failed_count(self):
        for wizard in self:
            wizard.failed_count = self.env["amazon.order"].search_count(
                [
                    ("account_id", "in", wizard.stock_ids.account_id.ids),
                    ("amazon_channel", "=", "fba"),
                    ("state", "=", "failed"),
                    ("is_history", "=", False),
                ]
            )

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            self.env["amazon.adjust.fba.stock.line"].create(
                [
                    {
                        "wizard_id": wizard.id,
                        "product_id": found.product.id,
                        "location": found.location.display_name,
                        "location_key": found.location.id,
                        "skus": ", ".join(sorted(set(found.rows.mapped("sku")))),
                        "amazon_quantity": found.amazon,
                        "odoo_quantity": found.odoo,
                        "change": found.change,
                        "obstacle": found.obstacle,
                    }
                    for found in wizard.stock_ids._prepare_adjustments()
                ]
            )
        return wizards

    def action_confirm(self):
        """Book what was shown, unless something has changed since.

        :return dict: client action, a notification
        :raise UserError: nothing (any more) can be booked as it was shown
        """
        self.ensure_one()
        rows = self.stock_ids.exists()
        rows._check_may_adjust()
        orders = self.env["amazon.order"].sudo()
        if not all(orders._lock_stock(company) for company in rows.company_id):
            raise UserError(_("Orders are coming in just now. Try again in a minute."))
        shown = {line._get_place(): line for line in self.line_ids if not line.obstacle}
        wanted = [
            found
            for found in rows._prepare_adjustments()
            if (found.location.id, found.product.id) in shown
        ]
        stale = [
            found
            for found in wanted
            if not shown[found.location.id, found.product.id]._is_still(found)
        ]
        if stale or len(wanted) < len(shown) or not wanted:
            raise UserError(
                _(
                    "Stock has changed since this was shown, so nothing was booked. "
                    "Close the window and press “Adjust” again."
                )
            )
        rows._book(wanted)
        message = _("Inventory adjustments booked: %s.", len(wanted))
        action = rows.account_id[0]._notify(message, "success")
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action


class AmazonAdjustFbaStockLine(models.TransientModel):
    _name = "amazon.adjust.fba.stock.line"
    _description = "Stock to adjust to Amazon's count"
    _order = "obstacle NULLS FIRST, id"

    wizard_id = fields.Many2one(
        "amazon.adjust.fba.stock", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", readonly=True)
    location = fields.Char(readonly=True)
    location_key = fields.Integer(readonly=True)
    skus = fields.Char("SKUs", readonly=True)
    amazon_quantity = fields.Float(
        "At Amazon", digits="Product Unit of Measure", readonly=True
    )
    odoo_quantity = fields.Float(
        "In Odoo", digits="Product Unit of Measure", readonly=True
    )
    change = fields.Float("Adjustment", digits="Product Unit of Measure", readonly=True)
    obstacle = fields.Text("Left as it is, because", readonly=True)

    def _get_place(self):
        return self.location_key, self.product_id.id

    def _is_still(self, found):
        """Compare the line with the difference as it is now.

        :param FbaAdjustment found: as it is now
        :return bool: whether this is what the line said"""
        rounding = self.product_id.uom_id.rounding
        is_same = not float_compare(
            self.change, found.change, precision_rounding=rounding
        )
        return is_same and not found.obstacle
