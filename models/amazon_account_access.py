"""What the app may do for a seller, area by area (feature A4).

Amazon grants access by roles and tells them nowhere: one learns of them by asking.
Only harmless reads are made, and what they find is thrown away.
"""

from datetime import timedelta
from typing import NamedTuple

from odoo import _, fields, models

from ..amazon_api import (
    LISTINGS_REPORT,
    ConfigError,
    Order,
    SpApiError,
)
from .amazon_time import aware_utc

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
    """What is known of an area: ``ok``, ``denied`` or ``untried``, and the reason.

    ``is_trouble``: something went wrong, another time the answer may be another one.
    ``is_dead_line``: it would go wrong in all areas, so that no more need to be tried.
    """

    state: str
    message: str = ""
    is_trouble: bool = False
    is_dead_line: bool = False


OK = Finding("ok")


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    check_ids = fields.One2many(
        "amazon.account.check", "account_id", "What the app may do", readonly=True
    )

    # === ACTION METHODS === #

    def action_test_connection(self):
        """Ask Amazon who we are and what we may do; the form then says what it said.

        :return dict: client action, a notification
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        trouble, _participations = self._ask_who_we_are()
        if trouble:
            return self._notify(trouble, "danger")
        untried = self._learn_access()
        if self.connection_state == "error":
            return self._notify(self.connection_message, "danger")
        texts = self._describe_access(untried)
        if not texts:
            return self._notify(_("Amazon answers: the connection works."), "success")
        return self._notify(" ".join(texts), "warning")

    def _describe_access(self, untried):
        """:param untried: amazon.account.check, see _learn_access
        :return list: sentences on what does not work; empty when all does"""
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

    def _ask_who_we_are(self):
        """Sign in and ask for the marketplaces; the first finding is kept.

        :return tuple: (what went wrong in words or "", tuple of Participation); an app
            that is let in without the role for the marketplaces is no trouble
        """
        try:
            participations = self._fetch_participations()
        except ConfigError as error:
            if error.reason != "role":
                return self._note_trouble(error), ()
            self._run_step(self._note_connected)
            denied = self._denied("marketplaces")
            self._run_step(self._store_findings, {"marketplaces": denied})
            return "", ()
        except SpApiError as error:
            return self._note_trouble(error), ()
        self._run_step(self._store_findings, {"marketplaces": OK})
        return "", participations

    def _learn_access(self):
        """Ask Amazon in each area, and keep what it says. When the consent is gone the
        account says so.

        :return: amazon.account.check of what a trouble kept from being tried
        """
        with self._get_partner() as partner:
            findings = self._try_orders(partner)
            for area, ask in self._get_access_questions(partner):
                findings[area] = self._try_area(area, ask, findings)
        self._run_step(self._store_findings, findings)
        return self.check_ids.filtered(
            lambda check: check.area in findings and findings[check.area].is_trouble
        )

    def _get_access_questions(self, partner):
        """:return list: (area, callable that asks or returns a Finding)"""
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
        """One ``searchOrders`` for two areas: Amazon allows about twenty an hour."""
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
        """Without the role Amazon leaves the fields out and says nothing.

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
        """:param callable ask: returns a Finding when it knows better than «ok»
        :param dict findings: what is known so far; a dead line is not tried again
        :return Finding:"""
        for finding in (findings or {}).values():
            if finding.is_dead_line:
                return finding
        try:
            answer = ask()
        except ConfigError as error:
            if error.reason == "role":
                return self._denied(area)
            dead = error.reason != "region"
            return Finding("untried", self._note_trouble(error), True, dead)
        except SpApiError as error:
            dead = getattr(error, "reason", None) in ("network", "timeout")
            return Finding("untried", self._explain(error), True, dead)
        return answer if isinstance(answer, Finding) else OK

    def _denied(self, area):
        return Finding(
            "denied",
            _(
                "Your app lacks the role «%(role)s». In Seller Central (Apps and "
                "Services > Develop Apps > Edit App) tick it and save, then press "
                "«Link Again» here: a new role counts after a new authorization only.",
                role=ROLES[area],
            ),
        )

    def _store_findings(self, findings):
        """:param dict findings: area -> Finding"""
        known = {check.area: check for check in self.check_ids}
        now = fields.Datetime.now()
        for area, finding in findings.items():
            values = {
                "state": finding.state,
                "message": finding.message or False,
                "checked_at": now,
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
