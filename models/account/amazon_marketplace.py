"""Amazon's marketplaces; a list that all companies share."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class AmazonMarketplace(models.Model):
    _name = "amazon.marketplace"
    _description = "Amazon Marketplace"
    _order = "region, name, id"
    _rec_names_search = ["name", "domain", "api_ref"]
    _sql_constraints = [
        (
            "unique_api_ref",
            "UNIQUE(api_ref)",
            "There is already a marketplace with this identifier.",
        ),
    ]

    name = fields.Char(required=True, help="For example Amazon.de")
    api_ref = fields.Char(
        "Marketplace ID",
        required=True,
        help="Amazon's identifier of the marketplace, for example A1PA6795UKMFR9.",
    )
    region = fields.Selection(
        [("na", "North America"), ("eu", "Europe"), ("fe", "Far East")],
        required=True,
        help="Amazon keeps one authorization per region: an account can serve all "
        "marketplaces of its region.",
    )
    domain = fields.Char(help="The shop's web domain, for example amazon.de")
    seller_central_url = fields.Char(
        "Seller Central", help="Web address of the seller's back office."
    )
    country_id = fields.Many2one("res.country", ondelete="restrict")
    currency_id = fields.Many2one("res.currency", ondelete="restrict")
    active = fields.Boolean(default=True)

    # === CRUD METHODS === #

    def write(self, vals):
        """Marketplaces are shared by all companies, so administrators keep them.

        :raise UserError: an account works with a marketplace that would be archived
        """
        if "active" in vals and not vals["active"]:
            self.check_access_rights("write")
            self._check_unused()
        return super().write(vals)

    def unlink(self):
        """Delete marketplaces that no account works with.

        :raise UserError: an account works with one of them
        """
        self.check_access_rights("unlink")
        self._check_unused()
        return super().unlink()

    def _check_unused(self):
        """Refuse to take away a marketplace that an account works with.

        :raise UserError: an active account of any company works with one of them
        """
        accounts = self.env["amazon.account"].sudo()
        accounts = accounts.search(
            [
                ("active", "=", True),  # whatever the context says
                "|",
                ("active_marketplace_ids", "in", self.ids),
                ("base_marketplace_id", "in", self.ids),
            ]
        )
        if accounts:
            names = [f"“{one.name}” ({one.company_id.name})" for one in accounts]
            raise UserError(
                _(
                    "%(marketplaces)s: orders of it are read by %(accounts)s. Take it "
                    "off there first, or archive the account.",
                    marketplaces=", ".join(self.mapped("name")),
                    accounts=", ".join(names),
                )
            )

    @api.model
    def _by_api_ref(self, api_refs):
        """Find marketplaces by Amazon's identifiers, archived ones too.

        :param api_refs: iterable of identifiers
        :return dict: identifier -> marketplace; unknown identifiers are left out
        """
        found = self.with_context(active_test=False).search_fetch(
            [("api_ref", "in", list(api_refs))], ["api_ref"]
        )
        return {marketplace.api_ref: marketplace for marketplace in found}
