import json
import unittest

from .. import (
    LARGEST_FEED,
    FeedReport,
    Issue,
    Quantity,
    Unavailable,
    parse_listings_report,
    quantity_feed,
)
from .sent import FEED_ID, SELLER, issue_json, listings_report


def message_json(message_id: int, sku: str, quantity: int, kind="PRODUCT") -> dict:
    return {
        "messageId": message_id,
        "sku": sku,
        "operationType": "PATCH",
        "productType": kind,
        "patches": [
            {
                "op": "merge",
                "path": "/attributes/fulfillment_availability",
                "value": [
                    {"fulfillment_channel_code": "DEFAULT", "quantity": quantity}
                ],
            }
        ],
    }


class TestQuantityFeed(unittest.TestCase):
    def test_the_whole_feed(self):
        feed = quantity_feed(
            SELLER,
            [
                (1, "SKU-1", 10),
                (2147483647, ' Größe/ä+%\\" ', 0, "LUGGAGE"),
                Quantity(3, "sku-1", 7),
            ],
        )
        self.assertEqual(
            json.loads(feed),
            {
                "header": {"sellerId": SELLER, "version": "2.0"},
                "messages": [
                    message_json(1, "SKU-1", 10),
                    message_json(2147483647, ' Größe/ä+%\\" ', 0, "LUGGAGE"),
                    message_json(3, "sku-1", 7),
                ],
            },
        )
        self.assertIn("Größe".encode(), feed)

    def test_what_amazon_would_refuse(self):
        good = (1, "SKU-1", 10)
        for quantities, problem in (
            ([], "1 to 25,000"),
            ([(n, f"S{n}", 1) for n in range(1, 25_002)], "1 to 25,000"),
            ([(0, "SKU-1", 10)], "number of a message"),
            ([(2147483648, "SKU-1", 10)], "number of a message"),
            ([("1", "SKU-1", 10)], "number of a message"),
            ([good, (1, "SKU-2", 10)], "number of a message is there twice"),
            ([good, (2, "SKU-1", 10)], "SKU is there twice"),
            ([(1, "", 10)], "SKU is missing"),
            ([(1, None, 10)], "SKU is missing"),
            ([(1, "a\x00", 10)], "SKU holds"),
            ([(1, "\ud800", 10)], "SKU holds"),
            ([(1, "SKU-1", -1)], "quantity"),
            ([(1, "SKU-1", 1.0)], "quantity"),
            ([(1, "SKU-1", True)], "quantity"),
            ([(1, "SKU-1", 1, "")], "product type"),
        ):
            with self.subTest(quantities[:2]):
                with self.assertRaisesRegex(ValueError, problem):
                    quantity_feed(SELLER, quantities)
        for seller in ("", None, "A 2"):
            with self.assertRaisesRegex(ValueError, "seller"):
                quantity_feed(seller, [good])

    def test_as_large_as_amazon_takes(self):
        most = quantity_feed(
            SELLER, [(n, f"{n:040}", 99_999) for n in range(1, 25_001)]
        )
        self.assertLess(len(most), LARGEST_FEED)
        with self.assertRaisesRegex(ValueError, "10 MiB"):
            quantity_feed(SELLER, [(1, "ü" * (LARGEST_FEED // 2), 1)])


class TestReport(unittest.TestCase):
    def read(self, report: dict) -> FeedReport:
        return parse_listings_report(json.dumps(report).encode())

    def test_all_is_well(self):
        report = self.read(listings_report(processed=3, accepted=3))
        self.assertEqual(
            report,
            FeedReport(
                feed_id=FEED_ID,
                issues={},
                feed_issues=(),
                processed=3,
                accepted_count=3,
                invalid_count=0,
            ),
        )
        self.assertEqual(report.accepted([1, 2, 3]), {1: True, 2: True, 3: True})

    def test_issues(self):
        report = self.read(
            listings_report(
                issue_json(2),
                issue_json(1, "WARNING"),
                issue_json(2, "INFO", code="90000900", message=" Slow. "),
                {"severity": "INFO", "message": "Late."},
                processed=3,
                accepted=2,
                invalid=1,
            )
        )
        said = {
            "message": "The SKU does not match any ASIN.",
            "code": "8541",
            "sku": "SKU-1",
            "attribute": "fulfillment_availability",
        }
        self.assertEqual(
            report.issues,
            {
                2: (
                    Issue("ERROR", message_id=2, **said),
                    Issue(
                        "INFO",
                        "Slow.",
                        "90000900",
                        2,
                        "SKU-1",
                        "fulfillment_availability",
                    ),
                ),
                1: (Issue("WARNING", message_id=1, **said),),
            },
        )
        self.assertEqual(report.feed_issues, (Issue("INFO", "Late."),))
        self.assertEqual(report.accepted([1, 2, 3]), {1: True, 2: False, 3: True})
        self.assertEqual(report.unknown_issues([1, 2, 3]), {})

    def test_byte_order_mark(self):
        content = b"\xef\xbb\xbf" + json.dumps(listings_report()).encode()
        self.assertEqual(parse_listings_report(content).processed, 1)

    def test_what_is_no_report(self):
        good = listings_report(issue_json())
        for changes in (
            {"header": None},
            {"header": {**good["header"], "version": "1.0"}},
            {"header": {**good["header"], "feedId": None}},
            {"header": {**good["header"], "sellerId": ""}},
            {"issues": None},
            {"issues": {}},
            {"issues": [None]},
            {"issues": [issue_json(0)]},
            {"issues": [issue_json("1")]},
            {"issues": [issue_json(True)]},
            {"issues": [issue_json(1.5)]},
            {"issues": [issue_json(severity="FATAL")]},
            {"issues": [issue_json(severity=None)]},
            {"issues": [issue_json(message="")]},
            {"issues": [issue_json(message=None)]},
            {"issues": [issue_json(sku=7)]},
            {"summary": None},
            {"summary": {**good["summary"], "messagesProcessed": None}},
            {"summary": {**good["summary"], "messagesAccepted": -1}},
            {"summary": {**good["summary"], "messagesInvalid": "0"}},
            {"summary": {**good["summary"], "errors": None}},
        ):
            with self.subTest(changes):
                with self.assertRaises(Unavailable) as caught:
                    self.read({**good, **changes})
                self.assertEqual(caught.exception.reason, "answer")
                self.assertIsNone(caught.exception.__context__)

    def test_what_is_no_json(self):
        for content in (
            b"",
            b"null",
            b"[]",
            b"{}",
            b"<Error><Code>AccessDenied</Code></Error>",
            json.dumps(listings_report()).encode()[:-1],
            json.dumps(listings_report()).encode("utf-16"),
            b"\x1f\x8b\x08\x00",
        ):
            with self.assertRaises(Unavailable) as caught:
                parse_listings_report(content)
            self.assertIsNone(caught.exception.__context__)
