import gzip
from unittest import mock

from .. import LinkExpired, NotFound, Rejected, Unavailable
from .. import wire as wire_module
from ..storage import is_storage_url
from .common import RESET, AmazonCase, Reply, refusal
from .sent import DOCUMENT_ID, SIGNED_PATH, document

JSON = "application/json; charset=UTF-8"
DOCUMENT_PATH = f"/feeds/2021-06-30/documents/{DOCUMENT_ID}"
REPORT = "für".encode()
EXPIRED = Reply(403, "<Error><Code>AccessDenied</Code><Message>Expired</Message>")
AT_AMAZON = "https://tortuga-prod-eu.s3-eu-west-1.amazonaws.com"


class TestAddresses(AmazonCase):
    def test_amazon(self):
        for url in (
            AT_AMAZON,
            AT_AMAZON + SIGNED_PATH,
            AT_AMAZON + ":443/a?b=c%3D&d=e/f+g~",
            AT_AMAZON + "?a=b",
            "HTTPS://S3.AMAZONAWS.COM/bucket/key",
        ):
            self.assertTrue(is_storage_url(url, local=False), url)
            self.assertFalse(is_storage_url(url, local=True), url)

    def test_this_machine(self):
        for url in ("http://127.0.0.1:8069/a?b=c", "http://localhost/", "http://[::1]"):
            self.assertTrue(is_storage_url(url, local=True), url)
            self.assertFalse(is_storage_url(url, local=False), url)

    def test_neither(self):
        for url in (
            None,
            b"https://s3.amazonaws.com/",
            "",
            "https://amazonaws.com/",
            "https://evilamazonaws.com/",
            "https://s3.amazonaws.com.evil.example/",
            "https://evil.example/s3.amazonaws.com/",
            "https://evil.example?s3.amazonaws.com/",
            "https://evil.example#.amazonaws.com/",
            "https://evil.example\\.amazonaws.com/",
            "https://evil.example\n.amazonaws.com/",
            "https://s3.amazonaws.com@evil.example/",
            "https://user:x@s3.amazonaws.com/",
            "https://s3.amazonaws.com:8443/",
            "https://s3.amazonaws.com/a b",
            "https://s3.amazonaws.com/a\r\nb",
            "https://s3.amazonaws.com/a\\b",
            "https://s3.amazonaws.com/a#b",
            "https://s3.amazonaws.com/\n",
            "https://.amazonaws.com/",
            "http://s3.amazonaws.com/",
            "ftp://s3.amazonaws.com/",
            "//s3.amazonaws.com/",
            "http://127.0.0.1@evil.example/",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1\\@evil.example/",
            "http://10.0.0.1/",
            "file:///etc/passwd",
        ):
            for local in (True, False):
                self.assertFalse(is_storage_url(url, local=local), url)


class TestUpload(AmazonCase):
    def upload(self, url=None, content=b'{"a": 1}', **changes):
        url = url or self.amazon.url + SIGNED_PATH
        return self.seller(**changes).upload(url, content, JSON)

    def test_uploaded(self):
        self.amazon_answers(Reply(200))
        self.assertIsNone(self.upload())
        (call,) = self.amazon.calls
        self.assertEqual((call.method, call.path), ("PUT", "/documents/d%2F1"))
        self.assertEqual(
            call.query, {"X-Amz-Expires": "300", "X-Amz-Signature": "5ec2e7"}
        )
        self.assertEqual((call.headers["content-type"], call.body), (JSON, b'{"a": 1}'))
        self.assertEqual(call.headers["content-length"], "8")

    def test_storage_is_given_no_token(self):
        seller = self.seller()
        self.amazon_answers(refusal(404, "NotFound"), Reply(200))
        self.failure_of(NotFound, seller.get_feed, "1")
        seller.upload(self.amazon.url + SIGNED_PATH, b"x", JSON)
        self.assertEqual(
            set(self.amazon.calls[1].headers),
            {
                "host",
                "user-agent",
                "accept",
                "accept-encoding",
                "connection",
                "content-type",
                "content-length",
            },
        )
        self.assertNotIn("Atza", repr(self.amazon.calls[1]))

    def test_address_is_over(self):
        for reply in (
            EXPIRED,
            Reply(403),
            Reply(403, "<html>"),
            Reply(400, "<Error><Code>ExpiredToken</Code></Error>"),
            Reply(400, "<Error><Code>RequestTimeout</Code></Error>"),
        ):
            self.amazon_answers(reply)
            error = self.failure_of(LinkExpired, self.upload)
            self.assertIn("start again", error.message)
            self.assertEqual(error.operation, "upload")

    def test_may_be_done_again(self):
        for reply, reason in (
            (Reply(500, "<Error><Code>InternalError</Code></Error>"), "server"),
            (Reply(503, "<Error><Code>SlowDown</Code></Error>"), "server"),
            (Reply(429), "server"),
            (Reply(201), "answer"),
            (Reply(204), "answer"),
            (Reply(200, "{}"), "answer"),
            (Reply(200, "<html>Please sign in</html>"), "answer"),
            (Reply(307, "", {"Location": self.amazon.url}), "answer"),
            (RESET, "network"),
            (b"", "network"),
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                error = self.failure_of(Unavailable, self.upload)
                self.assertEqual(error.reason, reason)
        self.assertEqual(len(self.amazon.calls), 10)

    def test_refused(self):
        headers = {"x-amz-request-id": "4442587FB7D0A2F9"}
        body = "<Error><Code>EntityTooLarge</Code></Error>"
        self.amazon_answers(Reply(400, body, headers))
        error = self.failure_of(Rejected, self.upload)
        self.assertEqual(
            (error.code, error.request_id), ("EntityTooLarge", "4442587FB7D0A2F9")
        )

    def test_goes_nowhere_else(self):
        for url, changes in (
            ("https://evil.example/x", {}),
            (AT_AMAZON + SIGNED_PATH, {}),
            (self.amazon.url, {"environment": "production", "simulator_url": None}),
            (self.amazon.url, {"environment": "sandbox", "simulator_url": None}),
        ):
            with mock.patch("requests.Session.request") as request:
                error = self.failure_of(Unavailable, self.upload, url, **changes)
            self.assertEqual(error.reason, "answer")
            request.assert_not_called()
        self.assertEqual((self.amazon.calls, self.records), ([], []))

    def test_nothing_to_upload(self):
        for content in (b"", None, "text"):
            with self.assertRaises(ValueError):
                self.upload(content=content)


class TestDownload(AmazonCase):
    def download(self):
        return self.seller().download(DOCUMENT_ID)

    def at_amazon(self, **changes) -> Reply:
        return document(**{"url": self.amazon.url + SIGNED_PATH, **changes})

    def test_plain(self):
        self.amazon_answers(self.at_amazon(), Reply(200, REPORT))
        self.assertEqual(self.download(), REPORT)
        asked, fetched = self.amazon.calls
        self.assertEqual(
            (asked.method, asked.path, asked.query), ("GET", DOCUMENT_PATH, {})
        )
        self.assertEqual((fetched.method, fetched.path), ("GET", "/documents/d%2F1"))
        self.assertEqual(fetched.headers["accept-encoding"], "identity")
        self.assertNotIn("x-amz-access-token", fetched.headers)
        self.assertEqual(
            [record.operation for record in self.records],
            ["token", "getFeedDocument", "download"],
        )

    def test_packed(self):
        packed = gzip.compress(REPORT)
        for reply in (
            Reply(200, packed),
            Reply(200, packed, {"Content-Encoding": "gzip"}),
            Reply(200, packed, {"Content-Encoding": "identity"}),
        ):
            self.amazon_answers(self.at_amazon(compressionAlgorithm="GZIP"), reply)
            self.assertEqual(self.download(), REPORT)

    def test_empty(self):
        self.amazon_answers(self.at_amazon(), Reply(200))
        self.assertEqual(self.download(), b"")

    def test_never_a_part(self):
        packed = gzip.compress(REPORT * 100)
        for content in (packed[:-1], packed[:20], packed + b"x", REPORT, b""):
            with self.subTest(content):
                self.amazon_answers(
                    self.at_amazon(compressionAlgorithm="GZIP"), Reply(200, content)
                )
                error = self.failure_of(Unavailable, self.download)
                self.assertEqual(error.reason, "answer")
        cut = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + REPORT
        self.amazon_answers(self.at_amazon(), cut)
        self.failure_of(Unavailable, self.download)

    def test_never_too_much(self):
        bomb = gzip.compress(b"0" * 1000)
        with mock.patch.object(wire_module, "_LARGEST_BODY", 999):
            self.amazon_answers(
                self.at_amazon(compressionAlgorithm="GZIP"), Reply(200, bomb)
            )
            self.failure_of(Unavailable, self.download)
            self.amazon_answers(self.at_amazon(), Reply(200, b"0" * 1000))
            self.failure_of(Unavailable, self.download)

    def test_an_address_that_is_over_is_renewed_once(self):
        self.amazon_answers(
            self.at_amazon(), EXPIRED, self.at_amazon(), Reply(200, REPORT)
        )
        self.assertEqual(self.download(), REPORT)
        self.amazon_answers(self.at_amazon(), EXPIRED, self.at_amazon(), EXPIRED)
        self.failure_of(LinkExpired, self.download)
        self.assertEqual(len(self.amazon.calls), 8)

    def test_failures(self):
        for replies, error_class in (
            ([refusal(404, "NotFound")], NotFound),
            ([Reply(503, "<html>")], Unavailable),
            ([Reply(200, {"url": self.amazon.url})], Unavailable),
            ([self.at_amazon(feedDocumentId="another")], Unavailable),
            ([self.at_amazon(url="https://evil.example/x")], Unavailable),
            ([self.at_amazon(compressionAlgorithm="ZIP")], Unavailable),
            ([self.at_amazon(), Reply(404, "<Error>")], NotFound),
            ([self.at_amazon(), Reply(500, "<Error>")], Unavailable),
            ([self.at_amazon(), Reply(206, REPORT)], Unavailable),
            ([self.at_amazon(), Reply(304)], Unavailable),
            ([self.at_amazon(), RESET], Unavailable),
        ):
            with self.subTest(replies):
                self.amazon_answers(*replies)
                self.amazon.calls.clear()
                self.failure_of(error_class, self.download)
                self.assertEqual(len(self.amazon.calls), len(replies))

    def test_a_number_stays_in_its_place(self):
        self.amazon_answers(refusal(404, "NotFound"))
        self.failure_of(NotFound, self.seller().download, "a/b?c")
        self.assertEqual(
            self.amazon.calls[0].path, "/feeds/2021-06-30/documents/a%2Fb%3Fc"
        )
        with self.assertRaises(ValueError):
            self.seller().download(None)
