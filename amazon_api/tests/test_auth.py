import threading
import time
from urllib.parse import parse_qs

from .. import ConfigError, Credentials, Throttled, Unavailable
from .common import (
    ACCESS_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    REFRESH_TOKEN,
    RESET,
    AmazonCase,
    Reply,
    page,
    refusal,
)


class TestSignIn(AmazonCase):
    def tokens_used(self):
        return [call.headers["x-amz-access-token"] for call in self.amazon.calls]

    def test_asks_as_amazon_documents(self):
        self.amazon_answers(page())
        self.search()
        (asked,) = self.amazon.token_calls
        self.assertEqual(asked.method, "POST")
        self.assertTrue(
            asked.headers["content-type"].startswith(
                "application/x-www-form-urlencoded"
            )
        )
        self.assertEqual(
            parse_qs(asked.body.decode()),
            {
                "grant_type": ["refresh_token"],
                "refresh_token": [REFRESH_TOKEN],
                "client_id": [CLIENT_ID],
                "client_secret": [CLIENT_SECRET],
            },
        )
        self.assertEqual(self.tokens_used(), [f"{ACCESS_TOKEN}1"])

    def test_token_is_shared_until_shortly_before_it_expires(self):
        self.amazon_answers(page(), page(), page())
        self.search()
        self.clock.pass_seconds(3539)
        self.search()
        self.assertEqual(len(self.amazon.token_calls), 1)
        self.clock.pass_seconds(1)
        self.search()
        self.assertEqual(
            self.tokens_used(),
            [f"{ACCESS_TOKEN}1", f"{ACCESS_TOKEN}1", f"{ACCESS_TOKEN}2"],
        )

    def test_stated_lifetime_counts(self):
        for stated, wait, fetched in (
            (120, 59, 1),
            ("120", 60, 2),
            (0, 0, 2),
            (None, 3539, 1),
            ("soon", 3540, 2),
            (-5, 0, 2),
        ):
            with self.subTest(stated):
                self.setUp()
                answer = {"access_token": "t", "expires_in": stated}
                self.amazon.token_replies = [Reply(200, answer)]
                self.amazon_answers(page(), page())
                self.search()
                self.clock.pass_seconds(wait)
                self.search()
                self.assertEqual(len(self.amazon.token_calls), fetched)

    def test_clock_that_went_back_does_not_keep_a_token_forever(self):
        self.amazon_answers(page(), page())
        self.search()
        self.clock.pass_seconds(-86_400)
        self.search()
        self.assertEqual(len(self.amazon.token_calls), 2)

    def test_any_changed_key_is_another_token(self):
        keys = (CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN)
        changed = [keys, *(keys[:i] + ("other",) + keys[i + 1 :] for i in range(3))]
        self.amazon_answers(*[page() for _key in changed * 2])
        for parts in changed * 2:
            self.search(self.seller(credentials=Credentials(*parts)))
        self.assertEqual(len(self.amazon.token_calls), 4)

    def test_many_sellers_do_not_push_each_other_out(self):
        sellers = [
            self.seller(credentials=Credentials("id", "secret", f"refresh {i}"))
            for i in range(25)
        ]
        self.amazon_answers(*[page() for _seller in sellers * 2])
        for seller in sellers * 2:
            self.search(seller)
        self.assertEqual(len(self.amazon.token_calls), 25)

    def test_ten_cold_threads_sign_in_once(self):
        def slowly():
            time.sleep(0.05)
            return Reply(200, {"access_token": "t", "expires_in": 3600})

        self.amazon.token_replies = [slowly]
        self.amazon_answers(*[page() for _thread in range(10)])
        sellers = [self.seller() for _thread in range(10)]
        threads = [threading.Thread(target=self.search, args=(s,)) for s in sellers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(self.amazon.token_calls), 1)
        self.assertEqual(len(self.amazon.calls), 10)


class TestExpiredToken(AmazonCase):
    def test_is_replaced_once(self):
        expired = refusal(403, "Unauthorized", "The access token has expired.")
        for denied in (expired, Reply(401, {"message": "Unauthorized"}), Reply(403)):
            with self.subTest(denied):
                self.setUp()
                partner = self.seller()
                self.amazon_answers(page(), denied, page())
                self.search(partner)
                self.search(partner)
                self.assertEqual(len(self.amazon.token_calls), 2)
                used = [c.headers["x-amz-access-token"] for c in self.amazon.calls]
                self.assertEqual(used[1:], [f"{ACCESS_TOKEN}1", f"{ACCESS_TOKEN}2"])

    def test_denied_again_is_a_missing_role(self):
        partner = self.seller()
        denied = refusal(403, "Unauthorized", "Access to requested resource is denied.")
        self.amazon_answers(page(), denied, denied)
        self.search(partner)
        error = self.failure_of(ConfigError, self.search, partner)
        self.assertEqual((error.reason, error.code), ("role", "Unauthorized"))
        self.assertEqual(len(self.amazon.calls), 3)

    def test_a_fresh_token_that_is_denied_is_not_tried_twice(self):
        self.amazon_answers(Reply(403, {"message": "Forbidden"}))
        error = self.failure_of(ConfigError, self.search)
        self.assertEqual((error.reason, error.status), ("role", 403))
        self.assertEqual(len(self.amazon.calls), 1)

    def test_denied_token_is_not_used_by_the_next_call(self):
        self.amazon_answers(Reply(403, {"message": "Forbidden"}), page())
        self.failure_of(ConfigError, self.search)
        self.search()
        self.assertEqual(len(self.amazon.token_calls), 2)

    def test_a_page_of_some_gateway_is_no_missing_role(self):
        self.amazon_answers(Reply(403, "<html>Request blocked</html>"))
        error = self.failure_of(Unavailable, self.search)
        self.assertEqual(error.reason, "answer")

    def test_another_region_is_recognized(self):
        for text in (
            "The marketplaces you provided are not valid for region eu-west-1",
            "marketplaceIds are not valid for the seller and region",
        ):
            for status in (400, 403):
                self.amazon_answers(refusal(status, "InvalidInput", text))
                error = self.failure_of(ConfigError, self.search)
                self.assertEqual(error.reason, "region")

    def test_second_try_needs_a_call_of_the_quota(self):
        partner = self.seller()
        self.amazon_answers(*[page()] * 19, refusal(403, "Unauthorized"))
        for _call in range(19):
            self.search(partner)
        self.failure_of(Throttled, self.search, partner)
        self.assertEqual(len(self.amazon.calls), 20)


class TestRefusedSignIn(AmazonCase):
    def sign_in_fails(self, reply, error_class):
        self.amazon.token_replies = [reply]
        error = self.failure_of(error_class, self.search)
        self.assertEqual(self.amazon.calls, [])
        self.assertEqual(error.operation, "token")
        return error

    def test_wrong_keys(self):
        for status, code in (
            (401, "invalid_client"),
            (400, "unauthorized_client"),
            (400, "invalid_request"),
            (403, "access_denied"),
        ):
            error = self.sign_in_fails(
                Reply(status, {"error": code, "error_description": "No."}), ConfigError
            )
            self.assertEqual((error.reason, error.code), ("credentials", code))

    def test_revoked_consent(self):
        error = self.sign_in_fails(Reply(400, {"error": "invalid_grant"}), ConfigError)
        self.assertEqual(error.reason, "consent")

    def test_passing_errors(self):
        for reply, reason in (
            (Reply(500, {"error": "server_error"}), "server"),
            (Reply(503, "<html>"), "server"),
            (Reply(502), "server"),
            (Reply(403, "<html>"), "answer"),
            (Reply(302, "", {"Location": "http://127.0.0.1:9/"}), "answer"),
            (Reply(200, "<html>"), "answer"),
            (Reply(200, {}), "answer"),
            (Reply(200, {"access_token": ""}), "answer"),
            (Reply(200, {"access_token": None}), "answer"),
            (Reply(200, {"access_token": "a\r\nb: c"}), "answer"),
            (Reply(200, '{"access_token": "t"'), "answer"),
            (RESET, "network"),
        ):
            with self.subTest(reply):
                error = self.sign_in_fails(reply, Unavailable)
                self.assertEqual(error.reason, reason)

    def test_busy(self):
        error = self.sign_in_fails(Reply(429, {"error": "slow_down"}), Throttled)
        self.assertEqual(error.retry_after, 60)
        self.assertEqual((error.retry_at - self.clock()).total_seconds(), 60)

    def test_failed_sign_in_costs_no_call_of_the_quota(self):
        partner = self.seller()
        self.amazon.token_replies = [Reply(503)] * 20
        for _try in range(20):
            self.failure_of(Unavailable, self.search, partner)
        self.amazon_answers(page())
        self.search(partner)

    def test_empty_keys_make_no_call(self):
        for parts in (("", "s", "r"), ("i", None, "r"), ("i", "s", "  "), (False,) * 3):
            error = self.failure_of(ConfigError, Credentials, *parts)
            self.assertEqual(error.reason, "credentials")

    def test_blanks_of_copy_and_paste_do_no_harm(self):
        keys = Credentials(" id\n", "\tsecret ", "refresh\r\n")
        self.assertEqual(
            (keys.client_id, keys.client_secret, keys.refresh_token),
            ("id", "secret", "refresh"),
        )
