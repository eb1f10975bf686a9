"""The pages for people, made by Jinja2: the one thing here that is not Python's own."""

import functools
from pathlib import Path

_HERE = Path(__file__).resolve().parent / "templates"
_NEEDS = "This page needs Jinja2 (pip install jinja2). Clients are served without it.\n"


def is_available():
    """Tell whether Jinja2 can be had."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        return False
    return True


def render(name, **values):
    """Return a page; what is put into it is escaped.

    :return: the status it would have, HTTP headers, and its bytes
    """
    if not is_available():
        return 501, {"Content-Type": "text/plain; charset=utf-8"}, _NEEDS.encode()
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    return 200, headers, _environment().get_template(name).render(values).encode()


@functools.cache
def _environment():
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
