"""Settlement reports: what Amazon paid out for a period, row by row.

Source: report type ``GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2``, "Settlement reports
attributes". Amazon creates it by itself for each settlement; it can not be requested.
The first row is a summary with the total and the dates, each other row holds one
amount. Its columns are headed in English; how numbers and dates are written depends on
the seller's country and is decided once per file. A file is imported as a whole or not
at all.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from .report_content import ReportContent
from .stored_text import LONGEST_NUMBER, stored_text

SETTLEMENT_REPORT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"

# Field of `SettlementRow` or `SettlementSummary` -> Amazon's heading.
_COLUMNS = {
    "settlement_ref": "settlement-id",
    "start": "settlement-start-date",
    "end": "settlement-end-date",
    "deposit": "deposit-date",
    "total": "total-amount",
    "currency": "currency",
    "transaction_type": "transaction-type",
    "order_ref": "order-id",
    "merchant_order_ref": "merchant-order-id",
    "adjustment_ref": "adjustment-id",
    "shipment_ref": "shipment-id",
    "marketplace_name": "marketplace-name",
    "amount_type": "amount-type",
    "amount_description": "amount-description",
    "amount": "amount",
    "fulfillment": "fulfillment-id",
    "posted_date": "posted-date",
    "posted_time": "posted-date-time",
    "item_ref": "order-item-code",
    "adjustment_item_ref": "merchant-adjustment-item-id",
    "sku": "sku",
    "quantity": "quantity-purchased",
    "promotion_ref": "promotion-id",
}
_REQUIRED = (
    "settlement_ref",
    "start",
    "end",
    "total",
    "currency",
    "transaction_type",
    "amount_type",
    "amount_description",
    "amount",
)
_DECIMALS = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK"), 0),
    **dict.fromkeys(("BHD", "KWD", "JOD", "OMR", "TND"), 3),
}
_USUAL_DECIMALS = 2
# Where a month is written before the day.
_MONTH_FIRST = {"USD", "CAD", "MXN"}

# The decimal mark -> what may stand between thousands.
_MARKS = {
    ".": r",\u00a0\u202f'\u2019 ",
    ",": r".\u00a0\u202f'\u2019 ",
}
_AMOUNTS = {
    mark: re.compile(
        rf"[-+]?(?:\d+|\d{{1,3}}(?:[{groups}]\d{{3}})+)(?:{re.escape(mark)}\d+)?"
    )
    for mark, groups in _MARKS.items()
}
# No sum of money is longer, with all its groups and decimals.
_LONGEST_AMOUNT = 40
_TIME = (
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*"
    r"([A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?)?\s*"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_ZONES = {
    **dict.fromkeys(("UTC", "GMT", "Z", "WET"), 0),
    **dict.fromkeys(("CET", "MET", "BST", "WEST"), 1),
    **dict.fromkeys(("CEST", "MEST", "EET"), 2),
    **dict.fromkeys(("JST",), 9),
    **dict.fromkeys(("PST",), -8),
    **dict.fromkeys(("PDT",), -7),
}
# What a spreadsheet makes of Amazon's long numbers: 1.11122E+13
_SHORTENED = re.compile(r"\d+(?:[.,]\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
_SPREADSHEET = "a spreadsheet has shortened Amazon's numbers"
# A settlement is about two weeks long; reserves and holidays can make it longer.
_LONGEST_PERIOD = timedelta(days=93)
_DAY = timedelta(days=1)
# Amazon has settled nothing earlier; what is beyond can not be reckoned with.
_YEARS = range(1995, 2200)


class TornSettlement(Exception):
    """The file can not be imported; nothing of it may be booked.

    :param str problem: a short sentence in plain English, without what was found
    :param line: its number, the headings are line 1; None: the file as a whole
    :param settlement_ref: when it could be read
    """

    def __init__(self, problem: str, line: int | None = None, settlement_ref: str = ""):
        super().__init__(f"Line {line}: {problem}" if line else problem)
        self.problem = problem
        self.line = line
        self.settlement_ref = settlement_ref


@dataclass(frozen=True)
class SettlementSummary:
    """The first row: aware times, and what Amazon paid out (negative: asked for)."""

    settlement_ref: str
    start: datetime
    end: datetime
    deposit: datetime
    total: Decimal
    currency: str


class SettlementRow(NamedTuple):
    """One amount. Texts are as Amazon wrote them, empty when left out; ``line`` is the
    number of the line in the file, the headings are line 1."""

    line: int
    transaction_type: str
    order_ref: str
    merchant_order_ref: str
    adjustment_ref: str
    shipment_ref: str
    marketplace_name: str
    amount_type: str
    amount_description: str
    amount: Decimal
    fulfillment: str
    posted_at: datetime | None
    item_ref: str
    adjustment_item_ref: str
    sku: str
    quantity: int
    promotion_ref: str


_TEXTS = (
    "transaction_type",
    "order_ref",
    "merchant_order_ref",
    "adjustment_ref",
    "shipment_ref",
    "marketplace_name",
    "amount_type",
    "amount_description",
    "fulfillment",
    "item_ref",
    "adjustment_item_ref",
    "sku",
    "promotion_ref",
)


class _Table:
    """The lines of the file as cells."""

    def __init__(self, content: ReportContent):
        self._content = content
        heading = next(content.lines(), "")
        self.delimiter = max("\t,;", key=heading.count)
        # Amazon quotes nothing in its tables; what was saved as CSV is quoted.
        self._is_quoted = self.delimiter != "\t" or heading.startswith('"')
        names = next(iter(self._cells()), (1, []))[1]
        self.width = len(names)
        self.columns = _find_columns(names)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Number of the line and its cells, without the headings and empty lines.

        :raise TornSettlement: a row has another number of cells than the headings
        """
        width, total = self.width, self.columns["total"]
        rows = self._cells()
        next(rows, None)
        for number, cells in rows:
            if len(cells) != width:
                cells = self._padded(number, cells, width, total)
            yield number, cells

    def _padded(
        self, number: int, cells: list[str], width: int, total: int
    ) -> list[str]:
        """Empty cells at the end may be too many, and those of the summary too few."""
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        if total < len(cells) < width and cells[total].strip():
            return cells + [""] * (width - len(cells))
        raise TornSettlement("the row has another number of columns", number)

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        if self._is_quoted:
            reader = csv.reader(self._content.lines(), delimiter=self.delimiter)
            try:
                for cells in reader:
                    if any(cells):
                        yield reader.line_num, cells
            except csv.Error:
                raise TornSettlement(
                    "the line can not be read", reader.line_num
                ) from None
            return
        for number, line in enumerate(self._content.lines(), 1):
            if line and not line.isspace():
                yield number, line.split("\t")


def _find_columns(names: list[str]) -> dict[str, int]:
    """Find the columns of the flat file V2 by their headings.

    :raise TornSettlement: this is not a settlement report, or another version of it
    """
    headings = [name.strip().strip('"').lower().replace("_", "-") for name in names]
    columns = {}
    for field, heading in _COLUMNS.items():
        count = headings.count(heading)
        if count > 1:
            raise TornSettlement(f"the column {heading} is there twice", 1)
        if count:
            columns[field] = headings.index(heading)
    missing = [_COLUMNS[field] for field in _REQUIRED if field not in columns]
    if missing:
        raise TornSettlement(
            "this is no settlement report (flat file V2), without the columns "
            + ", ".join(missing),
            1,
        )
    return columns


class SettlementFile:
    """A settlement that was read and checked; ``rows`` reads the file once more.

    ``difference`` is the total less the sum of the rows: not 0 means that nothing of it
    may be booked. ``doubts`` holds "dates" and "amounts" when the file can be
    interpreted in two ways: then the more likely one was chosen. ``digest`` is the same
    for two files of the same content, whatever charset, order of columns or way to
    write numbers they have.

    :raise TornSettlement: see there
    """

    def __init__(self, content: ReportContent):
        self._table = _Table(content)
        self._columns = self._table.columns
        self.row_count = 0
        self.doubts: tuple[str, ...] = ()
        summary, amounts, days = self._scan()
        self._currency = summary["currency"].upper()
        self._amounts = self._understand_amounts(amounts, summary["total"])
        self._month_first = self._understand_dates(summary, days)
        self.summary = self._read_summary(summary)
        rows = sum(
            (self._amounts[text] * count for text, count in amounts.items()), Decimal(0)
        )
        self.difference = self.summary.total - rows
        self.digest = self._make_digest()

    # --- first pass: shape, amounts and dates as texts ---

    def _scan(self) -> tuple[dict[str, str], Counter[str], set[str]]:
        amounts: Counter[str] = Counter()
        days: set[str] = set()
        rows = self._table.rows()
        summary = self._find_summary(rows)
        ref = summary["settlement_ref"]
        try:
            self._scan_rows(rows, ref, amounts, days)
        except TornSettlement as torn:
            raise TornSettlement(torn.problem, torn.line, ref) from None
        days.discard("")
        return summary, amounts, days

    def _find_summary(self, rows: Iterator[tuple[int, list[str]]]) -> dict[str, str]:
        number, cells = next(rows, (2, []))
        if not cells or not cells[self._columns["total"]].strip():
            raise TornSettlement("the row with the total is missing", number)
        summary = {name: _clean(cells[at]) for name, at in self._columns.items()}
        if not summary["settlement_ref"] or not summary["currency"]:
            raise TornSettlement("its number or currency is missing", number)
        if _SHORTENED.fullmatch(summary["settlement_ref"]):
            raise TornSettlement(_SPREADSHEET, number)
        self._summary_line = number
        return summary

    def _scan_rows(
        self,
        rows: Iterator[tuple[int, list[str]]],
        ref: str,
        amounts: Counter[str],
        days: set[str],
    ) -> None:
        columns = self._columns
        at_total, at_ref = columns["total"], columns["settlement_ref"]
        at_amount = columns["amount"]
        at_day = columns.get("posted_date", columns.get("posted_time"))
        for number, cells in rows:
            if cells[at_total].strip():
                raise TornSettlement("a second total: two reports in one file", number)
            amount = cells[at_amount].strip()
            if not amount:
                raise TornSettlement("the amount is missing", number)
            if _clean(cells[at_ref]) != ref:
                raise TornSettlement("another settlement begins", number)
            self.row_count += 1
            amounts[amount] += 1
            if at_day is not None:
                days.add(cells[at_day].strip()[:10].partition(" ")[0])

    # --- how numbers are written ---

    def _understand_amounts(
        self, amounts: Counter[str], total: str
    ) -> dict[str, Decimal]:
        texts = [*amounts, total]
        readings = [
            read for mark in _AMOUNTS if (read := _read_all(texts, mark)) is not None
        ]
        if not readings:
            self._raise_at_amount()
        if len(readings) == 2 and readings[0] == readings[1]:
            del readings[1]
        fitting = [reading for reading in readings if _adds_up(reading, amounts, total)]
        chosen = sorted(fitting or readings, key=self._odd_decimals)
        if len(fitting) > 1 and _DECIMALS.get(self._currency) != 0:
            self.doubts += ("amounts",)
        return chosen[0]

    def _odd_decimals(self, reading: dict[str, Decimal]) -> int:
        """How many amounts have more decimals than the currency has."""
        most = _DECIMALS.get(self._currency, _USUAL_DECIMALS)
        return sum(_decimals_of(amount) > most for amount in reading.values())

    def _raise_at_amount(self) -> None:
        """Neither decimal mark fits all amounts: name the first line that breaks."""
        possible, number = set(_AMOUNTS), 1
        for number, cells in self._table.rows():  # noqa: B007
            text = cells[self._columns["amount"]].strip()
            text = text or cells[self._columns["total"]].strip()
            possible = {mark for mark in possible if _read_all([text], mark)}
            if not possible:
                break
        raise TornSettlement("the amount can not be read", number)

    # --- how dates are written ---

    def _understand_dates(self, summary: dict[str, str], days: set[str]) -> bool:
        """Decide by all dates of the report how its dates are written.

        :return: whether the month stands before the day
        """
        period = [
            summary[name] for name in ("start", "end", "deposit") if name in summary
        ]
        pairs = set()
        for text in {*period, *days}:
            match = _YEAR_LAST.match(text)
            if match and match[2] == ".":
                return False  # nobody writes the month first with points
            if match:
                pairs.add((int(match[1]), int(match[3])))
        possible = [
            month_first
            for month_first in (False, True)
            if all((pair[not month_first]) <= 12 for pair in pairs)
        ]
        if not possible:
            raise TornSettlement(
                "days and months of the dates can not be distinguished"
            )
        if len(possible) == 1 or all(day == month for day, month in pairs):
            return possible[0]
        sane = [way for way in possible if _is_sane(period, days, way)]
        if len(sane) == 1:
            return sane[0]
        self.doubts += ("dates",)
        return self._currency in _MONTH_FIRST

    def _read_summary(self, summary: dict[str, str]) -> SettlementSummary:
        line = self._summary_line

        def moment(name: str) -> datetime | None:
            text = summary.get(name, "")
            try:
                return _read_moment(text, self._month_first) if text else None
            except ValueError:
                raise TornSettlement(
                    f"the {_COLUMNS[name]} can not be read",
                    line,
                    summary["settlement_ref"],
                ) from None

        start, end = moment("start"), moment("end")
        if not start or not end:
            raise TornSettlement(
                "the period is missing", line, summary["settlement_ref"]
            )
        return SettlementSummary(
            settlement_ref=summary["settlement_ref"],
            start=start,
            end=end,
            deposit=moment("deposit") or end,
            total=self._amounts[summary["total"]],
            currency=self._currency,
        )

    # --- the rows ---

    def rows(self) -> Iterator[SettlementRow]:
        """All rows with an amount.

        :raise TornSettlement: a date or quantity can not be read
        """
        columns, amounts = self._columns, self._amounts
        at_total, at_amount = columns["total"], columns["amount"]
        at = [columns.get(name, -1) for name in _TEXTS]
        at_time = columns.get("posted_time", -1)
        at_day = columns.get("posted_date", -1)
        at_quantity = columns.get("quantity", -1)
        for number, cells in self._table.rows():
            if cells[at_total].strip():
                continue
            cells.append("")  # what a column that is missing points to
            texts = [_clean(cells[position]) for position in at]
            try:
                posted = cells[at_time].strip() or cells[at_day].strip()
                posted_at = _read_moment(posted, self._month_first) if posted else None
                quantity = _read_quantity(cells[at_quantity])
            except ValueError:
                raise TornSettlement(
                    "the date or the quantity can not be read",
                    number,
                    self.summary.settlement_ref,
                ) from None
            if _SHORTENED.fullmatch(texts[9]):
                raise TornSettlement(_SPREADSHEET, number, self.summary.settlement_ref)
            yield SettlementRow._make(
                (
                    number,
                    *texts[:8],
                    amounts[cells[at_amount].strip()],
                    texts[8],
                    posted_at,
                    texts[9],
                    texts[10],
                    texts[11],
                    quantity,
                    texts[12],
                )
            )

    def _make_digest(self) -> str:
        """Digest of the rows, as a sum, so that their order does not matter."""
        summary = self.summary
        head = (
            f"{summary.settlement_ref}|{summary.start.isoformat()}|"
            f"{summary.end.isoformat()}|{summary.total.normalize()}|{summary.currency}"
        )
        total = _hash(head)
        for row in self.rows():
            total += _hash(
                f"{row.transaction_type}|{row.order_ref}|{row.adjustment_ref}|"
                f"{row.amount_type}|{row.amount_description}|{row.amount.normalize()}|"
                f"{row.item_ref}|{row.sku}|{row.posted_at}"
            )
        return f"{total % (1 << 128):032x}"


def read_settlement(content: ReportContent) -> SettlementFile:
    """Read and check a settlement report.

    :raise TornSettlement: it can not be taken over
    """
    return SettlementFile(content)


def _clean(cell: str) -> str:
    """A text as a database can keep it. One without an end is cut: what Amazon pays
    for is booked, whatever else stands in the row."""
    return stored_text(cell, LONGEST_NUMBER)


def _hash(text: str) -> int:
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=16)
    return int.from_bytes(digest.digest(), "big")


def _read_all(texts: list[str], mark: str) -> dict[str, Decimal] | None:
    """All amounts as that decimal mark has them; None: one of them has another one."""
    fits = _AMOUNTS[mark].fullmatch
    groups = str.maketrans("", "", ".,\u00a0\u202f'\u2019 ".replace(mark, ""))
    found = {}
    for original in texts:
        text = original.replace("\u2212", "-")
        if len(text) > _LONGEST_AMOUNT or not fits(text):
            return None
        found[original] = Decimal(text.translate(groups).replace(mark, "."))
    return found


def _adds_up(reading: dict[str, Decimal], amounts: Counter[str], total: str) -> bool:
    rows = sum((reading[text] * count for text, count in amounts.items()), Decimal(0))
    return rows == reading[total]


def _is_sane(period: list[str], days: set[str], month_first: bool) -> bool:
    """Whether the period runs forward, and the rows lie in it, as they should."""
    try:
        start, end, *deposit = (
            _read_moment(text, month_first) for text in period if text
        )
        posted = [_read_moment(text, month_first) for text in days]
    except ValueError:
        return False
    if not start <= end <= start + _LONGEST_PERIOD:
        return False
    if deposit and not end - _DAY <= deposit[0] <= end + _LONGEST_PERIOD:
        return False
    return all(start - _DAY <= moment <= end + _DAY for moment in posted)


@lru_cache(maxsize=512)
def _read_day(text: str, month_first: bool) -> date:
    """Read a date in any of the ways in which Amazon writes it.

    :raise ValueError: this is no date, or none of Amazon's times
    """
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _YEAR_LAST.fullmatch(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        if month_first and match[2] != ".":
            day, month = month, day
    else:
        raise ValueError
    if year not in _YEARS:
        raise ValueError
    return date(year, month, day)


_CLOCK = re.compile(_TIME)


def _read_moment(text: str, month_first: bool) -> datetime:
    """Aware, in UTC; a time without a zone is in UTC.

    :raise ValueError: this is no date
    """
    cut = next((at for at, c in enumerate(text) if c in " T"), len(text))
    day = _read_day(text[:cut], month_first)
    match = _CLOCK.fullmatch(text, cut)
    if not match:
        raise ValueError
    hour, minute, second, zone = match.groups()
    moment = datetime(
        day.year,
        day.month,
        day.day,
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        tzinfo=timezone.utc,
    )
    return moment - _offset(zone) if zone and zone != "UTC" else moment


def _offset(zone: str) -> timedelta:
    """Read the offset of a time zone, given as a number or a name.

    :raise ValueError: the zone is not known
    """
    if zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        offset = timedelta(hours=hours, minutes=minutes)
        return -offset if zone[0] == "-" else offset
    known = _ZONES.get(zone.upper())
    if known is None:
        raise ValueError
    return timedelta(hours=known)


_QUANTITY = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,6})?", re.ASCII)


def _decimals_of(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _read_quantity(text: str) -> int:
    """Read a number of pieces.

    :raise ValueError: it is none
    """
    text = text.strip()
    if not text:
        return 0
    if not _QUANTITY.fullmatch(text):
        raise ValueError
    return int(Decimal(text.replace(",", ".")))
