"""What becomes of each fault in each call to Amazon: the tables of ``docs/faults.rst``.

``python3 tests/fault_table.py > docs/faults.rst`` writes them anew. The tests of
``tests/test_fault_*.py`` let each cell happen.
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
    "anew": "It is read from its first page once more, at once; nobody notices.",
    "waits": "Amazon allows the next call in a second or two, for which Odoo waits.",
    "next": "What has changed meanwhile comes with the next reading; nobody notices.",
    "again": "Nothing of the answer is used, nothing is lost: the account says what "
    "happened, and Odoo tries again by itself.",
    "quota": "The account says when Amazon allows the next call; Odoo goes on then.",
    "asks": "Nobody knows whether Amazon has carried it out: it becomes *Answer lost*, "
    "and Odoo asks Amazon before it sends anything again.",
    "noted": "What is wanted is noted. The window or the back-fill says what happened, "
    "and Odoo goes on by itself.",
    "said": "As *again*; the account says it on its page about FBA.",
    "role": "The app lacks a role: the account's page about FBA says which, and "
    "everything else goes on.",
    "unread": "The app lacks a role: the report says which, in the list of problems, "
    "and everything else goes on.",
    "config": "A person has to act: the account turns to *Error* (a back-fill waits) "
    "and says what to do. Nothing fails, everything waits.",
    "press": "Nothing of the answer is used. A person waits at the screen and reads "
    "what happened, and presses the button once more.",
    "untried": "*Test Connection* says what could not be tried, and why.",
    "denied": "*Test Connection* says which role the app lacks.",
    "consent": "Nothing is linked, and an account keeps the keys that it has. The page "
    "or the window says so, and the seller gives the consent once more.",
    "keys": "Nothing is linked. The page says that Amazon does not accept the keys of "
    "the registered app.",
}
NEVER = "–"
#: after these a person tries again, where a person began it
PRESSED = ("press", "unread", "untried", "denied", "consent", "keys", "config")

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
ANEW = {"stale_token": "anew", "doubled": "ok"}
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


def _instead(outcomes, **others):
    """Other words for the same outcomes."""
    return {fault: others.get(code, code) for fault, code in outcomes.items()}


LISTED = READS | {"stale_token": "again", "doubled": "ok"}
NOTED = _instead(READS, again="noted", quota="noted")
PRESS = _instead(READS, again="press", quota="press")
# without any connection nothing is tested
TESTED = _instead(PRESS, press="untried") | {"denied": "denied", "refused": "press"}
# by that clock its address is over as soon as it is there
OLD_LINK = {"skewed": "link"}
CREATED = dict.fromkeys(NO_BODY, "asks")
#: subject -> operation -> (what it is for, {fault: outcome})
TABLES = {
    "Signing in, orders and shipments": {
        "token": ("sign in", _without(TOKEN, "denied")),
        "searchOrders": ("read orders", PAGES | READS | {"skewed": "again"}),
        "getOrder": ("read one order", READS),
        # its answer is 204, without a body that could be spoiled
        "confirmShipment": ("confirm a package", _without(WRITES, *NO_BODY)),
        "getOrder, asking": ("ask for a lost answer", READS),
        "getOrder, checking": ("was a package kept?", READS),
    },
    "Orders that are read once more": {
        "searchOrders, window": ("recover a time", NOTED | ANEW | {"moved": "ok"}),
        "getOrder, references": ("recover by references", NOTED),
        "searchOrders, history": (
            "read from before the go-live",
            NOTED | ANEW | {"moved": "ok"},
        ),
    },
    "Feeds: cancellations and quantities leave": {
        "createFeedDocument": ("make room for a feed", READS | OLD_LINK),
        # the next call, createFeed, meets the withdrawn consent
        "uploadFeedDocument": (
            "upload a feed",
            _without(STORE, *NO_BODY) | {"revoked": "config"},
        ),
        # a clock that is wrong for one call alone makes feeds of the future
        "createFeed": ("send a feed", _without(WRITES, "skewed_ahead") | CREATED),
        "createFeed, quantities": (
            "send quantities",
            _without(WRITES, "skewed_ahead") | CREATED,
        ),
        "createFeed, refunds": (
            "send refunds",
            _without(WRITES, "skewed_ahead") | CREATED,
        ),
        "createFeed, invoices": (
            "upload an invoice",
            _without(WRITES, "skewed_ahead") | CREATED,
        ),
        "getFeeds": ("ask for a lost feed", _without(LISTED, "skewed")),
    },
    "Feeds: what became of them": {
        "getFeed": ("ask how far it is", READS),
        "getFeedDocument": ("ask for its report", READS | OLD_LINK),
        "downloadFeedDocument": ("fetch its report", STORE),
        "downloadFeedDocument, quantities": ("fetch the results", STORE),
        "getOrder, cancelled": ("ask where the report is silent", READS),
    },
    "Reports and FBA stock": {
        "createReport": (
            "ask for a report",
            _without(WRITES, "skewed_ahead") | CREATED,
        ),
        "getReports": ("ask for a lost report", _without(LISTED, "skewed")),
        "getReport": ("ask how far it is", READS),
        "getReportDocument": ("ask where it lies", READS | OLD_LINK),
        "downloadReportDocument": ("fetch the listings", STORE),
        "downloadReportDocument, orders": ("fetch the orders of a night", STORE),
        "createRestrictedDataToken": (
            "open Amazon's invoice data",
            READS | {"denied": "unread"},
        ),
        "getInventorySummaries": (
            "read FBA stock",
            _instead(READS, again="said", quota="waits") | ANEW | {"denied": "role"},
        ),
    },
    "Linking, and testing the connection": {
        "token, consent": (
            "link by consent",
            _without(_instead(READS, again="consent", quota="consent"), "denied")
            | {"unauthorized": "keys", "forbidden": "keys", "revoked": "ok"},
        ),
        "getMarketplaceParticipations, linking": (
            "link by keys",
            PRESS | {"denied": "denied", "revoked": "consent"},
        ),
        "getMarketplaceParticipations": ("where the seller sells", PRESS),
        "searchOrders, testing": ("may it read orders and names?", TESTED),
        # as getFeeds and getReports, which are tried beside it
        "getListingsItem": ("may it read listings?", TESTED),
        "listTransactions": ("may it read payments?", TESTED),
    },
}
OPERATIONS = {name: one for table in TABLES.values() for name, one in table.items()}


def render():
    """Write the table of faults in reStructuredText.

    :return str: the page of the documentation
    """
    lines = [HEAD]
    lines += [f"**{code}**\n   {words}\n" for code, words in OUTCOMES.items()]
    lines.append(f"{NEVER}\n   Can not happen there.\n")
    for subject, columns in TABLES.items():
        lines += [subject, "-" * len(subject), "", *_table(_rows(columns))]
    return "\n".join([*lines, BESIDE])


def _rows(columns):
    """Yield the heading and a row for each fault that can happen there."""
    yield ["", *(f"{name} ({words})" for name, (words, _cells) in columns.items())]
    for fault, words in FAULTS.items():
        cells = [outcomes.get(fault) for _words, outcomes in columns.values()]
        if any(cells):
            yield [words, *(f"**{cell}**" if cell else NEVER for cell in cells)]


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

Each cell is a test (``test_fault_*.py``, in ``tests/`` and its rooms): the fault
strikes once, in the middle of the work; the outcome is compared with this table; then
the fault is gone, time passes, and all books of the account, and Amazon's, have to be
those of a day without any fault. The page is written by ``tests/fault_table.py``.
"""

BESIDE = """\
Beside the tables
-----------------

What is no single fault of a single call has tests of its own:

* Our own count says that no call is allowed
  (``tests/connection/test_rate_limit.py``), or Amazon allows few of them
  (``tests/orders/test_fairness.py``).
* Amazon answers a confirmation with 204 and keeps nothing of it: orders that were
  wholly confirmed and do not turn *Shipped* are asked for after 2, 12 and 24 hours; a
  parcel that is not there becomes *Failed*, with its ways out, in one mail
  (``tests/shipments/test_shipments_kept.py``).
* Amazon refuses a carrier or a ship-from, or knows already that the goods have left
  (``tests/shipments/test_handover.py``, ``tests/shipments/test_pieces.py``). Where a
  part of them is cancelled or confirmed elsewhere, the rest leaves at once
  (``tests/shipments/test_pieces_again.py``).
* Amazon takes a feed and breaks it off, cancels it, gives no report or one with gaps
  (``tests/outbox/test_feeds_silent.py``); it refuses some of the messages
  (``tests/stock/test_stock_results.py``,
  ``tests/cancellations/test_cancellations_refused.py``).
* Amazon takes a refund or an invoice and does not say what became of it: neither is
  sent a second time by itself (``tests/seller_refunds/test_tell_refund.py``,
  ``tests/invoices/test_invoices.py``).
* Amazon cancels a report, can not make it, or leaves rows in it that nobody can read
  (``tests/reports/test_reports.py``, ``tests/catalogue/test_catalogue.py``).
* The seller refuses on the consent page, or comes back too late, twice, or as somebody
  else (``tests/connection/test_consent_return.py``).
* An order makes no sense (``tests/orders/test_orders_troubled.py``).
* A server dies at any moment, and several faults meet: see ``docs/proof.rst``.
"""

if __name__ == "__main__":
    sys.stdout.write(render())
