from datetime import datetime, timedelta, timezone

from sp_api.base import fill_query_params

from .. import ORDER_DATA, Order, Rejected, Unavailable, UnreadableOrder
from ..operations import GET_ORDER
from .common import (
    GERMANY,
    ORDER_ID,
    SINCE,
    AmazonCase,
    Reply,
    item_json,
    order_json,
    page,
)


class TestSearchOrders(AmazonCase):
    def test_first_page(self):
        self.amazon_answers(page())
        self.search(marketplace_ids=[GERMANY, "A13V1IB3VIYZZH"])
        (call,) = self.amazon.calls
        self.assertEqual((call.method, call.path), ("GET", "/orders/2026-01-01/orders"))
        self.assertEqual(
            call.query,
            {
                "marketplaceIds": f"{GERMANY},A13V1IB3VIYZZH",
                "lastUpdatedAfter": "2026-11-20T09:15:00.123Z",
                "includedData": ",".join(ORDER_DATA),
                "maxResultsPerPage": "100",
            },
        )
        self.assertEqual(call.headers["x-amz-date"], "20261120T120000Z")
        self.assertIn("amazon_connector", call.headers["user-agent"])

    def test_all_there_is_to_ask(self):
        self.amazon_answers(page())
        tokyo = timezone(timedelta(hours=9))
        self.seller().search_orders(
            (GERMANY,),
            created_after=datetime(2026, 11, 1, 9, tzinfo=tokyo),
            created_before=datetime(2026, 11, 2, 9, 0, 0, 999999, tzinfo=tokyo),
            included_data=["FULFILLMENT"],
            max_results_per_page=50,
            fulfilled_by=["MERCHANT", "AMAZON"],
            statuses=["UNSHIPPED", "PARTIALLY_SHIPPED"],
            pagination_token="a+b/c= d&e",
        )
        self.assertEqual(
            self.amazon.calls[0].query,
            {
                "marketplaceIds": GERMANY,
                "createdAfter": "2026-11-01T00:00:00.000Z",
                "createdBefore": "2026-11-02T00:00:00.999Z",
                "includedData": "FULFILLMENT",
                "maxResultsPerPage": "50",
                "fulfilledBy": "MERCHANT,AMAZON",
                "fulfillmentStatuses": "UNSHIPPED,PARTIALLY_SHIPPED",
                "paginationToken": "a+b/c= d&e",
            },
        )

    def test_pages(self):
        self.amazon_answers(
            page(order_json(), pagination={"nextToken": "two"}),
            page(
                order_json("302-1111111-3333333"),
                lastUpdatedBefore="2026-11-20T11:58:00Z",
            ),
        )
        first = self.search()
        self.assertEqual(first.next_token, "two")
        second = self.search(pagination_token=first.next_token)
        self.assertIsNone(second.next_token)
        self.assertEqual(second.last_updated_before.minute, 58)
        self.assertEqual(self.amazon.calls[1].query["paginationToken"], "two")

    def test_a_page_that_names_itself_as_the_next(self):
        self.amazon_answers(page(pagination={"nextToken": "two"}))
        error = self.failure_of(Unavailable, self.search, pagination_token="two")
        self.assertEqual(error.reason, "answer")

    def test_nonsense_is_not_sent(self):
        naive = datetime(2026, 11, 1)
        for changes in (
            {"marketplace_ids": []},
            {"marketplace_ids": ["A"] * 51},
            {"max_results_per_page": 0},
            {"max_results_per_page": 101},
            {"last_updated_after": None},
            {"created_after": SINCE},
            {"created_before": SINCE},
            {"last_updated_after": naive},
            {"last_updated_before": naive},
        ):
            with self.subTest(changes), self.assertRaises(ValueError):
                self.search(**changes)
        self.assertEqual(self.amazon.calls, [])


class TestGetOrder(AmazonCase):
    def get(self, order_id=ORDER_ID):
        return self.seller().get_order(order_id)

    def test_one_order(self):
        self.amazon_answers(Reply(200, {"order": order_json()}))
        order = self.get()
        self.assertIsInstance(order, Order)
        self.assertEqual(order.order_id, ORDER_ID)
        (call,) = self.amazon.calls
        self.assertEqual(call.path, f"/orders/2026-01-01/orders/{ORDER_ID}")
        self.assertEqual(call.query, {"includedData": ",".join(ORDER_DATA)})

    def test_unreadable(self):
        broken = order_json(orderItems=[item_json(quantityOrdered=-1)])
        self.amazon_answers(Reply(200, {"order": broken}))
        order = self.get()
        self.assertIsInstance(order, UnreadableOrder)
        self.assertEqual(order.where, "orderItems[0].quantityOrdered")

    def test_not_the_one_asked_for(self):
        for answer in (
            {"order": order_json("302-1111111-9999999")},
            {"order": {}},
            {"order": order_json(None)},
            {"order": []},
            {"orders": [order_json()]},
        ):
            self.amazon_answers(Reply(200, answer))
            self.assertEqual(self.failure_of(Unavailable, self.get).reason, "answer")

    def test_what_is_no_order_number_is_not_sent(self):
        for order_id in (
            "",
            ".",
            "..",
            "a/b",
            "../x",
            "1?x=1",
            "1#",
            "ü",
            "1 2",
            None,
            7,
        ):
            self.failure_of(Rejected, self.get, order_id)
        self.assertEqual(self.amazon.calls, [])

    def test_path_segments_are_encoded(self):
        """Other operations put SKUs in their paths: the library quotes them."""
        self.assertEqual(fill_query_params("/x/{}", "a/b ?#%"), "/x/a%2Fb%20%3F%23%25")
        transport = self.seller()._transport
        for path in ("/x/..", "/x/../y", "/x//y", "/x/./y"):
            self.failure_of(Rejected, transport.call, GET_ORDER, path)
