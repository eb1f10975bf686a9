"""Messages to Amazon, read from the top down: cron -> account -> row -> outcome.

What Odoo owes Amazon are rows of ``amazon.submission``. They are claimed and committed,
sent while no write is open, and get their outcome one by one. Where the outcome is
unknown, Amazon is asked before anything is sent again.

What travels in feeds goes through the same steps in this order: find lost feeds, ask
for open ones, send the next. Each kind of message and each marketplace has one feed at
a time; what became of its rows stands in Amazon's report, message by message.
"""

import logging
import time
from collections import Counter
from datetime import timedelta

from psycopg2 import Error as DatabaseError

from odoo import _, api, fields, models

from ...amazon_api import (
    FEED_CONTENT_TYPES,
    ConfigError,
    LinkExpired,
    OutcomeUnknown,
    Permanent,
    Retryable,
    SpApiError,
    Throttled,
    Unavailable,
)
from ...amazon_api.writer import reference
from ...tools.amazon_time import aware_utc
from ...tools.personal_words import describe_for_log
from ..account.queue_step import TimeBudget
from .amazon_feed import FEED_TYPES, OPEN_STATES, REPORT_PARSERS, FeedOutcome
from .amazon_submission import UNDER_WAY, WAITING

_logger = logging.getLogger(__name__)
BUTTON_SECONDS = 15
# So many failing rows in one run, and the cause is not in them.
MOST_ERRORS = 3
# Confirmations may leave every half second: such a wait is slept through, between two
# commits; everything longer is left to the next run.
SHORT_WAIT = 2.0
SHORTEST_WAIT = 0.05
# Invoices may leave every three seconds.
INVOICE_PAUSE = 3.5
CONFIG_WAIT = timedelta(hours=1)
PAUSE = timedelta(minutes=1)
FIRST_POLL = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
# Amazon's clock and ours, and the time from the claim to the call.
FOUND_BEFORE, FOUND_AFTER = timedelta(minutes=10), timedelta(minutes=30)
# A feed takes minutes. After two hours somebody hears of it; after a day nothing more
# is expected of it.
LATE_AFTER = timedelta(hours=2)
LATE_ACTIVITY = "amazon_connector.mail_activity_type_feed_late"
GIVE_UP_AFTER = timedelta(days=1)


def is_general(error):
    """Answer whether an error is one of the account or of Amazon, not of one row.

    :return bool: whether the next row would meet the same error
    """
    if isinstance(error, ConfigError):
        return error.reason not in ("role", "region")
    if isinstance(error, Unavailable):
        return error.reason in ("network", "timeout")
    return isinstance(error, Throttled)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    last_submissions_run = fields.Datetime("Last messages", readonly=True, copy=False)

    def _follow_seller_key(self, vals):
        """Send what waited for the merchant token."""
        for account in self:
            account.sudo()._wake_submissions()

    # === ACTION METHODS === #

    def action_sync_pickings(self):
        """Confirm the waiting shipments to Amazon now.

        :return dict: client action, a notification with the counts
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        self._check_linked()
        counts = self._send_submissions(TimeBudget(BUTTON_SECONDS))
        left = self._count_open_submissions()
        kind = "success"
        if counts["errors"] or left:
            kind = "danger" if counts["stopped"] else "warning"
        return self._notify(self._describe_submissions(counts, left), kind)

    def action_send_held(self):
        """Release what the dry run held back.

        :return dict: client action, a notification with the count
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        held = self.env["amazon.submission"].search(
            [
                ("account_id", "=", self.id),
                ("state", "=", "held"),
                ("kind", "!=", "stock"),  # quantities are old by now
            ]
        )
        return held._retry()

    def _count_open_submissions(self):
        """Count the messages that Amazon still waits for.

        :return Counter: state -> all messages that Amazon has not taken, not only
        those of a run
        """
        groups = self.env["amazon.submission"]._read_group(
            [
                ("account_id", "=", self.id),
                ("state", "in", (*WAITING, *UNDER_WAY, "failed")),
            ],
            ["state"],
            ["__count"],
        )
        return Counter(dict(groups))

    def _describe_submissions(self, counts, left):
        """Put the counts of a run into words.

        :param Counter counts: see _send_submissions
        :param Counter left: see _count_open_submissions
        :return str: the counts in words
        """
        waiting = _("To be tried again: %s.")
        if not counts["postponed"]:
            waiting = _("Waiting to be sent: %s.")
        parts = [
            text % count
            for count, text in [
                (counts["done"], _("Confirmed to Amazon: %s.")),
                (left["submitted"], _("Sent, Amazon works on it: %s.")),
                (left["sending"], _("Being sent at the moment: %s.")),
                (left["failed"], _("Failed: %s, see the problems.")),
                (left["unknown"], _("Answer lost: %s, Odoo asks Amazon.")),
                (left["todo"], waiting),
            ]
            if count
        ]
        if left["held"]:
            text = _("Dry run, held back: %s.")
            parts.append((text if self.dry_run else _("Held back: %s.")) % left["held"])
        if counts["stopped"] and self.connection_message:
            parts.append(self.connection_message)
        elif counts["left"]:
            parts.append(_("The rest follows by itself."))
        return " ".join(parts) or _("Amazon knows of all shipments.")

    # === BUSINESS METHODS - ARCHIVED === #

    def _follow_archiving(self, vals):
        """Hold what an archived account owes Amazon until it is reopened.

        :param dict vals: written on the accounts
        """
        is_active = vals["active"]
        rows = (
            self.env["amazon.submission"]
            .sudo()
            .search(
                [
                    ("account_id", "in", self.ids),
                    ("kind", "!=", "stock"),  # quantities of another day
                    ("state", "=", "held" if is_active else "todo"),
                    ("body", "=", False),  # else a dry run holds it
                ]
            )
        )
        if is_active:
            rows._reopen()
        else:
            rows._hold_archived()

    def _describe_archived(self):
        """Explain what an archived account does not report.

        :return str: why nothing is reported to Amazon
        """
        return _(
            "The account %s is archived: Amazon is told nothing. Confirm or cancel in "
            "Seller Central what Amazon still waits for; when the account is taken up "
            "again, Odoo sends what is held back.",
            self.name,
        )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_send_submissions(self):
        """Send what all accounts owe, the longest waiting account first."""
        self._run_step(self._forget_future_waits)
        self._run_by_turns(
            "last_submissions_run",
            lambda account, budget: account._send_submissions(budget),
            _logger,
            self.env["amazon.submission"]._trigger_cron,
            [("is_linked", "=", True)],
        )

    def _send_submissions(self, budget):
        """Send what is due. Never raises because of Amazon or a row.

        :param TimeBudget budget: no call begins after its end
        :return Counter: rows that are done, submitted, held, failed, unknown,
            postponed; errors: calls that did not succeed, stopped: whether that ended
            the run, left: whether rows are due still
        """
        self.ensure_one()
        counts = Counter()
        rows = self.env["amazon.submission"]
        self._run_step(rows._note_interrupted, self)
        self._run_step(self.env["amazon.feed"]._note_interrupted, self)
        next_due = rows._get_next_due(self)
        is_due = next_due and next_due <= fields.Datetime.now()
        if not is_due and not rows._has_checks(self):
            self._run_step(self._report_failures)
            return counts
        try:
            with self._get_partner() as partner:
                self._ask_for_shipments(partner, budget, counts)
                self._ask_for_feeds(partner, budget, counts)
                self._poll_feeds(partner, budget, counts)
                self._send_stock_now(partner, budget, counts)
                self._send_shipments(partner, budget, counts)
                waiting = rows._get_waiting_kinds(self)
                for kind in ("cancellation", "refund", "stock"):
                    if kind in waiting:
                        self._send_feeds(partner, budget, counts, kind)
                if "invoice" in waiting:
                    self._send_invoices(partner, budget, counts)
                self._recheck_shipments(partner, budget, counts)
        except SpApiError as error:  # no call could be made at all
            counts["stopped"] = 1
            self._note_error(error)
        self._run_step(self._end_submissions_run, counts)
        _logger.info("account %s: messages %s", self.id, dict(counts))
        return counts

    def _end_submissions_run(self, counts):
        """Report what failed, and see to it that the rest is sent."""
        self.last_submissions_run = fields.Datetime.now()
        if counts["done"] and not counts["errors"]:
            self._note_connected()
        self._report_failures()
        rows = self.env["amazon.submission"]
        next_due = rows._get_next_due(self)
        if next_due and not self.dry_run:
            pause = timedelta() if counts["left"] else PAUSE
            rows._trigger_cron(max(next_due, fields.Datetime.now() + pause))

    # === Sending === #

    def _send_shipments(self, partner, budget, counts):
        """Confirm packages (operation confirmShipment), one call for each."""
        while not (counts["stopped"] or counts["left"]):
            rows = self._run_step(
                self.env["amazon.submission"]._claim, self, "shipment"
            )
            if not rows:
                return
            shipments = rows._prepare_shipments()
            for position, row in enumerate(rows):
                if budget.is_over:
                    counts["left"] = 1
                elif not counts["stopped"]:
                    self._send_row(partner, budget, row, counts, shipments.get(row))
                    continue
                self._run_step(rows[position:]._unclaim)
                break
            self._run_step(rows._note_accepted)

    def _send_row(self, partner, budget, row, counts, shipment):
        """Send one row and write down the outcome.

        :param Counter counts: gets the outcome; stopped: the next ones must wait
        :param Shipment shipment: see _send_shipment
        """
        try:
            outcome = row._send_shipment(self, partner, shipment)
        except Throttled as error:
            wait = error.retry_after or 0
            if not error.status and wait <= SHORT_WAIT and not budget.is_over:
                time.sleep(max(wait, SHORTEST_WAIT))  # our own count, no refusal
                return self._send_row(partner, budget, row, counts, shipment)
            return self._postpone_row(row, error, counts)
        except (Retryable, ConfigError) as error:
            return self._postpone_row(row, error, counts)
        except OutcomeUnknown:
            outcome = "unknown"
            self._run_step(
                row._set_unknown,
                _("Amazon's answer was lost. Odoo asks Amazon before it sends again."),
            )
            self._count_error(counts)
        except DatabaseError:
            raise  # what Amazon said could not be written down: it will be asked
        except Exception as error:
            outcome = self._fail_row(row, error)
        counts[outcome] += 1
        return None

    def _fail_row(self, row, error):
        """Settle a row after an unexpected error: it alone waits for a person."""
        details = describe_for_log(error)
        _logger.error("message %s can not be sent\n%s", row.id, details)
        self._run_step(row._set_failed, "internal", row._describe(error))
        return "failed"

    def _ask_for_shipments(self, partner, budget, counts):
        """Ask for the packages whose confirmation has an unknown outcome (operation
        getOrder)."""
        rows = self._run_step(
            self.env["amazon.submission"]._claim_unknown, self, "shipment"
        )
        for row in rows:
            if budget.is_over or counts["stopped"]:
                counts["left"] = 1
                return
            try:
                outcome = row._find_at_amazon(self, partner)
            except (Retryable, ConfigError) as error:
                self._postpone_row(row, error, counts)
                continue
            except DatabaseError:
                raise
            except Exception as error:
                outcome = self._fail_row(row, error)
            if outcome != "todo":  # those are sent in a moment, and counted then
                counts[outcome] += 1
        if rows:
            self._run_step(rows._note_accepted)

    def _send_feeds(self, partner, budget, counts, kind):
        """Send what is due, one feed for each marketplace (operations
        createFeedDocument, createFeed).

        :param str kind: of the messages
        """
        rows = self.env["amazon.submission"]
        if gap := self._find_feed_gap():
            waiting = self._run_step(rows._wait_for_setting, self, kind, gap)
            counts["postponed"] += waiting
            if waiting:
                self._run_step(self.write, {"connection_message": gap})
            return
        errors = counts["errors"]
        while not counts["stopped"] and counts["errors"] == errors:
            if budget.is_over:
                counts["left"] = 1
                return
            if self.dry_run:
                held = self._run_step(rows._hold_due, self, kind)
                counts.update(held)
                if not held:
                    return
                continue
            feed = self._run_step(self.env["amazon.feed"]._claim, self, kind)
            if not feed:
                return
            self._try_feed(feed, self._send_feed, partner, counts)

    def _find_feed_gap(self):
        """Find a setting without which no feed can be made.

        :return str|None: the setting that each feed needs and nobody has made
        """
        try:
            reference(self.seller_key, "The merchant token")
        except ValueError:
            return _(
                "The merchant token of the account %s is missing or mistyped. Seller "
                "Central shows it under Settings > Account Info > Your Merchant Token; "
                "enter it on the account.",
                self.name,
            )
        return None

    def _send_feed(self, partner, feed, counts):
        try:
            content = feed._get_rows()._prepare_feed(self)
        except ValueError:
            counts["failed"] += self._run_step(feed._drop_unsendable)
            if not feed.exists():
                return
            content = feed._get_rows()._prepare_feed(self)
        document_id = self._upload_feed(partner, FEED_TYPES[feed.kind], content)
        feed_ref = self._create_feed(partner, feed, document_id)
        self._run_step(
            feed._set_submitted, feed_ref, fields.Datetime.now() + FIRST_POLL
        )
        counts["submitted"] += feed.message_count

    def _create_feed(self, partner, feed, document_id):
        """Have Amazon process a document. Our own count of Amazon's quota is slept
        through where it is short, as it is for invoices.

        :return str: Amazon's number of the feed
        """
        asked = FEED_TYPES[feed.kind], [feed.marketplace_id.api_ref], document_id
        options = None
        if feed.kind == "invoice":
            options = feed._get_rows()._get_invoice_options()
        try:
            return partner.create_feed(*asked, options)
        except Throttled as error:
            wait = error.retry_after or 0
            if error.status or wait > INVOICE_PAUSE:
                raise
        time.sleep(max(wait, SHORTEST_WAIT))
        return partner.create_feed(*asked, options)

    def _upload_feed(self, partner, feed_type, content):
        """Upload the content of a feed; an address that has expired is asked for once
        more.

        :return str: Amazon's number of the document
        :raise LinkExpired: also the second address was over before its time
        """
        content_type = FEED_CONTENT_TYPES[feed_type]
        document = partner.create_feed_document(content_type)
        try:
            partner.upload(document.url, content, content_type)
        except LinkExpired:
            document = partner.create_feed_document(content_type)
            partner.upload(document.url, content, content_type)
        return document.document_id

    # === Errors === #

    def _postpone_row(self, row, error, counts):
        """Postpone a row after a passing error or a setting to correct: it never fails.

        :param SpApiError error: Retryable or ConfigError
        """
        kind, wait = self._get_postponement(error, row)
        message = self._note_error(error)
        self._run_step(row._postpone, kind, message, fields.Datetime.now() + wait)
        counts["postponed"] += 1
        self._count_error(counts, is_general=is_general(error))

    def _get_postponement(self, error, row):
        """Decide how long a row waits after an error.

        :param row: amazon.submission that waits
        :return tuple: kind of the error, timedelta until the next try
        """
        if isinstance(error, ConfigError):
            return "config", CONFIG_WAIT
        if isinstance(error, Throttled):
            return "retryable", timedelta(
                seconds=error.retry_after or PAUSE.total_seconds()
            )
        return "retryable", row._get_wait()

    def _count_error(self, counts, is_general=False):
        counts["errors"] += 1
        if is_general or counts["errors"] >= MOST_ERRORS:
            counts["stopped"] = 1

    def _wake_submissions(self):
        rows = self.env["amazon.submission"].search(
            [
                ("account_id", "=", self.id),
                ("state", "in", ("todo", "unknown", "submitted")),
                ("error_kind", "=", "config"),
            ]
        )
        if rows:
            rows.next_try_at = False
            rows._trigger_cron()

    def _claim_asking(self, state, budget, counts):
        """Claim the feeds of which the outcome is asked for now.

        :return iterator: of feeds to ask Amazon for; those for which time does not
            suffice stay due
        """
        feeds = self._run_step(self.env["amazon.feed"]._claim_asking, self, state)
        for feed in feeds:
            if budget.is_over or counts["stopped"]:
                counts["left"] = 1
                self._run_step(feed._set_due)
            else:
                yield feed

    def _try_feed(self, feed, work, partner, counts):
        """Do something about one feed; whatever goes wrong stops no other.

        :param callable work: gets partner, feed and counts
        """
        count = feed.message_count
        try:
            work(partner, feed, counts)
        except (Retryable, ConfigError) as error:
            if feed.state == "sending":
                counts["postponed"] += count
            self._postpone_feed(feed, error, counts)
        except OutcomeUnknown:
            self._run_step(
                feed._set_unknown,
                _("Amazon's answer was lost. Odoo asks Amazon before it sends again."),
            )
            counts["unknown"] += count
            self._count_error(counts)
        except Permanent as error:
            self._run_step(feed._set_refused, "permanent", self._explain(error))
            counts["failed"] += count
        except DatabaseError:
            raise  # what Amazon said could not be written down: it will be asked
        except Exception as error:
            _logger.error("feed %s stopped\n%s", feed.id, describe_for_log(error))
            self._run_step(feed._set_refused, "internal", self._describe(error))
            counts["failed"] += count

    def _postpone_feed(self, feed, error, counts):
        """Postpone a feed after a passing error or a setting to correct: nothing has
        failed.

        :param SpApiError error: Retryable or ConfigError
        """
        kind, wait = self._get_postponement(error, feed._get_rows()[:1])
        message = self._note_error(error)
        self._run_step(feed._postpone, kind, message, fields.Datetime.now() + wait)
        # A quota is one of its operation: others may go on.
        stops = is_general(error) and not isinstance(error, Throttled)
        self._count_error(counts, is_general=stops)

    # === Lost answers === #

    def _ask_for_feeds(self, partner, budget, counts):
        """Search for the feeds of which nobody knows whether Amazon has them (operation
        getFeeds).
        """
        for feed in self._claim_asking("unknown", budget, counts):
            self._try_feed(feed, self._find_feed, partner, counts)

    def _find_feed(self, partner, feed, counts):
        sent_at = aware_utc(feed.sent_at)
        listed = partner.get_feeds(
            [FEED_TYPES[feed.kind]],
            sent_at - FOUND_BEFORE,
            marketplace_ids=[feed.marketplace_id.api_ref],
        )
        found = {
            entry.feed_id
            for entry in listed
            if entry.created_time < sent_at + FOUND_AFTER
        }
        found -= set(
            self.env["amazon.feed"]
            .search([("account_id", "=", self.id), ("feed_ref", "in", list(found))])
            .mapped("feed_ref")
        )
        if len(found) == 1:
            self._run_step(feed._set_submitted, found.pop())
        elif not found:
            self._run_step(feed._set_not_there)
        else:
            problem = _(
                "Amazon lists several feeds, and none can be told from another."
            )
            self._end_feed(partner, feed, FeedOutcome(problem), counts)

    # === Outcomes === #

    def _poll_feeds(self, partner, budget, counts):
        """Ask what became of the feeds that Amazon works off (operations getFeed,
        getFeedDocument)."""
        for feed in self._claim_asking("submitted", budget, counts):
            self._try_feed(feed, self._poll_feed, partner, counts)

    def _poll_feed(self, partner, feed, counts):
        age = fields.Datetime.now() - feed.sent_at
        try:
            outcome = self._get_outcome(partner, feed)
        except Unavailable as error:
            if error.reason != "answer" or age < GIVE_UP_AFTER:
                raise
            outcome = FeedOutcome(_("Amazon's report could not be read for a day."))
        if not outcome and age >= GIVE_UP_AFTER:
            outcome = FeedOutcome(_("Amazon did not finish it within a day."))
        if outcome:
            self._end_feed(partner, feed, outcome, counts)
            self._run_step(self._end_late_notice)
        else:
            if age >= LATE_AFTER and not feed.late_at:
                self._run_step(self._note_late_feed, feed)
            wait = min(max(age, FIRST_POLL), LONGEST_WAIT)
            self._run_step(
                feed._set_submitted, feed.feed_ref, fields.Datetime.now() + wait
            )

    def _note_late_feed(self, feed):
        """Notify the responsible once: the feed holds up all that would follow it."""
        feed.late_at = fields.Datetime.now()
        text = _(
            "Amazon has not finished the feed %(feed)s (messages: %(count)s) for two "
            "hours. Nothing else leaves by feed for %(marketplace)s until it ends. "
            "After a day it is given up, and what is true then is sent.",
            feed=feed.feed_ref,
            count=feed.message_count,
            marketplace=feed.marketplace_id.name,
        )
        if feed.kind == "stock" and self._sends_at_once():
            text += " " + _("What is sold out is taken off sale meanwhile, one by one.")
        self._call_responsible(self, LATE_ACTIVITY, text)

    def _end_late_notice(self):
        """Close the notice when no feed is late any more."""
        late = [
            ("account_id", "=", self.id),
            ("state", "in", OPEN_STATES),
            ("late_at", "!=", False),
        ]
        if not self.env["amazon.feed"].search_count(late, limit=1):
            self.activity_unlink([LATE_ACTIVITY])

    def _get_outcome(self, partner, feed):
        """Ask Amazon what became of a feed, and fetch its report.

        :return FeedOutcome|None: None while Amazon still works on it
        :raise SpApiError: Amazon can not be asked at the moment
        """
        try:
            stated = partner.get_feed(feed.feed_ref)
        except Permanent:
            return FeedOutcome(_("Amazon does not know this feed any more."))
        if not stated.is_finished:
            return None
        problem = {
            "FATAL": _("Amazon broke off its work on this feed."),
            "CANCELLED": _("Amazon cancelled this feed."),
        }.get(stated.status)
        if not stated.result_document_id:
            return FeedOutcome(problem or _("Amazon gave no report on this feed."))
        try:
            content = partner.download(stated.result_document_id)
        except Permanent:
            return FeedOutcome(problem or _("Amazon's report on this feed is gone."))
        try:
            report = REPORT_PARSERS[feed.kind](content)
        except Unavailable:
            return FeedOutcome(problem or _("Amazon's report can not be read."))
        return FeedOutcome(problem, report)

    def _end_feed(self, partner, feed, outcome, counts):
        """Write down what became of each row.

        :param FeedOutcome outcome:
        """
        judged = feed._judge(outcome)
        if feed.kind == "cancellation":
            self._ask_for_cancellations(partner, feed, judged, counts)
        counts.update(self._run_step(feed._end, *judged))

    def _ask_for_cancellations(self, partner, feed, judged, counts):
        """Settle cancellations that Amazon refused, or was silent about, by the order
        itself (operation getOrder). Each is settled at once, for there may be many.

        :param tuple judged: outcomes, words, problem; see amazon.feed._write_results
        """
        results, words, problem = judged
        for row in feed._get_rows():
            if results[row.id]:
                continue
            if row._is_cancelled_at_amazon(partner):
                results[row.id] = True
                words.pop(row.id, None)
            mine = {row.id: words[row.id]} if row.id in words else {}
            counts.update(
                self._run_step(
                    feed._write_results, {row.id: results[row.id]}, mine, problem
                )
            )
