"""Base class for the catalogue: Amazon's listings, and the offers in Odoo."""

from datetime import timedelta

from odoo import fields

from odoo.addons.amazon_connector.models.reports.amazon_report import OPEN_STATES
from odoo.addons.amazon_connector.sim import SELLER

from ..common import DE, AmazonCase


class CatalogueCase(AmazonCase):
    """A seller with ten listings in Germany, of which two are stored by Amazon."""

    def setUp(self):
        super().setUp()
        self.germany = self.shop(DE)
        self.account.active_marketplace_ids = self.germany
        self.amazon.reports.minimum_interval = timedelta()  # Odoo waits by itself

    def shop(self, api_ref):
        """Find a marketplace by Amazon's identifier.

        :return: amazon.marketplace
        """
        return self.env["amazon.marketplace"]._by_api_ref([api_ref])[api_ref]

    # === what people, crons and sellers do === #

    def press(self):
        """Start the import of the catalogue by its button.

        :return str: the words of the notification
        """
        return self.account.action_import_catalogue()["params"]["message"]

    def let_odoo_read(self):
        """Time goes by, and the scheduled action runs."""
        self.open_reports().next_try_at = False
        self.env.ref("amazon_connector.ir_cron_read_reports").ir_actions_server_id.run()

    def open_reports(self):
        return self.env["amazon.report"].search([("state", "in", OPEN_STATES)])

    def import_catalogue(self):
        """An hour later the catalogue is imported.

        :return: amazon.report that was read
        """
        for report in self.env["amazon.report"].search([]):
            report.requested_at -= timedelta(hours=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_offer SET create_date = create_date - interval '1 hour'"
        )
        self.env.invalidate_all()
        self.press()
        reports = self.open_reports()
        self.let_odoo_read()
        self.let_odoo_read()
        return reports

    def unlist(self, *skus, marketplace=DE):
        """The seller deletes listings at Amazon."""
        for sku in skus:
            del self.world.listings[SELLER.merchant_token, marketplace, sku]

    def spoil(self, spoilt, **cells):
        """In the next report cells of a row hold something else.

        :param str spoilt: SKU of the row
        :param cells: sku, price -> what they hold
        """
        columns = {"sku": 3, "price": 4}

        def change(text):
            lines = text.split("\r\n")
            for number, line in enumerate(lines):
                row = line.split("\t")
                if row[3:4] == [spoilt]:
                    for name, value in cells.items():
                        row[columns[name]] = value
                    lines[number] = "\t".join(row)
            return "\r\n".join(lines)

        self.amazon.reports.edit_next(change)

    # === what Odoo has stored === #

    def offer(self, sku, channel="fbm", marketplace=DE):
        """Find an offer, archived ones included.

        :return: amazon.offer, archived or not
        """
        return (
            self.env["amazon.offer"]
            .with_context(active_test=False)
            .search(
                [
                    ("account_id", "=", self.account.id),
                    ("sku", "=", sku),
                    ("amazon_channel", "=", channel),
                    ("marketplace_id.api_ref", "=", marketplace),
                ]
            )
        )

    def offers(self, marketplace=DE):
        """Find the active offers of a marketplace.

        :return: the amazon.offer that are not archived
        """
        return self.env["amazon.offer"].search(
            [
                ("account_id", "=", self.account.id),
                ("marketplace_id.api_ref", "=", marketplace),
            ]
        )

    def skus(self):
        return set(self.offers().mapped("sku"))

    def in_odoo(self, marketplace=DE):
        """Read the offers as plain data, to be compared with `at_amazon`.

        :return dict: SKU -> what the offer shows of the listing
        """
        self.env.invalidate_all()
        return {
            offer.sku: (
                offer.amazon_channel,
                offer.asin,
                offer.title,
                f"{offer.price:.2f}",
                offer.currency_id.name,
                offer.listing_status,
                offer.listed_quantity,
            )
            for offer in self.offers(marketplace)
        }

    def at_amazon(self, marketplace=DE):
        """Read the listings of the simulator, to be compared with `in_odoo`.

        :return dict: SKU -> the same as Amazon knows it
        """
        return {
            listing.sku: (
                "fbm" if listing.channel == "DEFAULT" else "fba",
                listing.asin,
                listing.title,
                f"{listing.price:.2f}",
                listing.currency,
                "active" if "BUYABLE" in listing.status else "inactive",
                listing.quantity or 0,
            )
            for listing in self.world.listings.values()
            if (listing.seller, listing.marketplace)
            == (SELLER.merchant_token, marketplace)
        }

    def age(self, offers):
        """Date the offers back.

        :return datetime: when, UTC"""
        self.env.flush_all()
        then = fields.Datetime.now().replace(microsecond=0) - timedelta(days=3)
        self.env.cr.execute(
            "UPDATE amazon_offer SET write_date = %s WHERE id = ANY(%s)",
            [then, offers.ids],
        )
        self.env.invalidate_all()
        return then
