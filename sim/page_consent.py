"""Amazon's consent page: a seller lets an application in, or does not."""

from urllib.parse import parse_qsl, urlsplit

from . import templating
from .consents import DENY
from .loopback import is_loopback
from .marketplaces import REGIONS

PATH = "/apps/authorize/consent"
_SAFE = {"Referrer-Policy": "same-origin"}
_KEPT = ("application_id", "state", "redirect_uri", "version")


def serve(world, method, query, body):
    """Answer a request of a browser: status, headers, payload."""
    asked = dict(parse_qsl(body.decode("utf-8", "replace") if body else query))
    with world.lock:
        problem = _problem(world, asked)
        if problem:
            return _page(world, asked, 400, problem)
        choice = asked.get("choice") if method == "POST" else world.consents.by_itself
        target = _answer(world, asked, choice)
        if target is None:
            return _page(world, asked, 200)
    return 303, {"Location": target, **_SAFE}, b""


def _answer(world, asked, choice):
    """Return where the browser goes, or None while nobody has decided."""
    back, state = asked["redirect_uri"], asked.get("state", "")
    if choice == DENY:
        return world.consents.deny(back, state)
    for seller in _sellers(world, asked):
        if seller.merchant_token == choice:
            return world.consents.give(world, seller, back, state)
    return None


def _sellers(world, asked):
    wanted = asked.get("application_id")
    return [seller for seller in world.sellers if seller.application_id == wanted]


def _problem(world, asked):
    """Return what Amazon would complain about, or an empty text."""
    if not _sellers(world, asked):
        return "This application is not known (MD9100)."
    if world.consents.app_is_draft and asked.get("version") != "beta":
        return "The application is a draft: version=beta is missing (MD1000)."
    back = urlsplit(asked.get("redirect_uri", ""))
    if back.scheme not in ("http", "https") or not is_loopback(back.hostname or ""):
        return "redirect_uri is not one of the application's (MD5101)."
    return ""


def _page(world, asked, status, problem=""):
    made, headers, page = templating.render(
        "consent.html",
        path=PATH,
        problem=problem,
        kept={name: asked[name] for name in _KEPT if name in asked},
        sellers=_sellers(world, asked),
        regions=REGIONS,
        deny=DENY,
        host=urlsplit(asked.get("redirect_uri", "")).netloc,
        application=asked.get("application_id", ""),
    )
    return status if made == 200 else made, {**headers, **_SAFE}, page
