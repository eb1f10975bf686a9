from dataclasses import dataclass

from odoo import _, api, fields, models
from odoo.tools import SQL

from ..amazon_api import (
    MOST_MESSAGES,
    FeedReport,
    parse_listings_report,
    parse_processing_report,
)

# The kinds of messages that go by feed, and Amazon's names of the feeds.
FEED_TYPES = {
    "cancellation": "POST_ORDER_ACKNOWLEDGEMENT_DATA",
    "stock": "JSON_LISTINGS_FEED",
}
# Cancellations name each item of their order, and a feed may not be larger than 10 MiB.
MOST_ROWS = {"cancellation": 5_000, "stock": MOST_MESSAGES}
REPORT_PARSERS = {
    "cancellation": parse_processing_report,
    "stock": parse_listings_report,
}
OPEN_STATES = ("sending", "submitted", "unknown")


@dataclass(frozen=True)
class FeedOutcome:
    """What Amazon said of a feed. ``problem`` says in words why that is no verdict on
    its messages, None when the report can be believed."""

    problem: str | None
    report: FeedReport | None = None


class AmazonFeed(models.Model):
    """A batch of messages that Amazon takes as one document.

    Its messages are rows of ``amazon.submission``, each with its id as the number of
    the message. All of them go the same way, so that they are written by one statement
    however many they are: a shop may have 25,000.
    """

    _name = "amazon.feed"
    _description = "Feed to Amazon"
    _order = "id desc"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        [("cancellation", "Cancellations"), ("stock", "Stock")],
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
    done_at = fields.Datetime("Settled", readonly=True)
    message_count = fields.Integer("Messages", readonly=True)
    accepted_count = fields.Integer("Accepted", readonly=True)
    refused_count = fields.Integer("Refused", readonly=True)
    error_message = fields.Text("Reason", readonly=True)
    submission_ids = fields.One2many(
        "amazon.submission", "feed_id", "What it tells", readonly=True
    )

    def _auto_init(self):
        """Amazon works off feeds in no certain order: of each kind and marketplace one
        is open at a time, which the database itself sees to."""
        result = super()._auto_init()
        self.env.cr.execute(
            "CREATE UNIQUE INDEX IF NOT EXISTS amazon_feed_one_open"
            " ON amazon_feed (account_id, kind, marketplace_id)"
            " WHERE state IN ('sending', 'submitted', 'unknown')"
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
        """:return: amazon.submission that wait for what becomes of this feed"""
        return self._find_rows(self.state)

    def _find_rows(self, state):
        """:return: amazon.submission of this feed"""
        self.ensure_one()
        return self.env["amazon.submission"].search(
            [("feed_id", "=", self.id), ("state", "=", state)], order="id"
        )

    def _set_submitted(self, feed_ref, next_try_at=None):
        """:param str feed_ref: Amazon's number of the feed
        :param datetime next_try_at: UTC, when to ask what became of it; None: now"""
        self._update_rows(
            state="submitted",
            next_try_at=next_try_at,
            error_kind=None,
            error_message=None,
        )
        self.write({"state": "submitted", "feed_ref": feed_ref, "error_message": False})

    def _set_due(self):
        """Amazon was not asked after all."""
        self._update_rows(next_try_at=None)

    def _set_unknown(self, message):
        """:param str message: why nobody knows whether Amazon has it"""
        self._update_rows(
            state="unknown",
            next_try_at=None,
            error_kind="retryable",
            error_message=message,
        )
        self.write({"state": "unknown", "error_message": message})

    def _postpone(self, kind, message, until):
        """Amazon could not be asked, or not be told: later.

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
        """Amazon never got it: its rows are due as they were."""
        message = _("Amazon does not have this feed: it got lost on its way.")
        self._update_rows(
            state="todo", next_try_at=None, error_kind=None, error_message=None
        )
        self._close("failed", message)

    def _set_refused(self, kind, message):
        """Amazon does not take the feed at all, so that all its rows need a person.

        :param str kind: permanent or internal
        :param str message: cause and remedy"""
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
        """Raw SQL on our own technical table, for the ORM writes a thousand rows at a
        time and looks for what depends on each of them.

        :param str code: may use %(feed)s and %(state)s of this feed
        :return int: number of rows
        """
        self.env.flush_all()
        self.env.cr.execute(SQL(code, feed=self.id, state=self.state, **arguments))
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        return count


def _assignments(values):
    """:return SQL: what follows SET"""
    return SQL(", ").join(
        SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
    )
