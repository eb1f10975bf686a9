"""Whether pending orders of an account hold stock, and for how long (feature D12)."""

import logging

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..account.queue_step import BUSY_WAIT

_logger = logging.getLogger(__name__)
LONGEST = 60


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    hold_pending = fields.Boolean(
        "Hold stock for pending orders",
        copy=False,
        help="An order whose payment is not settled does not come into Odoo yet: it "
        "may still be cancelled. Ticked: its goods are kept aside meanwhile, so that "
        "nobody else gets them and Amazon is not told that they are free. They go to "
        "the order when it is paid, and are free again when it is cancelled. Orders "
        "that you ship (FBM) only.",
    )
    hold_days = fields.Integer(
        "Days on hold",
        required=True,
        default=7,
        help="After so many days the goods are free again, paid or not. Most payments "
        "are settled within a day; some kinds, such as payment in a shop or by bank "
        "transfer, take a week and more.",
    )

    # === CONSTRAINTS === #

    @api.constrains("hold_days")
    def _check_hold_days(self):
        if any(not 1 <= account.hold_days <= LONGEST for account in self):
            raise ValidationError(
                _(
                    "Goods are kept aside for 1 to %s days: change “Days on hold”.",
                    LONGEST,
                )
            )

    # === BUSINESS METHODS === #

    def _follow_hold_settings(self, vals):
        """Decide anew which pending orders hold stock."""
        self.sudo()._review_holds()

    def _get_delivering_warehouse(self, marketplace):
        """Choose the warehouse by marketplace, else the one of the account.

        :param marketplace: amazon.marketplace
        :return: stock.warehouse that ships its orders
        """
        own = self._get_marketplace_setting(marketplace).warehouse_id
        return own or self._get_warehouse()

    def _review_holds(self):
        """Release holds of accounts that switched them off or lost their connection;
        for the others the pending orders are read again, for what is held may
        change."""
        going_on = self.filtered(
            lambda account: (
                account.hold_pending and account.active and account.is_linked
            )
        )
        (self - going_on)._release_holds()
        if going_on:
            self.env["amazon.order"].search(
                [
                    ("account_id", "in", going_on.ids),
                    ("state", "=", "waiting"),
                    ("amazon_channel", "=", "fbm"),
                    ("amazon_status", "=", "PENDING"),
                ]
            )._read_again()
            self._trigger_orders_cron()

    def _release_holds(self):
        """Release at once, for no cron works for an archived account."""
        self.env["amazon.order"].search(
            [("account_id", "in", self.ids), ("held_until", "!=", False)]
        )._release()

    @api.model
    def _cron_release_holds(self):
        """Release what was held for too long, whether Amazon can be read or not."""
        strays = self.env["amazon.order"]._find_stray_holds().grouped("account_id")
        self._for_each_account(
            self.browse().union(*strays),
            lambda account: account._release_strays(strays[account]),
            _logger,
            self._trigger_holds_cron,
        )

    def _release_strays(self, rows):
        """Free stock that should not be held, or soon when an import is at work.

        :param rows: amazon.order of this account, in any environment
        """
        if not self._run_step(rows.with_env(self.env)._release_alone, self):
            soon = fields.Datetime.now() + BUSY_WAIT
            self._run_step(self._trigger_holds_cron, soon)

    @api.model
    def _trigger_holds_cron(self, at=None):
        """Schedule the next search for holds that have ended.

        :param datetime at: UTC; None: as soon as possible
        """
        self._wake_cron("release_holds", at)
