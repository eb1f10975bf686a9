"""Invoices and credit notes that a seller uploads, one PDF in each feed.

Source: "Invoice feeds attributes"; "Upload invoices". What a PDF is about stands in the
options of its feed, each with the prefix ``metadata:``; without the prefix Amazon does
not see them (error 79513). The report is a table, not JSON.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from .feed_report import FeedReport, Issue, not_a_report

INVOICE_FEED = "UPLOAD_VAT_INVOICE"
#: countries of the marketplaces that take invoices by feed
INVOICE_COUNTRIES = ("BE", "DE", "ES", "FR", "GB", "IE", "IT", "NL", "PL", "SE")
#: Amazon makes the invoice itself
MADE_BY_AMAZON = "79525"

_ALLOWED = re.compile(r"[\w ,/\\\-;:#]{1,64}", re.ASCII)
_COUNT = re.compile(r"Number of records (\w+)\D*([0-9]{1,9})\s*$", re.IGNORECASE)
_CENT = Decimal("0.01")
_START = b"%PDF-"


@dataclass(frozen=True)
class InvoiceUpload:
    """What a PDF is about. Amazon prefers ``shipping_id`` to ``order_id``; for a credit
    note ``transaction_id`` is that of the refund. The totals are for sellers whose VAT
    Amazon calculates, and have to be Amazon's to the cent."""

    invoice_number: str
    order_id: str
    is_credit_note: bool = False
    shipping_id: str | None = None
    transaction_id: str | None = None
    total: Decimal | None = None
    tax: Decimal | None = None

    def options(self) -> dict[str, str]:
        """The options of the feed.

        :raise ValueError: Amazon would refuse them
        """
        kind = "CreditNote" if self.is_credit_note else "Invoice"
        found = {
            "DocumentType": kind,
            "InvoiceNumber": _text(self.invoice_number, "The number of the invoice"),
        }
        if self.shipping_id:
            found["ShippingId"] = _text(self.shipping_id, "The shipment")
        else:
            found["OrderId"] = _text(self.order_id, "The order number")
        if self.transaction_id:
            found["TransactionId"] = _text(self.transaction_id, "The transaction")
        if self.total is not None:
            found["TotalAmount"] = _amount(self.total)
        if self.tax is not None:
            found["TotalVATAmount"] = _amount(self.tax)
        return {f"metadata:{name}": value for name, value in found.items()}


def check_pdf(content: bytes) -> None:
    """Refuse what is no PDF.

    :raise ValueError: Amazon would refuse it
    """
    if not content.startswith(_START):
        raise ValueError("The document is not a PDF.")


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not _ALLOWED.fullmatch(value):
        raise ValueError(
            f"{what} must have 1 to 64 letters, digits, blanks or , / \\ - _ ; : #."
        )
    return value


def _amount(value: Decimal) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError("The total of the invoice is no amount.")
    return str(value.quantize(_CENT))


def parse_invoice_report(content: bytes) -> FeedReport:
    """Read the report on an uploaded invoice: one record, with its errors.

    :raise Unavailable: reason ``answer`` when it is not such a table
    """
    text = content.decode("utf-8-sig", "replace")
    counts, issues = {}, []
    header: list[str] | None = None
    for cells in csv.reader(StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        found = _COUNT.search(" ".join(cells).strip())
        if found and header is None:
            counts[found[1].lower()] = int(found[2])
        elif "error-code" in cells:
            header = cells
        elif header and any(cells):
            issues.append(_issue_of(dict(zip(header, cells, strict=False))))
    if not {"processed", "successful"} <= counts.keys():
        raise not_a_report("it does not count its records")
    processed, accepted = counts["processed"], counts["successful"]
    invalid = processed - accepted
    if invalid < 0:
        raise not_a_report("its counts make no sense")
    return FeedReport(None, {}, tuple(issues), processed, accepted, invalid)


def _issue_of(row: dict[str, str]) -> Issue:
    code = row.get("error-code", "").strip() or None
    kind = row.get("error-type", "").strip().upper()
    message = row.get("error-message", "").strip() or code or "no reason given"
    return Issue(
        severity="WARNING" if kind.startswith("WARN") else "ERROR",
        message=f"{message} ({code})" if code and code not in message else message,
        code=code,
    )
