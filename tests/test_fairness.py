"""Many accounts and little time: no account starves (features D14, J1)."""

from collections import Counter
from unittest.mock import patch

from odoo.addons.amazon_connector.models import (
    amazon_account_orders,
    amazon_account_stock,
)

from .common import AmazonCase

KEYS = ("lwa_client_id", "lwa_client_secret", "refresh_token")


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
                    **{key: self.account[key] for key in KEYS},
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
            return Counter(trouble=1)

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
