"""Whatever comes in answer to the calls around feeds, documents, sign-in and accounts:
what was asked for, or `Unavailable`; and no order is ever worth nothing by mistake.
"""

import json
import unittest
from decimal import Decimal

from .. import ConfigError, Order, Unavailable, find_package, order_amounts, parse_order
from ..answers import Answer
from ..auth import AccessToken, _token_in
from ..errors import SpApiError
from ..feeds import parse_feed, parse_feeds
from ..operations import GET_FEED, GET_FEED_DOCUMENT, GET_FEEDS, GET_REPORT, GET_REPORTS
from ..processing import parse_document
from ..reports import parse_report, parse_reports
from ..sellers import parse_participations
from .common import NOON, item_json, money, order_json
from .sent import DOCUMENT_ID, feed_json, shipment
from .test_fuzz import FULL, JSON, PLACES, changed, given, places_in, settings, st

FEED = feed_json()
FEEDS = {"feeds": [FEED, feed_json("2")], "nextToken": "a"}
DOCUMENT = {
    "feedDocumentId": DOCUMENT_ID,
    "url": "https://tortuga-prod-eu.s3.amazonaws.com/x?X-Amz-Signature=1",
    "compressionAlgorithm": "GZIP",
}
PARTICIPATIONS = {
    "payload": [
        {
            "marketplace": {
                "id": "A1PA6795UKMFR9",
                "name": "Amazon.de",
                "countryCode": "DE",
                "defaultCurrencyCode": "EUR",
                "defaultLanguageCode": "de_DE",
                "domainName": "www.amazon.de",
            },
            "participation": {"isParticipating": True, "hasSuspendedListings": False},
            "storeName": "Tea",
        }
    ]
}
TOKEN = {"access_token": "Atza|x", "token_type": "bearer", "expires_in": 3600}
READERS = (
    (FEED, lambda payload: parse_feed(payload, GET_FEED)),
    (FEEDS, lambda payload: parse_feeds(payload, GET_FEEDS)),
    (DOCUMENT, lambda payload: parse_document(payload, GET_FEED_DOCUMENT)),
    (PARTICIPATIONS, parse_participations),
    ({}, lambda payload: parse_report(payload, GET_REPORT)),
    ({"reports": []}, lambda payload: parse_reports(payload, GET_REPORTS)),
)
BROKEN = [
    (example, path, read)
    for example, read in READERS
    for path in places_in(example)
    if path
]
#: an order that is worth something in each way that Amazon states money
RICH = order_json(
    proceeds={"grandTotal": money("27.98")},
    orderItems=[
        item_json(
            "1",
            proceeds={
                "proceedsTotal": money("27.98"),
                "breakdowns": [
                    {"type": "ITEM", "subtotal": money("23.99")},
                    {"type": "SHIPPING", "subtotal": money("3.99")},
                    {"type": "TAX", "subtotal": money("4.47")},
                ],
            },
        )
    ],
)
MONEY = [
    path
    for path in places_in(RICH)
    if path and ("proceeds" in path or path[-1] == "quantityOrdered")
]


class TestFuzzCalls(unittest.TestCase):
    def read(self, read, payload):
        try:
            return read(payload)
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            return None

    @given(st.sampled_from(READERS), JSON)
    def test_any_json(self, reader, payload):
        self.read(reader[1], payload)

    @settings(max_examples=300)
    @given(st.sampled_from(BROKEN), JSON)
    def test_one_broken_place(self, broken, replacement):
        example, path, read = broken
        self.assertIsNotNone(read(example))
        repr(self.read(read, changed(example, path, replacement)))

    @given(
        st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503]),
        st.binary()
        | JSON.map(lambda value: json.dumps(value, default=str).encode())
        | st.sampled_from([path for path in places_in(TOKEN) if path])
        .flatmap(lambda path: JSON.map(lambda value: changed(TOKEN, path, value)))
        .map(lambda value: json.dumps(value, default=str).encode()),
    )
    def test_any_answer_to_signing_in(self, status, body):
        try:
            token = _token_in(Answer(status, body=body), NOON)
        except SpApiError as error:
            self.assertNotIn("Atza|", str(error))
            if status >= 500 or status == 429:
                self.assertNotIsInstance(error, ConfigError)
            return
        self.assertIsInstance(token, AccessToken)
        self.assertEqual(status, 200)
        self.assertTrue(token.value)


class TestNoSilentZero(unittest.TestCase):
    """A broken amount makes an order unreadable, or shows as a difference."""

    def worth(self, order):
        """What Odoo would book, None when the order can not be read."""
        if not isinstance(order, Order):
            return None
        for shown in (False, True):
            amounts = order_amounts(order, show_facilitator_tax=shown)
            self.assertIsInstance(amounts.total, Decimal)
            self.assertTrue(amounts.total.is_finite())
            for line in amounts.lines:
                self.assertTrue(line.amount.is_finite())
        return amounts

    @settings(max_examples=300)
    @given(st.sampled_from(PLACES), JSON)
    def test_any_readable_order_can_be_booked(self, path, replacement):
        self.worth(parse_order(changed(FULL, path, replacement)))

    @settings(max_examples=300)
    @given(st.sampled_from(MONEY), JSON)
    def test_order_never_becomes_worth_nothing_by_itself(self, path, replacement):
        whole = self.worth(parse_order(RICH))
        self.assertEqual((whole.total, whole.unexplained), (Decimal("27.98"), 0))
        amounts = self.worth(parse_order(changed(RICH, path, replacement)))
        if amounts is None or amounts.total:
            return
        stated = {"amount": "0"}, None, {}, [], "", 0
        self.assertIn(path[-1], ("amount", "proceeds", "grandTotal", "quantityOrdered"))
        self.assertTrue(replacement in stated or not replacement, replacement)

    @given(st.sampled_from(PLACES), JSON)
    def test_any_readable_order_can_be_asked_for_a_package(self, path, replacement):
        order = parse_order(changed(FULL, path, replacement))
        if isinstance(order, Order):
            find_package(order, shipment())
