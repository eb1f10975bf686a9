"""How a cell of the table of faults is tried: the same morning again and again, each
time with another fault."""

import pickle
from contextlib import closing
from unittest.mock import patch
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.sim.operations import find

from . import fault_table
from .feeds import FeedCase
from .shipping import ACCOUNT_LOG, SENDING_LOG

#: seconds after which a silent Amazon counts as one that does not answer
PATIENCE = 0.25
#: how a fault of the table is switched on in the simulator, where by another name
SWITCHES = {
    "denied": {"kind": "forbidden", "times": 2},
    "slow": {"kind": "slow", "seconds": 0.05},
    "drip": {"kind": "drip", "seconds": 0.1},
    "skewed": {"kind": "skewed", "seconds": -600},
    "skewed_ahead": {"kind": "skewed", "seconds": 60},
}
#: these strike when an order of the next page is still to come
BETWEEN_PAGES = ("stale_token", "doubled", "moved")
#: what goes on at Amazon while Odoo forgets: who is signed in stays so
ONGOING = ("access_tokens", "_secrets")


class FaultCase(FeedCase):
    def setUp(self):
        super().setUp()
        self.run_cron()  # a token is at hand, as in the middle of a day

    def try_column(self, operation, story):
        """Go through a column of the table.

        :param str operation: heading of the column
        :param callable story: returns the references of the orders it is about, and
            what is run then, with the fault
        """
        refs, run = story()
        morning = self._remember_morning()
        for fault, expected in fault_table.OPERATIONS[operation][1].items():
            with self.subTest(f"{fault} in {operation}"):
                with closing(self.env.cr.savepoint()):
                    seen = self._strike(operation.split(",")[0], fault, refs, run)
                    self._recover(run)
                    self.assertEqual(seen, expected)
                    self.assert_as_if_nothing_had_happened(refs)
                vars(self.world).update(pickle.loads(morning))

    def _remember_morning(self):
        state = self.world.__getstate__()
        return pickle.dumps({k: v for k, v in state.items() if k not in ONGOING})

    # === the fault === #

    def _strike(self, operation, fault, refs, run):
        """Let the fault meet the run.

        :return str: the outcome, in the words of the table
        """
        if operation == "token":
            forget_tokens()
        self.amazon.received.clear()
        self.set_page_size(1 if fault in BETWEEN_PAGES else 100)
        if fault == "refused":
            self.amazon.stop()
        else:
            switch = {"kind": fault, **SWITCHES.get(fault, {})}
            after = int(fault in BETWEEN_PAGES)
            self.amazon.faults.add(operation, after=after, **switch)
        with mute_logger(ACCOUNT_LOG, SENDING_LOG):
            if fault.startswith("timeout"):
                self._run_in_a_hurry(operation, run)
            else:
                run()
        with self.world.lock:  # Amazon may still be at it
            self.assertFalse(self.amazon.faults.waiting, "it never struck")
        return self.see_outcome(operation, refs)

    def _run_in_a_hurry(self, operation, run):
        """Calls of this operation, and no others, are soon given up."""
        send = HTTPAdapter.send

        def send_in_a_hurry(adapter, request, timeout=None, **options):
            called, _parameters = find(request.method, urlsplit(request.url).path)
            if called and called.name == operation:
                timeout = (timeout[0], PATIENCE)
            return send(adapter, request, timeout=timeout, **options)

        with patch.object(HTTPAdapter, "send", send_in_a_hurry):
            run()

    def see_outcome(self, operation, refs):
        """:return str: what people see, in the words of the table"""
        raise NotImplementedError

    # === afterwards === #

    def _recover(self, run):
        """The fault is gone and time goes by."""
        self.amazon.start()
        self.amazon.faults.clear()
        for seller in self.world.sellers:
            seller.consent_revoked = False
        rounds = [
            (run,),
            (run,),
            (self.run_cron, self.send),
            (self.run_cron, self.send),
        ]
        for works in rounds:
            self._let_time_pass()
            for work in works:
                work()
            if self.is_quiet():
                break
        self._let_time_pass()

    def _let_time_pass(self):
        """All that waits is due, all that Amazon allows may be called again."""
        rows = self.env["amazon.order"].search([("account_id", "=", self.account.id)])
        rows.next_try_at = False
        self.messages().next_try_at = False
        self.env["amazon.rate.limit"].search([]).write(
            {"next_allowed_at": False, "tokens": 20}
        )

    def is_quiet(self):
        """:return bool: whether nothing is left to do, and nothing to complain of"""
        states = {*self.states().values(), *self.messages().mapped("state")}
        return states <= {"done"} and not self.account.connection_message

    def is_done(self, refs, *also):
        """:return bool: whether the orders are here and Amazon knows what we told"""
        rows = self.env["amazon.order"].search([("amazon_order_ref", "in", refs)])
        states = {*rows.mapped("state"), *self.message(refs).mapped("state")}
        return len(rows) == len(refs) and states <= {"done", *also}

    def message(self, refs):
        """:return: the amazon.submission about these orders"""
        return self.messages().filtered(
            lambda row: row.sale_order_id.amazon_order_ref in refs
        )

    def assert_as_if_nothing_had_happened(self, refs):
        orders = self.env["sale.order"].search([("amazon_order_ref", "in", refs)])
        self.assertCountEqual(orders.mapped("amazon_order_ref"), refs)
        self.assertLessEqual(set(orders.mapped("amazon_total_difference")), {0.0})
        self.assertTrue(self.is_done(refs), self.states())
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
