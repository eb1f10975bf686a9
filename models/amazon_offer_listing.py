"""What Amazon lists, kept on the offers: for thousands of them in a few statements
(feature C4)."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models

# What is compared with a page of listings: plain values, for records and their cache
# cost more than all the rest when nothing has changed.
KNOWN = """
    SELECT amazon_channel, sku, id, product_id, vanished_at, asin, barcode, title,
           price::text, listing_status, listed_quantity
      FROM amazon_offer
     WHERE account_id = %s AND marketplace_id = %s AND sku = ANY(%s)"""
# Without a new write_date: no quantity changes by it, and the look at the stock would
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
# A product that came later. Now there is a quantity: the next look computes it.
MATCH = """
    UPDATE amazon_offer AS offer
       SET product_id = found.product_id, apply_at = %(now)s, write_uid = %(user)s,
           write_date = %(now)s
      FROM unnest(%(ids)s::int[], %(products)s::int[]) AS found(id, product_id)
     WHERE offer.id = found.id AND offer.product_id IS NULL
 RETURNING offer.id"""


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
        """:param Listing listing: what Amazon leaves out says nothing of the ASIN,
            the barcode and the title
        :return bool: whether Amazon says something new"""
        price = self.price and Decimal(self.price)
        now = (price, self.status, self.quantity)
        known = (self.asin, self.barcode, self.title)
        told = (listing.asin, listing.barcode, listing.title)
        return now != (listing.price, _get_status(listing), listing.quantity) or any(
            new and new != old for new, old in zip(told, known, strict=True)
        )


class AmazonOffer(models.Model):
    _inherit = "amazon.offer"

    barcode = fields.Char(
        "EAN/UPC", readonly=True, copy=False, help="As Amazon's list of offers has it."
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

    # === BUSINESS METHODS === #

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
        :return dict: (channel, SKU) -> Known; an offer of the SKU in the other channel
            has a life of its own and is left out
        """
        self.flush_model()
        skus = [sku for _channel, sku in keys]
        self.env.cr.execute(KNOWN, [account.id, marketplace.id, skus])
        known = {(row[0], row[1]): Known(*row[2:]) for row in self.env.cr.fetchall()}
        return {key: known[key] for key in keys if key in known}

    @api.model
    def _create_listed(self, account, marketplace, keys, products):
        """:param list keys: (channel, SKU)
        :param dict products: SKU -> product.product
        :return: amazon.offer in the order of the keys"""
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
        """:param dict products: SKU -> product.product
        :return set: ids of the offers that have a product now"""
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
        """:param dict listings: id of amazon.offer -> Listing
        :return set: their ids"""
        if not listings:
            return set()
        told = listings.values()
        return self._execute_listings(
            UPDATE,
            {
                "ids": list(listings),
                "asins": [listing.asin for listing in told],
                "barcodes": [listing.barcode for listing in told],
                "titles": [listing.title for listing in told],
                "prices": [listing.price for listing in told],
                "statuses": [_get_status(listing) for listing in told],
                "quantities": [listing.quantity for listing in told],
            },
        )

    @api.model
    def _execute_listings(self, query, parameters):
        """:return set: ids of amazon.offer that the database gives back"""
        self.flush_model()
        self.env.cr.execute(query, parameters)
        found = {offer_id for (offer_id,) in self.env.cr.fetchall()}
        self.invalidate_model()
        return found


def _get_key(listing):
    """:return tuple: channel and SKU of a Listing, by which an offer is known"""
    return "fba" if listing.by_amazon else "fbm", listing.sku


def _get_status(listing):
    """:return str|None: as the offer shows the status of a Listing"""
    return listing.status.lower() if listing.status else None
