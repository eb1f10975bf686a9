"""Lists that Amazon gives page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from .errors import Rejected, Unavailable
from .operations import Operation

_Entry = TypeVar("_Entry")


def every_page(
    ask: Callable[[dict], tuple[Iterable[_Entry], str | None]],
    parameters: dict,
    operation: Operation,
) -> list[_Entry]:
    """All entries of a list whose token Amazon refuses in any company.

    :param ask: given the parameters of a call, returns its entries and the token of the
        next page or None
    :param parameters: of the first page
    :raise Unavailable: reason ``answer`` when the pages run in circles, or Amazon does
        not take its own token any more
    """
    found, seen = [], set()
    while True:
        entries, token = _page(ask, parameters, operation)
        found += entries
        if token is None:
            return found
        if token in seen:
            raise not_asked_for("A page names itself as a next one.", operation)
        seen.add(token)
        parameters = {"nextToken": token}


def _page(ask, parameters: dict, operation: Operation):
    """Get a page; the parameters worked without the token, so that a refusal means:
    begin again later.
    """
    try:
        return ask(parameters)
    except Rejected:
        if "nextToken" not in parameters:
            raise
    raise not_asked_for("Amazon does not take its token of a page any more.", operation)


def not_asked_for(problem: str, operation: Operation) -> Unavailable:
    """The error for a well-formed answer to something else than was asked."""
    return Unavailable(problem, reason="answer", operation=operation.name, status=200)
