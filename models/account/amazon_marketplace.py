from odoo import api, fields, models


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

    @api.model
    def _by_api_ref(self, api_refs):
        """Find marketplaces by Amazon's identifiers, archived ones too.

        :param api_refs: iterable of identifiers
        :return dict: identifier -> marketplace; unknown identifiers are left out
        """
        found = self.with_context(active_test=False).search(
            [("api_ref", "in", list(api_refs))]
        )
        return {marketplace.api_ref: marketplace for marketplace in found}
