"""The call log: what Amazon was asked, how it answered, how long it took (feature K6).

The pure layer reports each call to a hook; the calls wait beside the transaction, so
that no rollback loses them, and are written with the next step that is committed: one
statement for all of them. The hook gets nothing personal or secret at all.
"""

import json
import logging
from datetime import timedelta
from weakref import WeakKeyDictionary

from odoo import api, fields, models

_logger = logging.getLogger(__name__)
PURGED_AT_ONCE = 10_000
# Calls that are not written yet, by the cursor they were made beside.
_waiting = WeakKeyDictionary()
# A savepoint of its own, in the same round trip: the log must never cost a business
# step. Accounts that are no more (a rollback took them) are left out.
INSERT_CALLS = """
    SAVEPOINT amazon_call;
    INSERT INTO amazon_call (
        account_id, called_at, operation, status, duration, request_id, rate,
        requests_left, error
    )
    SELECT account.id, call.called_at, call.operation, call.status, call.duration,
           call.request_id, call.rate, call.requests_left, call.error
      FROM jsonb_to_recordset(%s::jsonb) AS call (
           account_id integer, called_at timestamp, operation varchar, status integer,
           duration integer, request_id varchar, rate numeric, requests_left integer,
           error varchar
      )
      JOIN amazon_account account ON account.id = call.account_id;
    RELEASE SAVEPOINT amazon_call
"""


class AmazonCall(models.Model):
    _name = "amazon.call"
    _description = "Call of Amazon"
    _inherit = ["amazon.queue.step", "amazon.own.fields"]
    _order = "called_at desc, id desc"
    _rec_name = "operation"
    _log_access = False  # whoever pressed a button is none of the log's business

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="account_id.company_id")
    called_at = fields.Datetime("Time", required=True, index=True, readonly=True)
    operation = fields.Char(
        required=True, readonly=True, help="Amazon's name of the request"
    )
    status = fields.Integer(
        readonly=True, help="HTTP status of the answer; empty when none came."
    )
    duration = fields.Integer("Duration (ms)", readonly=True, group_operator="avg")
    request_id = fields.Char(
        "Amazon's request number",
        readonly=True,
        help="Amazon's support asks for it.",
    )
    rate = fields.Float(
        "Allowed per second",
        digits=(16, 6),
        readonly=True,
        group_operator=None,
        help="As Amazon stated it with this answer.",
    )
    requests_left = fields.Integer(
        readonly=True,
        group_operator=None,
        help="How many such requests could still be made in a row.",
    )
    error = fields.Selection(
        [
            ("Throttled", "Too many requests"),
            ("Unavailable", "Not available"),
            ("LinkExpired", "Address expired"),
            ("NotFound", "Not found"),
            ("Rejected", "Refused"),
            ("ConfigError", "Settings"),
            ("OutcomeUnknown", "Answer lost"),
            ("other", "Other"),
        ],
        readonly=True,
    )

    def _prepare_call_vals(self, account, record, requests_left):
        """Prepare the line of the log for one call.

        :param account: one amazon.account
        :param CallRecord record: as reported by the pure layer
        :param float requests_left: None when nobody counts them, as for tokens
        :return dict: values for JSON
        """
        began = fields.Datetime.now() - timedelta(milliseconds=record.duration_ms)
        known = dict(self._fields["error"].selection)
        return {
            "account_id": account.id,
            "called_at": fields.Datetime.to_string(began),
            "operation": record.operation,
            "status": record.status,
            "duration": record.duration_ms,
            "request_id": record.request_id,
            "rate": record.rate_limit,
            "requests_left": None if requests_left is None else int(requests_left),
            "error": record.error
            and (record.error if record.error in known else "other"),
        }

    def _note(self, account, store, record):
        """Hook on calls: keep the record until the next commit.

        :param account: one amazon.account
        :param RateLimitStore store: has counted the call
        :param CallRecord record: as reported by the pure layer
        """
        is_right = account._is_clock_right(record.amazon_time)
        if not (is_right and store.clock_is_right):  # else that would cost a statement
            account._note_clock(record.amazon_time)
            store.clock_is_right = is_right
        left = store.requests_left.get(record.operation)
        vals = self._prepare_call_vals(account, record, left)
        _waiting.setdefault(self.env.cr, []).append(vals)

    def _write_waiting(self):
        """Write the calls that wait, right before a commit. Never raises."""
        calls = _waiting.pop(self.env.cr, None)
        if not calls:
            return
        try:
            self.env.cr.execute(INSERT_CALLS, [json.dumps(calls)], log_exceptions=False)
        except Exception as error:
            self.env.cr.execute("ROLLBACK TO SAVEPOINT amazon_call")
            _logger.warning(
                "%s calls are not in the log: %s", len(calls), type(error).__name__
            )

    @api.autovacuum
    def _gc_calls(self):
        """Delete what is older than each account wants it, some at a time."""
        while self._run_step(self._delete_old) == PURGED_AT_ONCE:
            continue

    def _delete_old(self):
        """Delete one batch of calls that are older than their account wants.

        :return int: how many calls are gone
        """
        self.env.cr.execute(
            """
            DELETE FROM amazon_call WHERE id IN (
                SELECT call.id
                  FROM amazon_call call
                  JOIN amazon_account account ON account.id = call.account_id
                 WHERE call.called_at
                       < %s - make_interval(days => account.call_log_days)
                 LIMIT %s
            )
            """,
            [fields.Datetime.now(), PURGED_AT_ONCE],
        )
        return self.env.cr.rowcount
