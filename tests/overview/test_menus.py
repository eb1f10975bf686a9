"""One app with its own menu, in Seller Central's words (feature W6)."""

import pathlib
import re

from freezegun import freeze_time

from odoo.release import version_info
from odoo.tests import TransactionCase, tagged
from odoo.tools import date_utils
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import dateutil, safe_eval

ADDON = pathlib.Path(__file__).parents[2]
SECTIONS = ["Overview", "Orders", "Listings", "Stock", "Reports", "Configuration"]


@tagged("post_install", "-at_install")
class TestMenus(TransactionCase):
    def setUp(self):
        super().setUp()
        self.root = self.env.ref("amazon_connector.amazon_menu")

    def test_w6_one_app(self):
        self.assertFalse(self.root.parent_id)
        self.assertTrue(self.root.web_icon)
        children = self.root.child_id.sorted("sequence")
        self.assertEqual(children.mapped("name"), SECTIONS)

    def test_w6_the_overview_bears_its_name(self):
        menu = self.env.ref("amazon_connector.amazon_overview_menu")
        self.assertEqual(menu.action.name, menu.name)
        self.assertEqual(menu.action.view_mode.split(",")[0], "kanban")

    def test_w6_logs_are_one_entry(self):
        logs = self.env.ref("amazon_connector.amazon_exchange_menu")
        self.assertEqual(logs.name, "Logs")
        for name in ("order", "submission", "report", "order_check", "history", "call"):
            menu = self.env.ref(f"amazon_connector.amazon_{name}_menu")
            self.assertEqual(menu.parent_id, logs)

    def test_w6_each_menu_has_another_name_than_its_brothers(self):
        menus = self.env["ir.ui.menu"].search([("id", "child_of", self.root.id)])
        for parent, brothers in menus.grouped("parent_id").items():
            names = brothers.mapped("name")
            self.assertEqual(len(names), len(set(names)), parent.name)

    def test_a2_sales_leads_to_the_accounts(self):
        old = self.env.ref("amazon_connector.amazon_configuration_menu")
        self.assertEqual(old.parent_id, self.env.ref("sale.menu_sale_config"))
        app = self.env.ref("amazon_connector.amazon_app_configuration_menu")
        for menu in old.child_id:
            twin = app.child_id.filtered(lambda one, name=menu.name: one.name == name)
            self.assertEqual(twin.action, menu.action, menu.name)
        self.assertIn(
            self.env.ref("amazon_connector.amazon_account_action"),
            old.child_id.mapped("action"),
        )

    def test_w6_no_foreign_quotation_marks(self):
        found = [
            f"{path.relative_to(ADDON)}:{number}"
            for folder in (
                "models",
                "wizards",
                "controllers",
                "views",
                "data",
                "static",
            )
            for path in (ADDON / folder).rglob("*")
            if path.suffix in (".py", ".xml", ".js", ".html")
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if re.search("[\u00ab\u00bb]", line)
        ]
        self.assertEqual(found, [])

    def test_w6_words_of_seller_central(self):
        words = {
            "amazon.offer": "Amazon Listing",
            "amazon.submission": "Update to Amazon",
        }
        for model, word in words.items():
            self.assertEqual(self.env[model]._description, word)
        for name, model in self.env.items():
            for field in model._fields.values():
                if name.startswith("amazon."):
                    self.assertNotIn(
                        "Offer", field.string or "", f"{name}.{field.name}"
                    )
        stock = self.env["amazon.fba.stock"]._fields
        self.assertEqual(
            [
                stock[f"{name}_quantity"].string
                for name in ("fulfillable", "reserved", "unfulfillable", "inbound")
            ],
            ["Available", "Reserved", "Unfulfillable", "Inbound"],
        )
        for model in ("amazon.offer", "amazon.fba.stock", "amazon.choose.product"):
            field = self.env[model]._fields["quantity_factor"]
            self.assertEqual(field.string, "Units per pack")


@tagged("post_install", "-at_install")
class TestReportFilters(TransactionCase):
    def test_w6_currency_stands_on_the_axis(self):
        views = self.env["ir.ui.view"]
        chart = self.env.ref("amazon_connector.sale_report_view_graph_amazon")
        reports = self.env["sale.report"]
        for code in ("EUR", "GBP"):
            currency = self.env.ref(f"base.{code}")
            company = self.env["res.company"].create(
                {"name": code, "currency_id": currency.id}
            )
            arch = reports.with_company(company).get_view(chart.id, "graph")["arch"]
            self.assertIn(f'string="Total ({code})"', arch)
            self.assertIn('js_class="amazon_graph"', arch)  # shows it, and has a text
            arch = self.env["amazon.margin"].with_company(company)
            arch = arch.get_view(view_type="graph")["arch"]
            self.assertIn(f'string="Margin ({code})"', arch)
        other = views.search(
            [
                ("model", "=", "sale.report"),
                ("type", "=", "graph"),
                ("id", "!=", chart.id),
            ],
            limit=1,
        )
        self.assertNotIn("Total (", reports.get_view(other.id, "graph")["arch"])

    def test_w6_last_week_last_7_days_this_month(self):
        arch = self.env.ref("amazon_connector.sale_report_view_search_amazon").arch
        bounds = {}
        for name in ("last_7_days", "last_week", "this_month"):
            domain = re.search(rf'name="{name}".*?domain="([^"]*)"', arch, re.S)[1]
            bounds[name] = self.days(domain.replace("&gt;", ">").replace("&lt;", "<"))
        self.assertEqual(
            bounds,
            {  # a Wednesday
                "last_7_days": ["2026-11-12"],
                "last_week": ["2026-11-09", "2026-11-16"],
                "this_month": ["2026-11-01"],
            },
        )

    def days(self, domain):
        """Evaluate a filter on Wednesday, 18 November 2026, as the browser does."""
        domain = domain.replace(".to_utc()", "")
        found = safe_eval(
            domain,
            {
                "datetime": safe_datetime,
                "context_today": lambda: safe_datetime.date(2026, 11, 18),
                "relativedelta": dateutil.relativedelta.relativedelta,
            },
        )
        if version_info[0] == 17:
            return [value[:10] for _name, _operator, value in found]
        env = self.env(context={**self.env.context, "tz": "UTC"})
        with freeze_time("2026-11-18 12:00:00"):  # later series have words for it
            bounds = [
                date_utils.parse_date(value, env) for _name, _operator, value in found
            ]
        return [str(bound)[:10] for bound in bounds]
