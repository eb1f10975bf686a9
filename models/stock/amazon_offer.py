"""How many pieces of an offer can be bought, and what Amazon knows of it (features J2,
J4, J5, C3).

What Amazon lists against what Odoo sent (feature J8).

A feed without an error is no proof: sellers report hundreds of quantities that were
accepted and never shown. Each list of offers is a second opinion.
"""

from datetime import timedelta

from odoo import _, api, fields, models

from ..outbox.amazon_submission import UNDER_WAY
from ..stock_count.amazon_account import Offered

# What decides whether, and under which name, a quantity is sent to Amazon.
NAMES = {"account_id", "marketplace_id", "sku"}
IDENTITY = NAMES | {"active", "amazon_channel", "product_id", "sync_stock"}
REDUCTIONS = {"quantity_factor", "stock_buffer", "stock_cap"}
# With any other value Odoo sends no quantity of the offer.
SENDS = {"sync_stock": True, "active": True, "amazon_channel": "fbm"}
STOCK_KINDS = ("stock", "stock_now")  # by feed, and by itself
# state of the message -> what the offer shows
OFFER_STATES = {
    "todo": "pending",
    "sending": "processing",
    "submitted": "processing",
    "unknown": "processing",
    "done": "done",
    "superseded": "done",
    "held": "held",
    "failed": "error",
}
# Figure of a count -> the field that shows it
FIGURES = {
    "available": "stock_in_odoo",
    "on_hand": "stock_on_hand",
    "reserved": "stock_reserved",
    "needed": "stock_needed",
    "expired": "stock_expired",
    "owned": "stock_owned",
    "incoming": "stock_incoming",
    "outgoing": "stock_outgoing",
}
# A list may be older than its date; what was sent shortly before proves nothing.
SETTLED_AFTER = timedelta(hours=12)
# How often it has to differ before it is sent again, and before a person is called.
SEND_AGAIN, CALL = 2, 3
# Amazon takes off what it sells. So a listed quantity is right if it lies between what
# was sent and that less all pieces of orders that came since or are still to deliver,
# and of those that are not in Odoo: not paid yet, or not imported.
# In Europe the marketplaces share one quantity: orders count wherever. Some sellers'
# lists leave out the quantities, or whether a listing is active: what can not be bought
# has none, of all else nothing is known.
COMPARE = """
    WITH outside AS MATERIALIZED (
      SELECT part.key AS sku, sum(part.value::numeric) AS pieces
        FROM amazon_order AS row
       CROSS JOIN LATERAL jsonb_each_text(row.open_units) AS part
       WHERE row.account_id = %(account)s AND row.state IN ('new', 'waiting', 'failed')
         AND row.sale_order_id IS NULL
    GROUP BY part.key),
    compared AS (
      SELECT offer.id,
             coalesce(offer.listed_quantity, 0)
             BETWEEN offer.sent_quantity
                     - ceil(coalesce(sold.pieces, 0) + coalesce(outside.pieces, 0))
                 AND offer.sent_quantity AS is_same
        FROM amazon_offer AS offer
   LEFT JOIN outside ON outside.sku = offer.sku
   LEFT JOIN LATERAL (
             SELECT sum(line.product_uom_qty / other.quantity_factor) AS pieces
               FROM amazon_offer AS other
               JOIN sale_order_line AS line ON line.amazon_offer_id = other.id
               JOIN sale_order AS sale ON sale.id = line.order_id
              WHERE other.account_id = offer.account_id AND other.sku = offer.sku
                AND other.amazon_channel = 'fbm' AND sale.state <> 'cancel'
                AND (sale.create_date >= offer.sent_since
                     OR line.qty_delivered < line.product_uom_qty)
             ) AS sold ON coalesce(offer.listed_quantity, 0) < offer.sent_quantity
       WHERE offer.account_id = %(account)s AND offer.marketplace_id = %(marketplace)s
         AND offer.active AND offer.amazon_channel = 'fbm' AND offer.sync_stock
         AND offer.missing_at IS NULL
         AND (offer.listed_quantity IS NOT NULL OR offer.listing_status <> 'active')
         AND offer.stock_quantity = offer.sent_quantity AND offer.sent_at IS NOT NULL
         AND offer.sent_since < %(until)s
         AND (coalesce(offer.listed_quantity, 0) <> offer.sent_quantity
              OR offer.drift_count > 0))
    UPDATE amazon_offer AS offer
       SET drift_count = CASE WHEN compared.is_same THEN 0
                              ELSE coalesce(offer.drift_count, 0) + 1 END,
           sent_at = CASE WHEN NOT compared.is_same
                           AND coalesce(offer.drift_count, 0) + 1 = %(again)s
                          THEN NULL ELSE offer.sent_at END,
           forgotten_at = CASE WHEN NOT compared.is_same
                                AND coalesce(offer.drift_count, 0) + 1 = %(again)s
                               THEN %(now)s ELSE offer.forgotten_at END
      FROM compared
     WHERE offer.id = compared.id
 RETURNING offer.drift_count"""


def _figure(label, help_text):
    """Declare one of the fields that show how a quantity comes about.

    :return: a field that shows a figure of the count, see StockCount
    """
    return fields.Float(
        label,
        digits="Product Unit of Measure",
        compute="_compute_available_quantity",
        compute_sudo=True,
        help=help_text,
    )


class AmazonOffer(models.Model):
    _inherit = "amazon.offer"
    _sql_constraints = [
        (
            "stock_reductions_positive",
            "CHECK(stock_cap >= 0 AND stock_buffer >= 0)",
            "What is kept back, and the limit of a listing, can not be negative.",
        ),
    ]

    stock_cap = fields.Float(
        "At most",
        digits="Product Unit of Measure",
        help="Never more than so many units of the product are offered at Amazon, "
        "however many there are. 0: no limit.",
    )
    available_quantity = fields.Integer(
        "Would be sent",
        compute="_compute_available_quantity",
        compute_sudo=True,
        help="What Amazon would be told now: what is free or forecast, less what is "
        "kept back, at most the limit, in whole pieces of the listing. Marketplaces of "
        "Europe share one quantity of a SKU: the smallest.",
    )
    # Why it is what it is, in the unit of the product.
    stock_in_odoo = _figure(
        "In Odoo", "What a new order could get of the product, by the account's rules."
    )
    stock_on_hand = _figure("On hand", "In the locations that the account counts.")
    stock_reserved = _figure("Reserved", "For deliveries and other moves.")
    stock_needed = _figure(
        "Needed",
        "What confirmed deliveries and other moves take and have not reserved yet.",
    )
    stock_expired = _figure(
        "Expired", "Of lots that Odoo does not reserve any more, as their time is over."
    )
    stock_owned = _figure(
        "Of others",
        "Goods on hand that belong to somebody else (consignment). They count, as Odoo "
        "delivers them: keep them in another location if they should not.",
    )
    stock_incoming = _figure("Incoming", "On its way in (forecast).")
    stock_outgoing = _figure("Outgoing", "All that has to be delivered (forecast).")
    # Of the last scan; empty in the database: the offer takes no part. Written by SQL,
    # for thousands of offers at once, and without a new write_date.
    stock_quantity = fields.Integer(readonly=True, copy=False)
    sent_quantity = fields.Integer(
        "At Amazon",
        readonly=True,
        copy=False,
        help="What Amazon last accepted from Odoo. Amazon takes off by itself what it "
        "sells in the meantime.",
    )
    # Empty: nobody knows what Amazon has, so it has to be sent.
    sent_at = fields.Datetime("Accepted by Amazon", readonly=True, copy=False)
    # Since when Amazon has exactly this quantity; sending it again changes nothing.
    sent_since = fields.Datetime(readonly=True, copy=False)
    # What left before this moment says nothing about what Amazon has.
    forgotten_at = fields.Datetime(readonly=True, copy=False)
    submission_ids = fields.One2many("amazon.submission", "offer_id", readonly=True)
    stock_state = fields.Selection(
        [
            ("pending", "To send"),
            ("processing", "On its way"),
            ("done", "Up to date"),
            ("held", "Held back"),
            ("error", "Refused"),
        ],
        "Stock at Amazon",
        compute="_compute_stock_state",
        compute_sudo=True,
        search="_search_stock_state",
    )
    stock_error = fields.Text(
        "Reason", compute="_compute_stock_state", compute_sudo=True
    )
    stock_reason = fields.Text(
        "Why not",
        compute="_compute_stock_reason",
        compute_sudo=True,
        help="Why Amazon is not told the quantity of this listing.",
    )
    at_amazon = fields.Char(
        "Amazon has",
        compute="_compute_at_amazon",
        help="What Amazon last accepted from Odoo. Of what Odoo never sent: what "
        "buyers could order when the report of listings was read.",
    )
    # 1: differs -[again]-> 2: sent again -[again]-> 3 and more: a person is needed;
    # any -[as it was sent]-> 0
    drift_count = fields.Integer(
        "Lists that differ",
        readonly=True,
        copy=False,
        help="So often in a row Amazon's report of listings showed another quantity "
        "than the one that Odoo sent and Amazon accepted.",
    )
    drift_message = fields.Text(
        "Listed wrongly", compute="_compute_drift_message", search="_search_drift"
    )

    def _auto_init(self):
        """Index the few offers that are to be sent, so that scans go straight to
        them. Each index is written with each quantity: account and SKU have none of
        their own, as those of the constraint begin with both.
        """
        result = super()._auto_init()
        self.env.cr.execute(
            "DROP INDEX IF EXISTS amazon_offer__account_id_index,"
            " amazon_offer__company_id_index, amazon_offer__sku_index"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS amazon_offer_unsent"
            " ON amazon_offer (account_id) WHERE stock_quantity IS NOT NULL"
            " AND (sent_at IS NULL OR stock_quantity <> sent_quantity)"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS amazon_offer_changed"
            " ON amazon_offer (account_id, write_date)"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS amazon_offer_drift"
            " ON amazon_offer (account_id) WHERE drift_count >= 3"
        )
        return result

    # === COMPUTE METHODS === #

    @api.depends("sent_at", "sent_quantity", "listing_status", "listed_quantity")
    def _compute_at_amazon(self):
        for offer in self:
            quantity = offer.sent_quantity if offer.sent_at else offer.listed_quantity
            is_known = offer.sent_at or offer.listing_status or quantity
            offer.at_amazon = str(quantity) if is_known else _("not known")

    @api.depends(*IDENTITY, *REDUCTIONS)
    def _compute_available_quantity(self):
        self.available_quantity = 0
        for name in FIGURES.values():
            self[name] = 0
        for account, offers in self.grouped("account_id").items():
            account = account._origin.sudo()._in_company()
            if account:
                offers.with_env(account.env)._set_available_quantity(account)

    def _set_available_quantity(self, account):
        mine = {offer.id: offer for offer in self if offer._is_for_stock()}
        offered = [offer._get_offered() for offer in mine.values()]
        sharing = self._find_sharing(account, offered)
        counts = account._count_offered(sharing + offered)
        own = account._reduce_to_pieces(sharing + offered, counts)
        shared = {}
        for other in sharing + [
            offer for offer in offered if mine[offer.key].sync_stock
        ]:
            if account.region == "eu" and other.key in own:
                quantity = own[other.key]
                shared[other.sku] = min(quantity, shared.get(other.sku, quantity))
        for key in own.keys() & mine.keys():
            offer, quantity = mine[key], own[key]
            offer.available_quantity = min(quantity, shared.get(offer.sku, quantity))
            for name, field_name in FIGURES.items():
                offer[field_name] = getattr(counts[key], name)

    def _find_sharing(self, account, offered):
        """Find offers of other marketplaces, for Europe has one quantity per SKU.

        :param list offered: of Offered
        :return list: of Offered, others that share the quantity of a SKU with them
        """
        if account.region != "eu" or not offered:
            return []
        known = set(self._origin.ids)
        found = account._find_offered({offer.sku for offer in offered})
        return [other for other in found if other.key not in known]

    def _get_offered(self):
        """Convert the form, saved or not, into what the count needs.

        :return Offered: this offer as the form has it
        """
        return Offered(
            self.id,
            self.sku,
            self.marketplace_id._origin.id,
            self.product_id._origin.id,
            self.quantity_factor,
            self.stock_buffer,
            self.stock_cap,
        )

    @api.depends(
        "submission_ids.state", "submission_ids.error_message", "sync_stock", "sku"
    )
    def _compute_stock_state(self):
        for offer in self:
            offer.stock_state = offer.stock_error = False
            if not offer._is_for_stock():
                continue
            row = offer._get_stock_row()
            offer.stock_state = offer.sync_stock and OFFER_STATES.get(row.state)
            if offer.stock_state in ("error", "held"):
                offer.stock_error = row.error_message

    @api.depends(*IDENTITY, "stock_state", "stock_error", "drift_message")
    @api.depends_context("lang")
    def _compute_stock_reason(self):
        stored = set(self.env["amazon.account"]._filter_stored(self.product_id).ids)
        gaps = {
            account: account._origin and account._find_feed_gap()
            for account in self.account_id
        }
        for offer in self:
            offer.stock_reason = offer.amazon_channel == "fbm" and (
                offer._find_stock_gap(stored)
                or offer.stock_error
                or (gaps[offer.account_id] and _("No merchant token on the account"))
                or offer.drift_message
            )

    def _find_stock_gap(self, stored):
        """Check one after the other what an offer needs to take part.

        :param set stored: ids of products that have a stock
        :return str|None: what is missing so that this offer sends its stock
        """
        account = self.account_id
        shops = account.active_marketplace_ids or account.base_marketplace_id
        if not self.product_id:
            return _("No product")
        if not self.sync_stock:
            return _("“Send stock” is not ticked")
        if not account.sync_stock:
            return _("The account sends no stock")
        if self.marketplace_id._origin not in shops._origin:
            return _("The marketplace is not synchronized")
        if self.product_id._origin.id not in stored:
            return _("Odoo keeps no stock of the product")
        return None

    def _search_stock_state(self, operator, value):
        """Find offers by the state of their messages, which salespeople may not
        read."""
        values = value if operator in ("in", "not in") else [value]
        states = [state for state, shown in OFFER_STATES.items() if shown in values]
        rows = (
            self.env["amazon.submission"]
            .sudo()
            .search([("kind", "in", STOCK_KINDS), ("state", "in", states)])
        )
        positive = operator in ("in", "=")
        found = [("id", "in" if positive else "not in", rows.offer_id.ids)]
        return found + [("sync_stock", "=", True)] if positive else found

    def _follow_stock_changes(self, vals):
        """Withdraw what these values make wrong, and compute the quantities soon."""
        if IDENTITY & vals.keys():
            self.sudo()._withdraw_stock(bool(NAMES & vals.keys()))
        if not all(vals.get(name, usual) == usual for name, usual in SENDS.items()):
            self.sudo()._forget_accepted()
        if (IDENTITY | REDUCTIONS) & vals.keys():
            if any(self.sudo().account_id.mapped("sync_stock")):
                self.env["amazon.account"]._trigger_stock_cron()

    @api.depends("drift_count", "listed_quantity", "sent_quantity")
    @api.depends_context("lang")
    def _compute_drift_message(self):
        for offer in self:
            offer.drift_message = offer.drift_count >= CALL and _(
                "Amazon lists %(listed)s, but accepted %(sent)s from Odoo, and sending "
                "it again did not help. Look at the listing in Seller Central.",
                listed=offer.listed_quantity,
                sent=offer.sent_quantity,
            )

    def _search_drift(self, operator, value):
        values = value if operator in ("in", "not in") else [value]
        is_wanted = (operator in ("in", "=")) == any(values)
        return [("drift_count", ">=" if is_wanted else "<", CALL)]

    # === ACTION METHODS === #

    def action_retry_stock(self):
        """Send again the quantities that Amazon refused.

        :return dict: client action, a notification
        """
        for account in self.account_id:
            account._check_may_use()
        rows = self.env["amazon.submission"].sudo()
        drifted = self.sudo().filtered(lambda offer: offer.drift_count > 1)
        for offer in self.sudo() - drifted:
            rows += offer._get_stock_row()
        if not drifted:
            return rows._retry()
        drifted.write({"drift_count": 1})
        drifted._forget_sent_quantity()
        rows.filtered(lambda row: row.state == "failed")._reopen()
        self.env["amazon.account"]._trigger_stock_cron()
        return drifted.account_id[0]._notify(
            _("Quantities on their way to Amazon: %s.", len(drifted)), "success"
        )

    def action_send_stock(self):
        """Send the stock of these offers from now on."""
        self.write({"sync_stock": True})

    def action_stop_stock(self):
        """Send the stock of these offers no more."""
        self.write({"sync_stock": False})

    def action_keep_back(self):
        """Open the window that asks how much is kept back."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Keep Back"),
            "res_model": "amazon.keep.back",
            "view_mode": "form",
            "target": "new",
            "context": {"default_offer_ids": self.ids},
        }

    def action_view_stock_messages(self):
        """Open the messages to Amazon about this offer."""
        return self.env["amazon.submission"]._open(
            [("kind", "in", STOCK_KINDS), ("offer_id", "in", self.ids)]
        )

    # === BUSINESS METHODS === #

    def _restate_quantity(self):
        """Send the quantity again where Odoo has sent one. What was never sent stays a
        first quantity, which a person may have to see (feature J9)."""
        self.sudo().filtered(
            lambda offer: (
                offer.sent_at
                or offer.forgotten_at
                or any(row.state in UNDER_WAY for row in offer.submission_ids)
            )
        )._forget_sent_quantity()

    def _forget_sent_quantity(self):
        """Send the quantity again, even if it is the same: Amazon changed its own."""
        self.sudo().write({"sent_at": False, "forgotten_at": fields.Datetime.now()})

    def _forget_accepted(self):
        """Forget what Amazon has, for from now on people change it there. When these
        offers send stock again, a first quantity that ends what sells is shown."""
        self.flush_recordset()
        self.env["amazon.submission"].flush_model()
        self.env.cr.execute(
            "UPDATE amazon_offer SET sent_at = NULL, forgotten_at = NULL,"
            " drift_count = 0 WHERE id = ANY(%s)",
            [self.ids],
        )
        # What was to be proved would be sent once more instead.
        self.env.cr.execute(
            "UPDATE amazon_submission SET state = 'superseded', next_try_at = NULL"
            " WHERE offer_id = ANY(%s) AND kind = 'stock_now'"
            " AND state IN ('submitted', 'unknown')",
            [self.ids],
        )
        self.invalidate_recordset(["sent_at", "forgotten_at", "drift_count"])
        self.env["amazon.submission"].invalidate_model(["state", "next_try_at"])

    @api.model
    def _touch_offers_of(self, templates):
        """Have the next scan count these products anew.

        :param templates: product.template
        """
        offers = self.with_context(active_test=False)
        offers = offers.search([("product_id.product_tmpl_id", "in", templates.ids)])
        if offers:
            self.flush_model(["write_date"])
            self.env.cr.execute(
                "UPDATE amazon_offer SET write_date = now() AT TIME ZONE 'UTC'"
                " WHERE id = ANY(%s)",
                [offers.ids],
            )
            offers.invalidate_recordset(["write_date"])

    def _is_for_stock(self):
        return self.amazon_channel == "fbm" and bool(self.product_id)

    def _get_stock_row(self):
        """The message that says most about this offer's quantity.

        :return: amazon.submission of this offer's quantity, or none: the one that
        waits, is under way or failed before those that are settled
        """
        key = self._origin._get_stock_key()
        keys = {key, key.replace("stock/", "stock_now/", 1)}
        rows = self.submission_ids.filtered(lambda row: row.dedup_key in keys)
        settled = ("done", "superseded")
        return rows.sorted(
            lambda row: (row.state not in settled, row.sent_at or row.create_date),
            reverse=True,
        )[:1]

    def _get_stock_key(self):
        """The key under which the offer's message is found again.

        :return str: one message per marketplace and SKU, for ever
        """
        return f"stock/{self.marketplace_id.api_ref}/{self.sku}"

    def _withdraw_stock(self, is_renamed):
        """Forget what was about to be sent, as it is wrong now; the next scan decides.

        :param bool is_renamed: what Amazon has under the new name is not known
        """
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE amazon_offer SET stock_quantity = NULL WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset(["stock_quantity"])
        if is_renamed:
            self.write({"sent_at": False, "sent_quantity": 0, "forgotten_at": False})
        self.submission_ids._withdraw()

    @api.model
    def _compare_listed(self, account, marketplace, listed_at):
        """Compare what was listed with what was sent and has not changed since.

        :param datetime listed_at: when Amazon was asked for its list
        :return dict: again -> number of offers that are sent again, wrong -> of those
            that a person has to check
        """
        self.flush_model()
        for name in ("sale.order", "sale.order.line", "amazon.order"):
            self.env[name].flush_model()
        self.env.cr.execute(
            COMPARE,
            {
                "account": account.id,
                "marketplace": marketplace.id,
                "until": listed_at - SETTLED_AFTER,
                "again": SEND_AGAIN,
                "now": fields.Datetime.now(),
            },
        )
        counts = [count for (count,) in self.env.cr.fetchall()]
        self.invalidate_model()
        again = sum(count == SEND_AGAIN for count in counts)
        if again:
            account._trigger_stock_cron()
        return {"again": again, "wrong": sum(count >= CALL for count in counts)}
