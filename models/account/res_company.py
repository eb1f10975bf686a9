"""The company's registered app, and its locations for goods at Amazon and for goods of
pending orders.
"""

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...amazon_api import is_application_id
from .secret_field import Secret, sealed_column

RETURN_PATH = "/amazon_connector/return"
APP_ENVIRONMENTS = [("production", "Amazon"), ("simulator", "The simulator")]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "amazon.secret.mixin", "amazon.own.fields"]

    # An app that is registered at Amazon as a public one: sellers let it in on Amazon's
    # consent page. Private apps need none of this, their keys stand on the account.
    amazon_app_ref = fields.Char(
        "Amazon application ID",
        groups="base.group_system",
        help="Solution Provider Portal or Seller Central: Apps and Services > Develop "
        "Apps, below the name of the app. Begins with amzn1.sp.solution.",
    )
    amazon_app_client_id = fields.Char(
        "Client ID of the app",
        groups="base.group_system",
        help="Apps and Services > Develop Apps > View LWA credentials. Begins with "
        "amzn1.application-oa2-client.",
    )
    amazon_app_client_secret_sealed = sealed_column()
    amazon_app_client_secret = Secret(
        "Client secret of the app",
        help="Shown beside the client ID. Amazon asks to renew it every 180 days; "
        "enter the new one here, the accounts linked by the app take it over.",
    )
    amazon_app_secret_date = fields.Date(
        "Client secret of the app is of", groups="base.group_system"
    )
    amazon_app_is_draft = fields.Boolean(
        "The app is a draft",
        groups="base.group_system",
        help="Not published in Amazon's app store yet.",
    )
    amazon_app_environment = fields.Selection(
        APP_ENVIRONMENTS,
        "The app is registered at",
        groups="base.group_system",
        help="The secret of an app of Amazon goes to no simulator.",
    )
    # Where goods of pending orders are on their way to: they never arrive there.
    amazon_pending_location_id = fields.Many2one(
        "stock.location", "Pending at Amazon", ondelete="restrict", readonly=True
    )

    @api.constrains("amazon_app_ref")
    def _check_amazon_app_ref(self):
        for company in self.sudo():
            ref = company.amazon_app_ref
            if ref and not is_application_id(ref):
                raise ValidationError(
                    _(
                        "This is no application ID of Amazon: it begins with "
                        "amzn1.sp.solution. The client ID is another number."
                    )
                )

    def write(self, vals):
        """Write. Accounts take over another secret of their app."""
        vals = dict(vals)
        for name in (
            "amazon_app_ref",
            "amazon_app_client_id",
            "amazon_app_client_secret",
        ):
            if vals.get(name):
                vals[name] = "".join(vals[name].split())
        secret = vals.get("amazon_app_client_secret")
        if secret:
            vals.setdefault("amazon_app_secret_date", fields.Date.context_today(self))
        done = super().write(vals)
        if secret:
            for company in self:
                company._renew_amazon_secret()
        return done

    def _renew_amazon_secret(self):
        """Copy the new secret of the app to the accounts that were linked by it."""
        company_sudo = self.sudo()
        accounts = self._get_amazon_app_accounts()
        if self._is_app_of_amazon():
            accounts = accounts.filtered(lambda one: one.environment != "simulator")
        accounts.write(
            {
                "lwa_client_secret": company_sudo.amazon_app_client_secret,
                "secret_date": company_sudo.amazon_app_secret_date,
            }
        )

    def _get_amazon_app_accounts(self):
        """Find the accounts that work with the registered app, archived ones too.

        :return: amazon.account with sudo
        """
        accounts_sudo = (
            self.env["amazon.account"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.id), ("link_method", "=", "oauth")])
        )
        client_id = self.sudo().amazon_app_client_id
        return accounts_sudo.filtered(lambda one: one.lwa_client_id == client_id)

    def _check_amazon_app_shown(self, environment):
        """Keep the secret of an app that works with Amazon away from simulators, whose
        address is chosen by whoever links an account.

        :raise UserError: the app is Amazon's
        :raise AccessError: the user may not read the secret that would be shown there
        """
        if environment == "simulator" and self._is_app_of_amazon():
            raise UserError(
                _(
                    "The registered app of %(company)s is one of Amazon, and its "
                    "secret goes to no simulator. To try out the consent page, an "
                    "administrator enters the simulator's app under Settings > Sales > "
                    "Connectors > Amazon Sync, best in a company of its own.",
                    company=self.name,
                )
            )
        used_in = set(self._get_amazon_app_accounts().mapped("environment"))
        if environment == "simulator" and used_in - {"simulator"}:
            self._fields["amazon_app_client_secret"]._check_may_read(self)

    def _is_app_of_amazon(self):
        """Answer whether the registered app is known to be one of Amazon.

        :return bool: False also where nobody has said so
        """
        return self.sudo().amazon_app_environment == "production"

    def _has_amazon_app(self):
        """Answer whether the registered app is complete.

        :return bool: whether sellers can be linked by Amazon's consent page
        """
        company_sudo = self.sudo()
        return bool(
            company_sudo.amazon_app_ref
            and company_sudo.amazon_app_client_id
            and company_sudo.amazon_app_client_secret
        )

    def _get_amazon_return_url(self):
        """Return the address that has to be registered for the app at Amazon.

        :return str: where Amazon's consent page sends the browser back to
        """
        return self.get_base_url().rstrip("/") + RETURN_PATH

    def _get_amazon_location(self, account=None):
        """Find the location for goods that lie at Amazon (FBA), else create it.

        :param account: amazon.account it is for: goods of another part of the world do
            not lie where its goods lie
        :return: one stock.location of the company
        """
        self.ensure_one()
        others = (
            self.env["amazon.account"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [("company_id", "=", self.id), ("location_id", "!=", False)],
                order="active desc, id",
            )
        )
        near = others.filtered(
            lambda other: not account or other.region == account.region
        )
        if near:
            return near[0].location_id
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
                    "name": account.name if others else _("Amazon"),
                    "usage": "internal",
                    "location_id": warehouse.view_location_id.id,
                    "company_id": self.id,
                }
            )
        )

    def _get_amazon_pending_location(self):
        """Find the location for stock held for pending orders, else create it.

        It is outside of all warehouses, so that held stock counts as leaving them.

        :return: stock.location
        """
        company_sudo = self.sudo()
        if not company_sudo.amazon_pending_location_id:
            company_sudo.amazon_pending_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": _("Pending at Amazon"),
                        "usage": "transit",
                        "location_id": False,
                        "company_id": self.id,
                    }
                )
            )
        return company_sudo.amazon_pending_location_id

    def _amazon_with_taxes(self):
        """Find the companies that tax their sales in Odoo at all. Where no accounts are
        kept there is nothing to compare with Amazon's taxes.

        :return: those of these companies
        """
        taxes = self.env["account.tax"].sudo()
        return self.filtered(
            lambda company: taxes.search_count(
                [
                    *taxes._check_company_domain(company),
                    ("type_tax_use", "=", "sale"),
                ],
                limit=1,
            )
        )
