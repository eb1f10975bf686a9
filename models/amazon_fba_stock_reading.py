"""What Amazon told becomes rows: a few statements, however many SKUs there are."""

from odoo import api, models

from ..amazon_api import StockCount

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
       SET {", ".join(f"{name} = told.{name}" for name in COUNTS)},
           {", ".join(f"{one} = coalesce(told.{one}, stock.{one})" for one in FACTS)},
           read_at = %(read_at)s,
           write_date = now() AT TIME ZONE 'UTC'
      FROM unnest(%(id)s::int[],
                  {", ".join(f"%({name})s::int[]" for name in COUNTS)},
                  {", ".join(f"%({name})s::varchar[]" for name in FACTS)})
           AS told(id, {", ".join((*COUNTS, *FACTS))})
     WHERE stock.id = told.id"""


class AmazonFbaStock(models.Model):
    _inherit = "amazon.fba.stock"

    @api.model
    def _note(self, account, readings, read_at):
        """Take over a whole reading of an account.

        SKUs that Amazon does not mention any more have no stock; rows of stocks that
        are not read any more go. Articles of old that have neither stock nor offer
        are left out.

        :param account: one amazon.account
        :param list readings: of FbaReading, all stocks of the account
        :param datetime read_at: naive UTC, before the first question
        :return: all rows of the account
        """
        rows = self.search([("account_id", "=", account.id)])
        strangers = rows.filtered(
            lambda row: row.stock_pool not in {reading.pool for reading in readings}
        )
        strangers.unlink()
        known = {(row.stock_pool, row.sku): row for row in rows - strangers}
        offers = self._find_offers(account, readings)
        told = self._select(readings, known, offers)
        self._create_offers(account, readings, told, offers)
        new = [key for key in told if key not in known]
        created = self.create(
            [
                {
                    "account_id": account.id,
                    "stock_pool": pool,
                    "sku": sku,
                    "marketplace_id": shops[:1].id,
                    "offer_id": offers[pool, sku].id,
                    "read_at": read_at,
                    **_values_of(*told[pool, sku]),
                }
                for pool, sku, shops in self._with_shops(readings, new)
            ]
        )
        self._relink(readings, known, offers)
        self._store(known, told, read_at)
        return (rows - strangers) + created

    @api.model
    def _find_offers(self, account, readings):
        """:return dict: (pool, SKU) -> amazon.offer (FBA): one with a product if there
        is one, best of the leading marketplace"""
        found = self.env["amazon.offer"].search(
            [("account_id", "=", account.id), ("amazon_channel", "=", "fba")],
            order="id",
        )
        by_shop = found.grouped("marketplace_id")
        offers = {}
        for reading in readings:
            for shop in reading.shops:
                for offer in by_shop.get(shop, ()):
                    best = offers.setdefault((reading.pool, offer.sku), offer)
                    if offer.product_id and not best.product_id:
                        offers[reading.pool, offer.sku] = offer
        return offers

    @api.model
    def _select(self, readings, known, offers):
        """:return dict: (pool, SKU) -> (StockCount, InventorySummary or None)"""
        told = {}
        for reading in readings:
            for sku, count in reading.counts.items():
                key = reading.pool, sku
                has_some = count.at_amazon or count.inbound
                if has_some or key in known or key in offers:
                    told[key] = count, reading.facts[sku]
            if reading.is_whole:
                silent = {key for key in (*known, *offers) if key[0] == reading.pool}
                for key in silent - told.keys():
                    is_ours = key in known or offers[key].product_id
                    if key[1] not in reading.doubtful and is_ours:
                        told[key] = NOTHING, None
        return told

    @api.model
    def _create_offers(self, account, readings, told, offers):
        """SKUs that never came with an order get an offer, with the product that the
        seller ships himself under the same SKU, or that has it as its reference.

        :param dict offers: gets the new ones
        """
        missing = [key for key in told if key not in offers]
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
                    "asin": told[pool, sku][1].asin,
                    "title": told[pool, sku][1].title,
                    "product_id": products[sku].id if sku in products else False,
                    "quantity_factor": factors.get(sku, 1.0),
                }
                for pool, sku, shops in self._with_shops(readings, missing)
            ]
        )
        offers.update(zip(missing, created, strict=True))

    @api.model
    def _with_shops(self, readings, keys):
        """:return list: (pool, SKU, amazon.marketplace) in the order of the keys"""
        shops = {reading.pool: reading.shops for reading in readings}
        return [(pool, sku, shops[pool]) for pool, sku in keys]

    def _relink(self, readings, known, offers):
        """The best offer, or the leading marketplace, may be another one by now."""
        shops = {reading.pool: reading.shops[:1] for reading in readings}
        for key, row in known.items():
            offer = offers.get(key)
            if offer and row.offer_id != offer:
                row.offer_id = offer
            if row.marketplace_id != shops[key[0]]:
                row.marketplace_id = shops[key[0]]

    @api.model
    def _store(self, known, told, read_at):
        """Write the numbers of the known rows: by one statement for all of them."""
        rows = [(row, *told[key]) for key, row in known.items() if key in told]
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


def _values_of(count, fact):
    """:param StockCount count:
    :param InventorySummary fact: None: Amazon does not mention the SKU
    :return dict: of fields; what Amazon leaves open is nothing"""
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
