"""Draws when a process is killed."""

PLACES = ("before commit", "after commit", "statement", "request", "moment")


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
