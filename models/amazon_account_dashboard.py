"""The numbers of an account, and the lists behind them."""

from collections import Counter

from odoo import api, fields, models


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    order_ids = fields.One2many("amazon.order", "account_id", "Amazon orders")
    order_count = fields.Integer(compute="_compute_order_count", compute_sudo=True)
    offer_ids = fields.One2many("amazon.offer", "account_id", "Offers")
    offer_count = fields.Integer(compute="_compute_offer_count")

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

    # === COMPUTE METHODS === #

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
                ("state", "not in", ("done", "superseded", "failed")),
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

    def action_view_amazon_orders(self):
        """Open what Amazon told us of, imported or not."""
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
        """Open what Amazon is told for this account."""
        action = self.env["amazon.submission"]._open([("account_id", "=", self.id)])
        return {**action, "context": {"search_default_on_the_way": 1}}
