"""The queue of what we owe Amazon: who sends a row, and what became of it."""

from datetime import timedelta

from odoo import _, api, fields, models

# Rows taken by a worker at a time; each is sent on its own.
CLAIM_SIZE = 10
# A worker that claimed a row has long finished by then, or has died.
INTERRUPTED_AFTER = timedelta(minutes=20)
# Nobody else asks for the same unknown row in the meantime.
ASKING_TIME = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# The first row of each lane: a correction waits until its package is confirmed. All
# first rows are looked up once; asked row by row, PostgreSQL compares each with each
# when thousands have just been written.
OPEN_ROWS = """
    FROM amazon_submission AS due
   WHERE account_id = %s AND (lane IS NULL OR id IN (
         SELECT min(id) FROM amazon_submission
          WHERE account_id = %s AND lane IS NOT NULL
            AND state IN ('todo', 'sending', 'submitted', 'unknown')
          GROUP BY lane))"""
# What goes by feed waits until the one before it has its verdict.
NO_OPEN_FEED = """NOT EXISTS (
         SELECT 1 FROM amazon_feed AS feed
          WHERE feed.account_id = due.account_id AND feed.kind = due.kind
            AND feed.marketplace_id = due.marketplace_id
            AND feed.state IN ('sending', 'submitted', 'unknown'))"""


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    @api.model
    def _claim(self, account, kind):
        """Take rows that are due, the first of each lane.

        :return: rows in state sending, that no other worker has
        """
        rows = self._lock_due(account, kind, "todo")
        now = fields.Datetime.now()
        for attempts, group in rows.grouped("attempts").items():
            group.write({"state": "sending", "attempts": attempts + 1, "sent_at": now})
        return rows

    @api.model
    def _claim_unknown(self, account, kind):
        """:return: rows whose outcome Amazon has to be asked for; for a while nobody
        else asks"""
        rows = self._lock_due(account, kind, "unknown")
        rows.next_try_at = fields.Datetime.now() + ASKING_TIME
        return rows

    @api.model
    def _lock_due(self, account, kind, state):
        self.flush_model()
        now = fields.Datetime.now()
        self.env.cr.execute(
            f"SELECT id {OPEN_ROWS} AND kind = %s AND state = %s"
            " AND coalesce(next_try_at, %s) <= %s"
            " ORDER BY id LIMIT %s FOR UPDATE OF due SKIP LOCKED",
            [account.id, account.id, kind, state, now, now, CLAIM_SIZE],
        )
        ids = [row_id for (row_id,) in self.env.cr.fetchall()]
        rows = account.env["amazon.submission"].browse(ids)
        rows.invalidate_recordset()  # another worker may have written them
        return rows

    @api.model
    def _note_interrupted(self, account):
        """A worker died between the claim and the verdict: what became of its rows is
        not known."""
        self.search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "sending"),
                ("feed_id", "=", False),  # feeds see to their rows
                ("sent_at", "<", fields.Datetime.now() - INTERRUPTED_AFTER),
            ]
        )._set_unknown(
            _("Odoo was stopped while it sent this. It asks Amazon what has arrived.")
        )

    @api.model
    def _get_next_due(self, account):
        """:return datetime|None: when the next row is due, for that is now or later"""
        self.flush_model()
        now = fields.Datetime.now()
        self.env.cr.execute(
            f"SELECT min(coalesce(next_try_at, %s)) {OPEN_ROWS}"
            " AND (state IN ('unknown', 'submitted')"
            f" OR state = 'todo' AND {NO_OPEN_FEED})",
            [now, account.id, account.id],
        )
        [earliest] = self.env.cr.fetchone()
        return earliest and max(earliest, now)

    # === BUSINESS METHODS - VERDICTS === #

    def _set_done(self):
        self.write(
            {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "next_try_at": False,
                "error_kind": False,
                "error_message": False,
                "body": False,
            }
        )

    def _set_failed(self, kind, message):
        """:param str kind: permanent or internal
        :param str message: cause and remedy, for a shop manager"""
        self.write(
            {
                "state": "failed",
                "done_at": fields.Datetime.now(),
                "next_try_at": False,
                "error_kind": kind,
                "error_message": message,
            }
        )

    def _note_reported(self):
        """Somebody knows of these failures; there may be a feed's worth of them."""
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE amazon_submission"
            " SET is_reported = TRUE, reported_message = error_message"
            " WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset(["is_reported", "reported_message"])

    def _set_unknown(self, message):
        """:param str message: why nobody knows whether Amazon has it"""
        self.write(
            {
                "state": "unknown",
                "next_try_at": False,
                "error_kind": "retryable",
                "error_message": message,
            }
        )

    def _postpone(self, kind, message, until):
        """What is under way goes back into the queue.

        :param str kind: retryable or config
        :param datetime until: UTC"""
        for row in self:
            row.write(
                {
                    "state": "unknown" if row.state == "unknown" else "todo",
                    "error_kind": kind,
                    "error_message": message,
                    "next_try_at": until,
                }
            )

    def _unclaim(self):
        """Nothing was sent: as before the claim."""
        for row in self:
            row.write({"state": "todo", "attempts": row.attempts - 1})

    def _get_wait(self):
        """:return timedelta: longer with each try"""
        return min(FIRST_WAIT * 2 ** min(max(self.attempts - 1, 0), 10), LONGEST_WAIT)
