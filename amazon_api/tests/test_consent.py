from urllib.parse import parse_qs, parse_qsl, urlsplit

from .. import ConfigError, Throttled, Unavailable, consent_url, exchange_code
from .common import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, AmazonCase, Reply
from .secrets_case import SecretsCase

APPLICATION = "amzn1.sp.solution.0a1b2c3d-0000-4000-8000-5ec2e7000000"
BACK = "https://odoo.example.com/amazon_connector/return"
EUROPE = "https://sellercentral-europe.amazon.com"


class ConsentCase(AmazonCase):
    def exchange(self, **changes):
        options = {
            "credentials": (CLIENT_ID, CLIENT_SECRET),
            "code": "RHmcJMIWjyTw",
            "redirect_uri": BACK,
            "region": "eu",
            "environment": "simulator",
            "simulator_url": self.amazon.url,
            "clock": self.clock,
            "on_call": self.records.append,
        }
        return exchange_code(**{**options, **changes})


class TestConsentAddress(AmazonCase):
    def asked(self, *args, **kwargs):
        url = urlsplit(consent_url(*args, **kwargs))
        return f"{url.scheme}://{url.netloc}{url.path}", dict(parse_qsl(url.query))

    def test_a3_is_of_the_seller_central_that_is_named(self):
        for base in (
            EUROPE,
            "https://sellercentral.amazon.com",
            "https://sellercentral.amazon.co.jp",
            "https://sellercentral.amazon.com.tr/",
            "http://127.0.0.1:8199",
        ):
            address, query = self.asked(base, APPLICATION, "s t&e", BACK)
            self.assertEqual(address, base.rstrip("/") + "/apps/authorize/consent")
            self.assertEqual(
                query,
                {
                    "application_id": APPLICATION,
                    "state": "s t&e",
                    "redirect_uri": BACK,
                },
            )

    def test_a3_a_draft_needs_its_beta_version(self):
        _address, query = self.asked(EUROPE, APPLICATION, "s", BACK, is_draft=True)
        self.assertEqual(query["version"], "beta")

    def test_a3_leads_nowhere_else(self):
        for base in (
            "",
            "http://sellercentral.amazon.com",
            "https://sellercentral.amazon.com.evil.example",
            "https://sellercentral.amazon.evil",
            "https://sellercentral.amazon.com@evil.example",
            "https://sellercentral.amazon.com/x",
            "https://10.0.0.1",
            "javascript:alert(1)",
        ):
            with self.subTest(base):
                error = self.failure_of(
                    ConfigError, consent_url, base, APPLICATION, "s", BACK
                )
                self.assertEqual(error.reason, "address")

    def test_a3_client_id_is_not_taken_for_the_application(self):
        for wrong in (CLIENT_ID, "", None, APPLICATION + "&x=y"):
            error = self.failure_of(ConfigError, consent_url, EUROPE, wrong, "s", BACK)
            self.assertEqual(error.reason, "credentials")


class TestExchange(ConsentCase):
    def test_a3_asks_as_amazon_documents(self):
        answer = {
            "access_token": "Atza|x",
            "refresh_token": REFRESH_TOKEN,
            "token_type": "bearer",
            "expires_in": 3600,
        }
        self.amazon.token_replies = [Reply(200, answer)]
        self.assertEqual(self.exchange(), REFRESH_TOKEN)
        (asked,) = self.amazon.token_calls
        self.assertEqual(
            parse_qs(asked.body.decode()),
            {
                "grant_type": ["authorization_code"],
                "code": ["RHmcJMIWjyTw"],
                "redirect_uri": [BACK],
                "client_id": [CLIENT_ID],
                "client_secret": [CLIENT_SECRET],
            },
        )
        self.assertEqual([record.status for record in self.records], [200])

    def test_a3_what_can_go_wrong(self):
        for reply, error_class, reason in (
            (Reply(400, {"error": "invalid_grant"}), ConfigError, "consent"),
            (Reply(401, {"error": "invalid_client"}), ConfigError, "credentials"),
            (Reply(200, {"access_token": "Atza|x"}), Unavailable, "answer"),
            (Reply(200, {"refresh_token": "a b"}), Unavailable, "answer"),
            (Reply(503, "<html>"), Unavailable, "server"),
            (Reply(302, "", {"Location": "http://x/"}), Unavailable, "answer"),
            (Reply(429, {}), Throttled, None),
        ):
            with self.subTest(reply):
                self.amazon.token_replies = [reply]
                error = self.failure_of(error_class, self.exchange)
                self.assertEqual(getattr(error, "reason", None), reason)
        self.assertEqual(len(self.amazon.token_calls), 7, "no try was repeated")

    def test_a3_nothing_is_asked_without_a_code(self):
        for parts in ({"code": ""}, {"credentials": ("", "s")}):
            error = self.failure_of(ConfigError, self.exchange, **parts)
            self.assertEqual(error.reason, "credentials")
        self.assertEqual(self.amazon.token_calls, [])


class TestSecretsOfTheExchange(SecretsCase, ConsentCase):
    def test_a6_neither_code_nor_tokens_show(self):
        good = {"refresh_token": REFRESH_TOKEN, "access_token": "Atza|x"}
        self.amazon.token_replies = [
            Reply(200, good),
            Reply(400, {"error": "invalid_grant", "error_description": REFRESH_TOKEN}),
        ]
        self.exchange()
        error = self.failure_of(ConfigError, self.exchange)
        self.assert_clean(self.shown(error), "RHmcJMIWjyTw")
