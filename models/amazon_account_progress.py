"""How far a long import is, for the form and the dashboard (feature K4).

Amazon does not tell how many orders it will show. So what is counted is what is known:
the orders noted since the reading began, and which of them are through.
"""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools import sql

from .amazon_account_orders import PAGE_SIZE, TOKEN_LIFE

# The first page is noted a moment before the reading is said to have begun.
MARGIN = timedelta(minutes=1)
IDLE = {"running": False, "done": 0, "noted": 0, "percent": 0, "text": False}


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    orders_progress = fields.Char("Import", compute="_compute_orders_progress")

    @api.depends_context("lang")
    def _compute_orders_progress(self):
        progress = self._get_orders_progress()
        for account in self:
            account.orders_progress = progress[account.id]["text"]

    def _get_orders_progress(self):
        """:return dict: id of the account -> dict: running (bool), done and noted (how
        many orders), percent, text; two queries for all accounts together"""
        self.read(["name"])  # the sudo that follows must not open other companies
        accounts = self.sudo()
        rows = accounts.env["amazon.order"]
        waiting = dict(
            rows._read_group(
                [("account_id", "in", accounts.ids), ("state", "=", "new")],
                ["account_id"],
                ["__count"],
            )
        )
        starts = accounts._get_reading_starts()
        noted = {}
        if starts:
            since = ["|"] * (len(starts) - 1)
            for account, start in starts.items():
                since += ["&", ("account_id", "=", account.id)]
                since.append(("create_date", ">=", start))
            noted = dict(rows._read_group(since, ["account_id"], ["__count"]))
        return {
            account.id: account._describe_progress(
                waiting.get(account, 0), noted.get(account, 0)
            )
            for account in accounts
        }

    def _get_reading_starts(self):
        """:return dict: account -> when its reading of several pages began"""
        recently = fields.Datetime.now() - TOKEN_LIFE
        return {
            account: account.orders_page_at - MARGIN
            for account in self
            if account.orders_page_at and account.orders_page_at > recently
        }

    def _describe_progress(self, waiting, noted):
        """:param int waiting: orders that are noted and not imported yet
        :param int noted: orders noted since the reading began"""
        is_live = self.active and self.is_linked
        has_more = bool(self.orders_page_token and self in self._get_reading_starts())
        if not is_live or not (waiting or has_more):
            return IDLE
        noted = max(noted, waiting)
        done = noted - waiting
        counts = {"done": done, "noted": noted}
        text = (
            _("%(done)s of %(noted)s orders done so far; Amazon has more.", **counts)
            if has_more
            else _("%(done)s of %(noted)s orders done.", **counts)
        )
        expected = noted + (PAGE_SIZE if has_more else 0)  # at least a page to come
        return {
            "running": True,
            "done": done,
            "noted": noted,
            "percent": round(100 * done / expected),
            "text": text,
        }


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    def _auto_init(self):
        """What a reading has noted is counted again and again while it runs."""
        result = super()._auto_init()
        sql.create_index(
            self.env.cr,
            "amazon_order_noted",
            self._table,
            ["account_id", "create_date"],
        )
        return result
