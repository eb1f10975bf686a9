"""A run ends before Odoo would stop its worker (feature D14)."""

import resource
import time
from unittest.mock import patch

from odoo.tests import BaseCase

from odoo.addons.amazon_connector.models.account import queue_step


class TestTimeBudget(BaseCase):
    def seconds(self, cron, web):
        """Compute the time of a run from the limits of a server.

        :return float: time of a scheduled action, with these limits of the server
        """
        limits = {"limit_time_real_cron": cron, "limit_time_real": web}
        with patch.object(queue_step, "config", limits):
            return queue_step.get_cron_seconds()

    def test_d14_runs_share_the_time_that_odoo_allows_a_worker(self):
        self.assertEqual(self.seconds(cron=-1, web=120), 40)
        self.assertEqual(self.seconds(cron=600, web=120), 200)
        self.assertEqual(self.seconds(cron=3600, web=120), 300)
        self.assertEqual(self.seconds(cron=0, web=120), 300)  # no limit
        self.assertEqual(self.seconds(cron=-1, web=0), 300)

    def budget(self, cpu_limit, seconds=60):
        limits = patch.object(resource, "getrlimit", return_value=(cpu_limit, -1))
        with limits:
            return queue_step.TimeBudget(seconds)

    def test_d14_half_of_the_cpu_that_is_left_may_be_spent(self):
        now = time.process_time()
        budget = self.budget(cpu_limit=now + 60)
        for spent, is_over in ((0, False), (29, False), (31, True)):
            with patch.object(time, "process_time", return_value=now + spent):
                self.assertEqual(budget.is_over, is_over, f"{spent} seconds")

    def test_d14_without_a_limit_of_cpu_the_clock_counts(self):
        budget = self.budget(cpu_limit=resource.RLIM_INFINITY)
        with patch.object(time, "process_time", return_value=1e9):
            self.assertFalse(budget.is_over)
        self.assertTrue(self.budget(resource.RLIM_INFINITY, seconds=0).is_over)
