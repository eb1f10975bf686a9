"""Each fault in each call about orders, shipments and cancellations, with the outcome
that ``docs/faults.rst`` promises (features D14, D15, H3, I1, S1)."""

import re
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest.mock import patch

from odoo import fields

from odoo.addons.amazon_connector.amazon_api import processing

from . import fault_table
from .outbox.case import OrderFaultCase

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "faults.rst"
IMPORT = "odoo.addons.amazon_connector.models.orders.amazon_order.AmazonOrder._import"


class TestFaultTable(OrderFaultCase):
    def test_s1_documentation_is_what_is_tested(self):
        self.assertEqual(PAGE.read_text(), fault_table.render())

    def test_s1_each_column_is_tried(self):
        sources = "".join(path.read_text() for path in HERE.rglob("test_fault_*.py"))
        tried = re.findall(r'try_column\(\s*"([^"]+)"', sources)
        self.assertCountEqual(tried, fault_table.OPERATIONS)

    def test_s1_tests_beside_the_table_are_there(self):
        for names in re.findall(r"``(tests/[\w/]+\.py)``", fault_table.BESIDE):
            self.assertTrue((HERE.parent / names).exists(), names)

    def test_d15_signing_in(self):
        self.try_column("token", self._tell_of_orders)

    def test_d15_reading_orders(self):
        self.try_column("searchOrders", self._tell_of_orders)

    def test_d15_reading_one_order(self):
        self.try_column("getOrder", self._leave_over)

    def test_h3_confirming_a_package(self):
        self.try_column("confirmShipment", self._pack)

    def test_h3_asking_for_a_lost_answer(self):
        self.try_column("getOrder, asking", self._lose_an_answer)

    # === the stories: each returns what is run then, with the fault === #

    def _tell_of_orders(self):
        """One order is new, another one was cancelled before Odoo saw it."""
        self.refs = [self.buy("MUG-BLUE"), self.buy("MUG-BLUE", status="CANCELLED")]
        return self.run_cron

    def _leave_over(self):
        """An order was noted and Odoo stopped before its import."""
        self.refs = [self.buy("MUG-BLUE")]
        with patch(IMPORT, return_value={}):
            self.run_cron()
        return self.run_cron

    def _pack(self):
        """A package has left."""
        ordered = datetime.now(timezone.utc) - timedelta(hours=2)
        ref, order = self.order(created=ordered)
        self.refs = [ref]
        self.ship(order)
        return self.send

    def _lose_an_answer(self):
        """Amazon has the package, and nobody in Odoo knows."""
        send = self._pack()
        self.amazon.faults.add("confirmShipment", "lost")
        send()
        self.assertEqual(self.message().state, "unknown")
        return self.send_later


class TestFaultKept(OrderFaultCase):
    """Amazon took a package and kept nothing of it; two hours later that is found."""

    def test_h7_checking_whether_a_package_was_kept(self):
        self.try_column("getOrder, checking", self._send_what_is_not_kept)

    def _send_what_is_not_kept(self):
        ref, order = self.order()
        self.refs = [ref]
        self.ship(order)
        self.amazon.faults.add("confirmShipment", "unkept")
        self.send()
        self.assertEqual(self.message().state, "done")
        return self._send_later_that_day

    def _send_later_that_day(self):
        row = self.message()
        if row.check_at:
            row.check_at = fields.Datetime.now()
        self.send()

    def is_done(self, *also):
        return self.message().state == "failed"

    def is_quiet(self):
        return self.is_done() and not self.account.connection_message


class TestFaultFeeds(OrderFaultCase):
    """An order is cancelled in Odoo, which a feed tells Amazon."""

    def test_i1_making_room_for_a_feed(self):
        self.try_column("createFeedDocument", self._cancel)

    def test_i1_uploading_a_feed(self):
        self.try_column("uploadFeedDocument", self._cancel)

    def test_i1_sending_a_feed(self):
        self.try_column("createFeed", self._cancel)

    def test_i1_asking_for_a_lost_feed(self):
        self.try_column("getFeeds", self._lose_a_feed)

    def test_i1_asking_how_far_a_feed_is(self):
        self.try_column("getFeed", self._send_a_feed)

    def test_i1_asking_for_the_report_of_a_feed(self):
        self.try_column("getFeedDocument", self._send_a_feed)

    def test_i1_fetching_the_report_of_a_feed(self):
        self.try_column("downloadFeedDocument", self._send_a_feed)

    def test_i1_asking_for_an_order_of_which_the_feed_says_nothing(self):
        self.try_column("getOrder, cancelled", self._send_a_silent_feed)

    # === the stories === #

    def _cancel(self):
        ref, order = self.order()
        self.refs = [ref]
        self.cancel(order)
        return self.send

    def _send_a_feed(self):
        """Amazon has the feed, and has worked it off."""
        self._cancel()()
        self.assertEqual(self.message().state, "submitted")
        return self.send_later

    def _send_a_silent_feed(self):
        """Amazon does not tell what became of it."""
        self.world.feeds.no_report_next()
        return self._send_a_feed()

    def _lose_a_feed(self):
        """Amazon has the feed, and nobody in Odoo knows; it is not the only one."""
        self._send_a_feed()()
        send = self._cancel()
        self.amazon.faults.add("createFeed", "lost")
        send()
        self.assertEqual(self.message().state, "unknown")
        return self.send_later

    @contextmanager
    def small_pages(self):
        with patch.object(processing, "LARGEST_PAGE", "1"):
            yield
