from odoo import _, api, fields, models
from odoo.exceptions import UserError

WAITING = ("todo", "held")
UNDER_WAY = ("sending", "submitted", "unknown")
# Amazon's own list, in the words of a shop.
CANCEL_REASONS = [
    ("NoInventory", "Not in stock"),
    ("BuyerCanceled", "The buyer asked to cancel"),
    ("ShippingAddressUndeliverable", "The address can not be delivered to"),
    ("CarrierCoverageFailure", "No carrier delivers there"),
    ("CustomerExchange", "The buyer exchanges it"),
    ("CustomerReturn", "The buyer sent it back"),
    ("MerchandiseNotReceived", "The buyer did not receive it"),
    ("RiskAssessmentInformationNotValid", "The buyer's details can not be verified"),
    ("CarrierCreditDecision", "The carrier declined"),
    ("GeneralAdjustment", "Another reason"),
]


class AmazonSubmission(models.Model):
    """Outbox: one row per thing we owe Amazon.

    A row is written in the transaction of the event it tells of. The cron sends it:
    claim (committed) -> call -> verdict (committed), so that a crash at any point
    leaves a row that tells the truth.
    """

    _name = "amazon.submission"
    _description = "Message to Amazon"
    _inherit = "amazon.queue.step"
    _order = "id desc"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("shipment", "Shipment"),
            ("cancellation", "Cancellation"),
            ("stock", "Stock"),
        ],
        required=True,
        readonly=True,
    )
    # todo -[claimed]-> sending; sending -[a feed took it]-> submitted;
    # sending, submitted -[verdict]-> done, failed; sending -[answer lost, worker
    # died]-> unknown; sending -[passing trouble]-> todo;
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
    package_id = fields.Many2one(
        "amazon.package", index="btree_not_null", ondelete="cascade", readonly=True
    )
    offer_id = fields.Many2one(
        "amazon.offer", index="btree_not_null", ondelete="cascade", readonly=True
    )
    marketplace_id = fields.Many2one(
        "amazon.marketplace", ondelete="restrict", readonly=True
    )
    # What Amazon is told: of the stock, and why an order is cancelled.
    quantity = fields.Integer(readonly=True)
    reason = fields.Selection(CANCEL_REASONS, "Reason given", readonly=True)
    feed_id = fields.Many2one(
        "amazon.feed", index="btree_not_null", ondelete="set null", readonly=True
    )
    feed_ref = fields.Char("Feed at Amazon", related="feed_id.feed_ref")
    attempts = fields.Integer("Tries", readonly=True)
    # So often a feed with this row ended, and Amazon did not say what became of it.
    silence_count = fields.Integer(readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    sent_at = fields.Datetime("Last try", readonly=True)
    done_at = fields.Datetime("Settled", readonly=True)
    error_kind = fields.Selection(
        [
            ("retryable", "Passing"),
            ("config", "Settings"),
            ("permanent", "Refused"),
            ("internal", "Unexpected"),
        ],
        "Kind of problem",
        readonly=True,
    )
    error_message = fields.Text("Reason", readonly=True)
    is_reported = fields.Boolean(
        readonly=True, help="The responsible was told that this one failed."
    )
    reported_message = fields.Text(readonly=True)  # with these words
    body = fields.Text("Would be sent", readonly=True)

    _sql_constraints = [
        (
            "unique_event",
            "UNIQUE(account_id, dedup_key)",
            "Amazon is told of each event once.",
        ),
    ]

    def _auto_init(self):
        """What is settled stays for the record; the queue must not pay for it."""
        result = super()._auto_init()
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS amazon_submission_open_lane"
            " ON amazon_submission (account_id, lane, id)"
            " WHERE state IN ('todo', 'sending', 'submitted', 'unknown')"
        )
        return result

    # === COMPUTE METHODS === #

    @api.depends("kind", "picking_id", "sale_order_id", "offer_id")
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
        """Somebody has seen to it in Seller Central: nothing is to be sent any more."""
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
        """:return: the record that the message is about; may be empty"""
        return self.picking_id or self.sale_order_id or self.offer_id

    @api.model
    def _open(self, domain):
        """:return dict: action that shows these rows"""
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
        if rows:
            self._trigger_cron()
        return rows

    @api.model
    def _trigger_cron(self, at=None):
        """:param datetime at: UTC; None: as soon as possible"""
        self._wake_cron("send_submissions", at)

    def _retry(self):
        """:return dict: client action, a notification
        :raise UserError: there is nothing to send"""
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
            _("%s messages go to Amazon in a moment.", len(rows)), "success"
        )

    def _settle(self):
        """:raise UserError: only what failed can be settled by hand"""
        failed = self.filtered(lambda row: row.state == "failed")
        if not failed:
            raise UserError(_("Only what failed can be settled by hand."))
        failed._set_done()
        failed.error_message = _(
            "Settled in Seller Central, says %s.", self.env.user.name
        )

    def _supersede(self, message):
        """:param str message: what made it pointless"""
        self.write(
            {
                "state": "superseded",
                "done_at": fields.Datetime.now(),
                "next_try_at": False,
                "error_kind": False,
                "error_message": message,
                "body": False,
            }
        )

    def _reopen(self):
        """The rows are due with the next run, as if they were new."""
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
        if self:
            self._trigger_cron()
