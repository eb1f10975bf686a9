"""The accounts of settlements in the settings."""

from odoo import fields, models


def _of_company(name):
    return fields.Many2one(
        "account.account", related=f"company_id.{name}", readonly=False
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    amazon_payout_account_id = _of_company("amazon_payout_account_id")
    amazon_reserve_account_id = _of_company("amazon_reserve_account_id")
    amazon_withheld_account_id = _of_company("amazon_withheld_account_id")
    amazon_unmapped_account_id = _of_company("amazon_unmapped_account_id")
    amazon_fee_account_id = _of_company("amazon_fee_account_id")
    amazon_difference_account_id = _of_company("amazon_difference_account_id")
    amazon_carried_account_id = _of_company("amazon_carried_account_id")
