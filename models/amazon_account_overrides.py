"""Settings of the account that a marketplace may overrule (feature A10)."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .amazon_account_marketplace import FISCAL_POLICIES


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        ondelete="restrict",
        help="Delivers the orders that you ship (FBM).",
    )
    fiscal_policy = fields.Selection(
        FISCAL_POLICIES, "Fiscal position", required=True, default="auto"
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        "Fixed fiscal position",
        check_company=True,
        ondelete="set null",
    )
    marketplace_setting_ids = fields.One2many(
        "amazon.account.marketplace", "account_id", "Settings by marketplace"
    )

    @api.constrains("fiscal_policy", "fiscal_position_id")
    def _check_fiscal_position(self):
        self._check_fixed_fiscal_position(self)

    @api.model
    def _check_fixed_fiscal_position(self, settings):
        """:param settings: amazon.account or amazon.account.marketplace"""
        for setting in settings:
            if setting.fiscal_policy == "fixed" and not setting.fiscal_position_id:
                raise ValidationError(
                    _("Choose the fiscal position that all orders shall have.")
                )

    def _get_warehouse(self):
        """:return: stock.warehouse that ships the orders; without a choice as Odoo
        chooses it for orders of the responsible"""
        user = self.user_id.with_company(self.company_id)
        return self.warehouse_id or user._get_default_warehouse_id()

    @api.model
    def _describe_fiscal_policy(self, setting):
        """:param setting: amazon.account or amazon.account.marketplace
        :return str|False: in words; False where nothing is set"""
        if setting.fiscal_policy == "fixed":
            return setting.fiscal_position_id.display_name
        labels = self._fields["fiscal_policy"]._description_selection(self.env)
        return dict(labels).get(setting.fiscal_policy, False)

    def _get_marketplace_setting(self, marketplace):
        """:param marketplace: amazon.marketplace, may be empty
        :return: amazon.account.marketplace, empty where all is as on the account"""
        return self.marketplace_setting_ids.filtered(
            lambda setting: setting.marketplace_id == marketplace
        )

    def _for_marketplace(self, name, marketplace):
        """:param str name: of a setting in SHARED
        :param marketplace: amazon.marketplace, may be empty
        :return: the marketplace's own setting, else the account's"""
        return self._get_marketplace_setting(marketplace)[name] or self[name]

    def _get_fiscal_setting(self, marketplace):
        """:return: the amazon.account.marketplace or amazon.account whose fiscal policy
        counts"""
        setting = self._get_marketplace_setting(marketplace)
        return setting if setting.fiscal_policy else self
