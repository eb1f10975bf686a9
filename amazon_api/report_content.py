"""The content of a report: text of unknown length, in a charset that is not guaranteed.

The bytes stay packed as they came and are unpacked piece by piece, so that a table of
many thousand rows is never in memory as a whole.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import IO, cast

from .errors import Unavailable
from .safe_text import safe_text
from .wire import NotWhole

_PIECE = 64 * 1024
_LARGEST_REPORT = 512 * 1024 * 1024
_LONGEST_LINE = 1024 * 1024
_SUMMARY_LINES = 5

_STATED_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})")
# Python's name of a charset -> the one that is meant. Browsers, Windows and Amazon's
# Java say the narrow name and write the wide one.
_CHARSETS = {
    "utf-8": "utf-8-sig",
    "utf-8-sig": "utf-8-sig",
    "ascii": "utf-8-sig",
    "cp1252": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-2": "iso8859-2",
    "cp1250": "cp1250",
    "iso8859-9": "cp1254",
    "cp1254": "cp1254",
    "cp1256": "cp1256",
    "iso8859-15": "iso8859-15",
    "cp932": "cp932",
    "shift_jis": "cp932",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
}
# Names that not every Python knows; Amazon's Java writes the first one.
_ALIASES = {"windows-31j": "cp932", "x-windows-31j": "cp932", "x-sjis": "cp932"}
_JAPAN = "A1VC38T7YXB528"
# What reports are written in when it is neither stated nor UTF-8.
_LOCAL_CHARSETS = {_JAPAN: "cp932"}
_USUAL_CHARSET = "cp1252"


@dataclass(frozen=True)
class ReportContent:
    """A downloaded report, to be read as often as one likes.

    The four fields may be kept and the object made again from them: then call
    ``checked`` first.

    :param bytes body: as Amazon stored it
    :param bool is_packed: it is gzip
    :param content_type: what the storage stated, with a charset or without; or None
    :param marketplace_id: whose report it is; decides when no charset is stated
    """

    body: bytes = field(repr=False)
    is_packed: bool
    content_type: str | None = None
    marketplace_id: str | None = None

    def checked(self) -> ReportContent:
        """Itself, when it is whole.

        :raise Unavailable: reason ``answer``: it is cut off, broken or far too large
        """
        try:
            self._measured()
            return self
        except NotWhole:
            problem = "it is cut off, broken or far too large"
        raise unreadable_report(problem)

    @cached_property
    def row_count(self) -> int:
        """Rows below the headings, empty lines among them: good for a progress bar.

        :raise NotWhole: see ``checked``
        """
        return max(0, self._measured() - 1)

    @cached_property
    def charset(self) -> str:
        """The charset that is stated, UTF-8 or the local one: the first that fits."""
        stated = _stated_charset(self.content_type)
        local = _LOCAL_CHARSETS.get(self.marketplace_id or "", _USUAL_CHARSET)
        candidates = dict.fromkeys(filter(None, (stated, "utf-8-sig", local)))
        fitting = (name for name in candidates if self._fits(name))
        return next(fitting, stated or local)

    def lines(self) -> Iterator[str]:
        """The lines without their ends; bytes that fit nowhere become ``\\ufffd``."""
        stream = self._open()
        with io.TextIOWrapper(stream, self.charset, "replace", newline="\n") as text:
            for line in text:
                yield line.removesuffix("\n").removesuffix("\r")

    def summary(self) -> str:
        """The beginning as one line, safe to log and to show."""
        return safe_text(" ".join(islice(self.lines(), _SUMMARY_LINES)))

    def _measured(self) -> int:
        """Count the lines, piece by piece.

        :raise NotWhole: it is not whole, or a line has no end
        """
        lines = unfinished = 0
        if self.is_packed and not self.body:
            raise NotWhole
        for piece in _pieces_of(self._open()):
            ends = piece.count(b"\n")
            lines += ends
            last = piece.rfind(b"\n")
            unfinished = len(piece) - last - 1 + (0 if ends else unfinished)
            if unfinished > _LONGEST_LINE:
                raise NotWhole
        return lines + bool(unfinished)

    def _fits(self, charset: str) -> bool:
        decoder = codecs.getincrementaldecoder(charset)()
        try:
            for piece in _pieces_of(self._open()):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def _open(self) -> IO[bytes]:
        raw = io.BytesIO(self.body)
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if self.is_packed else raw


def unreadable_report(problem: str) -> Unavailable:
    """The error for a document as a whole."""
    return Unavailable(
        f"Amazon's report can not be trusted: {problem}.",
        reason="answer",
        operation="getReportDocument",
    )


def _stated_charset(content_type: str | None) -> str | None:
    found = _STATED_CHARSET.search(content_type or "")
    name = found[1].lower() if found else ""
    try:
        return _CHARSETS.get(codecs.lookup(_ALIASES.get(name, name)).name)
    except LookupError:
        return None


def _pieces_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Unpack a report piece by piece, with a limit for its size.

    :raise NotWhole: it is cut off, broken or larger than anything we expect
    """
    size = 0
    while True:
        try:
            piece = stream.read(_PIECE)
        except (OSError, EOFError, zlib.error):
            piece = None
        if piece is None or size > _LARGEST_REPORT:
            raise NotWhole
        if not piece:
            return
        size += len(piece)
        yield piece
