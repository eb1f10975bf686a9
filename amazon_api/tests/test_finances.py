"""Refunds out of Finances 2024-06-19 (feature R1)."""

import unittest
from datetime import timedelta
from decimal import Decimal

from .. import Throttled, Unavailable, parse_transactions, part_kind, refund_reason
from .common import NOON, AmazonCase, Reply


def money(amount):
    return {"currencyCode": "EUR", "currencyAmount": Decimal(amount)}


def node(label, amount, *below):
    return {
        "breakdownType": label,
        "breakdownAmount": money(amount),
        "breakdowns": list(below),
    }


def transaction(*breakdowns, kind="Refund", **more):
    return {
        "transactionType": kind,
        "transactionId": "T1",
        "relatedIdentifiers": [
            {
                "relatedIdentifierName": "ORDER_ID",
                "relatedIdentifierValue": "303-1234567-1234567",
            },
            {"relatedIdentifierName": "REFUND_ID", "relatedIdentifierValue": "R1"},
        ],
        "totalAmount": money("-10.00"),
        "postedDate": "2026-11-01T10:00:00Z",
        "items": [
            {
                "relatedIdentifiers": [
                    {
                        "itemRelatedIdentifierName": "ORDER_ADJUSTMENT_ITEM_ID",
                        "itemRelatedIdentifierValue": "A1",
                    }
                ],
                "breakdowns": list(breakdowns),
                "contexts": [{"contextType": "ProductContext", "sku": "MUG"}],
            }
        ],
        **more,
    }


def read(*transactions, **more):
    return parse_transactions({"payload": {"transactions": list(transactions), **more}})


class TestFinances(unittest.TestCase):
    def shipment(self, *contexts, **more):
        names = {"ORDER_ID": "303-1234567-1234567", "SHIPMENT_ID": "S1"}
        return {
            **transaction(),
            "transactionType": "Shipment",
            "description": "Order Payment",
            "relatedIdentifiers": [
                {"relatedIdentifierName": name, "relatedIdentifierValue": value}
                for name, value in names.items()
            ],
            "items": [{"contexts": [context]} for context in contexts],
            **more,
        }

    def test_v1_shipments_name_what_is_in_them(self):
        mug = {"contextType": "ProductContext", "sku": "MUG", "quantityShipped": 2}
        tea = {**mug, "sku": "TEA", "quantityShipped": 1}
        page = read(self.shipment(mug, tea, mug), transaction())
        (parcel,) = page.parcels
        self.assertEqual(
            (parcel.order_ref, parcel.shipping_id, parcel.items),
            ("303-1234567-1234567", "S1", (("MUG", 4), ("TEA", 1))),
        )
        self.assertEqual(page.unreadable, 0)

    def test_v1_shipments_that_say_less_are_left_out(self):
        unnamed = {"contextType": "ProductContext", "quantityShipped": 2}
        for entry in (
            self.shipment(unnamed),
            self.shipment(relatedIdentifiers=[]),
            self.shipment(items="none"),
        ):
            page = read(entry)
            self.assertEqual((page.parcels, page.refunds), ((), ()))

    def only_item(self, *breakdowns):
        (refund,) = read(transaction(*breakdowns)).refunds
        (item,) = refund.items
        return item

    def test_r1_leaves_count_once(self):
        item = self.only_item(
            node(
                "ProductCharges",
                "-11.90",
                node("OurPricePrincipal", "-10.00"),
                node("OurPriceTax", "-1.90"),
            ),
            node("ShippingCharges", "-4.00", node("ShippingPrincipal", "-4.00")),
            node(
                "AmazonFees",
                "1.20",
                node("Commission", "1.50", node("Base", "1.26"), node("Tax", "0.24")),
                node("RefundCommission", "-0.30", node("Base", "-0.30")),
            ),
        )
        self.assertEqual(
            item.amounts(), {"product": Decimal("11.90"), "shipping": Decimal("4.00")}
        )
        self.assertEqual((item.adjustment_ref, item.sku), ("A1", "MUG"))

    def test_r1_restocking_fee_and_goodwill(self):
        item = self.only_item(
            node("OurPricePrincipal", "-10.00"),
            node("Goodwill", "-2.00"),
            node("RestockingFee", "3.00"),
        )
        self.assertEqual(
            item.amounts(),
            {
                "product": Decimal("10.00"),
                "goodwill": Decimal("2.00"),
                "restocking": Decimal("-3.00"),
            },
        )

    def test_r1_remitted_tax_is_not_the_sellers(self):
        item = self.only_item(
            node("OurPricePrincipal", "-10.00"),
            node("OurPriceTax", "-0.83"),
            node("MarketplaceFacilitatorTax-Principal", "0.83"),
        )
        self.assertEqual(item.amounts(), {"product": Decimal("10.00")})
        self.assertEqual(item.amounts(True), {"product": Decimal("10.83")})

    def test_r1_what_nobody_understands_is_reported(self):
        item = self.only_item(
            node("ProductCharges", "-11.00", node("OurPricePrincipal", "-10.00"))
        )
        self.assertEqual(item.amounts()["unknown"], Decimal("1.00"))
        self.assertEqual(part_kind("Something new"), ("unknown", False))

    def test_r1_fees_alone_are_no_refund(self):
        fee = node("AmazonFees", "1.00", node("Commission", "1.00"))
        self.assertEqual(read(transaction(fee)).refunds, ())

    def test_r1_reasons(self):
        self.assertEqual(refund_reason("A-to-z Guarantee Refund"), "a_to_z")
        self.assertEqual(refund_reason("Chargeback Refund"), "chargeback")
        self.assertEqual(refund_reason("Refund", None), "refund")
        self.assertIsNone(refund_reason("Shipment", "Order Payment"))
        self.assertIsNone(refund_reason("Refund_Retrocharge"))

    def test_r1_amounts_of_the_transaction_alone(self):
        entry = transaction(
            items=[{"breakdowns": None}],
            breakdowns=[node("OurPricePrincipal", "-10.00")],
        )
        (refund,) = read(entry).refunds
        self.assertIsNone(refund.items[0].sku)
        self.assertEqual(refund.items[0].amounts(), {"product": Decimal("10.00")})

    def test_r1_empty_pages_and_broken_ones(self):
        page = read(nextToken="more")
        self.assertEqual((page.refunds, page.next_token), ((), "more"))
        broken = transaction(node("OurPricePrincipal", "-10.00"), totalAmount=None)
        self.assertEqual(read(broken).unreadable, 1)
        with self.assertRaises(Unavailable):
            parse_transactions({"payload": {"transactions": "none"}})


class TestPages(AmazonCase):
    """Page by page, with the same arguments beside the token."""

    def setUp(self):
        super().setUp()
        self.window = NOON - timedelta(days=2), NOON - timedelta(hours=1)

    def pages(self, *tokens):
        payloads = [
            {"transactions": [], **({"nextToken": token} if token else {})}
            for token in tokens
        ]
        self.amazon_answers(*[Reply(200, {"payload": payload}) for payload in payloads])

    def read(self, wait=None):
        return list(self.seller().list_refunds(*self.window, wait=wait))

    def test_r1_arguments_go_with_the_token(self):
        self.pages("1", "2", None)
        self.assertEqual(len(self.read()), 3)
        queries = [call.query for call in self.amazon.calls]
        self.assertEqual([q.get("nextToken") for q in queries], [None, "1", "2"])
        self.assertEqual(len({q["postedAfter"] for q in queries}), 1)

    def test_r1_more_pages_than_the_quota(self):
        tokens = [str(number) for number in range(13)]
        self.pages(*tokens, None)
        self.failure_of(Throttled, self.read)
        self.pages(*tokens, None)
        waits = []

        def wait(seconds):
            waits.append(seconds)
            self.clock.pass_seconds(seconds)

        self.assertEqual(len(self.read(wait)), 14)
        self.assertTrue(waits)

    def test_r1_pages_in_circles(self):
        self.pages("1", "1")
        self.failure_of(Unavailable, self.read)

    def test_r1_too_long_a_window_is_not_asked_for(self):
        self.window = NOON - timedelta(days=200), NOON
        self.failure_of(ValueError, self.read)
        self.assertEqual(self.amazon.calls, [])
