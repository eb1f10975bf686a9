"""Addresses that come from outside: those that pass lead where they seem to."""

import unittest
from urllib.parse import urlsplit

import requests
from urllib3.util import parse_url

from .. import is_loopback
from ..storage import is_storage_url
from .test_fuzz import JSON, given, settings, st

# Addresses put together of what one reader takes for this and another one for that.
SCHEMES = (
    *("https://", "http://", "HTTPS://", "//", "https:", "ftp://", "https:\\\\", ""),
)
USERS = ("", "", "evil.com@", "evil.com:443@", "a.amazonaws.com@", "evil.com\\@", "@")
HOSTS = (
    *("x.s3.eu-west-1.amazonaws.com", "amazonaws.com", "x.amazonaws.com.evil.com"),
    *("evil.com", "xamazonaws.com", "x.amazonaws.com.", "x.amazonaws。com"),
    *("127.0.0.1", "[::1]", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"),
    *("localhost", "localhost.evil.com", "127.0.0.1.nip.io", "169.254.169.254", ""),
)
PORTS = ("", "", ":443", ":80", ":8443", ":", ":0", ":99999", ":443@evil.com", ":a")
PATHS = (
    *("", "/", "/x?X-Amz-Signature=1", "#@evil.com/", "/@evil.com", "\\evil.com"),
    *("?@evil.com", "\t.evil.com", " .evil.com", "\r\nHost: evil.com", "/ü"),
)
URLS = st.tuples(*map(st.sampled_from, (SCHEMES, USERS, HOSTS, PORTS, PATHS)))


class TestAddresses(unittest.TestCase):
    """What passes leads where it says, whoever reads it."""

    def hosts(self, url):
        """Ask each library which host an address names.

        :return set: the host as each library on the way sees it
        """
        prepared = requests.Request("GET", url).prepare().url
        found = {urlsplit(each).hostname for each in (url, prepared)}
        return found | {parse_url(each).host.strip("[]") for each in (url, prepared)}

    @settings(max_examples=1500)
    @given(URLS)
    def test_documents_lie_at_amazon(self, parts):
        url = "".join(parts)
        if is_storage_url(url, local=False):
            self.assertEqual(url[:8].lower(), "https://")
            for host in self.hosts(url):
                self.assertTrue(host.lower().endswith(".amazonaws.com"), url)
        if is_storage_url(url, local=True):
            self.assertLessEqual(self.hosts(url), {"localhost", "127.0.0.1", "::1"})

    @settings(max_examples=1500)
    @given(URLS)
    def test_the_simulator_runs_on_this_machine(self, parts):
        url = "".join(parts)
        if is_loopback(url):
            self.assertLessEqual(self.hosts(url), {"localhost", "127.0.0.1", "::1"})

    @given(st.text() | JSON)
    def test_any_address(self, url):
        self.assertFalse(is_storage_url(url, local=False))
        self.assertFalse(is_loopback(url))
