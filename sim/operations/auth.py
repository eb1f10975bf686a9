"""Login with Amazon: access tokens, and the check of those in calls."""

from datetime import timedelta
from urllib.parse import parse_qsl

from .base import Answer, ApiError, Operation

LIFETIME = timedelta(seconds=3600)
_DENIED = "Access to requested resource is denied."


def _refused(status, error, description):
    body = {"error": error, "error_description": description}
    return Answer(status, body)


def token(call):
    """POST /auth/o2/token, form-encoded."""
    kind = call.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return _refused(400, "invalid_request", "Content-Type is not form-urlencoded")
    if call.query:
        return _refused(400, "invalid_request", "Parameters belong in the body")
    pairs = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        return _refused(400, "invalid_request", "A parameter is repeated")
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
    clients = [s for s in call.world.sellers if s.client_id == form["client_id"]]
    known = [s for s in clients if s.client_secret == form["client_secret"]]
    if not known:
        return _refused(401, "invalid_client", "Client authentication failed")
    seller = seller_of(call.world, form, known)
    if seller is None:
        return _refused(
            400, "invalid_grant", "The request has an invalid grant parameter"
        )
    return _granted(call.world, seller)


def _by_refresh_token(_world, form, sellers):
    mine = [s for s in sellers if s.refresh_token == form["refresh_token"]]
    return mine[0] if mine and not mine[0].consent_revoked else None


def _by_code(world, form, sellers):
    return world.consents.redeem(world, form["code"], form["redirect_uri"], sellers)


_GRANTS = {
    "refresh_token": (("refresh_token",), _by_refresh_token),
    "authorization_code": (("code", "redirect_uri"), _by_code),
}


def _granted(world, seller):
    access = f"Atza|{world.new_secret('access token')}"
    expires = world.now() + LIFETIME
    world.access_tokens[access] = (seller.merchant_token, expires)
    return Answer(
        body={
            "access_token": access,
            "refresh_token": seller.refresh_token,
            "token_type": "bearer",
            "expires_in": int(LIFETIME.total_seconds()),
        }
    )


def seller_of_token(world, access):
    """Return the seller for whom an access token speaks.

    :raise ApiError: 403 when it is missing, unknown, expired or withdrawn
    """
    if not access:
        details = "Access token is missing in the request header."
        raise ApiError(403, "Unauthorized", _DENIED, details)
    merchant, expires = world.access_tokens.get(access, (None, None))
    seller = next((s for s in world.sellers if s.merchant_token == merchant), None)
    if seller is None or seller.consent_revoked:
        details = "The access token you provided is revoked, malformed or invalid."
        raise ApiError(403, "Unauthorized", _DENIED, details)
    if world.now() >= expires:
        details = "The access token you provided has expired."
        raise ApiError(403, "Unauthorized", _DENIED, details)
    return seller


def check_roles(purpose, roles, seller):
    """Refuse a call for which the seller granted no role."""
    if roles and not seller.roles.intersection(roles):
        details = f"{purpose} needs one of: {', '.join(roles)}"
        raise ApiError(403, "AccessDenied", _DENIED, details)


OPERATIONS = (Operation("token", "POST", "/auth/o2/token", token, needs_token=False),)
