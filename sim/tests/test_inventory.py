"""What lies in Amazon's warehouses, and getInventorySummaries."""

from .. import BY_COUNTRY, WorldError
from ..sellers import ROLE_FBA, ROLE_LISTINGS
from .common import CHECKED, FRANCE, GERMANY, SimulatorCase

SUMMARIES = "/fba/inventory/v1/summaries"
BRITAIN = BY_COUNTRY["GB"].id
SKU = "MUG-BLUE-FBA"


class TestStock(SimulatorCase):
    """The stock follows the orders."""

    def units(self):
        stock = self.world.fba_stock(SKU)
        return stock.fulfillable, stock.reserved_orders

    def place(self, quantity=3, **details):
        items = [self.world.item(SKU, quantity)]
        return self.world.place_order("fba", items=items, **details)

    def test_set_and_read(self):
        stock = self.world.fba_stock(SKU, fulfillable=7, inbound_shipped=5, expired=1)
        self.assertIs(self.world.fba_stock(SKU), stock)
        self.assertEqual((stock.fulfillable, stock.total), (7, 13))
        with self.assertRaises(WorldError):
            self.world.fba_stock("NEVER-HAD")
        with self.assertRaises(WorldError):
            self.world.fba_stock(SKU, shoes=1)
        with self.assertRaises(WorldError):
            self.world.fba_stock(SKU, fulfillable=-1)

    def test_shipped(self):
        self.assertEqual(self.units(), (40, 0))
        ref = self.place()
        self.assertEqual(self.units(), (37, 3))
        self.world.ship_fba(ref)
        self.assertEqual(self.units(), (37, 0))
        self.place(2, status="SHIPPED")
        self.assertEqual(self.units(), (35, 0))

    def test_cancelled(self):
        ref = self.place(5)
        self.world.cancel_item(ref, 0, 2)
        self.assertEqual(self.units(), (37, 3))
        self.world.cancel(ref)
        self.assertEqual(self.units(), (40, 0))
        self.place(status="CANCELLED")
        self.assertEqual(self.units(), (40, 0))

    def test_orders_that_have_nothing_to_do_with_it(self):
        self.world.place_order(items=[self.world.item(SKU, 3)])
        self.world.place_order("fba", items=[self.world.item("OLD-1", 3)])
        self.assertEqual(self.units(), (40, 0))

    def test_linked_marketplaces_have_one_stock(self):
        self.place(marketplace=FRANCE)
        self.assertEqual(self.units(), (37, 3))
        self.assertIs(self.world.fba_stock(SKU, FRANCE), self.world.fba_stock(SKU))
        self.place(marketplace=BRITAIN)
        self.assertEqual(self.units(), (37, 3))
        self.assertEqual(self.world.fba_stock(SKU, BRITAIN).fulfillable, 37)

    def test_on_the_page(self):
        self.place()
        text = self.send("GET", "/").text
        self.assertIn(">37</span> <small>+3 reserved</small>", text)
        self.world.add_listing("NEW-FBA", channel="AMAZON_EU")
        self.assertIn("none at Amazon", self.send("GET", "/").text)


class TestSummaries(SimulatorCase):
    """FBA Inventory API."""

    options = CHECKED

    def ask(self, place=GERMANY, **parameters):
        usual = {
            "granularityType": "Marketplace",
            "granularityId": place,
            "marketplaceIds": place,
            "details": "true",
        }
        whole = usual | parameters
        return self.get(SUMMARIES, **{k: v for k, v in whole.items() if v is not None})

    def summaries(self, place=GERMANY, **parameters):
        answer = self.ask(place, **parameters)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json["payload"]["inventorySummaries"]

    def skus(self, **parameters):
        return [summary["sellerSku"] for summary in self.summaries(**parameters)]

    def test_details(self):
        self.world.fba_stock(
            SKU, fulfillable=7, reserved_orders=2, inbound_working=4, defective=1
        )
        (mug, tea) = self.summaries()
        self.assertEqual(tea["sellerSku"], "TEA-SENCHA-FBA")
        details = mug["inventoryDetails"]
        self.assertEqual((mug["sellerSku"], mug["totalQuantity"]), (SKU, 14))
        self.assertEqual(details["fulfillableQuantity"], 7)
        self.assertEqual(details["inboundWorkingQuantity"], 4)
        self.assertEqual(details["reservedQuantity"]["totalReservedQuantity"], 2)
        unsellable = details["unfulfillableQuantity"]
        self.assertEqual(unsellable["totalUnfulfillableQuantity"], 1)
        self.assertNotIn("inventoryDetails", self.summaries(details=None)[0])
        self.assertContractKept()

    def test_linked_marketplaces_see_the_same_units(self):
        self.world.fba_stock(SKU, fulfillable=7)
        mugs = {place: self.summaries(place)[0] for place in (GERMANY, FRANCE, BRITAIN)}
        seen = {
            p: m["inventoryDetails"]["fulfillableQuantity"] for p, m in mugs.items()
        }
        self.assertEqual(seen, {GERMANY: 7, FRANCE: 7, BRITAIN: 40})
        self.assertEqual(mugs[GERMANY]["fnSku"], mugs[FRANCE]["fnSku"])
        self.assertNotEqual(mugs[GERMANY]["fnSku"], mugs[BRITAIN]["fnSku"])

    def test_filters(self):
        self.assertEqual(self.skus(sellerSku=SKU), [SKU])
        self.assertEqual(self.skus(sellerSkus=f"{SKU},NO"), [SKU])
        self.clock.advance(minutes=30)
        self.world.fba_stock(SKU, fulfillable=1)
        since = self.ago(minutes=1)
        self.assertEqual(self.skus(startDateTime=since), [SKU])
        self.assertContractKept()

    def test_pages_and_their_short_lived_tokens(self):
        for number in range(110):
            self.world.fba_stock(f"S-{number:03d}", fulfillable=number)
        first = self.ask().json
        token = first["pagination"]["nextToken"]
        self.clock.advance(seconds=30)
        second = self.ask(nextToken=token).json
        self.assertEqual(len(second["payload"]["inventorySummaries"]), 50)
        token = second["pagination"]["nextToken"]
        third = self.ask(nextToken=token).json
        self.assertEqual(len(third["payload"]["inventorySummaries"]), 12)
        self.assertNotIn("pagination", third)
        answer = self.ask(nextToken=token, details=None)
        self.assertInvalid(answer, "with other parameters")
        self.clock.advance(seconds=31)
        self.assertInvalid(self.ask(nextToken=token), "invalid or expired")
        self.assertInvalid(self.ask(nextToken="x"), "invalid or expired")
        self.assertContractKept()

    def test_refused(self):
        self.assertInvalid(self.ask(granularityId=None), "granularityId is missing")
        self.assertInvalid(self.ask(granularityId=FRANCE), "is not the marketplace")
        self.assertInvalid(self.ask("ATVPDKIKX0DER"), "not valid")
        self.assertInvalid(self.ask(granularityType="Shop"), "can not be Shop")
        long_ago = self.ago(days=600)
        self.assertInvalid(self.ask(startDateTime=long_ago), "18 months")
        self.world.sellers[0].roles -= {ROLE_FBA, ROLE_LISTINGS}
        self.assertEqual(self.ask().status, 403)

    def test_rate(self):
        self.sim.rates.published = True
        statuses = [self.ask().status for _ in range(3)]
        self.assertEqual(statuses, [200, 200, 429])
