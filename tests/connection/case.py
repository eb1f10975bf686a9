"""Base class for the linking with pasted keys."""

from odoo.tests import new_test_user

from odoo.addons.amazon_connector.sim import SELLER_NA

from ..common import AmazonCase

PASTED = {
    "lwa_client_id": SELLER_NA.client_id,
    "lwa_client_secret": SELLER_NA.client_secret,
    "refresh_token": SELLER_NA.refresh_token,
    "seller_key": SELLER_NA.merchant_token,
}


class LinkCase(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "link_manager",
            groups="amazon_connector.group_amazon_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def open_wizard(self, account=None, **values):
        """A manager, who is no administrator, fills in the form."""
        wizards = self.env["amazon.link.account"].with_user(self.manager)
        if account:  # the form sends nothing of what it only shows
            return wizards.create({"account_id": account.id})
        return wizards.create(
            {
                "company_id": self.company.id,
                "name": "America",
                "environment": "simulator",
                "simulator_url": self.amazon.url,
                "base_marketplace_id": self.env.ref(
                    "amazon_connector.marketplace_us"
                ).id,
                **values,
            }
        )

    def paste(self, account=None, **changes):
        """Fill in, press *Link*.

        :return tuple: (wizard, action)
        """
        keys = {**PASTED, **changes} if account is None else changes
        wizard = self.open_wizard(account)
        wizard.write({name: value for name, value in keys.items() if value})
        return wizard, wizard.action_link()

    def checks(self, account):
        """Read the results of the connection test.

        :return dict: area -> state
        """
        return {check.area: check.state for check in account.check_ids}
