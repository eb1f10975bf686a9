"""The one table of what can need a person (feature K2): `KINDS`.

For each kind of problem it says from which records it is read, why it needs a person,
what the person does, what opens, and what Retry does. A new kind is one more entry;
what it does with records of another flow is a method there.
"""

from collections.abc import Callable
from typing import NamedTuple

from odoo import _, fields
from odoo.tools.misc import format_amount

# A problem's id: that of the record it is read from times SLOTS, and the kind's slot.
SLOTS = 64
# === SOURCES === #
# One SELECT for each place that keeps problems, with the columns of the first one.
# What an archived account left open can not be tried again: it makes no call. What
# concerns the ledger stays in the list.
CONNECTIONS = """
    SELECT account.id::bigint * {slots} + {slot} AS id, 'connection' AS kind,
           account.id AS account_id, account.company_id, account.name AS document,
           account.connection_message AS message,
           account.connection_error_since AS since,
           NULL::integer AS amazon_order_id, NULL::integer AS submission_id,
           NULL::integer AS sale_order_id
      FROM amazon_account account
     WHERE account.active AND account.connection_state = 'error'"""
# The dead-man check has raised its alarm.
SILENCES = """
    SELECT account.id::bigint * {slots} + {slot}, 'no_sync', account.id,
           account.company_id, account.name, account.connection_message,
           account.sync_alarm_at, NULL, NULL, NULL
      FROM amazon_account account
     WHERE account.active AND account.sync_alarm_at IS NOT NULL"""
ORDERS = """
    SELECT noted.id::bigint * {slots} + {slot}, 'order', noted.account_id,
           noted.company_id, noted.amazon_order_ref, noted.error_message,
           coalesce(noted.remote_updated_at, noted.create_date),
           noted.id, NULL, noted.sale_order_id
      FROM amazon_order noted
      JOIN amazon_account account ON account.id = noted.account_id
     WHERE account.active AND noted.state = 'failed'"""
# The kind of the message is the kind of the problem; a refund that is not booked is
# another one.
SUBMISSIONS = """
    SELECT owed.id::bigint * {slots} + {slot},
           CASE owed.kind WHEN 'refund' THEN 'refund_refused' ELSE owed.kind END,
           owed.account_id, owed.company_id,
           coalesce(move.name, picking.name, sale.name,
                    regexp_replace(owed.dedup_key, '^stock(_now)?/[^/]*/', '')),
           owed.error_message, coalesce(owed.done_at, owed.create_date),
           NULL, owed.id, owed.sale_order_id
      FROM amazon_submission owed
      JOIN amazon_account account ON account.id = owed.account_id
      LEFT JOIN account_move move ON move.id = owed.move_id
      LEFT JOIN stock_picking picking ON picking.id = owed.picking_id
      LEFT JOIN sale_order sale ON sale.id = owed.sale_order_id
     WHERE account.active AND owed.state = 'failed'"""
# All that an account holds back is one decision. In a dry run it is as wanted.
HELD = """
    SELECT account.id::bigint * {slots} + {slot}, 'held', account.id,
           account.company_id, account.name, NULL, min(owed.create_date),
           NULL, NULL, NULL
      FROM amazon_submission owed
      JOIN amazon_account account ON account.id = owed.account_id
     WHERE account.active AND owed.state = 'held' AND owed.kind <> 'stock'
       AND account.dry_run IS NOT TRUE
     GROUP BY account.id"""
# The guard of the stock says why; its quantities are one decision, too.
HELD_STOCK = """
    SELECT account.id::bigint * {slots} + {slot}, 'held_stock', account.id,
           account.company_id, account.name, account.stock_guard_message,
           account.last_stock_run, NULL, NULL, NULL
      FROM amazon_account account
     WHERE account.active AND account.stock_guard_message <> ''
       AND account.dry_run IS NOT TRUE"""
# Several kinds are read from the order; each adds a row to the VALUES. The conditions
# are those of sale.order._has_amazon_problem.
SALE_ORDERS = """
    SELECT sale.id::bigint * {slots} + found.slot, found.kind,
           sale.amazon_account_id, sale.company_id, sale.name, found.message,
           sale.amazon_problem_since, NULL, NULL, sale.id
      FROM sale_order sale
     CROSS JOIN LATERAL (VALUES
           {values}
           ) AS found (slot, kind, message, is_there)
     WHERE sale.amazon_problem_since IS NOT NULL AND found.is_there"""
# Orders whose tax differs for the same cause are one problem, be it a thousand of them;
# the first one stands for all.
TAXES = """
    SELECT min(sale.id)::bigint * {slots} + {slot}, 'tax', sale.amazon_account_id,
           sale.company_id,
           (array_agg(sale.name ORDER BY sale.id))[1]
           || CASE WHEN count(*) > 1 THEN ' +' || count(*) - 1 ELSE '' END,
           NULL, min(sale.amazon_problem_since), NULL, NULL, min(sale.id)
      FROM sale_order sale
     WHERE sale.amazon_problem_since IS NOT NULL AND sale.amazon_tax_differs
       AND sale.state <> 'cancel'
     GROUP BY sale.amazon_account_id, sale.company_id,
           coalesce(sale.amazon_tax_cause, sale.id::varchar)"""
REPORTS = """
    SELECT report.id::bigint * {slots} + {slot}, 'report', report.account_id,
           report.company_id,
           string_agg(marketplace.name, ', ' ORDER BY marketplace.id),
           report.error_message, report.done_at, NULL, NULL, NULL
      FROM amazon_report report
      JOIN amazon_account account ON account.id = report.account_id
      JOIN amazon_marketplace_amazon_report_rel place
        ON place.amazon_report_id = report.id
      JOIN amazon_marketplace marketplace
        ON marketplace.id = place.amazon_marketplace_id
     WHERE account.active AND report.state = 'failed'
     GROUP BY report.id"""
# Offers that Amazon's list leaves out: one decision.
MISSING_OFFERS = """
    SELECT account.id::bigint * {slots} + {slot}, 'catalogue', account.id,
           account.company_id, account.name, NULL, min(offer.missing_at),
           NULL, NULL, NULL
      FROM amazon_offer offer
      JOIN amazon_account account ON account.id = offer.account_id
     WHERE account.active AND offer.active AND offer.missing_at IS NOT NULL
     GROUP BY account.id"""
# Settlements that only a person can bring further; to be asked before the posting is no
# problem.
SETTLEMENTS = """
    SELECT settlement.id::bigint * {slots} + {slot}, 'settlement',
           settlement.account_id, settlement.company_id, settlement.settlement_ref,
           settlement.error_message,
           coalesce(settlement.end_at, settlement.create_date), NULL, NULL, NULL
      FROM amazon_settlement settlement
      JOIN amazon_account account ON account.id = settlement.account_id
     WHERE account.active
       AND (settlement.state = 'refused'
            OR settlement.state = 'held' AND settlement.hold_reason <> 'ask')"""
# Amazon lists another quantity than it accepted, again and again.
DRIFTS = """
    SELECT offer.id::bigint * {slots} + {slot}, 'drift', offer.account_id,
           offer.company_id, offer.sku, NULL, offer.sent_at, NULL, NULL, NULL
      FROM amazon_offer offer
      JOIN amazon_account account ON account.id = offer.account_id
     WHERE account.active AND offer.active AND offer.drift_count >= 3"""
# Orders are to be shipped, and their SKU has no product. The offer may be archived, as
# Amazon lists it no more. Few offers lack their product: their lines are selected by
# offer.
UNMATCHED = """
    SELECT max(offer.id)::bigint * {slots} + {slot}, 'unmatched', offer.account_id,
           offer.company_id, offer.sku, NULL, min(sale.date_order), NULL, NULL, NULL
      FROM amazon_offer offer
      JOIN amazon_account account ON account.id = offer.account_id
      JOIN sale_order_line line ON line.amazon_offer_id = offer.id
      JOIN sale_order sale ON sale.id = line.order_id
     WHERE account.active AND offer.product_id IS NULL
       AND offer.amazon_channel = 'fbm' AND offer.match_ignored IS NOT TRUE
       AND sale.state = 'sale' AND line.product_uom_qty > 0
       AND coalesce(line.qty_delivered, 0) < line.product_uom_qty
       AND coalesce(sale.amazon_status, '') NOT IN ('SHIPPED', 'CANCELLED')
     GROUP BY offer.account_id, offer.company_id, offer.sku"""
# All that would follow waits for it.
LATE_FEEDS = """
    SELECT feed.id::bigint * {slots} + {slot}, 'feed_late', feed.account_id,
           feed.company_id, coalesce(feed.feed_ref, marketplace.name), NULL,
           feed.late_at, NULL, NULL, NULL
      FROM amazon_feed feed
      JOIN amazon_account account ON account.id = feed.account_id
      JOIN amazon_marketplace marketplace ON marketplace.id = feed.marketplace_id
     WHERE account.active AND feed.late_at IS NOT NULL
       AND feed.state IN ('sending', 'submitted', 'unknown')"""

# Orders that were shipped without Odoo: one decision.
SHIPPED_WITHOUT = """
    SELECT account.id::bigint * {slots} + {slot}, 'shipped_without', account.id,
           account.company_id, account.name, NULL, min(noted.remote_updated_at),
           NULL, NULL, NULL
      FROM amazon_order noted
      JOIN amazon_account account ON account.id = noted.account_id
     WHERE account.active AND noted.shipped_without = 'open'
       AND noted.state = 'ignored'
     GROUP BY account.id"""
# The role is missing without which Amazon names no recipient.
NO_RECIPIENTS = """
    SELECT account.id::bigint * {slots} + {slot}, 'no_recipients', account.id,
           account.company_id, account.name, NULL, account.no_recipients_since,
           NULL, NULL, NULL
      FROM amazon_account account
     WHERE account.active AND account.no_recipients_since IS NOT NULL"""
# Refunds that wait for a decision.
REFUNDS = """
    SELECT refund.id::bigint * {slots} + {slot}, 'refund',
           refund.account_id, refund.company_id,
           coalesce(refund.amazon_order_ref, refund.refund_ref), refund.message,
           coalesce(refund.posted_at, refund.create_date), NULL, NULL,
           refund.sale_order_id
      FROM amazon_refund refund
      JOIN amazon_account account ON account.id = refund.account_id
     WHERE account.active AND refund.state = 'person'
       AND refund.hold_reason NOT IN ('income', 'cancelled', 'removed')"""
# Orders that should have left already. One that has another problem is in the list by
# that. The condition is that of the index `sale_order_amazon_unshipped`.
LATE = """
    SELECT sale.id::bigint * {slots} + {slot}, 'late', sale.amazon_account_id,
           sale.company_id, sale.name, NULL, sale.amazon_ship_by, NULL, NULL, sale.id
      FROM sale_order sale
      JOIN amazon_account account ON account.id = sale.amazon_account_id
     WHERE account.active AND sale.amazon_account_id IS NOT NULL
       AND sale.state = 'sale'
       AND sale.delivery_status IN ('pending', 'started', 'partial')
       AND sale.amazon_channel = 'fbm' AND sale.amazon_ship_by < '{now}'
       AND sale.amazon_problem_since IS NULL
       AND coalesce(sale.amazon_status, '') NOT IN ('SHIPPED', 'CANCELLED')"""
# Business buyers wait for their invoices; one that Amazon refused is another kind.
LATE_INVOICES = """
    SELECT move.id::bigint * {slots} + {slot}, 'invoice_late', owed.account_id,
           owed.company_id, move.name, owed.error_message,
           move.amazon_upload_deadline::timestamp, NULL::integer, NULL::integer,
           owed.sale_order_id
      FROM amazon_submission owed
      JOIN account_move move ON move.id = owed.move_id
      JOIN amazon_account account ON account.id = owed.account_id
     WHERE account.active AND owed.kind = 'invoice'
       AND owed.state IN ('todo', 'held', 'sending', 'submitted', 'unknown')
       AND move.amazon_upload_deadline < (now() AT TIME ZONE 'UTC')::date"""
# Business buyers wait for an invoice that nobody has posted; Amazon asks for those of
# the last 90 days.
MISSING_INVOICES = """
    SELECT sale.id::bigint * {slots} + {slot}, 'invoice_missing', account.id,
           sale.company_id, sale.name, NULL, sale.amazon_invoice_due::timestamp,
           NULL::integer, NULL::integer, sale.id
      FROM sale_order sale
      JOIN amazon_account account ON account.id = sale.amazon_account_id
     WHERE account.active AND account.invoice_upload = 'us'
       AND sale.amazon_invoice_due < (now() AT TIME ZONE 'UTC')::date
       AND sale.amazon_invoice_due > (now() AT TIME ZONE 'UTC')::date - 90
       AND sale.state = 'sale' AND sale.amazon_settled_to_income IS NOT TRUE
       AND NOT EXISTS (
           SELECT FROM sale_order_line line
             JOIN sale_order_line_invoice_rel link ON link.order_line_id = line.id
             JOIN account_move_line item ON item.id = link.invoice_line_id
             JOIN account_move move ON move.id = item.move_id
            WHERE line.order_id = sale.id AND move.state = 'posted'
              AND move.move_type = 'out_invoice')"""
# What the sources read: Odoo writes it to the database before they are asked.
SOURCE_FIELDS = {
    "account.move": ["amazon_upload_deadline", "name", "state"],
    "amazon.account": [
        "active",
        "connection_error_since",
        "connection_message",
        "connection_state",
        "dry_run",
        "invoice_upload",
        "last_stock_run",
        "no_recipients_since",
        "stock_guard_message",
        "sync_alarm_at",
    ],
    "amazon.feed": ["late_at", "state"],
    "amazon.offer": [
        "active",
        "drift_count",
        "match_ignored",
        "missing_at",
        "product_id",
    ],
    "amazon.order": [
        "error_message",
        "remote_updated_at",
        "shipped_without",
        "state",
    ],
    "amazon.refund": ["hold_reason", "message", "state"],
    "amazon.report": ["done_at", "error_message", "state"],
    "amazon.settlement": ["error_message", "hold_reason", "state"],
    "amazon.submission": ["done_at", "error_message", "state"],
    "sale.order": [
        "amazon_cancel_requested",
        "amazon_channel",
        "amazon_invoice_due",
        "amazon_problem_since",
        "amazon_review",
        "amazon_settled_to_income",
        "amazon_ship_by",
        "amazon_status",
        "amazon_stock_message",
        "amazon_tax_cause",
        "amazon_tax_differs",
        "amazon_total_difference",
        "delivery_status",
        "name",
        "state",
    ],
    "sale.order.line": ["amazon_waiting"],
}


# === KINDS === #
class Kind(NamedTuple):
    """All that is to be known about one kind of problem.

    The functions get amazon.problem: ``next_step``, ``reason`` and ``open`` one of the
    kind, ``retry`` all of the kind at once.
    """

    #: tells the kinds apart that are read from the same record; never changes
    slot: int
    name: str
    label: str
    source: str
    #: :return str: what a person does about it
    next_step: Callable
    #: of SALE_ORDERS: SQL of the message, and of whether there is a problem
    columns: tuple = ()
    #: :return str|False: why a person is needed, where no message says so
    reason: Callable = lambda problem: False
    #: :return dict: client action, where the problem can be solved
    open: Callable = lambda problem: problem._open_document()
    #: :return list: notifications; None: a person has to decide
    retry: Callable | None = None


def _fix_and_retry(self):
    return _("Fix the cause, then press Retry.")


def _compare_totals(self):
    order = self.sale_order_id
    return _(
        "The order is worth %(here)s in Odoo, but %(there)s at Amazon.",
        here=format_amount(self.env, order.amount_total, order.currency_id),
        there=format_amount(self.env, order.amazon_total, order.currency_id),
    )


def _compare_taxes(self):
    order = self.sale_order_id
    text = _(
        "The tax is %(here)s in Odoo, but %(there)s at Amazon. %(reason)s",
        here=format_amount(self.env, order.amount_tax, order.currency_id),
        there=format_amount(self.env, order.amazon_tax, order.currency_id),
        reason=order.amazon_tax_reason or "",
    )
    if self.order_count < 2:
        return text
    return _(
        "%(count)s orders differ for the same cause. The first one, %(order)s: "
        "%(difference)s",
        count=self.order_count,
        order=order.name,
        difference=text,
    )


def _correct_taxes(self):
    if self.order_count < 2:
        return _(
            "Correct the cause, then press Retry: the order is taxed anew. Or correct "
            "the taxes of its lines before you invoice."
        )
    return _(
        "Correct the cause, then press Retry: the orders are taxed anew where they are "
        "not invoiced yet. Open shows all of them."
    )


def _retry_submissions(self):
    return [self.submission_id.action_retry()]


_ALL = (
    Kind(
        slot=0,
        name="connection",
        label="No connection",
        source=CONNECTIONS,
        next_step=lambda self: _("Fix the cause on the account, then press Retry."),
        retry=lambda self: [
            account.action_test_connection() for account in self.account_id
        ],
    ),
    Kind(
        slot=8,
        name="no_sync",
        label="No orders read",
        source=SILENCES,
        reason=lambda self: _("Orders could not be read for a long time."),
        next_step=lambda self: _(
            "Fix the cause, then press Retry: orders are read at once."
        ),
        retry=lambda self: [
            account.action_sync_orders() for account in self.account_id
        ],
    ),
    Kind(
        slot=1,
        name="order",
        label="Order not imported",
        source=ORDERS,
        next_step=_fix_and_retry,
        retry=lambda self: [self.amazon_order_id.action_retry()],
    ),
    Kind(
        slot=2,
        name="shipment",
        label="Shipment not confirmed",
        source=SUBMISSIONS,
        next_step=_fix_and_retry,
        retry=_retry_submissions,
    ),
    Kind(
        slot=2,
        name="cancellation",
        label="Cancellation refused",
        source=SUBMISSIONS,
        next_step=lambda self: _(
            "Press Retry, or cancel it in Seller Central and say so in the message."
        ),
        retry=_retry_submissions,
    ),
    Kind(
        slot=2,
        name="refund_refused",
        label="Refund refused",
        source=SUBMISSIONS,
        next_step=lambda self: _(
            "Press Retry, or refund the buyer in Seller Central and say so in the "
            "message."
        ),
        retry=_retry_submissions,
    ),
    Kind(
        slot=2,
        name="invoice",
        label="Invoice refused",
        source=SUBMISSIONS,
        next_step=lambda self: _(
            "Press Retry, or upload it in Seller Central and say so in the message."
        ),
        retry=_retry_submissions,
    ),
    Kind(
        slot=24,
        name="invoice_late",
        label="Invoice overdue",
        source=LATE_INVOICES,
        reason=lambda self: _(
            "A business buyer waits for it: Amazon wants it within one business day."
        ),
        next_step=lambda self: _(
            "Open it: it says what it waits for. Or upload it in Seller Central."
        ),
        open=lambda self: self._open_form(self._get_moves()),
    ),
    Kind(
        slot=25,
        name="invoice_missing",
        label="Business order without invoice",
        source=MISSING_INVOICES,
        reason=lambda self: _(
            "A business has bought it, it is shipped, and no invoice is posted: Amazon "
            "wants it within one business day."
        ),
        next_step=lambda self: _(
            "Open the order, create the invoice and post it: it is uploaded by itself."
        ),
    ),
    Kind(
        slot=2,
        name="stock",
        label="Quantity refused",
        source=SUBMISSIONS,
        next_step=_fix_and_retry,
        retry=_retry_submissions,
    ),
    Kind(
        slot=2,
        name="stock_now",
        label="Quantity refused at once",
        source=SUBMISSIONS,
        next_step=_fix_and_retry,
        retry=_retry_submissions,
    ),
    Kind(
        slot=3,
        name="held",
        label="Held back",
        source=HELD,
        reason=lambda self: _("Updates to Amazon are held back."),
        next_step=lambda self: _("Look through the messages; Retry sends them."),
        open=lambda self: self._open_held(),
        retry=lambda self: [account.action_send_held() for account in self.account_id],
    ),
    Kind(
        slot=9,
        name="held_stock",
        label="Stock held back",
        source=HELD_STOCK,
        next_step=lambda self: _("Open the account: release the stock, or correct it."),
    ),
    Kind(
        slot=4,
        name="cancel_request",
        label="Buyer asks to cancel",
        source=SALE_ORDERS,
        columns=("NULL", "sale.amazon_cancel_requested"),
        reason=lambda self: _(
            "The buyer asked Amazon to cancel. Nothing is delivered until you decide."
        ),
        next_step=lambda self: _("Open the order: cancel it, or deliver anyway."),
    ),
    Kind(
        slot=5,
        name="review",
        label="Changed at Amazon",
        source=SALE_ORDERS,
        columns=("sale.amazon_review", "sale.amazon_review <> ''"),
        next_step=lambda self: _("Open the order, see to it, then press Done."),
    ),
    Kind(
        slot=6,
        name="total",
        label="Total differs",
        source=SALE_ORDERS,
        columns=(
            "NULL",
            "sale.amazon_total_difference <> 0 AND sale.state <> 'cancel'",
        ),
        reason=_compare_totals,
        next_step=lambda self: _(
            "Compare the lines with Seller Central before you invoice."
        ),
    ),
    Kind(
        slot=13,
        name="tax",
        label="Tax differs",
        source=TAXES,
        reason=_compare_taxes,
        next_step=_correct_taxes,
        open=lambda self: self._open_taxed_orders(),
        retry=lambda self: self._tax_orders_anew(),
    ),
    Kind(
        slot=7,
        name="fba_stock",
        label="FBA stock not booked",
        source=SALE_ORDERS,
        columns=(
            "sale.amazon_stock_message",
            "sale.amazon_stock_message <> '' AND sale.state = 'sale'",
        ),
        next_step=lambda self: _("Enter the stock with its lots, then press Retry."),
        retry=lambda self: [
            order.action_book_amazon_stock() for order in self.sale_order_id
        ],
    ),
    Kind(
        slot=17,
        name="waits",
        label="Nobody delivers",
        source=SALE_ORDERS,
        columns=(
            "NULL",
            "EXISTS (SELECT FROM sale_order_line AS line"
            " WHERE line.order_id = sale.id AND line.amazon_waiting > 0)",
        ),
        reason=lambda self: self.sale_order_id.amazon_waits_message,
        next_step=lambda self: _(
            "Open the order: deliver the rest. Or confirm in Seller Central what left "
            "from elsewhere, or cancel it there; Odoo reads that by itself."
        ),
    ),
    Kind(
        slot=10,
        name="report",
        label="Report not read",
        source=REPORTS,
        next_step=lambda self: _("Press Retry: Amazon is asked for a new one."),
        open=lambda self: self._open_form(self._get_reports()),
        retry=lambda self: [self._get_reports().action_retry()],
    ),
    Kind(
        slot=11,
        name="catalogue",
        label="Listings missing",
        source=MISSING_OFFERS,
        reason=lambda self: self.account_id.catalogue_guard_message,
        next_step=lambda self: _(
            "Open the account: archive the listings, or keep them."
        ),
    ),
    Kind(
        slot=12,
        name="settlement",
        label="Settlement not booked",
        source=SETTLEMENTS,
        next_step=lambda self: _("Open the settlement: it says what is missing."),
        open=lambda self: self._open_form(self._get_settlements()),
    ),
    Kind(
        slot=16,
        name="unmatched",
        label="Ordered, without product",
        source=UNMATCHED,
        reason=lambda self: self._get_offers()._describe_waiting_orders(),
        next_step=lambda self: _(
            "Choose the product of the SKU: orders get it, and their deliveries too."
        ),
        open=lambda self: self._get_offers()._open_match(),
    ),
    Kind(
        slot=23,
        name="late",
        label="Late",
        source=LATE,
        reason=lambda self: _(
            "It should have left: Amazon counts it in your late shipment rate."
        ),
        next_step=lambda self: _("Open the order: ship it today, or cancel it."),
    ),
    Kind(
        slot=14,
        name="drift",
        label="Quantity listed wrongly",
        source=DRIFTS,
        reason=lambda self: self._get_offers().drift_message,
        next_step=lambda self: _(
            "Look at the listing in Seller Central; Retry sends the quantity again."
        ),
        open=lambda self: self._open_form(self._get_offers()),
        retry=lambda self: [self._get_offers().action_retry_stock()],
    ),
    Kind(
        slot=15,
        name="feed_late",
        label="Feed not finished",
        source=LATE_FEEDS,
        reason=lambda self: _("Amazon has not finished it for two hours or more."),
        next_step=lambda self: _(
            "Wait, or ask Amazon's support: it is given up after a day."
        ),
        open=lambda self: self._open_form(self._get_feeds()),
    ),
    Kind(
        slot=20,
        name="shipped_without",
        label="Shipped without Odoo",
        source=SHIPPED_WITHOUT,
        reason=lambda self: _(
            "Orders that were shipped without Odoo: %s. Their sales are missing, and "
            "the stock is too high.",
            self._count_shipped_without(),
        ),
        next_step=lambda self: _(
            "Open them: import them with or without stock, or leave them out."
        ),
        open=lambda self: self._open_shipped_without(),
    ),
    Kind(
        slot=21,
        name="no_recipients",
        label="No recipients",
        source=NO_RECIPIENTS,
        reason=lambda self: self.account_id._explain_no_recipients(),
        next_step=lambda self: _(
            "Ask for the role in Seller Central (Develop Apps), authorize the app "
            "again there, and link the account again."
        ),
    ),
    Kind(
        slot=22,
        name="refund",
        label="Refund not booked",
        source=REFUNDS,
        next_step=lambda self: _("Open the refund: it says what has to be decided."),
        open=lambda self: self._open_form(self._get_refunds()),
    ),
)
#: name -> Kind, in the order in which people see them
KINDS = {kind.name: kind for kind in _ALL}


def get_query():
    """Return the SQL of all problems: each source once."""
    values = ",\n           ".join(
        "({}, '{}', {}, {})".format(kind.slot, kind.name, *kind.columns)
        for kind in _ALL
        if kind.columns
    )
    now = fields.Datetime.to_string(fields.Datetime.now())
    sources = (
        kind.source.format(slots=SLOTS, slot=kind.slot, values=values, now=now)
        for kind in _ALL
    )
    return "\n    UNION ALL\n".join(dict.fromkeys(sources))
