"""Which stock an account offers at Amazon, and how it is counted (feature J2)."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from .amazon_offer_stock import REDUCTIONS

# With another of these all quantities have to be computed anew.
STOCK_SETTINGS = {
    "sync_stock",
    "stock_location_ids",
    "stock_basis",
    "location_id",
    "active_marketplace_ids",
    "user_id",
}


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    stock_location_ids = fields.Many2many(
        "stock.location",
        "amazon_account_stock_location_rel",
        string="Count the stock of",
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id),"
        " ('id', '!=', location_id)]",
        check_company=True,
        copy=False,
        help="With all that lies below them. Empty: the stock of the warehouse that "
        "ships the orders. What lies at Amazon (FBA) is never counted.",
    )
    stock_basis = fields.Selection(
        [("free", "Free to use"), ("forecast", "Forecast")],
        "Quantity",
        required=True,
        default="free",
        help="Free to use: on hand and not reserved for other deliveries.\n"
        "Forecast: also what is on its way in, less all that has to be delivered.",
    )
    stock_guard_share = fields.Integer(
        "Hold back when",
        required=True,
        default=30,
        help="When more than this share of a marketplace's offers would fall to zero "
        "or by more than half at once, nothing is sent until a person looks at it. "
        "It guards against a wrong count. Below 20 offers, or at 100 %, it rests.",
    )

    # === CONSTRAINTS === #

    @api.constrains("stock_guard_share")
    def _check_stock_guard_share(self):
        if any(not 0 <= account.stock_guard_share <= 100 for account in self):
            raise ValidationError(
                _("The share of offers that may fall at once is a percentage: 0 to 100")
            )

    # === CRUD METHODS === #

    def write(self, vals):
        vals = dict(vals)
        if STOCK_SETTINGS & vals.keys():
            vals["stock_read_until"] = False
        result = super().write(vals)
        if "sync_stock" in vals and not vals["sync_stock"]:
            self.sudo()._withdraw_stock()
        if (STOCK_SETTINGS | {"dry_run", "stock_guard_share"}) & vals.keys():
            if any(self.mapped("sync_stock")):
                self._trigger_stock_cron()
        return result

    # === BUSINESS METHODS === #

    def _get_stock_kits(self):
        """:return: product.product that are sold as kits, none without Manufacturing"""
        products = self.env["product.product"].with_context(active_test=False)
        if "mrp.bom" not in self.env:
            return products.browse()
        return products.search([("is_kits", "=", True), ("type", "!=", "service")])

    def _get_stock_offers(self, skus=None):
        """:param skus: iterable of SKUs; None: of all
        :return: amazon.offer whose quantity Amazon is told"""
        offers = self.env["amazon.offer"]
        if not self.sync_stock:
            return offers
        marketplaces = self.active_marketplace_ids or self.base_marketplace_id
        domain = [
            ("account_id", "=", self.id),
            ("amazon_channel", "=", "fbm"),
            ("sync_stock", "=", True),
            ("marketplace_id", "in", marketplaces.ids),
            ("product_id", "!=", False),
        ]
        if skus is not None:
            domain.append(("sku", "in", list(skus)))
        return offers.search_fetch(
            domain,
            ["sku", "product_id", "amazon_channel", *sorted(REDUCTIONS)],
        )

    def _count_stock(self, products):
        """Count what lies in the account's locations: all products at once.

        :param products: product.product
        :return dict: product's id -> quantity in the product's unit; products that are
            not stored are left out
        """
        products = self._filter_stored(products)
        if not products:
            return {}
        located = products.with_context(**self._get_stock_context())
        # What the last look remembers of the parts of kits is of another moment.
        located.invalidate_model(["free_qty", "virtual_available", "qty_available"])
        quantities = located._compute_quantities_dict(None, None, None)
        name = "free_qty" if self.stock_basis == "free" else "virtual_available"
        return {product.id: quantities[product.id][name] for product in products}

    def _filter_stored(self, products):
        """:return: product.product that have a stock: the storable ones and the kits,
        read at once and no more of them than is needed"""
        stored = products.with_env(self.env).with_context(active_test=False)
        stored = stored.search_fetch(
            [
                ("id", "in", products.ids),
                "|",
                ("detailed_type", "=", "product"),
                ("id", "in", self._get_stock_kits().ids),
            ],
            ["product_tmpl_id"],
            order="id",
        )
        stored.product_tmpl_id.fetch(["uom_id"])
        return stored.with_env(self.env)

    def _get_stock_context(self):
        """:return dict: context that has Odoo count in the account's locations"""
        chosen = self.stock_location_ids or self._get_warehouse().lot_stock_id
        self.env.cr.execute(
            """
            SELECT below.id, at_amazon.id IS NOT NULL
              FROM stock_location AS chosen
              JOIN stock_location AS below
                ON starts_with(below.parent_path, chosen.parent_path)
         LEFT JOIN (stock_location AS at_amazon
              JOIN amazon_account AS account
                ON account.location_id = at_amazon.id AND account.company_id = %s)
                ON starts_with(below.parent_path, at_amazon.parent_path)
             WHERE chosen.id = ANY(%s)
            """,
            [self.company_id.id, chosen.ids],
        )
        places = dict(self.env.cr.fetchall())
        if not any(places.values()):
            return {"location": chosen.ids}
        mine = [place for place, is_at_amazon in places.items() if not is_at_amazon]
        return {"location": mine or [0], "strict": True}
