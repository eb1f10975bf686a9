"""No presigned address, tracking number or content of a feed shows anywhere."""

from .common import Reply
from .secrets_case import ECHO, FAILURES, DocumentSecretsCase
from .sent import (
    DOCUMENT_ID,
    FEED_ID,
    SIGNED_PATH,
    document,
    feed_json,
    shipment,
)

CONTENT = b"quantities-of-the-seller"


class TestSecretsOfWrites(DocumentSecretsCase):
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
