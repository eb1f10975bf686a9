"""No presigned address, tracking number or content of a feed shows anywhere."""

from .. import SpApiError
from .common import ACCESS_TOKEN, RESET, Reply, refusal
from .secrets_case import SecretsCase
from .told import (
    DOCUMENT_ID,
    FEED_ID,
    SIGNED_PATH,
    document,
    feed_json,
    shipment,
)

TRACKING = "00340434161094042557"
CONTENT = b"quantities-of-the-seller"
ECHO = f"Bad {ACCESS_TOKEN} at https://x.s3.amazonaws.com{SIGNED_PATH} for {TRACKING}"
FAILURES = (
    refusal(400, "InvalidInput", ECHO),
    refusal(400, ECHO, ECHO, **{"x-amzn-RequestId": ECHO}),
    Reply(400, f"<Error><Code>ExpiredToken</Code><Message>{ECHO}</Message></Error>"),
    Reply(400, f"<Error><Code>{ECHO}</Code></Error>", {"x-amz-request-id": ECHO}),
    Reply(403, f"<Error><Code>AccessDenied</Code><Message>{ECHO}</Message></Error>"),
    refusal(403, "Unauthorized", ECHO),
    Reply(404, f"<Error>{ECHO}</Error>"),
    refusal(429, "QuotaExceeded", ECHO),
    Reply(503, f"<html>{ECHO}</html>"),
    Reply(200, ECHO),
    Reply(302, "", {"Location": f"https://x.y{SIGNED_PATH}"}),
    b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + ECHO.encode(),
    RESET,
)


class TestSecretsOfWrites(SecretsCase):
    def setUp(self):
        super().setUp()
        self.url = self.amazon.url + SIGNED_PATH
        self.hidden = ("X-Amz", "/documents/d", "0434161", "quantities-of")

    def failure(self, call) -> SpApiError:
        """Out of any ``except``, as a caller's log would see it."""
        try:
            call()
        except SpApiError as error:
            return error
        self.fail("Nothing went wrong.")

    def assert_failures_are_clean(self, call, *before):
        for reply in FAILURES:
            with self.subTest(reply):
                self.log.lines.clear()
                self.clock.pass_seconds(86_400)
                self.amazon_answers(*before, reply, *before, reply)
                error = self.failure(call)
                self.assert_clean(self.shown(error), *self.hidden)

    def test_confirm_shipment(self):
        seller = self.seller()
        self.assert_failures_are_clean(lambda: seller.confirm_shipment(shipment()))

    def test_create_feed_document(self):
        seller = self.seller()
        self.assert_failures_are_clean(
            lambda: seller.create_feed_document("text/xml; charset=UTF-8")
        )

    def test_upload(self):
        seller = self.seller()
        failures = [r for r in FAILURES if r != Reply(200, ECHO)]
        for reply in failures:
            with self.subTest(reply):
                self.amazon_answers(reply)
                error = self.failure(lambda: seller.upload(self.url, CONTENT, "a/b"))
                self.assert_clean(self.shown(error), *self.hidden)

    def test_download(self):
        seller = self.seller()
        packed = document(self.url, compressionAlgorithm="GZIP")
        self.assert_failures_are_clean(lambda: seller.download(DOCUMENT_ID), packed)

    def test_a_foreign_address(self):
        seller = self.seller()
        url = f"https://evil.example{SIGNED_PATH}"
        error = self.failure(lambda: seller.upload(url, CONTENT, "a/b"))
        self.assert_clean(self.shown(error), "evil", *self.hidden)
        self.amazon_answers(document(url))
        error = self.failure(lambda: seller.download(DOCUMENT_ID))
        self.assert_clean(self.shown(error), "evil", *self.hidden)

    def test_nobody_answers(self):
        self.amazon.close()
        seller = self.seller()
        error = self.failure(lambda: seller.upload(self.url, CONTENT, "a/b"))
        self.assert_clean(self.shown(error), *self.hidden)

    def test_all_goes_well(self):
        seller = self.seller()
        self.amazon_answers(
            Reply(204),
            document(self.url, 201),
            Reply(200),
            Reply(202, {"feedId": FEED_ID}),
            Reply(200, feed_json()),
            document(self.url),
            Reply(200, CONTENT),
        )
        seller.confirm_shipment(shipment())
        place = seller.create_feed_document("text/xml; charset=UTF-8")
        seller.upload(place.url, CONTENT, "text/xml; charset=UTF-8")
        feed_id = seller.create_feed("POST_ORDER_ACKNOWLEDGEMENT_DATA", ["A1"], "d")
        feed = seller.get_feed(feed_id)
        seller.download(feed.result_document_id)
        shown = f"{self.shown()}{place!r}{place}{feed!r}{shipment()!r}{shipment()}"
        self.assert_clean(shown, *self.hidden)
