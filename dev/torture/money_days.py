"""Draws the days of buyers who want their money back: orders are shipped, invoiced,
refunded, sent back and settled in any order, with faults and kills.

They have seeds of their own, ``money 1`` and so on: what other seeds draw stays as it
is.
"""

from .kills import draw_together, maybe_kill

#: seeds begin with it
FAMILY = "money "
#: Kinds of orders, see `sim.seeds.KINDS`, that leave from the warehouse as a whole.
#: A tip is in no settlement of the simulator.
FBM_KINDS = (
    "plain",
    "with shipping",
    "several lines",
    "same SKU twice",
    "gift",
    "discount",
    "business",
)
FBA_KINDS = ("plain", "prime", "discount", "with shipping") + ("several lines",) * 3
OPERATIONS = (
    "token",
    "listTransactions",
    "listTransactions",
    "listTransactions",
    "createReport",
    "createReport",
    "getReport",
    "getReports",
    "getReports",
    "getReportDocument",
    "downloadReportDocument",
    "downloadReportDocument",
    "searchOrders",
    "confirmShipment",
    *("*",) * 6,
)
#: how often
FAULTS = {
    "throttled": 2,
    "server_error": 3,
    "empty": 2,
    "html": 2,
    "truncated": 3,
    "short_body": 3,
    "wrong_shape": 2,
    "forbidden": 1,
    "unauthorized": 2,
    "reset": 4,
    "lost": 4,
    "timeout_after": 1,
}
RETURNS = "_cron_sync_returns"
SETTLEMENTS = "_cron_sync_settlements"
REPORTS = "_cron_read_reports"
DIRECT = (RETURNS,) * 5 + (SETTLEMENTS,) * 3 + (REPORTS,) * 3
DIRECT += ("_cron_sync_orders", "_cron_send_submissions")
BUTTONS = ("action_sync_returns", "action_sync_returns", "action_sync_settlements")
#: on each of these days, in any order
ALWAYS = ("invoice", "refund", "refund", "send_back", "send_back", "pay")
ALWAYS += ("together", "together", "together")
#: and how often these
SOMETIMES = {
    "place": 1,
    "invoice": 2,
    "refund": 3,
    "release": 1,
    "send_back": 2,
    "approve": 1,
    "receive": 2,
    "book": 1,
    "pay": 1,
    "fault": 2,
    "together": 2,
}
#: of which there is a comparison, see `trade_books`
VERBS = ("invoice", "refund", "release", "send_back", "approve", "receive", "book")
#: what the buyer gets: of what is left of an item, or nothing for the goods themselves
SHARES = ("all", "half", "little", "little", "nothing")
MORE = ({}, {}, {}, {"Goodwill": "1.00"}, {"RestockingFee": "-1.00"})
REASONS = ("Refund",) * 8 + ("A-to-z Guarantee Refund", "Chargeback Refund")
CONDITIONS = ("SELLABLE", "SELLABLE", "CUSTOMER_DAMAGED", "DEFECTIVE")


def seed(number):
    """Return the seed of a day."""
    return f"{FAMILY}{number}"


def is_seed(text):
    """Whether a seed is one of these days."""
    return text.startswith(FAMILY)


def draw(rng):
    """Return the steps of a day as pairs of a verb and its words."""
    verbs = [*ALWAYS]
    verbs += rng.choices(list(SOMETIMES), list(SOMETIMES.values()), k=rng.randint(2, 4))
    rng.shuffle(verbs)
    middle = [(verb, _WORDS[verb](rng)) for each in verbs for verb in _led(rng, each)]
    return [*_shipped(rng), *middle]


def _led(rng, verb):
    """Return a verb, and before processes begin mostly the fault that they meet."""
    return ("fault", verb) if verb == "together" and rng.random() < 0.7 else (verb,)


def _shipped(rng):
    """Let orders come in and leave, since nothing goes back of the others."""
    orders = [("fba", rng.choice(FBA_KINDS)) for _ in range(rng.choice((2, 3, 3)))]
    orders += [("fbm", rng.choice(FBM_KINDS)) for _ in range(rng.choice((1, 2)))]
    rng.shuffle(orders)
    return [
        ("place", {"orders": orders}),
        ("change", {"events": ["ship_fba"] * rng.choice((2, 3))}),
        ("cron", {"is_due": True, "kill": None}),
        ("deliver", {**_some(rng), "partly": rng.choice((0, 0, 0.3))}),
        ("cron", {"is_due": True, "kill": maybe_kill(rng)}),
    ]


def _place(rng):
    return {"orders": [("fba", rng.choice(FBA_KINDS)), ("fbm", rng.choice(FBM_KINDS))]}


def _some(rng):
    return {"seed": rng.randrange(10**6), "share": rng.choice((0.5, 1, 1))}


def _refund(rng):
    refunds = [
        {
            "share": rng.choice(SHARES),
            "more": rng.choice(MORE),
            "status": rng.choice(("RELEASED", "RELEASED", "DEFERRED")),
            "kind": rng.choice(REASONS),
            "again": rng.random() < 0.4,
        }
        for _ in range(rng.choice((1, 2, 3)))
    ]
    return {"refunds": refunds}


def _send_back(rng):
    goods = [
        {
            "condition": rng.choice(CONDITIONS),
            "status": rng.choice(("Approved", "Approved", "Pending")),
        }
        for _ in range(rng.choice((1, 2, 3)))
    ]
    return {"goods": goods}


def _pay(rng):
    return {"reserve": rng.choice(("0", "0", "12.34"))}


def _fault(rng):
    kind = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
    words = {"operation": rng.choice(OPERATIONS), "kind": kind}
    if kind != "timeout_after":
        words["times"] = rng.choice((1, 1, 2, 3))
    return words


def _together(rng):
    return draw_together(rng, (1, 2, 2, 3), _job)


def _job(rng):
    way = rng.random()
    if way < 0.6:
        return ("direct", {"method": rng.choice(DIRECT)})
    if way < 0.75:
        return ("press", {"button": rng.choice(BUTTONS)})
    if way < 0.8:
        return ("retry", {"model": "amazon.report"})
    return (rng.choice(("invoice", "receive", "book")), _some(rng))


def _nothing(_rng):
    return {}


_WORDS = {
    "place": _place,
    "invoice": _some,
    "refund": _refund,
    "release": _nothing,
    "send_back": _send_back,
    "approve": _nothing,
    "receive": _some,
    "book": _some,
    "pay": _pay,
    "fault": _fault,
    "together": _together,
}
