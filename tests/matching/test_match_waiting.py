"""A SKU without a product that somebody has to ship is a problem (features C5, K2)."""

from odoo.addons.amazon_connector.tools.reader_time import describe_moment

from .case import MatchCase


class TestWaitingOrders(MatchCase):
    def problems(self):
        self.env.flush_all()
        return self.env["amazon.problem"].search(
            [("kind", "=", "unmatched"), ("account_id", "=", self.account.id)]
        )

    def test_c5_open_order_of_an_unmatched_sku_is_a_problem(self):
        order = self.sell("NEW-1")
        [problem] = self.problems()
        self.assertEqual(problem.document, "NEW-1")
        self.assertIn(
            describe_moment(self.env, order.amazon_ship_by, True), problem.reason
        )
        self.assertFalse(problem.can_retry)
        action = problem.action_open()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]).sku, "NEW-1"
        )

    def test_c5_archived_offer_hides_nothing(self):
        """Amazon's list has it no more, its order still has to be shipped."""
        self.sell("NEW-1")
        self.offer_of("NEW-1")._archive_vanished()
        [problem] = self.problems()
        self.assertEqual(self.row("NEW-1").sku, "NEW-1")
        cup = self.product("CUP", "Cup")
        self.row("NEW-1").product_id = cup
        self.row("NEW-1").action_confirm()
        self.assertFalse(self.problems())
        self.assertEqual(self.offer_of("NEW-1").product_id, cup)
        self.assertFalse(problem.exists())

    def test_c5_archived_offer_without_open_orders_is_no_work(self):
        self.offer("OLD-1").action_archive()
        self.assertFalse(self.row("OLD-1"))
        self.assertFalse(self.problems())

    def test_c5_two_orders_are_one_problem(self):
        self.sell("NEW-1")
        self.sell("NEW-1")
        [problem] = self.problems()
        self.assertIn("2", problem.reason)

    def test_c5_what_needs_nobody_is_no_problem(self):
        shipped = self.sell("NEW-1")
        cancelled = self.sell("NEW-2")
        self.sell("NEW-3", channel="fba")
        shipped.amazon_status = "SHIPPED"
        cancelled.state = "cancel"
        self.assertFalse(self.problems())

    def test_c5_sku_that_needs_no_product_is_no_problem(self):
        self.sell("NEW-1")
        self.offer_of("NEW-1").match_ignored = True
        self.assertFalse(self.problems())

    def offer_of(self, sku):
        return (
            self.env["amazon.offer"]
            .with_context(active_test=False)
            .search([("account_id", "=", self.account.id), ("sku", "=", sku)])
        )
