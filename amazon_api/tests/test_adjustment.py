"""The feed of refunds, as Amazon's schema has it."""

import unittest
from decimal import Decimal

from ..adjustment import REFUND_REASONS, OrderRefund, RefundedItem, refund_feed


def refund(**changes):
    item = RefundedItem("11", "7-1", {"Shipping": Decimal(3), "Principal": Decimal(5)})
    entry = OrderRefund(5, "302-1234567-1234567", "CustomerReturn", "EUR", (item,))
    return entry._replace(**changes)


class TestRefundFeed(unittest.TestCase):
    def test_the_whole_feed(self):
        self.assertEqual(
            refund_feed("A1SELLER", [refund()]).decode(),
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">'
            "<Header><DocumentVersion>1.01</DocumentVersion>"
            "<MerchantIdentifier>A1SELLER</MerchantIdentifier></Header>"
            "<MessageType>OrderAdjustment</MessageType>"
            "<Message><MessageID>5</MessageID><OrderAdjustment>"
            "<AmazonOrderID>302-1234567-1234567</AmazonOrderID><AdjustedItem>"
            "<AmazonOrderItemCode>11</AmazonOrderItemCode>"
            "<MerchantAdjustmentItemID>7-1</MerchantAdjustmentItemID>"
            "<AdjustmentReason>CustomerReturn</AdjustmentReason>"
            "<ItemPriceAdjustments>"
            '<Component><Type>Principal</Type><Amount currency="EUR">5.00</Amount>'
            "</Component>"
            '<Component><Type>Shipping</Type><Amount currency="EUR">3.00</Amount>'
            "</Component>"
            "</ItemPriceAdjustments></AdjustedItem></OrderAdjustment></Message>"
            "</AmazonEnvelope>",
        )

    def test_every_reason(self):
        for reason in REFUND_REASONS:
            feed = refund_feed("A1SELLER", [refund(reason=reason)]).decode()
            self.assertIn(f"<AdjustmentReason>{reason}<", feed)

    def test_two_refunds_of_one_order(self):
        feed = refund_feed("A1SELLER", [refund(), refund(message_id=6)]).decode()
        self.assertEqual(feed.count("<Message>"), 2)

    def test_what_amazon_would_refuse(self):
        item = RefundedItem("11", "7-1", {"Principal": Decimal(5)})

        def of(**amounts):
            return refund(items=(item._replace(amounts=amounts),))

        wrong = {
            "nothing": [],
            "a number twice": [refund(), refund()],
            "reason": [refund(reason="")],
            "unknown reason": [refund(reason="BuyerCanceled")],
            "no items": [refund(items=())],
            "an item twice": [refund(items=(item, item))],
            "no amount": [of()],
            "zero": [of(Principal=Decimal(0))],
            "negative": [of(Principal=Decimal(-1))],
            "float": [of(Principal=1.5)],
            "no number": [of(Principal=Decimal("NaN"))],
            "less than a cent": [of(Principal=Decimal("0.005"))],
            "unknown part": [of(RestockingFee=Decimal(1))],
            "currency": [refund(currency="")],
            "order": [refund(order_id="302 1")],
            "number of the item": [refund(items=(item._replace(item_id=""),))],
            "own number": [refund(items=(item._replace(adjustment_id="a b"),))],
        }
        for name, entries in wrong.items():
            with self.subTest(name), self.assertRaises(ValueError):
                refund_feed("A1SELLER", entries)
