import os
from unittest import mock

import requests

from .. import Throttled, Unavailable
from .common import RESET, AmazonCase, Reply, page


class TestTransport(AmazonCase):
    def test_no_proxy_and_no_password_file_for_this_machine(self):
        netrc = os.path.join(os.path.dirname(__file__), "no-such-netrc")
        environment = {
            "HTTP_PROXY": "http://127.0.0.1:9",
            "http_proxy": "http://127.0.0.1:9",
            "ALL_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "",
            "no_proxy": "",
            "NETRC": netrc,
        }
        self.amazon_answers(page(), page())
        with mock.patch.dict(os.environ, environment):
            with mock.patch("requests.sessions.get_netrc_auth") as get_netrc_auth:
                self.search()
                self.search(self.seller(session=requests.Session()))
        get_netrc_auth.assert_not_called()
        self.assertNotIn("authorization", self.amazon.calls[0].headers)

    def test_waits_five_seconds_to_connect_and_thirty_for_an_answer(self):
        refused = requests.ConnectionError("no")
        send = mock.patch("requests.adapters.HTTPAdapter.send", side_effect=refused)
        with send as sent:
            self.failure_of(Unavailable, self.search)
        self.assertEqual(sent.call_args.kwargs["timeout"], (5, 30))

    def test_one_connection_serves_a_job(self):
        partner = self.seller()
        self.amazon_answers(page(), Reply(503, "<html>"), page(), page())
        self.search(partner)
        self.failure_of(Unavailable, self.search, partner)
        self.search(partner)
        self.search(partner)
        self.assertEqual(self.amazon.connections, 1)

    def test_cookies_are_not_kept(self):
        partner = self.seller()
        self.amazon_answers(Reply(200, {"orders": []}, {"Set-Cookie": "a=b"}), page())
        self.search(partner)
        self.search(partner)
        self.assertNotIn("cookie", self.amazon.calls[1].headers)

    def test_host_header_is_right(self):
        self.amazon_answers(page())
        self.search()
        self.assertEqual(
            f"http://{self.amazon.calls[0].headers['host']}", self.amazon.url
        )

    def test_given_session_stays_open(self):
        session = mock.Mock(wraps=requests.Session())
        self.amazon_answers(page())
        with self.seller(session=session) as partner:
            self.search(partner)
        session.close.assert_not_called()
        self.assertEqual(session.request.call_count, 2)

    def test_hook_gets_every_call(self):
        headers = {"x-amzn-RateLimit-Limit": "0.5", "x-amzn-RequestId": "abc-1"}
        self.amazon_answers(Reply(200, {"orders": []}, headers), RESET)
        partner = self.seller()
        self.search(partner)
        self.failure_of(Unavailable, self.search, partner)
        reported = [
            (r.operation, r.method, r.status, r.request_id, r.rate_limit, r.error)
            for r in self.records
        ]
        self.assertEqual(
            reported,
            [
                ("token", "POST", 200, None, None, None),
                ("searchOrders", "GET", 200, "abc-1", 0.5, None),
                ("searchOrders", "GET", None, None, None, "Unavailable"),
            ],
        )

    def test_hook_that_fails_spoils_nothing(self):
        def hook(_record):
            raise KeyError("broken")

        self.amazon_answers(page())
        self.search(self.seller(on_call=hook))

    def test_stated_rate_is_adopted(self):
        partner = self.seller()
        headers = {"x-amzn-RateLimit-Limit": "2.0"}
        self.amazon_answers(*[Reply(200, {"orders": []}, headers)] * 20)
        for _call in range(20):
            self.search(partner)
        error = self.failure_of(Throttled, self.search, partner)
        self.assertAlmostEqual(error.retry_after, 0.5)
        self.assertEqual(len(self.amazon.calls), 20)
