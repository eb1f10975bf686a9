"""Orders that a person wants once more, whatever kept them out (feature D8)."""

from odoo import api, models

from ...tools.amazon_time import naive_seconds


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    @api.model
    def _note_again(self, account, orders):
        """Note orders, and open those again that never became a sale order: what kept
        them out, such as a missing marketplace, may be corrected by now.

        :param account: one amazon.account
        :param list orders: of Order and UnreadableOrder
        :return: the rows that are due for import
        """
        changed = self._note(account, orders)
        by_ref = {order.order_id: order for order in orders}
        missing = (self._find(account, by_ref) - changed).filtered(
            lambda row: not row._is_imported_whole()
        )
        marketplaces = self.env["amazon.marketplace"]._by_api_ref(
            {by_ref[row.amazon_order_ref].marketplace_id for row in missing} - {None}
        )
        for row in missing:
            order = by_ref[row.amazon_order_ref]
            row.write(self._prepare_noted_vals(order, marketplaces))
        return changed + missing

    def _is_imported_whole(self):
        """Answer whether nothing is left to import.

        :return bool: whether the row is a sale order with something on it
        """
        return bool(
            self.sale_order_id
            and (
                self.sale_order_id.state == "cancel"
                or self.sale_order_id.order_line.filtered(
                    lambda line: not line.display_type
                )
            )
        )

    @api.model
    def _note_references(self, account, refs):
        """Note references that nobody could ask Amazon about yet: the cron will.

        :param list refs: Amazon's references
        """
        known = self._find(account, refs)
        known.write({"state": "new", "error_message": False, "next_try_at": False})
        self.create(
            [
                {"account_id": account.id, "amazon_order_ref": ref}
                for ref in refs
                if ref not in set(known.mapped("amazon_order_ref"))
            ]
        )

    @api.model
    def _find(self, account, refs):
        """Find the rows of some orders of an account.

        :return: the rows of some references
        """
        return self.search(
            [("account_id", "=", account.id), ("amazon_order_ref", "in", list(refs))]
        )

    def _describe_results(self):
        """Show what has become of the rows.

        :return dict: Amazon's reference -> (result, message or False), as in
        amazon.recover.orders.line
        """
        results = {}
        for row in self:
            result = {"new": "later", "done": "imported"}.get(row.state, row.state)
            results[row.amazon_order_ref] = (result, row.error_message)
        return results

    def _is_behind(self, order):
        """Compare a row with the report of the nightly reconciliation.

        :param ReportedOrder order: how it stood when the report was made
        :return bool: whether Odoo missed a change. Rows that are due are fetched
            anyway, ignored ones stay ignored; an unknown status proves nothing.
        """
        if self.state in ("new", "ignored") or not order.status:
            return False
        if order.status == self.amazon_status:
            return False
        seen = self.remote_updated_at
        return not seen or naive_seconds(order.last_updated_time) > seen
