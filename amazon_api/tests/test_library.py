import os
import sys
import tempfile
from pathlib import Path
from unittest import mock

import httpx

from .. import Credentials, library
from ..operations import (
    CREATE_FEED,
    CREATE_REPORT,
    GET_INVENTORY_SUMMARIES,
    SEARCH_ORDERS,
)
from .common import GERMANY, AmazonCase, Reply, page

OTHER_SELLER = {
    "SP_API_DEFAULT_MARKETPLACE": "JP",
    "LWA_APP_ID": "other-app",
    "LWA_CLIENT_SECRET": "other-secret",
    "SP_API_REFRESH_TOKEN": "other-refresh",
    "SP_API_REFRESH_TOKEN_default": "other-refresh",
    "SP_API_AWS_SECRET_ID": "other",
    "AWS_ENV": "SANDBOX",
}


class TestNobodyElse(AmazonCase):
    """Neither the environment nor a file leads to another seller."""

    def test_environment_and_files_are_not_read(self):
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home, ".config", "python-sp-api")
            folder.mkdir(parents=True)
            Path(folder, "credentials.yml").write_text(
                "default:\n  refresh_token: other-refresh\n  lwa_app_id: other-app\n"
                "  lwa_client_secret: other-secret\n"
            )
            with mock.patch.dict(os.environ, {**OTHER_SELLER, "HOME": home}):
                self.amazon_answers(page(), Reply(200, {"payload": []}))
                self.search()
                self.seller().get_marketplace_participations()
        self.assertEqual(len(self.amazon.calls), 2)
        self.assertEqual(self.amazon.calls[0].query["marketplaceIds"], GERMANY)
        for call in self.amazon.token_calls:
            self.assertNotIn(b"other", call.body)

    def test_garbage_in_the_environment_stops_nothing(self):
        """Values the library would refuse while it is imported."""
        for name in [n for n in sys.modules if n.split(".")[0] == "sp_api"]:
            self.addCleanup(sys.modules.__setitem__, name, sys.modules.pop(name))
        library._carried_class.cache_clear()
        self.addCleanup(library._carried_class.cache_clear)
        garbage = {
            "AWS_ENV": "staging",
            "SP_API_DEFAULT_MARKETPLACE": "XX",
            "SP_API_AUTH_CACHE_SIZE": "many",
        }
        self.amazon_answers(page())
        with mock.patch.dict(os.environ, garbage):
            self.search()
            self.assertEqual({n: os.environ.get(n) for n in garbage}, garbage)

    def test_not_one_byte_goes_through_httpx(self):
        self.amazon_answers(page(), Reply(200, {"payload": []}))
        forbidden = mock.Mock(side_effect=AssertionError("httpx was used"))
        with mock.patch.multiple(
            httpx, Client=forbidden, request=forbidden, get=forbidden, post=forbidden
        ):
            partner = self.seller(credentials=Credentials("a", "b", "c"))
            self.search(partner)
            partner.get_marketplace_participations()

    def test_the_library_holds_no_secret(self):
        endpoint = library.orders(self.seller()._transport, SEARCH_ORDERS)
        self.assertEqual(set(vars(endpoint)), {"_carrier", "_operation"})
        for name in ("headers", "auth", "grantless_auth"):
            with self.assertRaises(TypeError):
                getattr(endpoint, name)
        for name in ("close", "_request_grantless_operation"):
            with self.assertRaises(TypeError):
                getattr(endpoint, name)()

    def test_a_library_that_changed_is_noticed(self):
        endpoint = library.orders(self.seller()._transport, SEARCH_ORDERS)
        with self.assertRaises(TypeError):
            endpoint._request("/x", params={"method": "POST"})
        with self.assertRaises(TypeError):
            endpoint._request("/x", data={"a": 1})
        endpoint = library.feeds(self.seller()._transport, CREATE_FEED)
        with self.assertRaises(TypeError):
            endpoint._request("/x", data={"method": "PUT"})
        with self.assertRaises(TypeError):
            endpoint._request("/x", params={"a": 1}, data={"b": 2})

    def test_no_marketplace_is_slipped_in(self):
        """The library looks at its own one even when it was told another."""
        for build, operation in (
            (library.inventory, GET_INVENTORY_SUMMARIES),
            (library.reports, CREATE_REPORT),
        ):
            endpoint = build(self.seller()._transport, operation)
            self.assertIsNone(endpoint.marketplace_id)

    def test_building_is_cheap(self):
        with mock.patch("requests.Session.request") as request:
            for _seller in range(50):
                self.seller().close()
        request.assert_not_called()
