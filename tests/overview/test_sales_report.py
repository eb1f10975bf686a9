"""Sales by marketplace, channel and day; filters and buttons that lead to what people
look for (features C1, D6, D7, K5)."""

from ast import literal_eval
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..common import DE, FR, ROLES
from .case import WatchCase


@tagged("post_install", "-at_install")
class TestSalesReport(WatchCase):
    def test_k5_sales_by_marketplace_channel_and_day(self):
        self.store("MUG-BLUE", 5)
        self.buy(items=[self.world.item("MUG-BLUE", price="10.00")], marketplace=DE)
        self.buy(items=[self.world.item("MUG-BLUE", price="7.50")], marketplace=FR)
        self.buy_fba(items=[self.world.item("MUG-BLUE", price="4.00")], marketplace=DE)
        self.run_cron()
        partner = self.env["res.partner"].create({"name": "Not from Amazon"})
        self.env["sale.order"].with_company(self.company).create(
            {"partner_id": partner.id, "company_id": self.company.id}
        )
        self.env.flush_all()
        report = self.env["sale.report"].with_company(self.company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.sale_report_amazon_action"
        )
        domain = literal_eval(action["domain"])
        domain.append(("company_id", "=", self.company.id))
        sold = report._read_group(
            domain,
            ["amazon_account_id", "amazon_marketplace_id", "amazon_channel"],
            ["price_total:sum", "order_reference:count_distinct"],
        )
        self.assertEqual(
            sorted(
                (account.id, shop.api_ref, channel, total, count)
                for account, shop, channel, total, count in sold
            ),
            sorted(
                [
                    (self.account.id, DE, "fba", 4.0, 1),
                    (self.account.id, DE, "fbm", 10.0, 1),
                    (self.account.id, FR, "fbm", 7.5, 1),
                ]
            ),
        )
        days = report._read_group(domain, ["date:day"], ["price_total:sum"])
        self.assertEqual(sum(total for _day, total in days), 21.5)

    def test_k5_the_card_leads_to_the_sales_of_its_account(self):
        self.orders(2)
        listed = self.listed(self.account.action_view_sales_report())
        self.assertEqual(len(listed), 2)
        for role in ("own", "user", "manager"):
            report = self.env["sale.report"].with_user(self.person(role))
            for kind in ("graph", "pivot", "search"):
                view = self.env.ref(f"amazon_connector.sale_report_view_{kind}_amazon")
                arch = report.get_view(view.id, kind)["arch"]
                self.assertIn("amazon_marketplace_id", arch)


@tagged("post_install", "-at_install")
class TestFilters(WatchCase):
    def test_d6_filters_of_the_amazon_orders(self):
        late, soon, later, asked, review, total, shipped = self.orders(7)
        self.store("MUG-BLUE", 5)
        fba = self.sale_order(self.buy_fba("MUG-BLUE"))
        self.run_cron()
        fba = self.sale_orders() - late - soon - later - asked - review - total
        fba -= shipped
        now = fields.Datetime.now()
        for order in self.sale_orders():
            order.amazon_ship_by = now + timedelta(days=9)
        late.amazon_ship_by = now - timedelta(hours=1)
        soon.amazon_ship_by = now + timedelta(hours=23)
        asked.amazon_cancel_requested = True
        review.amazon_review = "Look at it."
        total.amazon_total += 1
        self.ship(shipped)
        fba.amazon_stock_message = "Too few lots."
        fbm = late + soon + later + asked + review + total + shipped
        self.assertEqual(
            self._filtered(),
            {
                "to_ship": fbm - shipped,
                "late_risk": late + soon,
                "fbm": fbm,
                "fba": fba,
                "problems": asked + review + total + fba,
                "cancel_requested": asked,
                "review": review,
                "difference": total,
                "stock": fba,
                "cancelled": self.env["sale.order"],
                "tax_difference": self.env["sale.order"],
            },
        )

    def _filtered(self):
        """Apply each filter of the search view that does not depend on the day.

        :return dict: name of a filter -> the company's orders that it shows
        """
        view = self.env.ref("amazon_connector.sale_order_view_search_amazon")
        result = {}
        for node in etree.fromstring(view.arch).iter("filter"):
            domain = node.get("domain")
            if domain and "context_today" not in domain and "today" not in domain:
                result[node.get("name")] = self.sale_orders().search(
                    [*literal_eval(domain), ("company_id", "=", self.company.id)]
                )
        return result

    def test_c1_product_leads_to_its_offers(self):
        self.orders(1)
        self.orders(1, marketplace=FR)
        mug = self.products["MUG-BLUE"]
        offers = self.env["amazon.offer"].search([("product_id", "=", mug.id)])
        self.assertEqual(len(offers), 2)
        for record in (mug, mug.product_tmpl_id):
            self.assertEqual(record.amazon_offer_count, 2)
            self.assertEqual(self.listed(record.action_view_amazon_offers()), offers)
        self.assertEqual(self.products["TEA-SENCHA"].amazon_offer_count, 0)
        elsewhere = mug.with_context(allowed_company_ids=self.env.company.ids)
        self.assertNotEqual(self.env.company, self.company)
        self.assertEqual(elsewhere.amazon_offer_count, 0)
        packer = new_test_user(
            self.env,
            "watch_packer",
            groups="stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(mug.with_user(packer).amazon_offer_count, 2)  # no error

    def test_k1_menus_of_each_role(self):
        names = (
            *("", "overview_", "sale_order_", "problem_", "offer_", "fba_stock_"),
            *("exchange_", "order_", "submission_", "report_", "order_check_"),
            *("history_", "call_"),
        )
        self.people = {role: self.person(role) for role in ROLES}

        def seen(role):
            menus = self.env["ir.ui.menu"].with_user(self.people[role])
            visible = menus._visible_menu_ids()
            return [
                name.strip("_")
                for name in names
                if self.env.ref(f"amazon_connector.amazon_{name}menu").id in visible
            ]

        everything = [name.strip("_") for name in names]
        self.assertEqual(seen("user"), everything)
        self.assertEqual(seen("manager"), everything)
        self.assertNotIn("", seen("seller"))
        settings = self.env.ref("sale.menu_sale_config").id
        for role, finds in (("manager", True), ("user", False), ("seller", False)):
            menus = self.env["ir.ui.menu"].with_user(self.people[role])
            self.assertEqual(settings in menus._visible_menu_ids(), finds, role)
