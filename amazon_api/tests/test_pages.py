import json
import unittest
from decimal import Decimal

from .. import Money, Proceeds, Unavailable, parse_page
from ..answers import decode
from .common import at, order_json, read_order


class TestPage(unittest.TestCase):
    def assert_not_whole(self, payload):
        with self.assertRaises(Unavailable) as caught:
            parse_page(payload)
        self.assertEqual(caught.exception.reason, "answer")
        self.assertIsNone(caught.exception.__context__)

    def test_last_page(self):
        page = parse_page(
            {"orders": [], "lastUpdatedBefore": "2026-11-20T15:58:00.001Z"}
        )
        self.assertEqual(page.orders, ())
        self.assertIsNone(page.next_token)
        self.assertEqual(page.last_updated_before, at(2026, 11, 20, 15, 58, 0, ms=1))
        self.assertIsNone(page.created_before)

    def test_next_page(self):
        for pagination, token in (
            ({"nextToken": "a+/= "}, "a+/= "),
            ({"nextToken": None}, None),
            ({}, None),
            (None, None),
        ):
            page = parse_page({"orders": [], "pagination": pagination})
            self.assertEqual(page.next_token, token)

    def test_not_whole(self):
        for payload in (
            None,
            [],
            "x",
            7,
            {},
            {"orders": None},
            {"orders": {}},
            {"orders": "x"},
            {"orders": [], "pagination": []},
            {"orders": [], "pagination": "x"},
            {"orders": [], "pagination": {"nextToken": ""}},
            {"orders": [], "pagination": {"nextToken": " "}},
            {"orders": [], "pagination": {"nextToken": 7}},
            {"orders": [], "lastUpdatedBefore": "yesterday"},
            {"orders": [], "createdBefore": 7},
        ):
            with self.subTest(payload):
                self.assert_not_whole(payload)

    def test_an_entry_without_a_number(self):
        for entry in (
            None,
            "x",
            [],
            {},
            *map(order_json, (None, "", " ", 7, "a/b", "ü")),
        ):
            self.assert_not_whole({"orders": [order_json(), entry]})

    def test_an_order_that_is_on_it_twice(self):
        old = order_json(lastUpdatedTime="2026-11-18T09:47:10.003Z", programs=["OLD"])
        new = order_json(lastUpdatedTime="2026-11-18T09:47:10.004Z", programs=["NEW"])
        for entries in ([old, new], [new, old]):
            (order,) = parse_page({"orders": entries}).orders
            self.assertEqual(order.programs, ("NEW",))

    def test_decimals_stay_exact(self):
        page = json.dumps({"orders": [order_json()]}).replace('"27.98"', "27.98")
        (order,) = parse_page(decode(page.encode())).orders
        self.assertEqual(
            order.proceeds, Proceeds(Money(Decimal("27.98"), "EUR"), breakdowns=())
        )

    def test_frozen(self):
        order = read_order()
        with self.assertRaises(AttributeError):
            order.order_id = "x"
        self.assertEqual(hash(order.items[0]), hash(read_order().items[0]))
