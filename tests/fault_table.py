"""What becomes of each fault in each call to Amazon: the table of ``docs/faults.rst``.

``python3 tests/fault_table.py > docs/faults.rst`` writes it anew. `test_fault_table`
lets each cell happen.
"""

import sys

FAULTS = {
    "throttled": "429 ``QuotaExceeded``",
    "throttled_message": '429 ``{"message": …}``',
    "server_error": "500 ``InternalFailure``",
    "empty": "502 without a body",
    "html": "503 with an HTML page",
    "truncated": "200, JSON cut off",
    "short_body": "200, connection closed in mid-body",
    "cut_gzip": "200, gzip cut short",
    "wrong_shape": "200, JSON of another shape",
    "unauthorized": "401, access token expired",
    "forbidden": "403 ``AccessDenied``, once",
    "denied": "403 ``AccessDenied``, again with a new token",
    "refused": "connection refused",
    "reset": "connection reset before the call was carried out",
    "lost": "connection reset after the call was carried out",
    "timeout": "no answer in time, the call was not carried out",
    "timeout_after": "no answer in time, the call was carried out",
    "slow": "the answer takes its time",
    "drip": "the answer comes byte for byte",
    "revoked": "the seller's consent is withdrawn in mid-run",
    "skewed": "Amazon's clock is ten minutes behind ours",
    "skewed_ahead": "Amazon's clock is a minute ahead of ours",
    "expired_url": "the address of the document is over",
    "busy_store": "503 ``SlowDown`` of the document store",
    "stale_token": "the page token has expired",
    "doubled": "an order stands on two pages",
    "moved": "an order moves to another page while they are read",
}

OUTCOMES = {
    "ok": "Nobody notices: the work is done in the same run.",
    "token": "A new access token is fetched and the call made once more; nobody "
    "notices.",
    "link": "A new address is asked for and used; nobody notices.",
    "next": "What has changed meanwhile comes with the next reading; nobody notices.",
    "again": "Nothing of the answer is used, nothing is lost: the account says what "
    "happened, and Odoo tries again by itself.",
    "quota": "The account says when Amazon allows the next call; Odoo goes on then.",
    "asks": "Nobody knows whether Amazon has carried it out: the message becomes "
    "*Answer lost*, and Odoo asks Amazon before it sends anything again.",
    "config": "A person has to act: the account turns to *Error* and says what to do. "
    "Nothing fails, everything waits.",
}
NEVER = "–"

READS = dict.fromkeys(
    (
        "server_error",
        "empty",
        "html",
        "truncated",
        "short_body",
        "cut_gzip",
        "wrong_shape",
        "refused",
        "reset",
        "lost",
        "timeout",
        "timeout_after",
    ),
    "again",
) | {
    "throttled": "quota",
    "throttled_message": "quota",
    "unauthorized": "token",
    "forbidden": "token",
    "denied": "config",
    "slow": "ok",
    "drip": "ok",
    "revoked": "config",
    "skewed": "ok",
    "skewed_ahead": "ok",
}
PAGES = {"stale_token": "again", "doubled": "ok", "moved": "next"}
# An error page may come from a gateway in front of an Amazon that goes on working.
WRITES = READS | dict.fromkeys(
    (
        "server_error",
        "empty",
        "html",
        "reset",
        "lost",
        "timeout",
        "timeout_after",
        "wrong_shape",
    ),
    "asks",
)


def _without(outcomes, *faults):
    return {fault: code for fault, code in outcomes.items() if fault not in faults}


TOKEN = READS | {"unauthorized": "config", "forbidden": "config"}
# The document store is not the API: no token, no quota, and other words.
STORE = READS | {
    "throttled": "again",
    "throttled_message": "again",
    "unauthorized": "again",
    "forbidden": "link",
    "denied": "again",
    "expired_url": "link",
    "busy_store": "again",
    "revoked": "ok",
}
NO_BODY = ("truncated", "short_body", "cut_gzip")
#: operation -> (what it is for, {fault: outcome})
OPERATIONS = {
    "token": ("sign in", _without(TOKEN, "denied")),
    "searchOrders": ("read orders", PAGES | READS | {"skewed": "again"}),
    "getOrder": ("read one order", READS),
    # its answer is 204, without a body that could be spoiled
    "confirmShipment": ("confirm a package", _without(WRITES, *NO_BODY)),
    "getOrder, asking": ("ask for a lost answer", READS),
    "createFeedDocument": ("make room for a feed", READS),
    # the next call, createFeed, meets the withdrawn consent
    "uploadFeedDocument": (
        "upload a feed",
        _without(STORE, "wrong_shape", *NO_BODY) | {"revoked": "config"},
    ),
    # a clock that is wrong for one call alone makes feeds of the future
    "createFeed": (
        "send a feed",
        _without(WRITES, "skewed_ahead") | dict.fromkeys(NO_BODY, "asks"),
    ),
    "getFeeds": ("ask for a lost feed", _without(READS, "skewed")),
    "getFeed": ("ask how far it is", READS),
    "getFeedDocument": ("ask for its report", READS),
    "downloadFeedDocument": ("fetch its report", STORE),
}


def render():
    """:return str: the page of the documentation"""
    names = list(OPERATIONS)
    rows = [["", *(f"{name} ({OPERATIONS[name][0]})" for name in names)]]
    for fault, words in FAULTS.items():
        cells = [OPERATIONS[name][1].get(fault) for name in names]
        rows.append([words, *(f"**{cell}**" if cell else NEVER for cell in cells)])
    lines = [HEAD]
    lines += [f"**{code}**\n   {words}\n" for code, words in OUTCOMES.items()]
    lines += [f"{NEVER}\n   Can not happen there.\n", *_table(rows)]
    return "\n".join(lines)


def _table(rows):
    """Yield the lines of a list-table."""
    yield ".. list-table::\n   :header-rows: 1\n   :stub-columns: 1\n"
    for row in rows:
        for position, cell in enumerate(row):
            yield f"   {'* -' if not position else '  -'} {cell}".rstrip()
    yield ""


HEAD = """\
What happens when Amazon fails
==============================

Each cell is a test (``tests/test_fault_table.py``): the fault strikes once, in the
middle of the work; the outcome is compared with this table; then the fault is gone,
time passes, and the books have to be as if nothing had happened. The page is written
by ``tests/fault_table.py``.
"""

if __name__ == "__main__":
    sys.stdout.write(render())
