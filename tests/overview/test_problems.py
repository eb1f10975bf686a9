"""One list of all that needs a person, each with its remedy (feature K2)."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.overview.amazon_problem_kinds import (
    KINDS,
    SLOTS,
)

from ..common import ACCOUNT_LOG, DE
from .case import WatchCase


@tagged("post_install", "-at_install")
class TestProblems(WatchCase):
    def assertProblems(self, *expected):
        """The list shows (kind, document, whether Retry helps) and no other row."""
        self.assertEqual(
            [(row.kind, row.document, row.can_retry) for row in self.problems()],
            sorted(expected),
        )

    def test_k2_all_is_well(self):
        self.orders(2)
        self.assertProblems()
        self.assertEqual(self.card()[-1], 0)

    def test_k2_order_that_can_not_be_read_is_corrected_and_retried(self):
        ref = self.fail_order()
        self.assertProblems(("order", ref, True))
        [problem] = self.problems()
        self.assertEqual(problem.reason, self.row(ref).error_message)
        self.assertEqual(problem.next_step, "Fix the cause, then press Retry.")
        self.assertEqual(problem.since, self.row(ref).remote_updated_at)
        action = problem.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("amazon.order", self.row(ref).id)
        )
        self.world.tamper(ref, None)

        answer = problem.action_retry()["params"]

        self.assertEqual(answer["message"], "Imported: 1. Failed again: 0.")
        self.assertProblems()
        self.assertEqual(self.sale_order(ref).state, "sale")

    def test_k2_shipment_that_amazon_refuses(self):
        picking = self.fail_shipment()
        self.assertProblems(("shipment", picking.name, True))
        [problem] = self.problems()
        self.assertIn("CANCELLED", problem.reason)
        self.assertEqual(problem.since, self.messages().done_at)
        action = problem.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("stock.picking", picking.id)
        )
        answer = problem.action_retry()["params"]
        self.assertEqual(answer["message"], "Updates on their way to Amazon: 1.")
        self.assertProblems()
        self.send()
        self.assertProblems(("shipment", picking.name, True))

    def test_k2_quantity_that_amazon_refuses_is_known_by_its_sku(self):
        rows = self.env["amazon.submission"]._enqueue(
            "stock", [{"account_id": self.account.id, "dedup_key": f"stock/{DE}/A/B-1"}]
        )
        rows._set_failed("permanent", "Amazon does not know this SKU.")
        self.assertProblems(("stock", "A/B-1", True))
        action = self.problems().action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("amazon.submission", rows.id)
        )

    def test_k2_what_a_dry_run_held_back_is_one_problem_once_it_is_over(self):
        self.account.dry_run = True
        for _number in range(3):
            _ref, order = self.order("MUG-BLUE")
            self.ship(order)
        self.send()
        self.assertEqual({state for state, _tries in self.outbox()}, {"held"})
        self.assertProblems()  # as wanted
        self.account.dry_run = False
        self.assertProblems(("held", self.account.name, True))
        [problem] = self.problems()
        self.assertEqual(
            self.listed(problem.action_open()).sorted("id"), self.messages()
        )
        problem.action_retry()
        self.assertProblems()
        self.send()
        self.assertEqual(len(self.confirmations()), 3)

    def test_k2_stock_held_by_the_guard_is_a_decision_on_the_account(self):
        self.account.write(
            {"stock_guard_message": "12 of 20 would fall.", "sync_stock": True}
        )
        self.assertProblems(("held_stock", self.account.name, False))
        [problem] = self.problems()
        self.assertEqual(problem.reason, "12 of 20 would fall.")
        action = problem.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("amazon.account", self.account.id)
        )
        self.account.dry_run = True
        self.assertProblems()

    @mute_logger(ACCOUNT_LOG)
    def test_k2_connection_that_amazon_refuses(self):
        secret = self.account.lwa_client_secret
        self.account.lwa_client_secret = "amzn1.oa2-cs.v1.wrong"
        with freeze_time("2026-11-21 08:00:00"):
            self.account.action_test_connection()
        self.account.action_test_connection()
        self.assertProblems(("connection", self.account.name, True))
        [problem] = self.problems()
        self.assertIn("client secret", problem.reason)
        self.assertEqual(problem.since, datetime(2026, 11, 21, 8, 0, 0))
        self.account.lwa_client_secret = secret
        self.assertProblems()
        self.assertFalse(self.account.connection_error_since)

    def test_k2_silence_is_a_problem_until_orders_are_read(self):
        self.account.sync_alarm_at = datetime(2026, 11, 21, 8, 0, 0)
        self.assertProblems(("no_sync", self.account.name, True))
        [problem] = self.problems()
        self.assertEqual(problem.reason, "Orders could not be read for a long time.")
        self.assertEqual(problem.since, datetime(2026, 11, 21, 8, 0, 0))
        ref = self.buy("MUG-BLUE")
        answer = problem.action_retry()["params"]
        self.assertEqual(answer["message"], "Imported: 1.")
        self.assertEqual(self.sale_order(ref).state, "sale")
        self.assertProblems()

    def test_k2_orders_that_wait_for_a_decision(self):
        asked, review, total, fine = self.orders(4)
        self.world.request_cancellation(asked.amazon_order_ref)
        self.run_cron()
        review.amazon_review = "Amazon says otherwise."
        total.amazon_total -= 1.5
        self.assertProblems(
            ("cancel_request", asked.name, False),
            ("review", review.name, False),
            ("total", total.name, False),
        )
        rows = {row.kind: row for row in self.problems()}
        self.assertEqual(rows["review"].reason, "Amazon says otherwise.")
        for word in ("in Odoo", "at Amazon", "€"):
            self.assertIn(word, rows["total"].reason)
        for row in rows.values():
            action = row.action_open()
            self.assertEqual(action["res_model"], "sale.order")
            self.assertEqual(action["res_id"], row.sale_order_id.id)
            with self.assertRaisesRegex(UserError, "decision"):
                row.action_retry()
        self.assertFalse(fine.amazon_problem_since)

        asked.action_refuse_amazon_cancel()
        review.action_amazon_reviewed()
        total._amazon_cancel_and_tell("NoInventory")
        self.assertProblems()
        self.assertFalse(any(self.sale_orders().mapped("amazon_problem_since")))

    def test_k2_stock_of_fba_that_could_not_be_booked(self):
        self.products["MUG-BLUE"].tracking = "lot"
        self.account.fba_lot_policy = "stock"
        ref = self.buy_fba("MUG-BLUE")
        self.run_cron()
        order = self.sale_order(ref)
        self.assertProblems(("fba_stock", order.name, True))
        self.store("MUG-BLUE", 5, lot="LOT-1")
        answer = self.problems().action_retry()["params"]
        self.assertEqual(answer["message"], "The stock is booked.")
        self.assertProblems()

    def test_k2_since_is_of_the_first_error(self):
        [order] = self.orders(1)
        with freeze_time("2026-11-20 08:00:00"):
            order.amazon_review = "First."
            self.env.flush_all()
        order.amazon_review = "Second."
        order.amazon_cancel_requested = True
        self.assertEqual(
            set(self.problems().mapped("since")), {datetime(2026, 11, 20, 8, 0, 0)}
        )

    def test_k2_retry_in_bulk_leaves_out_what_waits_for_a_decision(self):
        [order] = self.orders(1)
        order.amazon_review = "Look at it."
        ref = self.fail_order()
        picking = self.fail_shipment()
        self.world.tamper(ref, None)
        answer = self.problems().action_retry()["params"]
        self.assertEqual(
            sorted(answer["message"].split(". ")),
            [
                "Failed again: 0",
                "Imported: 1",
                "Updates on their way to Amazon: 1.",
            ],
        )
        self.assertEqual(answer["type"], "success")
        self.assertProblems(("review", order.name, False))
        self.assertEqual(picking.amazon_sync_status, "pending")

    def test_k2_what_somebody_else_settled_says_so(self):
        ref = self.fail_order()
        problems = self.problems()
        self.row(ref)._set_aside("ignored", "By hand.")
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "quicker"):
            problems.action_retry()

    def test_k2_of_archived_accounts_only_the_books_are_listed(self):
        [order] = self.orders(1)
        order.amazon_review = "Look at it."
        self.fail_order()
        self.fail_shipment()
        self.account.action_archive()
        self.assertProblems(("review", order.name, False))

    def test_k2_users_of_the_connector_see_and_retry(self):
        self.fail_shipment()
        problem = self.problems()
        for role in ("user", "manager"):
            mine = problem.with_user(self.person(role))
            self.assertTrue(mine.reason)
            mine.action_retry()
            self.send()
        for role in ("own", "seller"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.env["amazon.problem"].with_user(self.person(role)).search([])

    def test_k2_other_companies_stay_out_of_sight(self):
        self.fail_order()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = self.person("manager", elsewhere)
        problems = self.problems().with_user(outsider)
        problems = problems.with_context(allowed_company_ids=elsewhere.ids)
        self.assertFalse(problems.search([]))
        with self.assertRaises(AccessError):
            problems.read(["reason"])
        with self.assertRaises(AccessError):
            problems.action_retry()

    def test_k2_no_two_problems_have_the_same_number(self):
        """Kinds that are read from the same rows differ in their slot; the message's
        own kind tells its kinds apart."""
        slots = {}
        for kind in KINDS.values():
            self.assertLess(kind.slot, SLOTS, kind.name)
            self.assertEqual(slots.setdefault(kind.slot, kind.source), kind.source)
            self.assertEqual(bool(kind.columns), "{values}" in kind.source, kind.name)
        shared = {kind.name for kind in KINDS.values() if kind.slot == 2}
        kinds = {"shipment", "cancellation", "refund_refused", "invoice"}
        kinds |= {"stock", "stock_now"}
        self.assertEqual(shared, kinds)
        self.assertEqual(len(slots), len(KINDS) - len(kinds) + 1)

    def test_k2_sql_does_not_grow_with_the_problems(self):
        def read():
            rows = self.env["amazon.problem"].search([], limit=80)
            rows.read(["kind", "document", "reason", "next_step", "can_retry"])

        self._pile_up(3)
        few = self.sql(read)
        self._pile_up(60)
        self.assertEqual(self.sql(read), few)
        self.assertLessEqual(few, 8)

    def _pile_up(self, count):
        for order in self.orders(count):
            order.amazon_total += 1
        self.env["amazon.order"].create(
            [
                {
                    "account_id": self.account.id,
                    "amazon_order_ref": f"999-{count}-{number}",
                    "state": "failed",
                    "error_message": "Can not be read.",
                }
                for number in range(count)
            ]
        )


@tagged("post_install", "-at_install")
class TestLateProblems(WatchCase):
    """Orders that should have left are problems, with all that one sorts them by."""

    def late(self, order, **ago):
        order.amazon_ship_by = fields.Datetime.now() - timedelta(**ago)

    def test_k2_late_orders_are_problems(self):
        late, later, shipped, wished = self.orders(4)
        self.late(late, minutes=1)
        later.amazon_ship_by = fields.Datetime.now() + timedelta(minutes=5)
        self.late(shipped, days=1)
        self.ship(shipped)
        self.late(wished, days=1)
        wished.amazon_cancel_requested = True  # is in the list by that
        [problem] = self.problems().filtered(lambda row: row.kind == "late")
        self.assertRecordValues(
            problem,
            [
                {
                    "sale_order_id": late.id,
                    "ship_by": late.amazon_ship_by,
                    "amount_total": late.amount_total,
                    "currency_id": late.currency_id.id,
                    "account_id": self.account.id,
                    "can_retry": False,
                }
            ],
        )
        self.assertEqual(problem.action_open()["res_id"], late.id)
        self.assertEqual(
            self.problems().filtered(lambda row: row.kind == "cancel_request").ship_by,
            wished.amazon_ship_by,
        )
        with freeze_time(datetime.now() + timedelta(minutes=6)):
            rows = self.problems().filtered(lambda row: row.kind == "late")
            self.assertEqual(rows.sale_order_id, late + later)

    def test_k2_unmatched_sku_shows_when_and_how_much(self):
        ref = self.buy("NO-SUCH-SKU")
        self.run_cron()
        order = self.sale_order(ref)
        [problem] = self.problems().filtered(lambda row: row.kind == "unmatched")
        self.assertEqual(problem.ship_by, order.amazon_ship_by)
        self.assertEqual(problem.amount_total, order.amount_total)
        self.assertEqual(problem.currency_id, order.currency_id)

    def test_k2_value_and_date_are_of_all_orders_of_the_problem(self):
        refs = [self.buy("NO-SUCH-SKU") for _number in range(3)]
        refs.append(self.buy("ANOTHER-SKU"))
        self.run_cron()
        first, second, third, other = map(self.sale_order, refs)
        now = fields.Datetime.now()
        for order, hours in ((first, 30), (second, 20), (third, 25), (other, 10)):
            order.amazon_ship_by = now + timedelta(hours=hours)
        pounds = self.env.ref("base.GBP")
        pounds.sudo().active = True
        for values in ({}, {"currency_id": pounds.id}):
            second.write(values)
            rows = self.problems().filtered(lambda row: row.kind == "unmatched")
            problem = rows.filtered(lambda row: row.document == "NO-SUCH-SKU")
            company, today = self.company, fields.Date.context_today(first)
            total = sum(
                order.currency_id._convert(
                    order.amount_total, company.currency_id, company, today
                )
                for order in (first, second, third)
            )
            self.assertEqual(problem.currency_id, company.currency_id)
            self.assertAlmostEqual(problem.amount_total, total, 2)
            self.assertEqual(problem.ship_by, second.amazon_ship_by)
            self.assertEqual((rows - problem).amount_total, other.amount_total)

    def test_k2_list_and_cards_show_ship_by_account_and_value(self):
        for kind in ("list", "kanban"):
            view = self.env.ref(f"amazon_connector.amazon_problem_view_{kind}")
            arch = view.arch
            for name in ("ship_by", "amount_total", "account_id"):
                self.assertIn(f'name="{name}"', arch)
