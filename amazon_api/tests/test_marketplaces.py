import unittest

from .. import ConfigError, Endpoints, endpoints, is_loopback

HERE = (
    "http://localhost",
    "http://localhost:8199",
    "http://LOCALHOST:8199/",
    "https://localhost:1",
    "http://127.0.0.1:65535",
    "http://127.8.9.10",
    "http://[::1]:8199/",
)
ELSEWHERE = (
    "",
    None,
    False,
    42,
    b"http://localhost",
    "localhost:8199",
    "ftp://localhost",
    "file:///etc/passwd",
    "http://",
    "http://127.0.0.1@evil.com",
    "http://localhost:80@evil.com",
    "http://evil.com#@localhost",
    "http://evil.com\\@localhost",
    "http://localhost\\.evil.com",
    "http://localhost.evil.com",
    "http://localhost.",
    "http://127.0.0.1.evil.com",
    "http://127.1",
    "http://2130706433",
    "http://0177.0.0.1",
    "http://127.0.0.256",
    "http://0.0.0.0",
    "http://128.0.0.1",
    "http://10.0.0.1",
    "http://[::]",
    "http://[::ffff:127.0.0.1]",
    "http://[fe80::1]",
    "http://localhost:0",
    "http://localhost:65536",
    "http://localhost:99999",
    "http://localhost:",
    "http://localhost:-1",
    "http://localhost:8199/api",
    "http://localhost//",
    "http://localhost/../..",
    "http://localhost?x=1",
    "http://localhost#x",
    "http://localhost\n",
    "http://local\thost",
    " http://localhost",
    "http://localhost\r\nHost: evil.com",
    "http://user:secret@127.0.0.1",
    "http://ⓛocalhost",
    "http://127.0.0.１",
    "http://%6cocalhost",
)


class TestLoopback(unittest.TestCase):
    def test_this_machine(self):
        for url in HERE:
            self.assertTrue(is_loopback(url), url)

    def test_any_other_place(self):
        for url in ELSEWHERE:
            self.assertFalse(is_loopback(url), url)


class TestEndpoints(unittest.TestCase):
    def test_production(self):
        self.assertEqual(
            [endpoints(region, "production").api for region in ("na", "eu", "fe")],
            [
                "https://sellingpartnerapi-na.amazon.com",
                "https://sellingpartnerapi-eu.amazon.com",
                "https://sellingpartnerapi-fe.amazon.com",
            ],
        )
        self.assertEqual(
            endpoints("eu", "production").token_url,
            "https://api.amazon.com/auth/o2/token",
        )

    def test_sandbox_signs_in_at_the_same_place(self):
        self.assertEqual(
            endpoints("fe", "sandbox"),
            Endpoints(
                "https://sandbox.sellingpartnerapi-fe.amazon.com",
                "https://api.amazon.com/auth/o2/token",
            ),
        )

    def test_simulator_serves_both(self):
        self.assertEqual(
            endpoints("na", "simulator", "http://127.0.0.1:8199/"),
            Endpoints("http://127.0.0.1:8199", "http://127.0.0.1:8199/auth/o2/token"),
        )

    def test_simulator_elsewhere_is_refused(self):
        for url in ELSEWHERE:
            with self.assertRaises(ConfigError) as caught:
                endpoints("eu", "simulator", url)
            self.assertEqual(caught.exception.reason, "address")
            if isinstance(url, str) and len(url) > 20:
                self.assertNotIn(url, str(caught.exception))

    def test_production_does_not_look_at_the_simulator(self):
        self.assertEqual(
            endpoints("eu", "production", "http://127.0.0.1:1").api,
            "https://sellingpartnerapi-eu.amazon.com",
        )

    def test_unknown_names(self):
        for region, environment, reason in (
            ("us", "production", "region"),
            (False, "production", "region"),
            ("eu", "staging", "address"),
        ):
            with self.assertRaises(ConfigError) as caught:
                endpoints(region, environment)
            self.assertEqual(caught.exception.reason, reason)
