"""Which stock an account offers at Amazon, and how it is counted (feature J2)."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    stock_location_ids = fields.Many2many(
        "stock.location",
        "amazon_account_stock_location_rel",
        string="Count the stock of",
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id),"
        " ('id', '!=', location_id)]",
        check_company=True,
        copy=False,
        help="With all that lies below them. Empty: the stock of the warehouse that "
        "ships the orders of the marketplace. What lies at Amazon (FBA) never counts.",
    )
    stock_basis = fields.Selection(
        [("free", "Free to use"), ("forecast", "Forecast")],
        "Quantity",
        required=True,
        default="free",
        help="Free to use: on hand and not reserved for other deliveries.\n"
        "Forecast: also what is on its way in, less all that has to be delivered.",
    )
    stock_guard_share = fields.Integer(
        "Hold back when",
        required=True,
        default=30,
        help="When more than this share of a marketplace's offers would fall to zero "
        "or by more than half at once, nothing is sent until a person looks at it. "
        "It guards against a wrong count. Below 20 offers, or at 100 %, it rests.",
    )

    # === CONSTRAINTS === #

    @api.constrains("stock_guard_share")
    def _check_stock_guard_share(self):
        if any(not 0 <= account.stock_guard_share <= 100 for account in self):
            raise ValidationError(
                _("The share of offers that may fall at once is a percentage: 0 to 100")
            )

    # === CRUD METHODS === #

    @api.model
    def _vals_for_stock_settings(self, vals):
        """Return that all quantities have to be computed anew."""
        return {"stock_read_until": False}

    def _follow_stock_settings(self, vals):
        """Withdraw what waits when no stock is sent any more, else compute it soon."""
        if "sync_stock" in vals and not vals["sync_stock"]:
            self.sudo()._withdraw_stock()
        if any(self.mapped("sync_stock")):
            self._trigger_stock_cron()
