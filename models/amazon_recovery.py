import logging
from collections import Counter

from odoo import _, fields, models

from ..amazon_api import Rejected
from . import amazon_account_orders as orders_in
from .amazon_time import aware_utc

_logger = logging.getLogger(__name__)


class AmazonRecovery(models.Model):
    """A window of time whose orders are read once more, page by page, beside the
    normal reading: it has a bookmark of its own and never moves the account's cursor.
    Gone when it is read to its end.
    """

    _name = "amazon.recovery"
    _description = "Amazon: orders read once more"
    _inherit = "amazon.queue.step"
    _order = "id"
    _rec_name = "date_from"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="account_id.company_id")
    date_from = fields.Datetime("Created from", required=True, readonly=True)
    date_to = fields.Datetime("Created until", required=True, readonly=True)
    marketplaces = fields.Char(required=True, readonly=True)
    page_token = fields.Char(readonly=True, groups="base.group_system")
    page_at = fields.Datetime(readonly=True)
    is_read = fields.Boolean("Read to its end", readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    found_count = fields.Integer("Found", readonly=True)
    done_count = fields.Integer("Imported", readonly=True)
    waiting_count = fields.Integer("Waiting at Amazon", readonly=True)
    ignored_count = fields.Integer("Not for Odoo", readonly=True)
    failed_count = fields.Integer("Failed", readonly=True)

    # === READING === #

    def _read_on(self, account, budget):
        """Read on from the bookmark: each page is noted, committed and imported.

        :param account: one amazon.account, in an environment of its company
        :param TimeBudget budget: no page begins after its end
        :yield: Amazon's references of a page, and which of them were not in Odoo
        :raise SpApiError: a page did not come whole; the bookmark stands still
        """
        self.ensure_one()
        with account._get_partner() as partner:
            while not self.is_read and not budget.is_over:
                page = self._fetch_page(partner)
                rows = self._run_step(
                    self.env["amazon.order"]._note_again, account, page.orders
                )
                missing = rows.filtered(lambda row: not row.sale_order_id)
                orders = {order.order_id: order for order in page.orders}
                tally = rows._import(account, orders, budget)
                if tally["left"] or tally["busy"]:
                    self._run_step(account._trigger_orders_cron)
                self._run_step(self._end_page, page, tally)
                yield list(orders), missing

    def _fetch_page(self, partner):
        """Operation searchOrders; when Amazon no longer takes the bookmark, the window
        begins again: what is known by then costs nothing but the call.

        :return OrdersPage:
        """
        oldest = fields.Datetime.now() - orders_in.TOKEN_LIFE
        if self.page_token and self.page_at > oldest:
            try:
                return partner.search_orders(
                    pagination_token=self.page_token, **self._prepare_request()
                )
            except Rejected as error:
                _logger.info("recovery %s begins again: %s", self.id, error)
        if self.page_token:
            self._run_step(self.write, {"page_token": False, "found_count": 0})
        return partner.search_orders(**self._prepare_request())

    def _prepare_request(self):
        """:return dict: parameters of SellingPartner.search_orders, equal for all
        pages"""
        return {
            "marketplace_ids": self.marketplaces.split(","),
            "created_after": aware_utc(self.date_from),
            "created_before": aware_utc(self.date_to),
            "max_results_per_page": orders_in.PAGE_SIZE,
        }

    def _end_page(self, page, tally):
        """Move the bookmark and count."""
        verdicts = Counter(tally)
        if not self.page_token:
            self.page_at = fields.Datetime.now()
        self.write(
            {
                "page_token": page.next_token or False,
                "is_read": not page.next_token,
                "found_count": self.found_count + len(page.orders),
                **{
                    f"{verdict}_count": self[f"{verdict}_count"] + verdicts[verdict]
                    for verdict in ("done", "waiting", "ignored", "failed")
                },
            }
        )

    # === THE END === #

    def _finish(self, message=None):
        """Leave a note on the account and go.

        :param str message: why it ends early
        """
        text = message or self._describe_counts()
        self.account_id.message_post(
            body=_(
                "Orders created between %(start)s and %(end)s were read once more. "
                "%(result)s",
                start=self._local(self.date_from),
                end=self._local(self.date_to),
                result=text,
            )
        )
        self.unlink()

    def _describe_counts(self):
        """:return str: the counts in words"""
        parts = [
            text % count
            for text, count in [
                (_("Found: %s."), self.found_count),
                (_("Imported: %s."), self.done_count),
                (_("Waiting at Amazon: %s."), self.waiting_count),
                (_("Not for Odoo: %s."), self.ignored_count),
                (_("Failed: %s, see the problems."), self.failed_count),
            ]
            if count
        ]
        return " ".join(parts) or _("Amazon has no orders of that time.")

    def _local(self, moment):
        """:return str: as the account's responsible reads it"""
        reader = self.account_id.user_id or self.env.user
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=reader.tz or "UTC"), moment
        )
        return local.strftime("%Y-%m-%d %H:%M")
