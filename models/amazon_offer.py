from odoo import api, fields, models


class AmazonOffer(models.Model):
    _name = "amazon.offer"
    _description = "Amazon Offer"
    _order = "account_id, sku, id"
    _rec_name = "sku"
    _rec_names_search = ["sku", "asin"]
    _check_company_auto = True

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    marketplace_id = fields.Many2one(
        "amazon.marketplace", required=True, ondelete="restrict"
    )
    sku = fields.Char("SKU", required=True, index=True, help="The seller's SKU.")
    asin = fields.Char("ASIN", help="Amazon's number of the article.")
    title = fields.Char(help="The article's name at Amazon.")
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The product in Odoo. While it is empty, orders show the product "
        "«Amazon Sale» with the SKU in the description.",
    )
    amazon_channel = fields.Selection(
        [("fba", "FBA"), ("fbm", "FBM")],
        "Channel",
        required=True,
        default="fbm",
        help="FBA: Amazon stores and ships. FBM: you store and ship.",
    )
    quantity_factor = fields.Float(
        default=1.0,
        required=True,
        digits="Product Unit of Measure",
        help="How many units of the product the buyer gets for one piece of this "
        "offer: 6 for a pack of six.",
    )
    sync_stock = fields.Boolean(
        "Send stock", help="Tell Amazon the available quantity (FBM offers only)."
    )
    stock_buffer = fields.Float(
        "Keep back",
        digits="Product Unit of Measure",
        help="So many units of the product are never offered at Amazon.",
    )

    _sql_constraints = [
        (
            "unique_sku",
            "UNIQUE(account_id, marketplace_id, sku, amazon_channel)",
            "There is already an offer with this SKU for the marketplace and channel.",
        ),
        (
            "quantity_factor_positive",
            "CHECK(quantity_factor > 0)",
            "The quantity factor has to be greater than zero.",
        ),
    ]

    # === CRUD METHODS === #

    def write(self, vals):
        """Write; a change of the stock goes to Amazon, and with its first product an
        offer puts it on past orders, too."""
        vals = {
            **vals,
            **self._vals_for_archiving(vals),
            **self._vals_for_matching(vals),
        }
        unmatched = self._filter_first_matched(vals)
        result = super().write(vals)
        self._follow_stock_changes(vals)
        if unmatched:
            unmatched._apply_to_past_orders()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _find_or_create(self, account, orders):
        """Find the offers of all items of some orders; unknown SKUs become offers.

        Works on all orders at once: one search for offers, one for products.

        :param account: one amazon.account
        :param list orders: of Order, whose marketplaces are known
        :return dict: (Amazon's marketplace id, channel, SKU) -> amazon.offer; items
            without a SKU have no offer
        """
        items = {
            (order.marketplace_id, "fba" if order.is_fba else "fbm", item.sku): item
            for order in orders
            for item in order.items
            if item.sku
        }
        skus = list({sku for _marketplace, _channel, sku in items})
        # An archived one, too, has its SKU for itself: late orders belong to it.
        known = self.with_context(active_test=False).search(
            [("account_id", "=", account.id), ("sku", "in", skus)]
        )
        offers = {
            (offer.marketplace_id.api_ref, offer.amazon_channel, offer.sku): offer
            for offer in known
        }
        unmatched = known.filtered(lambda offer: not offer.product_id)
        missing = [key for key in items if key not in offers]
        if not missing and not unmatched:
            return offers
        products = self._match_products(account, skus)
        unmatched._match(products)
        marketplaces = self.env["amazon.marketplace"]._by_api_ref(
            {marketplace for marketplace, _channel, _sku in missing}
        )
        vals_list = [
            {
                "account_id": account.id,
                "marketplace_id": marketplaces[marketplace].id,
                "amazon_channel": channel,
                "sku": sku,
                "asin": items[marketplace, channel, sku].product.asin,
                "title": items[marketplace, channel, sku].product.title,
                "product_id": products[sku].id if sku in products else False,
            }
            for marketplace, channel, sku in missing
        ]
        created = self.create(self._with_decisions(account, vals_list))
        return {**offers, **dict(zip(missing, created, strict=True))}

    @api.model
    def _match_products(self, account, skus):
        """Find products by internal reference, then by barcode.

        :param iterable skus: sellers' SKUs
        :return dict: SKU -> product.product; a reference that several products share
            matches none, for a wrong product would be shipped
        """
        skus = set(skus)
        candidates = self.env["product.product"].search_fetch(
            [
                "|",
                ("default_code", "in", list(skus)),
                ("barcode", "in", list(skus)),
                "|",
                ("company_id", "=", False),
                ("company_id", "=", account.company_id.id),
            ],
            ("default_code", "barcode"),
        )
        products = {}
        for field_name in ("default_code", "barcode"):
            for sku, matches in candidates.grouped(field_name).items():
                if sku in skus and len(matches) == 1:
                    products.setdefault(sku, matches)
        return products
