"""The consents of sellers: the codes that the consent page issues."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from .sellers import made_up_key

LIFETIME = timedelta(minutes=5)
DENY = "deny"


@dataclass
class Code:
    """A code, valid for one exchange by the application that it was issued to."""

    merchant: str
    redirect_uri: str
    expires: object
    is_used: bool = False


@dataclass
class Consents:
    """The issued codes, and how the consent page behaves.

    ``by_itself``: a merchant token (that seller consents at once, without a click),
    ``"deny"`` (a refusal at once), or None: a person decides. ``app_is_draft``: the
    application has not been published, so that ``version=beta`` is needed.
    """

    by_itself: str | None = None
    app_is_draft: bool = False
    codes: dict = field(default_factory=dict)

    def give(self, world, seller, redirect_uri, state):
        """Let a seller consent; return where the browser goes."""
        text = world.new_key("oauth code", 20)
        self.codes[text] = Code(
            seller.merchant_token, redirect_uri, world.now() + LIFETIME
        )
        answer = {
            "state": state,
            "selling_partner_id": seller.merchant_token,
            "spapi_oauth_code": text,
        }
        return _with_query(redirect_uri, answer)

    def deny(self, redirect_uri, state):
        """Let a seller refuse, as OAuth 2.0 (RFC 6749, 4.1.2.1) says it."""
        return _with_query(redirect_uri, {"state": state, "error": "access_denied"})

    def redeem(self, world, text, redirect_uri, sellers):
        """Exchange a code, once.

        :param sellers: those of the application that asks
        :return: the seller with a consent that is good again, or None
        """
        code = self.codes.get(text)
        if code is None or code.is_used or world.now() >= code.expires:
            return None
        if code.redirect_uri != redirect_uri:
            return None
        seller = next((s for s in sellers if s.merchant_token == code.merchant), None)
        if seller is None:
            return None
        code.is_used = True
        if seller.consent_revoked:
            seller.refresh_token = (
                f"Atzr|Sim{made_up_key(world.new_secret('refresh token'), 96)}"
            )
            seller.consent_revoked = False
        return seller


def _with_query(url, answer):
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(answer)}"
