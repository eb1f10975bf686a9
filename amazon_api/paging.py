"""Lists that Amazon gives page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from .errors import Unavailable
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
    :raise Unavailable: reason ``answer`` when the pages run in circles
    """
    found, seen = [], set()
    while True:
        entries, token = ask(parameters)
        found += entries
        if token is None:
            return found
        if token in seen:
            raise not_asked_for("A page names itself as a next one.", operation)
        seen.add(token)
        parameters = {"nextToken": token}


def not_asked_for(problem: str, operation: Operation) -> Unavailable:
    """The error for a well-formed answer to something else than was asked."""
    return Unavailable(problem, reason="answer", operation=operation.name, status=200)
