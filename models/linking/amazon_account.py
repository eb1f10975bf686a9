"""How an account is linked to a seller: new keys are tested first, and stored only
when they are good (features A3, A12)."""

from typing import NamedTuple

from odoo import _, fields, models
from odoo.exceptions import UserError

from ...amazon_api import (
    ConfigError,
    NotFound,
    Retryable,
    SpApiError,
)
from ...const import KEYS
from ..connection.amazon_account import OK
from ..connection.amazon_rate_limit import RateLimitStore

# So many of the account's last orders are asked for, to see whose keys these are.
KNOWN_ORDERS = 3


class LinkTrial(NamedTuple):
    """Amazon's answer to keys that are not stored yet.

    ``error_text`` is the error in words, empty when the keys are good; ``suggestion``
    is the marketplace that would be the right home of this seller; ``calls`` are for
    the log.
    """

    error_text: str = ""
    participations: tuple = ()
    suggestion: models.Model | None = None
    calls: tuple = ()


class OtherSeller(Exception):
    """Raised when keys are not those of the account's seller."""


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    link_method = fields.Selection(
        [("own", "Keys of our own app"), ("oauth", "Amazon's consent page")],
        "Linked by",
        default="own",
        required=True,
        readonly=True,
        copy=False,
    )

    # === ACTION METHODS === #

    def action_link(self):
        """Open the wizard that links this account, or links it again.

        :return dict: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_link_account_action"
        )
        title = _("Link Again") if self.is_linked else _("Link an Account")
        context = {"default_account_id": self.id, "default_message": False}
        return {**action, "name": title, "context": context}

    # === BUSINESS METHODS === #

    def _try_link(self, values):
        """Ask Amazon with keys that are not stored yet; nothing of the account changes.

        :param dict values: of the account to be; keys not in it stay as they are
        :return LinkTrial:
        """
        account_sudo = self.sudo()
        keys = {name: values.get(name) or account_sudo[name] or "" for name in KEYS}
        seller_key = values.get("seller_key") or self.seller_key
        calls = []
        if error_text := self._explain_other_seller(seller_key):
            return LinkTrial(error_text)
        try:
            place = self._imagine(values)
            self._check_no_copy(place.environment)
            if not values.get("refresh_token"):  # nobody links anew with stored keys
                account_sudo._check_home_database()
            home = place.base_marketplace_id
            with account_sudo._open_partner(keys, place, calls.append) as partner:
                participations = self._ask_participations(partner)
                if self:
                    self._check_same_seller(partner, seller_key, home)
        except OtherSeller:
            return LinkTrial(self._explain_other_keys(seller_key))
        except SpApiError as error:
            return LinkTrial(self._imagine(values)._explain_trial(error))
        error_text, suggestion = self._imagine(values)._judge_region(
            participations or ()
        )
        return LinkTrial(error_text, participations, suggestion, tuple(calls))

    def _imagine(self, values):
        """Imagine the account with new values. Each commit forgets it, so that it is of
        no use after a call. Keys are tested where they will be used: an account that is
        linked again stays in its environment and region, whatever the form says.

        :return: amazon.account that is stored nowhere
        """
        names = ("environment", "simulator_url", "base_marketplace_id")
        known = self.sudo()
        if self:
            values = {"simulator_url": values.get("simulator_url")}
        return self.env["amazon.account"].new(
            {name: values.get(name) or known[name] for name in names}
        )

    def _ask_participations(self, partner):
        """Ask where the seller sells.

        :return: tuple of Participation; None when the app lacks the role for the list
        :raise SpApiError: Amazon does not let us in, or no whole answer came
        """
        try:
            return partner.get_marketplace_participations()
        except ConfigError as error:
            if error.reason != "role":
                raise
            return None

    def _explain_trial(self, error):
        """Say why new keys did not pass: nothing was stored, and nobody tries again.

        :param SpApiError error: as raised by the pure layer
        :return str:
        """
        if isinstance(error, ConfigError) and error.reason in (
            "credentials",
            "consent",
        ):
            return {
                "credentials": _(
                    "Amazon does not accept the client ID or the client secret. Copy "
                    "both once more from Seller Central (Apps and Services > Develop "
                    "Apps > View LWA credentials)."
                ),
                "consent": _(
                    "Amazon does not accept the refresh token: it belongs to another "
                    "app, or the authorization was withdrawn or has expired. Authorize "
                    "the app in Seller Central (Apps and Services > Develop Apps > "
                    "Authorize) and paste the new refresh token."
                ),
            }[error.reason]
        if isinstance(error, Retryable) and not self._is_simulator_off(error):
            return _(
                "Amazon could not be asked just now, so nothing was stored. Check this "
                "server's connection to the internet and try again in a minute."
            )
        return self._explain(error)

    def _is_simulator_off(self, error):
        is_off = getattr(error, "reason", None) == "network"
        return is_off and self.environment == "simulator"

    # === WHOSE KEYS THESE ARE === #

    def _explain_other_seller(self, seller_key):
        """Compare a merchant token with the account's.

        :param str seller_key: of the seller whose keys are to be stored
        :return str: what is wrong, empty when it is the same seller or a first link
        """
        if not self.seller_key or not seller_key or self.seller_key == seller_key:
            return ""
        return _(
            "“%(name)s” is the account of the seller %(known)s, and its orders and "
            "stock are theirs. Link the seller %(came)s as an account of its own.",
            name=self.name,
            known=self.seller_key,
            came=seller_key,
        )

    def _check_same_seller(self, partner, seller_key, home):
        """Check that keys belong to the seller: Amazon gives offers and orders to
        nobody else.

        :param home: amazon.marketplace, where the seller registered
        :raise OtherSeller: another seller's
        :raise SpApiError: Amazon could not be asked
        """
        if seller_key and self._may_read_offers(partner, seller_key, home):
            return
        known = self._knows_our_orders(partner)
        offers = self.check_ids.filtered(lambda check: check.area == "listings")
        # An app that may not read offers at all proves nothing by being refused them.
        if known is False or (
            known is None and seller_key and offers.state != "denied"
        ):
            raise OtherSeller

    def _may_read_offers(self, partner, seller_key, home):
        """Answer whether the keys open the offers of a seller.

        :return bool: whether Amazon gives this seller's offers for these keys
        """
        try:
            partner.try_listings(seller_key, home.api_ref)
        except ConfigError as error:
            if error.reason != "role":
                raise
            return False
        except ValueError:  # this can be no merchant token
            return False
        return True

    def _knows_our_orders(self, partner):
        """Ask for the orders that came in last (operation getOrder).

        :return bool|None: whether Amazon knows one of them for these keys; None when
            there is none, or it may not be asked for
        """
        rows = self.env["amazon.order"].sudo()
        rows = rows.search(
            [("account_id", "=", self.id)],
            order="remote_updated_at DESC",
            limit=KNOWN_ORDERS,
        )
        known = None
        for row in rows:
            try:
                partner.get_order(row.amazon_order_ref, ())
                return True
            except NotFound:
                known = False
            except ConfigError as error:
                if error.reason != "role":
                    raise
                return None
        return known

    def _explain_other_keys(self, seller_key):
        return _(
            "Amazon gives neither the listings nor the orders of the seller %(seller)s "
            "for these keys: they are another seller's, or the app lacks the role "
            "“Product Listing”. Nothing was changed. Link another seller as an account "
            "of its own.",
            seller=seller_key or self.name,
        )

    def _judge_region(self, participations):
        """Check whether the seller sells in the region of the account: in another one
        the wrong servers would be asked.

        :param participations: tuple of Participation
        :return tuple: (what is wrong in words, the right home marketplace); ("", None)
            when the region is right
        """
        shops = self.env["amazon.marketplace"].union(
            *self.env["amazon.marketplace"]
            ._by_api_ref(place.marketplace_id for place in participations)
            .values()
        )
        regions = set(shops.mapped("region"))
        if not regions or self.region in regions or self.environment == "sandbox":
            return "", None
        message = _(
            "This seller sells on %(shops)s, but not in the region of %(home)s. Link "
            "it as an account of its own, with one of these as its home marketplace.",
            shops=", ".join(shops.mapped("name")),
            home=self.base_marketplace_id.name,
        )
        return message, shops[:1]

    # === THE KEYS ARE GOOD === #

    def _store_link(self, values, trial):
        """Take over new keys that Amazon accepted; must be run by `_run_step`.

        :param dict values: of the account, whoever may not read them; a consent counts
            from today even if Amazon gave the same token again
        :param LinkTrial trial: what Amazon said
        """
        today = fields.Date.context_today(self)
        if values.get("refresh_token"):
            values = {"consent_date": today, **values}
        self.write({"active": True, **values})
        self._note_connected()
        is_denied = trial.participations is None
        finding = self._denied("marketplaces") if is_denied else OK
        self._store_findings({"marketplaces": finding})
        if trial.participations:  # without the role for the list it stays as it is
            self._set_available_marketplaces(trial.participations)
        self._fall_back_on_home_marketplace()
        self._begin_setup()
        for record in trial.calls:
            self.env["amazon.call"]._note(self, RateLimitStore(self), record)

    def _finish_link(self):
        """Learn what the app of a freshly linked account may do.

        :return str: what went wrong in words, empty when Amazon answers
        """
        self._learn_access()
        if self.connection_state == "error":
            return self.connection_message
        self._run_step(self._post_linked)
        self._run_step(self._take_over_all_orders)
        if self._is_orders_question_open():
            self._count_open_orders()
        return ""

    def _fall_back_on_home_marketplace(self):
        """Activate the marketplace where the seller registered.

        Needed without the role for the list of marketplaces, or in Amazon's sandbox,
        which has one of its own.
        """
        if not self.available_marketplace_ids:
            self.available_marketplace_ids = self.base_marketplace_id
            self.active_marketplace_ids = self.base_marketplace_id

    def _post_linked(self):
        self.message_post(
            body=_(
                "Linked to Amazon. Marketplaces: %(marketplaces)s.",
                marketplaces=", ".join(self.available_marketplace_ids.mapped("name")),
            )
        )

    def _find_same_seller(self, company, seller_key, region, environment):
        """Find the account of a seller: linked twice, its orders would come in twice.

        :return: amazon.account of this company, archived ones too, or none
        :raise UserError: an account of another company has the seller
        """
        accounts_sudo = self.sudo().with_context(active_test=False)
        found = accounts_sudo.search(
            [
                ("seller_key", "=", seller_key),
                ("base_marketplace_id.region", "=", region),
                ("environment", "=", environment),
                "|",
                ("company_id", "=", company.id),
                ("active", "=", True),
            ],
            order="active DESC, id",
        )
        ours = found.filtered(lambda account: account.company_id == company)[:1]
        if found - ours and not ours.active:
            raise UserError((found - ours)[0]._explain_twin((found - ours)[0]))
        return ours.sudo(self.env.su)
