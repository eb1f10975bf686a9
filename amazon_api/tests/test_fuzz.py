"""Whatever JSON comes in: a page, or `Unavailable`. Never another exception."""

import copy
import json
import unittest
from decimal import Decimal

from .. import Order, OrdersPage, Unavailable, UnreadableOrder, parse_page
from ..answers import NotJson, decode
from ..safe_text import safe_text
from ..throttle import read_rate
from .common import item_json, money, order_json

try:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
except ImportError as missing:
    raise unittest.SkipTest("hypothesis is not installed") from missing

settings.register_profile(
    "addon",
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("addon")

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.sampled_from(["", "1.00", "EUR", "2026-11-18T09:15:00Z", "302-1-1"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FULL = order_json(
    orderAliases=[{"aliasId": "a", "aliasType": "b"}],
    programs=["PRIME"],
    associatedOrders=[{"orderId": "1", "associationType": "x"}],
    buyer={"buyerName": "Erika"},
    recipient={
        "deliveryAddress": {"city": "Berlin", "extendedFields": {"complement": "1"}},
        "deliveryPreference": {
            "deliveryTime": {
                "businessHours": [
                    {"dayOfWeek": "MON", "timeWindows": [{"startTime": {"hour": 9}}]}
                ],
                "exceptionDates": [{"exceptionDate": "2026-12-24"}],
            },
            "deliveryCapabilities": ["PALLET_ENABLED"],
        },
    },
    payment={"paymentExecutions": [{"paymentAmount": money("1")}]},
    tax={
        "taxRegistrations": [{"taxRegistrationAttributes": [{"key": "TAX_OFFICE"}]}],
        "taxInvoicing": {"invoiceStatus": "ACCEPTED"},
    },
    packages=[{"packageReferenceId": "1", "packageItems": [{"orderItemId": "1"}]}],
    fulfillmentOrders=[{"fulfillmentOrderId": "1"}],
    orderItems=[
        item_json(
            cancellation={"cancellationRequest": {"requester": "BUYER"}},
            expense={"pointsCost": {"pointsGranted": {"pointsNumber": 1}}},
            measurement={"unit": "GRAMS", "value": 1},
        )
    ],
)


def places_in(value, path=()):
    yield path
    children = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        yield from places_in(child, (*path, key))


def changed(value, path, replacement):
    value = copy.deepcopy(value)
    target = value
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = replacement
    return value


PLACES = [path for path in places_in(FULL) if path]


class TestFuzz(unittest.TestCase):
    def read(self, payload) -> OrdersPage | None:
        try:
            page = parse_page(payload)
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            return None
        for order in page.orders:
            self.assertIsInstance(order, (Order, UnreadableOrder))
            repr(order)
        return page

    @given(JSON)
    def test_any_json(self, payload):
        self.read(payload)

    @given(st.dictionaries(st.sampled_from(["orders", "pagination", "x"]), JSON))
    def test_anything_like_a_page(self, payload):
        self.read(payload)

    @given(st.lists(st.dictionaries(st.sampled_from(sorted(FULL)), JSON)))
    def test_anything_like_orders(self, entries):
        self.read({"orders": entries})

    @settings(max_examples=600)
    @given(st.sampled_from(PLACES), JSON)
    def test_one_broken_place_spoils_one_order(self, path, replacement):
        good = order_json("302-1111111-9999999")
        page = self.read({"orders": [changed(FULL, path, replacement), good]})
        if page is None:
            self.assertEqual(path, ("orderId",))
        else:
            self.assertEqual(page.orders[-1].order_id, good["orderId"])
            self.assertIsInstance(page.orders[-1], Order)
            for order in page.orders:
                if isinstance(order, Order):
                    self.assert_sane(order)

    def assert_sane(self, order: Order):
        for item in order.items:
            self.assertGreaterEqual(item.quantity, 0)
            for one in item.proceeds.moneys():
                self.assertIsInstance(one.amount, Decimal)
                self.assertTrue(one.amount.is_finite())
        self.assertIsNotNone(order.created_time.tzinfo)
        self.assertIsNotNone(order.last_updated_time.tzinfo)
        repr(order).encode()

    @given(
        st.binary() | JSON.map(lambda value: json.dumps(value, default=str).encode())
    )
    def test_any_body(self, body):
        try:
            decode(body)
        except NotJson:
            pass

    @given(st.text())
    def test_any_message(self, text):
        safe = safe_text(text)
        self.assertLessEqual(len(safe), 240)
        self.assertTrue(safe.isprintable())

    @given(st.text())
    def test_any_rate(self, text):
        rate = read_rate(text)
        self.assertTrue(rate is None or 0.0001 <= rate <= 10_000)
