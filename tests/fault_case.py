"""Base class for the table of faults: the same start is repeated for each cell, each
time with another fault.
"""

import pickle
from contextlib import ExitStack, closing, contextmanager
from unittest.mock import patch
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.models.orders import (
    amazon_account as amazon_account_orders,
)
from odoo.addons.amazon_connector.sim.operations import find

from . import fault_table
from .common import ACCOUNT_LOG, SENDING_LOG, AmazonCase
from .fault_books import read_books

#: seconds after which a silent Amazon counts as one that does not answer
PATIENCE = 0.15
#: how a fault of the table is switched on in the simulator, where by another name
SWITCHES = {
    "denied": {"kind": "forbidden", "times": 2},
    "slow": {"kind": "slow", "seconds": 0.03},
    "drip": {"kind": "drip", "seconds": 0.04},
    "skewed": {"kind": "skewed", "seconds": -600},
    "skewed_ahead": {"kind": "skewed", "seconds": 60},
}
#: these strike when something of the next page is still to come
BETWEEN_PAGES = ("stale_token", "doubled", "moved")
#: what goes on at Amazon while Odoo forgets: who is signed in stays so
ONGOING = ("access_tokens", "_secrets")
#: rows that may wait
WAITING = ("order", "submission", "report", "recovery", "history")


class FaultCase(AmazonCase):
    """Each cell begins on the same morning, and must end as the day without a fault."""

    maxDiff = None
    #: whether a person starts what is run; else the machines do it again and again
    is_button = False

    def setUp(self):
        super().setUp()
        self.run_cron()  # a token is at hand, as in the middle of a day

    def try_column(self, operation, story):
        """Go through a column of the table.

        :param str operation: heading of the column
        :param callable story: what happened before; returns what is run then, with the
            fault
        """
        run = story()
        morning = self._remember_morning()
        with self._day(morning):
            run()
            self._recover(run)
            self.assertTrue(self.is_quiet(), "without any fault")
            expected = self.books()
        for fault, outcome in fault_table.OPERATIONS[operation][1].items():
            with self.subTest(f"{fault} in {operation}"), self._day(morning):
                seen = self._strike(operation, fault, run)
                self._recover(run, seen)
                books = self.books()
                self.assertEqual(seen, outcome)
                self.assertEqual(books, expected)

    def books(self):
        """Read what is stored here and at Amazon at the end of a day.

        :return dict: see `read_books`
        """
        return read_books(self.account, self.world)

    def _remember_morning(self):
        state = self.world.__getstate__()
        return pickle.dumps({k: v for k, v in state.items() if k not in ONGOING})

    @contextmanager
    def _day(self, morning):
        """Undo a day at its end, in Odoo and at Amazon."""
        try:
            with closing(self.env.cr.savepoint()):
                yield
        finally:
            self._end_fault()
            vars(self.world).update(pickle.loads(morning))

    # === the fault === #

    def _strike(self, operation, fault, run):
        """Let the fault meet the run.

        :return str: the outcome, in the words of the table
        """
        name = operation.split(",")[0]
        if name == "token":
            forget_tokens()
        self.amazon.received.clear()
        if fault == "refused":
            self.amazon.stop()
        else:
            switch = {"kind": fault, **SWITCHES.get(fault, {})}
            self.amazon.faults.add(name, after=int(fault in BETWEEN_PAGES), **switch)
        with ExitStack() as context:
            context.enter_context(mute_logger(ACCOUNT_LOG, SENDING_LOG))
            if fault in BETWEEN_PAGES:
                context.enter_context(self.small_pages())
            if fault.startswith("timeout"):
                context.enter_context(_hurry(name))
            run()
        with self.world.lock:  # Amazon may still be at it
            self.assertFalse(self.amazon.faults.waiting, "it never struck")
        return self.see_outcome(operation)

    @contextmanager
    def small_pages(self):
        """A page of Amazon holds one entry."""
        with patch.object(amazon_account_orders, "PAGE_SIZE", 1):
            yield

    # === what people see === #

    def see_outcome(self, operation):
        """Read the outcome that people see after a run with a fault.

        :return str: what people see, in the words of the table
        """
        raise NotImplementedError

    def see_detour(self, operation):
        """Find out by which additional calls a run was completed in spite of a fault.

        :return str: what it took that the work was done in the same run
        """
        name = operation.split(",")[0]
        if name != "token" and self.amazon.calls("token"):
            return "token"
        calls = self.amazon.calls(name)
        if name.endswith("Document") and len(calls) > 1:
            return "link"
        if 400 in {call.status for call in calls}:  # a token of a page was refused
            return "anew"
        asked = [(call.path, str(call.parameters)) for call in calls]
        return "waits" if len(asked) > len(set(asked)) else "ok"

    def see_problem(self, operation):
        """Read what the account shows after a temporary failure.

        :return str: what the account says, in the words of the table
        """
        limits = self.env["amazon.rate.limit"].search(
            [("next_allowed_at", "!=", False)]
        )
        says = self.account.connection_message or ""
        if "goes on by itself" in says and (limits or operation == "token"):
            return "quota"
        return "again" if says else "next"

    # === afterwards === #

    def _recover(self, run, seen="ok"):
        """The fault is gone and time goes by.

        :param str seen: the outcome; by some of them a person is asked to try again
        """
        self._end_fault()
        rounds = [self.machines()] * 4
        if not self.is_button or seen in fault_table.PRESSED:
            rounds = [(run,), *rounds]
        if not self.is_button:
            rounds = [(run,), *rounds]
        for works in rounds:
            self._let_time_pass()
            for work in works:
                work()
            if self.is_quiet():
                break
        self._let_time_pass()

    def _end_fault(self):
        self.amazon.start()
        self.amazon.faults.clear()
        for seller in self.world.sellers:
            seller.consent_revoked = False

    def machines(self):
        """List the scheduled actions that run without a person.

        :return tuple: what runs by itself, as Odoo runs it
        """
        return (self.run_cron,)

    def _let_time_pass(self):
        """All that waits is due, all that Amazon allows may be called again."""
        for name in WAITING:
            rows = self.env[f"amazon.{name}"].search([("next_try_at", "!=", False)])
            rows.next_try_at = False
        self.env["amazon.rate.limit"].search([]).write(
            {"next_allowed_at": False, "tokens": 20}
        )

    def is_quiet(self):
        """Check that nothing is left to do.

        :return bool: whether all rows are done, and the account shows no error
        """
        mine = [("account_id", "=", self.account.id)]
        states = {
            state
            for name in ("order", "submission", "report", "history")
            for state in self.env[f"amazon.{name}"].search(mine).mapped("state")
        }
        is_done = states <= {"done", "ignored"} and not self.account.recovery_ids
        return is_done and not self.account.connection_message


@contextmanager
def _hurry(name):
    """Shorten the timeout for calls of this operation, and no others."""
    send = HTTPAdapter.send

    def send_in_a_hurry(adapter, request, timeout=None, **options):
        called, _parameters = find(request.method, urlsplit(request.url).path)
        if called and called.name == name:
            timeout = (timeout[0], PATIENCE)
        return send(adapter, request, timeout=timeout, **options)

    with patch.object(HTTPAdapter, "send", send_in_a_hurry):
        yield
