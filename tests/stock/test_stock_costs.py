"""What stock costs in SQL (features J1, J5; goals of stock).

Counted is a look with its savepoints, once as after a commit, when also the settings of
the account have to be read again; and a feed's way from the claim to the result. The
orders that are read in between have costs of their own.
"""

from collections import Counter

from odoo.tools import SQL

from odoo.addons.amazon_connector.models.stock.amazon_account import Scan

from ..stock_case import StockCase

MANY = 5000


class TestStockCosts(StockCase):
    def setUp(self):
        super().setUp()
        self.stock(MUG_BLUE=10, MUG_WHITE=20, TEA_SENCHA=30)
        self.seller = self.account.sudo()._in_company()
        self.scan_once(Scan())  # warm: what the registry remembers

    # === many of them, in a moment === #

    def multiply(self, record, count, **changes):
        """Copy a row of the database so many times.

        :param changes: column -> SQL of its value, where n is the number of the copy
        :return: the new records
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id'",
            [record._table],
        )
        names = [name for (name,) in self.env.cr.fetchall()]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) AS n"
                " WHERE id = %s ORDER BY n RETURNING id",
                SQL.identifier(record._table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(
                    SQL(changes[name]) if name in changes else SQL.identifier(name)
                    for name in names
                ),
                SQL.identifier(record._table),
                count,
                record.id,
            )
        )
        ids = [row_id for (row_id,) in self.env.cr.fetchall()]
        self.env.invalidate_all()
        return record.browse(ids)

    def multiply_offers(self, count):
        """Copy an offer with its product and its stock, by SQL.

        :return: so many offers more, of as many products that are in stock
        """
        product = self.products["TEA-SENCHA"]
        quant = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.shelf.id)]
        )
        offer = self.offers["TEA-SENCHA"]
        templates = self.multiply(product.product_tmpl_id, count)
        first = templates[0].id - 1
        products = self.multiply(
            product, count, product_tmpl_id=f"{first} + n", default_code="'ART-' || n"
        )
        first = products[0].id - 1
        changed = {"product_id": f"{first} + n", "write_date": "now()"}
        self.multiply(quant, count, quantity="10 + mod(n, 7)", **changed)
        return self.multiply(
            offer, count, sku=f"'ART-' || ({first} + n)", sent_at="NULL", **changed
        )

    def change_stock(self, offers):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_quant SET quantity = quantity + 1,"
            " write_date = now() AT TIME ZONE 'UTC' WHERE product_id = ANY(%s)",
            [offers.product_id.ids],
        )
        self.env.invalidate_all()

    def accept_all(self):
        """Amazon has everything; an hour later nothing has changed."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE amazon_submission SET state = 'done'")
        self.env.cr.execute(
            "UPDATE amazon_offer SET sent_quantity = stock_quantity, sent_at = now()"
        )
        self.env.invalidate_all()
        self.let_time_pass()

    # === costs === #

    def scan_once(self, scan):
        """All that a look does but the orders."""
        seen = self.seller._run_step(self.seller._compute_stock, scan.everything)
        unsent = self.env["amazon.submission"]._count_unsent(self.seller, scan, {})
        reasons = self.seller._find_reasons(scan)
        self.seller._is_to_send(scan, unsent, reasons)
        note = self.seller._note_stock
        self.seller._run_step(note, scan, Counter(), seen, unsent, reasons)

    def cost(self, work, *args, settings=True):
        """Count what some work costs; what it works on is read anew.

        :param bool settings: the account is read again, as after a commit
        :return int: SQL statements
        """
        self.env.flush_all()
        if settings:
            self.env.invalidate_all()
        else:
            for name in ("amazon.offer", "amazon.submission", "product.product"):
                self.env[name].invalidate_model()
        before = self.env.cr.sql_log_count
        work(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def count_states(self):
        return Counter(row.state for row in self.messages())

    def test_j1_goal_5_look_at_5000_offers_stays_below_the_goal(self):
        offers = self.multiply_offers(MANY)
        cost = self.cost(self.scan_once, Scan(everything=True, refresh=True))
        self.assertEqual(self.count_states(), {"todo": MANY + 3})
        self.assertEqual(set(offers.mapped("stock_quantity")), set(range(10, 17)))
        self.assertLessEqual(cost, 36, "SQL for all offers")

        self.accept_all()
        self.change_stock(offers[:100])
        cost = self.cost(self.scan_once, Scan())
        self.assertEqual(self.count_states(), {"todo": 100, "done": MANY - 97})
        self.assertLessEqual(cost, 20, "SQL for a hundred changes")

        self.accept_all()
        self.change_stock(offers[:100])
        self.seller.stock_location_ids = self.shelf
        self.seller.stock_read_until = self.seller.last_stock_run
        steps = self.costs_of_steps()
        self.assertEqual(self.count_states(), {"todo": 100, "done": MANY - 97})
        self.assertLessEqual(steps[0], 15, "SQL to find, count and keep a hundred")
        self.assertLessEqual(steps[1], 2, "SQL to know whether Amazon gets anything")
        self.assertLessEqual(steps[2], 10, "SQL to look again and to write it down")

    def test_j1_changes_among_many_offers_are_cheap(self):
        """The number of statements does not depend on how many offers there are; with
        the fast lane, and with a table that PostgreSQL has not analyzed yet."""
        self.account.stock_now = True
        offers = self.multiply_offers(300)
        cost = self.cost(self.scan_once, Scan(everything=True, refresh=True))
        self.assertLessEqual(cost, 36, "SQL for all offers")
        self.accept_all()
        self.change_stock(offers[:100])
        cost = self.cost(self.scan_once, Scan())
        self.assertEqual(self.count_states(), {"todo": 100, "done": 203})
        self.assertLessEqual(cost, 20, "SQL for a hundred changes")

    def costs_of_steps(self):
        """Count what each step of a scan costs.

        :return list: SQL statements of the steps of a look, settings are known
        """
        seen = []

        def compute():
            seen.append(self.seller._run_step(self.seller._compute_stock))

        def find():
            unsent = self.env["amazon.submission"]._count_unsent(
                self.seller, Scan(), {}
            )
            seen.extend([unsent, self.seller._find_reasons(Scan())])

        def note():
            note = self.seller._note_stock
            self.seller._run_step(note, Scan(), Counter(), *seen)

        steps = (compute, find, note)
        return [self.cost(step, settings=False) for step in steps]

    def test_j1_each_quantity_writes_few_indexes(self):
        """What is written for each of 50,000 quantities takes longer than anything
        else: whoever adds an index without a condition, or a foreign key that others
        imply, adds some percent."""
        self.env.cr.execute(
            "SELECT tablename, count(*) FROM pg_indexes"
            " WHERE tablename IN ('amazon_offer', 'amazon_submission')"
            " AND indexdef NOT LIKE '% WHERE %' GROUP BY tablename"
        )
        counts = dict(self.env.cr.fetchall())
        self.assertEqual(counts, {"amazon_offer": 3, "amazon_submission": 3})
        self.env.cr.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f'"
            " AND conrelid = 'amazon_submission'::regclass"
        )
        names = {name for (name,) in self.env.cr.fetchall()}
        self.assertIn("amazon_submission_account_id_fkey", names)
        self.assertNotIn("amazon_submission_company_id_fkey", names)

    def test_j1_look_that_finds_nothing_is_cheap(self):
        self.multiply_offers(100)
        self.scan_once(Scan())
        self.accept_all()
        self.assertLessEqual(self.cost(self.scan_once, Scan()), 15)

    def test_j1_cost_of_a_feed_does_not_depend_on_its_size(self):
        costs = []
        for count in (10, 1200):
            offers = self.multiply_offers(count)
            for sku in offers.mapped("sku"):
                self.world.add_listing(sku)
            self.scan()
            sending = self.cost(self.send)
            self.let_waits_end()
            costs.append((sending, self.cost(self.send)))
            self.assertEqual(self.count_states().keys(), {"done"})
            self.accept_all()
        small, large = costs
        self.assertLessEqual(large[0], small[0] + 2, "SQL to send")
        self.assertLessEqual(large[1], small[1] + 2, "SQL for the result")
