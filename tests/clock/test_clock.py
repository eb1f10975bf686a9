"""The clock: waits and moments in the future are not believed (feature A14)."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget
from odoo.addons.amazon_connector.models.clock.amazon_account import (
    FORGOTTEN,
    NOTED,
    QUEUES,
    TURNS,
)
from odoo.addons.amazon_connector.models.shipments.amazon_package import (
    AmazonPackage,
)
from odoo.addons.amazon_connector.sim.server import _Handler
from odoo.addons.amazon_connector.tools.reader_time import (
    describe_day,
    describe_moment,
)

from ..shipping_case import ShippingCase

DAY = timedelta(days=1)
MAGIC = ("create_date", "write_date")
# Why a moment needs no look: the reason -> (table, column).
NOT_BY_OUR_CLOCK = {
    "people choose it": {
        ("amazon_account", "finance_from"),
        ("amazon_account", "go_live_date"),
        ("amazon_history", "date_from"),
        ("amazon_history", "date_to"),
        ("amazon_recovery", "date_from"),
        ("amazon_recovery", "date_to"),
        ("amazon_report", "date_from"),
        ("amazon_report", "date_to"),
        ("amazon_order_check", "date_from"),
        ("amazon_order_check", "date_to"),
    },
    "Amazon states it": {
        ("amazon_order", "remote_updated_at"),
        ("amazon_refund", "posted_at"),
        ("amazon_return", "returned_at"),
        ("amazon_settlement", "end_at"),
        ("amazon_settlement", "start_at"),
        ("amazon_settlement_line", "posted_at"),
    },
    "a cursor, checked where it is used": {
        ("amazon_account", "last_orders_sync"),
        ("amazon_account", "orders_page_from"),
        ("amazon_account", "orders_page_until"),
        ("amazon_account", "orders_read_until"),
        ("amazon_history", "cursor"),
        ("amazon_rate_limit", "next_allowed_at"),
        ("amazon_rate_limit", "updated_at"),
        ("amazon_recovery", "cursor"),
        ("amazon_submission", "check_at"),
    },
    "of the account whose seller was linked anew": {
        ("amazon_account", "invoices_since"),
    },
    "a deadline that people set": {
        ("amazon_link_request", "expires_at"),
        ("amazon_order", "held_until"),
    },
    "only shown": {
        ("amazon_account_check", "checked_at"),
        ("amazon_call", "called_at"),
        ("amazon_erasure", "erased_at"),
        ("amazon_fba_stock", "read_at"),
        ("amazon_history", "finished_at"),
        ("amazon_link_request", "used_at"),
    },
}
ORDERS_LOG = "odoo.addons.amazon_connector.models.connection.amazon_account"


class TestClock(ShippingCase):
    def ahead(self, offset):
        """Our clock is so much ahead of Amazon's; less than nothing: behind."""

        def now():
            return datetime.now(timezone.utc) - offset

        patcher = patch.object(
            _Handler,
            "date_time_string",
            lambda *_args: format_datetime(now(), usegmt=True),
        )
        patcher.start()
        self.addCleanup(patcher.stop)
        self.world.clock = now

    def cursor_of_the_table(self, moment):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_account SET last_orders_sync = %s WHERE id = %s",
            [moment, self.account.id],
        )
        self.env.invalidate_all()

    # === waits === #

    def test_a14_waits_of_a_clock_that_was_ahead_hold_nobody(self):
        tomorrow = fields.Datetime.now() + DAY
        for values in (
            {"next_allowed_at": tomorrow},
            {"next_allowed_at": tomorrow + DAY / 480, "updated_at": tomorrow},
        ):
            self.sync()
            self.env["amazon.rate.limit"].search([]).write(values)
            ref = self.buy("MUG-BLUE")
            with self.subTest(values):
                self.assertIn("Imported: 1.", self.sync())
                self.assertEqual(self.sale_order(ref).state, "sale")

    def test_a14_a_wait_that_amazon_can_ask_for_is_kept(self):
        self.sync()
        soon = fields.Datetime.now() + timedelta(hours=1)
        self.env["amazon.rate.limit"].search([]).next_allowed_at = soon
        self.amazon.received.clear()
        with mute_logger(ORDERS_LOG):
            self.sync()
        self.assertCalls()

    def test_a14_rows_that_wait_for_tomorrow_are_due(self):
        ref, _order = self.order("MUG-BLUE")
        row = self.row(ref)
        tomorrow = fields.Datetime.now() + DAY
        soon = fields.Datetime.now() + timedelta(hours=1)
        submissions = self.env["amazon.submission"]._enqueue(
            "shipment",
            [{"account_id": self.account.id, "dedup_key": key} for key in "xy"],
        )
        row.next_try_at = submissions[0].next_try_at = tomorrow
        submissions[1].next_try_at = soon
        self.account.write({"orders_turn_at": tomorrow, "last_orders_run": tomorrow})
        self.env["amazon.account"]._forget_future_waits()
        self.assertFalse(row.next_try_at)
        self.assertFalse(submissions[0].next_try_at)
        self.assertEqual(submissions[1].next_try_at, soon)
        self.assertRecordValues(
            self.account, [{"orders_turn_at": False, "last_orders_run": False}]
        )

    def test_a14_each_moment_is_known_to_the_clock(self):
        """A new column of moments: can it hold what a clock ahead has noted?"""
        known = {(table, name) for table, names in NOTED.items() for name in names}
        known |= {("amazon_account", name) for name in (*TURNS, *FORGOTTEN)}
        known |= {(table, "next_try_at") for table in QUEUES}
        known |= {place for places in NOT_BY_OUR_CLOCK.values() for place in places}
        found = {
            (model._table, name)
            for model in map(self.env.get, self.env)
            if model._name.startswith("amazon.") and model._auto
            if not model._abstract and not model._transient
            for name, field in model._fields.items()
            if field.type == "datetime" and field.store
            if "amazon_connector" in field._modules and name not in MAGIC
        }
        self.assertEqual(found - known, set())
        self.assertEqual(known - found, set())

    def test_a14_what_a_clock_ahead_has_noted_is_not_believed(self):
        _ref, order = self.order("MUG-BLUE")
        self.ship(order)
        tomorrow = fields.Datetime.now() + 5 * DAY
        names = ("transactions_read_until", "returns_seen_at", "settlements_seen_at")
        self.account.write(dict.fromkeys((*names, "last_orders_run"), tomorrow))
        message = self.messages()
        message.check_at = tomorrow
        self.env["amazon.account"]._forget_future_waits()
        soon = fields.Datetime.now() + timedelta(minutes=1)
        for moment in (*(self.account[name] for name in names), message.check_at):
            self.assertLess(moment, soon)

    def test_a14_windows_of_time_end_by_amazons_clock(self):
        """Amazon refuses what ends in its future, and of what it cuts off nobody would
        ask again."""
        for offset in (DAY, 10 * DAY):
            self.account.clock_offset = offset.total_seconds()
            now = fields.Datetime.now() - offset
            ends = [self.account._open_recovery(now - DAY, False).date_to]
            self.account._read_open_orders()
            ends += (
                self.env["amazon.recovery"].search([], limit=1, order="id DESC")[
                    "date_to"
                ],
            )
            with self.subTest(offset):
                self.assertLess(max(ends), now)
                with self.assertRaises(UserError):
                    self.account._check_history_window(
                        now - 2 * DAY, now + timedelta(hours=1)
                    )

    def test_a14_refunds_are_read_although_the_clock_was_ahead(self):
        now = fields.Datetime.now()
        self.account.write(
            {"finance_from": now - 9 * DAY, "transactions_read_until": now + 9 * DAY}
        )
        self.amazon.received.clear()
        self.account._read_transactions(TimeBudget(9), Counter())
        operations = {call.operation for call in self.amazon.received}
        self.assertEqual(operations - {"token"}, {"listTransactions"})
        self.assertLess(self.account.transactions_read_until, fields.Datetime.now())

    # === Amazon's time === #

    def test_a14_the_date_of_answers_tells_the_offset(self):
        self.account.action_test_connection()
        self.assertFalse(self.account.clock_message)
        for offset, words in ((DAY, "ahead of"), (-DAY, "behind")):
            self.ahead(offset)
            self.account.action_update_available_marketplaces()
            with self.subTest(words):
                self.assertIn(words, self.account.clock_message)
                self.assertIn("1 day", self.account.clock_message)
                self.assertAlmostEqual(
                    self.account.clock_offset, offset.total_seconds(), delta=60
                )
        self.ahead(timedelta(seconds=20))
        self.account.action_update_available_marketplaces()
        self.assertRecordValues(
            self.account, [{"clock_offset": 0, "clock_message": False}]
        )

    def test_a14_ship_dates_are_of_amazons_clock(self):
        _ref, order = self.order("MUG-BLUE")
        order.date_order = fields.Datetime.now() - 5 * DAY
        package = self.env["amazon.package"].create(
            {"picking_id": order.picking_ids.id, "box_number": 0}
        )
        self.account.clock_offset = DAY.total_seconds()
        limit = datetime.now(timezone.utc) - DAY
        self.assertLess(package._get_ship_date(), limit)

    def jump_before_shipping(self, offset):
        """An order is packed, and our clock jumps before it is confirmed.

        :return: its delivery
        """
        self.ahead(offset)
        _ref, order = self.order("MUG-BLUE")
        self.account.clock_offset = 0  # nobody has noticed yet
        self.amazon.received.clear()
        return self.ship(order)

    def wrong_dates(self):
        """Each date lies in the future, whatever is known of the clock."""
        return patch.object(
            AmazonPackage,
            "_get_ship_date",
            lambda _package: datetime.now(timezone.utc) + 2 * DAY,
        )

    def test_a14_a_refused_ship_date_is_sent_again_by_the_right_clock(self):
        picking = self.jump_before_shipping(DAY)
        self.send()
        self.assertEqual(self.outbox(), [("todo", 1)])
        self.assertIn("shipDate is in the future", self.messages().error_message)
        self.assertAlmostEqual(self.account.clock_offset, DAY.total_seconds(), delta=60)
        self.assertLess(
            self.messages().next_try_at, fields.Datetime.now() + timedelta(minutes=2)
        )
        self.assertFalse(self.mails())
        self.send_later()
        self.assertEqual(self.outbox(), [("done", 2)])
        first, second = self.confirmations()
        dates = [each["packageDetail"]["shipDate"] for each in (first, second)]
        self.assertGreater(dates[0], dates[1])
        package = {**first["packageDetail"], "shipDate": dates[1]}
        self.assertEqual(second["packageDetail"], package)  # nothing else has changed
        self.assertEqual(picking.amazon_sync_status, "done")

    def test_a14_a_clock_behind_confirms_at_once(self):
        self.jump_before_shipping(-DAY)
        self.send()
        self.assertEqual(self.outbox(), [("done", 1)])

    def test_a14_a_ship_date_that_the_clock_does_not_explain_fails(self):
        """Amazon refuses the date for another reason: nobody tries for ever."""
        _ref, order = self.order("MUG-BLUE")
        self.ship(order)
        with self.wrong_dates():
            self.send()
        self.assertEqual(self.outbox(), [("failed", 1)])
        self.assertIn("shipDate", self.messages().error_message)

    def test_a14_a_date_that_stays_refused_fails_after_three_times(self):
        self.jump_before_shipping(DAY)
        with self.wrong_dates():
            self.send()
            for _time in range(3):
                self.send_later()
        self.assertEqual(self.outbox(), [("failed", 3)])

    # === the cursor === #

    def test_a14_nobody_types_a_cursor_of_the_future(self):
        manager = new_test_user(
            self.env,
            "clock_manager",
            groups="amazon_connector.group_amazon_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        before = self.account.last_orders_sync
        tomorrow = fields.Datetime.now() + DAY
        for user in (manager, self.env.user):
            with self.assertRaisesRegex(ValidationError, "future"):
                self.account.with_user(user).last_orders_sync = tomorrow
        with self.assertRaisesRegex(ValidationError, "future"):
            self._link_account(self.another_seller(), last_orders_sync=tomorrow)
        self.assertEqual(self.account.last_orders_sync, before)
        self.account.last_orders_sync = fields.Datetime.now()

    @mute_logger(ORDERS_LOG)
    def test_a14_a_cursor_in_the_future_is_a_problem(self):
        self.cursor_of_the_table(fields.Datetime.now() + DAY)
        params = self.account.action_sync_orders()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertIn("in the future", params["message"])
        self.assertEqual(self.account.connection_state, "error")
        self.account.last_orders_sync = fields.Datetime.now() - DAY
        ref = self.buy("MUG-BLUE")
        self.sync()
        self.assertEqual(self.sale_order(ref).state, "sale")
        self.assertEqual(self.account.connection_state, "connected")

    def test_a14_with_our_clock_behind_orders_are_read_all_the_same(self):
        self.ahead(-DAY)
        self.cursor_of_the_table(fields.Datetime.now() + DAY - timedelta(hours=1))
        self.buy("MUG-BLUE")
        self.sync()  # learns the time
        self.sync()
        self.assertIn("searchOrders", [call.operation for call in self.amazon.received])
        self.assertEqual(self.account.connection_state, "connected")

    # === the clock of the person === #

    def test_a14_moments_are_of_the_reader(self):
        account = self.account.with_context(tz="Asia/Tokyo", lang="en_US")
        with patch.object(
            fields.Datetime, "now", return_value=datetime(2026, 11, 20, 12, 0)
        ):
            self.assertEqual(
                account._describe_moment(datetime(2026, 11, 20, 13, 5)), "22:05"
            )
            self.assertEqual(
                account._describe_moment(datetime(2026, 11, 20, 15, 5)),
                "11/21/2026 00:05",
            )
            self.env.user.tz = False
            self.assertEqual(
                self.account.with_context(tz=False)._describe_moment(
                    datetime(2026, 11, 20, 13, 5)
                ),
                "13:05 UTC",
            )

    def test_a14_days_are_of_the_reader(self):
        evening = datetime(2026, 11, 20, 16, 0)
        for zone, day in (("Asia/Tokyo", "11/21/2026"), ("UTC", "11/20/2026")):
            env = self.account.with_context(tz=zone, lang="en_US").env
            self.assertEqual(describe_day(env, evening), day)
            self.assertEqual(describe_day(env, evening.date()), "11/20/2026")
        self.assertEqual(describe_day(env, evening.date(), "long"), "November 20, 2026")

    def test_a14_what_is_kept_has_its_day(self):
        now = fields.Datetime.now().replace(hour=12, minute=5)
        env = self.account.with_context(tz="UTC", lang="en_US").env
        with patch.object(fields.Datetime, "now", return_value=now):
            self.assertEqual(describe_moment(env, now), "12:05")
            self.assertEqual(
                describe_moment(env, now, True), now.strftime("%m/%d/%Y 12:05")
            )
