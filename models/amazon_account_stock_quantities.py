"""Which offers changed, and how much there is of their products: for thousands of them
in a few statements (features J1, J2)."""

from odoo import models

from .amazon_offer_stock import REDUCTIONS

FETCHED = ("sku", "marketplace_id", "amazon_channel", "product_id")

# A move that is done got its date then; the others are few: both have an index, the
# time of the last change has none.
CHANGED = """
    WITH stock AS (
      SELECT product_id, md5(string_agg(change, ',' ORDER BY change)) AS mark
        FROM (SELECT product_id, concat_ws(' ', 'quant', id, location_id, quantity,
                                           reserved_quantity, write_date) AS change
                FROM stock_quant
               WHERE write_date >= %(since)s
               UNION ALL
              SELECT product_id, concat_ws(' ', 'move', id, state, product_qty,
                                           write_date)
                FROM stock_move
               WHERE (state IN ('waiting', 'confirmed', 'assigned',
                                'partially_available', 'draft', 'cancel')
                      OR date >= %(since)s)
                 AND write_date >= %(since)s) AS changes
    GROUP BY product_id)
    SELECT offer.sku,
           CASE WHEN NOT bool_or(offer.product_id = ANY(%(kits)s))
                THEN md5(string_agg(concat_ws(
                       ' ', offer.id, offer.product_id, offer.sync_stock,
                       offer.quantity_factor, offer.stock_buffer, offer.stock_cap,
                       offer.write_date, template.write_date, own.write_date,
                       stock.mark), ',' ORDER BY offer.id)) END
      FROM amazon_offer AS offer
      JOIN product_product AS product ON product.id = offer.product_id
      JOIN product_template AS template ON template.id = product.product_tmpl_id
 LEFT JOIN stock ON stock.product_id = offer.product_id
CROSS JOIN (SELECT max(write_date) AS write_date
              FROM amazon_account_marketplace
             WHERE account_id = %(account)s) AS own
     WHERE offer.account_id = %(account)s
       AND (offer.write_date >= %(since)s OR template.write_date >= %(since)s
            OR own.write_date >= %(since)s OR stock.mark IS NOT NULL
            OR offer.product_id = ANY(%(kits)s))
  GROUP BY offer.sku"""


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def _find_changed_skus(self, since):
        """Find what may have another quantity, by one query.

        :param datetime since: UTC
        :return dict: SKU -> mark, another one when anything changed again; empty for
            kits, whose parts are what changes; all marketplaces of a SKU are computed
            together
        """
        self.env.flush_all()
        self.env.cr.execute(
            CHANGED,
            {
                "account": self.id,
                "since": since,
                "kits": self._get_stock_kits().ids,
            },
        )
        return dict(self.env.cr.fetchall())

    def _store_quantities(self, skus):
        """Keep the quantities on the offers: by one statement, and without a new
        write_date, which would make all of them look changed.

        :param list skus: None: of all offers
        """
        offers = self._get_stock_offers(skus)
        quantities = offers._get_stock_quantities(self)
        self.env.cr.execute(
            """
            UPDATE amazon_offer AS offer
               SET stock_quantity = computed.quantity
              FROM amazon_offer AS seen
         LEFT JOIN unnest(%(ids)s::int[], %(quantities)s::int[])
                   AS computed(id, quantity)
                ON computed.id = seen.id
             WHERE offer.id = seen.id AND seen.account_id = %(account)s
               AND (%(skus)s::varchar[] IS NULL OR seen.sku = ANY(%(skus)s))
               AND offer.stock_quantity IS DISTINCT FROM computed.quantity
            """,
            {
                "ids": [offer.id for offer in quantities],
                "quantities": list(quantities.values()),
                "account": self.id,
                "skus": skus,
            },
        )
        offers.invalidate_model(["stock_quantity"])

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
            [*FETCHED, *sorted(REDUCTIONS)],
        )

    def _get_stock_locations(self, marketplace):
        """:return: stock.location whose stock is offered in an amazon.marketplace"""
        if self.stock_location_ids:
            return self.stock_location_ids
        own = self._get_marketplace_setting(marketplace).warehouse_id
        return (own or self._get_warehouse()).lot_stock_id

    def _count_stock(self, products, locations):
        """Count what lies in some locations: all products at once.

        :param products: product.product
        :param locations: stock.location, with all that lies below them
        :return dict: product's id -> quantity in the product's unit; products that are
            not stored are left out
        """
        products = self._filter_stored(products)
        if not products:
            return {}
        located = products.with_context(**self._get_stock_context(locations))
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

    def _get_stock_context(self, locations):
        """:param locations: stock.location
        :return dict: context that has Odoo count there; what lies at Amazon (FBA) for
            any account is left out"""
        for name in ("amazon.account", "amazon.account.marketplace"):
            self.env[name].flush_model(["location_id"])
        self.env["stock.location"].flush_model(["parent_path"])
        self.env.cr.execute(
            """
            SELECT below.id, at_amazon.id IS NOT NULL
              FROM stock_location AS chosen
              JOIN stock_location AS below
                ON starts_with(below.parent_path, chosen.parent_path)
         LEFT JOIN stock_location AS at_amazon
                ON starts_with(below.parent_path, at_amazon.parent_path)
               AND at_amazon.id IN (
                   SELECT location_id FROM amazon_account
                    UNION SELECT location_id FROM amazon_account_marketplace)
             WHERE chosen.id = ANY(%s)
            """,
            [locations.ids],
        )
        places = dict(self.env.cr.fetchall())
        if not any(places.values()):
            return {"location": locations.ids}
        mine = [place for place, is_at_amazon in places.items() if not is_at_amazon]
        return {"location": mine or [0], "strict": True}
