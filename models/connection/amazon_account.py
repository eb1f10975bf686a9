"""How an account reaches Amazon, and what people read when it does not (feature A4).

What the app may do for a seller is found out area by area: Amazon grants access by
roles and lists them nowhere, only a call shows them. Only harmless reads are made, and
what they find is thrown away.
"""

import logging
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...amazon_api import (
    LISTINGS_REPORT,
    ConfigError,
    Credentials,
    Order,
    Permanent,
    SellingPartner,
    SpApiError,
    Throttled,
    Unavailable,
)
from ...const import KEYS
from ...tools.amazon_time import aware_utc, naive_utc
from .amazon_rate_limit import LeasingStore

_logger = logging.getLogger(__name__)
AREAS = ("marketplaces", "orders", "buyer", "listings", "feeds", "reports", "finance")
# Amazon's names of the roles, as Seller Central shows them.
ROLES = {
    "marketplaces": "Selling Partner Insights",
    "orders": "Inventory and Order Tracking",
    "buyer": "Direct-to-Consumer Delivery (Restricted)",
    "listings": "Product Listing",
    "feeds": "Inventory and Order Tracking",
    "reports": "Inventory and Order Tracking",
    "finance": "Finance and Accounting",
}
BUYER_DATA = ("BUYER", "RECIPIENT", "FULFILLMENT")
PAID = ("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED")
LOOK_BACK = timedelta(days=14)


class Finding(NamedTuple):
    """The access to an area: ``ok``, ``denied`` or ``untried``, and the reason.

    ``is_error``: an error that may be gone at the next try.
    ``is_dead_line``: all areas would fail alike, so that no more need to be tried.
    """

    state: str
    message: str = ""
    is_error: bool = False
    is_dead_line: bool = False


OK = Finding("ok")


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    connection_error_since = fields.Datetime(
        compute="_compute_connection_error_since", store=True, copy=False
    )
    check_ids = fields.One2many(
        "amazon.account.check", "account_id", "What the app may do", readonly=True
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
            return self._notify(self._note_error(error), "danger")
        self._run_step(self._set_available_marketplaces, participations)
        return self._notify(
            _(
                "Marketplaces that are available: %(count)s, new ones: %(new)s.",
                count=len(self.available_marketplace_ids),
                new=len(self.available_marketplace_ids - before),
            ),
            "success",
        )

    def action_test_connection(self):
        """Ask Amazon who we are and what we may do; the form then says what it said.

        :return dict: client action, a notification
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        error_text, _participations = self._ask_who_we_are()
        if error_text:
            return self._notify(error_text, "danger")
        untried = self._learn_access()
        if self.connection_state == "error":
            return self._notify(self.connection_message, "danger")
        self._count_open_orders_again(is_wanted=True)
        texts = self._describe_access(untried)
        if not texts:
            return self._notify(_("Amazon answers: the connection works."), "success")
        return self._notify(" ".join(texts), "warning")

    def _describe_access(self, untried):
        """Put into words what the app may not do.

        :param untried: amazon.account.check, see _learn_access
        :return list: sentences on what does not work; empty when all does
        """
        denied = self.check_ids.filtered(lambda check: check.state == "denied")
        texts = []
        if denied:
            areas = ", ".join(denied.mapped("display_name"))
            text = _(
                "Amazon answers, but denies: %(areas)s. The page Connection says what "
                "to do.",
                areas=areas,
            )
            texts.append(text)
        if untried:
            areas = ", ".join(untried.mapped("display_name"))
            text = _(
                "Without an answer: %(areas)s. The page Connection says why; test "
                "again.",
                areas=areas,
            )
            texts.append(text)
        return texts

    # === BUSINESS METHODS === #

    def _check_linked(self):
        """Refuse calls of archived accounts and of those without a refresh token.

        :raise UserError: the account may make no call at all
        """
        self.ensure_one()
        if not self.active:
            raise UserError(_("This account is archived: it makes no call to Amazon."))
        if not self.is_linked:
            raise UserError(
                _(
                    "This account is not linked to Amazon yet: press “Link to Amazon” "
                    "on the account."
                )
            )

    def _get_partner(self):
        """Open the API client with the account's stored keys.

        :return SellingPartner: speaks with Amazon for this account
        :raise UserError: the account is archived or not linked
        :raise ConfigError: parts of the credentials are missing or can not be read, or
            this database is a copy that must not reach Amazon
        """
        self._check_linked()
        self._check_may_call()
        account_sudo = self.sudo()
        keys = {name: account_sudo[name] for name in KEYS}
        return account_sudo._open_partner(keys, account_sudo)

    def _open_partner(self, keys, place, on_call=None):
        """Open the line to Amazon; an account's quota is counted.

        :param dict keys: client ID, client secret and refresh token
        :param place: amazon.account, a new one or this one: region and environment
        :param callable on_call: gets the calls while there is no account
        :return SellingPartner:
        :raise ConfigError: a key is missing
        """
        store = LeasingStore(self) if self else None
        if self:
            on_call = partial(self.env["amazon.call"]._note, self, store)
        return SellingPartner(
            Credentials(
                client_id=keys["lwa_client_id"] or "",
                client_secret=keys["lwa_client_secret"] or "",
                refresh_token=keys["refresh_token"] or "",
            ),
            region=place.region,
            environment=place.environment,
            simulator_url=place.simulator_url or None,
            store=store,
            on_call=on_call,
        )

    def _check_may_call(self):
        """Refuse calls from a copied database, or with secrets that no key opens.

        :raise ConfigError: no call may leave
        """
        self._check_no_copy(self.environment)
        self._check_home_database()
        if self._has_lost_secret():
            raise ConfigError("No key opens the stored secrets.", reason="key")

    @api.model
    def _check_no_copy(self, environment):
        """Refuse calls to Amazon from a neutralized copy; the simulator is allowed.

        :raise ConfigError: this database is a copy that must not reach Amazon
        """
        parameters = self.env["ir.config_parameter"].sudo()
        is_copy = parameters.get_param("database.is_neutralized")
        if is_copy and environment != "simulator":
            raise ConfigError("This database is a neutralized copy.", reason="copy")

    def _fetch_participations(self):
        """Fetch the seller's marketplaces (operation getMarketplaceParticipations).

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

    def _note_error(self, error):
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
        """Explain that the quota is used up, and when Odoo goes on.

        :param datetime retry_at: aware, None when Amazon leaves it open
        """
        if not retry_at:
            return _("Amazon allows only so many requests. Odoo goes on by itself.")
        return _(
            "Amazon allows only so many requests, and they are used up. Odoo goes on "
            "by itself at %(time)s.",
            # the account keeps the message: it is read on other days, too
            time=self._describe_moment(naive_utc(retry_at), is_kept=True),
        )

    def _explain_configuration(self, reason):
        return {
            "credentials": _(
                "Amazon does not accept the client ID or the client secret. Press "
                "“Link Again” and copy both once more from Seller Central (Apps and "
                "Services > Develop Apps > View LWA credentials)."
            ),
            "consent": _(
                "The authorization of this account was withdrawn or has expired. Press "
                "“Link Again”. With an app of your own, authorize it in Seller Central "
                "before (Apps and Services > Develop Apps > Authorize) and paste the "
                "new refresh token."
            ),
            "role": _(
                "Amazon refuses this to your app: it lacks a role. In Seller Central "
                "(Apps and Services > Develop Apps) give it the role “Inventory and "
                "Order Tracking”, then press “Link Again”. “Test Connection” shows "
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
            "home": _(
                "The keys of this account were entered in another database, and this "
                "one is a copy of it or was restored from a backup: nothing leaves for "
                "Amazon. Work in the original. Where this database takes its place, a "
                "manager presses “This Database Is the New Home” on the account, or "
                "“Link Again”."
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

    def _ask_who_we_are(self):
        """Sign in and ask for the marketplaces; the first finding is kept.

        :return tuple: (what went wrong in words or "", tuple of Participation); an app
            that is let in without the role for the marketplaces is no error
        """
        try:
            participations = self._fetch_participations()
        except ConfigError as error:
            if error.reason != "role":
                return self._note_error(error), ()
            self._run_step(self._note_connected)
            denied = self._denied("marketplaces")
            self._run_step(self._store_findings, {"marketplaces": denied})
            return "", ()
        except SpApiError as error:
            return self._note_error(error), ()
        self._run_step(self._store_findings, {"marketplaces": OK})
        return "", participations

    def _learn_access(self):
        """Ask Amazon in each area, and keep what it says. When the consent is gone the
        account says so.

        :return: amazon.account.check of what an error kept from being tried
        """
        with self._get_partner() as partner:
            findings = self._try_orders(partner)
            for area, ask in self._get_access_questions(partner):
                findings[area] = self._try_area(area, ask, findings)
        self._run_step(self._store_findings, findings)
        return self.check_ids.filtered(
            lambda check: check.area in findings and findings[check.area].is_error
        )

    def _get_access_questions(self, partner):
        """List one harmless read for each area of access.

        :return list: (area, callable that asks or returns a Finding)
        """
        now = aware_utc(fields.Datetime.now())
        return [
            ("listings", lambda: self._ask_listings(partner)),
            (
                "feeds",
                lambda: partner.get_feeds(
                    ["JSON_LISTINGS_FEED"], now - timedelta(hours=1)
                ),
            ),
            (
                "reports",
                lambda: partner.get_reports(
                    [LISTINGS_REPORT], now - timedelta(hours=1)
                ),
            ),
            ("finance", lambda: partner.try_finances(now)),
        ]

    def _ask_listings(self, partner):
        if not self.seller_key:
            return Finding(
                "untried",
                _("Enter the merchant token: Amazon asks for it in this area."),
            )
        try:
            return partner.try_listings(
                self.seller_key.strip(), self.base_marketplace_id.api_ref
            )
        except ValueError:  # before any call
            return Finding("untried", _("This is no merchant token: enter it again."))

    def _try_orders(self, partner):
        """Try two areas by one ``searchOrders``: Amazon allows about twenty an hour."""
        seen = []
        buyer = self._try_area(
            "buyer", lambda: seen.append(self._search_an_order(partner, BUYER_DATA))
        )
        if seen:
            return {"orders": OK, "buyer": self._judge_buyer(seen[0].orders)}
        if buyer.state == "denied":  # by one of the two roles: ask for the first alone
            orders = self._try_area(
                "orders", lambda: self._search_an_order(partner, ())
            )
            return {"orders": orders, "buyer": buyer}
        return {"orders": buyer, "buyer": buyer}

    def _search_an_order(self, partner, data):
        shops = self.active_marketplace_ids or self.base_marketplace_id
        return partner.search_orders(
            shops.mapped("api_ref"),
            created_after=aware_utc(fields.Datetime.now()) - LOOK_BACK,
            included_data=data,
            max_results_per_page=1,
            fulfilled_by=["MERCHANT"],
            statuses=PAID,
        )

    def _judge_buyer(self, orders):
        """Find out whether the app may see buyers: without the role Amazon leaves their
        fields out and reports no error.

        :param orders: tuple of Order, of those that the seller ships
        """
        if not orders or not isinstance(orders[0], Order):
            return Finding(
                "untried",
                _("There is no order of the last 14 days that you ship yourself."),
            )
        address, buyer = orders[0].delivery_address, orders[0].buyer
        if (address and address.has_street) or buyer.email:
            return OK
        return self._denied("buyer")

    def _try_area(self, area, ask, findings=None):
        """Find out what the app may do in one area.

        :param callable ask: returns a Finding when it knows better than “ok”
        :param dict findings: what is known so far; a dead line is not tried again
        :return Finding:
        """
        for finding in (findings or {}).values():
            if finding.is_dead_line:
                return finding
        try:
            answer = ask()
        except ConfigError as error:
            if error.reason == "role":
                return self._denied(area)
            dead = error.reason != "region"
            return Finding("untried", self._note_error(error), True, dead)
        except SpApiError as error:
            dead = getattr(error, "reason", None) in ("network", "timeout")
            return Finding("untried", self._explain(error), True, dead)
        return answer if isinstance(answer, Finding) else OK

    def _denied(self, area):
        return Finding(
            "denied",
            _(
                "Your app lacks the role “%(role)s”. In Seller Central (Apps and "
                "Services > Develop Apps > Edit App) tick it and save, then press "
                "“Link Again” here: a new role counts after a new authorization only.",
                role=ROLES[area],
            ),
        )

    def _store_findings(self, findings):
        """Write the findings to the list of the account, which names all areas.

        :param dict findings: area -> Finding
        """
        known = {check.area: check for check in self.check_ids}
        unasked = Finding("untried", _("Not asked yet: press “Test Connection”."))
        new = {area: unasked for area in AREAS if area not in known}
        now = fields.Datetime.now()
        for area, finding in {**new, **findings}.items():
            values = {
                "state": finding.state,
                "message": finding.message or False,
                "checked_at": area in findings and now,
            }
            if area in known:
                known[area].write(values)
            else:
                self.check_ids.create(
                    {
                        "account_id": self.id,
                        "area": area,
                        "sequence": AREAS.index(area),
                        **values,
                    }
                )
        self.invalidate_recordset(["check_ids"])
