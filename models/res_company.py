from odoo import _, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_amazon_location(self):
        """Find the location for goods that lie at Amazon (FBA), else create it.

        :return: one stock.location of the company, shared by its accounts
        """
        self.ensure_one()
        account = (
            self.env["amazon.account"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [("company_id", "=", self.id), ("location_id", "!=", False)], limit=1
            )
        )
        if account:
            return account.location_id
        warehouse = (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", self.id)], limit=1)
        )
        return (
            self.env["stock.location"]
            .sudo()
            .create(
                {
                    "name": _("Amazon"),
                    "usage": "internal",
                    "location_id": warehouse.view_location_id.id,
                    "company_id": self.id,
                }
            )
        )
