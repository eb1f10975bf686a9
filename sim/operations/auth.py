"""Login with Amazon: access tokens, and the check of those in calls."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl

from ..sellers import ROLE_DELIVERY, ROLE_TAX
from . import bodies, parameters
from .base import Answer, ApiError, Operation

LIFETIME = timedelta(seconds=3600)
RESTRICTED_ROLES = (ROLE_TAX, ROLE_DELIVERY)
_DENIED = "Access to requested resource is denied."


def _refused(status, error, description):
    body = {"error": error, "error_description": description}
    return Answer(status, body)


def token(call):
    """POST /auth/o2/token, form-encoded; Amazon takes JSON, too."""
    try:
        form = _form(call)
    except ApiError as error:
        return _refused(error.status, error.code, error.message)
    if not form.get("grant_type"):
        return _refused(400, "invalid_request", "Parameter grant_type is missing")
    if form["grant_type"] not in _GRANTS:
        return _refused(
            400, "unsupported_grant_type", "The authorization grant type is not known"
        )
    needed, seller_of = _GRANTS[form["grant_type"]]
    for name in (*needed, "client_id", "client_secret"):
        if not form.get(name):
            return _refused(400, "invalid_request", f"Parameter {name} is missing")
    if form["grant_type"] == "client_credentials" and call.remarks is None:
        # nothing that our addon calls can be called without a seller
        return _refused(400, "unsupported_grant_type", "A seller's consent is needed")
    clients = [s for s in call.world.sellers if s.client_id == form["client_id"]]
    known = [s for s in clients if s.client_secret == form["client_secret"]]
    if not known:
        return _refused(401, "invalid_client", "Client authentication failed")
    seller = seller_of(call.world, form, known)
    if seller is None:
        return _refused(
            400, "invalid_grant", "The request has an invalid grant parameter"
        )
    if form["grant_type"] == "client_credentials":
        return _granted(call.world, None)
    return _granted(call.world, seller)


def _form(call):
    """Return the parameters of a request for a token.

    :raise ApiError: they are not written as the documentation wants it
    """

    def wrong(text):
        return ApiError(400, "invalid_request", text)

    text = call.body.decode("utf-8", "replace")
    kind = call.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        call.tolerate(wrong("Content-Type is not form-urlencoded"))
    if call.query:
        call.tolerate(wrong("Parameters belong in the body"))
    if kind == "application/json":
        try:
            return dict(json.loads(text))
        except (TypeError, ValueError):
            raise wrong("The body is not JSON") from None
    pairs = [*call.query, *parse_qsl(text, keep_blank_values=True)]
    if len(dict(pairs)) != len(pairs):
        raise wrong("A parameter is repeated")
    return dict(pairs)


def _by_refresh_token(_world, form, sellers):
    mine = [s for s in sellers if s.refresh_token == form["refresh_token"]]
    return mine[0] if mine and not mine[0].consent_revoked else None


def _by_code(world, form, sellers):
    return world.consents.redeem(world, form["code"], form["redirect_uri"], sellers)


def _of_no_seller(_world, form, sellers):
    """A grantless token is the application's: it opens nothing of a seller."""
    return sellers[0] if form["scope"].startswith("sellingpartnerapi::") else None


_GRANTS = {
    "client_credentials": (("scope",), _of_no_seller),
    "refresh_token": (("refresh_token",), _by_refresh_token),
    "authorization_code": (("code", "redirect_uri"), _by_code),
}


def _granted(world, seller, paths=()):
    """Make a token.

    :param paths: what shows personal data and is opened by it
    """
    access = f"Atza|{world.new_secret('access token')}"
    expires = world.now() + LIFETIME
    world.access_tokens[access] = (seller and seller.merchant_token, expires, paths)
    body = {
        "access_token": access,
        "token_type": "bearer",
        "expires_in": int(LIFETIME.total_seconds()),
    }
    return Answer(
        body=body | ({"refresh_token": seller.refresh_token} if seller else {})
    )


def seller_of_token(world, access):
    """Return the seller for whom an access token speaks.

    :raise ApiError: 403 when it is missing, unknown, expired or withdrawn
    """
    if not access:
        details = "Access token is missing in the request header."
        raise ApiError(403, "Unauthorized", _DENIED, details)
    merchant, expires, _paths = world.access_tokens.get(access, (None, None, ()))
    seller = next((s for s in world.sellers if s.merchant_token == merchant), None)
    if seller is None or seller.consent_revoked:
        details = "The access token you provided is revoked, malformed or invalid."
        raise ApiError(403, "Unauthorized", _DENIED, details)
    if world.now() >= expires:
        details = "The access token you provided has expired."
        raise ApiError(403, "Unauthorized", _DENIED, details)
    return seller


def check_restricted(call, path):
    """Refuse to show personal data to a token that was not made for it.

    :raise ApiError: 403
    """
    access = call.headers.get("x-amz-access-token")
    if path not in call.world.access_tokens[access][2]:
        details = f"{path} needs a restricted data token"
        raise ApiError(403, "Unauthorized", _DENIED, details)


def check_roles(purpose, roles, seller):
    """Refuse a call for which the seller granted no role."""
    if roles and not seller.roles.intersection(roles):
        details = f"{purpose} needs one of: {', '.join(roles)}"
        raise ApiError(403, "AccessDenied", _DENIED, details)


def create_restricted_data_token(call):
    """POST /tokens/2021-03-01/restrictedDataToken: a token for the same seller, which
    also opens the named paths, if a restricted role was granted."""
    resource = bodies.an_object(
        {"method": bodies.text, "path": bodies.text},
        {"dataElements": bodies.a_list(bodies.text)},
    )
    body = bodies.read(
        call,
        {"restrictedResources": bodies.a_list(resource, 1, 50)},
        {"targetApplication": bodies.text},
    )
    parameters.read(call, {})
    check_roles("createRestrictedDataToken", RESTRICTED_ROLES, call.seller)
    paths = tuple(
        wanted["path"]
        for wanted in body["restrictedResources"]
        if wanted["method"] == "GET"
    )
    granted = _granted(call.world, call.seller, paths).body
    return Answer(
        body={
            "restrictedDataToken": granted["access_token"],
            "expiresIn": granted["expires_in"],
        }
    )


OPERATIONS = (
    Operation("token", "POST", "/auth/o2/token", token, needs_token=False),
    Operation(
        "createRestrictedDataToken",
        "POST",
        "/tokens/2021-03-01/restrictedDataToken",
        create_restricted_data_token,
        rate=1,
        burst=10,
    ),
)
