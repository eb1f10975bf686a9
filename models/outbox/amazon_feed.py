"""The queue of feeds: opening one, asking for it, and interpreting its report for each
row. The number of statements does not depend on how many rows there are.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools import SQL

from ...amazon_api import (
    INVOICE_FEED,
    MOST_MESSAGES,
    FeedReport,
    parse_invoice_report,
    parse_listings_report,
    parse_processing_report,
)
from .amazon_submission import (
    ASKING_TIME,
    INTERRUPTED_AFTER,
    IS_PRESENT,
    NO_OPEN_FEED,
    OPEN_ROWS,
)

# The kinds of messages that go by feed, and Amazon's names of the feeds.
FEED_TYPES = {
    "cancellation": "POST_ORDER_ACKNOWLEDGEMENT_DATA",
    "stock": "JSON_LISTINGS_FEED",
    "refund": "POST_PAYMENT_ADJUSTMENT_DATA",
    "invoice": INVOICE_FEED,
}
# Cancellations name each item of their order, and a feed may not be larger than 10 MiB.
MOST_ROWS = {
    "cancellation": 5_000,
    "stock": MOST_MESSAGES,
    "refund": 1_000,
    "invoice": 1,
}
REPORT_PARSERS = {
    "cancellation": parse_processing_report,
    "stock": parse_listings_report,
    "refund": parse_processing_report,
    "invoice": parse_invoice_report,
}
OPEN_STATES = ("sending", "submitted", "unknown")
# So often Amazon may take a message and not say what became of it. A refund is not
# sent again by itself: what Amazon has done of it shows in its transactions.
MOST_SILENCES = 3
SILENCES_OF = {"refund": 1, "invoice": 1}
SILENCE_WAIT = timedelta(minutes=5)


@dataclass(frozen=True)
class FeedOutcome:
    """How Amazon processed a feed.

    ``problem`` says in words why that decides nothing about its messages, None when the
    report can be believed.
    """

    problem: str | None
    report: FeedReport | None = None


def _assignments(values):
    """Compose the assignments of an UPDATE.

    :return SQL: what follows SET
    """
    return SQL(", ").join(
        SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
    )


def _words(issues):
    """Join Amazon's errors about a message.

    :param issues: of Issue
    :return str: Amazon's words, those of errors; each once
    """
    texts = (issue.message.strip() for issue in issues if issue.is_error)
    return " ".join(
        text if text.endswith((".", "!", "?")) else f"{text}."
        for text in dict.fromkeys(texts)
    )


class AmazonFeed(models.Model):
    """A batch of messages that Amazon takes as one document.

    Its messages are rows of ``amazon.submission``, each with its id as the number of
    the message. All of them go the same way, so that they are written by one statement
    however many they are: a shop may have 25,000.
    """

    _name = "amazon.feed"
    _inherit = ["amazon.own.fields"]
    _description = "Feed to Amazon"
    _order = "id desc"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("cancellation", "Cancellations"),
            ("stock", "Stock"),
            ("refund", "Refunds"),
            ("invoice", "Invoices"),
        ],
        required=True,
        readonly=True,
    )
    marketplace_id = fields.Many2one(
        "amazon.marketplace", required=True, ondelete="restrict", readonly=True
    )
    feed_ref = fields.Char("Number at Amazon", index="btree_not_null", readonly=True)
    # sending -[Amazon took it]-> submitted -[its report]-> done, -[no report]-> failed;
    # sending -[answer lost, worker died]-> unknown -[in Amazon's list]-> submitted,
    # -[not there]-> failed. What was never sent is no feed: it is deleted.
    state = fields.Selection(
        [
            ("sending", "Sending"),
            ("submitted", "At Amazon"),
            ("unknown", "Answer lost"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="sending",
        required=True,
        readonly=True,
    )
    sent_at = fields.Datetime("Sent", readonly=True)
    # A person was notified that Amazon takes very long.
    late_at = fields.Datetime("Late since", readonly=True)
    done_at = fields.Datetime("Settled", readonly=True)
    message_count = fields.Integer("Messages", readonly=True)
    accepted_count = fields.Integer("Accepted", readonly=True)
    refused_count = fields.Integer("Refused", readonly=True)
    error_message = fields.Text("Reason", readonly=True)
    submission_ids = fields.One2many(
        "amazon.submission", "feed_id", "What it tells", readonly=True
    )

    def _auto_init(self):
        """Create the index that allows one open feed per kind and marketplace.

        Amazon processes feeds in no certain order. Invoices have one each.
        """
        result = super()._auto_init()
        self.env.cr.execute("DROP INDEX IF EXISTS amazon_feed_one_open")
        self.env.cr.execute(
            "CREATE UNIQUE INDEX IF NOT EXISTS amazon_feed_one_at_a_time"
            " ON amazon_feed (account_id, kind, marketplace_id)"
            " WHERE state IN ('sending', 'unknown')"
            " OR state = 'submitted' AND kind != 'invoice'"
        )
        return result

    # === COMPUTE METHODS === #

    @api.depends("kind", "marketplace_id", "feed_ref")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for feed in self:
            feed.display_name = " ".join(
                filter(
                    None,
                    [kinds.get(feed.kind), feed.marketplace_id.name, feed.feed_ref],
                )
            )

    # === ACTION METHODS === #

    def action_view_submissions(self):
        """Open the messages of this feed."""
        return self.env["amazon.submission"]._open([("feed_id", "=", self.id)])

    # === BUSINESS METHODS - STATES === #

    def _get_rows(self):
        """Find the messages that share the state of the feed.

        :return: amazon.submission that wait for what becomes of this feed
        """
        return self._find_rows(self.state)

    def _find_rows(self, state):
        """Find the messages of the feed in one state.

        :return: amazon.submission of this feed
        """
        self.ensure_one()
        return self.env["amazon.submission"].search(
            [("feed_id", "=", self.id), ("state", "=", state)], order="id"
        )

    def _set_submitted(self, feed_ref, next_try_at=None):
        """Note that Amazon has taken the feed.

        :param str feed_ref: Amazon's number of the feed
        :param datetime next_try_at: UTC, when to ask what became of it; None: now
        """
        self._update_rows(
            state="submitted",
            next_try_at=next_try_at,
            error_kind=None,
            error_message=None,
        )
        self.write({"state": "submitted", "feed_ref": feed_ref, "error_message": False})

    def _set_due(self):
        """Make the feed due again: Amazon was not asked after all."""
        self._update_rows(next_try_at=None)

    def _set_unknown(self, message):
        """Note that the answer was lost: Amazon may have the feed or not.

        :param str message: why nobody knows whether Amazon has it
        """
        self._update_rows(
            state="unknown",
            next_try_at=None,
            error_kind="retryable",
            error_message=message,
        )
        self.write({"state": "unknown", "error_message": message})

    def _postpone(self, kind, message, until):
        """Postpone the feed: Amazon could not be asked, or did not take it.

        :param str kind: retryable or config
        :param str message: what happened and what to do
        :param datetime until: UTC
        """
        self.ensure_one()
        values = {
            "next_try_at": until,
            "error_kind": kind,
            "error_message": message,
        }
        if self.state == "sending":  # it never came to a feed
            self._update_rows(state="todo", **values)
            self.unlink()
        else:
            self._update_rows(**values)

    def _set_not_there(self):
        """Make the rows due again as they were: Amazon never got the feed."""
        message = _("Amazon does not have this feed: it got lost on its way.")
        self._update_rows(
            state="todo", next_try_at=None, error_kind=None, error_message=None
        )
        self._close("failed", message)

    def _set_refused(self, kind, message):
        """Settle the feed that Amazon does not take at all: all its rows need a person.

        :param str kind: permanent or internal
        :param str message: cause and remedy
        """
        self._update_rows(
            state="failed",
            done_at=fields.Datetime.now(),
            next_try_at=None,
            error_kind=kind,
            error_message=message,
        )
        self._close("failed", message)

    def _close(self, state, message=False, **counts):
        self.write(
            {
                "state": state,
                "done_at": fields.Datetime.now(),
                "error_message": message,
                **counts,
            }
        )

    # === BUSINESS METHODS - CLAIMS === #

    @api.model
    def _claim(self, account, kind):
        """Open a feed with the due rows of the first marketplace that has none open.

        :return: amazon.feed in state sending, with its rows; empty: nothing is due
        """
        rows = self._lock_rows(account, kind)
        if not rows:
            return self.browse()
        now = fields.Datetime.now()
        feed = self.create(
            {
                "account_id": account.id,
                "kind": kind,
                "marketplace_id": rows[0].marketplace_id.id,
                "sent_at": now,
                "message_count": len(rows),
            }
        )
        feed._execute(
            "UPDATE amazon_submission SET state = %(state)s,"
            " feed_id = %(feed)s, sent_at = %(now)s, body = NULL,"
            " attempts = coalesce(attempts, 0) + 1"
            " WHERE id = ANY(%(ids)s::int[])",
            now=now,
            ids=rows.ids,
        )
        return feed

    @api.model
    def _lock_rows(self, account, kind):
        """Lock the rows of the next feed for this worker.

        :return: due amazon.submission of one marketplace, no other worker's
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        due = f"{OPEN_ROWS} AND {NO_OPEN_FEED} AND kind = %s AND state = 'todo'"
        due += f" AND coalesce(next_try_at, %s) <= %s AND {IS_PRESENT}"
        chosen = [account.id, account.id, kind, now, now]
        self.env.cr.execute(f"SELECT marketplace_id {due} ORDER BY id LIMIT 1", chosen)
        found = self.env.cr.fetchone()
        if not found:
            return self.env["amazon.submission"]
        self.env.cr.execute(
            f"SELECT id {due} AND marketplace_id = %s"
            " ORDER BY id LIMIT %s FOR UPDATE OF due SKIP LOCKED",
            [*chosen, found[0], MOST_ROWS[kind]],
        )
        ids = [row_id for (row_id,) in self.env.cr.fetchall()]
        rows = account.env["amazon.submission"].browse(ids)
        rows.invalidate_recordset()  # another worker may have written them
        return rows

    @api.model
    def _claim_asking(self, account, state):
        """Claim the feeds whose outcome is due.

        :param str state: unknown or submitted
        :return: feeds of which Amazon is to be asked now; for a while nobody else asks
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        self.env.cr.execute(
            """
            SELECT id FROM amazon_feed AS feed
             WHERE account_id = %s AND state = %s AND EXISTS (
                   SELECT 1 FROM amazon_submission
                    WHERE feed_id = feed.id AND state = feed.state
                      AND coalesce(next_try_at, %s) <= %s)
             ORDER BY id FOR UPDATE SKIP LOCKED
            """,
            [account.id, state, now, now],
        )
        ids = [feed_id for (feed_id,) in self.env.cr.fetchall()]
        feeds = account.env["amazon.feed"].browse(ids)
        feeds.invalidate_recordset()
        feeds._update_rows(next_try_at=now + ASKING_TIME)
        return feeds

    @api.model
    def _note_interrupted(self, account):
        """Deal with feeds whose worker died.

        It died between the claim and Amazon's answer; or after the last row was
        settled, before the end of its feed was written down.
        """
        for feed in self.search(
            [("account_id", "=", account.id), ("state", "in", OPEN_STATES)]
        ):
            if not feed._get_rows()[:1]:
                feed._end({}, {})
            elif (
                feed.state == "sending"
                and feed.sent_at < fields.Datetime.now() - INTERRUPTED_AFTER
            ):
                feed._set_unknown(
                    _(
                        "Odoo was stopped while it sent this. It asks Amazon what has "
                        "arrived."
                    )
                )

    # === BUSINESS METHODS - OUTCOMES === #

    def _judge(self, outcome):
        """Interpret Amazon's report for each message.

        :param FeedOutcome outcome:
        :return tuple: outcomes, words, problem; see `_write_results`
        """
        ids, report = self.submission_ids.ids, outcome.report
        if outcome.problem or not report:
            said = _words(report.feed_issues) if report else ""
            problem = " ".join(filter(None, [outcome.problem, said]))
            return dict.fromkeys(ids), {}, problem
        results = report.accepted(ids)
        words = {
            number: self._explain_refusal(
                _words(report.issues.get(number, report.feed_issues))
            )
            for number, result in results.items()
            if result is False
        }
        problem = None
        if None in results.values():
            problem = (
                _("Amazon's report speaks of other messages than were sent.")
                if report.unknown_issues(ids)
                else _("Amazon's report does not tell of all messages.")
            )
        return results, words, problem

    def _explain_refusal(self, text):
        """Explain why Amazon refused a message.

        :param str text: Amazon's words about a message it refused
        :return str: cause and remedy
        """
        if self.kind == "cancellation":
            return _(
                "Amazon refused to cancel: %s Look the order up in Seller Central. If "
                "it is cancelled there, press “Settled at Amazon”; if it has to be "
                "delivered, set it to quotation and confirm it again; else retry.",
                text,
            )
        if self.kind == "refund":
            return _(
                "Amazon refused the refund: %s Look the order up in Seller Central. If "
                "the buyer is refunded there, press “Settled at Amazon”, else correct "
                "the cause and retry.",
                text,
            )
        if self.kind == "invoice":
            return _(
                "Amazon refused the document: %s Correct the cause, then retry.", text
            )
        return _("Amazon refused the quantity: %s", text)

    def _write_results(self, results, words, problem=None):
        """Write down what became of rows that still wait for it.

        :param dict results: id of a row -> True, False, or None for unknown
        :param dict words: id of a refused row -> what its failure says
        :param str problem: why Amazon reports nothing on some
        :return dict: how many rows are done, failed, postponed
        """
        self.ensure_one()
        accepted = [row for row, result in results.items() if result]
        silent = [row for row, result in results.items() if result is None]
        done = self._accept_rows(accepted)
        failed = self._refuse_rows(words)
        given_up, postponed = self._note_silence(silent, problem)
        return {"done": done, "failed": failed + given_up, "postponed": postponed}

    def _end(self, results, words, problem=None):
        """Write the outcomes like `_write_results`, and end the feed."""
        counts = self._write_results(results, words, problem)
        accepted = self._find_rows("done")
        refused = self._find_rows("failed")
        is_answered = accepted or refused or not problem
        self._close(
            "done" if is_answered else "failed",
            problem,
            accepted_count=len(accepted),
            refused_count=len(refused),
        )
        accepted._end_feed(self, refused)
        return counts

    def _drop_unsendable(self):
        """Settle each message that Amazon would refuse as failed; the others stay.

        :return int: how many failed
        """
        words = {}
        for row in self._get_rows():
            try:
                row._prepare_feed(self.account_id)
            except ValueError as error:
                words[row.id] = _(
                    "Amazon would refuse this: %s Correct it, then retry.", error
                )
        count = self._refuse_rows(words)
        self._execute(
            "UPDATE amazon_submission SET feed_id = NULL"
            " WHERE feed_id = %(feed)s AND state != %(state)s"
        )
        self.message_count -= count
        if not self.message_count:
            self.unlink()
        return count

    def _accept_rows(self, ids):
        """Settle the messages that Amazon accepted, in one statement.

        :return int: how many rows are done now
        """
        if not ids:
            return 0
        return self._execute(
            "UPDATE amazon_submission SET state = 'done', done_at = %(now)s,"
            " next_try_at = NULL, error_kind = NULL, error_message = NULL,"
            " silence_count = 0"
            " WHERE feed_id = %(feed)s AND state = %(state)s"
            " AND id = ANY(%(ids)s::int[])",
            now=fields.Datetime.now(),
            ids=ids,
        )

    def _refuse_rows(self, words):
        """Settle the messages that Amazon refused, in one statement.

        :param dict words: id of a row -> what its failure says
        :return int: how many rows are failed now
        """
        if not words:
            return 0
        return self._execute(
            "UPDATE amazon_submission SET state = 'failed', done_at = %(now)s,"
            " next_try_at = NULL, error_kind = 'permanent',"
            " error_message = given.words, silence_count = 0"
            " FROM unnest(%(ids)s::int[], %(words)s::text[]) AS given(id, words)"
            " WHERE feed_id = %(feed)s AND state = %(state)s"
            " AND amazon_submission.id = given.id",
            now=fields.Datetime.now(),
            ids=list(words),
            words=list(words.values()),
        )

    def _note_silence(self, ids, problem):
        """Send again messages on which Amazon reported nothing, but not for ever.

        :return tuple: how many need a person now, how many are sent again
        """
        if not ids:
            return 0, 0
        given_up = self._execute(
            "UPDATE amazon_submission SET state = 'failed', done_at = %(now)s,"
            " next_try_at = NULL, error_kind = 'permanent',"
            " error_message = %(message)s, silence_count = 0"
            " WHERE feed_id = %(feed)s AND state = %(state)s"
            " AND id = ANY(%(ids)s::int[])"
            " AND coalesce(silence_count, 0) >= %(most)s",
            now=fields.Datetime.now(),
            message=self._describe_silence(problem),
            ids=ids,
            most=SILENCES_OF.get(self.kind, MOST_SILENCES) - 1,
        )
        postponed = self._execute(
            "UPDATE amazon_submission SET state = 'todo', next_try_at = %(again)s,"
            " error_kind = 'retryable', error_message = %(problem)s,"
            " silence_count = coalesce(silence_count, 0) + 1"
            " WHERE feed_id = %(feed)s AND state = %(state)s"
            " AND id = ANY(%(ids)s::int[])",
            again=fields.Datetime.now() + SILENCE_WAIT,
            problem=problem,
            ids=ids,
        )
        if self.kind == "stock":
            self.env["amazon.submission"].browse(ids)._state_present_quantities()
        return given_up, postponed

    def _describe_silence(self, problem):
        """Explain why a message is not sent once more.

        :return str: cause and remedy, when Odoo gives up to ask
        """
        if self.kind == "refund":
            return _(
                "Amazon took the refund and did not say what became of it, so Odoo "
                "does not send it again by itself. Last: %s Look the order up in "
                "Seller Central: if the buyer is refunded there, press “Settled at "
                "Amazon”, else “Retry”.",
                problem,
            )
        if self.kind == "invoice":
            return _(
                "Amazon took the document and did not say what became of it. Last: %s "
                "Look at the order in Seller Central: if the invoice is there, press "
                "“Settled at Amazon”, else “Retry”.",
                problem,
            )
        return _(
            "Odoo has sent this %(count)s times, and Amazon never said what became of "
            "it. Last: %(problem)s Look it up in Seller Central: if it is settled "
            "there, press “Settled at Amazon”, else “Retry”.",
            count=MOST_SILENCES,
            problem=problem,
        )

    # === TOOLING === #

    def _update_rows(self, **values):
        """Write all rows that go the way of these feeds, in one statement each.

        :param values: columns of amazon.submission
        """
        for feed in self:
            feed._execute(
                "UPDATE amazon_submission SET %(values)s"
                " WHERE feed_id = %(feed)s AND state = %(state)s",
                values=_assignments(values),
            )

    def _execute(self, code, **arguments):
        """Run raw SQL on our own technical table: the ORM writes a thousand rows at a
        time and recomputes what depends on each of them.

        :param str code: may use %(feed)s and %(state)s of this feed
        :return int: number of rows
        """
        self.env.flush_all()
        self.env.cr.execute(SQL(code, feed=self.id, state=self.state, **arguments))
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        return count
