"""What Amazon reported becomes rows: a few statements, however many SKUs there are."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import float_is_zero, float_round

from ...amazon_api import StockCount

NOTHING = StockCount(fulfillable=0)
COUNTS = (
    "fulfillable_quantity",
    "reserved_quantity",
    "unfulfillable_quantity",
    "researching_quantity",
    "inbound_quantity",
    "announced_quantity",
)
FACTS = ("fnsku", "asin", "title")
STORE = f"""
    UPDATE amazon_fba_stock AS stock
       SET {", ".join(f"{name} = found.{name}" for name in COUNTS)},
           {", ".join(f"{one} = coalesce(found.{one}, stock.{one})" for one in FACTS)},
           read_at = %(read_at)s,
           write_date = now() AT TIME ZONE 'UTC'
      FROM unnest(%(id)s::int[],
                  {", ".join(f"%({name})s::int[]" for name in COUNTS)},
                  {", ".join(f"%({name})s::varchar[]" for name in FACTS)})
           AS found(id, {", ".join((*COUNTS, *FACTS))})
     WHERE stock.id = found.id"""


def _values_of(count, fact):
    """Convert what Amazon says of a SKU into the columns of its row.

    :param StockCount count:
    :param InventorySummary fact: None: Amazon does not mention the SKU
    :return dict: of fields; what Amazon leaves open is nothing
    """
    numbers = (
        count.fulfillable,
        count.reserved,
        count.unfulfillable,
        count.researching,
        (count.inbound_shipped or 0) + (count.inbound_receiving or 0),
        count.inbound_working,
    )
    return {
        **dict(zip(COUNTS, (number or 0 for number in numbers), strict=True)),
        **{name: getattr(fact, name, None) for name in FACTS},
    }


class AmazonFbaStock(models.Model):
    """What lies in Amazon's warehouses, one row per account, stock and SKU, compared
    with the product's quantity in the Amazon location of Odoo.

    Quantities are compared by product, in its own unit: all SKUs of the product in all
    accounts that keep their goods in the same location, times their quantity factors.
    Amazon's numbers of what can be sold and of what is reserved count (for buyers, or
    on its way between warehouses): Odoo takes goods off when Amazon has shipped them,
    and Amazon then takes them off, too. Damaged and missing units count unless the
    account says otherwise, what is on its way to Amazon only if it says so; announced
    goods never do. Odoo's side is what lies there now. Between a download and now goods
    go on moving, so a difference is only booked while the download is fresh (see
    `_prepare_adjustments`).

    Source: Amazon's FBA Inventory API v1, operation getInventorySummaries.
    """

    _name = "amazon.fba.stock"
    _inherit = ["amazon.own.fields"]
    _description = "FBA Stock"
    _order = "sku, id"
    _rec_name = "sku"
    _rec_names_search = ["sku", "asin", "fnsku"]
    _sql_constraints = [
        (
            "unique_sku",
            "UNIQUE(account_id, stock_pool, sku)",
            "There is one line per account, stock and SKU.",
        ),
    ]

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True, precompute=True
    )
    # Linked marketplaces of Europe sell from one stock and see the same units.
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
        "amazon.offer",
        "Listing",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
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
    # In pieces of the SKU, as Amazon reports them.
    fulfillable_quantity = fields.Integer(
        "Available", readonly=True, help="Ready to be sold and shipped by Amazon."
    )
    reserved_quantity = fields.Integer(
        "Reserved",
        readonly=True,
        help="Promised to buyers, on its way between warehouses, or being worked on.",
    )
    unfulfillable_quantity = fields.Integer(
        "Unfulfillable",
        readonly=True,
        help="Damaged, or for another reason not to be sold any more.",
    )
    researching_quantity = fields.Integer(
        "Researching", readonly=True, help="Missing: Amazon is looking for it."
    )
    inbound_quantity = fields.Integer(
        "Inbound", readonly=True, help="Sent to Amazon, or just being received."
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
    # All SKUs of a product have one comparison: it is shown once.
    shows_total = fields.Boolean(compute="_compute_shows_total")

    @api.model
    def _note(self, account, downloads, read_at):
        """Take over a whole download of an account.

        SKUs that Amazon does not mention any more have no stock; rows of stocks that
        are not read any more go. Old SKUs that have neither stock nor offer are left
        out.

        :param account: one amazon.account
        :param list downloads: of FbaDownload, all stocks of the account
        :param datetime read_at: naive UTC, before the first question
        :return: all rows of the account
        """
        rows = self.search([("account_id", "=", account.id)])
        obsolete = rows.filtered(
            lambda row: row.stock_pool not in {download.pool for download in downloads}
        )
        obsolete.unlink()
        known = {(row.stock_pool, row.sku): row for row in rows - obsolete}
        offers = self._find_offers(account, downloads)
        selected = self._select(downloads, known, offers)
        self._create_offers(account, downloads, selected, offers)
        new = [key for key in selected if key not in known]
        created = self.create(
            [
                {
                    "account_id": account.id,
                    "stock_pool": pool,
                    "sku": sku,
                    "marketplace_id": shops[:1].id,
                    "offer_id": offers[pool, sku].id,
                    "read_at": read_at,
                    **_values_of(*selected[pool, sku]),
                }
                for pool, sku, shops in self._with_shops(downloads, new)
            ]
        )
        self._relink(downloads, known, offers)
        self._store(known, selected, read_at)
        return (rows - obsolete) + created

    @api.model
    def _find_offers(self, account, downloads):
        """The offer that stands for each SKU of a stock.

        :return dict: (pool, SKU) -> amazon.offer (FBA): one with a product if there
        is one, best of the leading marketplace
        """
        found = self.env["amazon.offer"].search(
            [("account_id", "=", account.id), ("amazon_channel", "=", "fba")],
            order="id",
        )
        by_shop = found.grouped("marketplace_id")
        offers = {}
        for download in downloads:
            for shop in download.shops:
                for offer in by_shop.get(shop, ()):
                    best = offers.setdefault((download.pool, offer.sku), offer)
                    if offer.product_id and not best.product_id:
                        offers[download.pool, offer.sku] = offer
        return offers

    @api.model
    def _select(self, downloads, known, offers):
        """Decide which SKUs get a row, and which known ones are empty by now.

        :return dict: (pool, SKU) -> (StockCount, InventorySummary or None)
        """
        selected = {}
        for download in downloads:
            for sku, count in download.counts.items():
                key = download.pool, sku
                has_some = count.at_amazon or count.inbound
                if has_some or key in known or key in offers:
                    selected[key] = count, download.facts[sku]
            if download.is_whole:
                silent = {key for key in (*known, *offers) if key[0] == download.pool}
                for key in silent - selected.keys():
                    is_ours = key in known or offers[key].product_id
                    if key[1] not in download.doubtful and is_ours:
                        selected[key] = NOTHING, None
        return selected

    @api.model
    def _create_offers(self, account, downloads, selected, offers):
        """Create offers for SKUs that never came with an order, with the product that
        the seller ships under the same SKU, or that has it as its reference.

        :param dict offers: gets the new ones
        """
        missing = [key for key in selected if key not in offers]
        if not missing:
            return
        skus = list({sku for _pool, sku in missing})
        model = self.env["amazon.offer"]
        same = model.search(
            [
                ("account_id", "=", account.id),
                ("sku", "in", skus),
                ("product_id", "!=", False),
            ]
        )
        factors = {offer.sku: offer.quantity_factor for offer in same}
        products = model._match_products(account, skus)
        products.update({offer.sku: offer.product_id for offer in same})
        created = model.create(
            [
                {
                    "account_id": account.id,
                    "marketplace_id": shops[:1].id,
                    "amazon_channel": "fba",
                    "sku": sku,
                    "asin": selected[pool, sku][1].asin,
                    "title": selected[pool, sku][1].title,
                    "product_id": products[sku].id if sku in products else False,
                    "quantity_factor": factors.get(sku, 1.0),
                }
                for pool, sku, shops in self._with_shops(downloads, missing)
            ]
        )
        offers.update(zip(missing, created, strict=True))

    @api.model
    def _with_shops(self, downloads, keys):
        """Add to each key the marketplaces that sell out of its stock.

        :return list: (pool, SKU, amazon.marketplace) in the order of the keys
        """
        shops = {download.pool: download.shops for download in downloads}
        return [(pool, sku, shops[pool]) for pool, sku in keys]

    def _relink(self, downloads, known, offers):
        """Update rows whose best offer, or leading marketplace, is another one by
        now."""
        shops = {download.pool: download.shops[:1] for download in downloads}
        for key, row in known.items():
            offer = offers.get(key)
            if offer and row.offer_id != offer:
                row.offer_id = offer
            if row.marketplace_id != shops[key[0]]:
                row.marketplace_id = shops[key[0]]

    @api.model
    def _store(self, known, selected, read_at):
        """Write the numbers of the known rows by one statement for all of them."""
        rows = [(row, *selected[key]) for key, row in known.items() if key in selected]
        values = [_values_of(count, fact) for _row, count, fact in rows]
        self.flush_model()
        self.env.cr.execute(
            STORE,
            {
                "read_at": read_at,
                "id": [row.id for row, _count, _fact in rows],
                **{name: [each[name] for each in values] for name in (*COUNTS, *FACTS)},
            },
        )
        self.invalidate_model([*COUNTS, *FACTS, "read_at", "write_date"])

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

    # Odoo's stock has no dependency to declare: it is counted whenever it is shown.
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

    @api.depends("product_id", "location_id")
    def _compute_shows_total(self):
        first = {}
        for row in self.sudo()._get_sharing().sorted("id"):
            first.setdefault((row.location_id.id, row.product_id.id), row.id)
        for row in self:
            place = row.sudo().location_id.id, row.product_id.id
            row.shows_total = first.get(place) == row._origin.id

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
        """Leave out services and consumables, which have no quantity to compare.

        :return: product.product of these rows that have a stock in Odoo
        """
        return self.env["amazon.account"].sudo()._filter_stored(self.product_id)

    def _get_sharing(self):
        """Extend these rows to all that have a share in the same quantities.

        :return: all rows of the same products in the same locations, of whatever
        account; archived ones are not read any more and do not count
        """
        rows = self.env["amazon.fba.stock"].sudo()
        return rows.search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "in", self.location_id.ids),
                ("account_id.active", "=", True),
            ]
        )

    def _count_units(self):
        """Sum up Amazon's counts as the account wants them.

        :return int: pieces of the SKU that the Amazon location should hold
        """
        units = self.fulfillable_quantity + self.reserved_quantity
        if self.account_id.fba_count_damaged:
            units += self.unfulfillable_quantity + self.researching_quantity
        if self.account_id.fba_count_inbound:
            units += self.inbound_quantity
        return units

    def _count_in_odoo(self, location, products):
        """Ask Odoo for the quantities that are compared with Amazon's.

        :param location: stock.location of all these rows
        :param products: product.product that have a stock; kits are counted by parts
        :return dict: (location's id, product's id) -> quantity with all that lies
            below the location
        """
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
