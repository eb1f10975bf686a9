"""The queue of what goes to Amazon by feed: who opens a feed, who asks for it, and what
its report means for each row. The number of statements does not depend on how many rows
there are."""

from datetime import timedelta

from odoo import _, api, fields, models

from .amazon_feed import MOST_ROWS, OPEN_STATES
from .amazon_submission_queue import (
    ASKING_TIME,
    INTERRUPTED_AFTER,
    NO_OPEN_FEED,
    OPEN_ROWS,
)

# So often Amazon may take a message and not say what became of it.
MOST_SILENCES = 3
SILENCE_WAIT = timedelta(minutes=5)


class AmazonFeed(models.Model):
    _inherit = "amazon.feed"

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
        """:return: due amazon.submission of one marketplace, no other worker's"""
        self.env.flush_all()
        now = fields.Datetime.now()
        due = f"{OPEN_ROWS} AND {NO_OPEN_FEED} AND kind = %s AND state = 'todo'"
        due += " AND coalesce(next_try_at, %s) <= %s"
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
        """:param str state: unknown or submitted
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
        """A worker died between the claim and Amazon's answer; or after the last row
        was settled, and the end of its feed was not written down."""
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

    # === BUSINESS METHODS - VERDICTS === #

    def _judge(self, outcome):
        """What Amazon's report means for each message.

        :param FeedOutcome outcome:
        :return tuple: verdicts, words, problem; see `_write_verdicts`
        """
        ids, report = self.submission_ids.ids, outcome.report
        if outcome.problem or not report:
            said = _words(report.feed_issues) if report else ""
            problem = " ".join(filter(None, [outcome.problem, said]))
            return dict.fromkeys(ids), {}, problem
        verdicts = report.accepted(ids)
        words = {
            number: self._explain_refusal(
                _words(report.issues.get(number, report.feed_issues))
            )
            for number, verdict in verdicts.items()
            if verdict is False
        }
        problem = None
        if None in verdicts.values():
            problem = (
                _("Amazon's report speaks of other messages than were sent.")
                if report.unknown_issues(ids)
                else _("Amazon's report does not tell of all messages.")
            )
        return verdicts, words, problem

    def _explain_refusal(self, text):
        """:param str text: Amazon's words about a message it refused
        :return str: cause and remedy"""
        if self.kind == "cancellation":
            return _(
                "Amazon refused to cancel: %s Look the order up in Seller Central. If "
                "it is cancelled there, press «Settled at Amazon»; if it has to be "
                "delivered, set it to quotation and confirm it again; else retry.",
                text,
            )
        return _("Amazon refused the quantity: %s", text)

    def _write_verdicts(self, verdicts, words, problem=None):
        """Write down what became of rows that still wait for it.

        :param dict verdicts: id of a row -> True, False, or None where Amazon does not
            tell
        :param dict words: id of a refused row -> what its failure says
        :param str problem: why Amazon does not tell of some
        :return dict: how many rows are done, failed, postponed
        """
        self.ensure_one()
        accepted = [row for row, verdict in verdicts.items() if verdict]
        silent = [row for row, verdict in verdicts.items() if verdict is None]
        done = self._accept_rows(accepted)
        failed = self._refuse_rows(words)
        given_up, postponed = self._note_silence(silent, problem)
        return {"done": done, "failed": failed + given_up, "postponed": postponed}

    def _end(self, verdicts, words, problem=None):
        """As `_write_verdicts`, and with them the feed has ended."""
        counts = self._write_verdicts(verdicts, words, problem)
        accepted = self._find_rows("done")
        refused = self._find_rows("failed")
        is_told = accepted or refused or not problem
        self._close(
            "done" if is_told else "failed",
            problem,
            accepted_count=len(accepted),
            refused_count=len(refused),
        )
        accepted._end_feed(self, refused)
        return counts

    def _drop_unsendable(self):
        """Each message that Amazon would refuse fails by itself, the others stay.

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
        """:return int: how many rows are done now"""
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
        """:param dict words: id of a row -> what its failure says
        :return int: how many rows are failed now"""
        if not words:
            return 0
        return self._execute(
            "UPDATE amazon_submission SET state = 'failed', done_at = %(now)s,"
            " next_try_at = NULL, error_kind = 'permanent',"
            " error_message = told.words, silence_count = 0"
            " FROM unnest(%(ids)s::int[], %(words)s::text[]) AS told(id, words)"
            " WHERE feed_id = %(feed)s AND state = %(state)s"
            " AND amazon_submission.id = told.id",
            now=fields.Datetime.now(),
            ids=list(words),
            words=list(words.values()),
        )

    def _note_silence(self, ids, problem):
        """Amazon does not tell what became of these: they are sent again, and not for
        ever.

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
            most=MOST_SILENCES - 1,
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
        return given_up, postponed

    def _describe_silence(self, problem):
        """:return str: cause and remedy, when Odoo gives up to ask"""
        return _(
            "Odoo has sent this %(count)s times, and Amazon never said what became of "
            "it. Last: %(problem)s Look it up in Seller Central: if it is settled "
            "there, press «Settled at Amazon», else «Retry».",
            count=MOST_SILENCES,
            problem=problem,
        )


def _words(issues):
    """:param issues: of Issue
    :return str: Amazon's words, those of errors; each once"""
    texts = (issue.message.strip() for issue in issues if issue.is_error)
    return " ".join(
        text if text.endswith((".", "!", "?")) else f"{text}."
        for text in dict.fromkeys(texts)
    )
