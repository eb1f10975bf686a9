"""The queue of what we owe Amazon: who sends a row, and what became of it.

Messages by feed are here whatever their kind; what is special about a kind is in the
room of that kind.
"""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...const import CANCEL_REASONS

WAITING = ("todo", "held")
UNDER_WAY = ("sending", "submitted", "unknown")
# Rows taken by a worker at a time; each is sent on its own. What is read for all of
# them together costs 40 statements; of what a killed worker had taken, Amazon is asked.
CLAIM_SIZE = 20
# A worker that claimed a row has long finished by then, or has died.
INTERRUPTED_AFTER = timedelta(minutes=20)
# Nobody else asks for the same unknown row in the meantime.
ASKING_TIME = timedelta(minutes=10)
# So long after a confirmation Amazon is asked whether it kept it.
CHECKS_AFTER = (timedelta(hours=2), timedelta(hours=12), timedelta(hours=24))
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
# What goes by feed waits until the outcome of the one before it is known. Invoices do
# not depend on each other: they wait only while nobody knows whether Amazon has one.
NO_OPEN_FEED = """NOT EXISTS (
         SELECT 1 FROM amazon_feed AS feed
          WHERE feed.account_id = due.account_id AND feed.kind = due.kind
            AND feed.marketplace_id = due.marketplace_id
            AND (feed.state IN ('sending', 'unknown')
                 OR feed.state = 'submitted' AND feed.kind != 'invoice'))"""
# A quantity that is not the offer's any more does not leave: the next scan reports the
# present one.
IS_PRESENT = """(kind NOT IN ('stock', 'stock_now') OR EXISTS (
         SELECT 1 FROM amazon_offer AS offer
          WHERE offer.id = due.offer_id AND offer.stock_quantity = due.quantity))"""


class AmazonSubmission(models.Model):
    """Outbox: one row per thing we owe Amazon.

    A row is written in the transaction of the event it reports. The cron sends it:
    claim (committed) -> call -> outcome (committed), so that a crash at any point
    leaves a row whose state is true.
    """

    _name = "amazon.submission"
    _description = "Update to Amazon"
    _inherit = ["amazon.queue.step", "amazon.queue.row"]
    _order = "id desc"
    _sql_constraints = [
        (
            "unique_event",
            "UNIQUE(account_id, dedup_key)",
            "Amazon is told of each event once.",
        ),
    ]

    kind = fields.Selection(
        [
            ("shipment", "Shipment"),
            ("cancellation", "Cancellation"),
            ("stock", "Stock"),
            ("stock_now", "Stock at once"),
            ("refund", "Refund"),
            ("invoice", "Invoice"),
        ],
        required=True,
        readonly=True,
    )
    # todo -[claimed]-> sending; sending -[a feed took it]-> submitted;
    # sending, submitted -[outcome]-> done, failed; sending -[answer lost, worker
    # died]-> unknown; sending -[passing error]-> todo;
    # unknown -[Amazon has it]-> done, -[Amazon has it not]-> todo;
    # failed -[retry, correction]-> todo, -[settled at Amazon by hand]-> done;
    # todo -[a later one says more]-> superseded;
    # todo -[account in dry run, guard of the stock]-> held -[released]-> todo
    state = fields.Selection(
        [
            ("todo", "To send"),
            ("sending", "Sending"),
            ("submitted", "At Amazon"),
            ("unknown", "Answer lost"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("held", "Held"),
            ("superseded", "Superseded"),
        ],
        default="todo",
        required=True,
        index=True,
        readonly=True,
    )
    # One event, one row: what is owed twice is refused by the database.
    dedup_key = fields.Char(required=True, readonly=True)
    # Rows of one lane leave in the order of their ids, one after the other.
    lane = fields.Char(readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order",
        "Order",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Delivery",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice or credit note",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    package_id = fields.Many2one(
        "amazon.package", index="btree_not_null", ondelete="cascade", readonly=True
    )
    offer_id = fields.Many2one(
        "amazon.offer",
        "Listing",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
    )
    marketplace_id = fields.Many2one(
        "amazon.marketplace", ondelete="restrict", readonly=True
    )
    # What is reported to Amazon: the stock, and why an order is cancelled.
    quantity = fields.Integer(readonly=True)
    reason = fields.Selection(CANCEL_REASONS, "Reason given", readonly=True)
    feed_id = fields.Many2one(
        "amazon.feed", index="btree_not_null", ondelete="set null", readonly=True
    )
    feed_ref = fields.Char("Feed at Amazon", related="feed_id.feed_ref")
    # So often a feed with this row ended, and Amazon reported nothing on it.
    silence_count = fields.Integer(readonly=True)
    sent_at = fields.Datetime("Last try", readonly=True)
    is_reported = fields.Boolean(
        readonly=True, help="The responsible was told that this one failed."
    )
    reported_message = fields.Text(readonly=True)  # with these words
    body = fields.Text("Would be sent", readonly=True)

    def _auto_init(self):
        """Create indexes of the open rows: settled ones stay, and must not slow the
        queue.
        """
        result = super()._auto_init()
        self.env.cr.execute(
            "DROP INDEX IF EXISTS amazon_submission__account_id_index,"
            " amazon_submission__company_id_index"
        )
        self.env.cr.execute(
            "ALTER TABLE amazon_submission"
            " DROP CONSTRAINT IF EXISTS amazon_submission_company_id_fkey"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS amazon_submission_open_lane"
            " ON amazon_submission (account_id, lane, id)"
            " WHERE state IN ('todo', 'sending', 'submitted', 'unknown')"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS amazon_submission_waiting_stock"
            " ON amazon_submission (account_id, offer_id)"
            " WHERE kind IN ('stock', 'stock_now')"
            " AND state IN ('todo', 'held', 'failed')"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS amazon_submission_urgent"
            " ON amazon_submission (account_id, state) WHERE kind = 'stock_now'"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS amazon_submission_to_check"
            " ON amazon_submission (account_id, check_at) WHERE check_at IS NOT NULL"
        )
        return result

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
        """Claim the rows whose answer was lost.

        :return: rows whose outcome Amazon has to be asked for; for a while nobody
        else asks
        """
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
        """Mark as unknown what a worker had claimed that died before the outcome."""
        self.search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "sending"),
                ("kind", "!=", "stock_now"),  # stated again it does no harm
                ("feed_id", "=", False),  # feeds see to their rows
                ("sent_at", "<", fields.Datetime.now() - INTERRUPTED_AFTER),
            ]
        )._set_unknown(
            _("Odoo was stopped while it sent this. It asks Amazon what has arrived.")
        )

    @api.model
    def _get_next_due(self, account):
        """Find the moment of the next run.

        :return datetime|None: when the next row is due, for that is now or later
        """
        self.env["amazon.offer"].flush_model()
        self.flush_model()
        now = fields.Datetime.now()
        self.env.cr.execute(
            f"SELECT min(coalesce(next_try_at, %s)) {OPEN_ROWS}"
            " AND (state IN ('unknown', 'submitted')"
            f" OR state = 'todo' AND {NO_OPEN_FEED} AND {IS_PRESENT})",
            [now, account.id, account.id],
        )
        [earliest] = self.env.cr.fetchone()
        return earliest and max(earliest, now)

    @api.model
    def _get_waiting_kinds(self, account):
        """Find the kinds of which something waits to be sent.

        :return set: of kinds
        """
        domain = [("account_id", "=", account.id), ("state", "=", "todo")]
        return {kind for (kind,) in self._read_group(domain, ["kind"])}

    def _prepare_feed(self, account):
        """Write the document of a feed.

        :param account: amazon.account in an environment of its company
        :return bytes: the feed of these rows, all of one kind; each row's
            id is the number of its message
        :raise ValueError: Amazon would refuse it
        """
        kind = self[:1].kind
        if kind == "stock":
            return self._prepare_stock_feed(account)
        if kind == "refund":
            return self._prepare_refund_feed(account)
        if kind == "invoice":
            return self._prepare_invoice_feed(account)
        return self._prepare_cancellation_feed(account)

    def _describe_feed(self, account):
        """Show what would be sent.

        :return str: the document, or what is said of one that is no text
        :raise ValueError: Amazon would refuse it
        """
        content = self._prepare_feed(account)
        if self.kind != "invoice":
            return content.decode()
        options = self._get_invoice_options()
        return "\n".join(f"{name}: {value}" for name, value in options.items())

    def _end_feed(self, feed, refused):
        """Do what follows once a feed is processed. ``self`` is what Amazon accepted;
        the states of all rows are written.

        :param feed: amazon.feed that has ended
        :param refused: amazon.submission that Amazon refused
        """
        account = feed.account_id
        if feed.kind == "stock":
            self._end_stock_feed(account, refused)
        elif feed.kind == "refund":
            self._end_refund_feed(account, refused)
        elif feed.kind == "invoice":
            self._end_invoice_feed(account, refused)
        else:
            self._end_cancellation_feed(account, refused)

    @api.model
    def _hold_due(self, account, kind):
        """Dry run: each due row of a marketplace shows exactly what would be sent.

        :return dict: how many rows are held, failed; empty: none was due
        """
        rows = self.env["amazon.feed"]._lock_rows(account, kind)
        if not rows:
            return {}
        bodies, words = {}, {}
        for row in rows:
            try:
                bodies[row.id] = row._describe_feed(account)
            except ValueError as error:
                words[row.id] = _(
                    "Amazon would refuse this: %s Correct it, then retry.", error
                )
        self.env.cr.execute(
            "UPDATE amazon_submission SET state = 'held', body = given.body,"
            " next_try_at = NULL, error_kind = NULL, error_message = NULL"
            " FROM unnest(%s::int[], %s::text[]) AS given(id, body)"
            " WHERE amazon_submission.id = given.id",
            [list(bodies), list(bodies.values())],
        )
        self.env.invalidate_all()
        for row_id, text in words.items():
            self.browse(row_id)._set_failed("permanent", text)
        return {"held": len(bodies), "failed": len(words)}

    @api.model
    def _wait_for_setting(self, account, kind, message):
        """Postpone due rows while a setting is missing without which no feed can be
        made.

        :param str message: which one, and where it is entered
        :return int: how many wait
        """
        now = fields.Datetime.now()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_submission SET error_kind = 'config', error_message = %s,"
            " next_try_at = %s + interval '1 hour'"
            " WHERE account_id = %s AND kind = %s AND state = 'todo'"
            " AND coalesce(next_try_at, %s) <= %s",
            [message, now, account.id, kind, now, now],
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        return count

    # === COMPUTE METHODS === #

    @api.depends("kind", "picking_id", "sale_order_id", "offer_id", "move_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            target = row._get_target()
            name = target.display_name or row.dedup_key
            row.display_name = f"{kinds.get(row.kind)} {name}"

    # === ACTION METHODS === #

    def action_retry(self):
        """Send again what failed; it goes with the next run.

        :return dict: client action, a notification
        """
        for account in self.account_id:
            account._check_may_use()
        return self.sudo()._retry()

    def action_settle(self):
        """Mark as settled what a person has done in Seller Central: it is not sent any
        more.
        """
        for account in self.account_id:
            account._check_may_use()
        self.sudo()._settle()

    def action_view_target(self):
        """Open what the message is about."""
        self.ensure_one()
        target = self._get_target()
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "view_mode": "form",
        }

    def _get_target(self):
        """Return the document behind a message.

        :return: the record that the message is about; may be empty
        """
        return self.move_id or self.picking_id or self.sale_order_id or self.offer_id

    @api.model
    def _open(self, domain):
        """Open some messages in their list.

        :return dict: action that shows these rows
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_submission_action"
        )
        return {**action, "domain": domain, "context": {"create": False}}

    # === BUSINESS METHODS - EVENTS === #

    @api.model
    def _enqueue(self, kind, messages):
        """Owe something to Amazon, in the transaction of the event.

        :param str kind: see the field
        :param list messages: of values; account_id and dedup_key, lane and the target
        :return: the rows
        """
        rows = self.sudo().create([{"kind": kind, **message} for message in messages])
        rows._hold_archived()
        if rows:
            self._trigger_cron()
        return rows

    def _hold_archived(self):
        """Hold the rows of archived accounts until those are taken up again."""
        idle = self.filtered(lambda row: not row.account_id.active)
        for account, rows in idle.grouped("account_id").items():
            rows.write(
                {
                    "state": "held",
                    "next_try_at": False,
                    "error_kind": False,
                    "error_message": account._describe_archived(),
                }
            )

    @api.model
    def _trigger_cron(self, at=None):
        """Schedule a run of the queue.

        :param datetime at: UTC; None: as soon as possible
        """
        self._wake_cron("send_submissions", at)

    def _retry(self):
        """Put failed rows, and rows no longer held, back into the queue.

        :return dict: client action, a notification
        :raise UserError: there is nothing to send, or nothing is sent for the account
        """
        for account in self.account_id.filtered(lambda account: not account.active):
            raise UserError(account._describe_archived())
        held = self.filtered(lambda row: row.state == "held" and row.kind != "stock")
        waiting = held.filtered("account_id.dry_run")
        rows = self.filtered(lambda row: row.state == "failed") + held - waiting
        if not rows and waiting:
            raise UserError(
                _(
                    "The account %s is in dry run: nothing is sent. Switch the dry run "
                    "off first.",
                    waiting.account_id[0].name,
                )
            )
        if not rows:
            raise UserError(_("Only what failed or is held back can be sent again."))
        rows._reopen()
        return rows.account_id[0]._notify(
            _("Updates on their way to Amazon: %s.", len(rows)), "success"
        )

    def _settle(self):
        """Mark failed rows as settled by hand in Seller Central.

        :raise UserError: only what failed can be settled by hand
        """
        failed = self.filtered(lambda row: row.state == "failed")
        if not failed:
            raise UserError(_("Only what failed can be settled by hand."))
        failed._set_done(is_sure=True)
        failed.error_message = _(
            "Settled in Seller Central, says %s.", self.env.user.name
        )

    def _supersede(self, message):
        """Drop rows that need not be sent any more.

        :param str message: what made it pointless
        """
        self._close("superseded", error_message=message, body=False)

    def _reopen(self):
        """Make rows due with the next run, as if they were new."""
        self.sudo().write(
            {
                "state": "todo",
                "next_try_at": False,
                "error_kind": False,
                "error_message": False,
                "is_reported": False,
                "silence_count": 0,
                "body": False,
            }
        )
        self.sudo()._state_present_quantities()
        self.sudo()._hold_archived()
        if self:
            self._trigger_cron()

    # === BUSINESS METHODS - OUTCOMES === #

    def _set_done(self, is_sure=False):
        """Settle the rows: Amazon has it.

        :param bool is_sure: Amazon was asked, or a person has checked it: no later
            check whether it kept a shipment
        """
        is_checked = not is_sure and {*self.mapped("kind")} == {"shipment"}
        check_at = is_checked and fields.Datetime.now() + CHECKS_AFTER[0]
        self._close("done", body=False, check_at=check_at, check_count=0)

    def _note_reported(self):
        """Note that a person knows of these failures, in one statement."""
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE amazon_submission"
            " SET is_reported = TRUE, reported_message = error_message"
            " WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset(["is_reported", "reported_message"])

    def _set_unknown(self, message):
        """Note that the answer was lost: Amazon may have the message or not.

        :param str message: why nobody knows whether Amazon has it
        """
        self.write(
            {
                "state": "unknown",
                "next_try_at": False,
                "error_kind": "retryable",
                "error_message": message,
            }
        )

    def _postpone(self, kind, message, until):
        """Return rows that are under way into the queue.

        :param str kind: retryable or config
        :param datetime until: UTC
        """
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
        """Return rows of which nothing was sent, as before the claim."""
        for row in self:
            row.write({"state": "todo", "attempts": row.attempts - 1})

    def _get_wait(self):
        """Compute the wait until the next try.

        :return timedelta: longer with each try
        """
        return min(FIRST_WAIT * 2 ** min(max(self.attempts - 1, 0), 10), LONGEST_WAIT)
