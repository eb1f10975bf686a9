"""Settings that differ between marketplaces; empty: as on the account (feature A10)."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

FISCAL_POLICIES = [
    ("auto", "By the buyer's address"),
    ("fixed", "Always the same"),
]
# Settings that stand on the account, too, with the same name.
SHARED = ("warehouse_id", "location_id", "team_id", "user_id", "fiscal_policy")


class AmazonAccountMarketplace(models.Model):
    _name = "amazon.account.marketplace"
    _inherit = ["amazon.own.fields"]
    _description = "Settings of an Amazon marketplace"
    _order = "account_id, marketplace_id, id"
    _rec_name = "marketplace_id"
    _check_company_auto = True

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one(
        "amazon.marketplace", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="marketplace_id.currency_id")
    active_marketplace_ids = fields.Many2many(
        related="account_id.active_marketplace_ids"
    )

    # === CONSTRAINTS === #

    @api.constrains("pricelist_id", "marketplace_id")
    def _check_currency(self):
        for setting in self.filtered("pricelist_id"):
            if setting.pricelist_id.currency_id != setting.currency_id:
                raise ValidationError(
                    _(
                        "Orders of %(marketplace)s are in %(currency)s: choose a "
                        "pricelist in that currency.",
                        marketplace=setting.marketplace_id.name,
                        currency=setting.currency_id.name or _("(none)"),
                    )
                )

    @api.constrains("fiscal_policy", "fiscal_position_id")
    def _check_fiscal_position(self):
        self.account_id._check_fixed_fiscal_position(self)

    # === COMPUTE METHODS === #

    @api.depends(
        *SHARED,
        *(f"account_id.{name}" for name in SHARED),
        "pricelist_id",
        "fiscal_position_id",
        "account_id.fiscal_position_id",
    )
    def _compute_shown(self):
        for setting in self:
            account = setting.account_id
            for name in ("warehouse", "location", "team", "user"):
                own = setting[f"{name}_id"].display_name
                general = account[f"{name}_id"].display_name
                setting[f"{name}_shown"] = own or self._as_on_account(general)
            setting.pricelist_shown = (
                setting.pricelist_id.display_name or self._by_currency()
            )
            setting.fiscal_shown = account._describe_fiscal_policy(
                setting
            ) or self._as_on_account(account._describe_fiscal_policy(account))

    def _as_on_account(self, value):
        return _("as on the account: %s", value or _("none"))

    def _by_currency(self):
        return _("one without rules in the currency of the order")

    # === CRUD METHODS === #

    def write(self, vals):
        """Write; a setting does not move to an account of another company."""
        result = super().write(vals)
        if "account_id" in vals:  # Odoo asks the rules before it writes only
            self.check_access_rule("write")
        return result

    # === What may differ === #

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        ondelete="restrict",
        help="Delivers the orders of this marketplace that you ship.",
    )

    location_id = fields.Many2one(
        "stock.location",
        "Amazon location",
        check_company=True,
        ondelete="restrict",
        domain="[('usage', '=', 'internal')]",
        help="Where the goods lie that Amazon ships for this marketplace (FBA).",
    )

    team_id = fields.Many2one(
        "crm.team", "Sales team", check_company=True, ondelete="set null"
    )

    user_id = fields.Many2one(
        "res.users", "Salesperson", check_company=True, ondelete="set null"
    )

    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        ondelete="set null",
        domain="[('currency_id', '=', currency_id)]",
        help="Prices are always those at Amazon; the pricelist is for your reports.",
    )

    fiscal_policy = fields.Selection(FISCAL_POLICIES, "Fiscal position")

    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        "Fixed fiscal position",
        check_company=True,
        ondelete="set null",
    )

    # === What holds: the own setting, else the account's === #

    warehouse_shown = fields.Char("Warehouse in use", compute="_compute_shown")

    location_shown = fields.Char("Amazon location in use", compute="_compute_shown")

    team_shown = fields.Char("Sales team in use", compute="_compute_shown")

    user_shown = fields.Char("Salesperson in use", compute="_compute_shown")

    pricelist_shown = fields.Char("Pricelist in use", compute="_compute_shown")

    fiscal_shown = fields.Char("Fiscal position in use", compute="_compute_shown")

    _sql_constraints = [
        (
            "unique_marketplace",
            "UNIQUE(account_id, marketplace_id)",
            "There are settings for this marketplace already.",
        ),
    ]
