"""Each fault in each call, with the outcome that ``docs/faults.rst`` promises
(features D14, D15, H3, S1)."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.amazon_api import forget_tokens, wire

from . import fault_table
from .feeds import FeedCase
from .shipping import ACCOUNT_LOG, SENDING_LOG

PAGE = Path(__file__).parent.parent / "docs" / "faults.rst"
IMPORT = "odoo.addons.amazon_connector.models.amazon_order_import.AmazonOrder._import"
#: seconds after which a silent Amazon counts as one that does not answer
PATIENCE = 0.7
#: how a fault of the table is switched on in the simulator, where by another name
SWITCHES = {
    "denied": {"kind": "forbidden", "times": 2},
    "slow": {"kind": "slow", "seconds": 0.1},
    "drip": {"kind": "drip", "seconds": 0.4},
    "skewed": {"kind": "skewed", "seconds": -600},
    "skewed_ahead": {"kind": "skewed", "seconds": 60},
}
#: what carries something to Amazon; of feeds it does not say yet what came of it
TELLING = ("confirmShipment", "createFeed")
SENDING = ("createFeedDocument", "uploadFeedDocument", "createFeed")
#: these strike when an order of the next page is still to come
BETWEEN_PAGES = ("stale_token", "doubled", "moved")


class TestFaultTable(FeedCase):
    def setUp(self):
        super().setUp()
        self.run_cron()  # a token is at hand, as in the middle of a day

    def test_s1_documentation_is_what_is_tested(self):
        self.assertEqual(PAGE.read_text(), fault_table.render())

    def test_d15_signing_in(self):
        self._try("token", self._tell_of_orders)

    def test_d15_reading_orders(self):
        self.set_page_size(2)
        self._try("searchOrders", self._tell_of_orders)

    def test_d15_reading_one_order(self):
        self._try("getOrder", self._leave_over)

    def test_h3_confirming_a_package(self):
        self._try("confirmShipment", self._pack)

    def test_h3_asking_for_a_lost_answer(self):
        self._try("getOrder, asking", self._lose_an_answer)

    def test_i1_making_room_for_a_feed(self):
        self._try("createFeedDocument", self._cancel)

    def test_i1_uploading_a_feed(self):
        self._try("uploadFeedDocument", self._cancel)

    def test_i1_sending_a_feed(self):
        self._try("createFeed", self._cancel)

    def test_i1_asking_for_a_lost_feed(self):
        self._try("getFeeds", self._lose_a_feed)

    def test_i1_asking_how_far_a_feed_is(self):
        self._try("getFeed", self._send_a_feed)

    def test_i1_asking_for_the_report_of_a_feed(self):
        self._try("getFeedDocument", self._send_a_feed)

    def test_i1_fetching_the_report_of_a_feed(self):
        self._try("downloadFeedDocument", self._send_a_feed)

    # === the stories: each returns what is run then, with the fault === #

    def _tell_of_orders(self):
        """Three orders are new: two pages."""
        return [self.buy("MUG-BLUE") for _number in range(3)], self.run_cron

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
        self.assertEqual(self._message(refs).state, "unknown")
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
        self.assertEqual(self._message(refs).state, "submitted")
        return refs, self.send_later

    def _lose_a_feed(self):
        """Amazon has the feed, and nobody in Odoo knows."""
        refs, send = self._cancel()
        self.amazon.faults.add("createFeed", "lost")
        send()
        self.assertEqual(self._message(refs).state, "unknown")
        return refs, self.send_later

    # === a cell === #

    def _try(self, operation, story):
        """Go through a column of the table."""
        called = operation.split(",")[0]
        for fault, expected in fault_table.OPERATIONS[operation][1].items():
            with self.subTest(f"{fault} in {operation}"):
                refs, run = story()
                if called == "token":
                    forget_tokens()
                try:
                    seen = self._strike(called, fault, refs, run)
                finally:
                    self._recover()
                self.assertEqual(seen, expected)
                self._assert_as_if_nothing_had_happened(refs)
                if fault == BETWEEN_PAGES[-1]:
                    self.set_page_size(100)

    def _strike(self, operation, fault, refs, run):
        """Let the fault meet the run.

        :return str: the outcome, in the words of the table
        """
        self.amazon.received.clear()
        if fault == "refused":
            self.amazon.stop()
        else:
            switch = {"kind": fault, **SWITCHES.get(fault, {})}
            after = int(fault in BETWEEN_PAGES)
            self.amazon.faults.add(operation, after=after, **switch)
        patience = PATIENCE if fault.startswith("timeout") else wire.TIMEOUT[1]
        with (
            patch.object(wire, "TIMEOUT", (wire.TIMEOUT[0], patience)),
            mute_logger(ACCOUNT_LOG, SENDING_LOG),
        ):
            run()
        self.assertFalse(self.amazon.faults.waiting, "it never struck")
        return self._see(operation, refs)

    def _see(self, operation, refs):
        if self.account.connection_state == "error":
            return "config"
        if self._message(refs).state == "unknown" and operation in TELLING:
            return "asks"
        if self._is_done(refs, *("submitted",) * (operation in SENDING)):
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

    def _message(self, refs):
        return self.messages().filtered(
            lambda row: row.sale_order_id.amazon_order_ref in refs
        )

    def _is_done(self, refs, *also):
        rows = self.env["amazon.order"].search([("amazon_order_ref", "in", refs)])
        states = {*rows.mapped("state"), *self._message(refs).mapped("state")}
        return len(rows) == len(refs) and states <= {"done", *also}

    def _recover(self):
        """The fault is gone and time goes by."""
        self.amazon.start()
        self.amazon.faults.clear()
        for seller in self.world.sellers:
            seller.consent_revoked = False
        for _round in range(3):
            self._earn_calls()
            self.env["amazon.order"].search(
                [("account_id", "=", self.account.id)]
            ).next_try_at = False
            self.run_cron()
            self.send_later()
            if self._is_quiet():
                break
        self._earn_calls()

    def _is_quiet(self):
        states = {*self.states().values(), *self.messages().mapped("state")}
        return states == {"done"} and not self.account.connection_message

    def _earn_calls(self):
        """All that Amazon allows may be called again."""
        self.env["amazon.rate.limit"].search([]).write(
            {"next_allowed_at": False, "tokens": 20}
        )

    def _assert_as_if_nothing_had_happened(self, refs):
        orders = self.env["sale.order"].search([("amazon_order_ref", "in", refs)])
        self.assertCountEqual(orders.mapped("amazon_order_ref"), refs)
        self.assertEqual(set(orders.mapped("amazon_total_difference")), {0.0})
        self.assertTrue(self._is_done(refs), self.states())
        for order in orders:
            ref = order.amazon_order_ref
            packages = order.picking_ids.filtered("amazon_package_ids")
            told = [package for package, *_rest in self.world.shipments(ref)]
            self.assertEqual(told, self.numbers(*packages))
            is_cancelled = ref in self.world.cancellations()
            self.assertEqual(order.state, "cancel" if is_cancelled else "sale")
            self.assertEqual(order.amazon_cancel_status, is_cancelled and "done")
        self.assertEqual(self.account.connection_state, "connected")
        self.assertFalse(self.account.connection_message)
