"""What Amazon lists, kept on the offers: for thousands of them in a few statements
(feature C4).

What Amazon does not list any more: archived, asked about, or back again (C4).
"""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models

from ..account.own_fields import check_own_fields, permitted_values

# What is compared with a page of listings: plain values, for records and their cache
# cost more than everything else when nothing has changed.
KNOWN = """
    SELECT amazon_channel, sku, id, product_id, vanished_at, asin, barcode, title,
           price::text, listing_status, listed_quantity
      FROM amazon_offer
     WHERE account_id = %s AND marketplace_id = %s AND sku = ANY(%s)"""
# Without a new write_date: no quantity changes by it, and the scan of the stock would
# think so.
UPDATE = """
    UPDATE amazon_offer AS offer
       SET asin = coalesce(listing.asin, offer.asin),
           barcode = coalesce(listing.barcode, offer.barcode),
           title = coalesce(listing.title, offer.title),
           price = listing.price, listing_status = listing.status,
           listed_quantity = listing.quantity
      FROM unnest(%(ids)s::int[], %(asins)s::varchar[], %(barcodes)s::varchar[],
                  %(titles)s::varchar[], %(prices)s::numeric[],
                  %(statuses)s::varchar[], %(quantities)s::int[])
           AS listing(id, asin, barcode, title, price, status, quantity)
     WHERE offer.id = listing.id
 RETURNING offer.id"""
# A product that came later. Now there is a quantity: the next scan computes it.
MATCH = """
    UPDATE amazon_offer AS offer
       SET product_id = found.product_id, apply_at = %(now)s, write_uid = %(user)s,
           write_date = %(now)s
      FROM unnest(%(ids)s::int[], %(products)s::int[]) AS found(id, product_id)
     WHERE offer.id = found.id AND offer.product_id IS NULL
 RETURNING offer.id"""
# An order, or a person, may have made an offer that is younger than the report.
EXPECTED = """
    SELECT id, sku, missing_at IS NOT NULL
      FROM amazon_offer
     WHERE account_id = %s AND marketplace_id = %s AND active AND vanished_at IS NULL
       AND create_date <= %s"""
# Without a new write_date: no quantity changes by it.
SET_MISSING = """
    UPDATE amazon_offer SET missing_at = %(now)s
     WHERE id = ANY(%(ids)s) AND missing_at IS NULL"""
SET_FOUND = "UPDATE amazon_offer SET missing_at = NULL WHERE id = ANY(%(ids)s)"


class Known(NamedTuple):
    """An offer as the database has it."""

    id: int
    product_id: int | None
    vanished_at: datetime | None
    asin: str | None
    barcode: str | None
    title: str | None
    price: str | None
    status: str | None
    quantity: int | None

    def differs_from(self, listing):
        """Compare a row of the list with what is stored.

        :param Listing listing: what Amazon leaves out says nothing of the ASIN,
            the barcode and the title
        :return bool: whether Amazon says something new
        """
        price = self.price and Decimal(self.price)
        now = (price, self.status, self.quantity)
        known = (self.asin, self.barcode, self.title)
        stated = (listing.asin, listing.barcode, listing.title)
        return now != (listing.price, _get_status(listing), listing.quantity) or any(
            new and new != old for new, old in zip(stated, known, strict=True)
        )


def _get_key(listing):
    """What tells a listing from others of its marketplace.

    :return tuple: channel and SKU of a Listing, by which an offer is known
    """
    return "fba" if listing.by_amazon else "fbm", listing.sku


def _get_status(listing):
    """Convert Amazon's status into the selection of the field.

    :return str|None: as the offer shows the status of a Listing
    """
    return listing.status.lower() if listing.status else None


class AmazonOffer(models.Model):
    _name = "amazon.offer"
    _description = "Amazon Listing"
    _order = "account_id, sku, id"
    _rec_name = "sku"
    _rec_names_search = ["sku", "asin"]
    _check_company_auto = True
    _sql_constraints = [
        (
            "unique_sku",
            "UNIQUE(account_id, sku, marketplace_id, amazon_channel)",
            "There is already a listing with this SKU for the marketplace and channel.",
        ),
        (
            "quantity_factor_positive",
            "CHECK(quantity_factor > 0)",
            "The number of units per pack has to be greater than zero.",
        ),
    ]

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one(
        "amazon.marketplace", required=True, ondelete="restrict"
    )
    sku = fields.Char("SKU", required=True, help="The seller's SKU.")
    asin = fields.Char("ASIN", help="Amazon's number of the article.")
    title = fields.Char(help="The article's name at Amazon.")
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The product in Odoo. While it is empty, orders show the product “Amazon "
        "Sale” with the SKU in the description.",
    )
    amazon_channel = fields.Selection(
        [("fba", "FBA"), ("fbm", "FBM")],
        "Channel",
        required=True,
        default="fbm",
        help="FBA: Amazon stores and ships. FBM: you store and ship.",
    )
    quantity_factor = fields.Float(
        "Units per pack",
        default=1.0,
        required=True,
        digits=0,  # 0.08 for a twelfth would offer 43 pieces of 42
        help="How many units of the product the buyer gets for one pack of this "
        "listing: 6 for a pack of six, =1/12 for a piece of a dozen.",
    )
    sync_stock = fields.Boolean(
        "Send stock", help="Tell Amazon the available quantity (FBM listings only)."
    )
    stock_buffer = fields.Float(
        "Keep back",
        digits="Product Unit of Measure",
        help="So many units of the product are never offered at Amazon.",
    )
    barcode = fields.Char(
        "EAN/UPC",
        readonly=True,
        copy=False,
        help="As Amazon's report of listings has it.",
    )
    currency_id = fields.Many2one(related="marketplace_id.currency_id")
    price = fields.Monetary(
        readonly=True,
        copy=False,
        help="What Amazon asked for it when the catalogue was read last.",
    )
    listing_status = fields.Selection(
        [
            ("active", "Active"),
            ("inactive", "Inactive"),
            ("incomplete", "Incomplete"),
        ],
        "Listing",
        readonly=True,
        copy=False,
        help="In Seller Central: can be bought, can not be bought (no stock, closed, "
        "blocked), lacks something that Amazon wants to know.",
    )
    listed_quantity = fields.Integer(
        "Listed quantity",
        readonly=True,
        copy=False,
        help="What buyers could order when the catalogue was read last (FBM).",
    )
    active = fields.Boolean(default=True)
    vanished_at = fields.Datetime(
        "Gone from Amazon",
        readonly=True,
        copy=False,
        help="Since then Amazon does not list it any more, and it is archived. When it "
        "comes back, it is active again. If you take it out of the archive yourself, "
        "it stays.",
    )
    missing_at = fields.Datetime(
        "Missing in Amazon's list",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Amazon's list left out so many listings at once that a person decides: "
        "archive them, or keep them. Until then it stays as it is.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create, but for what the addon writes by itself."""
        return super().create(permitted_values(self, vals_list))

    def write(self, vals):
        """Write; a change of the stock goes to Amazon, and with its first product an
        offer puts it on past orders, too."""
        check_own_fields(self, vals)
        vals = {
            **vals,
            **self._vals_for_archiving(vals),
            **self._vals_for_matching(vals),
        }
        unmatched = self._filter_first_matched(vals)
        result = super().write(vals)
        if "account_id" in vals:  # Odoo asks the rules before it writes only
            self.check_access_rule("write")
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
        # Archived offers are found, too: late orders of their SKU belong to them.
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

    @api.model
    def _take_listings(self, account, marketplace, listings):
        """Find or create the offers of a page of listings, and keep what Amazon says.

        What people chose (product, factor, whether stock is sent) stays. The number of
        statements does not depend on the number of changes.

        :param account: amazon.account
        :param marketplace: amazon.marketplace of the report
        :param list listings: of Listing, each SKU once
        :return int: how many offers are new, or changed
        """
        wanted = {_get_key(listing): listing for listing in listings}
        known = self._read_listed(account, marketplace, wanted)
        missing = [key for key in wanted if key not in known]
        unmatched = {
            offer.id: key[1] for key, offer in known.items() if not offer.product_id
        }
        skus = [sku for _channel, sku in missing] + list(unmatched.values())
        products = self._match_products(account, skus) if skus else {}
        gone = [offer.id for offer in known.values() if offer.vanished_at]
        found = [offer for offer, sku in unmatched.items() if sku in products]
        changed = self.browse(gone)._return() | self.browse(found)._match(products)
        created = self._create_listed(account, marketplace, missing, products)
        news = {
            offer.id: wanted[key]
            for key, offer in known.items()
            if offer.differs_from(wanted[key])
        }
        news.update(
            (offer.id, wanted[key]) for key, offer in zip(missing, created, strict=True)
        )
        return len(changed | self._write_listings(news))

    @api.model
    def _read_listed(self, account, marketplace, keys):
        """Find offers, archived or not, by one query.

        :param keys: iterable of (channel, SKU)
        :return dict: (channel, SKU) -> Known; offers of the SKU in the other channel
            are left out
        """
        self.flush_model()
        skus = [sku for _channel, sku in keys]
        self.env.cr.execute(KNOWN, [account.id, marketplace.id, skus])
        known = {(row[0], row[1]): Known(*row[2:]) for row in self.env.cr.fetchall()}
        return {key: known[key] for key in keys if key in known}

    @api.model
    def _create_listed(self, account, marketplace, keys, products):
        """Create offers that the list names for the first time.

        :param list keys: (channel, SKU)
        :param dict products: SKU -> product.product
        :return: amazon.offer in the order of the keys
        """
        vals_list = [
            {
                "account_id": account.id,
                "marketplace_id": marketplace.id,
                "amazon_channel": channel,
                "sku": sku,
                "product_id": products[sku].id if sku in products else False,
            }
            for channel, sku in keys
        ]
        return self.create(self._with_decisions(account, vals_list))

    def _match(self, products):
        """Put products on the offers of their SKUs, without a loop over them.

        :param dict products: SKU -> product.product
        :return set: ids of the offers that have a product now
        """
        found = {
            offer.id: products[offer.sku].id for offer in self if offer.sku in products
        }
        if not found:
            return set()
        parameters = {
            "ids": list(found),
            "products": list(found.values()),
            "user": self.env.uid,
            "now": fields.Datetime.now(),
        }
        matched = self._execute_listings(MATCH, parameters)
        self.browse(matched)._note_matched()
        return matched

    @api.model
    def _write_listings(self, listings):
        """Write what the list says, only where it says something.

        :param dict listings: id of amazon.offer -> Listing
        :return set: their ids
        """
        if not listings:
            return set()
        stated = listings.values()
        return self._execute_listings(
            UPDATE,
            {
                "ids": list(listings),
                "asins": [listing.asin for listing in stated],
                "barcodes": [listing.barcode for listing in stated],
                "titles": [listing.title for listing in stated],
                "prices": [listing.price for listing in stated],
                "statuses": [_get_status(listing) for listing in stated],
                "quantities": [listing.quantity for listing in stated],
            },
        )

    @api.model
    def _execute_listings(self, query, parameters):
        """Run a statement past the cache, which is written before and emptied
        afterwards.

        :return set: ids of amazon.offer that the database gives back
        """
        self.flush_model()
        self.env.cr.execute(query, parameters)
        found = {offer_id for (offer_id,) in self.env.cr.fetchall()}
        self.invalidate_model()
        return found

    @api.model
    def _vals_for_archiving(self, vals):
        """Return the values of archiving by hand: only a person takes the offer out
        again."""
        if vals.get("active") is False and "vanished_at" not in vals:
            return {"vanished_at": False, "missing_at": False}
        return {}

    @api.model
    def _find_expected(self, report):
        """Find the offers that were listed before the report was made.

        :param report: amazon.report of all listings of a marketplace
        :return list: (id, SKU, whether it was missing before) of those that should be
            in it
        """
        account, marketplace = report.account_id, report.marketplace_id
        self.flush_model()
        self.env.cr.execute(EXPECTED, [account.id, marketplace.id, report.requested_at])
        return self.env.cr.fetchall()

    def _archive_vanished(self):
        """Archive what Amazon does not list any more, and withdraw the stock
        messages."""
        now = fields.Datetime.now()
        self.write({"active": False, "vanished_at": now, "missing_at": False})

    def _keep_vanished(self):
        """Keep offers that Amazon does not list, as if a person had taken them out of
        the archive: nobody is asked again."""
        self.write({"vanished_at": fields.Datetime.now(), "missing_at": False})

    def _set_missing(self):
        """Mark offers that a person has to decide about, with the time of the first
        run."""
        self._execute_update(SET_MISSING)

    def _set_found(self):
        """Unmark offers that Amazon lists again: there is nothing to decide."""
        self._execute_update(SET_FOUND)

    def _execute_update(self, query):
        if self:
            self.flush_model(["missing_at"])
            now = fields.Datetime.now()
            self.env.cr.execute(query, {"ids": self.ids, "now": now})
            self.invalidate_recordset(["missing_at"])

    def _return(self):
        """Take offers out of the archive that are listed again; their quantity at
        Amazon is unknown.

        :return set: their ids"""
        if self:
            self.write({"active": True, "vanished_at": False})
            self._forget_sent_quantity()
        return set(self.ids)
