"""What is done right after a bulk write, of which PostgreSQL knows nothing yet (`dev
bench --bulk`): nothing may have to wait for its next ANALYZE.

The same steps are measured before it and after it; PostgreSQL does none by itself.
Stock and settlements write their bulk themselves: `bench_stock`, `bench_settlements`.
"""

from datetime import timedelta

from odoo import fields

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget
from odoo.addons.amazon_connector.models.reports.amazon_report import OPEN_STATES

from . import bench_imports
from .bench_cost import measured, report
from .bench_history import without_autovacuum
from .bench_shop import GERMANY
from .bench_work import Orders

#: of so many something is new or changed
SOME = 100
#: rows of a list that are shown
PAGE = 80
#: seconds of CPU that a step may take more than after ANALYZE
MOST_MORE = 2
#: lines of old orders get SKUs of the catalogue that have no product
UNMATCHED = """
    UPDATE sale_order_line AS line
       SET amazon_offer_id = offer.id, product_id = %(stand_in)s
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS number
              FROM amazon_offer WHERE product_id IS NULL) AS offer,
           (SELECT id, row_number() OVER (ORDER BY id) AS number
              FROM sale_order_line WHERE amazon_kind = 'product') AS old
     WHERE old.id = line.id AND old.number = offer.number"""
MATCHED = """
    UPDATE amazon_offer AS offer
       SET apply_at = now() AT TIME ZONE 'UTC', product_id = (
           SELECT id FROM product_product WHERE default_code = 'TEA-SENCHA' LIMIT 1)
     WHERE id IN (SELECT DISTINCT ON (order_id) amazon_offer_id
                    FROM sale_order_line AS line
                    JOIN amazon_offer AS one ON one.id = line.amazon_offer_id
                   WHERE one.product_id IS NULL LIMIT %s)
 RETURNING id"""
OLDER = """
    UPDATE amazon_offer SET create_date = create_date - interval '1 hour';
    UPDATE amazon_report SET requested_at = requested_at - interval '1 hour'"""


def run(env, _way, count, _history):
    """Measure each step before and after ANALYZE, and print the costs as JSON.

    :param int count: old orders, and listings
    :raise AssertionError: a step waits for ANALYZE
    """
    without_autovacuum(env.cr)
    bulk = Bulk(env, count)
    unknown = [*bulk.measure("no ANALYZE")]
    env.cr.execute("ANALYZE")
    env.cr.commit()
    known = [*bulk.measure("after ANALYZE")]
    for before, after in zip(unknown, known, strict=True):
        if _cpu(before) - _cpu(after) > MOST_MORE:
            raise AssertionError(f"waits for ANALYZE: {before}, then {after}")
    report(*unknown, *known)


def _cpu(cost):
    """Add up the CPU of a step, here and in PostgreSQL: others may keep it waiting.

    :param dict cost: of `measured`
    :return float: seconds
    """
    return (cost["cpu_ms"] + (cost["pg_ms"] or 0)) * cost["count"] / 1000


class Bulk(Orders):
    """A shop that has just got all its old orders and listings."""

    def __init__(self, env, count):
        super().__init__(env, "fbm")
        self.amazon.reports.minimum_interval = timedelta()
        self.account.sudo().go_live_date = fields.Datetime.now() - timedelta(days=10)
        self.days, self.count = 140, count
        self.grow(count, is_analyzed=False)
        self.amazon.world.add_listings(count)
        self._import_catalogue()
        stand_in = env["sale.order.line"]._amazon_product("product").id
        env.cr.execute(UNMATCHED, {"stand_in": stand_in})
        env["amazon.match"].action_open()
        env.cr.execute(MATCHED, [SOME])
        self.matched = [offer_id for (offer_id,) in env.cr.fetchall()]
        self._start_anew()

    def _start_anew(self):
        self.env.flush_all()
        self.env.cr.commit()
        self.env.invalidate_all()

    def measure(self, words):
        """Measure all steps once.

        :param str words: what PostgreSQL knows of the bulk
        :return iterator: of dict, what each step cost
        """
        orders, _calls = self.buy(SOME)
        import_ = bench_imports.ours, self.env, self.account, orders
        yield self._measured("FBM import", words, SOME, *import_)
        yield self._measured("known orders", words, SOME, *import_)
        self._sell_long_ago()
        yield self._measured("history", words, SOME, self._import_history)
        self._change_listings()
        yield self._measured("catalogue", words, self.count, self._import_catalogue)
        yield self._measured("SKUs to match", words, 1, self._list_unmatched)
        yield self._measured("past orders", words, SOME, self._find_past_orders)

    def _measured(self, title, words, count, work, *arguments):
        self._start_anew()
        return measured(self.env, f"{title}, {words}", count, work, *arguments)

    # === history === #

    def _sell_long_ago(self):
        """Have orders that were shipped before the go-live."""
        world = self.amazon.world
        self.days -= 40
        for number in range(SOME):
            moment = world.now() - timedelta(days=self.days - number % 20)
            world.place_order(
                items=[world.item("MUG-BLUE")],
                marketplace=GERMANY,
                status="SHIPPED",
                created=moment,
                updated=moment,
            )
        self.env.cr.execute("UPDATE amazon_rate_limit SET tokens = burst")
        now = fields.Datetime.now()
        self.history = self.account.sudo()._import_history(
            now - timedelta(days=self.days + 1), now - timedelta(days=self.days - 21)
        )

    def _import_history(self):
        self.history._continue_all(TimeBudget(3600))
        found = self.history.state, self.history.done_count
        if found != ("done", SOME):
            raise AssertionError(f"history: {found}, {self.history.message}")

    # === catalogue, matching === #

    def _change_listings(self):
        """Have some listings cost more at Amazon."""
        for listing in list(self.amazon.world.listings.values())[-SOME:]:
            listing.price += 1
        self.env.cr.execute(OLDER)

    def _import_catalogue(self):
        """Have Amazon make its list, and read it."""
        seller = self.account.sudo()
        asked = seller._run_step(seller._ask_for_catalogue)
        while asked.state in OPEN_STATES:
            asked.next_try_at = False
            self._start_anew()
            seller._work_on_reports(TimeBudget(3600))
        if asked.state != "done" or asked.row_count < self.count:
            raise AssertionError(f"catalogue: {asked.state}, {asked.row_count}")

    def _list_unmatched(self):
        """Open the menu *SKUs to Match*."""
        self.env["amazon.match"].action_open()
        domain = [("is_ignored", "=", False)]
        fields_ = {"sku": {}, "title": {}, "order_count": {}, "reason": {}}
        found = self.env["amazon.match"].web_search_read(domain, fields_, limit=PAGE)
        if len(found["records"]) != PAGE:
            raise AssertionError("there are no SKUs to match")

    def _find_past_orders(self):
        """Find the orders of SKUs that have just got their product."""
        if len(self.account._find_past_orders(self.matched, "change")) != SOME:
            raise AssertionError("past orders do not get their product")
