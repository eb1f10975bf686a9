"""A card for each account: its numbers are links to exactly these records (feature
K1)."""

import json
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .case import CARD, WatchCase

GRAPH = "orders_graph"
READ = [
    *CARD,
    GRAPH,
    "open_submission_count",
    "match_count",
    "last_sync_text",
    "orders_progress",
]


@tagged("post_install", "-at_install")
class TestDashboard(WatchCase):
    def test_k1_numbers_lead_to_exactly_these_records(self):
        self.env.user.tz = "UTC"
        late, today, later, cancelled, shipped = self.orders(5)
        fba = self._fba_order()
        midnight = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        late.amazon_ship_by = fields.Datetime.now() - timedelta(minutes=1)
        today.amazon_ship_by = midnight + timedelta(hours=23, minutes=59, seconds=59)
        later.amazon_ship_by = midnight + timedelta(days=1)
        later.date_order = midnight - timedelta(seconds=1)
        cancelled._amazon_cancel_and_tell("NoInventory")
        self.ship(shipped)
        today.amazon_review = "Look at it."
        late.amazon_cancel_requested = True

        self.assertEqual(self.card(), (4, 3, 2, 1, 2))
        for action, expected in (
            ("action_view_orders_today", late + today + shipped + fba),
            ("action_view_orders_to_ship", late + today + later),
            ("action_view_orders_ship_today", late + today),
            ("action_view_orders_late", late),
        ):
            with self.subTest(action):
                listed = self.listed(getattr(self.account, action)())
                self.assertEqual(listed.sorted("id"), expected.sorted("id"))
        problems = self.listed(self.account.action_view_problems())
        self.assertEqual(
            problems.sale_order_id.sorted("id"), (late + today).sorted("id")
        )

    def _fba_order(self):
        self.store("MUG-BLUE", 5)
        ref = self.buy_fba("MUG-BLUE")
        self.run_cron()
        return self.sale_order(ref)

    def test_k1_messages_on_the_way_lead_to_the_list(self):
        _ref, order = self.order("MUG-BLUE")
        self.ship(order)
        self.fail_shipment()
        _ref, order = self.order("MUG-BLUE")
        self.ship(order)
        self.env.invalidate_all()
        self.assertEqual(self.account.open_submission_count, 1)
        action = self.account.action_view_submissions()
        self.assertEqual(action["context"], {"search_default_on_the_way": 1})

    def test_k1_the_day_begins_at_midnight_of_the_one_who_looks(self):
        self.env.user.tz = "Pacific/Auckland"  # 13 hours ahead
        before, after = self.orders(2)
        with freeze_time("2026-11-21 12:30:00"):
            before.date_order = datetime(2026, 11, 21, 10, 59, 59)
            after.date_order = datetime(2026, 11, 21, 11, 0, 0)
            account = self.account
            self.assertEqual(self.card()[0], 1)
            self.assertEqual(self.listed(account.action_view_orders_today()), after)
            [graph] = json.loads(account[GRAPH])
            self.assertEqual(
                [(day["label"], day["value"]) for day in graph["values"]][-3:],
                [("20 Nov", 0), ("21 Nov", 1), ("22 Nov", 1)],
            )
            self.assertEqual(len(graph["values"]), 14)
            self.assertEqual(graph["values"][0]["label"], "9 Nov")

    def test_k1_the_day_has_its_length_when_clocks_change(self):
        self.env.user.tz = "Europe/Berlin"  # 25 hours on 2026-10-25
        first, last = self.orders(2)
        with freeze_time("2026-10-25 22:30:00"):
            first.date_order = datetime(2026, 10, 24, 22, 0, 0)
            last.date_order = datetime(2026, 10, 25, 22, 59, 59)
            self.assertEqual(self.card()[0], 2)
            first.amazon_ship_by = datetime(2026, 10, 25, 22, 59, 59)
            last.amazon_ship_by = datetime(2026, 10, 25, 23, 0, 0)
            self.assertEqual(self.card()[2], 1)

    def test_k1_last_sync_in_words(self):
        self.assertFalse(self.account.last_sync_text)
        with freeze_time("2026-11-21 12:30:00"):
            self.account.last_orders_run = datetime(2026, 11, 21, 12, 25, 0)
            self.assertEqual(self.account.last_sync_text, "5 minutes ago")

    def test_k1_each_one_sees_the_numbers_of_his_lists(self):
        mine, theirs = self.orders(2)
        own = self.person("own")
        mine.user_id = own
        theirs.amazon_review = "Look at it."
        seen = {
            role: self.account.with_user(self.person(role)).to_ship_count
            for role in ("seller", "user", "manager")
        }
        seen["own"] = self.account.with_user(own).to_ship_count
        self.assertEqual(seen, {"own": 1, "seller": 2, "user": 2, "manager": 2})
        for role in ("own", "seller", "user", "manager"):
            with self.subTest(role):  # the screen opens for each of them
                user = self.env["res.users"].search(
                    [("login", "=", f"watch_{role}_{self.company.id}")]
                )
                accounts = self.env["amazon.account"].with_user(user)
                card = accounts.get_view(view_type="kanban")["arch"]
                is_user = role in ("user", "manager")
                self.assertEqual("problem_count" in card, is_user)
                hidden = () if is_user else ("problem_count", "match_count")
                names = [name for name in READ if name not in hidden]
                accounts.browse(self.account.id).read(names)

    def test_k1_sql_does_not_grow_with_orders_nor_accounts(self):
        self.orders(2)
        one = self.account
        few = self.sql(lambda: one.read(READ))
        for order in self.orders(30):
            order.amazon_review = "Look at it."
        self.assertEqual(self.sql(lambda: one.read(READ)), few, "32 orders")
        accounts = one
        for number in range(5):
            accounts += self._link_account(self.another_seller(), name=f"Shop {number}")
        self.assertEqual(self.sql(lambda: accounts.read(READ)), few, "six accounts")
        # a grouped query for each kind of number
        self.assertLessEqual(few, 17, "SQL for the whole dashboard")
