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
        ("to_ship", "ship_today", "late_risk"), "sale_order_amazon_to_ship"
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
        self._drop_other_indexes(*INDEXES.values())
        for name, index in INDEXES.items():
            with self.subTest(name):
                self.assertIn(index, self.plan(domains[name]))

    def test_k4_overview_and_list_read_only_the_newest_orders(self):
        """The days of the dashboard and the first page of the list: neither reads the
        orders of others, nor those of the past."""
        self._drop_other_indexes("sale_order_amazon_newest")
        day = self.account._get_day(-13)
        days = self.plan(self.account._get_orders_domain(day))
        self.assertIn("sale_order_amazon_newest", days)
        self.assertIn("Index Cond: (date_order", days)
        # Of the few orders of a test a sort costs nothing: it stays where it has to be.
        self.env.cr.execute("SET LOCAL enable_sort = off")
        domain = [("amazon_account_id", "!=", False)]
        page = self.plan(domain, order="date_order desc, id desc", limit=80)
        self.assertIn("sale_order_amazon_newest", page)
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
        """Leave the server the choice between these indexes of orders only."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'sale_order'"
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
        view = model.get_view(action["search_view_id"][0], "search")
        base = safe_eval(action["domain"])
        return {
            node.get("name"): base
            + safe_eval(node.get("domain").replace(".to_utc()", ""), names)
            for node in etree.fromstring(view["arch"]).iter("filter")
            if node.get("domain")
        }

    def plan(self, domain, **options):
        """Ask PostgreSQL for its plan.

        :return str: how the server would search the orders
        """
        query = self.env["sale.order"]._search(domain, **options)
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        return "\n".join(line for (line,) in self.env.cr.fetchall())
