"""How an account reaches Amazon, and what people are told when it does not."""

import logging
from functools import partial

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..amazon_api import (
    ConfigError,
    Credentials,
    Permanent,
    SellingPartner,
    SpApiError,
    Throttled,
    Unavailable,
)
from .amazon_rate_limit import RateLimitStore

_logger = logging.getLogger(__name__)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    connection_error_since = fields.Datetime(
        compute="_compute_connection_error_since", store=True, copy=False
    )

    # === COMPUTE METHODS === #

    @api.depends("connection_state")
    def _compute_connection_error_since(self):
        now = fields.Datetime.now()
        for account in self:
            account.connection_error_since = (
                (account.connection_error_since or now)
                if account.connection_state == "error"
                else False
            )

    # === ACTION METHODS === #

    def action_update_available_marketplaces(self):
        """Fetch where the seller may sell.

        :return dict: client action, a notification
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        before = self.available_marketplace_ids
        try:
            participations = self._fetch_participations()
        except SpApiError as error:
            return self._notify(self._note_trouble(error), "danger")
        self._run_step(self._set_available_marketplaces, participations)
        return self._notify(
            _(
                "%(count)s marketplaces are available, %(new)s of them new.",
                count=len(self.available_marketplace_ids),
                new=len(self.available_marketplace_ids - before),
            ),
            "success",
        )

    # === BUSINESS METHODS === #

    def _check_linked(self):
        """:raise UserError: archived accounts and those without a refresh token make
        no call at all"""
        self.ensure_one()
        if not self.active:
            raise UserError(_("This account is archived: it makes no call to Amazon."))
        if not self.is_linked:
            raise UserError(
                _(
                    "This account is not linked to Amazon yet: press «Link to Amazon» "
                    "on the account."
                )
            )

    def _get_partner(self):
        """:return SellingPartner: speaks with Amazon for this account
        :raise UserError: the account is archived or not linked
        :raise ConfigError: parts of the credentials are missing or can not be read, or
            this database is a copy that must not reach Amazon
        """
        self._check_linked()
        self._check_may_call()
        account_sudo = self.sudo()
        store = RateLimitStore(account_sudo)
        return SellingPartner(
            Credentials(
                client_id=account_sudo.lwa_client_id or "",
                client_secret=account_sudo.lwa_client_secret or "",
                refresh_token=account_sudo.refresh_token,
            ),
            region=account_sudo.region,
            environment=account_sudo.environment,
            simulator_url=account_sudo.simulator_url or None,
            store=store,
            on_call=partial(account_sudo.env["amazon.call"]._note, account_sudo, store),
        )

    def _check_may_call(self):
        """:raise ConfigError: no call may leave"""
        self._check_no_copy(self.environment)
        if self._has_lost_secret():
            raise ConfigError("No key opens the stored secrets.", reason="key")

    @api.model
    def _check_no_copy(self, environment):
        """:raise ConfigError: this database is a copy that must not reach Amazon"""
        parameters = self.env["ir.config_parameter"].sudo()
        is_copy = parameters.get_param("database.is_neutralized")
        if is_copy and environment != "simulator":
            raise ConfigError("This database is a neutralized copy.", reason="copy")

    def _fetch_participations(self):
        """Operation getMarketplaceParticipations.

        :return: tuple of Participation
        :raise SpApiError: no whole answer came
        """
        with self._get_partner() as partner:
            participations = partner.get_marketplace_participations()
        self._run_step(self._note_connected)
        return participations

    def _set_available_marketplaces(self, participations):
        """Keep where the seller may sell; activate all of it the first time."""
        known = self.env["amazon.marketplace"]._by_api_ref(
            participation.marketplace_id
            for participation in participations
            if participation.is_participating
        )
        is_first_time = not self.available_marketplace_ids
        available = self.env["amazon.marketplace"].union(*known.values())
        available = available.filtered(lambda shop: shop.region == self.region)
        self.available_marketplace_ids = available
        if is_first_time and not self.active_marketplace_ids:
            self.active_marketplace_ids = available
        else:
            self.active_marketplace_ids &= available

    def _note_connected(self):
        """Note that Amazon has answered; whatever waited for a setting may go now."""
        was_broken = self.connection_state != "connected"
        if was_broken or self.connection_message:
            self.write({"connection_state": "connected", "connection_message": False})
        if was_broken:
            self._wake_submissions()
            self.env["amazon.report"]._wake(self)

    def _note_trouble(self, error):
        """Keep on the account what went wrong and what to do.

        :param SpApiError error: as raised by the pure layer
        :return str: the message for people
        """
        message = self._explain(error)
        _logger.warning("account %s: %s: %s", self.id, type(error).__name__, error)
        values = {"connection_message": message}
        if isinstance(error, ConfigError):
            values["connection_state"] = "error"
        self._run_step(self.write, values)
        return message

    def _explain(self, error):
        """Say in a shop manager's words what happened and what to do.

        :param SpApiError error: as raised by the pure layer
        :return str:
        """
        if isinstance(error, ConfigError):
            return self._explain_configuration(error.reason)
        if isinstance(error, Throttled):
            return self._explain_throttled(error.retry_at)
        if isinstance(error, Unavailable):
            return self._explain_unavailable(error.reason)
        if isinstance(error, Permanent):
            return _(
                "Amazon did not accept the request (%(code)s: %(text)s). If this "
                "stays, give Amazon's support the request number %(number)s.",
                code=error.code or error.status,
                text=error,
                number=error.request_id or _("(none)"),
            )
        return _("Amazon's answer was lost. Odoo asks again by itself.")

    def _explain_throttled(self, retry_at):
        """:param datetime retry_at: aware, None when Amazon leaves it open"""
        if not retry_at:
            return _("Amazon allows only so many requests. Odoo goes on by itself.")
        when = fields.Datetime.context_timestamp(self, retry_at.replace(tzinfo=None))
        return _(
            "Amazon allows only so many requests, and they are used up. Odoo goes on "
            "by itself at %(time)s.",
            time=when.strftime("%H:%M"),
        )

    def _explain_configuration(self, reason):
        return {
            "credentials": _(
                "Amazon does not accept the client ID or the client secret. Press "
                "«Link Again» and copy both once more from Seller Central (Apps and "
                "Services > Develop Apps > View LWA credentials)."
            ),
            "consent": _(
                "The authorization of this account was withdrawn or has expired. Press "
                "«Link Again». With an app of your own, authorize it in Seller Central "
                "before (Apps and Services > Develop Apps > Authorize) and paste the "
                "new refresh token."
            ),
            "role": _(
                "Amazon refuses this to your app: it lacks a role. In Seller Central "
                "(Apps and Services > Develop Apps) give it the role «Inventory and "
                "Order Tracking», then press «Link Again». «Test Connection» shows "
                "what the app may do."
            ),
            "region": _(
                "Amazon says that a marketplace is not of this account's region. Check "
                "the home marketplace and the synchronized marketplaces."
            ),
            "key": _(
                "The secrets of this account can not be read: the key that protects "
                "them was lost or changed. Link the account again: enter the client "
                "secret and the refresh token once more and test the connection. Or "
                "put the former key back (server option amazon_connector_key, or the "
                "file amazon_connector.key in Odoo's data directory)."
            ),
            "copy": _(
                "This database is a neutralized copy: it may not speak with Amazon, "
                "only with the simulator. Work in the original database."
            ),
            "address": _(
                "The simulator has to run on this machine: give an address such as "
                "http://127.0.0.1:8199."
            ),
        }[reason]

    def _explain_unavailable(self, reason):
        if reason == "network" and self.environment == "simulator":
            return _(
                "No simulator answers at %(address)s. Start it there, then try again.",
                address=self.simulator_url,
            )
        return {
            "network": _(
                "This server can not reach Amazon. Check its connection to the "
                "internet; Odoo tries again by itself."
            ),
            "timeout": _(
                "Amazon did not answer in time. Odoo tries again by itself; nothing "
                "was lost."
            ),
            "server": _(
                "Amazon has a fault at the moment. Odoo tries again by itself; nothing "
                "was lost."
            ),
            "answer": _(
                "Amazon's answer was not whole, so nothing of it was used. Odoo tries "
                "again by itself."
            ),
        }[reason]
