"""What Amazon lists, kept on the offers: for thousands of them in a few statements
(feature C4)."""

from odoo import api, fields, models

# Asked for once per page of listings.
FETCHED = ("sku", "amazon_channel", "product_id", "vanished_at")
# Written where it differs, and without a new write_date: no quantity changes by it, and
# the look at the stock would think so. What Amazon leaves out says nothing of the ASIN
# and the title, which orders tell as well.
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
       AND (offer.asin, offer.barcode, offer.title, offer.price, offer.listing_status,
            offer.listed_quantity)
           IS DISTINCT FROM
           (coalesce(listing.asin, offer.asin),
            coalesce(listing.barcode, offer.barcode),
            coalesce(listing.title, offer.title), listing.price, listing.status,
            listing.quantity)
 RETURNING offer.id"""
# A product that came later. Now there is a quantity: the next look computes it.
MATCH = """
    UPDATE amazon_offer AS offer
       SET product_id = found.product_id, apply_at = %(now)s, write_uid = %(user)s,
           write_date = %(now)s
      FROM unnest(%(ids)s::int[], %(products)s::int[]) AS found(id, product_id)
     WHERE offer.id = found.id AND offer.product_id IS NULL
 RETURNING offer.id"""
# An order, or a person, may have told of an offer that is younger than the report.
VANISHED = """
    SELECT offer.id
      FROM amazon_offer AS offer
     WHERE offer.account_id = %(account)s AND offer.marketplace_id = %(marketplace)s
       AND offer.active AND offer.vanished_at IS NULL
       AND offer.create_date <= %(asked)s
       AND NOT EXISTS (SELECT 1 FROM unnest(%(skus)s::varchar[]) AS listed(sku)
                        WHERE listed.sku = offer.sku)"""


class AmazonOffer(models.Model):
    _inherit = "amazon.offer"

    active = fields.Boolean(default=True)
    barcode = fields.Char(
        "EAN/UPC", readonly=True, copy=False, help="As Amazon's list of offers has it."
    )
    vanished_at = fields.Datetime(
        "Gone from Amazon",
        readonly=True,
        copy=False,
        help="Since then Amazon does not list it any more, and it is archived. When it "
        "comes back, it is active again. If you take it out of the archive yourself, "
        "it stays.",
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

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.get("active") is False and "vanished_at" not in vals:
            # a person archives it: only a person takes it out again
            vals = {**vals, "vanished_at": False}
        return super().write(vals)

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
        known = self._find_listed(account, marketplace, wanted)
        listed = self.browse([offer.id for offer in known.values()])
        missing = [key for key in wanted if key not in known]
        unmatched = listed.filtered(lambda offer: not offer.product_id)
        skus = [sku for _channel, sku in missing] + unmatched.mapped("sku")
        products = self._match_products(account, skus) if skus else {}
        changed = listed.filtered("vanished_at")._return()
        changed |= unmatched._match(products)
        created = self._create_listed(account, marketplace, missing, products)
        offers = {**known, **dict(zip(missing, created, strict=True))}
        changed |= self._write_listings(
            {offers[key].id: listing for key, listing in wanted.items()}
        )
        return len(changed | set(created.ids))

    @api.model
    def _find_listed(self, account, marketplace, keys):
        """Find offers, archived or not, by one query.

        :param keys: iterable of (channel, SKU)
        :return dict: (channel, SKU) -> amazon.offer; an offer of the SKU in the other
            channel has a life of its own and is left out
        """
        found = self.with_context(active_test=False).search_fetch(
            [
                ("account_id", "=", account.id),
                ("marketplace_id", "=", marketplace.id),
                ("sku", "in", [sku for _channel, sku in keys]),
            ],
            FETCHED,
        )
        offers = {(offer.amazon_channel, offer.sku): offer for offer in found}
        return {key: offers[key] for key in keys if key in offers}

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

    def _return(self):
        """They are listed again; what Amazon has of them nobody knows.

        :return set: their ids"""
        if self:
            self.write({"active": True, "vanished_at": False})
            self._forget_sent_quantity()
        return set(self.ids)

    @api.model
    def _write_listings(self, listings):
        """:param dict listings: id of amazon.offer -> Listing
        :return set: ids of the offers of which Amazon says something new"""
        told = listings.values()
        return self._execute_listings(
            UPDATE,
            {
                "ids": list(listings),
                "asins": [listing.asin for listing in told],
                "barcodes": [listing.barcode for listing in told],
                "titles": [listing.title for listing in told],
                "prices": [listing.price for listing in told],
                "statuses": [
                    (listing.status or "").lower() or None for listing in told
                ],
                "quantities": [listing.quantity for listing in told],
            },
        )

    @api.model
    def _archive_vanished(self, report, skus):
        """Archive what Amazon does not list any more; what waits to be said of its
        stock is withdrawn.

        :param report: amazon.report of all listings of a marketplace
        :param set skus: those that are listed
        :return int: how many offers were archived
        """
        parameters = {
            "account": report.account_id.id,
            "marketplace": report.marketplace_id.id,
            "asked": report.requested_at,
            "skus": list(skus),
        }
        vanished = self.browse(sorted(self._execute_listings(VANISHED, parameters)))
        if vanished:
            vanished.write({"active": False, "vanished_at": fields.Datetime.now()})
        return len(vanished)

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
