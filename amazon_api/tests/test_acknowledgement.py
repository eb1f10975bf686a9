import unittest
from xml.etree import ElementTree

from .. import (
    CANCEL_REASONS,
    FeedReport,
    Issue,
    OrderCancellation,
    Unavailable,
    cancellation_feed,
    parse_processing_report,
)
from .sent import FEED_ID, SELLER, processing_report, result_xml

ORDER = "302-1111111-2222222"


class TestCancellationFeed(unittest.TestCase):
    def test_the_whole_feed(self):
        feed = cancellation_feed(
            SELLER,
            [
                (1, ORDER, "NoInventory", ["12345678901234", "12345678901235"]),
                OrderCancellation(7, "303-1-1", "BuyerCanceled", ("9",)),
            ],
        )
        self.assertEqual(
            feed.decode(),
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">'
            "<Header><DocumentVersion>1.01</DocumentVersion>"
            "<MerchantIdentifier>A2NKEXAMPLE</MerchantIdentifier></Header>"
            "<MessageType>OrderAcknowledgement</MessageType>"
            "<Message><MessageID>1</MessageID><OrderAcknowledgement>"
            "<AmazonOrderID>302-1111111-2222222</AmazonOrderID>"
            "<StatusCode>Failure</StatusCode>"
            "<Item><AmazonOrderItemCode>12345678901234</AmazonOrderItemCode>"
            "<CancelReason>NoInventory</CancelReason></Item>"
            "<Item><AmazonOrderItemCode>12345678901235</AmazonOrderItemCode>"
            "<CancelReason>NoInventory</CancelReason></Item>"
            "</OrderAcknowledgement></Message>"
            "<Message><MessageID>7</MessageID><OrderAcknowledgement>"
            "<AmazonOrderID>303-1-1</AmazonOrderID>"
            "<StatusCode>Failure</StatusCode>"
            "<Item><AmazonOrderItemCode>9</AmazonOrderItemCode>"
            "<CancelReason>BuyerCanceled</CancelReason></Item>"
            "</OrderAcknowledgement></Message></AmazonEnvelope>",
        )
        ElementTree.fromstring(feed)

    def test_every_reason(self):
        entries = [(n, f"1-{n}", r, "7 8".split()) for n, r in enumerate(REASONS, 1)]
        tree = ElementTree.fromstring(cancellation_feed(SELLER, entries))
        said = [reason.text for reason in tree.iter("CancelReason")]
        self.assertEqual(said, [reason for reason in REASONS for _item in "78"])
        self.assertEqual(CANCEL_REASONS, REASONS)

    def test_what_amazon_would_refuse(self):
        good = (1, ORDER, "NoInventory", ["1"])
        for entries, problem in (
            ([], "nothing to cancel"),
            ([(0, *good[1:])], "number of a message"),
            ([good, (1, "303-1-1", "NoInventory", ["1"])], "number of a message is"),
            ([good, (2, *good[1:])], "order is there twice"),
            ([(1, "<x>", "NoInventory", ["1"])], "order number"),
            ([(1, ORDER, "Because", ["1"])], "reason"),
            ([(1, ORDER, "PricingError", ["1"])], "reason"),
            ([(1, ORDER, None, ["1"])], "reason"),
            ([(1, ORDER, "NoInventory", [])], "items of the order"),
            ([(1, ORDER, "NoInventory", "123")], "items of the order"),
            ([(1, ORDER, "NoInventory", ["1", "1"])], "twice"),
            ([(1, ORDER, "NoInventory", ["1\x00"])], "number of an item"),
            ([(1, ORDER, "NoInventory", [1])], "number of an item"),
            ([(1, ORDER, "NoInventory", [f"{n:060}" for n in range(70_000)])], "10 M"),
        ):
            with self.subTest(problem):
                with self.assertRaisesRegex(ValueError, problem):
                    cancellation_feed(SELLER, entries)
        with self.assertRaisesRegex(ValueError, "seller"):
            cancellation_feed("A&B", [good])


REASONS = (
    "NoInventory",
    "ShippingAddressUndeliverable",
    "CustomerExchange",
    "BuyerCanceled",
    "GeneralAdjustment",
    "CarrierCreditDecision",
    "RiskAssessmentInformationNotValid",
    "CarrierCoverageFailure",
    "CustomerReturn",
    "MerchandiseNotReceived",
)


class TestReport(unittest.TestCase):
    def read(self, *results: str, **counts) -> FeedReport:
        return parse_processing_report(processing_report(*results, **counts).encode())

    def refused(self, content: bytes) -> str:
        with self.assertRaises(Unavailable) as caught:
            parse_processing_report(content)
        self.assertEqual(caught.exception.reason, "answer")
        self.assertIsNone(caught.exception.__context__)
        return caught.exception.message

    def test_all_is_well(self):
        report = self.read(processed=2, successful=2)
        self.assertEqual(report, FeedReport(FEED_ID, {}, (), 2, 2, 0))
        self.assertEqual(report.accepted([1, 2]), {1: True, 2: True})

    def test_issues(self):
        report = self.read(
            result_xml(2),
            result_xml(3, "Warning"),
            result_xml(0, "Warning"),
            processed=3,
            successful=2,
            errors=1,
            warnings=1,
        )
        said = "The order is already shipped & paid für."
        self.assertEqual(
            report,
            FeedReport(
                feed_id=FEED_ID,
                issues={
                    2: (Issue("ERROR", said, "18028", 2),),
                    3: (Issue("WARNING", said, "18028", 3),),
                },
                feed_issues=(Issue("WARNING", said, "18028"),),
                processed=3,
                accepted_count=2,
                invalid_count=1,
            ),
        )
        self.assertEqual(report.accepted([1, 2, 3]), {1: True, 2: False, 3: True})

    def test_warnings_counted_apart(self):
        report = self.read(
            result_xml(1, "Warning"), processed=2, successful=1, warnings=1
        )
        self.assertEqual(report.accepted_count, 2)
        self.assertEqual(report.accepted([1, 2]), {1: True, 2: True})

    def test_counts_that_do_not_agree(self):
        report = self.read(processed=3, successful=1)
        self.assertEqual(report.accepted([1, 2, 3]), {1: None, 2: None, 3: None})

    def test_the_whole_feed_refused(self):
        report = self.read(
            result_xml(0), processed=0, successful=0, errors=1, status="Rejected"
        )
        self.assertEqual(report.accepted([1, 2]), {1: False, 2: False})
        self.assertEqual([issue.code for issue in report.feed_issues], ["18028"])

    def test_a_result_without_a_number_is_about_the_feed(self):
        result = result_xml(4).replace("<MessageID>4</MessageID>", "")
        report = self.read(result)
        self.assertEqual((len(report.feed_issues), report.issues), (1, {}))

    def test_sku(self):
        more = "<AdditionalInfo><SKU>SKU-1</SKU></AdditionalInfo></Result>"
        report = self.read(result_xml(1).replace("</Result>", more))
        self.assertEqual(report.issues[1][0].sku, "SKU-1")

    def test_other_charsets(self):
        text = processing_report(result_xml())
        for declared, charset in (
            ("ISO-8859-1", "latin-1"),
            ("UTF-16", "utf-16"),
            ("windows-1252", "cp1252"),
        ):
            content = text.replace("UTF-8", declared, 1).encode(charset)
            (issue,) = parse_processing_report(content).issues[1]
            self.assertIn("für", issue.message)

    def test_no_entities_no_document_type(self):
        text = processing_report(result_xml())
        start = text.index("<AmazonEnvelope")
        for doctype in (
            "<!DOCTYPE AmazonEnvelope>",
            '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
            '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        ):
            content = (text[:start] + doctype + text[start:]).encode()
            self.assertIn("document type", self.refused(content))
        self.refused(text.replace("&amp;", "&e;").encode())

    def test_what_is_no_report(self):
        good = processing_report(result_xml())
        for old, new in (
            ("AmazonEnvelope", "Envelope"),
            ("ProcessingReport>", "Report>"),
            ("<StatusCode>Complete</StatusCode>", ""),
            ("Complete", "Processing"),
            ("Complete", "Perhaps"),
            ("ProcessingSummary>", "Summary>"),
            ("<MessagesProcessed>1<", "<MessagesProcessed><"),
            ("<MessagesProcessed>1<", "<MessagesProcessed>-1<"),
            ("<MessagesProcessed>1<", "<MessagesProcessed>1.0<"),
            ("<MessagesProcessed>1<", "<MessagesProcessed>٣<"),
            ("<MessagesProcessed>1<", "<MessagesProcessed>2147483648<"),
            ("<MessagesProcessed>1<", f"<MessagesProcessed>{'9' * 5000}<"),
            ("MessagesSuccessful>", "MessagesFine>"),
            ("MessagesWithError>", "x>"),
            ("MessagesWithWarning>", "x>"),
            ("<ResultCode>Error<", "<ResultCode>Fatal<"),
            ("ResultDescription>", "x>"),
            ("<Result><MessageID>1<", "<Result><MessageID>one<"),
        ):
            with self.subTest(new[:60]):
                self.assertIn(old, good)
                self.refused(good.replace(old, new).encode())
        twice = good[good.index("<Message>") : good.index("</AmazonEnvelope>")]
        self.refused(good.replace(twice, twice + twice).encode())

    def test_what_is_no_xml(self):
        good = processing_report().encode()
        for content in (
            b"",
            b"{}",
            b"\x00",
            b"\x1f\x8b\x08\x00",
            good[:-1],
            good + good,
            good.replace(b"UTF-8", b"no-such-charset", 1),
            good.replace(b"UTF-8", b"utf-7", 1),
            good.replace(b"UTF-8", b"euc_jp", 1),
            good.replace(b"UTF-8", b"UTF-16", 1),
            good.replace(b"Complete", b"\xff"),
            good.replace(b"Complete", b"\x01"),
        ):
            with self.subTest(content[:60]):
                self.assertIn("not XML", self.refused(content))
