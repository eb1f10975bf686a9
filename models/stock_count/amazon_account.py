"""How much of a product a new order could really get: counted for thousands of products
in one statement (features J2, J6).

Odoo's own "free to use" is what is on hand and not reserved. That promises too much:
goods that confirmed deliveries need and have not reserved yet, and lots that Odoo does
not reserve any more because they are about to expire.
"""

from collections import defaultdict
from functools import partial
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL, float_round

from .. import kits

# The largest that fits the column, and more than anybody sells.
MOST = 2**31 - 1
# What lies there. Lots that expire are no goods for a new order: Odoo's reservation
# passes them over, so what is reserved of them counts as reserved.
QUANTS = """
    SELECT quant.product_id, quant.quantity, quant.reserved_quantity,
           CASE WHEN %(is_expired)s THEN quant.quantity - quant.reserved_quantity
                ELSE 0 END,
           CASE WHEN quant.owner_id IS NULL THEN 0 ELSE quant.quantity END, 0, 0, 0,
           0, 0
      FROM stock_quant AS quant%(product)s
     WHERE quant.location_id = ANY(ARRAY(%(places)s)) AND %(is_wanted)s"""
ITS_PRODUCT = """
      JOIN product_product AS product ON product.id = quant.product_id
      JOIN product_template AS template ON template.id = product.product_tmpl_id"""
# What has to leave and is not reserved. A move that follows others needs no more than
# they have brought: what is still to come is not there yet. A move inside the counted
# locations takes nothing away, unless it feeds a delivery, as picking does. What was
# found in scrap, which is below the shelf and is not counted, is still needed.
RESERVED = """
       EXISTS (SELECT 1 FROM stock_location AS below
                WHERE below.id = line.location_id
                  AND below.usage IN ('internal', 'transit') AND NOT %(is_scrap)s)"""
LEFT_TO_RESERVE = """
           greatest(0, least(move.product_qty,
                             coalesce(fed.quantity,
                                      CASE WHEN move.procure_method = 'make_to_order'
                                           THEN 0 ELSE move.product_qty END))
                       - coalesce(own.quantity, 0))"""
# What those have brought, less what left with a part of the same delivery.
FED = """
 LEFT JOIN LATERAL (
           SELECT sum(CASE WHEN orig.state = 'done' THEN orig.product_qty ELSE 0 END)
                  - coalesce((
                    SELECT sum(part.product_qty)
                      FROM stock_move AS part
                     WHERE part.state = 'done'
                       AND part.id IN (
                           SELECT other.move_dest_id
                             FROM stock_move_move_rel AS mine
                             JOIN stock_move_move_rel AS other
                               ON other.move_orig_id = mine.move_orig_id
                            WHERE mine.move_dest_id = move.id)
                       AND NOT EXISTS (
                           SELECT 1 FROM stock_move_move_rel AS its
                            WHERE its.move_dest_id = part.id
                              AND its.move_orig_id NOT IN (
                                  SELECT move_orig_id FROM stock_move_move_rel
                                   WHERE move_dest_id = move.id))), 0) AS quantity
             FROM stock_move_move_rel AS chain
             JOIN stock_move AS orig ON orig.id = chain.move_orig_id
            WHERE chain.move_dest_id = move.id AND orig.state <> 'cancel'
           ) AS fed ON TRUE"""
LEAVES = """
       (NOT move.location_dest_id = ANY(ARRAY(%(places)s)) OR %(goes_on)s
        OR EXISTS (SELECT 1
                     FROM stock_move_move_rel AS chain
                     JOIN stock_move AS next ON next.id = chain.move_dest_id
                    WHERE chain.move_orig_id = move.id
                      AND next.state NOT IN ('cancel', 'done')))"""
NEEDED = f"""
    SELECT move.product_id, 0, 0, 0, 0, {LEFT_TO_RESERVE}, 0, 0, 0, 0
      FROM stock_move AS move
 LEFT JOIN LATERAL (
           SELECT sum(line.quantity_product_uom) AS quantity
             FROM stock_move_line AS line
            WHERE line.move_id = move.id AND {RESERVED}) AS own ON TRUE{FED}
     WHERE move.state IN ('waiting', 'confirmed', 'assigned', 'partially_available')
       AND move.location_id = ANY(ARRAY(%(places)s)) AND %(is_wanted)s AND {LEAVES}"""
# What has to leave a location that the counted ones are in: it takes what lies in the
# others, too. Nobody knows from where it takes what leaves a view, so that all of it
# counts.
NEEDED_ABOVE = f"""
    SELECT id, 0, 0, 0, 0, CASE WHEN is_view THEN wanted ELSE 0 END, 0,
           held + CASE WHEN is_view THEN wanted ELSE 0 END,
           CASE WHEN is_view THEN 0 ELSE wanted END, 0
      FROM (SELECT move.product_id AS id, source.usage = 'view' AS is_view,
                   {LEFT_TO_RESERVE} AS wanted, coalesce(own.held, 0) AS held
              FROM stock_move AS move
              JOIN stock_location AS source ON source.id = move.location_id
         LEFT JOIN LATERAL (
                   SELECT sum(line.quantity_product_uom) AS quantity,
                          sum(CASE WHEN line.location_id = ANY(ARRAY(%(places)s))
                              THEN line.quantity_product_uom ELSE 0 END) AS held
                     FROM stock_move_line AS line
                    WHERE line.move_id = move.id AND {RESERVED}) AS own ON TRUE{FED}
             WHERE move.state IN ('waiting', 'confirmed', 'assigned',
                                  'partially_available')
               AND move.location_id = ANY(ARRAY(%(above)s)) AND %(is_wanted)s
               AND {LEAVES}) AS need"""
# What is free in those others.
FREE_BESIDE = """
    SELECT product_id, 0, 0, 0, 0, 0, 0, 0, 0, on_hand - reserved - expired - needed
      FROM (%(quants)s UNION ALL %(moves)s)
        AS fact(product_id, on_hand, reserved, expired, owned, needed)"""
# The forecast: all that comes in, and all that has to leave.
MOVED = """
    SELECT move.product_id, 0, 0, 0, 0, 0,
           CASE WHEN move.location_dest_id = ANY(ARRAY(%(places)s))
                THEN move.product_qty ELSE 0 END,
           CASE WHEN move.location_id = ANY(ARRAY(%(places)s))
                THEN move.product_qty ELSE 0 END, 0, 0
      FROM stock_move AS move
     WHERE move.state IN ('waiting', 'confirmed', 'assigned', 'partially_available')
       AND %(is_wanted)s
       AND (move.location_id = ANY(ARRAY(%(places)s)))
           <> (move.location_dest_id = ANY(ARRAY(%(places)s)))"""
# What Amazon waits for and nothing here delivers: it is sold, though no move needs it.
PROMISED = """
    SELECT id, 0, 0, 0, 0, CASE WHEN is_here THEN quantity ELSE 0 END, 0,
           CASE WHEN is_here THEN quantity ELSE 0 END,
           CASE WHEN is_here THEN 0 ELSE quantity END, 0
      FROM (SELECT part.key::integer AS id, part.value::numeric AS quantity,
                   warehouse.lot_stock_id = ANY(ARRAY(%(places)s)) AS is_here
              FROM sale_order_line AS line
              JOIN sale_order AS sale ON sale.id = line.order_id
              JOIN stock_warehouse AS warehouse ON warehouse.id = sale.warehouse_id
             CROSS JOIN LATERAL jsonb_each_text(line.amazon_waiting_units) AS part
             WHERE line.amazon_waiting > 0
               AND (warehouse.lot_stock_id = ANY(ARRAY(%(places)s))
                    OR warehouse.lot_stock_id = ANY(ARRAY(%(above)s)))) AS promise"""
# By when a new order has to leave, as the last ones had to: Odoo plans its delivery
# then and reserves nothing that expires before. A few that may leave much later (orders
# in advance) do not count.
LEAVES_BY = """
    (%(now)s::timestamp + (
        SELECT greatest(coalesce(percentile_disc(0.9) WITHIN GROUP (ORDER BY ahead),
                                 interval '2 days'), interval '0')
          FROM (SELECT amazon_ship_by - date_order AS ahead
                  FROM sale_order
                 WHERE amazon_account_id = %(account)s AND amazon_channel = 'fbm'
                   AND amazon_ship_by IS NOT NULL
              ORDER BY id DESC
                 LIMIT 100) AS last))"""
# Stacked (UNION ALL) and added up: no join whose plan depends on what PostgreSQL knows
# of tables that were just filled.
COUNT = """
      WITH places(id) AS MATERIALIZED (%(places)s),
           above(id) AS MATERIALIZED (%(above)s),
           beside(id) AS MATERIALIZED (%(beside)s)
    SELECT product_id, %(figures)s,
           sum(%(available)s) - greatest(0, sum(above) - greatest(0, sum(beside)))
      FROM (SELECT stored.id AS product_id, 0 AS on_hand, 0 AS reserved, 0 AS expired,
                   0 AS owned, 0 AS needed, 0 AS incoming, 0 AS outgoing, 0 AS above,
                   0 AS beside, TRUE AS is_stored
              FROM (%(stored)s) AS stored
             UNION ALL
            SELECT *, FALSE FROM (%(quants)s) AS quants
             UNION ALL
            SELECT *, FALSE FROM (%(moves)s) AS moves
             UNION ALL
            SELECT *, FALSE FROM (%(needed_above)s) AS needed_above
             UNION ALL
            SELECT *, FALSE FROM (%(free_beside)s) AS free_beside
             UNION ALL
            SELECT *, FALSE FROM (%(promised)s) AS promised) AS fact
  GROUP BY product_id
    HAVING bool_or(is_stored)"""
# The figures that people see; a scan needs none of them.
FIGURES = """
    sum(on_hand), sum(reserved), sum(expired), sum(owned),
    sum(needed) + greatest(0, sum(above) - greatest(0, sum(beside))),
    sum(incoming), sum(outgoing) + greatest(0, sum(above) - greatest(0, sum(beside)))"""
NO_FIGURES = "0, 0, 0, 0, 0, 0, 0"
# Of so few products quantities are selected by product; of more all is added up.
FEW = 1000
FREE = "on_hand - reserved - expired - needed"
FORECAST = "on_hand - expired + incoming - outgoing"
# All that lies below the chosen locations; what lies at Amazon (FBA) for any account is
# left out, and so are scrap and other virtual places unless they were chosen by name.
PLACES = """
    SELECT below.id
      FROM stock_location AS chosen
      JOIN stock_location AS below
        ON starts_with(below.parent_path, chosen.parent_path)
     WHERE chosen.id = ANY(%(chosen)s)
       AND (below.id = chosen.id
            OR below.usage IN ('internal', 'transit') AND NOT %(is_scrap)s)
       AND NOT EXISTS (
           SELECT 1
             FROM stock_location AS at_amazon
            WHERE starts_with(below.parent_path, at_amazon.parent_path)
              AND at_amazon.id IN (
                  SELECT location_id FROM amazon_account
                   UNION SELECT location_id FROM amazon_account_marketplace))"""
# What those are in, and what lies beside them in there.
ABOVE = """
    SELECT parent.id
      FROM stock_location AS chosen
      JOIN stock_location AS parent
        ON starts_with(chosen.parent_path, parent.parent_path)
     WHERE chosen.id = ANY(%(chosen)s) AND parent.usage IN ('view', 'internal')
       AND parent.id NOT IN (SELECT id FROM places)"""
SHELVES_ABOVE = """
    ARRAY(SELECT parent.id
            FROM above
            JOIN stock_location AS parent ON parent.id = above.id
           WHERE parent.usage = 'internal')"""
BESIDE = "SELECT id FROM (%s) AS near(id) WHERE id NOT IN (SELECT id FROM places)"
# The marketplaces that are synchronized, and whose stock each of them offers: of the
# chosen locations, else of the warehouse that ships its orders.
SHOPS = """
    SELECT shop.id, base.region,
           coalesce((SELECT array_agg(location.id ORDER BY location.id)
                       FROM amazon_account_stock_location_rel AS chosen
                       JOIN stock_location AS location
                         ON location.id = chosen.stock_location_id
                      WHERE chosen.amazon_account_id = account.id AND location.active),
                    ARRAY[warehouse.lot_stock_id])
      FROM amazon_account AS account
      JOIN amazon_marketplace AS base ON base.id = account.base_marketplace_id
      JOIN amazon_marketplace AS shop
        ON shop.id IN (SELECT amazon_marketplace_id
                         FROM amazon_account_active_marketplace_rel
                        WHERE amazon_account_id = account.id)
        OR shop.id = base.id AND NOT EXISTS (
           SELECT 1 FROM amazon_account_active_marketplace_rel
            WHERE amazon_account_id = account.id)
 LEFT JOIN amazon_account_marketplace AS setting
        ON setting.account_id = account.id AND setting.marketplace_id = shop.id
 LEFT JOIN stock_warehouse AS warehouse
        ON warehouse.id = coalesce(setting.warehouse_id, account.warehouse_id)
     WHERE account.id = %s"""
# Offers that send stock; which products are stored is Odoo's to say.
TAKING_PART = """
    SELECT id, sku, marketplace_id, product_id, quantity_factor,
           coalesce(stock_buffer, 0), coalesce(stock_cap, 0)
      FROM amazon_offer
     WHERE account_id = %(account)s AND active AND amazon_channel = 'fbm'
       AND sync_stock AND product_id IS NOT NULL
       AND marketplace_id = ANY(%(marketplaces)s)
       AND (%(skus)s::varchar[] IS NULL OR sku = ANY(%(skus)s))
  ORDER BY id"""
# Without a new write_date, which would mark all of them as changed.
STORE = """
    %(beside)s
    UPDATE amazon_offer AS offer
       SET stock_quantity = computed.quantity
      FROM amazon_offer AS seen
 LEFT JOIN unnest(%(ids)s::int[], %(quantities)s::int[]) AS computed(id, quantity)
        ON computed.id = seen.id
     WHERE offer.id = seen.id AND seen.account_id = %(account)s
       AND (%(skus)s::varchar[] IS NULL OR seen.sku = ANY(%(skus)s))
       AND offer.stock_quantity IS DISTINCT FROM computed.quantity"""


class Shop(NamedTuple):
    """Where the stock lies that a marketplace offers: ids of stock.location."""

    region: str
    locations: tuple


class Offered(NamedTuple):
    """An offer that sends stock, as the database or a form has it; ``key`` names it."""

    key: object
    sku: str
    marketplace_id: int
    product_id: int
    factor: float
    buffer: float
    cap: float

    def reduce_to_pieces(self, quantity):
        """Convert free stock into the quantity that Amazon gets, by buffer, cap and
        factor.

        :param float quantity: of the product, in its own unit
        :return int: whole pieces of the offer, never below zero
        """
        quantity -= self.buffer
        if self.cap:
            quantity = min(quantity, self.cap)
        pieces = quantity / self.factor
        if not pieces.is_integer():
            # 0.3 / 0.1 is a hair less than 3: Odoo's rounding sees through that
            pieces = float_round(pieces, precision_digits=0, rounding_method="DOWN")
        return min(max(int(pieces), 0), MOST)


class StockCount(NamedTuple):
    """What there is of a product in some locations, in the product's unit.

    ``expired`` is what nobody has reserved of lots that Odoo does not reserve any more,
    ``owned`` what belongs to others (consignment) and counts like the rest, ``needed``
    what confirmed moves take and have not reserved. ``incoming`` and ``outgoing`` are
    counted for the forecast only.
    """

    on_hand: float = 0.0
    reserved: float = 0.0
    expired: float = 0.0
    owned: float = 0.0
    needed: float = 0.0
    incoming: float = 0.0
    outgoing: float = 0.0
    available: float = 0.0


class _Counts(dict):
    """Figures -> StockCount, one for all products that have the same."""

    def __missing__(self, figures):
        self[figures] = StockCount._make(figures)
        return self[figures]


class Kit(NamedTuple):
    """What makes so many kits: ids of the parts that are stored -> how much of each.
    Without such parts the number is not known."""

    count: float
    parts: dict


def _is_one_of(table, product_ids):
    """Narrow a statement down to some products, as long as that is faster.

    :return SQL: whether the product of a row is one of few
    """
    if len(product_ids) > FEW:
        return SQL("TRUE")
    return SQL("%s = ANY(%s)", SQL.identifier(table, "product_id"), list(product_ids))


def _count_kit(kit, counts):
    """Count how many kits the parts allow, in whole runs of the bill of materials.

    :param dict counts: id of a part -> StockCount
    :return StockCount: whole kits; each figure is what the scarcest part allows. None
        when no part is stored: then nobody knows how many there are
    """
    if not kit.parts:
        return None

    def count(name):
        runs = min(
            getattr(counts[part], name) / quantity
            for part, quantity in kit.parts.items()
        )
        return float_round(runs * kit.count, precision_digits=0, rounding_method="DOWN")

    return StockCount(on_hand=count("on_hand"), available=count("available"))


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def _count_stock(self, products, locations, is_explained=True):
        """Count what a new order could get from some locations: all products at once.

        :param products: product.product
        :param locations: stock.location, with all that lies below them
        :param bool is_explained: False: only what is available is wanted
        :return dict: product's id -> StockCount; products that are not stored are left
            out, and so are kits of which no part is
        """
        made_up = self._find_stock_kits(products)
        parts = {part for kit in made_up.values() for part in kit.parts}
        wanted = parts.union(products.ids)
        counts = self._count_stored(wanted, locations, is_explained)
        for product_id, kit in made_up.items():
            counts[product_id] = _count_kit(kit, counts)
        return {key: counts[key] for key in products.ids if counts.get(key)}

    def _count_stored(self, product_ids, locations, is_explained=True):
        """Count the stock of storable products, all of them by one statement.

        :param product_ids: iterable of ids of product.product
        :return dict: id -> StockCount, of the products that are stored
        """
        names = ("stock.quant", "stock.move", "stock.move.line", "stock.lot")
        names += ("sale.order", "sale.order.line", "stock.warehouse")
        for name in (*names, "stock.location", "product.template"):
            self.env[name].flush_model()
        is_forecast = self.stock_basis == "forecast"
        around = {
            name: SQL(f"SELECT id FROM {name}")
            for name in ("places", "above", "beside")
        }
        beside = {**around, "places": around["beside"]}
        apart = {**around, "places": SQL("TABLE beside EXCEPT TABLE above")}
        quants = partial(self._query_quants, product_ids)
        moves = partial(self._query_moves, product_ids)
        self.env.cr.execute(
            SQL(
                COUNT,
                **self._get_stock_places(locations),
                stored=self._query_stored(product_ids),
                figures=SQL(FIGURES if is_explained else NO_FIGURES),
                available=SQL(FORECAST if is_forecast else FREE),
                quants=quants(around),
                promised=SQL(PROMISED, **around),
                moves=moves(MOVED if is_forecast else NEEDED, around),
                needed_above=moves(NEEDED_ABOVE, around),
                free_beside=SQL(
                    FREE_BESIDE, quants=quants(beside), moves=moves(NEEDED, apart)
                ),
            )
        )
        counts = _Counts()
        return {row[0]: counts[row[1:]] for row in self.env.cr.fetchall()}

    def _query_quants(self, product_ids, around):
        """Fill the statement of what lies there.

        :return SQL: see QUANTS
        """
        expired = self._get_is_expired()
        return SQL(
            QUANTS,
            **around,
            is_expired=expired or SQL("FALSE"),
            product=SQL(ITS_PRODUCT) if expired else SQL(),
            is_wanted=_is_one_of("quant", product_ids),
        )

    def _query_moves(self, product_ids, query, around):
        """Fill a statement of moves.

        :return SQL: see NEEDED, NEEDED_ABOVE and MOVED
        """
        return SQL(
            query,
            **around,
            is_wanted=_is_one_of("move", product_ids),
            goes_on=self._get_goes_on(around["places"]),
            is_scrap=self._get_is_scrap(),
        )

    def _get_stock_places(self, locations):
        """Make subqueries for the locations whose goods count, with all that lies below
        them, and for those around them.

        :param locations: stock.location that were chosen
        :return dict: places, above, beside -> SQL of ids
        """
        for name in ("amazon.account", "amazon.account.marketplace"):
            self.env[name].flush_model(["location_id"])
        is_scrap = self._get_is_scrap()
        near = SQL(PLACES, chosen=SQL(SHELVES_ABOVE), is_scrap=is_scrap)
        return {
            "places": SQL(PLACES, chosen=locations.ids, is_scrap=is_scrap),
            "above": SQL(ABOVE, chosen=locations.ids),
            "beside": SQL(BESIDE, near),
        }

    def _get_is_scrap(self):
        """Some series mark scrap by its kind of location alone, others tick it, too.

        :return SQL: whether "below" is ticked as a place for scrap
        """
        tick = self.env["stock.location"]._fields.get("scrap_location")
        if not tick:
            return SQL("FALSE")
        return SQL("coalesce(%s, FALSE)", SQL.identifier("below", tick.name))

    def _get_goes_on(self, places):
        """Find moves whose goods leave in the end: later series make the next move when
        this one is done, and note where the goods finally go.

        :param SQL places: of ids of locations whose goods count
        :return SQL: whether "move" leaves them in the end
        """
        if "location_final_id" not in self.env["stock.move"]._fields:
            return SQL("FALSE")
        return SQL(
            "NOT coalesce(%s = ANY(ARRAY(%s)), TRUE)",
            SQL.identifier("move", "location_final_id"),
            places,
        )

    def _get_is_expired(self):
        """Ask Odoo's reservation itself which date of a lot it uses, for that depends
        on the series.

        :return SQL|None: whether it passes over the goods of "quant"; None: of none
        """
        name = self._get_expiry_column()
        if not name:
            return None
        return SQL(
            "(template.use_expiration_date AND %s < %s)",
            SQL.identifier("quant", name),
            self._get_leaves_by(),
        )

    def _get_leaves_by(self):
        """Estimate for which moment Odoo would plan the delivery of a new order.

        :return SQL: of a timestamp
        """
        return SQL(LEAVES_BY, now=fields.Datetime.now(), account=self.id)

    def _get_expiry_column(self):
        """Find out by which date Odoo takes goods for expired, for it differs by
        version.

        :return str|None: the date of a quant by which Odoo's reservation goes; None
        without Odoo's module for expiry
        """
        quants = self.env["stock.quant"]
        if "removal_date" not in quants._fields:
            return None
        domain = quants.with_context(with_expiration="?")._get_gather_domain(
            self.env["product.product"], self.env["stock.location"]
        )
        names = ("removal_date", "expiration_date")
        return next((name for name in names if name in str(domain)), None)

    # === Offers === #

    def _store_quantities(self, skus, beside=None):
        """Store the quantities on the offers by one statement.

        :param list skus: None: of all offers
        :param SQL beside: WITH clause, what is to be written with them
        """
        shops = self._find_shops()
        offered = self._find_offered(skus, shops)
        quantities = self._get_reported_quantities(offered, shops)
        self.env.cr.execute(
            SQL(
                STORE,
                ids=list(quantities),
                quantities=list(quantities.values()),
                account=self.id,
                skus=skus,
                beside=beside or SQL(),
            )
        )
        self.env["amazon.offer"].invalidate_model(["stock_quantity"])

    def _find_shops(self):
        """Where the stock of each marketplace is counted.

        :return dict: id of a synchronized amazon.marketplace -> Shop
        """
        self.flush_model()
        for name in ("amazon.account.marketplace", "stock.warehouse", "stock.location"):
            self.env[name].flush_model()
        self.env.cr.execute(SHOPS, [self.id])
        return {
            shop_id: Shop(region, tuple(filter(None, locations)))
            for shop_id, region, locations in self.env.cr.fetchall()
        }

    def _find_offered(self, skus=None, shops=None):
        """Fetch the offers that take part, with what their quantity depends on.

        :param skus: iterable of SKUs; None: of all
        :param dict shops: see _find_shops
        :return list: of Offered, those whose quantity is sent to Amazon
        """
        if not self.sync_stock:
            return []
        shops = self._find_shops() if shops is None else shops
        self.env["amazon.offer"].flush_model()
        self.env.cr.execute(
            TAKING_PART,
            {
                "account": self.id,
                "marketplaces": list(shops),
                "skus": None if skus is None else list(skus),
            },
        )
        return list(map(Offered._make, self.env.cr.fetchall()))

    def _get_reported_quantities(self, offered, shops):
        """Compute what has to be sent to Amazon.

        :param list offered: of Offered
        :param dict shops: see _find_shops
        :return dict: key -> int, whole pieces of the offer (feature C3); offers of
            products that are not stored are left out. In Europe the marketplaces of a
            SKU share one quantity, the smallest (feature J5)
        """
        counts = self._count_offered(offered, shops, is_explained=False)
        own = self._reduce_to_pieces(offered, counts)
        if not any(shop.region == "eu" for shop in shops.values()):
            return own
        skus = {offer.key: offer.sku for offer in offered}
        shared = {}
        for key, quantity in own.items():
            sku = skus[key]
            shared[sku] = min(quantity, shared.get(sku, quantity))
        return {key: shared[skus[key]] for key in own}

    def _reduce_to_pieces(self, offered, counts):
        """Convert counts into quantities; offers that could not be counted are left
        out.

        :param dict counts: key -> StockCount
        :return dict: key -> int, whole pieces of the offer
        """
        return {
            offer.key: offer.reduce_to_pieces(counts[offer.key].available)
            for offer in offered
            if offer.key in counts
        }

    def _count_offered(self, offered, shops=None, is_explained=True):
        """Count the products of some offers: each once for the same locations.

        :param list offered: of Offered
        :param dict shops: see _find_shops
        :param bool is_explained: see _count_stock
        :return dict: key -> StockCount of the product where the marketplace takes it
        """
        shops = self._find_shops() if shops is None else shops
        groups = defaultdict(list)
        for offer in offered:
            groups[self._get_place(offer.marketplace_id, shops)].append(offer)
        counts = {}
        for places, group in groups.items():
            products = self.env["product.product"].browse(
                list(dict.fromkeys(offer.product_id for offer in group))
            )
            locations = self.env["stock.location"].browse(places)
            found = self._count_stock(products, locations, is_explained)
            counts.update(
                (offer.key, found[offer.product_id])
                for offer in group
                if offer.product_id in found
            )
        return counts

    def _get_place(self, marketplace_id, shops):
        """Where stock is counted for a marketplace, synchronized or not.

        :param dict shops: see _find_shops; gets what had to be searched
        :return tuple: ids of the stock.location whose stock a marketplace offers
        """
        shop = shops.get(marketplace_id)
        if not shop or not shop.locations:
            marketplace = self.env["amazon.marketplace"].browse(marketplace_id)
            locations = tuple(self._get_stock_locations(marketplace).ids)
            shop = shops[marketplace_id] = Shop(self.region, locations)
        return shop.locations

    def _get_stock_locations(self, marketplace):
        """The locations of the account, else the stock of the delivering warehouse.

        :return: stock.location whose stock is offered in an amazon.marketplace
        """
        if self.stock_location_ids:
            return self.stock_location_ids
        own = self._get_marketplace_setting(marketplace).warehouse_id
        return (own or self._get_warehouse()).lot_stock_id

    # === Kits and products === #

    def _find_stock_kits(self, products):
        """Find out which parts make the kits among some products. Parts that are not
        stored are always there.

        :return dict: product's id -> Kit
        """
        found = products & kits.search_all(self.env)
        boms = kits.find(found.with_env(self.env))
        if not boms:
            return {}
        parts = {
            product.id: Kit(*kits.sum_parts(bom, product))
            for product, bom in boms.items()
        }
        stored = set(
            self._filter_stored_ids(
                {part for kit in parts.values() for part in kit.parts}
            )
        )
        stored_kits = {}
        for product_id, kit in parts.items():
            needed = {
                part: q for part, q in kit.parts.items() if q > 0 and part in stored
            }
            stored_kits[product_id] = Kit(kit.count, needed)
        return stored_kits

    def _filter_stored_ids(self, product_ids):
        """Leave out services, consumables and kits.

        :param product_ids: iterable of ids
        :return list: those of products that have a stock of their own
        """
        self.env.cr.execute(self._query_stored(product_ids))
        return [product_id for (product_id,) in self.env.cr.fetchall()]

    def _query_stored(self, product_ids):
        """The query behind `_filter_stored_ids`, to be put into larger statements.

        :param product_ids: iterable of ids
        :return SQL: of those of products that have a stock of their own
        """
        products = self.env["product.product"].with_context(active_test=False)
        stored = products._search([("detailed_type", "=", "product")])
        return SQL(
            "SELECT id FROM (%s) AS stored(id) WHERE id = ANY(%s)",
            stored.select(),
            list(product_ids),
        )

    def _filter_stored(self, products):
        """Leave out what has no quantity that could be offered.

        :return: product.product that have a stock: the storable ones and the kits,
        read at once and no more of them than is needed
        """
        stored = products.with_env(self.env).with_context(active_test=False)
        stored = stored.search_fetch(
            [
                ("id", "in", products.ids),
                "|",
                ("detailed_type", "=", "product"),
                ("id", "in", kits.search_all(self.env).ids),
            ],
            ["product_tmpl_id"],
            order="id",
        )
        stored.product_tmpl_id.fetch(["uom_id"])
        return stored.with_env(self.env)
