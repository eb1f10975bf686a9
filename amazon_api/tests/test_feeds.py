import json
import time
from datetime import datetime
from unittest import mock

from .. import (
    ConfigError,
    Feed,
    FeedDocument,
    NotFound,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unavailable,
)
from .. import wire as wire_module
from .common import GERMANY, RESET, SINCE, AmazonCase, Reply, at, refusal
from .sent import DOCUMENT_ID, FEED_ID, document, feed_json

JSON = "application/json; charset=UTF-8"
STOCK = "JSON_LISTINGS_FEED"
CANCELLATIONS = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
FRANCE = "A13V1IB3VIYZZH"


class TestCreateFeedDocument(AmazonCase):
    def create(self):
        return self.seller().create_feed_document(JSON)

    def test_created(self):
        self.amazon_answers(document("https://x.amazonaws.com/y?z=5ec2e7", 201))
        created = self.create()
        self.assertEqual(
            created, FeedDocument(DOCUMENT_ID, "https://x.amazonaws.com/y?z=5ec2e7")
        )
        self.assertNotIn("amazonaws", repr(created))
        (call,) = self.amazon.calls
        self.assertEqual(call.method, "POST")
        self.assertEqual((call.path, call.query), ("/feeds/2021-06-30/documents", {}))
        self.assertEqual(json.loads(call.body), {"contentType": JSON})

    def test_answers_that_will_not_do(self):
        whole = {"feedDocumentId": DOCUMENT_ID, "url": "https://x"}
        for reply in (
            Reply(200, whole),
            Reply(201, {**whole, "url": None}),
            Reply(201, {**whole, "url": 7}),
            Reply(201, {**whole, "feedDocumentId": " "}),
            Reply(201, {**whole, "compressionAlgorithm": "BROTLI"}),
            Reply(201, {"payload": whole}),
            Reply(201, "<html>"),
            Reply(503, "<html>"),
            RESET,
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                self.failure_of(Unavailable, self.create)

    def test_content_type(self):
        for content_type in ("", " ", None, "a\r\nb"):
            with self.assertRaises(ValueError):
                self.seller().create_feed_document(content_type)


class TestCreateFeed(AmazonCase):
    def create(self, partner=None, feed_type=STOCK, marketplaces=(GERMANY, FRANCE)):
        partner = partner or self.seller()
        return partner.create_feed(feed_type, marketplaces, DOCUMENT_ID)

    def test_created(self):
        self.amazon_answers(Reply(202, {"feedId": FEED_ID}))
        self.assertEqual(self.create(), FEED_ID)
        (call,) = self.amazon.calls
        self.assertEqual(call.method, "POST")
        self.assertEqual((call.path, call.query), ("/feeds/2021-06-30/feeds", {}))
        self.assertEqual(
            json.loads(call.body),
            {
                "feedType": STOCK,
                "inputFeedDocumentId": DOCUMENT_ID,
                "marketplaceIds": [GERMANY, FRANCE],
            },
        )

    def test_a_lost_answer_is_an_open_question(self):
        for reply in (
            RESET,
            b"",
            Reply(200, {"feedId": FEED_ID}),
            Reply(202),
            Reply(202, "<html>"),
            Reply(202, {}),
            Reply(202, {"feedId": ""}),
            Reply(202, {"feedId": 7}),
            Reply(202, '{"feedId": "5'),
            Reply(502),
            Reply(503, "<html>"),
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                self.failure_of(OutcomeUnknown, self.create)

    def test_late_answer(self):
        self.amazon_answers(lambda: time.sleep(0.2) or Reply(202, {"feedId": "1"}))
        with mock.patch.object(wire_module, "TIMEOUT", (0.1, 0.1)):
            self.failure_of(OutcomeUnknown, self.create)

    def test_what_never_left_is_known(self):
        partner = self.seller()
        self.amazon_answers(Reply(202, {"feedId": FEED_ID}))
        self.create(partner)
        self.amazon.close()
        partner._wire._session.close()
        self.failure_of(Unavailable, self.create, partner)

    def test_refused(self):
        for reply, error_class in (
            (refusal(403, "Unauthorized"), ConfigError),
            (refusal(400, "InvalidInput", "Bad document"), Rejected),
            (refusal(404, "NotFound"), NotFound),
            (refusal(429, "QuotaExceeded"), Throttled),
        ):
            self.amazon_answers(reply)
            self.failure_of(error_class, self.create)

    def test_what_amazon_would_refuse_is_not_sent(self):
        seller = self.seller()
        for arguments in (
            ("", [GERMANY], DOCUMENT_ID),
            (STOCK, [], DOCUMENT_ID),
            (STOCK, [f"A{n}" for n in range(26)], DOCUMENT_ID),
            (STOCK, ["a/b"], DOCUMENT_ID),
            (STOCK, [GERMANY], ""),
            (STOCK, [GERMANY], None),
        ):
            with self.assertRaises(ValueError):
                seller.create_feed(*arguments)
        self.assertEqual(self.amazon.calls, [])

    def test_stock_has_a_quota_of_its_own(self):
        partner = self.seller()
        self.amazon_answers(*[Reply(202, {"feedId": FEED_ID})] * 21)
        for _feed in range(5):
            self.create(partner)
        error = self.failure_of(Throttled, self.create, partner)
        self.assertEqual(error.operation, "createFeed:JSON_LISTINGS_FEED")
        self.assertAlmostEqual(error.retry_after, 60, delta=1)
        for _feed in range(15):
            self.create(partner, CANCELLATIONS)
        error = self.failure_of(Throttled, self.create, partner, CANCELLATIONS)
        self.assertEqual(error.operation, "createFeed")
        self.assertAlmostEqual(error.retry_after, 120, delta=1)
        self.assertEqual(len(self.amazon.calls), 20)


class TestGetFeed(AmazonCase):
    def get(self, feed_id=FEED_ID):
        return self.seller().get_feed(feed_id)

    def test_done(self):
        self.amazon_answers(Reply(200, feed_json()))
        self.assertEqual(
            self.get(),
            Feed(
                feed_id=FEED_ID,
                feed_type=STOCK,
                status="DONE",
                marketplace_ids=(GERMANY,),
                created_time=at(2026, 11, 20, 11),
                result_document_id=DOCUMENT_ID,
            ),
        )
        (call,) = self.amazon.calls
        path = f"/feeds/2021-06-30/feeds/{FEED_ID}"
        self.assertEqual((call.method, call.path, call.query), ("GET", path, {}))

    def test_every_status(self):
        finished = {}
        for status in ("IN_QUEUE", "IN_PROGRESS", "DONE", "CANCELLED", "FATAL"):
            feed = feed_json(processingStatus=status, resultFeedDocumentId=None)
            self.amazon_answers(Reply(200, feed))
            read = self.get()
            self.assertEqual((read.status, read.result_document_id), (status, None))
            finished[status] = read.is_finished
        self.assertEqual(
            finished,
            {
                "IN_QUEUE": False,
                "IN_PROGRESS": False,
                "DONE": True,
                "CANCELLED": True,
                "FATAL": True,
            },
        )

    def test_answers_that_will_not_do(self):
        for changes in (
            {"processingStatus": "PAUSED"},
            {"processingStatus": "done"},
            {"processingStatus": None},
            {"feedId": "1"},
            {"feedId": None},
            {"feedType": None},
            {"createdTime": "yesterday"},
            {"createdTime": None},
            {"marketplaceIds": "x"},
            {"resultFeedDocumentId": 7},
        ):
            with self.subTest(changes):
                self.amazon_answers(Reply(200, feed_json(**changes)))
                error = self.failure_of(Unavailable, self.get)
                self.assertEqual(error.reason, "answer")

    def test_unknown_feed(self):
        self.amazon_answers(refusal(404, "NotFound"))
        self.failure_of(NotFound, self.get)

    def test_a_number_stays_in_its_place(self):
        self.amazon_answers(refusal(404, "NotFound"))
        self.failure_of(NotFound, self.get, "a/../b?c=d#e")
        self.assertEqual(
            self.amazon.calls[0].path, "/feeds/2021-06-30/feeds/a%2F..%2Fb%3Fc%3Dd%23e"
        )
        self.failure_of(Rejected, self.get, "..")
        with self.assertRaises(ValueError):
            self.get("")
        self.assertEqual(len(self.amazon.calls), 1)


class TestGetFeeds(AmazonCase):
    def get(self, feed_types=(STOCK,), since=SINCE, **more):
        return self.seller().get_feeds(feed_types, since, **more)

    def feeds(self, *feeds, **more) -> Reply:
        return Reply(200, {"feeds": list(feeds), **more})

    def test_pages_with_the_token_alone(self):
        self.amazon_answers(
            self.feeds(feed_json("1"), feed_json("2"), nextToken="a+b/c=="),
            self.feeds(nextToken="d"),
            self.feeds(feed_json("2"), feed_json("3")),
        )
        found = self.get(
            (STOCK, CANCELLATIONS),
            created_until=at(2026, 11, 20, 12),
            marketplace_ids=[GERMANY, FRANCE],
        )
        self.assertEqual([feed.feed_id for feed in found], ["1", "2", "3"])
        self.assertEqual(
            [(call.method, call.path, call.query) for call in self.amazon.calls],
            [
                ("GET", "/feeds/2021-06-30/feeds", query)
                for query in (
                    {
                        "feedTypes": f"{STOCK},{CANCELLATIONS}",
                        "createdSince": "2026-11-20T09:15:00.123Z",
                        "createdUntil": "2026-11-20T12:00:00.000Z",
                        "marketplaceIds": f"{GERMANY},{FRANCE}",
                        "pageSize": "100",
                    },
                    {"nextToken": "a+b/c=="},
                    {"nextToken": "d"},
                )
            ],
        )

    def test_none(self):
        self.amazon_answers(self.feeds())
        self.assertEqual(self.get(), ())
        self.assertEqual(
            self.amazon.calls[0].query,
            {
                "feedTypes": STOCK,
                "createdSince": "2026-11-20T09:15:00.123Z",
                "pageSize": "100",
            },
        )

    def test_never_a_part_of_the_list(self):
        first = self.feeds(feed_json("1"), nextToken="a")
        for second in (
            Reply(503, "<html>"),
            Reply(200, {}),
            Reply(200, {"feeds": None}),
            Reply(200, {"feeds": {}}),
            self.feeds(None),
            self.feeds("x"),
            self.feeds(feed_json(processingStatus="?")),
            self.feeds(nextToken=7),
            RESET,
        ):
            with self.subTest(second):
                self.amazon_answers(first, second)
                self.failure_of(Unavailable, self.get)

    def test_never_in_circles(self):
        self.amazon_answers(
            self.feeds(nextToken="a"),
            self.feeds(nextToken="b"),
            self.feeds(nextToken="a"),
            self.feeds(),
        )
        self.failure_of(Unavailable, self.get)
        self.assertEqual(len(self.amazon.calls), 3)

    def test_what_amazon_would_refuse_is_not_sent(self):
        for arguments, more in (
            (((),), {}),
            (([f"T{n}" for n in range(11)],), {}),
            (((STOCK,), datetime(2026, 11, 20)), {}),
            (((STOCK,),), {"marketplace_ids": [f"A{n}" for n in range(11)]}),
        ):
            with self.assertRaises(ValueError):
                self.get(*arguments, **more)
        self.assertEqual(self.amazon.calls, [])
