"""Amazon's consent page: a seller lets an application in, or does not."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlsplit

from .consents import DENY
from .loopback import is_loopback

PATH = "/apps/authorize/consent"
_HERE = Path(__file__).resolve().parent
_HTML = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}
_REGIONS = {"eu": "Europe", "na": "North America", "fe": "Far East"}
_KEPT = ("application_id", "state", "redirect_uri", "version")


def serve(world, method, query, body):
    """Answer a request of a browser: status, headers, payload."""
    asked = dict(parse_qsl(body.decode("utf-8", "replace") if body else query))
    with world.lock:
        problem = _problem(world, asked)
        if problem:
            return 400, _HTML, _page(world, asked, problem).encode()
        choice = asked.get("choice") if method == "POST" else world.consents.by_itself
        target = _answer(world, asked, choice)
        if target is None:
            return 200, _HTML, _page(world, asked).encode()
    return 303, {"Location": target, "Referrer-Policy": "same-origin"}, b""


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


def _page(world, asked, problem=""):
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked[name])}">'
        for name in _KEPT
        if name in asked
    )
    sellers = "".join(
        f'<button class="primary" name="choice" value="{escape(s.merchant_token)}">'
        f"Allow as {escape(s.name)} <small>{_REGIONS[s.region]}</small></button>"
        for s in _sellers(world, asked)
    )
    form = (
        f'<form method="post" action="{PATH}">{hidden}{sellers}'
        f'<button class="second primary" name="choice" value="{DENY}">Cancel</button>'
        "</form>"
    )
    return Template(
        (_HERE / "page_consent.html").read_text(encoding="utf-8")
    ).substitute(
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        body=f'<p class="problem">{escape(problem)}</p>' if problem else form,
        host=escape(urlsplit(asked.get("redirect_uri", "")).netloc),
        application=escape(asked.get("application_id", "")),
    )
