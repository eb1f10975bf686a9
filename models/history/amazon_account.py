"""Import the orders from before the go-live: button -> wizard -> back-fill (A11)."""

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..orders import amazon_account as orders_in


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    history_ids = fields.One2many("amazon.history", "account_id", readonly=True)
    history_count = fields.Integer("Times of history", compute="_compute_history_text")
    history_text = fields.Char("History so far", compute="_compute_history_text")
    history_notice = fields.Char("History import", compute="_compute_history_text")

    # === COMPUTE METHODS === #

    @api.depends("history_ids.state", "history_ids.cursor")
    @api.depends_context("lang")
    def _compute_history_text(self):
        """Describe the last back-fill, with a notice while it is not done."""
        states = dict(
            self.env["amazon.history"]._fields["state"]._description_selection(self.env)
        )
        for account in self:
            histories = account.sudo().history_ids
            last = histories[:1]
            account.history_count = len(histories)
            percent = f"{last.progress:.0f} %"
            is_running = last.state == "running"
            account.history_text = percent if is_running else states.get(last.state)
            account.history_notice = False
            if last and last.state != "done":
                notice = percent if is_running else f"{states[last.state]}, {percent}"
                account.history_notice = _("History: %s", notice)

    # === ACTION METHODS === #

    def action_import_history(self):
        """Open the wizard that asks for the time to import.

        :return dict: client action
        """
        self._check_may_import_history()
        self._check_linked()
        return {
            "type": "ir.actions.act_window",
            "name": _("Import History"),
            "res_model": "amazon.import.history",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_account_id": self.id,
                "default_date_to": self.go_live_date,
            },
        }

    def action_view_history(self):
        """Open the back-fills of the account."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_history_action"
        )
        if len(self.history_ids) == 1:
            only = {"res_id": self.history_ids.id, "views": [(False, "form")]}
            return {**action, **only}
        return {**action, "domain": [("account_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    def _check_may_import_history(self):
        """Refuse whoever is not a manager of the connector.

        :raise AccessError: only managers let so many orders in
        """
        self._check_may_use()
        manager = "amazon_connector.group_amazon_manager"
        if not self.env.su and not self.env.user.has_group(manager):
            raise AccessError(
                _("Only managers of the Amazon Connector can do this. Ask yours.")
            )

    def _import_history(self, date_from, date_to):
        """Begin a back-fill; the cron does the work.

        :param datetime date_from: naive UTC
        :param datetime date_to: naive UTC
        :return: amazon.history
        :raise UserError: there is no such time, or another one is not done yet
        """
        self.ensure_one()
        self._check_history_window(date_from, date_to)
        marketplaces = self.active_marketplace_ids or self.base_marketplace_id
        history = self.env["amazon.history"].create(
            {
                **self.env["amazon.history"]._prepare_run(),
                "account_id": self.id,
                "date_from": date_from,
                "date_to": date_to,
                "cursor": date_from,
                "marketplaces": ",".join(sorted(marketplaces.mapped("api_ref"))),
            }
        )
        self._trigger_orders_cron()
        return history

    def _check_history_window(self, date_from, date_to):
        """Refuse a window of time that can not be imported.

        :raise UserError: what is wrong with the time, and the remedy
        """
        if not self.go_live_date:
            raise UserError(
                _(
                    "Enter the go-live of the account first: Odoo has to know which "
                    "orders are history and which are to be delivered."
                )
            )
        if date_from >= date_to:
            raise UserError(_("This time ends before it begins."))
        if date_to > self.go_live_date:
            raise UserError(
                _("History ends with the go-live: choose an earlier end of the time.")
            )
        if date_to > self._get_amazon_now() - orders_in.READ_LAG:
            raise UserError(
                _(
                    "History ends now: Amazon shows orders after two minutes. Choose "
                    "an earlier end of the time."
                )
            )
        self._check_no_history_runs()

    def _check_no_history_runs(self, but=()):
        """Refuse a second back-fill beside a running one.

        :param but: amazon.history that does not count
        :raise UserError: another back-fill of the account runs
        """
        running = self.history_ids.filtered(lambda history: history.state == "running")
        if any(history not in but for history in running):
            raise UserError(
                _("Another time of this account is being imported. Stop it first.")
            )
