"""The address of Amazon's consent page, on which a seller authorises an application.

Source: Amazon's "Website Authorization Workflow" and "Authorization Errors".
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from .errors import ConfigError
from .marketplaces import is_loopback

CONSENT_PATH = "/apps/authorize/consent"
# Older applications still carry the second form.
_APPLICATION = re.compile(
    r"amzn1\.(sp\.solution|sellerapps\.app)\.[A-Za-z0-9-]+", re.ASCII
)


def is_application_id(text: object) -> bool:
    """Tell whether this can be the id of a registered application."""
    return isinstance(text, str) and bool(_APPLICATION.fullmatch(text))


def consent_url(
    seller_central: str,
    application_id: str,
    state: str,
    redirect_uri: str,
    *,
    is_draft: bool = False,
) -> str:
    """Where the browser of the seller has to go.

    :param str seller_central: base address of the seller's marketplace; a server of
        this machine is the simulator's
    :param str application_id: ``amzn1.sp.solution.…``, not the client id
    :param str state: comes back as it is; makes sure that the way back is ours
    :param str redirect_uri: where the seller comes back to, as registered at Amazon
    :param bool is_draft: a draft needs ``version=beta``, else Amazon says MD1000
    :raise ConfigError: reason ``address`` for an address that is neither of Amazon's
        Seller Central nor of this machine, ``credentials`` for another kind of id
    """
    base = (seller_central or "").rstrip("/")
    if not _is_seller_central(base) and not is_loopback(base):
        raise ConfigError("This is no Seller Central.", reason="address")
    if not is_application_id(application_id):
        raise ConfigError("This is no id of an application.", reason="credentials")
    query = {
        "application_id": application_id,
        "state": state,
        "redirect_uri": redirect_uri,
    }
    if is_draft:
        query["version"] = "beta"
    return f"{base}{CONSENT_PATH}?{urlencode(query)}"


def _is_seller_central(url: str) -> bool:
    parts = urlsplit(url)
    host = re.fullmatch(
        r"sellercentral(-[a-z]+)?\.amazon\.(com|[a-z]{2})(\.[a-z]{2})?",
        parts.netloc,
        re.ASCII,
    )
    return parts.scheme == "https" and bool(host) and not parts.path
