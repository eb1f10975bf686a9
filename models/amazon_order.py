import logging
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..amazon_api import UnreadableOrder
from .amazon_time import naive_seconds, naive_utc

_logger = logging.getLogger(__name__)

# How soon a row is tried again by itself that failed for want of a setting.
MENDED_AFTER = timedelta(hours=1)


class AmazonOrder(models.Model):
    """What Amazon told us of, one row per order: inbox and binding in one.

    Holds the reference and never the payload: Amazon keeps the archive, and no
    personal data rests in a queue.
    """

    _name = "amazon.order"
    _description = "Amazon Order"
    _inherit = "amazon.queue.step"
    _order = "remote_updated_at desc, id desc"
    _rec_name = "amazon_order_ref"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    amazon_order_ref = fields.Char(
        "Amazon reference", required=True, index=True, readonly=True
    )
    marketplace_id = fields.Many2one(
        "amazon.marketplace", ondelete="restrict", readonly=True
    )
    amazon_channel = fields.Selection(
        [("fba", "FBA"), ("fbm", "FBM")],
        "Channel",
        readonly=True,
        help="FBA: Amazon ships. FBM: you ship.",
    )
    amazon_status = fields.Char("Amazon's status", readonly=True)
    remote_updated_at = fields.Datetime("Changed at Amazon", readonly=True)
    # The same moment with its milliseconds: two changes may share a second.
    remote_updated_iso = fields.Char(readonly=True)
    # new -[imported]-> done; new -[PENDING at Amazon]-> waiting;
    # new -[not for Odoo]-> ignored; new -[can not be imported]-> failed;
    # failed -[retry, or a setting was mended]-> new;
    # done, waiting, ignored, failed -[newer change]-> new
    state = fields.Selection(
        [
            ("new", "To import"),
            ("waiting", "Waiting at Amazon"),
            ("done", "Imported"),
            ("ignored", "Not for Odoo"),
            ("failed", "Failed"),
        ],
        default="new",
        required=True,
        index=True,
        readonly=True,
    )
    error_kind = fields.Selection(
        [
            ("retryable", "Passing"),
            ("config", "Settings"),
            ("permanent", "Order"),
            ("internal", "Unexpected"),
        ],
        "Kind of problem",
        readonly=True,
    )
    error_message = fields.Text("Reason", readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="set null", readonly=True
    )

    _sql_constraints = [
        (
            "unique_order_ref",
            "UNIQUE(account_id, amazon_order_ref)",
            "Each Amazon order is noted once per account.",
        ),
    ]

    # === ACTION METHODS === #

    def action_retry(self):
        """Try again to import the selected failed orders.

        :return dict: client action, a notification with the counts
        """
        rows = self.filtered(lambda row: row.state == "failed")
        if not rows:
            raise UserError(_("Only failed orders can be tried again."))
        accounts = rows.account_id
        for account in accounts:
            account._check_may_use()
        tally = {"done": 0, "failed": 0}
        for account in accounts.sudo():
            account = account._in_company()
            mine = rows.sudo().filtered(lambda row, a=account: row.account_id == a)
            result = mine.with_env(account.env)._retry(account)
            for key in tally:
                tally[key] += result[key]
        return accounts[0]._notify(
            _("Imported: %(done)s. Failed again: %(failed)s.", **tally),
            "warning" if tally["failed"] else "success",
        )

    def action_view_sale_order(self):
        """Open the sale order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS - NOTING === #

    @api.model
    def _note(self, account, orders):
        """Note what a page told: one search, one create, one write per changed row.

        :param account: one amazon.account
        :param orders: iterable of Order and UnreadableOrder
        :return: the rows that are new or changed; they are due for import
        """
        newest = {}
        for order in orders:  # an order may stand on two pages, or twice on one
            known = newest.get(order.order_id)
            if not known or _iso(order) > _iso(known):
                newest[order.order_id] = order
        rows = self.search(
            [("account_id", "=", account.id), ("amazon_order_ref", "in", list(newest))]
        )
        marketplaces = self.env["amazon.marketplace"]._by_api_ref(
            {order.marketplace_id for order in newest.values() if order.marketplace_id}
        )
        changed = self.browse()
        for row in rows:
            order = newest.pop(row.amazon_order_ref)
            if _iso(order) > (row.remote_updated_iso or ""):
                row.write(self._prepare_noted_vals(order, marketplaces))
                changed += row
        created = self.create(
            [
                {
                    "account_id": account.id,
                    "amazon_order_ref": order.order_id,
                    **self._prepare_noted_vals(order, marketplaces),
                }
                for order in newest.values()
            ]
        )
        return changed + created

    @api.model
    def _prepare_noted_vals(self, order, marketplaces):
        """:param dict marketplaces: Amazon's identifier -> amazon.marketplace"""
        vals = {
            "state": "new",
            "error_kind": False,
            "error_message": False,
            "next_try_at": False,
            "marketplace_id": False,
        }
        if order.marketplace_id in marketplaces:
            vals["marketplace_id"] = marketplaces[order.marketplace_id].id
        if order.last_updated_time:
            vals["remote_updated_at"] = naive_seconds(order.last_updated_time)
            vals["remote_updated_iso"] = _iso(order)
        if not isinstance(order, UnreadableOrder):
            vals["amazon_channel"] = "fba" if order.is_fba else "fbm"
            vals["amazon_status"] = order.status
        return vals

    @api.model
    def _reopen_mended(self, account):
        """Rows that failed for want of a setting are tried again from time to time:
        somebody may have mended the cause. Pending orders whose goods got a product
        since are read once more."""
        self.search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "failed"),
                ("error_kind", "=", "config"),
                ("next_try_at", "<=", fields.Datetime.now()),
            ]
        ).write({"state": "new", "next_try_at": False})
        self._reopen_unmapped(account)

    @api.model
    def _get_due(self, account):
        """:return: rows of the account that wait for their import, the oldest first and
        history last"""
        return self.search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "new"),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="is_history NULLS FIRST, remote_updated_at, id",
        )

    # === BUSINESS METHODS - VERDICTS === #

    def _set_done(self, sale_orders):
        """Two statements, however many they are; nothing is computed from the order.

        :param dict sale_orders: Amazon reference -> sale.order
        """
        self.write({"state": "done"})
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE amazon_order SET sale_order_id = made.id"
            " FROM unnest(%s::int[], %s::int[]) AS made(row_id, id)"
            " WHERE amazon_order.id = made.row_id",
            [self.ids, [sale_orders[row.amazon_order_ref].id for row in self]],
        )
        self.invalidate_recordset(["sale_order_id"])

    def _set_failed(self, kind, message):
        """:param str kind: config, permanent or internal
        :param str message: cause and remedy, for a shop manager"""
        again = fields.Datetime.now() + MENDED_AFTER if kind == "config" else False
        self.write(
            {
                "state": "failed",
                "error_kind": kind,
                "error_message": message,
                "next_try_at": again,
            }
        )

    def _set_aside(self, state, message):
        """:param str state: waiting or ignored
        :param str message: why"""
        self.write({"state": state, "error_kind": False, "error_message": message})

    def _postpone(self, message, until):
        """A passing trouble: the row stays due, later.

        :param datetime until: UTC"""
        self.write(
            {
                "error_kind": "retryable",
                "error_message": message,
                "next_try_at": until,
            }
        )


def _iso(order):
    """:return str: the moment of the last change, to the millisecond; sortable"""
    if not order.last_updated_time:
        return ""
    return naive_utc(order.last_updated_time).isoformat(timespec="milliseconds") + "Z"
