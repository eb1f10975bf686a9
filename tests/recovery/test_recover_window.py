"""Recover orders of a window of time, beside the normal reading (feature D8)."""

import time
from datetime import timedelta
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.recovery import (
    amazon_account as amazon_account_recovery,
)

from ..common import ACCOUNT_LOG
from .case import RecoverCase


class TestWindow(RecoverCase):
    def test_d8_window_of_time_comes_in_beside_the_normal_reading(self):
        early = self.long_ago("MUG-BLUE", days=40)
        inside = [self.long_ago("MUG-BLUE", days=days) for days in (20, 12)]
        late = self.long_ago("MUG-BLUE", days=9)
        here = self.long_ago("TEA-SENCHA", days=15)
        self.recover(here)
        before = self.account.read(["last_orders_sync", "orders_page_token"])
        wizard = self.recover(**self.window(30, 10))
        self.assertEqual(
            self.results(wizard),
            [(ref, "imported") for ref in inside] + [(here, "here")],
        )
        self.assertEqual(set(self.states()), {here, *inside})
        self.assertFalse(self.row(early) + self.row(late))
        self.assertEqual(
            self.account.read(["last_orders_sync", "orders_page_token"]), before
        )
        self.assertFalse(self.account.recovery_ids)

    def test_d8_open_window_ends_now(self):
        ref = self.long_ago("MUG-BLUE", days=9)
        self.assertEqual(
            self.results(self.recover(**self.window(10))), [(ref, "imported")]
        )

    def test_d8_empty_window_says_so(self):
        wizard = self.recover(**self.window(10))
        self.assertFalse(wizard.line_ids)
        self.assertEqual(wizard.summary, "Amazon has no orders of that time.")

    def _recover_one_page(self):
        """The time of the button is over after the first page.

        :return: the wizard
        """
        self.set_page_size(2)
        with patch.object(amazon_account_recovery, "FETCH_SECONDS", 0.05):
            with patch.object(type(self.env["amazon.order"]), "_import") as importing:
                importing.side_effect = self._import_slowly
                return self.recover(**self.window(30, 5))

    def _import_slowly(self, *_args):
        time.sleep(0.06)
        return {"left": 1}

    def test_d8_cron_reads_the_rest_of_a_long_window(self):
        refs = [self.long_ago("MUG-BLUE", days=20 - n) for n in range(7)]
        wizard = self._recover_one_page()
        self.assertEqual(self.results(wizard), [(ref, "later") for ref in refs[:2]])
        self.assertIn("follow by themselves", wizard.summary)
        self.assertRecordValues(self.account.recovery_ids, [{"found_count": 2}])
        self.assertIn("2 so far", self.account.recovery_message)
        cursor = self.account.last_orders_sync
        self.account.orders_page_token = False
        self.run_cron()
        self.assertFalse(self.account.recovery_ids)
        self.run_cron()  # what the button noted without importing it
        self.assertEqual(set(self.states()), set(refs))
        self.assertEqual(set(self.states().values()), {"done"})
        self.assertEqual(len(self.sale_orders()), 7)
        self.assertGreaterEqual(self.account.last_orders_sync, cursor)
        self.assertIn("Found: 7. Imported: 5.", self.account.message_ids[0].body)

    def test_d8_lost_bookmark_begins_again(self):
        refs = [self.long_ago("MUG-BLUE", days=20 - n) for n in range(5)]
        self._recover_one_page()
        self.account.recovery_ids.page_token = "no token of Amazon"
        self.run_cron()
        self.assertEqual(set(self.states()), set(refs))
        self.assertIn("Found: 5.", self.account.message_ids[0].body)

    @mute_logger(ACCOUNT_LOG)
    def test_d8_trouble_leaves_the_window_for_later(self):
        ref = self.long_ago("MUG-BLUE", days=20)
        self.amazon.faults.add("searchOrders", "server_error")
        wizard = self.recover(**self.window(30))
        self.assertFalse(wizard.line_ids)
        self.assertIn("Amazon has a fault", wizard.summary)
        self.assertEqual(len(self.account.recovery_ids), 1)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})
        self.assertFalse(self.account.recovery_ids)

    def test_d8_window_with_more_pages_than_a_page_token_lives_for_ends(self):
        """Amazon earns a call in three minutes and a page token lives a day: of more
        than some 30,000 orders the first token does not see the end."""
        refs = [self.long_ago("MUG-BLUE", days=25 - n) for n in range(12)]
        self.set_page_size(2)
        model = self.env.registry["amazon.recovery"]
        end_page, pages = model._end_page, []

        def end_page_late(recovery, page, counts):
            end_page(recovery, page, counts)
            pages.append(recovery.page_token)
            self.assertLess(len(pages), 40, "it does not end")
            if all(pages[-2:]) and len(pages) > 1:  # the second page of a slice
                recovery.page_at -= timedelta(days=1)
                pages.append(False)

        with patch.object(model, "_end_page", end_page_late):
            wizard = self.recover(**self.window(30, 5))
            while self.account.recovery_ids:
                self.run_cron()
        self.assertIn("imported", dict(self.results(wizard)).values())
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertEqual(len(self.sale_orders()), 12)
