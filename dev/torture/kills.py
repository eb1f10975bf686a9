"""Draws processes side by side, and when one is killed."""

PLACES = ("before commit", "after commit", "statement", "request", "moment")


def draw_together(rng, counts, draw_job):
    """Return processes that begin at once; some of them die.

    :param counts: how many, drawn from these
    :param draw_job: function that draws what one of them does
    """
    count = rng.choice(counts)
    workers = [{"job": draw_job(rng), "kill": maybe_kill(rng)} for _ in range(count)]
    return {"is_due": rng.random() < 0.8, "workers": workers}


def maybe_kill(rng):
    """Return when a process dies; None: it lives."""
    return _kill(rng) if rng.random() < 0.6 else None


def _kill(rng):
    place = rng.choice(PLACES)
    most = {
        "before commit": 16,
        "after commit": 16,
        "statement": 300,
        "request": 6,
        "moment": 400,
    }[place]
    return {"place": place, "number": rng.randint(1, most)}
