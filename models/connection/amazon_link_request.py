"""A way to Amazon's consent page and back, which is good once.

The browser carries a random text there and back (OAuth's ``state``). Only its hash is
kept, with who went and from which session: whoever comes back with it must be the same
person, in the same session, within a quarter of an hour.
"""

import hashlib
import logging
import secrets
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...amazon_api import ConfigError, SpApiError, consent_url, exchange_code

_logger = logging.getLogger(__name__)
LIFETIME = timedelta(minutes=15)
KEPT = timedelta(days=7)


class LinkRefused(Exception):
    """Raised when a seller can not be linked; nothing was stored.

    :param str reason: ``unknown``, ``user``, ``session``, ``expired``, ``used``,
        ``denied``, ``seller``, ``linked``, ``exchange`` or ``test``
    :param str detail: more of it in words, may be empty
    """

    def __init__(self, reason, detail=""):
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


class AmazonLinkRequest(models.Model):
    _name = "amazon.link.request"
    _description = "Amazon: way to the consent page and back"
    _inherit = ["amazon.queue.step", "amazon.own.fields"]
    _amazon_rows = True
    _order = "id DESC"
    _rec_name = "name"
    _sql_constraints = [
        ("unique_token", "UNIQUE(token_hash)", "A way back is good once."),
    ]

    token_hash = fields.Char(required=True, index=True, readonly=True)
    session_hash = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    expires_at = fields.Datetime(required=True)
    used_at = fields.Datetime()
    redirect_uri = fields.Char(required=True)
    account_id = fields.Many2one(
        "amazon.account", ondelete="cascade", help="Empty for an account to be made."
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    environment = fields.Char(required=True)
    simulator_url = fields.Char()
    base_marketplace_id = fields.Many2one(
        "amazon.marketplace", required=True, ondelete="cascade"
    )

    # === THE WAY THERE === #

    @api.model
    def _open(self, values, session_key):
        """Remember who goes to the consent page.

        :param dict values: account_id (or False), company_id, name, environment,
            simulator_url, base_marketplace_id, redirect_uri
        :param str session_key: secret of the session of the browser
        :return str: address of the consent page
        :raise ConfigError: the company's registered app is not complete
        :raise UserError: the app is one of Amazon, and the way leads to a simulator
        :raise AccessError: the app's secret must not get where the user points to
        """
        company = self.env["res.company"].browse(values["company_id"])
        company._check_amazon_app_shown(values["environment"])
        state = secrets.token_urlsafe(32)
        request_sudo = self.sudo().create(
            {
                **values,
                "token_hash": _hash(state),
                "session_hash": _hash(session_key),
                "user_id": self.env.uid,
                "expires_at": fields.Datetime.now() + LIFETIME,
            }
        )
        company_sudo = request_sudo.company_id
        at_simulator = request_sudo.environment == "simulator"
        return consent_url(
            request_sudo.simulator_url
            if at_simulator
            else request_sudo.base_marketplace_id.seller_central_url,
            company_sudo.amazon_app_ref or "",
            state,
            request_sudo.redirect_uri,
            is_draft=company_sudo.amazon_app_is_draft,
        )

    # === THE WAY BACK === #

    @api.model
    def _complete(self, answer, session_key):
        """Link the seller that comes back from the consent page.

        :param dict answer: the query that Amazon sent: state, spapi_oauth_code,
            selling_partner_id, error
        :param str session_key: secret of the session of the browser
        :return: amazon.account, linked and tested
        :raise LinkRefused: nothing was linked
        """
        request_sudo = self.sudo()._find(answer.get("state") or "", session_key)
        request_sudo._run_step(request_sudo._use_up)
        code = answer.get("spapi_oauth_code")
        if answer.get("error") or not code:
            raise LinkRefused("denied")
        seller_key = (answer.get("selling_partner_id") or "").strip()
        account_sudo = request_sudo._get_account(seller_key)
        values = request_sudo._prepare_keys(seller_key, request_sudo._exchange(code))
        trial = account_sudo.with_company(request_sudo.company_id)._try_link(
            {**request_sudo._prepare_account_vals(), **values}
        )
        if trial.error_text:
            raise LinkRefused("test", trial.error_text)
        try:
            account_sudo = request_sudo._run_step(
                request_sudo._link, account_sudo, values, trial
            )
        except ValidationError as error:
            raise LinkRefused("linked", str(error)) from None
        account_sudo._in_company()._finish_link()
        return account_sudo.sudo(False)

    def _find(self, state, session_key):
        """Find the request that the browser brings back.

        :raise LinkRefused: this is not the way back of this user and session
        """
        found = self.search([("token_hash", "=", _hash(state))])
        if not found:
            raise LinkRefused("unknown")
        if found.user_id != self.env.user:
            raise LinkRefused("user")
        if found.session_hash != _hash(session_key):
            raise LinkRefused("session")
        return found

    def _use_up(self):
        """Mark the request as used first of all: the same text does not come twice.

        :raise LinkRefused: it was used already, or is too old
        """
        now = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE amazon_link_request SET used_at = %s "
            "WHERE id = %s AND used_at IS NULL RETURNING expires_at",
            [now, self.id],
        )
        row = self.env.cr.fetchone()
        self.invalidate_recordset(["used_at"])
        if not row:
            raise LinkRefused("used")
        if row[0] < now:
            raise LinkRefused("expired")

    def _get_account(self, seller_key):
        """Find the account of the seller who consented.

        :return: amazon.account that is linked again, or none
        :raise LinkRefused: somebody else consented than the account's seller
        """
        account = self.account_id
        if not seller_key:
            raise LinkRefused("denied")
        if error_text := account._explain_other_seller(seller_key):
            raise LinkRefused("seller", error_text)
        try:
            known = account._find_same_seller(
                self.company_id,
                seller_key,
                self.base_marketplace_id.region,
                self.environment,
            )
        except UserError as error:
            raise LinkRefused("linked", str(error)) from None
        if account and known.active and known != account:
            raise LinkRefused("linked", account._explain_twin(known))
        return account or known

    def _exchange(self, code):
        """Exchange the code of the consent page for a refresh token.

        :return str: the refresh token
        :raise LinkRefused: Amazon gives none
        """
        company = self.company_id
        try:
            company._check_amazon_app_shown(self.environment)
            self.env["amazon.account"]._check_no_copy(self.environment)
            return exchange_code(
                (company.amazon_app_client_id, company.amazon_app_client_secret),
                code,
                self.redirect_uri,
                region=self.base_marketplace_id.region,
                environment=self.environment,
                simulator_url=self.simulator_url or None,
            )
        except UserError as error:  # the app has become one of Amazon meanwhile
            raise LinkRefused("exchange", str(error)) from None
        except SpApiError as error:
            _logger.warning("link request %s: %s", self.id, error)
            raise LinkRefused("exchange", self._explain_exchange(error)) from None

    def _explain_exchange(self, error):
        """Explain why Amazon gave no refresh token.

        :return str: in words for a shop manager
        """
        if isinstance(error, ConfigError) and error.reason == "credentials":
            return _(
                "Amazon does not accept the client ID or the client secret of the "
                "registered app. An administrator enters them under Settings > Sales > "
                "Connectors > Amazon Sync."
            )
        if isinstance(error, ConfigError) and error.reason == "copy":
            return self.env["amazon.account"]._explain(error)
        if isinstance(error, ConfigError):
            return _("Amazon says that the authorization is no longer good.")
        return _("Amazon could not be reached, or gave no whole answer.")

    def _prepare_account_vals(self):
        """Prepare the values of a new account, without keys.

        :return dict: what an account is, beside its keys
        """
        return {
            "name": self.name,
            "company_id": self.company_id.id,
            "environment": self.environment,
            "simulator_url": self.simulator_url,
            "base_marketplace_id": self.base_marketplace_id.id,
        }

    def _prepare_keys(self, seller_key, token):
        """Prepare the values that hold the keys.

        :return dict: the keys of the registered app and of the seller
        """
        company = self.company_id
        return {
            "link_method": "oauth",
            "simulator_url": self.simulator_url,
            "seller_key": seller_key,
            "refresh_token": token,
            "lwa_client_id": company.amazon_app_client_id,
            "lwa_client_secret": company.amazon_app_client_secret,
            "secret_date": company.amazon_app_secret_date,
        }

    def _link(self, account, values, trial):
        """Make the account if there is none yet, and hand it its keys.

        :param dict values: its keys
        :param LinkTrial trial: what Amazon said to them
        :return: amazon.account
        """
        accounts = self.env["amazon.account"].with_company(self.company_id)
        account = account or accounts.create(self._prepare_account_vals())
        account._store_link(values, trial)
        return account

    @api.autovacuum
    def _gc_requests(self):
        """Delete old requests; for some days they explain why a link did not work."""
        limit = fields.Datetime.now() - KEPT
        self.search([("expires_at", "<", limit)]).unlink()
