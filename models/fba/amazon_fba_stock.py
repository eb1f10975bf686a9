"""What Amazon reported becomes rows: a few statements, however many SKUs there are.

Differences of FBA stock, booked when a person says so (feature G3).

A difference that a person accepted becomes an inventory adjustment (feature G3).
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import (
    float_compare,
    float_is_zero,
    float_round,
    format_datetime,
    plaintext2html,
)

from ...amazon_api import StockCount
from ..orders.amazon_account import OVERLAP, READ_LAG

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
# What Amazon ships meanwhile makes a download wrong.
FRESH = timedelta(hours=1)
# Read just before the stock; Amazon answers only what is older than two minutes.
ORDERS_BEHIND = READ_LAG + OVERLAP
# Nobody would read more of them in the account's log; the moves have them all.
LISTED = 30


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


@dataclass(frozen=True)
class FbaAdjustment:
    """A product in a location, and what stands against booking its difference.

    ``rows`` are all its amazon.fba.stock, ``amazon`` and ``odoo`` are in the product's
    unit, ``obstacle`` is empty when it can be booked.
    """

    product: models.Model
    location: models.Model
    rows: models.Model
    amazon: float
    odoo: float
    obstacle: str

    @property
    def change(self):
        rounding = self.product.uom_id.rounding or 1.0
        return float_round(self.amazon - self.odoo, precision_rounding=rounding)

    def describe(self):
        return (
            f"{self.product.display_name}: {self.change:+g} {self.product.uom_id.name}"
        )


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
    def _note(self, account, readings, read_at):
        """Take over a whole download of an account.

        SKUs that Amazon does not mention any more have no stock; rows of stocks that
        are not read any more go. Old SKUs that have neither stock nor offer are left
        out.

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
        for reading in readings:
            for shop in reading.shops:
                for offer in by_shop.get(shop, ()):
                    best = offers.setdefault((reading.pool, offer.sku), offer)
                    if offer.product_id and not best.product_id:
                        offers[reading.pool, offer.sku] = offer
        return offers

    @api.model
    def _select(self, readings, known, offers):
        """Decide which SKUs get a row, and which known ones are empty by now.

        :return dict: (pool, SKU) -> (StockCount, InventorySummary or None)
        """
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
        """Create offers for SKUs that never came with an order, with the product that
        the seller ships under the same SKU, or that has it as its reference.

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
        """Add to each key the marketplaces that sell out of its stock.

        :return list: (pool, SKU, amazon.marketplace) in the order of the keys
        """
        shops = {reading.pool: reading.shops for reading in readings}
        return [(pool, sku, shops[pool]) for pool, sku in keys]

    def _relink(self, readings, known, offers):
        """Update rows whose best offer, or leading marketplace, is another one by
        now."""
        shops = {reading.pool: reading.shops[:1] for reading in readings}
        for key, row in known.items():
            offer = offers.get(key)
            if offer and row.offer_id != offer:
                row.offer_id = offer
            if row.marketplace_id != shops[key[0]]:
                row.marketplace_id = shops[key[0]]

    @api.model
    def _store(self, known, told, read_at):
        """Write the numbers of the known rows by one statement for all of them."""
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

    def _book(self, adjustments):
        """Book differences as Odoo's own inventory adjustments, with the rights of the
        user; the moves name the account, the time of the count, and who agreed.

        :param list adjustments: of FbaAdjustment without obstacle, of one company
        :raise UserError: orders are coming in, or somebody else counts; nothing is
            booked then
        """
        by_name = {}
        for adjustment in adjustments:
            name = adjustment.rows.with_env(self.env)._describe_trace()
            by_name.setdefault(name, []).append(adjustment)
        for name, group in by_name.items():
            company = group[0].location.company_id
            quants = self.env["stock.quant"].with_company(company)
            quants = quants.with_context(inventory_mode=True, inventory_name=name)
            self._adjust_quants(quants, group)
        self._log_adjustments(adjustments)

    def _adjust_quants(self, quants, adjustments):
        """Apply the adjustments as one inventory.

        :param quants: no stock.quant, in an environment to adjust them in
        """
        plain = self.env["amazon.fba.stock"].union(*(one.rows for one in adjustments))
        plain = plain.sudo()._find_plain_quants()
        known, missing = quants, []
        for one in adjustments:
            found = plain.get((one.location.id, one.product.id))
            quant = quants.browse(found[:1].ids if found else ())
            if quant:
                quant.inventory_quantity = quant.quantity + one.change
                known |= quant
                continue
            missing.append(
                {
                    "product_id": one.product.id,
                    "location_id": one.location.id,
                    "inventory_quantity": one.change,
                    "user_id": False,  # nobody has to count it
                }
            )
        known |= quants.create(missing)
        if known.action_apply_inventory():  # it asks back instead
            raise UserError(
                _(
                    "Somebody else is counting these products. Finish that count under "
                    "Inventory > Operations > Physical Inventory first."
                )
            )

    def _describe_trace(self):
        """Name the download and the person, for the history of the stock.

        :return str: what the stock moves are called
        """
        return _(
            "FBA stock of %(account)s, read %(time)s, accepted by %(user)s",
            account=", ".join(self.sudo().account_id.mapped("name")),
            time=format_datetime(self.env, min(self.sudo().mapped("read_at"))),
            user=self.env.user.name,
        )

    def _log_adjustments(self, adjustments):
        """Leave a note on each account."""
        by_account = {}
        for adjustment in adjustments:
            for account in adjustment.rows.account_id:
                by_account.setdefault(account, []).append(adjustment)
        for account, mine in by_account.items():
            lines = [
                _("FBA stock adjusted by %s:", self.env.user.name),
                *(one.describe() for one in mine[:LISTED]),
            ]
            if len(mine) > LISTED:
                lines.append(_("and %s more", len(mine) - LISTED))
            account.sudo().message_post(body=plaintext2html("\n".join(lines)))

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

    def action_adjust(self):
        """Show what would be booked, and ask.

        :return dict: action that opens the wizard
        """
        self._check_may_adjust()
        if not self:
            raise UserError(_("Select the lines that Odoo shall take over."))
        wizard = self.env["amazon.adjust.fba.stock"].create(
            {"stock_ids": [fields.Command.set(self.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Adjust to Amazon's Count"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_may_adjust(self):
        """Refuse users who may not adjust an inventory by hand, either.

        :raise AccessError: Odoo lets none but these adjust an inventory
        """
        if not self.env.user.has_group("stock.group_stock_manager"):
            raise AccessError(
                _("Only administrators of the inventory can adjust stock. Ask one.")
            )

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

    # === WHAT WOULD BE BOOKED === #

    def _prepare_adjustments(self):
        """Compare anew, and say what stands against booking a difference.

        Only what certainly is a difference is booked: the download is fresh, all orders
        of that time are in, no goods of the product were booked since, and Odoo knows
        where the difference belongs (no lots, no kit, no packages).

        :return list: of FbaAdjustment, one per location and product; rows without a
            product are left out
        """
        rows_sudo = self.sudo()._get_sharing()
        compared = rows_sudo._compare()
        stored = rows_sudo._get_stored_products()
        moved = rows_sudo._find_last_moves()
        unread = rows_sudo._find_unread()
        kits = self.env["amazon.account"].sudo()._get_stock_kits()
        plain = rows_sudo._find_plain_quants()
        late = {
            account: account._explain_late_orders(min(rows.mapped("read_at")))
            for account, rows in rows_sudo.grouped("account_id").items()
        }
        found = []
        for (location, product), rows in rows_sudo.grouped(
            lambda row: (row.location_id, row.product_id)
        ).items():
            place = location.id, product.id
            amazon, odoo = compared.get(place, (0.0, 0.0))
            known = FbaAdjustment(product, location, rows, amazon, odoo, "")
            obstacle = (
                rows._explain_product(product, product in stored, kits)
                or rows._explain_no_change(known)
                or rows._explain_reading(moved.get(place), unread.get(place))
                or next(filter(None, (late[one] for one in rows.account_id)), "")
                or rows._explain_place(known, plain.get(place))
            )
            found.append(replace(known, obstacle=obstacle))
        return found

    def _explain_product(self, product, is_stored, kits):
        """Name the kinds of products that have to be adjusted by hand.

        :return str: why Odoo can not book a difference of this product
        """
        if not is_stored:
            return _("Odoo keeps no stock of this product.")
        if product in kits:
            return _(
                "A kit: Odoo stores its parts. Adjust the parts under Inventory > "
                "Operations > Physical Inventory."
            )
        if product.tracking != "none":
            return _(
                "It has lots or serial numbers, and Amazon does not tell which ones it "
                "has. Adjust it under Inventory > Operations > Physical Inventory."
            )
        return ""

    def _explain_no_change(self, known):
        if float_is_zero(
            known.change, precision_rounding=known.product.uom_id.rounding
        ):
            return _("There is no difference.")
        return ""

    def _explain_reading(self, moved_at, unread):
        """Say why the download is too old, or too small a part, to be compared.

        :param datetime moved_at: when goods were last booked, None: never
        :param unread: accounts with the product whose FBA stock was never read
        """
        oldest = min(self.mapped("read_at"))
        if oldest < fields.Datetime.now() - FRESH:
            return _("Read more than an hour ago: press «Read FBA Stock» again.")
        if moved_at and moved_at >= oldest + timedelta(seconds=1):
            return _(
                "Goods were booked since it was read: press «Read FBA Stock» again."
            )
        if unread:
            return _(
                "%(accounts)s keeps this product in the same location: read its FBA "
                "stock, too.",
                accounts=", ".join(unread.mapped("name")),
            )
        return ""

    def _explain_place(self, known, quants):
        """Say why the difference can not be booked in one location.

        :param quants: stock.quant without lot, package and owner, may be None
        """
        if len(self._get_pool_locations()) > 1:
            return _(
                "The marketplaces of this stock have several Amazon locations in Odoo: "
                "adjust it under Inventory > Operations > Physical Inventory."
            )
        there = sum(quants.mapped("quantity")) if quants else 0.0
        rounding = known.product.uom_id.rounding
        is_below = float_compare(there + known.change, 0, precision_rounding=rounding)
        if known.change < 0 and is_below < 0:
            return _(
                "What is too much lies in packages, in a location below, or belongs to "
                "somebody else: adjust it under Inventory > Operations > Physical "
                "Inventory."
            )
        return ""

    def _get_pool_locations(self):
        """Collect the locations that the marketplaces of these stocks are set to.

        :return: stock.location from which orders of these stocks are booked
        """
        locations = self.env["stock.location"]
        for account, rows in self.grouped("account_id").items():
            pools = account._get_fba_pools()
            for pool in set(rows.mapped("stock_pool")) & pools.keys():
                for shop in pools[pool]:
                    locations |= account._for_marketplace("location_id", shop)
        return locations

    def _find_last_moves(self):
        """Find what was booked since the download, product by product.

        :return dict: (location's id, product's id) -> when goods of it were last
        booked, in UTC
        """
        found = {}
        oldest = min(self.mapped("read_at"), default=False)
        for location, rows in self.grouped("location_id").items():
            groups = self.env["stock.move.line"]._read_group(
                [
                    ("state", "=", "done"),
                    ("product_id", "in", rows.product_id.ids),
                    ("write_date", ">=", oldest),
                    "|",
                    ("location_id", "child_of", location.id),
                    ("location_dest_id", "child_of", location.id),
                ],
                ["product_id"],
                ["write_date:max"],
            )
            found.update(
                {(location.id, product.id): moment for product, moment in groups}
            )
        return found

    def _find_unread(self):
        """Find accounts whose share of a location is not known yet.

        :return dict: (location's id, product's id) -> amazon.account that keep the
        product there, too, and whose stock at Amazon nobody has asked for
        """
        offers = self.env["amazon.offer"].search(
            [
                ("amazon_channel", "=", "fba"),
                ("product_id", "in", self.product_id.ids),
                ("account_id.active", "=", True),
                ("account_id.is_linked", "=", True),
                ("account_id.fba_stock_read_at", "=", False),
                ("account_id.location_id", "in", self.location_id.ids),
            ]
        )
        return {
            (location.id, product.id): found.account_id
            for (location, product), found in offers.grouped(
                lambda offer: (offer.account_id.location_id, offer.product_id)
            ).items()
        }

    def _find_plain_quants(self):
        """The quants that an adjustment changes.

        :return dict: (location's id, product's id) -> stock.quant without lot,
        package and owner in just that location
        """
        quants = self.env["stock.quant"].search(
            [
                ("location_id", "in", self.location_id.ids),
                ("product_id", "in", self.product_id.ids),
                ("lot_id", "=", False),
                ("package_id", "=", False),
                ("owner_id", "=", False),
            ],
            order="id",
        )
        return quants.grouped(lambda quant: (quant.location_id.id, quant.product_id.id))
