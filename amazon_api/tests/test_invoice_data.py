"""The report of what Amazon wants invoices for (feature V1), and its token."""

import json
import unittest
from decimal import Decimal

from .. import (
    ConfigError,
    NotFound,
    Report,
    Unavailable,
    UnreadableRow,
    read_invoice_data,
)
from ..invoice_data import invoice_status
from ..report_content import ReportContent
from ..reports import INVOICE_DATA_REPORT, LISTINGS_REPORT
from .common import GERMANY, NOON, AmazonCase, Reply, refusal

ORDER = "303-1234567-1234567"
HEADINGS = (
    "order-id\torder-item-id\tshipping-id\ttransaction-id\ttransaction-type"
    "\tinvoice-number\tinvoice-status\tinvoice-status-description"
    "\tis-amazon-invoiced\tsku\tquantity-purchased\titem-vat-incl-amount"
    "\titem-vat-amount\tshipping-vat-incl-amount\tshipping-vat-amount"
    "\titem-promo-vat-incl-amount\trecipient-name"
)
DOCUMENT = "amzn1.spdoc.1.4.eu.1"


def line(kind="SHIPMENT", status="PENDING", words="", amazon="false", promo=""):
    cells = (ORDER, "7", "S1", "amzn1:crow:1", kind, "INV/1", status, words, amazon)
    amounts = ("MUG", "2", "11.90", "1.90", "4.00", "0.64", promo)
    return "\t".join((*cells, *amounts, "Erika Mustermann"))


def read(*lines):
    return read_invoice_data(ReportContent("\n".join(lines).encode(), False))


class TestInvoiceData(unittest.TestCase):
    def test_v1_item(self):
        (item,) = read(HEADINGS, line(status="ERROR", words="VAT number missing"))
        self.assertEqual(
            (item.order_id, item.item_id, item.shipping_id, item.transaction_id),
            (ORDER, "7", "S1", "amzn1:crow:1"),
        )
        self.assertEqual((item.kind, item.sku, item.quantity), ("shipment", "MUG", 2))
        self.assertEqual(
            (item.status, item.status_text), ("refused", "VAT number missing")
        )
        self.assertEqual((item.total, item.tax), (Decimal("15.90"), Decimal("2.54")))
        self.assertEqual(
            (item.invoice_number, item.is_made_by_amazon), ("INV/1", False)
        )

    def test_v1_nothing_of_the_buyer_is_read(self):
        (item,) = read(HEADINGS, line())
        self.assertNotIn("Mustermann", repr(item))

    def test_v1_refunds_and_returns_are_refunds(self):
        items = read(HEADINGS, line("REFUND"), line("RETURN", amazon="true"))
        self.assertEqual([item.kind for item in items], ["refund", "refund"])
        self.assertEqual([item.is_made_by_amazon for item in items], [False, True])

    def test_v1_words_of_the_state(self):
        for text, state in (
            ("PENDING", "pending"),
            ("Invoice Upload Pending", "pending"),
            ("SUCCESS", "accepted"),
            ("Uploaded", "accepted"),
            ("Unsuccessful", "refused"),
            ("UPLOAD_FAILED", "refused"),
            ("Rejected", "refused"),
            ("else", None),
            (None, None),
        ):
            self.assertEqual(invoice_status(text), state, text)

    def test_v2_amounts_with_a_promotion_are_not_added_up(self):
        (item,) = read(HEADINGS, line(promo="-1.00"))
        self.assertEqual((item.total, item.tax), (None, None))

    def test_v1_broken_rows_and_other_tables(self):
        broken = line().replace("\t2\t", "\tmany\t")
        good, bad = read(HEADINGS, line(), broken)
        self.assertEqual(good.quantity, 2)
        self.assertIsInstance(bad, UnreadableRow)
        self.assertNotIn("many", bad.problem)
        with self.assertRaises(Unavailable):
            read("sku\tprice", "MUG\t1")


class TestRestrictedReport(AmazonCase):
    def download(self, partner, report_type=INVOICE_DATA_REPORT):
        report = Report(
            "1", report_type, "DONE", (GERMANY,), NOON, None, None, DOCUMENT
        )
        return partner.download_report(report)

    def answers(self, *more):
        self.amazon_answers(
            Reply(200, {"restrictedDataToken": "Atz.sprdt|1", "expiresIn": 3600}), *more
        )

    def test_v1_its_document_is_asked_for_with_a_token_of_its_own(self):
        self.answers(refusal(404, "NotFound"))
        with self.assertRaises(NotFound):
            self.download(self.seller())
        token, document = self.amazon.calls
        self.assertEqual(token.path, "/tokens/2021-03-01/restrictedDataToken")
        path = f"/reports/2021-06-30/documents/{DOCUMENT}"
        self.assertEqual(
            json.loads(token.body),
            {"restrictedResources": [{"method": "GET", "path": path}]},
        )
        self.assertEqual(document.path, path)
        self.assertEqual(document.headers["x-amz-access-token"], "Atz.sprdt|1")
        self.assertNotEqual(token.headers["x-amz-access-token"], "Atz.sprdt|1")

    def test_v1_refused_token_is_replaced_once(self):
        denied = refusal(403, "Unauthorized")
        again = Reply(200, {"restrictedDataToken": "Atz.sprdt|2", "expiresIn": 3600})
        self.answers(denied, again, denied)
        with self.assertRaises(ConfigError) as caught:
            self.download(self.seller())
        self.assertEqual(caught.exception.reason, "role")
        tokens = [call.headers["x-amz-access-token"] for call in self.amazon.calls]
        self.assertEqual(tokens[1::2], ["Atz.sprdt|1", "Atz.sprdt|2"])

    def test_v1_other_reports_need_none(self):
        self.amazon_answers(refusal(404, "NotFound"))
        with self.assertRaises(NotFound):
            self.download(self.seller(), LISTINGS_REPORT)
        (call,) = self.amazon.calls
        self.assertTrue(call.path.startswith("/reports/"))
