"""POST_PAYMENT_ADJUSTMENT_DATA: the seller gives money back."""

from xml.etree import ElementTree

from .feed_case import FeedCase

TYPE = "POST_PAYMENT_ADJUSTMENT_DATA"


class TestAdjustments(FeedCase):
    """Buyers get money back, or each message says why not."""

    content_type = "text/xml; charset=UTF-8"

    def setUp(self):
        super().setUp()
        items = [self.world.item("MUG-BLUE", price="20", shipping="4.00")]
        self.ref = self.world.place_order(items=items, status="SHIPPED")
        self.code = self.world.order(self.ref).items[0].id

    def message(self, reason="CustomerReturn", code=None, ref=None, **amounts):
        parts = "".join(
            f'<Component><Type>{kind}</Type><Amount currency="EUR">{amount}</Amount>'
            "</Component>"
            for kind, amount in (amounts or {"Principal": "5.00"}).items()
        )
        return (
            f"<OrderAdjustment><AmazonOrderID>{ref or self.ref}</AmazonOrderID>"
            f"<AdjustedItem><AmazonOrderItemCode>{code or self.code}"
            f"</AmazonOrderItemCode><AdjustmentReason>{reason}</AdjustmentReason>"
            f"<ItemPriceAdjustments>{parts}</ItemPriceAdjustments></AdjustedItem>"
            "</OrderAdjustment>"
        )

    def refused(self, *messages):
        """Send messages and return what the report says: {message id: text}."""
        rows = "".join(
            f"<Message><MessageID>{number}</MessageID>{message}</Message>"
            for number, message in enumerate(messages, 1)
        )
        document = (
            "<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>"
            "<MerchantIdentifier>A1SIMSELLEREU</MerchantIdentifier></Header>"
            f"<MessageType>OrderAdjustment</MessageType>{rows}</AmazonEnvelope>"
        )
        raw = self.report(self.create(TYPE, document))
        report_node = ElementTree.fromstring(raw).find("Message/ProcessingReport")
        return {
            int(result.findtext("MessageID")): result.findtext("ResultDescription")
            for result in report_node.findall("Result")
        }

    def test_money_goes_back(self):
        self.assertEqual(self.refused(self.message(Principal="5.00", Shipping="4")), {})
        [event] = self.world.refunds
        self.assertEqual(
            (event.order, event.item, event.total), (self.ref, self.code, 9)
        )

    def test_what_is_refused(self):
        unshipped = self.world.place_order(items=[self.world.item("MUG-BLUE")])
        code = self.world.order(unshipped).items[0].id
        refused = self.refused(
            self.message(reason=""),
            self.message(reason="BuyerCanceled"),
            self.message(code="1"),
            self.message(ref="302-0000000-0000000"),
            self.message(ref=unshipped, code=code),
            self.message(Principal="20.01"),
            self.message(Shipping="4.01"),
            self.message(Principal="-1.00"),
            self.message(RestockingFee="1.00"),
            self.message(Principal="x"),
            self.message(Goodwill="24.01"),
        )
        self.assertEqual(sorted(refused), list(range(1, 12)))
        self.assertEqual(self.world.refunds, [])

    def test_no_more_than_is_left(self):
        self.assertEqual(self.refused(self.message(Principal="15.00")), {})
        self.assertEqual([*self.refused(self.message(Principal="5.01"))], [1])
        self.assertEqual(self.refused(self.message(Principal="5.00")), {})
