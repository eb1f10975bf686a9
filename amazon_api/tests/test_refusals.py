from .. import Rejected, Throttled, Unavailable
from .common import AmazonCase, Reply, page, refusal


class TestRefusals(AmazonCase):
    def test_quota_exceeded(self):
        for reply in (
            refusal(429, "QuotaExceeded", "You exceeded your quota"),
            Reply(429, {"message": "Too Many Requests"}),
            Reply(429, "<html>"),
        ):
            self.amazon_answers(reply)
            error = self.failure_of(Throttled, self.search)
            self.assertAlmostEqual(error.retry_after, 1 / 0.0056, places=3)
            self.assertEqual(
                (error.retry_at - self.clock()).total_seconds(), error.retry_after
            )

    def test_after_a_429_no_call_goes_out_before_its_time(self):
        partner = self.seller()
        self.amazon_answers(Reply(429, "", {"Retry-After": "40"}), page())
        self.assertEqual(
            self.failure_of(Throttled, self.search, partner).retry_after, 40
        )
        self.clock.pass_seconds(39)
        self.failure_of(Throttled, self.search, partner)
        self.assertEqual(len(self.amazon.calls), 1)
        self.clock.pass_seconds(1)
        self.search(partner)

    def test_refused_for_good(self):
        for status, code in (
            (400, "InvalidInput"),
            (409, "Conflict"),
            (413, "RequestTooLarge"),
            (415, "UnsupportedMediaType"),
            (422, "Unprocessable"),
        ):
            self.amazon_answers(refusal(status, code, "Invalid Input"))
            error = self.failure_of(Rejected, self.search)
            self.assertEqual((error.status, error.code), (status, code))
            self.assertIn("Invalid Input", str(error))

    def test_html_of_a_request_amazon_does_not_take(self):
        self.amazon_answers(Reply(400, "<html>Bad Request</html>"))
        self.assertIsNone(self.failure_of(Rejected, self.search).code)

    def test_a_refusal_that_is_not_whole_proves_nothing(self):
        for status in (401, 403, 404):
            for body, headers in (("<html>", {}), ("{", {"Content-Encoding": "gzip"})):
                reply = Reply(status, body, headers)
                self.amazon_answers(reply, reply)
                error = self.failure_of(Unavailable, self.search)
                self.assertEqual((error.status, error.reason), (status, "answer"))

    def test_request_id_is_kept(self):
        headers = {"x-amzn-RequestId": "7d1e2f30-aaaa"}
        self.amazon_answers(refusal(400, "InvalidInput", **headers))
        error = self.failure_of(Rejected, self.search)
        self.assertEqual(error.request_id, "7d1e2f30-aaaa")
        self.assertIn("request 7d1e2f30-aaaa", str(error))
