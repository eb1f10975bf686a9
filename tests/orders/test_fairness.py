"""Many accounts and little time: no account starves (features D14, J1)."""

from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errorcodes import SERIALIZATION_FAILURE
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.orders import (
    amazon_account as amazon_account_orders,
)
from odoo.addons.amazon_connector.models.stock import (
    amazon_account as amazon_account_stock,
)

from ..common import AmazonCase


class Turns:
    """A budget that suffices for so many accounts a run."""

    def __init__(self, size):
        self.size, self.names, self.left = size, [], size

    def begin(self, _seconds):
        self.left = self.size
        return self

    @property
    def is_over(self):
        return self.left <= 0


class TestFairness(AmazonCase):
    def setUp(self):
        super().setUp()
        self.account.write({"name": "Account 1", "sync_stock": True})
        for number in range(2, 7):
            self.account.copy(
                {
                    "name": f"Account {number}",
                    "sync_stock": True,
                    "location_id": False,
                    **self.keys_of(self.another_seller()),
                }
            )
        self.names = [f"Account {number}" for number in range(1, 7)]

    def run_crons(self, times, module, sync, cron):
        """The scheduled action runs so often, each time with time for two accounts, of
        which none can be read.

        :return list: names of the accounts that had their turn
        """
        turns = Turns(2)

        def stumble(account, budget, *args):
            turns.names.append(account.name)
            turns.left -= 1
            return Counter(errors=1)

        with (
            patch.object(module, "TimeBudget", turns.begin),
            patch.object(type(self.account), sync, stumble),
        ):
            for _run in range(times):
                cron.ir_actions_server_id.run()
        return turns.names

    def test_d14_accounts_that_can_not_be_read_keep_no_other_waiting(self):
        cron = self.env.ref("amazon_connector.ir_cron_sync_orders")
        names = self.run_crons(3, amazon_account_orders, "_sync_orders", cron)
        self.assertEqual(names, self.names)

    def test_j1_accounts_whose_orders_can_not_be_read_keep_no_stock_waiting(self):
        cron = self.env.ref("amazon_connector.ir_cron_sync_stock")
        names = self.run_crons(3, amazon_account_stock, "_sync_stock", cron)
        self.assertEqual(names, self.names)

    def test_d14_two_workers_share_the_accounts(self):
        """A copy of the scheduled action runs in a second worker at the same time."""
        cron = self.env.ref("amazon_connector.ir_cron_sync_orders")
        turns, names = Turns(6), []

        def meet(account, budget, *args):
            names.append(account.name)
            turns.left -= 1
            if len(names) == 1:
                turns.size = 2
                cron.ir_actions_server_id.run()
                turns.left = 6
            return Counter()

        with (
            patch.object(amazon_account_orders, "TimeBudget", turns.begin),
            patch.object(type(self.account), "_sync_orders", meet),
        ):
            cron.ir_actions_server_id.run()
        self.assertEqual(names, self.names)


class LostRace(SerializationFailure):
    pgcode = SERIALIZATION_FAILURE


class TestOrdersTurns(AmazonCase):
    """Runs between two regular ones: whose turn is it?"""

    def setUp(self):
        super().setUp()
        self.cron = self.env.ref("amazon_connector.ir_cron_sync_orders")
        self.account.name = "Account 1"
        self.accounts = self.account
        for number in range(2, 6):
            self.accounts += self.account.copy(
                {
                    "name": f"Account {number}",
                    "last_orders_sync": self.account.last_orders_sync,
                    **self.keys_of(self.another_seller()),
                }
            )
        self.expect_regular_run(minutes=9)

    def expect_regular_run(self, **wait):
        self.cron.nextcall = fields.Datetime.now() + timedelta(**wait)

    def run_with_time_for(self, size):
        """Run the scheduled action with time for a number of accounts.

        :return list: names of the accounts that had their turn in one run
        """
        turns, names = Turns(size), []

        def sync(account, budget, *args):
            names.append(account.name)
            turns.left -= 1
            return Counter()

        with (
            patch.object(amazon_account_orders, "TimeBudget", turns.begin),
            patch.object(type(self.account), "_sync_orders", sync),
        ):
            self.cron.ir_actions_server_id.run()
        return names

    def test_d14_round_goes_on_where_the_time_was_over_and_ends_with_the_last(self):
        rounds = [self.run_with_time_for(2) for _run in range(4)]
        self.assertEqual(
            rounds,
            [
                ["Account 1", "Account 2"],
                ["Account 3", "Account 4"],
                ["Account 5"],
                [],
            ],
        )

    def test_d14_regular_run_is_for_all_accounts(self):
        self.run_with_time_for(9)
        self.expect_regular_run(minutes=0)
        names = self.run_with_time_for(9)
        self.assertEqual(names, self.accounts.mapped("name"))

    def test_d14_clock_that_is_behind_leaves_no_account_out(self):
        """The database's clock began the regular run, Odoo's is a minute behind."""
        self.accounts.orders_turn_at = fields.Datetime.now() - timedelta(minutes=9)
        self.expect_regular_run(minutes=1)
        names = self.run_with_time_for(9)
        self.assertEqual(names, self.accounts.mapped("name"))

    def test_d14_account_that_asked_has_its_turn_alone_and_once(self):
        self.run_with_time_for(9)
        soon = fields.Datetime.now() + timedelta(minutes=3)
        self.accounts[2]._trigger_orders_cron()
        self.accounts[2]._trigger_orders_cron(soon)
        self.accounts[3]._trigger_orders_cron(soon)
        runs = [self.run_with_time_for(9) for _run in range(2)]
        self.assertEqual(runs, [["Account 3"], []])

    @mute_logger("odoo.addons.amazon_connector.models.connection.amazon_account")
    def test_d14_account_whose_amazon_is_down_costs_the_others_no_call(self):
        self.accounts[1].simulator_url = "http://127.0.0.1:1"
        self.run_cron()
        self.assertEqual(len(self.amazon.calls("searchOrders")), 4)
        began = fields.Datetime.now()
        for minutes in (2, 4):
            later = began + timedelta(minutes=minutes)
            with patch.object(fields.Datetime, "now", return_value=later):
                self.run_cron()
            self.assertEqual(self.accounts[1].orders_turn_at, later)
        self.assertEqual(len(self.amazon.calls("searchOrders")), 4)

    def test_d14_account_that_lost_each_race_is_due_in_a_minute(self):
        self.run_with_time_for(9)
        self.accounts[2]._trigger_orders_cron()
        sync = type(self.account)
        with patch.object(sync, "_sync_orders", side_effect=LostRace("others")):
            self.cron.ir_actions_server_id.run()
        self.assertEqual(self.run_with_time_for(9), [])
        later = fields.Datetime.now() + timedelta(minutes=1, seconds=5)
        with patch.object(fields.Datetime, "now", return_value=later):
            names = self.run_with_time_for(9)
        self.assertEqual(names, ["Account 3"])

    def test_d14_what_goes_on_goes_on_in_all_workers(self):
        """A duplicate of the scheduled action is there for a second worker."""
        for name, trigger in (
            ("sync_orders", self.account._trigger_orders_cron),
            ("sync_stock", self.account._trigger_stock_cron),
            ("send_submissions", self.env["amazon.submission"]._trigger_cron),
            ("read_reports", self.env["amazon.report"]._trigger_cron),
        ):
            cron = self.env.ref(f"amazon_connector.ir_cron_{name}")
            workers = cron | cron.copy()
            triggers = self.env["ir.cron.trigger"].search([])
            trigger()
            triggers = self.env["ir.cron.trigger"].search([]) - triggers
            self.assertEqual(triggers.cron_id, workers, name)
