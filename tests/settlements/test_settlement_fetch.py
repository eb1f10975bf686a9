"""Settlements come from Amazon as it makes them (feature L1)."""

from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.settlements.amazon_settlement import (
    AmazonSettlement,
)
from odoo.addons.amazon_connector.models.settlements.amazon_settlement_booking import (
    SettlementBooking,
)
from odoo.addons.amazon_connector.models.settlements.sale_order import SaleOrder
from odoo.addons.amazon_connector.sim.sellers import ROLE_FINANCE

from ..common import ACCOUNT_LOG
from .case import SettlementCase, fee

DOWNLOAD = "downloadReportDocument"


@tagged("post_install", "-at_install")
class TestSettlementFetch(SettlementCase):
    def shipped(self, *skus, **details):
        ref = self.buy_fba(*(skus or ["MUG-BLUE"]), **details)
        self.sync()
        return self.sale_order(ref)

    def settlements(self):
        return self.env["amazon.settlement"].search(
            [("account_id", "=", self.account.id)], order="start_at, id"
        )

    def run_settlements(self):
        cron = self.env.ref("amazon_connector.ir_cron_sync_settlements")
        cron.ir_actions_server_id.run()

    def test_l1_invoice_of_the_same_moment_is_reconciled_later(self):
        """Who posts the one while the other is not committed does not see it."""
        order = self.shipped()
        self.world.settle()
        self.account.settlement_posting = "posted"
        self.run_settlements()
        with patch.object(SaleOrder, "_amazon_reconcile", lambda orders: None):
            invoice = self.invoice(order)
        self.assertEqual(invoice.amount_residual, order.amount_total)
        self.assertEqual(
            self.env["sale.order"]._amazon_find_unmatched(self.account), order
        )
        self.run_settlements()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(self.env["sale.order"]._amazon_find_unmatched(self.account))

    def test_l1_from_amazon_to_the_books(self):
        order = self.shipped()
        invoice = self.invoice(order)
        made = self.world.settle(reserve="1.00", other=[("Subscription Fee", "-39.00")])
        self.amazon.received.clear()
        self.run_settlements()
        self.assertCalls("getReports", "getReport", "getReportDocument", DOWNLOAD)
        settlement = self.settlements()
        self.assertEqual(settlement.settlement_ref, made.ref)
        self.assertEqual(settlement.state, "draft")
        self.assertTies(settlement)
        self.assertEqual(
            self.balance(settlement, "Account Receivable"),
            -float(made.sales[order.amazon_order_ref]),
        )
        self.assertEqual(self.balance(settlement, "Amazon Fees"), float(made.fees))
        self.assertEqual(self.balance(settlement, "Amazon Reserve"), 1)
        settlement.action_post()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.world.dangers, [], "never asked for")

    def test_l1_each_report_is_brought_once(self):
        self.shipped()
        self.world.settle()
        self.run_settlements()
        self.amazon.received.clear()
        self.run_settlements()
        self.assertCalls("getReports")
        self.assertEqual(len(self.settlements()), 1)

    def test_l1_uploaded_and_fetched_is_once(self):
        self.shipped()
        made = self.world.settle()
        document = made.report.text.encode()
        uploaded = self.upload_file(document)
        self.run_settlements()
        self.assertEqual(self.settlements(), uploaded)
        self.assertFalse(uploaded.error_message)
        self.assertEqual(len(uploaded.move_ids), 1)

    def test_l1_button(self):
        self.shipped()
        self.world.settle()
        params = self.account.action_sync_settlements()["params"]
        self.assertEqual(params["type"], "success")
        self.assertIn("read: 1, booked: 1", params["message"])

    def test_l1_several_periods_and_currencies(self):
        self.shipped()
        self.world.settle()
        self.shipped("MUG-WHITE")
        self.world.settle(comma=True, points=True, charset="cp1252")
        self.shipped("MUG-WHITE", marketplace="A1F83G8C2ARO7P")
        self.world.settle("GBP")
        self.run_settlements()
        self.assertEqual(self.settlements().mapped("state"), ["draft"] * 3)
        for settlement in self.settlements():
            self.assertTies(settlement)

    def test_l1_nothing_older_is_read(self):
        self.shipped()
        self.account.finance_from = fields.Datetime.now() + timedelta(hours=1)
        self.world.settle()
        self.run_settlements()
        self.assertFalse(self.settlements())

    def test_l1_renamed_label(self):
        self.shipped()
        self.world.settle(rename={"Commission": "Referral Fee V2"})
        self.run_settlements()
        settlement = self.settlements()
        self.assertEqual((settlement.state, settlement.unmapped_count), ("draft", 1))
        self.assertTies(settlement)

    def test_l1_lost_rows_and_torn_files(self):
        self.shipped()
        self.world.settle(lost=1)
        self.shipped("MUG-WHITE")
        self.world.settle(torn=1)
        self.run_settlements()
        self.assertEqual(self.settlements().mapped("state"), ["refused", "refused"])
        self.assertFalse(self.settlements().move_ids)
        self.assertEqual(len(self.settlements().activity_ids), 2)

    def test_l1_without_the_role(self):
        """All else works, the table of roles says what is missing, files can be
        uploaded."""
        self.world.sellers[0].roles.discard(ROLE_FINANCE)
        self.account.connection_state = "connected"
        with mute_logger(ACCOUNT_LOG):
            params = self.account.action_sync_settlements()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertIn("Finance and Accounting", params["message"])
        self.assertEqual(self.account.connection_state, "connected")
        check = self.account.check_ids.filtered(lambda each: each.area == "finance")
        self.assertEqual(check.state, "denied")
        self.assertEqual(self.upload(fee("1.00")).state, "draft")
        self.world.sellers[0].roles.add(ROLE_FINANCE)
        self.run_settlements()
        self.assertEqual(check.state, "ok")
        others = self.account.check_ids - check
        self.assertEqual(len(others), 6)  # the list names them, too
        self.assertEqual({*others.mapped("state")}, {"untried"})
        self.assertIn("Test Connection", others[0].message)
        self.assertFalse(any(others.mapped("checked_at")))

    def test_l1_unlinked_account_books_what_is_uploaded(self):
        self.account.settlement_posting = "ask"
        settlement = self.upload(fee("1.00"))
        self.account.refresh_token = False
        self.account.settlement_posting = "draft"
        settlement.hold_reason = "gap"
        self.amazon.received.clear()
        self.run_settlements()
        self.assertEqual(settlement.state, "draft")
        self.assertCalls()

    def test_l1_killed_at_each_commit(self):
        """Whatever step is cut off, the next run goes on and nothing is there twice."""
        self.invoice(self.shipped())
        self.world.settle()
        steps = []
        run_step = type(self.account)._run_step

        def count(model, step, *args):
            steps.append(step.__name__)
            return run_step(model, step, *args)

        with patch.object(type(self.account), "_run_step", count):
            self.account._in_company()._work_on_settlements(_Endless())
        self.assertIn("_book_or_hold", steps)
        expected = self._story()
        for number in range(len(steps)):
            for when in ("before", "after"):
                with self.subTest(f"{when} step {number}: {steps[number]}"):
                    self._forget()
                    self._let_time_pass()
                    killed = self._run_until(number, when)
                    self.assertEqual(killed, steps[number])
                    self._let_time_pass()
                    self.run_settlements()
                    self.assertEqual(self._story(), expected)

    def _run_until(self, number, when):
        """Kill the process at a step.

        :return str: name of the step, None when there were fewer
        """
        run_step, seen = type(self.account)._run_step, []

        def stop(model, step, *args):
            seen.append(step.__name__)
            if len(seen) <= number:
                return run_step(model, step, *args)
            if when == "after" and len(seen) == number + 1:
                run_step(model, step, *args)
            raise _Killed

        with patch.object(type(self.account), "_run_step", stop), suppress(_Killed):
            self.account._in_company()._work_on_settlements(_Endless())
        return seen[number] if len(seen) > number else None

    def _let_time_pass(self):
        """All that waits is due; Amazon's quota (few of its lists a minute) is full."""
        self.env["amazon.report"].search([]).next_try_at = False
        self.env["amazon.rate.limit"].search([]).unlink()

    def _story(self):
        settlement = self.settlements()
        return (
            len(settlement),
            settlement.state,
            len(settlement.move_ids),
            len(settlement.line_ids),
            self.items(settlement),
        )

    def _forget(self):
        self.settlements().move_ids.unlink()
        self.env["amazon.report"].search([]).unlink()
        self.settlements().unlink()

    def test_l1_two_workers_book_it_once(self):
        """The second one, having read the settlement before, finds it booked."""
        settlement = self.upload(fee("1.00"))
        with patch.object(SettlementBooking, "book") as book:
            settlement._book_or_hold()
        book.assert_not_called()

    def test_l1_failed_booking_leaves_nothing(self):
        self.shipped()
        self.world.settle()
        log = "odoo.addons.amazon_connector.models.settlements.amazon_account"
        with (
            patch.object(AmazonSettlement, "_update_orders", side_effect=ValueError),
            mute_logger(log),
        ):
            self.run_settlements()
        settlement = self.settlements()
        self.assertEqual((settlement.state, settlement.move_ids.ids), ("held", []))
        self.assertIn("(ValueError)", settlement.error_message)
        self.run_settlements()
        self.assertEqual((settlement.state, settlement.error_message), ("draft", False))


class _Killed(BaseException):
    """The process is gone."""


class _Endless:
    is_over = False
