import contextlib
import io
import json
import types
import unittest
from unittest import mock

from dev import models, python_env
from dev.console import DevError
from sim import contract

from .common import DevCase

MODEL = {
    "paths": {
        "/orders": {
            "parameters": [],
            "get": {
                "operationId": "searchOrders",
                "parameters": [{"name": "by", "enum": ["MERCHANT"]}],
            },
        }
    },
    "definitions": {
        "Order": {
            "properties": {
                "orderId": {"type": "string"},
                "kind": {"description": "One of `PRIME`, `BUSINESS`."},
            }
        },
        "Late": {"allOf": [{"properties": {"since": {"enum": ["DAY"]}}}]},
    },
}
CALLS = "class Api:\n    def search_orders_with_http_info(self):\n        pass\n"
CLASS = """
class Order:
    '''An order.

    **Possible values**: `PRIME`, `MOON`
    '''
    SHIPPED = 'SHIPPED'
    attribute_map = {'order_id': 'orderId', 'moon_phase': 'moonPhase'}

    def by(self, value):
        allowed_values = ["MERCHANT", "MARTIAN"]
"""


class TestWords(DevCase):
    def setUp(self):
        super().setUp()
        apis = {"orders": "orders_v1"}
        self.patch(mock.patch.object(models, "APIS", apis))
        (self.folder / "orders.json").write_text(json.dumps(MODEL))
        self.words = models.of_models(self.folder)

    def client(self):
        """Install a client with one class and return its Python."""
        place = self.folder / "venv/lib/python3.11/site-packages/spapi"
        for kind, name, text in (
            ("api", "orders_api.py", CALLS),
            ("models", "order.py", CLASS),
        ):
            (place / kind / "orders_v1").mkdir(parents=True)
            (place / kind / "orders_v1" / name).write_text(text)
        return self.folder / "venv/bin/python"

    def test_words_of_a_model(self):
        self.assertEqual(
            self.words,
            {
                "orders": {
                    "operation": {"searchorders"},
                    "field": {"order.orderid", "order.kind", "late.since"},
                    "value": {"MERCHANT", "PRIME", "BUSINESS", "DAY"},
                }
            },
        )

    def test_what_the_client_knows_beyond_it(self):
        found = models.of_client(self.client())
        self.assertEqual(
            models.news(found, models.merge({}, self.words)),
            [
                "orders: field order.moonphase",
                "orders: value MARTIAN",
                "orders: value MOON",
                "orders: value SHIPPED",
            ],
        )

    def test_news_are_printed_until_they_were_looked_at(self):
        self.patch(mock.patch.object(models, "SEEN", self.folder / "seen.json"))
        self.patch(mock.patch.object(contract, "folder", lambda: self.folder))
        python = self.client()
        self.patch(mock.patch.object(python_env, "environment", lambda _name: python))
        self.assertIn("amzn-sp-api: 8 words are new", self.printed(seen=False))
        self.assertIn("orders: value MARTIAN", self.printed(seen=True))
        self.assertIn("amzn-sp-api: 0 words are new", self.printed(seen=False))

    def test_what_is_not_here_is_named(self):
        def refuse(_name):
            raise DevError("pip could not reach its package index")

        self.patch(mock.patch.object(models, "SEEN", self.folder / "seen.json"))
        self.patch(mock.patch.object(contract, "folder", lambda: None))
        self.patch(mock.patch.object(python_env, "environment", refuse))
        said = self.printed(seen=False)
        self.assertIn("Amazon's models: not looked at, name their folder", said)
        self.assertIn("amzn-sp-api: not looked at, pip could not reach", said)

    def printed(self, seen):
        """Run the command and return what it prints."""
        with contextlib.redirect_stdout(io.StringIO()) as said:
            models.print_news(types.SimpleNamespace(seen=seen))
        return said.getvalue()


class TestSeen(unittest.TestCase):
    @unittest.skipUnless(
        contract.folder(),
        "Amazon's API models are not here: name their folder in SPAPI_MODELS",
    )
    def test_the_models_at_hand_were_looked_at(self):
        """What is new is listed; after a look `dev models --seen` keeps it."""
        words = models.of_models(contract.folder())
        self.assertGreater(len(words["orders_2026-01-01"]["field"]), 200)
        self.assertEqual(models.news(words, models.load_seen()), [])
