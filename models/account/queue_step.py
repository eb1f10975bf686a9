"""The one place of the addon that commits.

Everything that talks to Amazon works in steps: each step is written as a whole or
not at all, and is safe on disk before the next call leaves for Amazon.
"""

import logging
import math
import random
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import Error, OperationalError, errorcodes

from odoo import _, api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.modules import module
from odoo.tools import config

from ...tools.personal_words import describe_for_log, place_for_log

try:
    import resource
except ImportError:  # not on Windows, where Odoo does not limit the CPU either
    resource = None
_logger = logging.getLogger(__name__)
# A scheduled action begins nothing new after that, see `get_cron_seconds`.
CRON_SECONDS = 300
ATTEMPTS = 5
# Another worker is at the same records: it is soon done.
BUSY_WAIT = timedelta(minutes=1)
# So that two who met do not meet again: half of it on average, doubled each time.
FIRST_PAUSE = 0.05
# Somebody else was quicker: the same step, begun again on what they wrote, succeeds.
LOST_RACES = (
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.LOCK_NOT_AVAILABLE,
    errorcodes.UNIQUE_VIOLATION,
)
# How Odoo refuses something with a reason. The second kind, which also leads to the
# place of the remedy, is no UserError.
REFUSALS = (UserError, RedirectWarning)
_hidden = threading.local()


@contextmanager
def _hidden_values():
    """Hide the values of statements meanwhile: Odoo logs a failed one with all of them,
    such as names and streets.
    """
    before = getattr(_hidden, "is_on", False)
    _hidden.is_on = True
    try:
        yield
    finally:
        _hidden.is_on = before


def _hide_values(record):
    """Filter Odoo's log of statements: hide the values of a step, and drop lost races.

    A step that lost a race begins again, so that its failure is no news.
    """
    if getattr(_hidden, "is_on", False) and record.levelno > logging.DEBUG:
        if _is_lost_race(sys.exc_info()[1]):
            return False
        record.msg = "a statement of a step failed; its values are not logged"
        record.args = ()
    return True


def _is_lost_race(error):
    return isinstance(error, Error) and error.pgcode in LOST_RACES


logging.getLogger("odoo.sql_db").addFilter(_hide_values)


class TimeBudget:
    """The time that a run may take; asked between two steps.

    Where Odoo limits the CPU of a worker (``limit_time_cpu``), half of what is left of
    it may be spent: a worker that reaches the limit is stopped in the middle of
    whatever it does.
    """

    def __init__(self, seconds):
        """Begin to measure the time of a run.

        :param float seconds: from now on
        """
        self._end = time.monotonic() + seconds
        now = time.process_time()
        self._cpu_end = now + (_get_cpu_limit() - now) / 2

    @property
    def is_over(self):
        """Answer whether the run has to end here.

        :return bool: whether no further step should begin
        """
        is_late = time.monotonic() >= self._end
        return is_late or time.process_time() >= self._cpu_end


def _get_cpu_limit():
    """Read the CPU limit that Odoo sets for its workers.

    :return float: seconds of CPU after which this worker is stopped
    """
    if not resource:
        return math.inf
    soft, _hard = resource.getrlimit(resource.RLIMIT_CPU)
    return math.inf if soft == resource.RLIM_INFINITY else soft


def get_cron_seconds():
    """Compute how long a scheduled action may work.

    Odoo limits the time of all scheduled actions that a worker runs in a row, to two
    minutes unless ``limit_time_real_cron`` or ``limit_time_real`` say otherwise. What
    takes longer goes on as a new run.

    :return float: seconds for one of them
    """
    allowed = config["limit_time_real_cron"]
    if allowed is None or allowed < 0:
        allowed = config["limit_time_real"]
    return min(allowed / 3, CRON_SECONDS) if allowed else CRON_SECONDS


def _is_test():
    """Answer whether a test runs: Odoo 17 marks its thread, later series the module."""
    return module.current_test or getattr(threading.current_thread(), "testing", False)


class QueueStep(models.AbstractModel):
    _name = "amazon.queue.step"
    _description = "Amazon: step of a queue"

    def _run_step(self, step, *args):
        """Run one step and commit it.

        :param callable step: writes records; is run again from its start when
            another transaction was quicker, so it looks up what it needs by itself
        :return: what the step returns
        :raise Exception: whatever the step raised; its writes are undone, those of
            earlier steps are safe, and the cursor can be used on
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with _hidden_values():
                    with self.env.cr.savepoint():
                        result = step(*args)
                    self._commit()  # what Odoo does after it belongs to the step
                return result
            except Error as error:
                if not _is_lost_race(error) or attempt == ATTEMPTS:
                    raise
                _logger.info("step %s lost a race, once more", step.__name__)
                self._rollback()
                time.sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))

    def _try_step(self, logger, step, *args):
        """Run one of many steps; whatever goes wrong with it stops no other.

        :param logging.Logger logger: of the run
        :param callable step: see _run_step
        :return tuple: what the step returns; str why nothing came of it, None if it did
        """
        try:
            return self._run_step(step, *args), None
        except OperationalError:
            raise  # others were quicker, or the database is gone: nothing of it fails
        except Exception as error:
            is_expected = isinstance(error, REFUSALS)
            logger.log(
                logging.INFO if is_expected else logging.ERROR,
                "step %s of %s came to nothing\n%s",
                step.__name__,
                step.__self__,
                place_for_log(error),
            )
            return None, self._describe(error)

    @api.model
    def _wake_cron(self, name, at=None):
        """Schedule a run of a cron beside its regular times, and of its duplicates for
        further workers.

        :param str name: of its method, after ``_cron_``
        :param datetime at: UTC; None: as soon as possible
        """
        xml_id = f"amazon_connector.ir_cron_{name}"
        alike = [
            ("model_id.model", "=", "amazon.account"),
            ("code", "=", f"model._cron_{name}()"),
        ]
        its_own = ("id", "=", self.env["ir.model.data"]._xmlid_to_res_id(xml_id))
        # one that sleeps is not woken: that is read with them
        crons = self.env["ir.cron"].sudo()
        crons = crons.search_fetch(["|", its_own, "&", *alike], ["active"])
        for cron in crons:
            cron._trigger(at)

    def _describe(self, error):
        """Explain a failure that the addon did not expect.

        :return str: an unexpected failure in words for a shop manager
        """
        if isinstance(error, REFUSALS):  # Odoo's own words: it knows the remedy
            return str(error.args[0])
        return _(
            "Something unexpected happened (%(kind)s). The server's log has the "
            "details. Retry, and report it if it happens again.",
            kind=type(error).__name__,
        )

    def _run_by_turns(self, last_run, work, logger, trigger, domain=()):
        """Do what a scheduled action does for all accounts, the one that has waited
        longest first, within the time of one run.

        :param str last_run: field with the moment of an account's last run
        :param callable work: given an account and the `TimeBudget` of the run
        :param logging.Logger logger: of the run
        :param callable trigger: see `_for_each_account`
        :param domain: of the accounts
        """
        budget = TimeBudget(get_cron_seconds())
        accounts = self.env["amazon.account"].sudo()
        self._for_each_account(
            accounts.search(list(domain), order=f"{last_run} NULLS FIRST, id"),
            lambda account: work(account, budget),
            logger,
            trigger,
            budget,
        )

    def _for_each_account(self, accounts, work, logger, trigger, budget=None):
        """Do what a scheduled action does for each account; whatever goes wrong with
        one does not stop the others.

        :param accounts: amazon.account, in the order in which they are scheduled
        :param callable work: given an account, in an environment of its company
        :param logging.Logger logger: of the run
        :param callable trigger: of the cron, given the moment at which to go on;
            without one as soon as possible
        :param TimeBudget budget: no account begins after its end; None: all do
        """
        for account in accounts:
            if budget and budget.is_over:
                trigger()
                break
            try:
                work(account._in_company())
            except Exception as error:
                self._rollback()
                self._note_stopped(logger, account, error, trigger)

    def _note_stopped(self, logger, account, error, trigger):
        """Log that the run of an account broke off; after a lost race it runs again
        soon.

        :param logging.Logger logger: of the run
        :param account: amazon.account
        :param Exception error: what nobody has dealt with; its writes are undone
        :param callable trigger: of the cron, given the moment at which to go on
        """
        if isinstance(error, OperationalError) and error.pgcode in LOST_RACES:
            logger.info("account %s: others were quicker each time", account.id)
            soon = fields.Datetime.now() + BUSY_WAIT
            # Between two regular runs only those that ask have their orders
            # synchronized.
            self._run_step(account._ask_for_orders_turn, soon)
            self._run_step(trigger, soon)
        else:
            details = describe_for_log(error)
            logger.error("account %s: the run stopped\n%s", account.id, details)

    def _commit(self):
        self.env["amazon.call"]._write_waiting()
        if _is_test():  # Odoo's tests undo what they did by a rollback
            self.env.flush_all()
        else:
            # What was exchanged with Amazon must survive the next failure: no
            # single transaction can span several calls to Amazon.
            self.env.cr.commit()  # pylint: disable=invalid-commit

    def _rollback(self):
        if not _is_test():
            self.env.cr.rollback()
