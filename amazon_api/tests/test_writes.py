import time
from unittest import mock

import requests

from .. import OutcomeUnknown, Rejected, Throttled, Unavailable
from .. import wire as wire_module
from ..operations import Operation
from ..throttle import PUBLISHED, Quota
from .common import RESET, AmazonCase, Reply, refusal

WRITE = Operation("writeSomething", method="POST", status=204, idempotent=False)


class TestWrites(AmazonCase):
    """The road of all writes."""

    def setUp(self):
        super().setUp()
        quota = mock.patch.dict(PUBLISHED, {WRITE.name: Quota(10, 100)})
        quota.start()
        self.addCleanup(quota.stop)

    def write(self, partner=None):
        transport = (partner or self.seller())._transport
        return transport.call(WRITE, "/orders/v0/orders/1/x", body=b"{}")

    def test_done(self):
        self.amazon_answers(Reply(204))
        self.assertEqual(self.write(), {})
        self.assertEqual(self.amazon.calls[0].method, "POST")
        self.assertEqual(self.amazon.calls[0].body, b"{}")

    def test_a_lost_answer_is_an_open_question(self):
        for reply in (
            RESET,
            b"",
            Reply(200, {}),
            Reply(202),
            Reply(302),
            Reply(403, "<html>"),
            Reply(500, {"message": "x"}),
            Reply(503, "<html>"),
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                self.failure_of(OutcomeUnknown, self.write)

    def test_a_late_answer_is_an_open_question(self):
        self.amazon_answers(lambda: time.sleep(0.2) or Reply(204))
        with mock.patch.object(wire_module, "TIMEOUT", (0.1, 0.1)):
            self.failure_of(OutcomeUnknown, self.write)

    def test_an_open_question_is_not_asked_again_with_another_token(self):
        """A gateway's 403 may hide what became of the write."""
        partner = self.seller()
        self.amazon_answers(Reply(204))
        self.write(partner)
        self.amazon_answers(Reply(403, "<html>"), Reply(204))
        self.failure_of(OutcomeUnknown, self.write, partner)
        self.assertEqual(len(self.amazon.calls), 2)

    def test_a_token_that_is_over_is_replaced(self):
        partner = self.seller()
        self.amazon_answers(Reply(204))
        self.write(partner)
        self.amazon_answers(refusal(403, "Unauthorized"), Reply(204))
        self.write(partner)
        self.assertEqual(len(self.amazon.token_calls), 2)

    def test_refused_is_known(self):
        self.amazon_answers(refusal(400, "InvalidInput"))
        self.failure_of(Rejected, self.write)
        self.amazon_answers(Reply(429))
        self.failure_of(Throttled, self.write)

    def test_what_never_left_is_known(self):
        partner = self.seller()
        self.amazon_answers(Reply(204))
        self.write(partner)
        self.amazon.close()
        partner._wire._session.close()
        error = self.failure_of(Unavailable, self.write, partner)
        self.assertEqual(error.reason, "network")

    def test_an_older_failure_proves_nothing(self):
        """The caller may be busy with a connection that was refused before."""
        refused = requests.ConnectTimeout("earlier")
        self.amazon_answers(RESET)
        try:
            raise refused
        except requests.ConnectTimeout:
            self.failure_of(OutcomeUnknown, self.write)
