"""The options of uploaded invoices, and Amazon's report on them."""

import unittest
from decimal import Decimal

from ..errors import Unavailable
from ..invoices import InvoiceUpload, check_pdf, parse_invoice_report

SUMMARY = (
    "Feed Processing Summary:\n"
    "\tNumber of records processed\t\t1\n"
    "\tNumber of records successful\t\t{}\n"
)
TABLE = "\noriginal-record-number\tsku\terror-code\terror-type\terror-message\n"


class TestOptions(unittest.TestCase):
    def test_an_invoice(self):
        upload = InvoiceUpload("INV/2026/00012", "302-1234567-1234567")
        self.assertEqual(
            upload.options(),
            {
                "metadata:DocumentType": "Invoice",
                "metadata:InvoiceNumber": "INV/2026/00012",
                "metadata:OrderId": "302-1234567-1234567",
            },
        )

    def test_a_credit_note_of_a_seller_whose_tax_amazon_calculates(self):
        upload = InvoiceUpload(
            "RINV/7",
            "302-1234567-1234567",
            is_credit_note=True,
            shipping_id="Dk1",
            transaction_id="amzn1:crow:1",
            total=Decimal("-119"),
            tax=Decimal("-19.000"),
        )
        self.assertEqual(
            upload.options(),
            {
                "metadata:DocumentType": "CreditNote",
                "metadata:InvoiceNumber": "RINV/7",
                "metadata:ShippingId": "Dk1",
                "metadata:TransactionId": "amzn1:crow:1",
                "metadata:TotalAmount": "-119.00",
                "metadata:TotalVATAmount": "-19.00",
            },
        )

    def test_what_amazon_would_refuse(self):
        for number in ("", "A" * 65, 'A"1', "Größe", "A\n1", None):
            with self.subTest(number), self.assertRaises(ValueError):
                InvoiceUpload(number, "302-1234567-1234567").options()
        with self.assertRaises(ValueError):
            InvoiceUpload("1", "1", total=Decimal("NaN")).options()
        with self.assertRaises(ValueError):
            check_pdf(b"<html/>")
        check_pdf(b"%PDF-1.7 ...")


class TestReport(unittest.TestCase):
    def outcome(self, text):
        return parse_invoice_report(text.encode()).accepted([7])[7]

    def test_accepted(self):
        self.assertIs(self.outcome(SUMMARY.format(1)), True)

    def test_refused(self):
        text = SUMMARY.format(0) + TABLE + "1\t\t79513\tError\tPlease provide metadata"
        self.assertIs(self.outcome(text), False)
        [issue] = parse_invoice_report(text.encode()).feed_issues
        self.assertEqual(
            (issue.code, issue.message), ("79513", "Please provide metadata (79513)")
        )

    def test_a_warning_is_no_refusal(self):
        text = SUMMARY.format(1) + TABLE + "1\t\t5\tWarning\tLook at it"
        self.assertIs(self.outcome(text), True)

    def test_counts_that_say_nothing(self):
        self.assertIsNone(self.outcome(SUMMARY.format(0)) or None)
        two = SUMMARY.format(1).replace("processed\t\t1", "processed\t\t2")
        self.assertIsNone(self.outcome(two))

    def test_what_is_no_report(self):
        for text in ("", "<html></html>", "\x00", SUMMARY.format(2)):
            with self.subTest(text), self.assertRaises(Unavailable):
                parse_invoice_report(text.encode())
