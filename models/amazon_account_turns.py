"""Whose turn it is: many accounts, few workers, and quotas that each account has."""

from dateutil.relativedelta import relativedelta

from odoo import fields, models


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    # Also an account that can not be read had its turn: others must not wait for it.
    orders_turn_at = fields.Datetime(readonly=True, copy=False)
    # The account asked for a turn of its own; empty: the regular runs will do.
    orders_due_at = fields.Datetime(readonly=True, copy=False)

    def _find_orders_turns(self):
        """Amazon lets an account ask about twenty times an hour (searchOrders), and the
        regular runs ask six times. Runs in between go on where a regular one ended, or
        are for an account that asked, e.g. as its Amazon did not answer: they cost the
        other accounts no call.

        :return: amazon.account, the longest waiting first
        """
        domain = [("is_linked", "=", True)]
        now, cron = fields.Datetime.now(), self._get_orders_cron()
        if cron.nextcall > now:
            interval = relativedelta(**{cron.interval_type: cron.interval_number})
            # as two clocks may differ, and one regular run is later than another
            long_ago = now - (now + interval - now) / 2
            domain += [
                "|",
                "|",
                ("orders_turn_at", "=", False),
                ("orders_turn_at", "<=", long_ago),
                ("orders_due_at", "<=", now),
            ]
        return self.sudo().search(domain, order="orders_turn_at NULLS FIRST, id")

    def _take_orders_turn(self, before):
        """:param datetime before: the account's last turn, when the run began
        :return bool: False: another worker was quicker"""
        if not self._take_turn("orders_turn_at", before):
            return False
        self.orders_due_at = False
        return True

    def _take_turn(self, name, before):
        """Several workers go through the accounts: each account is one worker's.

        :param str name: of the field that tells when the account had its last turn
        :param datetime before: what it told when the run began
        :return bool: False: another worker was quicker
        """
        if self[name] != before:
            return False
        self[name] = fields.Datetime.now()
        return True

    def _trigger_orders_cron(self, at=None):
        """Let the cron run; these accounts, if any, are due then.

        :param datetime at: UTC; None: as soon as possible
        """
        self._ask_for_orders_turn(at or fields.Datetime.now())
        self._wake_cron("sync_orders", at)

    def _ask_for_orders_turn(self, at):
        """:param datetime at: UTC; an earlier one that was asked for stays"""
        self.sudo().filtered(
            lambda account: not account.orders_due_at or account.orders_due_at > at
        ).orders_due_at = at

    def _get_orders_cron(self):
        return self.env.ref("amazon_connector.ir_cron_sync_orders").sudo()
