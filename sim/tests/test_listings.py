"""Listings: what the world holds, getListingsItem and patchListingsItem."""

import pickle
from urllib.parse import quote

from .. import BY_COUNTRY, CATALOGUE, Seller, World, WorldError
from .common import CHECKED, FRANCE, GERMANY, SimulatorCase

JAPAN = BY_COUNTRY["JP"].id


class TestWorld(SimulatorCase):
    """Quantities follow the orders."""

    def test_seeded_from_the_catalogue(self):
        self.assertEqual(self.world.quantities(), dict.fromkeys(CATALOGUE, 50))
        self.assertEqual(self.world.quantities(JAPAN), dict.fromkeys(CATALOGUE, 50))
        listing = self.world.listing("TEA-SENCHA-FBA", JAPAN)
        self.assertEqual(
            (listing.asin, listing.channel, listing.quantity, str(listing.price)),
            (CATALOGUE["TEA-SENCHA"].asin, "AMAZON_JP", None, "2060"),
        )
        for seller in self.world.sellers:
            for place in seller.marketplaces:
                self.assertEqual(len(self.world.quantities(place, seller)), 8)

    def test_orders_take_units(self):
        mugs = [self.world.item("MUG-BLUE", 20)]
        self.world.place_order("fba", items=mugs)
        self.world.place_order(items=mugs, status="CANCELLED")
        self.world.place_order(items=[self.world.item("OLD-1")])
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 50)
        ref = self.world.place_order(items=mugs)
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 30)
        self.world.cancel(ref)
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 50)
        ref = self.world.place_order(items=mugs, status="PENDING")
        self.world.cancel_item(ref, 0, 5)
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 30, "there were none")
        self.world.place_order(items=mugs * 2)
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 0, "never less")
        self.world.cancel(self.world.place_order(items=mugs))
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 0, "nothing was taken")
        self.assertEqual(self.world.quantities(FRANCE)["MUG-BLUE"], 50)

    def test_what_was_shipped_does_not_come_back(self):
        ref = self.world.place_order(items=[self.world.item("MUG-BLUE", 20)])
        self.world.ship_fbm(ref, {"MUG-BLUE": 8})
        self.world.cancel(ref)
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 42)

    def test_no_more_comes_back_than_is_left_of_what_was_taken(self):
        self.world.listing("MUG-BLUE").quantity = 15
        ref = self.world.place_order(items=[self.world.item("MUG-BLUE", 20)])
        self.world.ship_fbm(ref, {"MUG-BLUE": 8})
        self.world.cancel(ref)
        self.assertEqual(self.world.quantities()["MUG-BLUE"], 7)

    def test_more_listings(self):
        own = self.world.add_listing("OWN-1", price="3", quantity=7, asin="B0X")
        self.assertEqual(self.world.quantities()["OWN-1"], 7)
        self.assertEqual((own.asin, str(own.price), own.lead_time), ("B0X", "3.00", 2))
        with self.assertRaises(WorldError):
            self.world.listing("OWN-1", FRANCE)
        self.world.add_seller(Seller("Other", "eu", "A1OTHER", marketplaces=(GERMANY,)))
        other = self.world.sellers[-1]
        self.assertEqual(self.world.quantities(GERMANY, other)["MUG-BLUE"], 50)
        self.assertNotIn("OWN-1", self.world.quantities(GERMANY, other))

    def test_it_is_kept_with_the_world(self):
        self.world.listing("MUG-BLUE").quantity = 3
        self.world.feeds.take = 60
        again = pickle.loads(pickle.dumps(self.world))
        self.assertEqual((again.quantities()["MUG-BLUE"], again.feeds.take), (3, 60))

    def test_a_world_of_before_has_the_catalogue(self):
        state = self.world.__getstate__()
        for name in ("listings", "feeds", "dangers"):
            del state[name]
        older = World.__new__(World)
        older.__setstate__(state)
        self.assertEqual(older.quantities(), dict.fromkeys(CATALOGUE, 50))


class TestOperations(SimulatorCase):
    """Listings Items API."""

    options = CHECKED

    def path(self, sku, seller="A1SIMSELLEREU"):
        return f"/listings/2021-08-01/items/{seller}/{quote(sku, safe='')}"

    def item(self, sku="MUG-BLUE", **parameters):
        return self.get(self.path(sku), **({"marketplaceIds": GERMANY} | parameters))

    def patch(self, sku="MUG-BLUE", op="merge", mode=None, **value):
        value = {"fulfillment_channel_code": "DEFAULT"} | value
        path = "/attributes/fulfillment_availability"
        patches = [{"op": op, "path": path, "value": [value]}]
        body = {"productType": "PRODUCT", "patches": patches}
        words = {"marketplaceIds": GERMANY} | ({"mode": mode} if mode else {})
        answer = self.call("PATCH", self.path(sku), body, **words)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def test_get(self):
        (summary,) = self.item().json["summaries"]
        self.assertEqual(summary["status"], ["BUYABLE", "DISCOVERABLE"])
        blocks = (
            "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,"
            "relationships,productTypes"
        )
        shown = self.item(includedData=blocks).json
        self.assertEqual(list(shown), ["sku", *blocks.split(",")])
        self.assertEqual(
            shown["attributes"]["fulfillment_availability"],
            [
                {
                    "fulfillment_channel_code": "DEFAULT",
                    "quantity": 50,
                    "lead_time_to_ship_max_days": 2,
                    "marketplace_id": GERMANY,
                }
            ],
        )
        fba = self.item("MUG-BLUE-FBA", includedData="fulfillmentAvailability").json
        self.assertEqual(
            fba["fulfillmentAvailability"], [{"fulfillmentChannelCode": "AMAZON_EU"}]
        )
        self.assertContractKept()

    def test_skus_are_percent_encoded(self):
        for sku in ("A/B c%+ü", "50%25", "..", "日本"):
            self.world.add_listing(sku, quantity=1)
            self.assertEqual(self.item(sku).json["sku"], sku)
            self.assertEqual(self.patch(sku, quantity=9)["sku"], sku)
            self.assertEqual(self.world.listing(sku).quantity, 9)

    def test_get_refused(self):
        self.assertEqual(self.item("OLD-1").status, 404)
        self.assertInvalid(self.get(self.path("MUG-BLUE")), "marketplaceIds is missing")
        self.assertInvalid(self.item(marketplaceIds="ATVPDKIKX0DER"), "not valid")
        answer = self.get(self.path("MUG-BLUE", "A1OTHER"), marketplaceIds=GERMANY)
        self.assertEqual(answer.status, 403)

    def test_patch(self):
        shown = self.patch(quantity=0)
        self.assertEqual((shown["status"], shown["issues"]), ("ACCEPTED", []))
        listing = self.world.listing("MUG-BLUE")
        self.assertEqual((listing.quantity, listing.lead_time), (0, 2))
        (summary,) = self.item().json["summaries"]
        self.assertEqual(summary["status"], ["DISCOVERABLE"])
        self.assertEqual(self.world.dangers, [])
        self.assertContractKept()

    def test_preview(self):
        shown = self.patch(mode="VALIDATION_PREVIEW", quantity=0)
        self.assertEqual(shown["status"], "VALID")
        self.assertEqual(self.world.listing("MUG-BLUE").quantity, 50)

    def test_patch_refused(self):
        for sku, said in (("OLD-1", "does not exist"), ("MUG-BLUE-FBA", "fulfils")):
            shown = self.patch(sku, quantity=1)
            self.assertEqual(shown["status"], "INVALID")
            self.assertIn(said, shown["issues"][0]["message"])
        self.assertEqual(self.patch(quantity=-1)["status"], "INVALID")
        self.assertContractKept()

    def test_dangers(self):
        self.patch(op="replace", quantity=1)
        self.assertEqual(
            self.world.dangers, ["MUG-BLUE: replace deletes the handling time"]
        )
