"""Draws a schedule from a seed: plain data, the same for the same seed."""

import random
from dataclasses import dataclass, field

from . import money_days
from .kills import draw_together, maybe_kill
from .stories import MEETINGS, STORIES

#: kinds of orders that buyers place, see `sim.seeds.KINDS`
FBM_KINDS = (
    "plain",
    "plain",
    "with shipping",
    "several lines",
    "same SKU twice",
    "gift",
    "discount",
    "business",
    "pending",
    "tip",
    "unknown product",
    "partly shipped",
    "already shipped",
    "odd address",
)
FBA_KINDS = ("plain", "prime", "several lines", "discount")
CHANGES = (
    "ship_fba",
    "ship_fba",
    "authorize_payment",
    "cancel",
    "cancel_item",
    "request_cancellation",
    "change_address",
    "touch",
)
#: of a commit, where a process is killed
SIDES = ("before", "after")
OPERATIONS = (
    "token",
    "searchOrders",
    "getOrder",
    "confirmShipment",
    "confirmShipment",
    "createFeedDocument",
    "uploadFeedDocument",
    "createFeed",
    "createFeed",
    "getFeed",
    "getFeeds",
    "getFeedDocument",
    "downloadFeedDocument",
    "createReport",
    "createReport",
    "getReport",
    "getReports",
    "getReportDocument",
    "downloadReportDocument",
    "getInventorySummaries",
    "*",
)
STORE = ("uploadFeedDocument", "downloadFeedDocument", "downloadReportDocument")
#: of which operation, and how often (fast ones more than those that wait)
FAULTS = {
    "throttled": 2,
    "throttled_message": 2,
    "server_error": 3,
    "empty": 2,
    "html": 2,
    "truncated": 3,
    "short_body": 3,
    "cut_gzip": 2,
    "wrong_shape": 2,
    "forbidden": 1,
    "unauthorized": 3,
    "reset": 4,
    "lost": 6,
    "timeout": 1,
    "timeout_after": 2,
    "drip": 1,
    "stale_token": 2,
    "doubled": 3,
    "moved": 4,
    "skewed": 3,
    "revoked": 1,
    "expired_url": 2,
    "unkept": 3,
}
BUTTONS = ("action_sync_orders", "action_sync_pickings", "action_sync_stock") * 2
BUTTONS += ("action_import_catalogue", "action_read_fba_stock")
DIRECT = ("_cron_sync_orders", "_cron_send_submissions", "_cron_sync_stock") * 2
DIRECT += ("_cron_send_stock_now",) * 2
DIRECT += ("_cron_read_reports", "_cron_check_orders", "_cron_read_fba_stock")
#: how the next feed fails; see `sim.feeds`
FEED_ENDS = (
    "fatal_next",
    "fatal_after_work_next",
    "cancelled_next",
    "no_report_next",
    "report_of_unknown_messages_next",
    "report_with_gaps_next",
)
RETRIES = ("amazon.order", "amazon.submission", "amazon.report")
#: What a step does, and how often. A copied database, the keys of somebody else and a
#: wrong clock have days of their own, see `stories`.
VERBS = {
    "place": 5,
    "place_late": 2,
    "change": 4,
    "fault": 5,
    "cron": 6,
    "together": 6,
    "press": 2,
    "deliver": 4,
    "correct": 1,
    "edit": 2,
    "amend": 2,
    "cancel": 2,
    "decide": 1,
    "recount": 2,
    "spoil_feed": 1,
}


@dataclass(frozen=True)
class Step:
    """Something that happens; `number` is the seed of its random details."""

    verb: str
    number: int
    words: dict = field(default_factory=dict)

    def __str__(self):
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.words.items())
        return f"{self.verb}({arguments})"


@dataclass(frozen=True)
class Schedule:
    """A day: its steps, and how Amazon and the warehouse are that day."""

    seed: str
    page_size: int
    stock: int
    steps: tuple

    @property
    def trades(self):
        """Whether the money and the returned goods of the day are compared."""
        return any(step.verb in money_days.VERBS for step in self.steps)


def draw(seed):
    """Return the `Schedule` of a seed.

    :param str seed: a number; the name of a meeting; a `commit_seed`; or one of a
        `money_days.seed`
    """
    if money_days.is_seed(seed):
        rng = random.Random(f"schedule {seed}")
        day = money_days.draw(rng)
        return Schedule(seed, rng.choice((3, 100)), 40, _numbered(rng, day))
    if seed in MEETINGS:
        return Schedule(seed, 2, 40, _steps(MEETINGS[seed]))
    if "," in seed:
        story, place, number = seed.split(",")
        kill = {"place": f"{place} commit", "number": int(number)}
        return Schedule(seed, 2, 40, _story(story, kill))
    rng = random.Random(f"schedule {seed}")
    verbs = ["place", rng.choice(("fault", "cron", "together"))]
    verbs += rng.choices(list(VERBS), list(VERBS.values()), k=rng.randint(5, 9))
    verbs += [rng.choice(("cron", "together"))]
    steps = [draw_step(rng, verb) for verb in verbs]
    page_size = rng.choice((3, 5, 100, 100))
    return Schedule(seed, page_size, rng.choice((4, 12, 40, 40)), tuple(steps))


def commit_seed(story, place, number):
    """Return the seed of a scenario whose last run dies around one of its commits."""
    return f"{story},{place},{number}"


def _story(name, kill):
    method, steps = STORIES[name]
    worker = {"job": ("direct", {"method": method}), "kill": kill}
    return _steps([*steps, ("together", {"is_due": True, "workers": [worker]})])


def _steps(pairs):
    return tuple(Step(verb, 1, words) for verb, words in pairs)


def _numbered(rng, pairs):
    return tuple(Step(verb, rng.randrange(10**6), words) for verb, words in pairs)


def draw_step(rng, verb):
    """Return a `Step` of that kind."""
    number = rng.randrange(10**6)
    return Step(verb, number, _WORDS[verb](rng) if verb in _WORDS else {})


def _place(rng):
    return {"orders": [_order(rng) for _ in range(rng.choice((1, 2, 3, 4, 6)))]}


def _order(rng):
    if rng.random() < 0.25:
        return "fba", rng.choice(FBA_KINDS)
    return "fbm", rng.choice(FBM_KINDS)


def _change(rng):
    return {"events": [rng.choice(CHANGES) for _ in range(rng.choice((1, 1, 2, 3)))]}


def _fault(rng):
    kind = rng.choices(list(FAULTS), list(FAULTS.values()))[0]
    if kind in ("stale_token", "doubled", "moved"):
        operation = "searchOrders"
    elif kind == "skewed":  # feeds from the future would be an artefact
        operation = rng.choice(OPERATIONS[1:5])
    elif kind == "unkept":
        operation = "confirmShipment"
    elif kind == "expired_url":
        operation = rng.choice(STORE)
    else:
        operation = rng.choice(OPERATIONS)
    words = {"operation": operation, "kind": kind, "after": rng.choice((0, 0, 0, 1))}
    if kind == "skewed":
        words["seconds"] = rng.choice((-60, 90))
    elif kind == "drip":
        words["seconds"] = 0.2
    elif kind not in ("timeout", "timeout_after", "revoked"):
        words["times"] = rng.choice((1, 1, 1, 2, 3))
    return words


def _cron(rng):
    return {"is_due": rng.random() < 0.8, "kill": maybe_kill(rng)}


def _together(rng):
    return draw_together(rng, (2, 2, 2, 3), _job)


def _job(rng):
    way = rng.random()
    if way < 0.3:
        return ("cron", {})
    if way < 0.55:
        return ("direct", {"method": rng.choice(DIRECT)})
    if way < 0.75:
        return ("press", {"button": rng.choice(BUTTONS)})
    if way < 0.82:
        return ("retry", {"model": rng.choice(RETRIES)})
    if way < 0.88:
        return ("cancel", _cancel(rng))
    if way < 0.92:
        return ("recount", _recount(rng))
    if way < 0.95:
        return (rng.choice(("edit", "amend")), _seed(rng))
    return ("deliver", _deliver(rng))


def _press(rng):
    return {"button": rng.choice(BUTTONS)}


def _deliver(rng):
    return {
        "seed": rng.randrange(10**6),
        "share": rng.choice((0.5, 0.8, 1)),
        "partly": rng.choice((0, 0.3)),
        "rest": rng.random() < 0.7,
    }


def _cancel(rng):
    return {"seed": rng.randrange(10**6), "share": rng.choice((0.2, 0.5))}


def _seed(rng):
    return {"seed": rng.randrange(10**6)}


def _recount(rng):
    return {"seed": rng.randrange(10**6), "empty": rng.random() < 0.3}


def _spoil_feed(rng):
    return {"end": rng.choice(FEED_ENDS)}


_WORDS = {
    "place": _place,
    "place_late": _place,
    "change": _change,
    "fault": _fault,
    "cron": _cron,
    "together": _together,
    "press": _press,
    "deliver": _deliver,
    "correct": _seed,
    "edit": _seed,
    "amend": _seed,
    "cancel": _cancel,
    "decide": _seed,
    "recount": _recount,
    "spoil_feed": _spoil_feed,
}
