"""Lists cost the same statements, however many rows they show."""

from datetime import date

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval

from .case import WatchCase

LISTS = ("sale_order_amazon_action", "amazon_order_action", "amazon_submission_action")

# Filters of a few among many orders -> the index that finds them.
INDEXES = {
    **dict.fromkeys(
        ("to_ship", "ship_today", "late_risk"), "sale_order_amazon_unshipped"
    ),
    **dict.fromkeys(
        (
            "problems",
            "cancel_requested",
            "review",
            "difference",
            "tax_difference",
            "stock",
        ),
        "sale_order__amazon_problem_since_index",
    ),
    **dict.fromkeys(("fbm", "fba"), "sale_order_amazon_channel"),
    "history": "sale_order_amazon_history",
}


@tagged("post_install", "-at_install")
class TestScreenCosts(WatchCase):
    def costs(self):
        """Count what each list costs.

        :return dict: name of the list -> SQL statements
        """
        return {name: self.sql(self._opener(name)) for name in LISTS}

    def _opener(self, name):
        """Prepare the opening of a list.

        :return callable: reads what the first view of an action shows
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"amazon_connector.{name}"
        )
        model = self.env[action["res_model"]]
        view_id, kind = action["views"][0]
        shown = model.get_views([(view_id, kind)])["models"][model._name]
        fields = list(shown.get("fields", shown))  # 19.0 has them one level below
        return lambda: model.search([], limit=80).read(fields)

    def test_k1_lists_cost_the_same_for_few_and_for_many_orders(self):
        for order in self.orders(2):
            self.ship(order)
        few = self.costs()
        for order in self.orders(10):
            self.ship(order)
        self.assertEqual(self.costs(), few)

    def test_k1_filters_of_few_orders_have_an_index(self):
        """With every other index gone the server uses the one that is meant, which it
        can only when the filter says all that the index says."""
        domains = self.domains("sale_order_amazon_action")
        for name, index in INDEXES.items():
            self.env.cr.execute("SAVEPOINT indexes")
            self._drop_other_indexes(index)
            with self.subTest(name):
                self.assertIn(index, self.plan(domains[name]))
            self.env.cr.execute("ROLLBACK TO SAVEPOINT indexes")

    def test_k1_open_messages_are_found_by_their_state(self):
        """Nearly all are settled, and none of those is read."""
        domains = self.domains("amazon_submission_action")
        self._drop_other_indexes("amazon_submission__state_index")
        for name in ("failed", "on_the_way", "open", "held"):
            with self.subTest(name):
                plan = self.plan(domains[name], "amazon.submission")
                self.assertIn("amazon_submission__state_index", plan)

    def test_k4_overview_and_list_read_only_the_newest_orders(self):
        """The days of the dashboard and the first page of the list: neither reads the
        orders of others, nor those of the past."""
        self._drop_other_indexes("sale_order_amazon_latest")
        day = self.account._get_day(-13)
        days = self.plan(self.account._get_orders_domain(day))
        self.assertIn("sale_order_amazon_latest", days)
        self.assertIn("Index Cond: (date_order", days)
        # Of the few orders of a test a sort costs nothing: it stays where it has to be.
        self.env.cr.execute("SET LOCAL enable_sort = off")
        domain = [("amazon_account_id", "!=", False)]
        page = self.plan(domain, order="date_order desc, id desc", limit=80)
        self.assertIn("sale_order_amazon_latest", page)
        self.assertNotIn("Sort", page)

    def test_k4_orders_are_grouped_and_counted_without_being_read(self):
        """The index has all that the dashboard counts and the list groups by."""
        self._drop_other_indexes("sale_order_amazon_latest")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        orders = self.env["sale.order"]
        [base] = safe_eval(
            self.env.ref("amazon_connector.sale_order_amazon_action").domain
        )
        company = ("company_id", "in", self.company.ids)  # a rule of Odoo's
        since = self.account._get_orders_domain(self.account._get_day(-13))
        for domain in ([base, company], [*since, company]):
            for column in (
                "amazon_account_id",
                "amazon_marketplace_id",
                "amazon_channel",
                "amazon_ship_by",
                "date_order",
            ):
                with self.subTest(column, domain=domain):
                    query = orders._search(domain)
                    rows = query.select(SQL.identifier("sale_order", column))
                    self.env.cr.execute(SQL("EXPLAIN %s", rows))
                    plan = "\n".join(line for (line,) in self.env.cr.fetchall())
                    self.assertIn("Index Only Scan using sale_order_amazon_l", plan)

    def test_k4_what_has_to_leave_is_counted_without_being_read(self):
        self._drop_other_indexes("sale_order_amazon_unshipped")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        company = ("company_id", "in", self.company.ids)
        for more in ([], self.account._get_late_domain()):
            domain = self.account._get_to_ship_domain([*more, company])
            query = self.env["sale.order"]._search(domain)
            rows = query.select(SQL.identifier("sale_order", "amazon_account_id"))
            self.env.cr.execute(SQL("EXPLAIN %s", rows))
            plan = "\n".join(line for (line,) in self.env.cr.fetchall())
            self.assertIn("Index Only Scan using sale_order_amazon_unshipped", plan)

    def test_k1_orders_at_amazon_are_read_in_their_order(self):
        self.env.cr.execute("SET LOCAL enable_sort = off")
        rows = self.env["amazon.order"]
        page = self.plan([], "amazon.order", order=rows._order, limit=80)
        self.assertIn("amazon_order_newest", page)
        self.assertNotIn("Sort", page)

    def test_k1_other_orders_need_no_room_in_the_unique_indexes(self):
        for table, name in (
            ("sale_order", "unique_amazon_order"),
            ("sale_order_line", "unique_amazon_item"),
        ):
            self.env.cr.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = %s"
                " AND indexname LIKE %s",
                [table, f"{table}\\_{name}%"],
            )
            [[definition]] = self.env.cr.fetchall()
            self.assertIn("UNIQUE", definition)
            self.assertIn("IS NOT NULL", definition.partition("WHERE")[2])

    def _drop_other_indexes(self, *kept):
        """Leave the server the choice between these indexes only."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes"
            " WHERE tablename IN ('sale_order', 'amazon_submission')"
            " AND (indexdef NOT LIKE '%% UNIQUE %%' OR indexdef LIKE '%% WHERE %%')"
            " AND NOT indexname = ANY(%s)",
            [list(kept)],
        )
        others = [SQL.identifier(name) for (name,) in self.env.cr.fetchall()]
        self.env.cr.execute(SQL("DROP INDEX %s", SQL(", ").join(others)))

    def domains(self, name):
        """Evaluate the filters of a list.

        :return dict: filter of an action's search view -> the whole domain
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"amazon_connector.{name}"
        )
        names = {
            "datetime": safe_datetime,
            "relativedelta": relativedelta,
            "context_today": date.today,
        }
        model = self.env[action["res_model"]]
        view = model.get_view((action["search_view_id"] or [False])[0], "search")
        base = safe_eval(action["domain"] or "[]")
        return {
            node.get("name"): base
            + safe_eval(node.get("domain").replace(".to_utc()", ""), names)
            for node in etree.fromstring(view["arch"]).iter("filter")
            if node.get("domain")
        }

    def plan(self, domain, model="sale.order", **options):
        """Ask PostgreSQL for its plan.

        :return str: how the server would search the records
        """
        query = self.env[model]._search(domain, **options)
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        return "\n".join(line for (line,) in self.env.cr.fetchall())
