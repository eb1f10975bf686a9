"""Whatever becomes of an answer on its way: it is read, or refused as it is agreed.

No other exception, nothing that no database stores, and no amount that becomes
nothing. Answers that refuse, and their headers, are among them.
"""

import json

from .. import (
    Order,
    SpApiError,
    Unavailable,
    UnreadableOrder,
    order_amounts,
    parse_listings_report,
    parse_order,
    parse_page,
)
from ..answers import Answer, read_answer
from ..auth import _consent_in, _token_in
from ..inventory import parse_inventory_page
from ..operations import (
    CONFIRM_SHIPMENT,
    CREATE_FEED,
    GET_REPORT,
    GET_REPORT_DOCUMENT,
    GET_REPORTS,
    SEARCH_ORDERS,
)
from ..processing import parse_document
from ..reports import parse_report, parse_reports
from .common import GERMANY, NOON
from .sent import issue_json, listings_report
from .strange import NO_NUMBERS, StrangeCase, mutate, mutations
from .test_fuzz import FULL, changed, given, places_in, settings, st
from .test_fuzz_calls import DOCUMENT, READERS, RICH, TOKEN
from .test_fuzz_tables import PAGE

REPORT = {
    "reportId": "50121018512",
    "reportType": "GET_MERCHANT_LISTINGS_ALL_DATA",
    "processingStatus": "DONE",
    "marketplaceIds": [GERMANY],
    "createdTime": "2026-11-20T11:00:00.000Z",
    "dataStartTime": "2026-11-20T10:00:00.000Z",
    "dataEndTime": "2026-11-20T11:00:00+00:00",
    "reportDocumentId": "amzn1.spdoc.1.4.eu.3d4e42b5",
}
REPORT_DOCUMENT = {**DOCUMENT, "reportDocumentId": "amzn1.spdoc.1.4.eu.3d4e42b5"}
FEED_REPORT = listings_report(issue_json(1), issue_json(2, "WARNING"), processed=2)
EXAMPLES = (
    ({"orders": [FULL, RICH], "pagination": {"nextToken": "t"}}, parse_page),
    (PAGE, lambda payload: parse_inventory_page(payload, GERMANY)),
    (REPORT, lambda payload: parse_report(payload, GET_REPORT)),
    (
        {"reports": [REPORT, REPORT], "nextToken": "t"},
        lambda payload: parse_reports(payload, GET_REPORTS),
    ),
    (REPORT_DOCUMENT, lambda payload: parse_document(payload, GET_REPORT_DOCUMENT)),
    *((example, read) for example, read in READERS if len(example) > 1),
    *((example, read) for example, read in READERS if example.get("payload")),
    (FEED_REPORT, lambda payload: parse_listings_report(_bytes(payload))),
)
ERRORS = {"errors": [{"code": "InvalidInput", "message": "Bad", "details": ""}]}
REFUSALS = (
    ERRORS,
    {"error": {"code": "InvalidInput", "message": "Bad"}},
    {"error": "invalid_grant", "error_description": "Bad"},
    {"message": "Forbidden"},
)
HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "x-amzn-RequestId", "x-amz-request-id"]),
    st.text() | st.sampled_from(["1", "-1", "1e9", "9" * 30, "٣", "nan", "\x00"]),
)
STATUSES = st.sampled_from(
    [100, 200, 201, 204, 206, 302, 400, 401, 403, 404, 407, 408, 413, 421, 425, 429]
    + [500, 502, 503, 504, 599, 999]
)
COUNTS = (
    *("totalQuantity", "fulfillableQuantity", "totalReservedQuantity"),
    *("inboundWorkingQuantity", "inboundShippedQuantity", "inboundReceivingQuantity"),
    *("totalUnfulfillableQuantity", "totalResearchingQuantity"),
)


def _bytes(payload):
    return json.dumps(payload, default=str).encode()


class TestStrange(StrangeCase):
    @settings(max_examples=700)
    @given(st.sampled_from(EXAMPLES), mutations())
    def test_any_answer_that_was_good(self, example, steps):
        whole, read = example
        try:
            result = read(mutate(whole, steps))
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            self.assertLess(len(str(error)), 400)
            return
        self.assert_storable(result)

    def test_examples_are_good(self):
        for whole, read in EXAMPLES:
            read(whole)
        self.assertEqual(len(EXAMPLES), 10)

    @settings(max_examples=300)
    @given(mutations())
    def test_any_order_that_was_good_can_be_booked(self, steps):
        entry = mutate(RICH, steps)  # who calls it has seen to the number
        entry = entry if isinstance(entry, dict) else {}
        order = parse_order({**entry, "orderId": RICH["orderId"]})
        self.assertIsInstance(order, (Order, UnreadableOrder))
        self.assert_storable(order)
        if isinstance(order, Order):
            self.assert_storable(order_amounts(order, show_facilitator_tax=True))

    @settings(max_examples=200)
    @given(mutations(), STATUSES)
    def test_any_answer_to_signing_in_that_was_good(self, steps, status):
        body = _bytes(mutate({**TOKEN, "refresh_token": "Atzr|x"}, steps))
        for read in (_token_in, _consent_in):
            try:
                self.assert_storable(read(Answer(status, body=body), NOON))
            except SpApiError as error:
                self.assertNotRegex(str(error), r"Atz[ar]\|")

    @settings(max_examples=300)
    @given(st.sampled_from(REFUSALS), mutations(), STATUSES, HEADERS)
    def test_any_refusal(self, refusal, steps, status, headers):
        body = _bytes(mutate(refusal, steps))
        for operation in (SEARCH_ORDERS, CREATE_FEED, CONFIRM_SHIPMENT):
            if status == operation.status:
                continue
            with self.assertRaises(SpApiError) as caught:
                read_answer(operation, Answer(status, headers, body))
            error = caught.exception
            self.assertLess(len(str(error)), 400)
            self.assert_storable([str(error), error.code, error.request_id])
            wait = getattr(error, "retry_after", None)
            self.assertTrue(wait is None or 0 < wait <= 86_400, wait)


class TestNothingBecomesNothing(StrangeCase):
    """What is no number is refused, and never read as zero."""

    def test_amounts_of_orders(self):
        leaves = [path for path in places_in(RICH) if path and path[-1] == "amount"]
        leaves += [p for p in places_in(RICH) if p and p[-1] == "quantityOrdered"]
        self.assertEqual(len(leaves), 6)
        for path in leaves:
            for value in NO_NUMBERS:
                with self.subTest(f"{path} {value!r:.30}"):
                    order = parse_order(changed(RICH, path, value))
                    self.assertIsInstance(order, UnreadableOrder)

    def test_counts_of_stock(self):
        page = json.loads(_bytes(PAGE))  # in which no two rows share anything
        counts = [path for path in places_in(page) if path and path[-1] in COUNTS]
        self.assertEqual(len(counts), 2 * len(COUNTS))
        for path in counts:
            for value in NO_NUMBERS:
                with self.subTest(f"{path} {value!r:.30}"):
                    read = parse_inventory_page(changed(page, path, value), GERMANY)
                    self.assertEqual(len(read.unreadable), 1)


def _at(value, path):
    for key in path:
        value = value[key]
    return value
