"""Fixed scenarios beside the random ones: those in which a process is killed at each of
its commits, and those in which several processes do the same work.

A step is a verb with its words, as `schedule.Step` has them.
"""

_SALE = ("place", {"orders": [("fbm", "plain"), ("fbm", "several lines")]})
_WORK = ("cron", {"is_due": True})
_PACK = ("deliver", {"seed": 1, "share": 1, "partly": 1})
_CANCEL = ("cancel", {"seed": 1, "share": 0.5})
_COUNT = ("recount", {"seed": 1})
_EMPTY = ("recount", {"seed": 1, "empty": True})
_EDIT = ("edit", {"seed": 1})
_AMEND = ("amend", {"seed": 1})
_LATE = ("place_late", {"orders": [("fbm", "plain"), ("fba", "plain")]})


def _meet(*jobs):
    """Let all of them begin at the same moment."""
    workers = [{"job": job, "kill": None} for job in jobs]
    return ("together", {"is_due": True, "workers": workers})


def _run(method):
    """Let one process do it."""
    return _meet(("direct", {"method": method}))


def _refund(share, **words):
    """A buyer gets something of an order that was shipped."""
    usual = {"more": {}, "status": "RELEASED", "kind": "Refund", "again": False}
    return {**usual, "share": share, **words}


_SHIPPED_BY_AMAZON = [
    ("place", {"orders": [("fba", "several lines"), ("fba", "with shipping")]}),
    ("change", {"events": ["ship_fba"] * 2}),
    _WORK,
]
_INVOICE = ("invoice", {"seed": 1, "share": 1})
_SENT_BACK = [
    {"condition": "SELLABLE", "status": "Approved"},
    {"condition": "DEFECTIVE", "status": "Approved"},
]
_CHECKER = ("direct", {"method": "_cron_check_orders"})
_REPORTER = ("direct", {"method": "_cron_read_reports"})
_FBA_READER = ("direct", {"method": "_cron_read_fba_stock"})
#: a day each, and the run at its end, which is killed at one commit after the other
STORIES = {
    "import": (
        "_cron_sync_orders",
        [
            _SALE,
            _WORK,
            ("place", {"orders": [("fbm", "gift"), ("fba", "plain"), ("fbm", "tip")]}),
            ("change", {"events": ["ship_fba", "cancel_item", "change_address"]}),
        ],
    ),
    "pending": (
        "_cron_sync_orders",
        [
            ("place", {"orders": [("fbm", "pending")] * 3 + [("fbm", "plain")]}),
            _WORK,
            ("place", {"orders": [("fbm", "pending"), ("fbm", "plain")]}),
            ("change", {"events": ["authorize_payment", "cancel", "touch"]}),
        ],
    ),
    "shipments": ("_cron_send_submissions", [_SALE, _WORK, _PACK]),
    "answer lost": (
        "_cron_send_submissions",
        [
            _SALE,
            _WORK,
            _PACK,
            ("fault", {"operation": "confirmShipment", "kind": "lost"}),
            _WORK,
        ],
    ),
    "edited": ("_cron_send_submissions", [_SALE, _WORK, _EDIT, _PACK, _AMEND]),
    "stock": ("_cron_sync_stock", [_SALE, _WORK, _WORK, _COUNT]),
    "sold out": ("_cron_send_stock_now", [_SALE, _WORK, _WORK, _WORK, _EMPTY]),
    "feeds": ("_cron_send_submissions", [_SALE, _WORK, _WORK, _CANCEL]),
    "results": ("_cron_send_submissions", [_SALE, _WORK, _CANCEL, _WORK]),
    "feed lost": (
        "_cron_send_submissions",
        [
            _SALE,
            _WORK,
            _WORK,
            _CANCEL,
            ("fault", {"operation": "createFeed", "kind": "lost"}),
            _WORK,
        ],
    ),
    "catalogue": ("_cron_read_reports", [_SALE, _WORK, _meet(_REPORTER)]),
    "report lost": (
        "_cron_read_reports",
        [
            _SALE,
            ("fault", {"operation": "createReport", "kind": "lost", "times": 3}),
            _WORK,
        ],
    ),
    "night": (
        "_cron_read_reports",
        [_SALE, _WORK, _LATE, _meet(_CHECKER), _meet(_REPORTER)],
    ),
    "FBA stock": ("_cron_read_fba_stock", [_SALE, _WORK, _WORK]),
    "settlements": (
        "_cron_sync_settlements",
        [
            ("place", {"orders": [("fba", "plain"), ("fba", "several lines")] * 2}),
            ("change", {"events": ["ship_fba"] * 4}),
            _WORK,
            ("pay", {}),
        ],
    ),
    # one refund is settled by then, the other one only in the transactions
    "refunds": (
        "_cron_sync_returns",
        [
            *_SHIPPED_BY_AMAZON,
            _INVOICE,
            ("send_back", {"goods": _SENT_BACK}),
            _run("_cron_sync_returns"),
            _run("_cron_read_reports"),
            _run("_cron_read_reports"),
            ("refund", {"refunds": [_refund("half", more={"Goodwill": "1.00"})]}),
            ("pay", {}),
            _run("_cron_sync_settlements"),
            ("refund", {"refunds": [_refund("little", again=True)]}),
        ],
    ),
    "returns": (
        "_cron_read_reports",
        [
            *_SHIPPED_BY_AMAZON,
            _SALE,
            _WORK,
            _PACK,
            _WORK,
            ("send_back", {"goods": _SENT_BACK * 2}),
            _run("_cron_sync_returns"),
            _run("_cron_read_reports"),
        ],
    ),
}
#: these take longest: see `command.Commits`
LONG = ("refunds", "returns")
_SERVER = ("cron", {})
_READER = ("direct", {"method": "_cron_sync_orders"})
_SENDER = ("direct", {"method": "_cron_send_submissions"})
_LOOK = ("direct", {"method": "_cron_sync_stock"})
_READ_BUTTON = ("press", {"button": "action_sync_orders"})
_SEND_BUTTON = ("press", {"button": "action_sync_pickings"})
_LOOK_BUTTON = ("press", {"button": "action_sync_stock"})
_CATALOGUE_BUTTON = ("press", {"button": "action_import_catalogue"})
_FBA_BUTTON = ("press", {"button": "action_read_fba_stock"})
_BOOKER = ("direct", {"method": "_cron_sync_settlements"})
_BOOK_BUTTON = ("press", {"button": "action_sync_settlements"})
_RETURNER = ("direct", {"method": "_cron_sync_returns"})
_RETURNS_BUTTON = ("press", {"button": "action_sync_returns"})
_RETRY_ORDERS = ("retry", {"model": "amazon.order"})
_RETRY_MESSAGES = ("retry", {"model": "amazon.submission"})
_AMENDER = ("amend", {"seed": 2})
_PACKER = ("deliver", {"seed": 2, "share": 1, "partly": 0})


def _refused(method):
    """Let all of it fail, so that there is something to retry."""
    worker = {"job": ("refuse", {"method": method}), "kill": None}
    return ("together", {"is_due": True, "workers": [worker]})


_ORDERS_FAIL = _refused("_cron_sync_orders")
_SHIPMENTS_FAIL = _refused("_cron_send_submissions")


def _after(story):
    return STORIES[story][1]


def _jump(hours):
    """A day in whose middle the server's clock turns out to have been wrong."""
    wrong = ("jump", {"hours": hours})
    return [_SALE, _WORK, _PACK, _WORK, _COUNT, wrong, _SALE, _EMPTY, _WORK]


#: who meets whom at the same work, undisturbed; and days on which the database, the
#: seller or the clock is not what it was
MEETINGS = {
    "copied database": [_SALE, _WORK, _PACK, _EMPTY, ("copy", {}), _WORK, _SALE],
    "keys of another seller": [_SALE, _WORK, _PACK, ("swap", {}), _EMPTY, _WORK],
    "clock was a day ahead": _jump(24),
    "clock was a day behind": _jump(-24),
    "clock was an hour ahead": _jump(1),
    "clock was an hour behind": _jump(-1),
    "two servers import": [*_after("import"), _meet(_SERVER, _READER, _READER)],
    "cron and button import": [*_after("import"), _meet(_SERVER, _READ_BUTTON)],
    "cron and retry import": [
        *_after("import"),
        _ORDERS_FAIL,
        _meet(_READER, _RETRY_ORDERS, _RETRY_ORDERS),
    ],
    "all at once import": [
        *_after("import"),
        _ORDERS_FAIL,
        _SALE,
        _meet(_SERVER, _SERVER, _READER, _READ_BUTTON, _RETRY_ORDERS),
    ],
    "two servers send": [*_after("shipments"), _meet(_SERVER, _SENDER, _SENDER)],
    "cron and button send": [*_after("shipments"), _meet(_SENDER, _SEND_BUTTON)],
    "cron and retry send": [
        *_after("shipments"),
        _SHIPMENTS_FAIL,
        _meet(_SENDER, _RETRY_MESSAGES, _RETRY_MESSAGES),
    ],
    "all at once send": [
        *_after("shipments"),
        _SHIPMENTS_FAIL,
        _PACK,
        _meet(_SERVER, _SERVER, _SENDER, _SEND_BUTTON, _RETRY_MESSAGES),
    ],
    "corrected while it is sent": [
        *_after("shipments"),
        _meet(_SENDER, _AMENDER, _AMENDER),
    ],
    "not kept": [
        *_after("shipments"),
        ("fault", {"operation": "confirmShipment", "kind": "unkept", "times": 9}),
        _WORK,
    ],
    "two servers send feeds": [*_after("feeds"), _meet(_SERVER, _SENDER, _SENDER)],
    "two servers ask for feeds": [
        *_after("results"),
        _meet(_SENDER, _SENDER, _SEND_BUTTON),
    ],
    "two servers look for a feed": [*_after("feed lost"), _meet(_SENDER, _SENDER)],
    "stock meets sales": [
        *_after("stock"),
        _SALE,
        _meet(_LOOK, _LOOK_BUTTON, _PACKER, _READER),
    ],
    "cron and button look at the stock": [
        *_after("stock"),
        _meet(_LOOK, _LOOK, _LOOK_BUTTON, _LOOK_BUTTON),
    ],
    "two servers read reports": [
        *_after("night"),
        _meet(_REPORTER, _REPORTER, _CHECKER, _CATALOGUE_BUTTON),
        _meet(_REPORTER, _REPORTER, _READER),
    ],
    "two servers look for a report": [
        *_after("report lost"),
        _meet(_REPORTER, _REPORTER, _CATALOGUE_BUTTON),
    ],
    "all at once read FBA stock": [
        *_after("FBA stock"),
        _meet(_FBA_READER, _FBA_READER, _FBA_BUTTON, _READER),
    ],
    "two servers book settlements": [
        *_after("settlements"),
        _meet(_BOOKER, _BOOKER, _REPORTER, _BOOK_BUTTON),
    ],
    "two servers book refunds": [
        *_after("refunds"),
        ("pay", {}),
        _meet(_RETURNER, _RETURNER, _BOOKER, _RETURNS_BUTTON),
    ],
    "two servers read returns": [
        *_after("returns"),
        _meet(_REPORTER, _REPORTER),
        ("place", {"orders": [("fba", "several lines")] * 4}),
        ("change", {"events": ["ship_fba"] * 4}),
        _meet(_RETURNER, _RETURNS_BUTTON, _READER),
    ],
    "packer meets import": [
        _SALE,
        _WORK,
        ("place", {"orders": [("fbm", "several lines")] * 4}),
        _meet(_PACKER, _READER, _READ_BUTTON),
    ],
}
