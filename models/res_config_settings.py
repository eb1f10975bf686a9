from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_open_amazon_accounts(self):
        """Open the seller accounts of the company, or a new one if there is none."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_account_action"
        )
