"""Orders from before the go-live stay out of Odoo (feature A11)."""

from datetime import timedelta

from odoo import fields

from .case import RecoverCase


class TestGoLive(RecoverCase):
    def setUp(self):
        super().setUp()
        self.account.go_live_date = fields.Datetime.now() - timedelta(days=2)
        self.old = self.world.now() - timedelta(days=3)

    def test_a11_orders_before_go_live_are_ignored_with_that_reason(self):
        self.store("MUG-BLUE", 10)
        self.store("MUG-BLUE", 10, location=self.warehouse.lot_stock_id)
        old = self.buy("MUG-BLUE", created=self.old)
        old_fba = self.buy_fba("MUG-BLUE", created=self.old)
        new = self.buy("MUG-BLUE")
        self.run_cron()
        self.assertEqual(
            self.states(), {old: "ignored", old_fba: "ignored", new: "done"}
        )
        self.assertIn("before the go-live", self.row(old).error_message)
        self.assertEqual(self.sale_orders(), self.sale_order(new))
        self.assertEqual(self.stored("MUG-BLUE"), {"": 10})
        self.assertEqual(
            self.products["MUG-BLUE"].with_company(self.company).free_qty, 19
        )

    def test_a11_order_that_is_here_follows_amazon_after_a_later_go_live(self):
        self.account.go_live_date = False
        ref = self.buy("MUG-BLUE", created=self.old)
        self.run_cron()
        self.account.go_live_date = fields.Datetime.now()
        self.world.cancel(ref)
        self.run_cron()
        self.assertEqual(self.sale_order(ref).state, "cancel")
        self.assertEqual(self.states(), {ref: "done"})

    def test_a11_earlier_go_live_and_recover_bring_an_order_in(self):
        ref = self.buy("MUG-BLUE", created=self.old)
        self.run_cron()
        self.account.go_live_date -= timedelta(days=7)
        self.assertEqual(self.results(self.recover(ref)), [(ref, "imported")])
