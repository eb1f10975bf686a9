from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import float_is_zero, float_round


class AmazonFbaStock(models.Model):
    """What lies in Amazon's warehouses, one row per account, stock and SKU, compared
    with the product's quantity in the Amazon location of Odoo.

    Compared is by product, in its own unit: all SKUs of the product in all accounts
    that keep their goods in the same location, times their quantity factors. Of
    Amazon's numbers count what can be sold and what is reserved (for buyers, or on its
    way between warehouses): Odoo takes goods off when Amazon has shipped them, and
    Amazon then takes them off, too. Damaged and missing units count unless the account
    says otherwise, what is on its way to Amazon only if it says so; announced goods
    never do. Odoo's side is what lies there now. Between a reading and now goods go
    on moving, so a difference is only booked while the reading is fresh (see
    `_prepare_adjustments`).

    Source: Amazon's FBA Inventory API v1, operation getInventorySummaries.
    """

    _name = "amazon.fba.stock"
    _description = "FBA Stock"
    _order = "sku, id"
    _rec_name = "sku"
    _rec_names_search = ["sku", "asin", "fnsku"]

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True, precompute=True
    )
    # Linked marketplaces of Europe sell out of one stock and see the same units.
    stock_pool = fields.Char(required=True, readonly=True)
    marketplace_id = fields.Many2one(
        "amazon.marketplace",
        "Stock of",
        ondelete="restrict",
        readonly=True,
        help="Marketplaces of the European Union share one stock: the account's home "
        "marketplace stands for them.",
    )
    sku = fields.Char("SKU", required=True, readonly=True)
    fnsku = fields.Char("FNSKU", readonly=True, help="Amazon's own number of the SKU.")
    asin = fields.Char("ASIN", readonly=True)
    title = fields.Char(readonly=True, help="The article's name at Amazon.")
    offer_id = fields.Many2one(
        "amazon.offer", index="btree_not_null", ondelete="set null", readonly=True
    )
    product_id = fields.Many2one(
        related="offer_id.product_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    quantity_factor = fields.Float(related="offer_id.quantity_factor")
    location_id = fields.Many2one(
        "stock.location",
        "Amazon location",
        compute="_compute_location_id",
        store=True,
        precompute=True,
        help="Where Odoo keeps what lies there.",
    )
    # In pieces of the SKU, as Amazon tells them.
    fulfillable_quantity = fields.Integer(
        "Can be sold", readonly=True, help="Ready to be sold and shipped by Amazon."
    )
    reserved_quantity = fields.Integer(
        "Reserved",
        readonly=True,
        help="Promised to buyers, on its way between warehouses, or being worked on.",
    )
    unfulfillable_quantity = fields.Integer(
        "Damaged", readonly=True, help="Can not be sold any more."
    )
    researching_quantity = fields.Integer(
        "Missing", readonly=True, help="Amazon is looking for it."
    )
    inbound_quantity = fields.Integer(
        "On the way", readonly=True, help="Sent to Amazon, or just being received."
    )
    announced_quantity = fields.Integer(
        "Announced", readonly=True, help="In a shipment that has not left yet."
    )
    read_at = fields.Datetime("Read", readonly=True)
    # In the product's unit.
    amazon_quantity = fields.Float(
        "At Amazon",
        compute="_compute_comparison",
        digits="Product Unit of Measure",
        help="What should be in the Amazon location: all SKUs of the product, in its "
        "own unit. The account says what counts.",
    )
    odoo_quantity = fields.Float(
        "In Odoo",
        compute="_compute_comparison",
        digits="Product Unit of Measure",
        help="What lies in the Amazon location now.",
    )
    difference = fields.Float(
        compute="_compute_comparison",
        digits="Product Unit of Measure",
        help="At Amazon less In Odoo: what an adjustment would add.",
    )
    has_difference = fields.Boolean(
        compute="_compute_comparison", search="_search_has_difference"
    )

    _sql_constraints = [
        (
            "unique_sku",
            "UNIQUE(account_id, stock_pool, sku)",
            "There is one line per account, stock and SKU.",
        ),
    ]

    # === COMPUTE METHODS === #

    @api.depends(
        "marketplace_id",
        "account_id.location_id",
        "account_id.marketplace_setting_ids.location_id",
        "account_id.marketplace_setting_ids.marketplace_id",
    )
    def _compute_location_id(self):
        for (account, shop), rows in self.grouped(
            lambda row: (row.account_id, row.marketplace_id)
        ).items():
            rows.location_id = account._for_marketplace("location_id", shop)

    # Of Odoo's stock nothing can be depended on: it is counted whenever it is shown.
    @api.depends("product_id", "location_id", "quantity_factor", "read_at")
    def _compute_comparison(self):
        compared = self.sudo()._compare()
        for row in self:
            place = row.sudo().location_id.id, row.product_id.id
            amazon, odoo = compared.get(place, (0.0, 0.0))
            rounding = row.product_id.sudo().uom_id.rounding or 1.0
            row.amazon_quantity, row.odoo_quantity = amazon, odoo
            row.difference = float_round(amazon - odoo, precision_rounding=rounding)
            row.has_difference = not float_is_zero(
                row.difference, precision_rounding=rounding
            )

    def _search_has_difference(self, operator, value):
        values = value if operator in ("in", "not in") else [value]
        wanted = (operator in ("=", "in")) == (True in values)
        rows = self.search([("product_id", "!=", False)])
        rows.invalidate_recordset(["has_difference"])  # goods may have moved since
        differing = rows.filtered("has_difference")
        return [("id", "in" if wanted else "not in", differing.ids)]

    # === ACTION METHODS === #

    def action_open_offer(self):
        """Open the offer, where a product is given to the SKU."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "amazon.offer",
            "res_id": self.offer_id.id,
            "view_mode": "form",
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _compare(self):
        """Count both sides: a few statements, however many rows there are.

        :return dict: (location's id, product's id) of these rows -> (at Amazon, in
            Odoo), in the product's unit
        """
        products = self._get_stored_products()
        amazon = defaultdict(float)
        for row in self._get_sharing():
            if row.product_id in products:
                place = row.location_id.id, row.product_id.id
                amazon[place] += row._count_units() * row.quantity_factor
        odoo = {}
        for location, rows in self.grouped("location_id").items():
            odoo.update(location and rows._count_in_odoo(location, products) or {})
        return {place: (units, odoo.get(place, 0.0)) for place, units in amazon.items()}

    def _get_stored_products(self):
        """:return: product.product of these rows that have a stock in Odoo"""
        return self.env["amazon.account"].sudo()._filter_stored(self.product_id)

    def _get_sharing(self):
        """:return: all rows of the same products in the same locations, of whatever
        account; archived ones are not read any more and do not count"""
        rows = self.env["amazon.fba.stock"].sudo()
        return rows.search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "in", self.location_id.ids),
                ("account_id.active", "=", True),
            ]
        )

    def _count_units(self):
        """:return int: pieces of the SKU that the Amazon location should hold"""
        units = self.fulfillable_quantity + self.reserved_quantity
        if self.account_id.fba_count_damaged:
            units += self.unfulfillable_quantity + self.researching_quantity
        if self.account_id.fba_count_inbound:
            units += self.inbound_quantity
        return units

    def _count_in_odoo(self, location, products):
        """:param location: stock.location of all these rows
        :param products: product.product that have a stock; kits are counted by parts
        :return dict: (location's id, product's id) -> quantity with all that lies
            below the location"""
        company = location.company_id or self.company_id[:1]
        located = (products & self.product_id).with_company(company)
        located = located.with_context(
            location=location.id, allowed_company_ids=company.ids
        )
        located.invalidate_model(["qty_available"])  # of the parts of kits, too
        counted = located._compute_quantities_dict(None, None, None)
        return {
            (location.id, product.id): counted[product.id]["qty_available"]
            for product in located
        }
