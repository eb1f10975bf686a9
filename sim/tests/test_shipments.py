"""confirmShipment: what Amazon takes, and what it does not."""

from .. import BY_COUNTRY, to_text
from .common import CHECKED, GERMANY, SimulatorCase

MUG, TEA = "MUG-BLUE", "TEA-SENCHA"


class TestShipments(SimulatorCase):
    """Packages arrive, are edited, or are refused."""

    options = CHECKED

    def setUp(self):
        super().setUp()
        items = [self.world.item(MUG, 3), self.world.item(TEA, 1)]
        self.ref = self.world.place_order(items=items)
        self.order = self.world.order(self.ref)
        self.ids = {item.sku: item.id for item in self.order.items}

    def body(self, reference="1", units=None, **package):
        units = {MUG: 3, TEA: 1} if units is None else units
        detail = {
            "packageReferenceId": reference,
            "carrierCode": "DHL",
            "trackingNumber": "T1",
            "shipDate": self.ago(seconds=1),
            "orderItems": [
                {"orderItemId": self.ids.get(sku, sku), "quantity": count}
                for sku, count in units.items()
            ],
        }
        detail = {k: v for k, v in (detail | package).items() if v is not None}
        return {"marketplaceId": GERMANY, "packageDetail": detail}

    def post(self, body, ref=None):
        path = f"/orders/v0/orders/{ref or self.ref}/shipmentConfirmation"
        return self.call("POST", path, body)

    def confirm(self, *words, **package):
        answer = self.post(self.body(*words, **package))
        self.assertEqual((answer.status, answer.raw), (204, b""), answer.text)

    def refuse(self, said, *words, **package):
        before = repr(self.order)
        self.assertInvalid(self.post(self.body(*words, **package)), said)
        self.assertEqual(repr(self.order), before)

    def test_the_whole_order(self):
        self.confirm(shippingMethod="Paket")
        self.assertEqual(
            self.world.shipments(),
            {self.ref: [("1", "DHL", "T1", {MUG: 3, TEA: 1})]},
        )
        shown = self.shown(self.ref)
        self.assertEqual(shown["fulfillment"]["fulfillmentStatus"], "SHIPPED")
        (package,) = shown["packages"]
        self.assertEqual(
            (package["shipTime"], package["shippingService"]),
            (self.ago(seconds=1), "Paket"),
        )
        left = [i["fulfillment"]["quantityUnfulfilled"] for i in shown["orderItems"]]
        self.assertEqual(left, [0, 0])
        self.assertContractKept()

    def test_transparency_codes_are_shown(self):
        row = {"orderItemId": self.ids[TEA], "quantity": 1, "transparencyCodes": ["C1"]}
        self.confirm(orderItems=[row])
        (package,) = self.shown(self.ref)["packages"]
        self.assertEqual(package["packageItems"], [row])
        self.assertContractKept()

    def test_it_is_a_change_that_searches_find(self):
        bound = self.search().json["lastUpdatedBefore"]
        self.confirm()
        self.assertEqual(self.found(lastUpdatedAfter=bound), [self.ref])

    def test_several_packages(self):
        self.confirm("1", {MUG: 2})
        self.assertEqual(self.order.status, "PARTIALLY_SHIPPED")
        self.confirm("7", {MUG: 1, TEA: 1}, trackingNumber="T7", carrierCode="UPS")
        self.assertEqual(self.order.status, "SHIPPED")
        self.assertEqual(
            self.world.shipments(self.ref),
            [("1", "DHL", "T1", {MUG: 2}), ("7", "UPS", "T7", {MUG: 1, TEA: 1})],
        )
        self.assertContractKept()

    def test_the_same_reference_is_an_edit(self):
        self.confirm()
        self.confirm(trackingNumber="T2")
        self.assertEqual(
            self.world.shipments(self.ref), [("1", "DHL", "T2", {MUG: 3, TEA: 1})]
        )
        self.confirm("1", {MUG: 1})
        self.assertEqual(self.order.status, "PARTIALLY_SHIPPED")
        self.confirm("2", {MUG: 2})
        self.refuse("more than the 1 unshipped", "1", {MUG: 2})
        self.confirm("2", {MUG: 2, TEA: 1})
        self.assertEqual(self.order.status, "SHIPPED")

    def test_after_the_last_package(self):
        self.confirm()
        self.refuse("PackageToUpdateNotFound", "2")

    def test_a_lost_answer_was_carried_out_a_reset_was_not(self):
        for kind, packages in (("reset", []), ("lost", ["1"])):
            self.sim.faults.add("confirmShipment", kind)
            with self.assertRaises(ConnectionError):
                self.post(self.body())
            found = [package[0] for package in self.world.shipments(self.ref)]
            self.assertEqual(found, packages)
        self.confirm()
        self.assertEqual(len(self.order.packages), 1)

    def test_what_it_received_can_be_read(self):
        body = self.body()
        self.post(body)
        (call,) = self.sim.calls("confirmShipment")
        self.assertEqual((call.json, call.parameters, call.status), (body, {}, 204))

    def test_carriers(self):
        self.refuse("carrierCode is missing", carrierCode=None)
        self.refuse("carrierCode must be a text", carrierCode="")
        self.refuse("carrierName is required", carrierCode="Other")
        self.confirm(carrierCode="Other", carrierName="Bike & Co")
        self.assertEqual(self.world.shipments(self.ref)[0][1], "Bike & Co")

    def test_references_and_tracking(self):
        for reference in ("0", "00", "-1", "A1", "1.5", "", "１", 1):
            self.refuse("must be a positive numeric value", reference)
        self.refuse("packageReferenceId is missing", None)
        self.refuse("trackingNumber must be a text", trackingNumber=" ")
        self.refuse("trackingNumber is missing", trackingNumber=None)
        self.refuse("Unknown field: colour", colour="red")

    def test_dates(self):
        self.clock.advance(days=1)
        self.refuse("before the purchase", shipDate=self.ago(days=1, minutes=3))
        self.refuse("in the future", shipDate=self.ago(seconds=-1))
        for date in ("02/21/2022", "2026-11-21", "2026-11-21T10:00:00", 5):
            with self.subTest(date):
                self.assertEqual(self.post(self.body(shipDate=date)).status, 400)
        bought = to_text(self.order.created.replace(microsecond=0))
        self.confirm("1", {TEA: 1}, shipDate=bought)
        self.confirm("2", {MUG: 1}, shipDate=self.ago(seconds=0))
        self.confirm("3", {MUG: 1}, shipDate="2026-11-21T13:00:00+01:00")

    def test_items(self):
        self.refuse("does not belong to the order", "1", {"12345678901234": 1})
        self.refuse("more than the 3 unshipped", "1", {MUG: 4})
        self.refuse("1 or more", "1", {MUG: 0})
        self.refuse("1 or more", "1", {MUG: True})
        self.refuse("orderItems may have 1", "1", {})
        row = {"orderItemId": self.ids[MUG], "quantity": 1}
        self.refuse("lists an item twice", orderItems=[row, row])

    def test_orders_that_are_not_to_be_confirmed(self):
        cases = {
            "fulfilled by Amazon": {"channel": "fba"},
            "The order is PENDING": {"status": "PENDING"},
            "The order is CANCELLED": {"status": "CANCELLED"},
            "FBM_SHIP_PLUS can not": {"programs": ("FBM_SHIP_PLUS",)},
            "EASY_SHIP can not": {"programs": ("AMAZON_EASY_SHIP",)},
            "DELIVERY_BY_AMAZON can not": {"programs": ("DELIVERY_BY_AMAZON",)},
            "IN_STORE_PICK_UP can not": {"programs": ("IN_STORE_PICK_UP",)},
            "marketplaceId is not": {"marketplace": BY_COUNTRY["FR"].id},
        }
        for said, words in cases.items():
            with self.subTest(said):
                ref = self.world.place_order(**words)
                self.assertInvalid(self.post(self.body(), ref), said)

    def test_orders_of_others(self):
        self.assertEqual(self.post(self.body(), "302-0000000-0000000").status, 404)
        self.assertInvalid(self.post(self.body(), "302-1"), "not an Amazon order id")
        self.link(self.world.sellers[1])
        self.assertEqual(self.post(self.body()).status, 404)

    def test_cash_on_delivery_is_for_japan(self):
        body = self.body() | {"codCollectionMethod": "DirectPayment"}
        self.assertInvalid(self.post(body), "for Japan only")

    def test_bodies_that_are_none(self):
        self.assertInvalid(self.post([]), "not an object")
        self.assertInvalid(self.post({}), "marketplaceId is missing")
        path = f"/orders/v0/orders/{self.ref}/shipmentConfirmation"
        headers = {"x-amz-access-token": self.access}
        self.assertInvalid(self.send("POST", path, "{", headers), "not JSON")

    def test_taken_and_not_kept(self):
        self.sim.faults.add("confirmShipment", "unkept")
        self.confirm()
        self.assertEqual(self.world.shipments(), {})
        self.confirm()
        self.assertEqual(len(self.world.shipments()[self.ref]), 1)

    def test_carriers_that_are_not_accepted(self):
        self.world.import_carriers = {"UPS"}
        self.confirm("1", {MUG: 1})
        item = self.world.item(MUG, 2, ioss_number="IM123")
        self.ref = self.world.place_order(items=[item])
        self.order = self.world.order(self.ref)
        self.ids = {MUG: self.order.items[0].id}
        self.refuse("DHL is not accepted", "2", {MUG: 1})
        self.confirm("2", {MUG: 1}, carrierCode="UPS")

    def test_ship_from_of_invoice_by_amazon(self):
        self.world.tax_sources = {"source-1"}
        self.confirm("1", {MUG: 1})
        self.order.programs = ("INVOICE_BY_AMAZON",)
        said = "Invoice by Amazon orders can only be shipped"
        self.refuse(said, "2", {MUG: 1})
        self.refuse(said, "2", {MUG: 1}, shipFromSupplySourceId="source-2")
        self.confirm("2", {MUG: 1}, shipFromSupplySourceId="source-1")
