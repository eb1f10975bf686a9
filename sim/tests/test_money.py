"""Amounts: exact, and the parts make up the whole."""

from decimal import Decimal

from .. import MARKETPLACES
from ..money import DECIMALS
from ..seeds import KINDS
from .common import SimulatorCase, needs_contract

JAPAN, AMERICA = "A1VC38T7YXB528", "ATVPDKIKX0DER"


def amounts(breakdowns):
    """Return {type: amount} of a list of breakdowns."""
    return {row["type"]: Decimal(row["subtotal"]["amount"]) for row in breakdowns}


class TestMoney(SimulatorCase):
    """Single orders, worked out by hand."""

    def proceeds(self, ref):
        return self.shown(ref, "PROCEEDS")["proceeds"]

    def place(self, marketplace="A1PA6795UKMFR9", **more):
        words = {"quantity": 2, "price": "11.99", "shipping": "4.00"} | more
        item = self.world.item("MUG-BLUE", **words)
        ref = self.world.place_order(marketplace=marketplace, items=[item])
        self.link(self.world.seller_of(marketplace))
        return ref

    def test_tax_within_the_prices(self):
        ref = self.place()
        item = self.shown(ref, "PROCEEDS")["orderItems"][0]
        self.assertEqual(
            item["proceeds"],
            {
                "proceedsTotal": {"amount": "27.98", "currencyCode": "EUR"},
                "breakdowns": [
                    {
                        "type": "ITEM",
                        "subtotal": {"amount": "23.98", "currencyCode": "EUR"},
                    },
                    {
                        "type": "SHIPPING",
                        "subtotal": {"amount": "4.00", "currencyCode": "EUR"},
                    },
                    {
                        "type": "TAX",
                        "subtotal": {"amount": "4.47", "currencyCode": "EUR"},
                        "detailedBreakdowns": [
                            {
                                "subtype": "ITEM",
                                "value": {"amount": "3.83", "currencyCode": "EUR"},
                            },
                            {
                                "subtype": "SHIPPING",
                                "value": {"amount": "0.64", "currencyCode": "EUR"},
                            },
                        ],
                    },
                ],
            },
        )
        self.assertEqual(self.proceeds(ref)["grandTotal"]["amount"], "27.98")

    def test_tax_on_top_is_amazons_affair(self):
        ref = self.place(AMERICA)
        self.assertEqual(self.proceeds(ref)["grandTotal"]["amount"], "30.29")
        item = self.shown(ref)["orderItems"][0]
        self.assertEqual(
            item["tax"]["taxCollections"],
            [
                {
                    "model": "MARKETPLACE_FACILITATOR",
                    "responsibleParty": "Amazon Services, Inc.",
                }
            ],
        )

    def test_yen_has_no_decimals(self):
        ref = self.place(JAPAN, price="1920", shipping="350")
        self.assertEqual(
            self.proceeds(ref)["grandTotal"], {"amount": "4190", "currencyCode": "JPY"}
        )

    def test_discounts_of_either_sign(self):
        for sign in (1, -1):
            item = self.world.item(
                "MUG-BLUE",
                price="10",
                shipping="4",
                discount="2",
                shipping_discount="4",
            )
            ref = self.world.place_order(items=[item], discount_sign=sign)
            parts = amounts(self.proceeds(ref)["breakdowns"])
            self.assertEqual(parts["DISCOUNT"], sign * 6)
            self.assertEqual(parts["TAX"], Decimal("1.28"), "less the discount's tax")
            self.assertEqual(self.proceeds(ref)["grandTotal"]["amount"], "8.00")

    def test_given_tax_and_rate(self):
        item = self.world.item("HONEY-500", price="10.70", tax_rate="0.07")
        parts = amounts(
            self.proceeds(self.world.place_order(items=[item]))["breakdowns"]
        )
        self.assertEqual(parts["TAX"], Decimal("0.70"))
        item = self.world.item("HONEY-500", price="10", tax="0")
        parts = amounts(
            self.proceeds(self.world.place_order(items=[item]))["breakdowns"]
        )
        self.assertNotIn("TAX", parts)

    def test_total_that_quantity_does_not_divide(self):
        item = self.world.item("MUG-BLUE", quantity=3, total="10.00")
        shown = self.shown(self.world.place_order(items=[item]))["orderItems"][0]
        self.assertEqual(shown["product"]["price"]["unitPrice"]["amount"], "3.33")
        self.assertEqual(shown["proceeds"]["proceedsTotal"]["amount"], "10.00")

    def test_tip_and_cash_on_delivery(self):
        items = [self.world.item("MUG-BLUE", price="10")]
        ref = self.world.place_order(items=items, tip="1.50", cod_fee="2.90")
        proceeds = self.proceeds(ref)
        self.assertEqual(proceeds["grandTotal"]["amount"], "14.40")
        tip = proceeds["breakdowns"][-1]
        self.assertEqual((tip["type"], tip["status"]), ("DELIVERY_TIP", "PENDING"))

    def test_floats_are_refused(self):
        with self.assertRaises(TypeError):
            self.world.place_order(items=[self.world.item("MUG-BLUE", price=9.99)])


class TestEverything(SimulatorCase):
    """All kinds of orders in all 23 marketplaces."""

    options = {"check_contract": False}

    def place_all(self):
        for marketplace in MARKETPLACES:
            for kind in KINDS:
                for channel in ("fbm", "fba"):
                    yield self.world.place_kind(kind, channel, marketplace)

    def all_shown(self):
        for seller in self.world.sellers:
            self.link(seller)
            more = {}
            while True:
                body = self.search(includedData=",".join(INCLUDED), **more).json
                yield from body["orders"]
                if "pagination" not in body:
                    break
                more = {"paginationToken": body["pagination"]["nextToken"]}

    def test_the_parts_make_up_the_whole(self):
        self.world.pending_shows_money = True
        refs = list(self.place_all())
        shown = list(self.all_shown())
        self.assertEqual(len(shown), len(refs))
        self.assertEqual(len(refs), 23 * len(KINDS) * 2)
        for order in shown:
            with self.subTest(order["orderId"]):
                self.check(order, self.world.order(order["orderId"]))

    def check(self, order, truth):
        digits = DECIMALS.get(truth.currency, 2)
        total = Decimal(0)
        for item in order["orderItems"]:
            parts = amounts(item["proceeds"]["breakdowns"])
            tax = parts.pop("TAX", Decimal(0))
            worth = sum(parts.values()) - 2 * parts.get("DISCOUNT", Decimal(0))
            worth += 0 if truth.inclusive else tax
            amount = item["proceeds"]["proceedsTotal"]["amount"]
            self.assertEqual(Decimal(amount), worth)
            self.assertEqual(-Decimal(amount).as_tuple().exponent, digits)
            total += worth
        parts = amounts(order["proceeds"]["breakdowns"])
        total += parts.get("DELIVERY_TIP", 0)
        self.assertEqual(Decimal(order["proceeds"]["grandTotal"]["amount"]), total)
        self.assertEqual(total, truth.total)


INCLUDED = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
    "FULFILLMENT_ORDERS",
)


@needs_contract
class TestContractOfEverything(TestEverything):
    """The same answers, judged by Amazon's own models."""

    options = {"check_contract": True}

    def tearDown(self):
        super().tearDown()
        self.assertEqual(self.sim.contract_violations, [])
        self.assertTrue(self.sim.received)

    def test_a_lived_in_world(self):
        refs = self.world.seed(48)
        self.world.ship_fbm(refs[0], tracking="T1")
        self.world.cancel_item(refs[3], 0, 1)
        self.world.change_address(refs[1], city="Köln")
        self.assertEqual(len(list(self.all_shown())), 48)
        self.assertEqual(self.get("/sellers/v1/marketplaceParticipations").status, 200)
        for ref in refs[:16]:
            self.link()
            self.shown(ref)
        self.assertEqual(
            self.get("/orders/2026-01-01/orders/302-0000000-0000000").status, 404
        )
        self.assertEqual(self.send("GET", "/orders/2026-01-01/orders").status, 403)
