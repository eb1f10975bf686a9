"""Each fault in each call about orders, with the outcome that ``docs/faults.rst``
promises (features D14, D15, H3, S1)."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest.mock import patch

from . import fault_table
from .fault_case import FaultCase

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "faults.rst"
IMPORT = "odoo.addons.amazon_connector.models.amazon_order_import.AmazonOrder._import"
#: what carries something to Amazon; of feeds it does not say yet what came of it
TELLING = ("confirmShipment", "createFeed")
SENDING = ("createFeedDocument", "uploadFeedDocument", "createFeed")


class TestFaultTable(FaultCase):
    def test_s1_documentation_is_what_is_tested(self):
        self.assertEqual(PAGE.read_text(), fault_table.render())

    def test_s1_each_column_is_tried(self):
        sources = "".join(path.read_text() for path in HERE.glob("test_fault_*.py"))
        tried = re.findall(r'try_column\(\s*"([^"]+)"', sources)
        self.assertCountEqual(tried, fault_table.OPERATIONS)

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

    # === the stories: each returns what is run then, with the fault === #

    def _tell_of_orders(self):
        """Two orders are new."""
        return [self.buy("MUG-BLUE") for _number in range(2)], self.run_cron

    def _leave_over(self):
        """An order was noted and Odoo stopped before its import."""
        ref = self.buy("MUG-BLUE")
        with patch(IMPORT, return_value={}):
            self.run_cron()
        return [ref], self.run_cron

    def _pack(self):
        """A package has left."""
        ordered = datetime.now(timezone.utc) - timedelta(hours=2)
        ref, order = self.order(created=ordered)
        self.ship(order)
        return [ref], self.send

    def _lose_an_answer(self):
        """Amazon has the package, and nobody in Odoo knows."""
        refs, send = self._pack()
        self.amazon.faults.add("confirmShipment", "lost")
        send()
        self.assertEqual(self.message(refs).state, "unknown")
        return refs, self.send_later

    def _cancel(self):
        """An order was cancelled in Odoo."""
        ref, order = self.order()
        self.cancel(order)
        return [ref], self.send

    def _send_a_feed(self):
        """Amazon has the feed, and has worked it off."""
        refs, send = self._cancel()
        send()
        self.assertEqual(self.message(refs).state, "submitted")
        return refs, self.send_later

    def _lose_a_feed(self):
        """Amazon has the feed, and nobody in Odoo knows."""
        refs, send = self._cancel()
        self.amazon.faults.add("createFeed", "lost")
        send()
        self.assertEqual(self.message(refs).state, "unknown")
        return refs, self.send_later

    # === what people see === #

    def see_outcome(self, operation, refs):
        if self.account.connection_state == "error":
            return "config"
        if self.message(refs).state == "unknown" and operation in TELLING:
            return "asks"
        if self.is_done(refs, *("submitted",) * (operation in SENDING)):
            return self._see_detour(operation)
        limits = self.env["amazon.rate.limit"].search(
            [("next_allowed_at", "!=", False)]
        )
        says = self.account.connection_message or ""
        if "goes on by itself" in says and (limits or operation == "token"):
            return "quota"
        return "again" if says else "next"

    def _see_detour(self, operation):
        """:return str: what it took that the work was done in the same run"""
        if operation != "token" and self.amazon.calls("token"):
            return "token"
        is_store = operation in ("uploadFeedDocument", "downloadFeedDocument")
        return "link" if is_store and len(self.amazon.calls(operation)) > 1 else "ok"
