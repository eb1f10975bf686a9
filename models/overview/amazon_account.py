"""The dashboard: what a card of an account says, and the lists behind its numbers
(feature K1); how far long work is (feature K4).

All cards together cost the same few grouped queries, however many accounts and orders
there are. Users see what they may see: the numbers obey their own record rules, as
the lists behind them do.

Long work is reported while somebody has a form open: the import of orders, the
catalogue, the history. The widget ``amazon_progress`` asks `get_progress`. Amazon does
not say how many orders it will show. So what is known is counted: the orders noted
since the sync began, and which of them are through.
"""

import json
from collections import Counter
from datetime import timedelta

from babel.dates import format_timedelta

from odoo import _, api, fields, models
from odoo.tools.misc import babel_locale_parse, format_date, get_lang

from ...tools.amazon_time import day_start
from ..orders.amazon_account import PAGE_SIZE, TOKEN_LIFE
from ..outbox.amazon_submission import UNDER_WAY, WAITING

GRAPH_DAYS = 14
# The first page is noted a moment before the sync is said to have begun.
MARGIN = timedelta(minutes=1)
IDLE = {"running": False, "done": 0, "noted": 0, "percent": 0, "text": False}
# The form asks again after so many seconds: orders are quick, the rest takes longer.
SOON, LATER = 3, 10


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    orders_today_count = fields.Integer("Orders today", compute="_compute_days")
    orders_graph = fields.Text("Orders of the last 14 days", compute="_compute_days")
    orders_graph_text = fields.Char("Orders by day", compute="_compute_days")
    to_ship_count = fields.Integer("To ship", compute="_compute_to_ship")
    ship_today_count = fields.Integer("Due today", compute="_compute_to_ship")
    late_count = fields.Integer("Late", compute="_compute_to_ship")
    problem_count = fields.Integer(
        "Problems", compute="_compute_problem_count", compute_sudo=True
    )
    last_sync_text = fields.Char("Synchronized", compute="_compute_last_sync_text")
    last_stock_text = fields.Char("Stock seen", compute="_compute_last_sync_text")
    order_ids = fields.One2many("amazon.order", "account_id", "Amazon orders")
    order_count = fields.Integer(compute="_compute_order_count", compute_sudo=True)
    offer_ids = fields.One2many("amazon.offer", "account_id", "Listings")
    offer_count = fields.Integer("Listing Count", compute="_compute_offer_count")
    submission_ids = fields.One2many("amazon.submission", "account_id")
    open_submission_count = fields.Integer(
        compute="_compute_submission_counts", compute_sudo=True
    )
    # Quantities are held back for reasons of their own: they are counted apart.
    held_submission_count = fields.Integer(
        compute="_compute_submission_counts", compute_sudo=True
    )
    held_stock_count = fields.Integer(
        compute="_compute_submission_counts", compute_sudo=True
    )
    orders_progress = fields.Char("Import", compute="_compute_orders_progress")

    @api.depends_context("lang")
    def _compute_orders_progress(self):
        progress = self._get_orders_progress()
        for account in self:
            account.orders_progress = progress[account.id]["text"]

    def _get_orders_progress(self):
        """Compute how far the import of orders is, without rights on single orders.

        :return dict: id of the account -> dict: running (bool), done and noted (how
        many orders), percent, text; two queries for all accounts together
        """
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
        """Find the accounts of which Amazon has more pages of orders.

        :return dict: account -> when its sync of several pages began
        """
        recently = fields.Datetime.now() - TOKEN_LIFE
        return {
            account: account.orders_page_at - MARGIN
            for account in self
            if account.orders_page_at and account.orders_page_at > recently
        }

    def _describe_progress(self, waiting, noted):
        """Compute how far one account is, in figures and in words.

        :param int waiting: orders that are noted and not imported yet
        :param int noted: orders noted since the sync began
        """
        is_live = self.active and self.is_linked
        has_more = bool(self.orders_page_token and self in self._get_reading_starts())
        if not is_live or not (waiting or has_more):
            return IDLE
        noted = max(noted, waiting)
        done = noted - waiting
        counts = {"done": done, "noted": noted}
        text = (
            _("Orders done so far: %(done)s of %(noted)s; Amazon has more.", **counts)
            if has_more
            else _("Orders done: %(done)s of %(noted)s.", **counts)
        )
        expected = noted + (PAGE_SIZE if has_more else 0)  # at least a page to come
        return {
            "running": True,
            "done": done,
            "noted": noted,
            "percent": round(100 * done / expected),
            "text": text,
        }

    def get_progress(self):
        """Report what long work is under way; the form asks again while there is some.

        :return dict: works (list of dict: name, text, percent or False), seconds (until
            it is worth asking again; 0: nothing runs), reload (bool: the numbers of the
            form change meanwhile)
        """
        self.ensure_one()
        orders = self._get_orders_progress()[self.id]
        works = []
        if orders["running"]:
            text, percent = orders["text"], orders["percent"]
            works.append({"name": "orders", "text": text, "percent": percent})
        seconds = SOON if works else LATER
        works += self.sudo()._get_slow_works()
        return {"works": works, "seconds": seconds if works else 0, "reload": False}

    def _get_slow_works(self):
        """Collect the long work that is not the import of new orders.

        :return list: as the works of `get_progress`; the catalogue, products of past
        orders, the history
        """
        works = []
        if self.catalogue_progress:
            text = _("Catalogue: %s", " ".join(self.catalogue_progress.splitlines()))
            percent = self.env["amazon.report"]._get_catalogue_percent(self)
            works.append({"name": "catalogue", "text": text, "percent": percent})
        if self.matching_progress:
            text = self.matching_progress
            works.append({"name": "matching", "text": text, "percent": False})
        for history in self.history_ids.filtered(lambda row: row.state == "running"):
            text, percent = history._describe_progress(), int(history.progress)
            works.append({"name": "history", "text": text, "percent": percent})
        return works

    # === COMPUTE METHODS === #

    @api.depends_context("uid", "tz", "lang")
    def _compute_days(self):
        first, today = self._get_day(1 - GRAPH_DAYS), self._get_day(0)
        zone = self._get_zone()
        counts = {
            (account.id, moment.date()): count
            for account, moment, count in self.env["sale.order"]
            .with_context(tz=zone)  # its days are the ones of the lists
            ._read_group(
                self._get_orders_domain(first),
                ["amazon_account_id", "date_order:day"],
                ["__count"],
            )
        }
        days = [first + timedelta(days=number) for number in range(GRAPH_DAYS)]
        labels = {day: self._get_day_label(day) for day in days}
        for account in self:
            mine = {day: counts.get((account.id, day), 0) for day in days}
            account.orders_today_count = mine[today]
            counted = [f"{labels[day]}: {count}" for day, count in mine.items()]
            account.orders_graph_text = _("Orders by day: %s", ", ".join(counted))
            account.orders_graph = json.dumps(
                [
                    {
                        "key": _("Orders"),
                        "values": [
                            {
                                "label": labels[day],
                                "value": count,
                                "type": "past" if day < today else "future",  # colour
                            }
                            for day, count in mine.items()
                        ],
                    }
                ]
            )

    @api.depends_context("uid", "tz")
    def _compute_to_ship(self):
        for field_name, domain in (
            ("to_ship_count", []),
            ("ship_today_count", self._get_ship_today_domain()),
            ("late_count", self._get_late_domain()),
        ):
            counts = dict(
                self.env["sale.order"]._read_group(
                    self._get_to_ship_domain(domain),
                    ["amazon_account_id"],
                    ["__count"],
                )
            )
            for account in self:
                account[field_name] = counts.get(account, 0)

    def _compute_problem_count(self):
        if not self.env.user.has_group("amazon_connector.group_amazon_user"):
            self.problem_count = 0  # problems are not shown to other salespeople
            return
        counts = dict(
            self.env["amazon.problem"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.problem_count = counts.get(account, 0)

    @api.depends("last_orders_run", "last_stock_run")
    @api.depends_context("lang")
    def _compute_last_sync_text(self):
        for account in self:
            account.last_sync_text = account._say_when(account.last_orders_run)
            account.last_stock_text = account._say_when(account.last_stock_run)

    def _say_when(self, moment):
        """Format a moment of the past for the dashboard.

        :param datetime moment: UTC, or False
        :return str|False: how long ago, in words
        """
        if not moment:
            return False
        ago = min(moment - fields.Datetime.now(), timedelta())
        if ago > -timedelta(minutes=1):
            return _("just now")
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_timedelta(ago, add_direction=True, locale=locale)

    def _compute_order_count(self):
        counts = dict(
            self.env["amazon.order"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.order_count = counts.get(account, 0)

    def _compute_offer_count(self):
        counts = dict(
            self.env["amazon.offer"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.offer_count = counts.get(account, 0)

    @api.depends("submission_ids.state")
    def _compute_submission_counts(self):
        found = self.env["amazon.submission"]._read_group(
            [
                ("account_id", "in", self.ids),
                ("state", "in", (*WAITING, *UNDER_WAY)),
            ],
            ["account_id", "kind", "state"],
            ["__count"],
        )
        for account in self:
            mine = Counter()
            for owner, kind, state, count in found:
                if owner == account:
                    is_stock = (kind, state) == ("stock", "held")
                    mine["held stock" if is_stock else state] += count
            account.held_submission_count = mine["held"]
            account.held_stock_count = mine["held stock"]
            account.open_submission_count = mine.total()

    # === ACTION METHODS === #

    def action_view_orders_today(self):
        """Open the sale orders of today."""
        domain = self._get_orders_domain(self._get_day(0))
        return self._open_sale_orders(_("Orders Today"), domain)

    def action_view_orders_to_ship(self):
        """Open the orders that you still have to ship."""
        return self._open_sale_orders(_("To Ship"), self._get_to_ship_domain([]))

    def action_view_orders_ship_today(self):
        """Open the orders that have to leave before midnight."""
        domain = self._get_to_ship_domain(self._get_ship_today_domain())
        return self._open_sale_orders(_("Due Today"), domain)

    def action_view_orders_late(self):
        """Open the orders that should have left already."""
        domain = self._get_to_ship_domain(self._get_late_domain())
        return self._open_sale_orders(_("Late"), domain)

    def action_view_sale_orders(self):
        """Open all sale orders of the account."""
        domain = [("amazon_account_id", "in", self.ids)]
        return self._open_sale_orders(_("Amazon Orders"), domain)

    def action_view_problems(self):
        """Open what needs a person."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_problem_action"
        )
        return {**action, "domain": [("account_id", "in", self.ids)]}

    def action_view_sales_report(self):
        """Open the sales of the account as graph and pivot."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.sale_report_amazon_action"
        )
        return {**action, "domain": [("amazon_account_id", "in", self.ids)]}

    def action_view_amazon_orders(self):
        """Open what Amazon reported, imported or not."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_order_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_view_offers(self):
        """Open the account's offers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_offer_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        action["context"] = {"default_account_id": self.id}
        return action

    def action_view_submissions(self):
        """Open the messages to Amazon of this account."""
        action = self.env["amazon.submission"]._open([("account_id", "=", self.id)])
        return {**action, "context": {"search_default_on_the_way": 1}}

    # === TOOLING === #

    def _open_sale_orders(self, name, domain):
        """Open a list of orders behind a number of the dashboard.

        :return dict: action that shows exactly these orders
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.sale_order_amazon_action"
        )
        return {**action, "name": name, "display_name": name, "domain": domain}

    def _get_orders_domain(self, day):
        """Filter the confirmed orders that count for a day of the graph.

        :param date day: in the user's time zone
        :return list: domain of the orders since then, cancelled ones aside
        """
        return [
            ("amazon_account_id", "in", self.ids),
            ("state", "=", "sale"),
            ("date_order", ">=", day_start(day, self._get_zone())),
        ]

    def _get_to_ship_domain(self, domain):
        """Filter orders to ship of these accounts.

        :param list domain: what else is asked of orders to ship
        """
        to_ship = self.env["sale.order"]._get_amazon_to_ship_domain()
        return [("amazon_account_id", "in", self.ids), *to_ship, *domain]

    def _get_ship_today_domain(self):
        midnight = day_start(self._get_day(1), self._get_zone())
        return [("amazon_ship_by", "<", midnight)]

    def _get_late_domain(self):
        return [("amazon_ship_by", "<", fields.Datetime.now())]

    def _get_zone(self):
        """The time zone of the browser, else of the user.

        :return str: name of the time zone in which the user's days begin
        """
        return self.env.context.get("tz") or self.env.user.tz or "UTC"

    def _get_day(self, offset):
        """A day of the dashboard, counted from the user's today.

        :param int offset: from today
        :return date: in the user's time zone
        """
        zoned = self.with_context(tz=self._get_zone())
        return fields.Date.context_today(zoned) + timedelta(days=offset)

    def _get_day_label(self, day):
        """Format a day without its year.

        :return str: short, for the axis of the graph
        """
        return format_date(self.env, day, date_format="d MMM")
