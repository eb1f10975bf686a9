"""What a client sees of an order: blocks, personal data, states."""

from datetime import timedelta

from .. import WorldError, parse_time
from ..sellers import ROLE_DELIVERY, ROLE_TAX
from .common import EVERYTHING, SimulatorCase

AMERICA = "ATVPDKIKX0DER"
ALWAYS = {
    "orderId",
    "createdTime",
    "lastUpdatedTime",
    "programs",
    "salesChannel",
    "orderItems",
}
BLOCKS = {
    "BUYER": {"buyer"},
    "RECIPIENT": {"recipient"},
    "PROCEEDS": {"proceeds"},
    "FULFILLMENT": {"fulfillment"},
    "PACKAGES": {"packages"},
    "TAX": {"tax"},
    "PAYMENT": {"payment"},
}
ITEM_ALWAYS = {"orderItemId", "quantityOrdered", "programs", "product"}
ITEM_BLOCKS = {
    "PROCEEDS": {"proceeds"},
    "EXPENSE": {"expense"},
    "PROMOTION": {"promotion"},
    "CANCELLATION": {"cancellation"},
    "FULFILLMENT": {"fulfillment"},
    "TAX": {"tax"},
}


class TestBlocks(SimulatorCase):
    """`includedData` decides."""

    def rich_order(self):
        item = self.world.item(
            "MUG-BLUE",
            promotion_ids=("P1",),
            points=5,
            programs=("TRANSPARENCY",),
        )
        ref = self.world.place_order(
            items=[item],
            programs=["AMAZON_BUSINESS"],
            facilitator=True,
            purchase_order="PO 7",
        )
        self.world.request_cancellation(ref)
        return ref

    def test_nothing_asked(self):
        answer = self.search()
        self.assertEqual(answer.json["orders"], [])
        self.rich_order()
        order = self.search().json["orders"][0]
        self.assertEqual(set(order), ALWAYS)
        self.assertEqual(set(order["orderItems"][0]), ITEM_ALWAYS)

    def test_each_dataset_brings_its_blocks_and_no_other(self):
        ref = self.rich_order()
        for dataset in EVERYTHING.split(","):
            with self.subTest(dataset):
                order = self.shown(ref, dataset)
                self.assertEqual(set(order), ALWAYS | BLOCKS.get(dataset, set()))
                expected = ITEM_ALWAYS | ITEM_BLOCKS.get(dataset, set())
                self.assertEqual(set(order["orderItems"][0]), expected)

    def test_optional_blocks(self):
        ref = self.world.place_order(replacement_of="302-1-1", seller_order_id="SO 9")
        order = self.shown(ref)
        self.assertEqual(
            order["associatedOrders"],
            [{"orderId": "302-1-1", "associationType": "REPLACEMENT_ORIGINAL_ID"}],
        )
        self.assertEqual(
            order["orderAliases"], [{"aliasId": "SO 9", "aliasType": "SELLER_ORDER_ID"}]
        )
        self.assertEqual(order["packages"], [])
        self.assertNotIn("packages", self.shown(self.world.place_order("fba")))


class TestPersonalData(SimulatorCase):
    """Who may see whom."""

    def gift(self, channel="fbm", **more):
        item = self.world.item("MUG-BLUE", gift_message="Hi", gift_wrap_level="Classic")
        return self.world.place_order(channel, items=[item], **more)

    def test_fbm(self):
        ref = self.gift()
        order = self.shown(ref)
        address = order["recipient"]["deliveryAddress"]
        truth = self.world.order(ref)
        self.assertEqual(address, truth.address)
        self.assertRegex(order["buyer"]["buyerEmail"], r"^\w+@marketplace\.amazon\.de$")
        self.assertEqual(order["buyer"]["buyerName"], truth.buyer["name"])
        option = order["orderItems"][0]["fulfillment"]["packing"]["giftOption"]
        self.assertEqual(option, {"giftMessage": "Hi", "giftWrapLevel": "Classic"})

    def test_fba_shows_no_person(self):
        ref = self.gift("fba", status="SHIPPED", marketplace=AMERICA)
        self.link(self.world.sellers[1])
        order = self.shown(ref)
        self.assertNotIn("buyer", order)
        self.assertLessEqual(
            set(order["recipient"]["deliveryAddress"]),
            {"city", "stateOrRegion", "postalCode", "countryCode", "addressType"},
        )
        option = order["orderItems"][0]["fulfillment"]["packing"]["giftOption"]
        self.assertEqual(option, {"giftWrapLevel": "Classic"})

    def test_without_the_delivery_role(self):
        self.world.sellers[0].roles -= {ROLE_DELIVERY}
        order = self.shown(self.gift())
        self.assertEqual(set(order["buyer"]), {"buyerName"})
        self.assertLessEqual(
            set(order["recipient"]["deliveryAddress"]),
            {"city", "stateOrRegion", "countryCode", "addressType"},
        )
        self.world.sellers[0].roles -= {ROLE_TAX}
        self.assertNotIn("buyer", self.shown(self.gift()))

    def test_tax_numbers_need_the_tax_role(self):
        ref = self.world.place_order(programs=["AMAZON_BUSINESS"])
        number = self.shown(ref)["tax"]["taxRegistrations"][0]
        self.assertEqual(number["entityType"], "BUYER")
        self.world.sellers[0].roles.discard(ROLE_TAX)
        self.assertNotIn("tax", self.shown(ref))

    def test_relay_address_by_status(self):
        ref = self.gift(status="PENDING")
        self.assertNotIn("buyer", self.shown(ref))
        self.assertNotIn("recipient", self.shown(ref))
        self.world.authorize_payment(ref)
        self.assertIn("buyerEmail", self.shown(ref)["buyer"])
        self.world.ship_fbm(ref)
        self.assertIn("buyerEmail", self.shown(ref)["buyer"])
        cancelled = self.gift()
        self.world.cancel(cancelled)
        self.assertNotIn("buyer", self.shown(cancelled))

    def test_phone_goes_after_the_delivery_date(self):
        ref = self.gift()
        self.world.ship_fbm(ref)
        self.assertIn("phone", self.shown(ref)["recipient"]["deliveryAddress"])
        self.clock.advance(days=30)
        self.link()
        self.assertNotIn("phone", self.shown(ref)["recipient"]["deliveryAddress"])

    def test_same_buyer_same_address(self):
        buyer = {"name": "Erika Muster", "key": "abc123"}
        refs = [self.world.place_order(buyer=buyer) for _ in range(2)]
        mails = {self.shown(ref)["buyer"]["buyerEmail"] for ref in refs}
        self.assertEqual(mails, {"abc123@marketplace.amazon.de"})


class TestEvents(SimulatorCase):
    """What happens to orders."""

    def state(self, ref):
        order = self.shown(ref)
        return order["fulfillment"]["fulfillmentStatus"], [
            (
                item["quantityOrdered"],
                item["fulfillment"]["quantityFulfilled"],
                item["fulfillment"]["quantityUnfulfilled"],
            )
            for item in order["orderItems"]
        ]

    def two_lines(self, **more):
        items = [self.world.item("MUG-BLUE", quantity=3), self.world.item("TEA-SENCHA")]
        return self.world.place_order(items=items, **more)

    def test_pending_shows_no_money_until_paid(self):
        ref = self.two_lines(status="PENDING")
        order = self.shown(ref)
        self.assertNotIn("proceeds", order)
        self.assertNotIn("payment", order)
        self.assertNotIn("proceeds", order["orderItems"][0])
        self.assertNotIn("price", order["orderItems"][0]["product"])
        self.world.pending_shows_money = True
        self.assertIn("proceeds", self.shown(ref))
        self.world.authorize_payment(ref)
        self.assertEqual(self.state(ref), ("UNSHIPPED", [(3, 0, 3), (1, 0, 1)]))

    def test_ship_fba(self):
        ref = self.two_lines(channel="fba", status="PENDING")
        self.world.ship_fba(ref)
        self.assertEqual(self.state(ref), ("SHIPPED", [(3, 3, 0), (1, 1, 0)]))
        with self.assertRaises(WorldError):
            self.world.ship_fba(ref)
        with self.assertRaises(WorldError):
            self.world.ship_fba(self.two_lines())

    def test_ship_fbm_in_two_packages(self):
        ref = self.two_lines()
        self.world.ship_fbm(ref, {"MUG-BLUE": 2}, carrier="DHL", tracking="T1")
        self.assertEqual(self.state(ref), ("PARTIALLY_SHIPPED", [(3, 2, 1), (1, 0, 1)]))
        with self.assertRaises(WorldError):
            self.world.ship_fbm(ref, {"MUG-BLUE": 2})
        self.world.ship_fbm(ref, tracking="T2")
        self.assertEqual(self.state(ref), ("SHIPPED", [(3, 3, 0), (1, 1, 0)]))
        packages = self.shown(ref)["packages"]
        self.assertEqual([p["trackingNumber"] for p in packages], ["T1", "T2"])
        self.assertEqual([p["packageReferenceId"] for p in packages], ["1", "2"])

    def test_placed_as_shipped(self):
        ref = self.two_lines(status="PARTIALLY_SHIPPED")
        self.assertEqual(self.state(ref), ("PARTIALLY_SHIPPED", [(3, 3, 0), (1, 0, 1)]))
        (package,) = self.shown(ref)["packages"]
        self.assertEqual([item["quantity"] for item in package["packageItems"]], [3])
        self.world.ship_fbm(ref)
        self.assertEqual(len(self.shown(ref)["packages"]), 2)
        fba = self.two_lines(channel="fba", status="SHIPPED")
        self.assertNotIn("packages", self.shown(fba))

    def test_cancel(self):
        ref = self.two_lines()
        self.world.cancel(ref, by="MERCHANT", reason="NoInventory")
        self.assertEqual(self.state(ref), ("CANCELLED", [(0, 0, 0), (0, 0, 0)]))
        item = self.shown(ref)["orderItems"][0]
        self.assertEqual(
            item["cancellation"]["cancellationExecution"],
            {"cancelledBy": "MERCHANT", "cancelReason": "NoInventory"},
        )
        self.assertNotIn("proceeds", item)
        with self.assertRaises(WorldError):
            self.world.cancel(ref)

    def test_cancel_part_of_an_order(self):
        ref = self.two_lines()
        before = self.world.order(ref).total
        self.world.cancel_item(ref, "MUG-BLUE", 1)
        self.assertEqual(self.state(ref), ("UNSHIPPED", [(2, 0, 2), (1, 0, 1)]))
        self.assertLess(self.world.order(ref).total, before)
        self.world.cancel_item(ref, 0)
        self.assertEqual(self.state(ref), ("UNSHIPPED", [(0, 0, 0), (1, 0, 1)]))
        self.world.cancel_item(ref, 1)
        self.assertEqual(self.state(ref)[0], "CANCELLED")

    def test_cancel_what_is_left(self):
        ref = self.two_lines()
        self.world.ship_fbm(ref, {"MUG-BLUE": 2})
        with self.assertRaises(WorldError):
            self.world.cancel_item(ref, "MUG-BLUE")
        self.world.cancel(ref)
        self.assertEqual(self.state(ref), ("SHIPPED", [(2, 2, 0), (0, 0, 0)]))

    def test_buyer_asks_to_cancel(self):
        ref = self.world.place_order()
        self.world.request_cancellation(ref, "Too late")
        item = self.shown(ref)["orderItems"][0]
        self.assertEqual(
            item["cancellation"],
            {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Too late"}},
        )
        self.assertEqual(self.state(ref)[0], "UNSHIPPED")

    def test_change_of_address(self):
        ref = self.world.place_order()
        self.world.change_address(ref, addressLine1="Neue Straße 1")
        address = self.shown(ref)["recipient"]["deliveryAddress"]
        self.assertEqual(address["addressLine1"], "Neue Straße 1")

    def test_tamper(self):
        ref = self.world.place_order()
        self.world.tamper(
            ref, lambda order: order["proceeds"]["grandTotal"].update(amount="12,3x")
        )
        self.assertEqual(self.shown(ref)["proceeds"]["grandTotal"]["amount"], "12,3x")
        self.world.tamper(ref)
        self.assertNotIn("x", self.shown(ref)["proceeds"]["grandTotal"]["amount"])

    def test_status_and_channel_are_amazons(self):
        with self.assertRaises(ValueError):
            self.world.place_order(status="CANCELED")
        with self.assertRaises(ValueError):
            self.world.place_order("mfn")
        with self.assertRaises(TypeError):
            self.world.place_order(colour="red")
        with self.assertRaises(WorldError):
            self.world.place_order(seller=self.world.sellers[1])

    def test_created_long_ago_updated_now(self):
        created = parse_time("2026-01-02T03:04:05.678Z")
        ref = self.world.place_order(created=created)
        order = self.shown(ref)
        self.assertEqual(order["createdTime"], "2026-01-02T03:04:05.678Z")
        age = self.clock() - self.world.order(ref).updated
        self.assertEqual(age, timedelta(seconds=121))
