"""What Amazon publishes next stops no order: unknown values and fields."""

import copy
import re
import unittest
from collections.abc import Iterator

from .. import Order, parse_page
from .common import order_json
from .test_models import ORDER_PATH, SEARCH_PATH, good_answers, model, needs_models

TOMORROW = "WORD_OF_TOMORROW"
WORD = re.compile(r"[A-Z][A-Z0-9_]{2,}")
# Money, countries and languages are no words of Amazon's models.
NO_WORDS = re.compile(
    r"currency|country|language|postal|region|asin|sku|id$|number", re.I
)


def orders() -> list:
    """All orders among the examples of the models."""
    api = model("orders_2026-01-01.json")
    found = [answer["order"] for answer in good_answers(api, ORDER_PATH)]
    for answer in good_answers(api, SEARCH_PATH):
        found += answer["orders"]
    return found


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    """Where the words of an answer stand, such as ``SHIPPED``."""
    if isinstance(value, str):
        names = [part for part in path if isinstance(part, str)]
        if WORD.fullmatch(value) and not NO_WORDS.search(names[-1]):
            yield path
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, (*path, number))


def changed(order: dict, path: tuple) -> dict:
    """A copy of an order with a word that nobody knows."""
    order = copy.deepcopy(order)
    *way, last = path
    target = order
    for key in way:
        target = target[key]
    target[last] = TOMORROW
    return order


def read(entry: dict):
    """Read an order as it comes on a page."""
    (order,) = parse_page({"orders": [entry]}).orders
    return order


@needs_models
class TestTomorrow(unittest.TestCase):
    def test_unknown_values_stop_no_order(self):
        tried = set()
        for entry in orders():
            for path in places(entry):
                name = ".".join(p for p in path if isinstance(p, str))
                tried.add(name)
                with self.subTest(name):
                    order = read(changed(entry, path))
                    self.assertIsInstance(order, Order, order)
                    self.assertEqual(len(order.items), len(entry["orderItems"]))
        self.assertGreater(len(tried), 15, tried)


class TestFieldsOfTomorrow(unittest.TestCase):
    """What amzn-sp-api 1.13.0 knows beyond the models of 2026-01-01."""

    def test_new_fields_change_nothing(self):
        entry = order_json()
        item = {
            "orderId": "302-0000000-0000001",
            "orderItemId": "1",
            "associationType": "WARRANTY",
        }
        entry["orderItems"][0]["associatedOrderItems"] = [item]
        before = read(copy.deepcopy(entry))
        self.assertEqual(
            before.items[0].associated_items[0].association_type, "WARRANTY"
        )
        item["asin"] = "B0SIM00001"
        item["purchasePrice"] = {"amount": "9.99", "currencyCode": "EUR"}
        entry["fulfillment"]["promiseCalculationInputs"] = {
            "transitTime": {
                "dataSource": TOMORROW,
                "details": {"carrier": "DHL", "shippingService": "Paket"},
            }
        }
        self.assertEqual(read(entry), before)
