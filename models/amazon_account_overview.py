"""The dashboard: what a card of an account says, and the lists behind its numbers
(feature K1).

All cards together cost the same few grouped queries, however many accounts and orders
there are. Whoever looks sees what he may see: the numbers obey his own record rules, as
the lists behind them do.
"""

import json
from datetime import timedelta

from babel.dates import format_timedelta

from odoo import _, api, fields, models
from odoo.tools.misc import babel_locale_parse, format_date, get_lang

from .amazon_time import day_start

GRAPH_DAYS = 14


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    orders_today_count = fields.Integer("Orders today", compute="_compute_days")
    orders_graph = fields.Text("Orders of the last 14 days", compute="_compute_days")
    to_ship_count = fields.Integer("To ship", compute="_compute_to_ship")
    ship_today_count = fields.Integer("Due today", compute="_compute_to_ship")
    late_count = fields.Integer("Late", compute="_compute_to_ship")
    problem_count = fields.Integer(
        "Problems", compute="_compute_problem_count", compute_sudo=True
    )
    last_sync_text = fields.Char("Synchronized", compute="_compute_last_sync_text")
    last_stock_text = fields.Char("Stock seen", compute="_compute_last_sync_text")

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
        """:param datetime moment: UTC, or False
        :return str|False: how long ago, in words"""
        if not moment:
            return False
        ago = min(moment - fields.Datetime.now(), timedelta())
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_timedelta(ago, add_direction=True, locale=locale)

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

    # === TOOLING === #

    def _open_sale_orders(self, name, domain):
        """:return dict: action that shows exactly these orders"""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.sale_order_amazon_action"
        )
        return {**action, "name": name, "display_name": name, "domain": domain}

    def _get_orders_domain(self, day):
        """:param date day: in the user's time zone
        :return list: domain of the orders since then, cancelled ones aside"""
        return [
            ("amazon_account_id", "in", self.ids),
            ("state", "=", "sale"),
            ("date_order", ">=", day_start(day, self._get_zone())),
        ]

    def _get_to_ship_domain(self, domain):
        """:param list domain: what else is asked of orders to ship"""
        to_ship = self.env["sale.order"]._get_amazon_to_ship_domain()
        return [("amazon_account_id", "in", self.ids), *to_ship, *domain]

    def _get_ship_today_domain(self):
        midnight = day_start(self._get_day(1), self._get_zone())
        return [("amazon_ship_by", "<", midnight)]

    def _get_late_domain(self):
        return [("amazon_ship_by", "<", fields.Datetime.now())]

    def _get_zone(self):
        """:return str: name of the time zone in which the user's days begin"""
        return self.env.context.get("tz") or self.env.user.tz or "UTC"

    def _get_day(self, offset):
        """:param int offset: from today
        :return date: in the user's time zone"""
        zoned = self.with_context(tz=self._get_zone())
        return fields.Date.context_today(zoned) + timedelta(days=offset)

    def _get_day_label(self, day):
        """:return str: short, for the axis of the graph"""
        return format_date(self.env, day, date_format="d MMM")
