"""Amazon's storage of the documents of feeds and reports.

It is not the Selling Partner API: a presigned address is all it asks for, so that no
access token ever goes there. The address is a secret while it lasts (5 minutes).
"""

from __future__ import annotations

import re
from typing import Any

from .answers import Answer
from .errors import LinkExpired, NotFound, Rejected, SpApiError, Unavailable
from .marketplaces import is_loopback
from .operations import Operation
from .processing import FeedDocument
from .safe_text import safe_code
from .wire import NotWhole, Wire, unzipped

# Neither has a quota.
UPLOAD = Operation("upload", method="PUT")
DOWNLOAD = Operation("download")

# No user name, no other port, nothing that a second reader could take for another
# host: blanks, backslashes and fragments are left out of what may follow.
_REST = r"(?:[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?"
_AT_AMAZON = re.compile(
    r"https://(?:[a-z0-9_-]+\.)+amazonaws\.com(?::443)?" + _REST,
    re.ASCII | re.IGNORECASE,
)
_SOMEWHERE = re.compile(r"(?P<server>https?://[^/?#\\@\s]+)" + _REST, re.ASCII)

_STATED_CODE = re.compile(rb"<Code>([A-Za-z]{1,60})</Code>")
# Storage answers 403 to an address whose time is over, and 400 with one of these.
_STALE = ("ExpiredToken", "InvalidToken", "RequestTimeout")
_REFUSED = (400, 405, 409, 411, 412, 413, 414, 415, 416, 431)


class Storage:
    """Puts documents and fetches them.

    :param wire: carries the bytes
    :param bool local: the storage is the simulator's, on this machine
    """

    def __init__(self, wire: Wire, *, local: bool):
        self._wire = wire
        self._local = local

    def put(self, url: str, content: bytes, content_type: str) -> None:
        """Upload a document to the address that Amazon has given for it.

        :raise SpApiError: as `SellingPartner.upload` says
        """
        self._exchange(UPLOAD, url, {"Content-Type": content_type}, content)

    def get(self, document: FeedDocument) -> bytes:
        """The document, unpacked and whole.

        :raise SpApiError: as `SellingPartner.download` says
        """
        answer = self._download(document)
        if not _is_packed(document, answer):
            return answer.body
        try:
            return unzipped(answer.body)
        except NotWhole:
            broken = Unavailable(
                "The document's compression is broken, or it is far too large.",
                reason="answer",
                operation=DOWNLOAD.name,
                status=answer.status,
                request_id=answer.request_id,
            )
        raise broken

    def fetch(self, document: FeedDocument) -> tuple[bytes, bool, str | None]:
        """The document as it is stored, and not yet known to be whole.

        :return: the bytes, whether they are packed, and the stated Content-Type
        :raise SpApiError: as `SellingPartner.download_report` says
        """
        answer = self._download(document)
        packed = _is_packed(document, answer)
        return answer.body, packed, answer.headers.get("Content-Type")

    def _download(self, document: FeedDocument) -> Answer:
        return self._exchange(DOWNLOAD, document.url, {"Accept-Encoding": "identity"})

    def _exchange(
        self, operation: Operation, url: str, headers: dict, body: bytes | None = None
    ) -> Answer:
        if not is_storage_url(url, local=self._local):
            raise Unavailable(
                "Amazon named a place for a document that is not known as its own.",
                reason="answer",
                operation=operation.name,
            )
        answer = self._wire.send(
            operation.method, url, {"Accept": "*/*", **headers}, body
        )
        error = None
        try:
            _judge(operation, answer)
        except SpApiError as failure:
            error = failure
            raise
        finally:
            self._wire.report(operation.name, operation.method, answer, error)
        return answer


def is_storage_url(url: object, *, local: bool) -> bool:
    """Tell whether documents may be exchanged there.

    :param bool local: only this machine will do; else only Amazon's storage, by https
    """
    if not isinstance(url, str):
        return False
    if not local:
        return bool(_AT_AMAZON.fullmatch(url))
    match = _SOMEWHERE.fullmatch(url)
    return match is not None and is_loopback(match["server"])


def _judge(operation: Operation, answer: Answer) -> None:
    """Accept nothing but 200 and the whole document."""
    status = answer.status
    # S3 answers a successful upload without a body: this one is from a proxy in
    # between.
    is_foreign = operation is UPLOAD and bool(answer.body)
    if status == operation.status and not answer.lost and not is_foreign:
        return
    facts: dict[str, Any] = {
        "operation": operation.name,
        "status": status,
        "code": _code_in(answer),
        "request_id": answer.request_id,
    }
    if status == 403 or status == 400 and facts["code"] in _STALE:
        raise LinkExpired(
            "Amazon's address for the document is not valid any more: start again "
            "with a new one.",
            **facts,
        )
    if status == 404:
        raise NotFound("Amazon does not have this document.", **facts)
    if status in _REFUSED:
        raise Rejected("Amazon's storage refused the document.", **facts)
    reason = "server" if (status or 0) >= 400 else answer.lost or "answer"
    raise Unavailable(
        "Amazon's storage did not take or give the document as a whole.",
        reason=reason,
        retry_after=answer.retry_after,
        **facts,
    )


def _code_in(answer: Answer) -> str | None:
    found = _STATED_CODE.search(answer.body[:2000])
    return safe_code(found[1].decode()) if found else None


def _is_packed(document: FeedDocument, answer: Answer) -> bool:
    """Amazon may also state the compression to the wire, which has undone it then."""
    came_unpacked = "gzip" in answer.headers.get("Content-Encoding", "").lower()
    return document.compression is not None and not came_unpacked
