import unittest
from datetime import timedelta
from decimal import Decimal

from .. import UnreadableOrder, parse_order, parse_page
from ..answers import decode
from .common import GERMANY, ORDER_ID, at, item_json, money, order_json, read_order


class TestUnreadable(unittest.TestCase):
    """A broken order says where, and the others do not notice."""

    def assert_unreadable(self, where: str, **changes):
        entry = order_json(**changes)
        neighbour = order_json("302-1111111-9999999")
        page = parse_page({"orders": [entry, neighbour]})
        self.assertEqual(page.orders[1], parse_order(neighbour))
        broken = page.orders[0]
        self.assertIsInstance(broken, UnreadableOrder, where)
        self.assertEqual((broken.order_id, broken.where), (ORDER_ID, where))
        self.assertRegex(broken.problem, r"^[A-Z][a-z ]+\.$")
        return broken

    def test_keeps_what_is_needed_to_find_it(self):
        broken = self.assert_unreadable("orderItems", orderItems=None)
        self.assertEqual(
            broken,
            UnreadableOrder(
                order_id=ORDER_ID,
                last_updated_time=at(2026, 11, 18, 9, 47, 10, ms=4),
                marketplace_id=GERMANY,
                where="orderItems",
                problem="This is missing.",
            ),
        )

    def test_says_how_the_order_stands_as_far_as_that_can_be_read(self):
        broken = self.assert_unreadable(
            "orderItems",
            orderItems=None,
            salesChannel={"channelName": "NON_AMAZON"},
            fulfillment={"fulfillmentStatus": "SHIPPED", "fulfilledBy": "AMAZON"},
        )
        self.assertTrue(broken.is_off_amazon)
        self.assertTrue(broken.is_fba)
        self.assertTrue(broken.is_shipped)
        self.assertIsNone(broken.marketplace_id)
        unclear = self.assert_unreadable(
            "orderItems", orderItems=None, fulfillment={"fulfillmentStatus": ["x"]}
        )
        self.assertFalse(unclear.is_off_amazon)
        self.assertFalse(unclear.is_fba or unclear.is_fbm or unclear.is_shipped)

    def test_missing_blocks(self):
        for name in ("createdTime", "lastUpdatedTime", "salesChannel", "orderItems"):
            self.assert_unreadable(name, **{name: None})
        self.assert_unreadable("salesChannel.channelName", salesChannel={"x": 1})
        for name in ("orderItemId", "quantityOrdered", "product"):
            item = item_json(**{name: None})
            self.assert_unreadable(f"orderItems[0].{name}", orderItems=[item])
        self.assert_unreadable("orderItems[0].product", orderItems=[None])
        self.assert_unreadable(
            "fulfillment.fulfillmentStatus", fulfillment={"fulfilledBy": "AMAZON"}
        )

    def test_amounts(self):
        where = "orderItems[1].proceeds.breakdowns[0].subtotal.amount"
        for amount in (
            "12,3O",
            "12,30",
            "",
            " 1",
            "1.2.3",
            "NaN",
            "Infinity",
            "-inf",
            "0x10",
            "1_000",
            "١٢",
            "1e99",
            "1e400000",
            "1000000000000",
            "0.0000001",
            "€5",
            True,
            1.5,
            {},
            [],
            10**13,
            -(10**400),
            Decimal("NaN"),
        ):
            with self.subTest(str(amount)[:30]):
                part = {"type": "ITEM", "subtotal": {**money("1"), "amount": amount}}
                item = item_json("2", proceeds={"breakdowns": [part]})
                self.assert_unreadable(where, orderItems=[item_json(), item])

    def test_good_amounts(self):
        for amount, value in (
            ("12.30", "12.30"),
            ("-0.5", "-0.5"),
            ("007", "7"),
            ("1E+2", "100"),
            ("1.5e-3", "0.0015"),
            ("999999999999.999999", "999999999999.999999"),
            (7, "7"),
            (Decimal("7.10"), "7.10"),
        ):
            order = read_order(
                proceeds={"grandTotal": {**money("1"), "amount": amount}}
            )
            self.assertEqual(order.proceeds.total.amount, Decimal(value))

    def test_currencies(self):
        where = "proceeds.grandTotal.currencyCode"
        for code in ("", "EURO", "eur", "€", "E R", 978, None, "ЕUR"):
            total = {"amount": "1", "currencyCode": code}
            self.assert_unreadable(where, proceeds={"grandTotal": total})

    def test_two_currencies(self):
        total = {"grandTotal": money("27.98", "USD")}
        broken = self.assert_unreadable("proceeds", proceeds=total)
        self.assertIn("more than one currency", broken.problem)

    def test_quantities(self):
        for quantity in (-1, 1.5, Decimal("1.0"), "2", True, [], 2**31, 10**400):
            item = item_json(quantityOrdered=quantity)
            self.assert_unreadable("orderItems[0].quantityOrdered", orderItems=[item])
        item = item_json(fulfillment={"quantityUnfulfilled": -1})
        self.assert_unreadable(
            "orderItems[0].fulfillment.quantityUnfulfilled", orderItems=[item]
        )

    def test_dates(self):
        for moment in (
            "",
            "yesterday",
            "2026-11-18",
            "2026-11-18T09:15:00",
            "2026-11-18 09:15:00Z",
            "2026-13-18T09:15:00Z",
            "2026-02-30T09:15:00Z",
            "2026-11-18T25:15:00Z",
            "2026-11-18T09:15:60Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "2026-11-18T09:15:00Z\n",
            "٢٠٢٦-11-18T09:15:00Z",
            1763457300,
            {},
        ):
            with self.subTest(moment):
                broken = self.assert_unreadable(
                    "lastUpdatedTime", lastUpdatedTime=moment
                )
                self.assertIsNone(broken.last_updated_time)

    def test_good_dates(self):
        expected = at(2026, 11, 18, 9, 15, 0, ms=120)
        for moment in (
            "2026-11-18T09:15:00.12Z",
            "2026-11-18T09:15:00.120000Z",
            "2026-11-18T09:15:00.120000999Z",
            "2026-11-18T10:15:00.120+01:00",
            "2026-11-18T04:15:00.120-0500",
        ):
            order = read_order(lastUpdatedTime=moment)
            self.assertEqual(order.last_updated_time, expected)
            self.assertEqual(order.last_updated_time.utcoffset(), timedelta(0))
        self.assertEqual(
            read_order(createdTime="2026-11-18T09:15Z").created_time,
            at(2026, 11, 18, 9, 15),
        )

    def test_wrong_types(self):
        for where, changes in (
            ("buyer", {"buyer": "Erika"}),
            ("buyer.buyerName", {"buyer": {"buyerName": 7}}),
            ("programs", {"programs": "PRIME"}),
            ("programs[1]", {"programs": ["PRIME", 7]}),
            ("orderAliases[0]", {"orderAliases": ["x"]}),
            ("orderAliases[0].aliasType", {"orderAliases": [{"aliasId": "x"}]}),
            ("orderItems", {"orderItems": {}}),
            ("orderItems[0]", {"orderItems": ["x"]}),
            ("packages[0].packageReferenceId", {"packages": [{}]}),
            (
                "packages[0].packageItems[0].quantity",
                {
                    "packages": [
                        {
                            "packageReferenceId": "1",
                            "packageItems": [{"orderItemId": "1", "quantity": "2"}],
                        }
                    ]
                },
            ),
            (
                "recipient.deliveryAddress.phone",
                {"recipient": {"deliveryAddress": {"phone": 49}}},
            ),
            ("salesChannel.marketplaceId", {"salesChannel": _channel(marketplaceId=7)}),
        ):
            with self.subTest(where):
                self.assert_unreadable(where, **changes)

    def test_identifiers(self):
        for sku in (" ", "A\x00B", "A\ud800", 7, []):
            item = item_json(product={"sellerSku": sku})
            self.assert_unreadable("orderItems[0].product.sellerSku", orderItems=[item])

    def test_the_same_line_twice(self):
        self.assert_unreadable("orderItems", orderItems=[item_json(), item_json()])

    def test_texts_no_database_can_store_are_cleaned(self):
        order = read_order(buyer={"buyerName": "Eri\x00ka \ud83d"})
        self.assertEqual(order.buyer.name, "Erika ?")
        emoji = decode(b'{"name": "\\ud83d\\ude00"}')["name"]
        self.assertEqual(
            read_order(buyer={"buyerName": emoji}).buyer.name, "\U0001f600"
        )

    def test_says_nothing_of_what_it_found(self):
        broken = self.assert_unreadable(
            "recipient.deliveryAddress.name",
            recipient={"deliveryAddress": {"name": ["Erika Muster"]}},
        )
        self.assertNotIn("Erika", repr(broken))


def _channel(**changes):
    return {"channelName": "AMAZON", "marketplaceId": GERMANY, **changes}
