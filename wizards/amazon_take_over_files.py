"""Tables as Odoo's export and spreadsheets write them (feature U2)."""

import csv
import io
from dataclasses import dataclass, field

DELIMITERS = ",;\t|"
# What begins with a sign gets an apostrophe in Odoo's CSV, against formulas.
_SIGNS = ("'=", "'-", "'+")
_EXTERNAL_ID = ("external id", "externe id", "id externe", "id externo", "id esterno")
OFFER_COLUMNS = {
    "sku": ("sku",),
    "marketplace": (
        *("marketplace_id", "marketplace_id/api_ref", "marketplace_id/name"),
        *("marketplace", "marketplace/api identifier", "marketplace/name"),
    ),
    "product_xmlid": (
        "product_id/id",
        *(f"product/{label}" for label in _EXTERNAL_ID),
    ),
    "product_code": ("product_id/default_code", "product/internal reference"),
    "product": ("product_id", "product"),
    "channel": ("amazon_channel", "fulfillment channel", "channel"),
    "asin": ("asin",),
}
ORDER_COLUMNS = {
    "xmlid": ("id", *_EXTERNAL_ID),
    "name": ("name", "order reference"),
    "ref": ("amazon_order_ref", "amazon reference", "amazon order reference"),
    "channel": ("amazon_channel", "fulfillment channel", "amazon channel"),
    "marketplace": (
        *("amazon_marketplace_id", "amazon marketplace"),
        "order_line/amazon_offer_id/marketplace_id",
        "order lines/amazon offer/marketplace",
    ),
    "line_xmlid": (
        "order_line/id",
        *(f"order lines/{label}" for label in _EXTERNAL_ID),
    ),
    "item": (
        "order_line/amazon_item_ref",
        *("order lines/amazon item reference", "order lines/amazon item"),
    ),
}
# Keys, and words in the labels of several languages.
CHANNEL_SIGNS = {
    "fbm": ("fbm", "mfn", "merchant", "händler", "verkäufer", "vendeur", "vendedor"),
    "fba": ("fba", "afn", "amazon"),
}


class UnreadableTable(Exception):
    """Not a table; ``reason``: spreadsheet, binary, broken, or empty."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass
class OrderEntry:
    """An order of the file; its lines follow in rows without a name."""

    line: int
    xmlid: str
    name: str
    ref: str
    channel: str
    marketplace: str
    items: dict = field(default_factory=dict)  # external id of the line -> item


def read_table(content, columns, labels):
    """Read a file of comma separated values; delimiter and encoding are recognised.

    :param bytes content:
    :param dict columns: our name of a column -> its headers, in lower case
    :param dict labels: header in another language, in lower case -> our name
    :return tuple: names of the columns found; list of dict, a row without its empty
        cells, and "line": number of the row
    :raise UnreadableTable:
    """
    names = {header: name for name, found in columns.items() for header in found}
    names = {**labels, **names}
    text = _decode(content)
    try:
        (_count, keys), delimiter = max(
            (_read_header(text, delimiter, names), delimiter)
            for delimiter in DELIMITERS
        )
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=delimiter, strict=True
        )
        next(reader)
        rows = [
            _read_row(keys, cells, number) for number, cells in enumerate(reader, 2)
        ]
    except csv.Error as error:
        raise UnreadableTable("broken") from error
    return {*keys} - {""}, [row for row in rows if len(row) > 1]


def _decode(content):
    """Decode a file in the encodings of the usual export and spreadsheet programs.

    :return str: the text, of whatever program wrote it
    """
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise UnreadableTable("spreadsheet")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding).lstrip()
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        if not text:
            raise UnreadableTable("empty")
        return text
    raise UnreadableTable("binary")


def _read_header(text, delimiter, names):
    """Find our columns in the header, with a given delimiter.

    :return tuple: how many columns are known; our name of each column, or empty
    """
    cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    keys = [names.get(_normalize(cell), "") for cell in cells]
    return len(set(keys) - {""}), keys


def _normalize(header):
    return "/".join(" ".join(part.split()) for part in header.lower().split("/"))


def _read_row(keys, cells, number):
    row = {"line": number}
    for key, cell in zip(keys, cells, strict=False):
        cell = cell.strip()
        if cell.startswith(_SIGNS):
            cell = cell[1:]
        if key and cell:
            row.setdefault(key, cell)
    return row


def read_orders(rows):
    """Join the rows of each order, which has one row per item.

    :param list rows: see read_table
    :return list: of OrderEntry"""
    entries = []
    for row in rows:
        if not entries or row.keys() & {"xmlid", "name", "ref"}:
            details = {
                name: row.get(name, "")
                for name in ("xmlid", "name", "ref", "channel", "marketplace")
            }
            entries.append(OrderEntry(line=row["line"], **details))
        entry = entries[-1]
        entry.marketplace = entry.marketplace or row.get("marketplace", "")
        if "line_xmlid" in row and "item" in row:
            entry.items[row["line_xmlid"]] = row["item"]
    return entries


def read_channel(text):
    """Recognize the channel by its key or by a label.

    :return str|None: fba or fbm, of a key or a label
    """
    words = (text or "").lower()
    channels = (
        channel
        for channel, signs in CHANNEL_SIGNS.items()
        if any(sign in words for sign in signs)
    )
    return next(channels, None)
