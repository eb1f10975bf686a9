"""What feeds and reports share: Amazon works on them in its own time.

Source: Amazon's Feeds API and Reports API, both 2021-06-30. They have the same
statuses, the same lists page by page, and documents in the same storage.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from .errors import LinkExpired, OutcomeUnknown, Unavailable
from .operations import Operation
from .paging import not_asked_for
from .reader import Reader, Unreadable
from .restricted import RestrictedTokens
from .transport import Transport
from .writer import filters, iso, verbatim

_logger = logging.getLogger(__name__)

STATUSES = ("IN_QUEUE", "IN_PROGRESS", "DONE", "CANCELLED", "FATAL")
MOST_MARKETPLACES = 25
LARGEST_PAGE = "100"
_FINISHED = ("DONE", "CANCELLED", "FATAL")
_Read = TypeVar("_Read")


class Processed:
    """Mixin of what has a ``status``, one of `STATUSES`."""

    status: str

    @property
    def is_finished(self) -> bool:
        return self.status in _FINISHED


@dataclass(frozen=True)
class FeedDocument:
    """A place in Amazon's storage; whoever knows its ``url`` may use it, for 5 minutes.

    Reports lie in such places, too. ``compression`` is ``GZIP`` or None and speaks of
    what is downloaded.
    """

    document_id: str
    url: str = field(repr=False)
    compression: str | None = None


def read_status(entry: Reader) -> str:
    """How far Amazon is.

    :raise Unreadable: a status that is not known
    """
    status = entry.required_identifier("processingStatus")
    if status not in STATUSES:
        raise entry.fail("processingStatus", "This is not known.")
    return status


def parse_one(
    payload: object, read: Callable[[Reader], _Read], operation: Operation
) -> _Read:
    """Read an answer about one thing.

    :raise Unavailable: reason ``answer`` when it makes no sense
    """
    try:
        return read(Reader(payload))
    except Unreadable as broken:
        where = broken.where
    raise Unavailable(
        f"Amazon's answer can not be trusted: {where} can not be read.",
        reason="answer",
        operation=operation.name,
        status=operation.status,
    )


def parse_page(
    payload: object, read: Callable[[Reader], _Read], operation: Operation
) -> tuple[tuple[_Read, ...], str | None]:
    """Read a page of a list, whose name is the ``key`` of the operation.

    :return: the entries, and the token of the next page or None
    :raise Unavailable: reason ``answer`` when an entry makes no sense
    """
    name = operation.key or ""

    def read_page(page: Reader) -> tuple[tuple[_Read, ...], str | None]:
        page.require(name)
        token = page.token("nextToken")
        return tuple(read(entry) for entry in page.objects(name)), token

    return parse_one(payload, read_page, operation)


def parse_document(payload: object, operation: Operation) -> FeedDocument:
    """Read the answer about a place for a document, of a feed or of a report.

    :raise Unavailable: reason ``answer`` when it makes no sense
    """

    def read(document: Reader) -> FeedDocument:
        compression = document.identifier("compressionAlgorithm")
        if compression not in (None, "GZIP"):
            raise document.fail("compressionAlgorithm", "This is not known.")
        return FeedDocument(
            document.required_token(operation.key or ""),
            document.required_token("url"),
            compression,
        )

    return parse_one(payload, read, operation)


def parse_created(payload: object, problem: str, operation: Operation) -> str:
    """Read the number of what was created.

    :param problem: what to say of an answer without one
    :raise OutcomeUnknown: it has none: it may be there nevertheless
    """
    try:
        return Reader(payload).required_identifier(operation.key or "")
    except Unreadable:
        unknown = OutcomeUnknown(
            problem, operation=operation.name, status=operation.status
        )
    raise unknown


def search(
    types_name: str,
    types: Iterable[str],
    created_since: datetime,
    created_until: datetime | None,
    marketplace_ids: Iterable[str] | None,
) -> dict:
    """The parameters of a list's first page.

    :raise ValueError: for arguments Amazon would refuse
    """
    return {
        types_name: filters(types),
        "createdSince": iso(created_since),
        "createdUntil": iso(created_until) if created_until else None,
        "marketplaceIds": filters(marketplace_ids) if marketplace_ids else None,
        "pageSize": LARGEST_PAGE,
    }


def load(
    transport: Transport,
    operation: Operation,
    folder: str,
    document_id: str,
    download: Callable[[FeedDocument], _Read],
    is_restricted: bool = False,
) -> _Read:
    """Download a document; an address whose time is over is renewed once.

    The library is not used: its method would also download the document, or has no hook
    for the answer.

    :param folder: path of the documents
    :param download: of `Storage`
    :param is_restricted: it shows personal data, for which Amazon wants another token
    :raise LinkExpired: also the renewed address does not work
    """
    path = folder + quote(verbatim(document_id, "The document"), safe="")
    tokens = RestrictedTokens(transport, path) if is_restricted else None

    def ask() -> FeedDocument:
        answer = transport.call(operation, path, tokens=tokens)
        document = parse_document(answer, operation)
        if document.document_id != document_id:
            raise not_asked_for("Amazon sent another document.", operation)
        return document

    try:
        return download(ask())
    except LinkExpired:
        _logger.info("The address of a document is over, a new one is asked for")
    return download(ask())
