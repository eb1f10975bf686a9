"""The reading of history: slices, waiting, stopping, going on (feature A11)."""

from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import BaseCase
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.tools import history_slice as slices

from ..common import ACCOUNT_LOG
from .case import HistoryCase

WORK_LOG = "odoo.addons.amazon_connector.models.history.amazon_history"
DAY = timedelta(days=1)


class TestHistoryWork(HistoryCase):
    def setUp(self):
        super().setUp()
        self.set_page_size(2)

    def _sold_over_time(self, count=10):
        """Place orders of the past.

        :return list: references of orders, spread evenly over the time
        """
        return [
            self.sold("MUG-BLUE", days=105 - number * 90 // count)
            for number in range(count)
        ]

    def _after_page(self, action):
        """Something happens each time when a page of history is read.

        :param callable action: given the amazon.history
        """
        model = self.env.registry["amazon.history"]
        read_page = model._read_page

        def read_and_act(history, *args):
            read_page(history, *args)
            action(history)

        return patch.object(model, "_read_page", read_and_act)

    def _assert_complete(self, history, refs):
        self.assertEqual(history.state, "done")
        self.assertEqual(self.counts(history), (len(refs), len(refs), 0, 0))
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertEqual(
            sorted(self.sale_orders().mapped("amazon_order_ref")), sorted(refs)
        )
        self.assertEqual((history.progress, history.new_count), (100, 0))

    def test_a11_history_is_read_in_slices_to_its_end(self):
        refs = self._sold_over_time()
        history, ends = self.import_history(), []
        with self._after_page(lambda history: ends.append(history.cursor)):
            self.run_cron()
        self._assert_complete(history, refs)
        days = sorted({(end - history.date_from).days for end in ends} - {0})
        self.assertEqual(days, [7, 21, 49, 100])
        self.assertEqual(history.call_count, len(ends))
        self.assertTrue(history.finished_at)
        self.assertFalse(history.estimated_end)
        self.assertIn("Found: 10. Imported: 10.", self.account.message_ids[0].body)

    def test_a11_k4_account_and_card_tell_how_far_it_is(self):
        def shown():
            self.env.invalidate_all()
            works = self.account.get_progress()["works"]
            texts = [(work["text"], work["percent"]) for work in works]
            return texts, self.account.history_text, self.account.history_notice

        self._sold_over_time()
        self.assertEqual(shown(), ([], False, False))
        history = self.import_history()
        self.assertEqual(shown()[1:], ("0 %", "History: 0 %"))
        with self._after_page(lambda history: history.action_stop()):
            self.run_cron()
        percent = f"{history.progress:.0f} %"
        self.assertEqual(shown(), ([], "Stopped", f"History: Stopped, {percent}"))
        history.action_resume()
        [[(text, share)], *_others] = shown()
        self.assertIn(f"orders imported: {history.done_count}", text)
        self.assertEqual(f"{share} %", percent)
        self.assertEqual(history.get_progress()["seconds"], 10)
        self.run_cron()
        self.assertEqual(shown(), ([], "Done", False))
        self.assertEqual(self.account.action_view_history()["res_id"], history.id)

    def test_a11_normal_reading_goes_first(self):
        old, new = self.sold("MUG-BLUE"), self.buy("MUG-BLUE")
        cursor = self.account.last_orders_sync
        history, seen = self.import_history(), []
        with self._after_page(lambda _history: seen.append(self.states())):
            self.run_cron()
        self.assertEqual(seen[0].get(new), "done")
        self.assertEqual(self.states(), {old: "done", new: "done"})
        self.assertFalse(self.sale_order(new).amazon_is_history)
        self.assertEqual(self.sale_order(new).picking_ids.state, "confirmed")
        self.assertGreater(self.account.last_orders_sync, cursor)
        self.assertEqual(self.counts(history), (1, 1, 0, 0))

    def test_a11_history_leaves_calls_for_the_normal_reading(self):
        self.amazon.rates["searchOrders"] = (0.0056, 20)
        old, new = self.sold("MUG-BLUE"), self.buy("MUG-BLUE")
        history = self.import_history()
        self.set_calls_left(6)
        self.run_cron()
        self.assertCalls("searchOrders")
        self.assertEqual(self.states(), {new: "done"})
        self.assertEqual(history.state, "running")
        self.assertIn("current orders go first", history.message)
        wait = history.next_try_at - fields.Datetime.now()
        self.assertAlmostEqual(wait.total_seconds(), 1 / 0.0056, delta=10)
        self.set_calls_left(20)
        history.next_try_at = fields.Datetime.now()
        self.run_cron()
        self.assertEqual(self.states(), {old: "done", new: "done"})
        self.assertEqual((history.state, history.message), ("done", False))

    def test_a11_stop_takes_effect_before_the_next_page_and_resume_goes_on(self):
        refs = self._sold_over_time()
        history = self.import_history()
        with self._after_page(lambda history: history.action_stop()):
            self.run_cron()
        self.assertEqual((history.state, history.call_count), ("paused", 1))
        calls = len(self.amazon.received)
        self.read_on()
        self.assertEqual(len(self.amazon.received), calls)
        history.action_resume()
        self.run_cron()
        self._assert_complete(history, refs)

    def test_a11_killed_between_pages_it_goes_on_where_it_was(self):
        refs = self._sold_over_time()
        history = self.import_history()

        def kill(_history):
            raise SystemExit

        for _time in range(3):
            self.set_calls_left(
                20
            )  # what the dead had taken in advance is earned again
            with self._after_page(kill), suppress(SystemExit):
                self.read_on()
        self.assertEqual(history.call_count, 3)
        self.set_calls_left(20)
        history.next_try_at = False
        self.run_cron()
        self._assert_complete(history, refs)

    def test_a11_killed_before_a_page_was_imported_nothing_is_lost(self):
        refs = self._sold_over_time()
        history = self.import_history()
        rows = self.env.registry["amazon.order"]
        for _time in range(2):
            with patch.object(rows, "_import", side_effect=SystemExit):
                with suppress(SystemExit):
                    self.read_on()
        self.assertGreater(history.new_count, 0)
        self.set_calls_left(20)
        self.run_cron()
        history.next_try_at = False
        self.run_cron()
        self._assert_complete(history, refs)
        self.assertTrue(all(self.sale_orders().mapped("amazon_is_history")))

    def _stop_within_a_slice(self, history):
        with self._after_page(lambda history: history.page_token and self._stop()):
            self.read_on()
        self.assertTrue(history.page_token)

    def _stop(self):
        self.account.history_ids.action_stop()

    def test_a11_refused_page_token_begins_a_shorter_slice_again(self):
        self._lose_the_token(old=False)

    def test_a11_old_page_token_is_not_tried_and_begins_a_shorter_slice(self):
        self._lose_the_token(old=True)

    def _lose_the_token(self, old):
        refs = [self.sold("MUG-BLUE", days=109 - n % 5) for n in range(7)]
        history = self.import_history()
        self._stop_within_a_slice(history)
        cursor, length = history.cursor, history.slice_days
        if old:
            history.page_at -= DAY
        else:
            history.page_token = "no token of Amazon"
        calls = len(self.amazon.received)
        history.action_resume()
        with self._after_page(lambda history: self._stop()):
            self.read_on()
        if not old:  # the refusal was the call
            history.action_resume()
            with self._after_page(lambda history: self._stop()):
                self.read_on()
        self.assertEqual(len(self.amazon.received) - calls, 1 if old else 2)
        done = history.cursor - cursor
        self.assertLessEqual(done, timedelta(days=length / 4))
        history.action_resume()
        self.read_on()
        self._assert_complete(history, refs)

    @mute_logger(ACCOUNT_LOG, WORK_LOG)
    def test_a11_errors_wait_and_a_refusal_stops_the_history(self):
        refs = self._sold_over_time(3)
        history = self.import_history()
        self.amazon.faults.add("searchOrders", "server_error")
        self.read_on()
        self.assertEqual(history.state, "running")
        self.assertGreater(history.next_try_at, fields.Datetime.now())
        self.assertIn("Amazon has a fault", history.message)
        history.next_try_at = False
        self.amazon.faults.add("searchOrders", "stale_token")  # there was no token
        self.read_on()
        self.assertEqual(history.state, "failed")
        self.assertTrue(history.message)
        history.action_resume()
        self.run_cron()
        self._assert_complete(history, refs)

    def test_a11_an_unexpected_error_of_one_history_is_shown(self):
        history = self.import_history()
        model = self.env.registry["amazon.history"]
        with mute_logger(WORK_LOG):
            with patch.object(model, "_read_page", side_effect=ValueError):
                self.read_on()
        self.assertEqual(history.state, "running")
        self.assertIn("ValueError", history.message)
        self.assertGreater(history.next_try_at, fields.Datetime.now())

    def test_a11_progress_and_end_are_estimated(self):
        self.amazon.rates["searchOrders"] = (0.0056, 20)
        self._sold_over_time()
        history = self.import_history()
        self.assertEqual((history.progress, history.estimated_end), (0, False))
        with self._after_page(lambda history: history.progress and self._stop()):
            self.read_on()
        self.assertEqual(round(history.progress), 7)
        history.action_resume()
        left = history.estimated_end - fields.Datetime.now()
        per_call = 1 / (0.0056 - slices.POLLING_PER_SECOND)
        expected = history.call_count * 93 / 7 * per_call
        self.assertAlmostEqual(left.total_seconds(), expected, delta=expected / 50)

    def test_a11_archived_account_reads_no_history(self):
        history = self.import_history()
        self.account.action_archive()
        self.run_cron()
        self.assertEqual((history.state, history.call_count), ("running", 0))


@tagged("post_install", "-at_install")
class TestHistorySlices(BaseCase):
    def test_a11_slices_grow_and_shrink_with_their_pages(self):
        lengths = [slices.next_length(8 * DAY, pages) for pages in (1, 5, 6, 20, 21)]
        self.assertEqual(lengths, [16 * DAY, 16 * DAY, 8 * DAY, 8 * DAY, 4 * DAY])
        self.assertEqual(slices.next_length(slices.SHORTEST, 99), slices.SHORTEST)
        self.assertEqual(slices.next_length(slices.LONGEST, 1), slices.LONGEST)
        self.assertEqual(slices.length_after_loss(8 * DAY), 2 * DAY)
        self.assertEqual(slices.length_after_loss(slices.SHORTEST), slices.SHORTEST)

    def test_a11_estimate_takes_the_slower_of_allowed_and_achieved(self):
        rate = 20 / 3600
        self.assertIsNone(slices.seconds_left(0 * DAY, DAY, 0, 0, rate))
        allowed = slices.seconds_left(DAY, 3 * DAY, 7, 1, rate)
        self.assertAlmostEqual(allowed, 21 * 3600 / 14)
        self.assertAlmostEqual(slices.seconds_left(DAY, 3 * DAY, 7, 600, rate), 12600)
