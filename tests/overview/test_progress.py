"""How far a long import is, shown while it runs (feature K4)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .case import WatchCase


@tagged("post_install", "-at_install")
class TestProgress(WatchCase):
    def progress(self):
        self.env.invalidate_all()
        return self.account._get_orders_progress()[self.account.id]

    def _let_time_pass(self):
        """In a test nothing is committed: all rows are as old as its transaction."""
        self.account.orders_page_at = self.env.cr.now()

    def test_k4_nothing_to_tell_of_when_nothing_runs(self):
        idle = {"running": False, "done": 0, "noted": 0, "percent": 0, "text": False}
        self.assertEqual(self.progress(), idle)
        self.orders(3)
        self.assertEqual(self.progress(), idle)
        self.assertFalse(self.account.orders_progress)

    def test_k4_pages_that_amazon_still_has(self):
        self.set_page_size(5)
        for _number in range(12):
            self.buy("MUG-BLUE")
        self.sync()
        self._let_time_pass()
        progress = self.progress()
        self.assertEqual(
            (progress["running"], progress["done"], progress["noted"]), (True, 5, 5)
        )
        self.assertEqual(
            progress["text"], "Orders done so far: 5 of 5; Amazon has more."
        )
        self.assertLess(progress["percent"], 100)
        self.assertEqual(self.account.orders_progress, progress["text"])
        self.run_cron()
        self.assertFalse(self.progress()["running"])

    def test_k4_orders_that_are_noted_and_wait(self):
        self.set_page_size(5)
        for _number in range(12):
            self.buy("MUG-BLUE")
        self.run_cron()
        self._let_time_pass()
        rows = self.env["amazon.order"].search(
            [("account_id", "=", self.account.id)], limit=3
        )
        rows.state = "new"
        self.assertEqual(
            self.progress(),
            {
                "running": True,
                "done": 9,
                "noted": 12,
                "percent": 75,
                "text": "Orders done: 9 of 12.",
            },
        )

    def test_k4_the_form_asks_while_orders_wait(self):
        idle = {"works": [], "seconds": 0, "reload": False}
        self.assertEqual(self.account.get_progress(), idle)
        self.orders(4)
        self.env["amazon.order"].search([], limit=1).state = "new"
        text, percent = self.progress()["text"], self.progress()["percent"]
        self.assertEqual(
            self.account.get_progress(),
            {
                "works": [{"name": "orders", "text": text, "percent": percent}],
                "seconds": 3,
                "reload": False,
            },
        )

    def test_k4_an_earlier_reading_does_not_count(self):
        self.orders(4)
        long_ago = fields.Datetime.now() - timedelta(days=3)
        self.account.orders_page_at = long_ago
        self.env["amazon.order"].search([], limit=1).state = "new"
        self.assertEqual(self.progress()["text"], "Orders done: 0 of 1.")

    def test_k4_archived_accounts_do_not_import(self):
        self.orders(1)
        self.env["amazon.order"].search([]).state = "new"
        self.account.action_archive()
        self.assertFalse(self.progress()["running"])

    def test_k4_who_sees_the_account_sees_its_progress(self):
        for role in ("own", "seller", "user", "manager"):
            account = self.account.with_user(self.person(role))
            self.assertFalse(account.get_progress()["seconds"])
        clerk = new_test_user(self.env, "watch_clerk", groups="base.group_user")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        for user in (clerk, self.person("manager", elsewhere)):
            account = self.account.with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids
            )
            with self.assertRaises(AccessError):
                account.get_progress()
