"""Noted orders that are history: what becomes of them (feature A11)."""

from odoo import _, api, fields, models

from ...tools.amazon_time import aware_utc


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    is_history = fields.Boolean("Before go-live", readonly=True)
    history_id = fields.Many2one(
        "amazon.history", index="btree_not_null", ondelete="set null", readonly=True
    )

    @api.model
    def _note_taken_over(self, account, orders):
        """Note orders as imported, so that they are not imported again.

        :param account: one amazon.account
        :param orders: sale.order that are the account's by now
        """
        by_ref = {order.amazon_order_ref: order for order in orders}
        rows = self._find(account, by_ref)
        for row in rows:  # noted, and not imported for whatever reason
            row.write(
                {
                    "state": "done",
                    "error_kind": False,
                    "error_message": False,
                    "next_try_at": False,
                    "sale_order_id": by_ref[row.amazon_order_ref].id,
                }
            )
        missing = by_ref.keys() - {*rows.mapped("amazon_order_ref")}
        self.create(
            [
                {
                    "account_id": account.id,
                    "amazon_order_ref": ref,
                    "marketplace_id": by_ref[ref].amazon_marketplace_id.id,
                    "amazon_channel": by_ref[ref].amazon_channel,
                    "remote_updated_at": by_ref[ref].date_order,
                    "state": "done",
                    "sale_order_id": by_ref[ref].id,
                }
                for ref in sorted(missing)
            ]
        )

    @api.model
    def _note_history(self, history, account, orders):
        """Note orders of a page of history. What was decided for this back-fill before
        stays as it is, unless Amazon changed it since.

        :param history: amazon.history
        :param account: its amazon.account
        :param list orders: of Order and UnreadableOrder
        :return: the rows that are due for import
        """
        by_ref = {order.order_id: order for order in orders}
        here = self._find(account, by_ref)
        judged = here.filtered(
            lambda row: (
                row.sale_order_id or (row.history_id == history and row.state != "new")
            )
        )
        rows = self._note(account, orders)
        if missing := here - judged - rows:
            refs = missing.mapped("amazon_order_ref")
            rows |= self._note_again(account, [by_ref[ref] for ref in refs])
        rows.filtered(lambda row: not row.sale_order_id).write(
            {"is_history": True, "history_id": history.id}
        )
        return rows

    def _is_of_history(self, order):
        """Answer whether an order is history.

        :param Order order:
        :return bool: whether it goes into Odoo for the reports only
        """
        go_live = aware_utc(self.account_id.go_live_date)
        is_old = go_live and order.created_time and order.created_time < go_live
        return bool(self.is_history and is_old)

    @api.model
    def _reason_to_ignore_history(self, order):
        """Refuse history that was not shipped; all else is imported.

        :return str|None: see _reason_to_ignore
        """
        if not order.is_shipped:
            return _(
                "Ordered before the go-live of the account and not shipped: only "
                "shipped orders are history. It comes in when Amazon says it is "
                "shipped."
            )
        return None
