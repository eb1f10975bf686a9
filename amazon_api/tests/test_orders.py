import unittest
from decimal import Decimal

from .. import (
    Address,
    Cancellation,
    Fulfillment,
    Money,
    Order,
    OrderItem,
    PackageItem,
    Points,
    Product,
    Window,
    parse_order,
)
from .common import GERMANY, ORDER_ID, at, item_json, money, order_json, read_order


def read_item(**changes) -> OrderItem:
    return read_order(orderItems=[item_json(**changes)]).items[0]


class TestOrder(unittest.TestCase):
    maxDiff = None

    def test_the_least_an_order_has(self):
        entry = {
            "orderId": ORDER_ID,
            "createdTime": "2026-11-18T09:15:00.123Z",
            "lastUpdatedTime": "2026-11-18T09:47:10Z",
            "salesChannel": {"channelName": "AMAZON"},
            "orderItems": [
                {"orderItemId": "1", "quantityOrdered": 0, "product": {}},
            ],
        }
        self.assertEqual(
            parse_order(entry),
            Order(
                order_id=ORDER_ID,
                created_time=at(2026, 11, 18, 9, 15, 0, ms=123),
                last_updated_time=at(2026, 11, 18, 9, 47, 10),
                channel_name="AMAZON",
                items=(OrderItem("1", 0, Product()),),
            ),
        )

    def test_status_is_unknown_without_its_dataset(self):
        order = read_order(fulfillment=None)
        self.assertIsNone(order.status)
        self.assertFalse(order.is_fba or order.is_fbm or order.is_pending)
        self.assertFalse(order.is_unshipped or order.is_shipped or order.is_cancelled)

    def test_absent_and_null_and_empty_are_the_same(self):
        names = (
            "orderAliases programs associatedOrders buyer recipient proceeds payment "
            "tax fulfillment packages fulfillmentOrders"
        ).split()
        bare = {k: v for k, v in order_json().items() if k not in names}
        lists = ("orderAliases", "programs", "associatedOrders", "packages")
        lists += ("fulfillmentOrders",)
        for empty in (
            {name: None for name in names},
            {name: [] if name in lists else {} for name in names},
        ):
            self.assertEqual(parse_order({**bare, **empty}), parse_order(bare))

    def test_unknown_keys_and_values_of_tomorrow(self):
        order = read_order(
            somethingNew={"a": [1]},
            programs=["PRIME", "AMAZON_MOON"],
            salesChannel={"channelName": "AMAZON", "marketplaceId": GERMANY, "x": 1},
            fulfillment={"fulfillmentStatus": "INVOICE_UNCONFIRMED", "new": "x"},
        )
        self.assertEqual(order.status, "INVOICE_UNCONFIRMED")
        self.assertEqual(order.programs, ("PRIME", "AMAZON_MOON"))
        self.assertFalse(order.is_pending)

    def test_predicates_of_status(self):
        for status, expected in (
            ("PENDING", {"is_pending"}),
            ("PENDING_AVAILABILITY", {"is_pending"}),
            ("UNSHIPPED", {"is_unshipped"}),
            ("PARTIALLY_SHIPPED", {"is_partially_shipped"}),
            ("SHIPPED", {"is_shipped"}),
            ("CANCELLED", {"is_cancelled"}),
            ("UNFULFILLABLE", set()),
        ):
            order = read_order(fulfillment={"fulfillmentStatus": status})
            names = "pending unshipped partially_shipped shipped cancelled".split()
            true = {f"is_{n}" for n in names if getattr(order, f"is_{n}")}
            self.assertEqual(true, expected)

    def test_who_delivers(self):
        for by, fba, fbm in (
            ("AMAZON", True, False),
            ("MERCHANT", False, True),
            ("MARTIANS", False, False),
            (None, False, False),
        ):
            order = read_order(
                fulfillment={"fulfillmentStatus": "X", "fulfilledBy": by}
            )
            self.assertEqual((order.is_fba, order.is_fbm), (fba, fbm))

    def test_what_kind_of_order(self):
        plain = read_order()
        self.assertFalse(plain.is_business or plain.is_prime or plain.is_replacement)
        self.assertFalse(plain.is_exchange or plain.is_off_amazon)
        self.assertFalse(plain.buyer_asked_to_cancel)
        self.assertTrue(read_order(programs=["AMAZON_BUSINESS"]).is_business)
        self.assertTrue(read_order(programs=["PRIME"]).is_prime)
        self.assertTrue(
            read_order(salesChannel={"channelName": "NON_AMAZON"}).is_off_amazon
        )
        self.assertFalse(
            read_order(salesChannel={"channelName": "AMAZON_MOON"}).is_off_amazon
        )
        for name, kind in (
            ("is_replacement", "REPLACEMENT_ORIGINAL_ID"),
            ("is_exchange", "EXCHANGE_ORIGINAL_ID"),
        ):
            other = {"orderId": "302-0-0", "associationType": kind}
            self.assertTrue(getattr(read_order(associatedOrders=[other]), name))

    def test_sellers_own_number(self):
        aliases = [
            {"aliasId": "x", "aliasType": "OTHER"},
            {"aliasId": "SO123", "aliasType": "SELLER_ORDER_ID"},
        ]
        self.assertEqual(read_order(orderAliases=aliases).seller_order_id, "SO123")
        self.assertIsNone(read_order().seller_order_id)

    def test_address_and_windows(self):
        address = {
            "name": " Erika Muster ",
            "addressLine1": "Musterweg 1",
            "addressLine2": "",
            "postalCode": "10115",
            "countryCode": "DE",
            "extendedFields": {"streetName": "Musterweg"},
        }
        order = read_order(
            recipient={"deliveryAddress": address},
            fulfillment={
                "fulfillmentStatus": "UNSHIPPED",
                "shipByWindow": {"latestDateTime": "2026-11-19T22:59:59.999+01:00"},
            },
        )
        self.assertEqual(
            order.delivery_address,
            Address(
                name="Erika Muster",
                line1="Musterweg 1",
                postal_code="10115",
                country_code="DE",
                street_name="Musterweg",
            ),
        )
        self.assertTrue(order.delivery_address.has_street)
        self.assertEqual(
            order.fulfillment,
            Fulfillment(
                "UNSHIPPED",
                ship_by=Window(None, at(2026, 11, 19, 21, 59, 59, ms=999)),
            ),
        )

    def test_address_of_an_fba_order(self):
        order = read_order(recipient={"deliveryAddress": {"city": "SEATTLE"}})
        self.assertFalse(order.delivery_address.has_street)
        self.assertIsNone(read_order(recipient={}).delivery_address)

    def test_package(self):
        package = {
            "packageReferenceId": "1",
            "packageStatus": {"status": "IN_TRANSIT"},
            "trackingNumber": "RR1",
            "packageItems": [{"orderItemId": "1", "quantity": 2}],
        }
        (package,) = read_order(packages=[package]).packages
        self.assertEqual((package.reference, package.status), ("1", "IN_TRANSIT"))
        self.assertEqual(package.items, (PackageItem("1", 2),))

    def test_currency_comes_from_wherever_it_is(self):
        self.assertEqual(read_order().currency, "EUR")
        self.assertEqual(read_order(proceeds=None).currency, "EUR")
        nothing = item_json(proceeds=None)
        self.assertIsNone(read_order(proceeds=None, orderItems=[nothing]).currency)
        priced = item_json(
            proceeds=None, product={"price": {"unitPrice": money("5", "SEK")}}
        )
        self.assertEqual(read_order(proceeds=None, orderItems=[priced]).currency, "SEK")

    def test_amounts_of_zero_have_no_currency(self):
        wrapped = item_json(
            proceeds={
                "proceedsTotal": money("10.00"),
                "breakdowns": [
                    {"type": "GIFT_WRAP", "subtotal": money("0", "USD")},
                    {"type": "ITEM", "subtotal": money("10.00")},
                ],
            }
        )
        total = {"grandTotal": money("0.00", "USD")}
        self.assertEqual(
            read_order(proceeds=total, orderItems=[wrapped]).currency, "EUR"
        )
        free = item_json(proceeds={"proceedsTotal": money("0.00", "USD")})
        self.assertEqual(read_order(proceeds=None, orderItems=[free]).currency, "USD")
        disagreeing = {"grandTotal": money("0.00", "EUR")}
        order = read_order(proceeds=disagreeing, orderItems=[free])
        self.assertIsNone(order.currency)


class TestItem(unittest.TestCase):
    def test_money(self):
        item = read_item(
            proceeds={
                "proceedsTotal": money("103.97"),
                "breakdowns": [
                    {"type": "ITEM", "subtotal": money("80.00")},
                    {"type": "ITEM", "subtotal": money("9.97")},
                    {
                        "type": "TAX",
                        "subtotal": money("4.00"),
                        "detailedBreakdowns": [
                            {"subtype": "ITEM", "value": money("3.00")},
                            {"subtype": "SHIPPING", "value": money("1.00")},
                            {"subtype": None, "value": None},
                        ],
                    },
                    {
                        "type": "DISCOUNT",
                        "subtotal": money("-1.50"),
                        "detailedBreakdowns": [
                            {"subtype": "SHIPPING", "value": money("-0.50")}
                        ],
                    },
                ],
            }
        )
        self.assertEqual(item.proceeds.total, Money(Decimal("103.97"), "EUR"))
        self.assertEqual(item.amount("ITEM"), Decimal("89.97"))
        self.assertEqual(item.amount("SHIPPING"), 0)
        self.assertEqual(item.tax_on("SHIPPING"), Decimal("1.00"))
        self.assertEqual(item.tax_on("GIFT_WRAP"), 0)
        self.assertEqual(item.amount("DISCOUNT"), Decimal("-1.50"))
        self.assertEqual(item.discount_on("SHIPPING"), Decimal("-0.50"))
        self.assertEqual(item.currency, "EUR")
        self.assertEqual(len(item.proceeds.moneys()), 8)

    def test_gift(self):
        option = {"giftMessage": "Hi", "giftWrapLevel": "Classic"}
        item = read_item(fulfillment={"packing": {"giftOption": option}})
        self.assertTrue(item.is_gift)
        self.assertEqual((item.gift_message, item.gift_wrap_level), ("Hi", "Classic"))
        self.assertFalse(read_item().is_gift)

    def test_cancellation(self):
        request = {"requester": "BUYER", "cancelReason": "No longer needed"}
        order = read_order(
            orderItems=[item_json(cancellation={"cancellationRequest": request})]
        )
        self.assertTrue(order.buyer_asked_to_cancel)
        self.assertFalse(order.items[0].is_cancelled)
        self.assertEqual(
            order.items[0].cancellation_request,
            Cancellation("BUYER", "No longer needed"),
        )
        done = {"cancellationExecution": {"cancelledBy": "AMAZON"}}
        self.assertTrue(read_item(cancellation=done).is_cancelled)
        nothing = {"cancellationRequest": {"requester": None}}
        self.assertFalse(read_item(cancellation=nothing).buyer_asked_to_cancel)

    def test_facilitator_tax(self):
        collection = {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon"}
        self.assertTrue(
            read_item(tax={"taxCollections": [collection]}).is_facilitator_taxed
        )
        self.assertFalse(
            read_item(tax={"taxCollections": [{"model": "X"}]}).is_facilitator_taxed
        )
        self.assertFalse(read_item(tax={"taxCollections": None}).is_facilitator_taxed)

    def test_the_rest(self):
        item = read_item(
            product={
                "customization": {"customizedUrl": "https://x/y"},
            },
            fulfillment={
                "quantityFulfilled": 1,
                "quantityUnfulfilled": 1,
                "packing": {"serialNumberRequirement": {"requirementType": "REQUIRED"}},
                "shipping": {
                    "shippingConstraints": {"signatureConfirmation": "MANDATORY"},
                    "internationalShipping": {"iossNumber": "IM1"},
                },
            },
            expense={"pointsCost": {"pointsGranted": {"pointsNumber": 5}}},
            promotion={"breakdowns": [{"promotionId": "P"}, {}]},
            tax={"taxCalculationBreakdowns": [{"reportingScheme": "IOSS"}]},
        )
        self.assertEqual((item.quantity_fulfilled, item.quantity_unfulfilled), (1, 1))
        self.assertTrue(item.serial_numbers_required and item.is_customized)
        self.assertEqual(item.constraints, ("signatureConfirmation",))
        self.assertEqual(item.ioss_number, "IM1")
        self.assertEqual(item.points, Points(5, None))
        self.assertEqual(item.promotion_ids, ("P",))
        self.assertEqual(item.reporting_schemes, ("IOSS",))

    def test_identifiers_stay_as_they_are(self):
        self.assertEqual(read_item(product={"sellerSku": " A  B "}).sku, " A  B ")

    def test_points_and_measurement(self):
        granted = {"pointsNumber": 5, "pointsMonetaryValue": money("5", "JPY")}
        item = read_item(
            expense={"pointsCost": {"pointsGranted": granted}},
            measurement={"unit": "GRAMS", "value": Decimal("1.5")},
        )
        self.assertEqual(item.points, Points(5, Money(Decimal(5), "JPY")))
        self.assertEqual(item.measurement.value, Decimal("1.5"))
