import json
import time
from datetime import datetime
from unittest import mock

from .. import (
    ConfigError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    ShippedItem,
    Throttled,
    Unavailable,
    find_package,
    shipment_body,
    split_tracking,
)
from .. import wire as wire_module
from .common import (
    GERMANY,
    ORDER_ID,
    RESET,
    AmazonCase,
    Reply,
    item_json,
    read_order,
    refusal,
)
from .sent import ITEM_ID, shipment, shipment_json

EVERYTHING = {
    "carrier_code": "Other",
    "carrier_name": " Kurier Müller ",
    "shipping_method": "Express 12:00",
    "tracking_number": " K-17 ",
    "cod_collection_method": "DirectPayment",
    "ship_from": " source-1 ",
    "items": (
        ShippedItem(ITEM_ID, 2, ("09876543211234567890", "09876543211234567891")),
        ShippedItem("2", 1),
    ),
}


class TestTrackingNumbers(AmazonCase):
    def test_several_numbers_in_one_field(self):
        for text, numbers in (
            (None, []),
            ("  ", []),
            ("T1", ["T1"]),
            ("T1,T2", ["T1", "T2"]),
            ("T1, T2 ,, T3", ["T1", "T2", "T3"]),
            ("T1;T2|T3\nT4", ["T1", "T2", "T3", "T4"]),
            ("T1/T2", ["T1", "T2"]),
            ("T1 + T2", ["T1", "T2"]),
            ("T1,T1", ["T1"]),
            ("00340434161 00340434162", ["00340434161", "00340434162"]),
            ("1Z 999 AA1 01 2345 6784", ["1Z 999 AA1 01 2345 6784"]),
            ("RR 123 456 789 DE", ["RR 123 456 789 DE"]),
            (" 0034001\r\n", ["0034001"]),
            ("by hand", ["by hand"]),
            ("pick up / counter", ["pick up / counter"]),
            ("T1 & T2", ["T1", "T2"]),
            ("T1、T2，T3；T4", ["T1", "T2", "T3", "T4"]),
            ("00340434161 - 00340434162", ["00340434161", "00340434162"]),
            ("00340434161 – 00340434162", ["00340434161", "00340434162"]),
            ("00340434161 und 00340434162", ["00340434161", "00340434162"]),
            ("00340434161 AND 00340434162", ["00340434161", "00340434162"]),
            ("RR 123 456 789 - 2", ["RR 123 456 789 - 2"]),
            ("K-17", ["K-17"]),
            (",", []),
            ("T1,", ["T1"]),
        ):
            with self.subTest(text):
                self.assertEqual(split_tracking(text), numbers)


class TestBody(AmazonCase):
    def test_the_least(self):
        self.assertEqual(shipment_body(shipment()), shipment_json())

    def test_everything(self):
        self.assertEqual(
            shipment_body(shipment(**EVERYTHING)),
            {
                "marketplaceId": GERMANY,
                "packageDetail": {
                    "packageReferenceId": "1",
                    "carrierCode": "Other",
                    "carrierName": "Kurier Müller",
                    "shippingMethod": "Express 12:00",
                    "trackingNumber": "K-17",
                    "shipDate": "2026-11-20T08:30:00.250Z",
                    "shipFromSupplySourceId": "source-1",
                    "orderItems": [
                        {
                            "orderItemId": ITEM_ID,
                            "quantity": 2,
                            "transparencyCodes": [
                                "09876543211234567890",
                                "09876543211234567891",
                            ],
                        },
                        {"orderItemId": "2", "quantity": 1},
                    ],
                },
                "codCollectionMethod": "DirectPayment",
            },
        )

    def test_what_amazon_would_refuse_is_not_sent(self):
        item = ShippedItem(ITEM_ID, 1)
        seller = self.seller()
        for changes, problem in (
            ({"order_id": "../302"}, "order number"),
            ({"order_id": ""}, "order number"),
            ({"order_id": None}, "order number"),
            ({"marketplace_id": None}, "marketplace"),
            ({"package_reference": "0"}, "positive number"),
            ({"package_reference": "01"}, "positive number"),
            ({"package_reference": "-1"}, "positive number"),
            ({"package_reference": "WH/OUT/1"}, "positive number"),
            ({"package_reference": "٣"}, "positive number"),
            ({"package_reference": 1}, "positive number"),
            ({"carrier_code": " "}, "carrier's code is missing"),
            ({"carrier_code": "Other"}, "carrier's name is missing"),
            ({"carrier_code": "other"}, "carrier's name is missing"),
            ({"carrier_code": "DHL", "carrier_name": " "}, "carrier's name"),
            ({"tracking_number": None}, "tracking number is missing"),
            ({"tracking_number": "\t "}, "tracking number is missing"),
            ({"tracking_number": "1\n2"}, "tracking number holds characters"),
            ({"tracking_number": "1\ud800"}, "tracking number holds characters"),
            ({"ship_date": datetime(2026, 11, 20)}, "without its zone"),
            ({"ship_date": None}, "without its zone"),
            ({"items": ()}, "nothing in the package"),
            ({"items": (item, item)}, "there twice"),
            ({"items": (ShippedItem(ITEM_ID, 0),)}, "quantity"),
            ({"items": (ShippedItem(ITEM_ID, True),)}, "quantity"),
            ({"items": (ShippedItem(ITEM_ID, 1.0),)}, "quantity"),
            ({"items": (ShippedItem(None, 1),)}, "number of an item"),
            ({"items": (ShippedItem(ITEM_ID, 1, (" ",)),)}, "transparency code"),
            ({"cod_collection_method": "Cash"}, "collect the money"),
        ):
            with self.subTest(changes):
                with self.assertRaisesRegex(ValueError, problem):
                    shipment_body(shipment(**changes))
                with self.assertRaisesRegex(ValueError, problem):
                    seller.confirm_shipment(shipment(**changes))
        self.assertEqual((self.amazon.calls, self.amazon.token_calls), ([], []))

    def test_tracking_is_not_shown(self):
        self.assertNotIn("0034", repr(shipment()))
        codes = EVERYTHING["items"][0].transparency_codes
        self.assertNotIn(codes[0], repr(shipment(**EVERYTHING)))


class TestConfirmShipment(AmazonCase):
    def confirm(self, partner=None, **changes):
        return (partner or self.seller()).confirm_shipment(shipment(**changes))

    def test_confirmed(self):
        self.amazon_answers(Reply(204))
        self.assertIsNone(self.confirm(**EVERYTHING))
        (call,) = self.amazon.calls
        path = f"/orders/v0/orders/{ORDER_ID}/shipmentConfirmation"
        self.assertEqual((call.method, call.path, call.query), ("POST", path, {}))
        self.assertEqual(call.headers["content-type"], "application/json")
        self.assertEqual(json.loads(call.body), shipment_body(shipment(**EVERYTHING)))
        self.assertIn("Kurier Müller".encode(), call.body)
        (record,) = self.records[1:]
        self.assertEqual((record.operation, record.status), ("confirmShipment", 204))

    def test_nothing_but_204_is_a_success(self):
        for reply in (
            Reply(200, {}),
            Reply(200, {"payload": {"status_code": 204}}),
            Reply(201),
            Reply(202),
            Reply(206),
            Reply(302, "", {"Location": self.amazon.url}),
            Reply(403, "<html>Forbidden</html>"),
            Reply(500, {"message": "x"}),
            Reply(502),
            Reply(503, "<html>Busy</html>"),
            Reply(504, {"message": "Endpoint request timed out"}),
            RESET,
            b"",
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                self.failure_of(OutcomeUnknown, self.confirm)
                self.assertEqual(len(self.amazon.replies), 0)

    def test_late_answer(self):
        self.amazon_answers(lambda: time.sleep(0.2) or Reply(204))
        with mock.patch.object(wire_module, "TIMEOUT", (0.1, 0.1)):
            self.failure_of(OutcomeUnknown, self.confirm)

    def test_refused(self):
        message = (
            "Failed to create package due to not finding a matching package or order "
            "already fulfilled: PackageToUpdateNotFound"
        )
        self.amazon_answers(refusal(400, "InvalidInput", message))
        error = self.failure_of(Rejected, self.confirm)
        self.assertEqual((error.status, error.code), (400, "InvalidInput"))
        self.assertEqual(error.message, f"Amazon refused the call: {message}")

    def test_other_refusals(self):
        for reply, error_class in (
            (refusal(403, "Unauthorized"), ConfigError),
            (refusal(404, "NotFound"), NotFound),
            (refusal(429, "QuotaExceeded"), Throttled),
        ):
            self.amazon_answers(reply)
            self.failure_of(error_class, self.confirm)

    def test_what_never_left_is_known(self):
        partner = self.seller()
        self.amazon_answers(Reply(204))
        self.confirm(partner)
        self.amazon.close()
        partner._wire._session.close()
        self.failure_of(Unavailable, self.confirm, partner)

    def test_quota(self):
        partner = self.seller()
        self.amazon_answers(*[Reply(204)] * 11)
        for _package in range(10):
            self.confirm(partner)
        error = self.failure_of(Throttled, self.confirm, partner)
        self.assertEqual((error.retry_after, len(self.amazon.calls)), (0.5, 10))


class TestFindPackage(AmazonCase):
    def package(self, **changes) -> dict:
        package = {
            "packageReferenceId": "1",
            "trackingNumber": "00340434161094042557",
            "packageItems": [{"orderItemId": ITEM_ID, "quantity": 2}],
        }
        return {**package, **changes}

    def order(self, *packages: dict):
        return read_order(packages=list(packages), orderItems=[item_json(ITEM_ID)])

    def test_found(self):
        order = self.order(self.package(packageReferenceId="2"), self.package())
        self.assertIs(find_package(order, shipment()), order.packages[1])

    def test_blanks_and_case_of_the_tracking_number_do_not_count(self):
        order = self.order(self.package(trackingNumber="1Z999AA"))
        found = find_package(order, shipment(tracking_number=" 1z 999 aa "))
        self.assertIs(found, order.packages[0])

    def test_an_item_in_two_entries(self):
        entry = {"orderItemId": ITEM_ID, "quantity": 1}
        order = self.order(self.package(packageItems=[entry, entry]))
        self.assertIs(find_package(order, shipment()), order.packages[0])

    def test_not_the_same(self):
        one_more = {"orderItemId": "2", "quantity": 1}
        entry = {"orderItemId": ITEM_ID, "quantity": 2}
        for changes in (
            {"packageReferenceId": "11"},
            {"trackingNumber": "00340434161094042558"},
            {"trackingNumber": None},
            {"packageItems": [{"orderItemId": ITEM_ID, "quantity": 1}]},
            {"packageItems": [entry, one_more]},
            {"packageItems": [one_more]},
            {"packageItems": []},
        ):
            with self.subTest(changes):
                order = self.order(self.package(**changes))
                self.assertIsNone(find_package(order, shipment()))
        self.assertIsNone(find_package(self.order(), shipment()))

    def test_codes_count_where_they_are_stated(self):
        entry = {"orderItemId": ITEM_ID, "quantity": 2, "transparencyCodes": ["B", "A"]}
        order = self.order(self.package(packageItems=[entry]))
        for codes, found in (
            ((), True),
            (("A", "B"), True),
            (("A", "C"), False),
            (("A",), False),
        ):
            said = shipment(items=(ShippedItem(ITEM_ID, 2, codes),))
            self.assertEqual(bool(find_package(order, said)), found)

    def test_another_order(self):
        with self.assertRaises(ValueError):
            find_package(self.order(self.package()), shipment(order_id="1-2-3"))
