"""What it costs to send the stock of many offers to Amazon (`dev bench`)."""

from collections import Counter
from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget
from odoo.addons.amazon_connector.models.stock.amazon_account import Scan

from . import bench_rates
from .bench_cost import measured, report, with_progress
from .bench_history import copies_of, without_autovacuum
from .bench_shop import GERMANY, Shop

#: of so many the stock changes, as within a quarter of an hour
CHANGED = 100


def run(env, way, count, _history):
    """Count the stock of so many offers one way, and print the costs as JSON."""
    report(*Offers(env, count).measure(way))


class Offers(Shop):
    """Offers of as many products, each of which lies on the shelf."""

    def __init__(self, env, count):
        super().__init__(env)
        without_autovacuum(env.cr)
        self.account.sync_stock = True
        self.amazon.world.feeds.take = 0  # Amazon works off a feed at once
        self.shelf = self.warehouse.lot_stock_id
        self.offers = self._multiply(count)
        env.cr.commit()
        env.invalidate_all()

    def _multiply(self, count):
        """Copy the offers of the shop until there are so many.

        :return: amazon.offer, made by SQL
        """
        env, cr = self.env, self.env.cr
        product = env["product.product"].search([("default_code", "=", "TEA-SENCHA")])
        # the stock of the demo, in a place of its own
        quants = env["stock.quant"]
        quants._update_available_quantity(product, self.shelf, 1)
        quant = quants.search(
            [("product_id", "=", product.id), ("location_id", "=", self.shelf.id)]
        )[:1]
        offer = env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.account.base_marketplace_id.id,
                "sku": "ART",
                "product_id": product.id,
                "sync_stock": True,
            }
        )
        env.flush_all()
        templates = copies_of(cr, product.product_tmpl_id, count)
        first = f"{templates[0] - 1} + n"
        code = {"default_code": "'ART-' || n"}
        products = copies_of(cr, product, count, product_tmpl_id=first, **code)
        mine = {"product_id": f"{products[0] - 1} + n"}
        copies_of(cr, quant, count, quantity="10 + mod(n, 7)", **mine)
        offers = copies_of(cr, offer, count, sku="'ART-' || n", **mine)
        offer.unlink()
        cr.execute("ANALYZE")
        env.invalidate_all()
        return env["amazon.offer"].browse(offers)

    # === ways === #

    def measure(self, way):
        """Measure one way of sending the stock.

        :return list: of dict, what was measured
        """
        ways = {
            "naive": self._one_by_one,
            "Odoo in batches": self._at_once,
            "this addon": self._measure_ours,
        }
        return list(ways[way]())

    def _measured(self, title, work, *arguments, count=None):
        count = count or len(self.offers)
        return measured(self.env, title, count, work, *arguments)

    def _one_by_one(self):
        def work():
            for offer_id in with_progress(self.offers.ids):
                offer = self.env["amazon.offer"].browse(offer_id)
                located = offer.product_id.with_context(location=self.shelf.id)
                offer.write({"sent_quantity": int(located.free_qty)})
                self.env.cr.commit()

        yield self._measured("stock, all offers", work)

    def _at_once(self):
        def work():
            located = self.offers.product_id.with_context(location=self.shelf.id)
            located.mapped("free_qty")

        yield self._measured("stock, all offers", work)

    def _measure_ours(self):
        seller = self.account.sudo()
        everything = Scan(everything=True, refresh=True)
        yield self._measured("stock, all offers", self._scan, seller, everything)
        for offer in with_progress(self.offers):
            self.amazon.world.add_listing(offer.sku, GERMANY)
        with self.counted() as calls:
            result = self._measured("stock, the feed", self._tell, seller)
        result["amazon"] = bench_rates.of_offers(len(self.offers), calls)
        yield result
        self._change(self.offers[:CHANGED])
        scan = self._scan, seller, Scan()
        yield self._measured("stock, 100 of them changed", *scan, count=CHANGED)
        yield self._measured("stock, nothing changed", *scan, count=1)
        sold_out = self._sell_out, seller, self.offers[-1]
        yield self._measured("stock, sold out until the patch", *sold_out, count=1)

    def _scan(self, seller, scan):
        """All that a scan does but the orders, which have costs of their own."""
        seen = seller._run_step(seller._compute_stock, scan.everything)
        unsent = self.env["amazon.submission"]._count_unsent(seller, scan, {})
        reasons = seller._find_reasons(scan)
        seller._is_to_send(scan, unsent, reasons)
        seller._run_step(seller._note_stock, scan, Counter(), seen, unsent, reasons)

    def _sell_out(self, seller, offer):
        """The last piece leaves, and the scheduled action of each minute runs."""
        self.env.cr.execute(
            "UPDATE stock_quant SET quantity = 0, write_date = now() AT TIME ZONE 'UTC'"
            " WHERE product_id = %s",
            [offer.product_id.id],
        )
        seller._sync_stock_now(TimeBudget(60))
        if self.amazon.world.quantities()[offer.sku]:
            raise AssertionError("Amazon still sells what is sold out")

    def _tell(self, seller):
        """Send what waits, and download the results; the waits are left out."""
        for _time in range(2 + len(self.offers) // 10_000):
            seller._send_submissions(TimeBudget(3600))
            self.env.cr.execute("UPDATE amazon_submission SET next_try_at = NULL")
            self.env.cr.commit()
            self.env.invalidate_all()
        rows = self.env["amazon.submission"].search_count([("state", "=", "done")])
        if rows != len(self.offers):
            raise AssertionError(f"Amazon accepted {rows} quantities only")

    def _change(self, offers):
        """An hour later some of it is sold."""
        cr = self.env.cr
        for table in ("stock_quant", "amazon_offer", "product_template"):
            cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date - %s",
                    SQL.identifier(table),
                    timedelta(hours=1),
                )
            )
        cr.execute(
            "UPDATE stock_quant SET quantity = quantity + 1,"
            " write_date = now() AT TIME ZONE 'UTC' WHERE product_id = ANY(%s)",
            [offers.product_id.ids],
        )
        cr.commit()
        self.env.invalidate_all()
