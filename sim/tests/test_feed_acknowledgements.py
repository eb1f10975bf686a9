"""POST_ORDER_ACKNOWLEDGEMENT_DATA: the seller cancels orders."""

from xml.etree import ElementTree

from .feed_case import FeedCase

TYPE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"


class TestAcknowledgements(FeedCase):
    """Orders are cancelled, or each message says why not."""

    content_type = "text/xml; charset=UTF-8"

    def setUp(self):
        super().setUp()
        items = [self.world.item("MUG-BLUE", 3), self.world.item("TEA-SENCHA", 1)]
        self.ref = self.world.place_order(items=items)
        self.order = self.world.order(self.ref)

    def message(self, ref=None, reason="NoInventory", items=None, status="Failure"):
        ref = ref or self.ref
        if items is None:
            items = [item.id for item in self.world.order(ref).items]
        why = f"<CancelReason>{reason}</CancelReason>" if reason else ""
        rows = "".join(
            f"<Item><AmazonOrderItemCode>{code}</AmazonOrderItemCode>{why}</Item>"
            for code in items
        )
        return (
            f"<OrderAcknowledgement><AmazonOrderID>{ref}</AmazonOrderID>"
            f"<StatusCode>{status}</StatusCode>{rows}</OrderAcknowledgement>"
        )

    def document(self, *messages, seller="A1SIMSELLEREU", kind="OrderAcknowledgement"):
        rows = "".join(
            f"<Message><MessageID>{number}</MessageID>{message}</Message>"
            for number, message in enumerate(messages, 1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Header>'
            "<DocumentVersion>1.01</DocumentVersion>"
            f"<MerchantIdentifier>{seller}</MerchantIdentifier></Header>"
            f"<MessageType>{kind}</MessageType>{rows}</AmazonEnvelope>"
        )

    def problems(self, *messages):
        """Send messages and return what the report says: {message id: text}."""
        raw = self.report(self.create(TYPE, self.document(*messages)))
        report_node = ElementTree.fromstring(raw).find("Message/ProcessingReport")
        results = {
            int(result.findtext("MessageID")): result.findtext("ResultDescription")
            for result in report_node.findall("Result")
        }
        summary = [int(node.text) for node in report_node.find("ProcessingSummary")]
        wrong = len(results)
        right = len(messages) - wrong
        self.assertEqual(summary, [len(messages), right, wrong, 0])
        self.assertEqual(
            report_node.findtext("DocumentTransactionID"), self.sim.feeds[-1].id
        )
        return results

    def assertRefused(self, message, said):
        before = repr(self.order)
        self.assertIn(said, self.problems(message)[1])
        self.assertEqual(repr(self.order), before)

    def test_cancelled(self):
        self.assertEqual(self.problems(self.message()), {})
        self.assertEqual(self.order.status, "CANCELLED")
        reasons = {"MUG-BLUE": "NoInventory", "TEA-SENCHA": "NoInventory"}
        self.assertEqual(self.world.cancellations(), {self.ref: reasons})
        shown = self.shown(self.ref)
        self.assertEqual(
            [
                item["cancellation"]["cancellationExecution"]
                for item in shown["orderItems"]
            ],
            [{"cancelledBy": "MERCHANT", "cancelReason": "NoInventory"}] * 2,
        )
        self.assertContractKept()

    def test_units_go_back_unless_there_are_none(self):
        other = self.world.place_order(items=[self.world.item("MUG-BLUE", 2)])
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 45)
        self.problems(self.message(reason="NoInventory"))
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 45)
        self.problems(self.message(other, reason="BuyerCanceled"))
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 47)

    def test_several_orders_each_with_its_result(self):
        refs = [self.world.place_order() for _ in range(3)]
        self.world.ship_fbm(refs[1])
        found = self.problems(*map(self.message, refs))
        self.assertEqual(set(found), {2})
        self.assertIn("already shipped", found[2])
        self.assertEqual(set(self.world.cancellations()), {refs[0], refs[2]})

    def test_a_success_changes_nothing(self):
        before = repr(self.order)
        self.assertEqual(self.problems(self.message(status="Success", items=[])), {})
        self.assertEqual(repr(self.order), before)

    def test_items(self):
        first, second = (item.id for item in self.order.items)
        self.assertRefused(self.message(items=[first]), "Each item")
        self.assertRefused(self.message(items=[]), "Each item")
        self.assertRefused(self.message(items=[first, second, "1"]), "does not belong")
        self.assertRefused(self.message(items=[first, second, first]), "listed twice")

    def test_reasons(self):
        self.assertRefused(self.message(reason="Mood"), "can not be Mood")
        self.assertRefused(self.message(reason=None), "can not be None")
        self.assertRefused(self.message(status="Maybe"), "can not be Maybe")

    def test_orders(self):
        fba, pending = (
            self.world.place_order(channel, status=status)
            for channel, status in (("fba", "UNSHIPPED"), ("fbm", "PENDING"))
        )
        self.assertRefused(self.message(fba), "fulfilled by Amazon")
        self.assertRefused(self.message(pending), "is PENDING")
        self.assertRefused(self.message("302-0000000-0000000", items=[]), "unknown")
        seller = self.world.sellers[1]
        other = self.world.place_order(marketplace=seller.marketplaces[0])
        self.assertRefused(self.message(other), "unknown, or another seller's")
        self.problems(self.message())
        self.assertRefused(self.message(), "is CANCELLED")
        self.assertEqual(self.world.dangers, [])

    def test_after_a_part_was_shipped(self):
        self.world.ship_fbm(self.ref, {"MUG-BLUE": 1})
        self.assertRefused(self.message(), "already shipped")
        said = f"{self.ref}: cancelled after it was shipped"
        self.assertEqual(self.world.dangers, [said])

    def test_refused_on_demand(self):
        self.sim.feeds.refuse(self.ref, "Not today.")
        self.assertEqual(self.problems(self.message()), {1: "Not today."})
        self.assertEqual(self.order.status, "UNSHIPPED")

    def test_documents_that_can_not_be_read(self):
        whole = self.document(self.message())
        cases = {
            "not XML": whole[:-5],
            "AmazonEnvelope": "<a/>",
            "another seller": self.document(self.message(), seller="A1OTHER"),
            "must be OrderAcknowledgement": self.document(self.message(), kind="Price"),
            "no message": self.document(),
            "number of its own": whole.replace("<MessageID>1<", "<MessageID>x<"),
            "must hold StatusCode": whole.replace("StatusCode", "Status"),
            "can not hold Colour": whole.replace("</Header>", "<Colour/></Header>"),
            "not allowed": whole.replace("<AmazonEnvelope>", "<!DOCTYPE a><a>"),
        }
        for said, content in cases.items():
            with self.subTest(said):
                feed_id = self.create(TYPE, content)
                self.assertEqual(self.feed(feed_id)["processingStatus"], "FATAL")
                self.assertIn(said, self.sim.feeds[-1].report)
                self.assertIn("<MessageID>0</MessageID>", self.sim.feeds[-1].report)
        self.assertEqual(self.order.status, "UNSHIPPED")
