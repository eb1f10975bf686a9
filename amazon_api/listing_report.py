"""The report of all listings (`LISTINGS_REPORT`), row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .flat_file import BrokenRow, FlatFile, Row, UnreadableRow
from .listing_columns import (
    ASIN,
    CHANNEL,
    OPENED,
    PRICE,
    PRODUCT_ID,
    PRODUCT_ID_TYPE,
    QUANTITY,
    SKU,
    STATUS,
    TITLE,
    find_columns,
)
from .report_content import ReportContent, unreadable_report

LISTING_STATUSES = ("ACTIVE", "INACTIVE", "INCOMPLETE")
_REQUIRED = {SKU: "SKUs", CHANNEL: "fulfilment channels"}
_BY_SELLER = ("DEFAULT", "MERCHANT", "MFN")
_BY_AMAZON = re.compile(r"AMAZON(?:_[A-Z_]{1,20})?|AFN", re.ASCII)
_ASIN = re.compile(r"[A-Z0-9]{10}", re.ASCII)
_TYPE_ASIN = "1"
# ISBN, UPC, EAN
_TYPES_BARCODE = ("2", "3", "4")
_BARCODE = re.compile(r"[0-9]{8,14}", re.ASCII)

_COUNT = re.compile(r"[0-9]{1,10}", re.ASCII)
_LARGEST_COUNT = 2**31 - 1
_BLANKS = re.compile(r"[\s\u00a0\u202f']")
_PLAIN_PRICE = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,2})?", re.ASCII)
_GROUPED_PRICE = re.compile(
    r"[0-9]{1,3}(?:(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|(?:\.[0-9]{3})+,[0-9]{1,2}"
    r"|(?:\.[0-9]{3}){2,})",
    re.ASCII,
)

_DATE = re.compile(
    r"(?:(?P<y>[0-9]{4})[-/](?P<m>[0-9]{2})[-/](?P<d>[0-9]{2})"
    r"|(?P<d2>[0-9]{2})/(?P<m2>[0-9]{2})/(?P<y2>[0-9]{4}))"
    r"[ T](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2}) ?(?P<zone>[A-Za-z]{1,5})",
    re.ASCII,
)
# Hours east of Greenwich; IST is India's, for Ireland writes GMT.
_ZONES = {
    "UTC": 0, "Z": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MET": 1,
    "CEST": 2, "MEST": 2, "SAST": 2, "EET": 2, "EEST": 3, "TRT": 3, "AST": 3, "GST": 4,
    "IST": 5.5, "SGT": 8, "JST": 9, "AEST": 10, "AEDT": 11, "BRT": -3, "BRST": -2,
    "EST": -5, "EDT": -4, "PST": -8, "PDT": -7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """A SKU in the marketplace of the report.

    ``channel`` is ``DEFAULT`` when the seller fulfils, else Amazon's code, such as
    ``AMAZON_EU``. ``quantity`` is None where Amazon does not say it, as for its own
    stock; ``price`` is in the currency of the marketplace. ``status`` is one of
    `LISTING_STATUSES`, ``opened_time`` aware UTC; both are None when the report does
    not state them in known words. ``barcode`` (EAN, UPC or ISBN) is stated for listings
    that the seller created with it; else the report has the ASIN in its place.
    """

    row: int
    sku: str
    channel: str
    asin: str | None = None
    title: str | None = None
    price: Decimal | None = None
    quantity: int | None = None
    status: str | None = None
    opened_time: datetime | None = None
    barcode: str | None = None

    @property
    def by_amazon(self) -> bool:
        return self.channel != "DEFAULT"


def read_listings(content: ReportContent) -> Iterator[Listing | UnreadableRow]:
    """Read the report of all listings, a row at a time and each SKU once.

    Every row of the report comes out, in its order, as one or the other. A report
    without rows may be right or a fault at Amazon: nobody should conclude from it that
    all listings are gone.

    :param content: of `SellingPartner.download_report`
    :raise Unavailable: reason ``answer``, at once, when this is not that report
    """
    table = FlatFile(content)
    columns = find_columns(table.headings)
    missing = [name for field, name in _REQUIRED.items() if field not in columns]
    if missing:
        problem = f"the columns of {' and '.join(missing)} are not found in it"
        raise unreadable_report(problem)
    return _each(table, columns)


def _each(
    table: FlatFile, columns: dict[str, int]
) -> Iterator[Listing | UnreadableRow]:
    seen: set[str] = set()
    width = len(table.headings)
    for number, cells in table.rows():
        row = Row(cells, columns, width)
        sku = None
        try:
            row.check_shape()
            sku = row.identifier(SKU, "The SKU")
            listing = _listing_of(number, sku, row)
            if sku in seen:
                raise BrokenRow("The SKU is there twice.")
        except BrokenRow as broken:
            yield UnreadableRow(number, sku, str(broken))
            continue
        seen.add(sku)
        yield listing


def _listing_of(number: int, sku: str, row: Row) -> Listing:
    return Listing(
        row=number,
        sku=sku,
        channel=_channel(row.text(CHANNEL)),
        asin=_asin(row),
        title=row.text(TITLE),
        price=_price(row.text(PRICE)),
        quantity=_quantity(row.text(QUANTITY)),
        status=_status(row.text(STATUS)),
        opened_time=read_open_date(row.text(OPENED)),
        barcode=_barcode(row),
    )


def _channel(text: str | None) -> str:
    code = (text or "").upper()
    if code in _BY_SELLER:
        return "DEFAULT"
    if not _BY_AMAZON.fullmatch(code):
        raise BrokenRow("The fulfilment channel is not known.")
    return code


def _asin(row: Row) -> str | None:
    asin = row.text(ASIN)
    if asin is None and row.text(PRODUCT_ID_TYPE) == _TYPE_ASIN:
        asin = row.text(PRODUCT_ID)
    if asin is not None and not _ASIN.fullmatch(asin):
        raise BrokenRow("The ASIN is none.")
    return asin


def _barcode(row: Row) -> str | None:
    if row.text(PRODUCT_ID_TYPE) not in _TYPES_BARCODE:
        return None
    code = row.text(PRODUCT_ID) or ""
    return code if _BARCODE.fullmatch(code) else None


def _price(text: str | None) -> Decimal | None:
    """Read a price: Amazon documents ``1234.56``, but sometimes writes it in local
    forms.
    """
    if text is None:
        return None
    plain = _BLANKS.sub("", text)
    if _PLAIN_PRICE.fullmatch(plain):
        return Decimal(plain.replace(",", "."))
    if not _GROUPED_PRICE.fullmatch(plain):
        raise BrokenRow("The price is not a number, or can be read in two ways.")
    group = min(plain.partition(","), plain.partition("."), key=_length_before)[1]
    return Decimal(plain.replace(group, "").replace(",", "."))


def _length_before(parts: tuple[str, str, str]) -> int:
    return len(parts[0])


def _quantity(text: str | None) -> int | None:
    if text is None:
        return None
    if not _COUNT.fullmatch(text) or int(text) > _LARGEST_COUNT:
        raise BrokenRow("The quantity is not a whole number.")
    return int(text)


def _status(text: str | None) -> str | None:
    word = (text or "").upper()
    return word if word in LISTING_STATUSES else None


def read_open_date(text: str | None) -> datetime | None:
    """``2021-08-15 20:35:17 PDT``, ``15/08/2021 20:35:17 MEST`` to aware UTC.

    :return: None for any other form
    """
    found = _DATE.fullmatch(text or "")
    if found is None:
        return None
    hours = _ZONES.get(found["zone"].upper())
    if hours is None:
        return None
    year, month, day = (found[name] or found[f"{name}2"] for name in "ymd")
    try:
        moment = datetime.fromisoformat(f"{year}-{month}-{day}T{found['time']}+00:00")
        return (moment - timedelta(hours=hours)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
