"""No secret and nothing personal in any error, log line or repr."""

import unittest

from .. import (
    Credentials,
    SpApiError,
    Unavailable,
    parse_order,
)
from .. import errors as errors_module
from ..auth import AccessToken
from ..safe_text import safe_code, safe_text
from .common import (
    ACCESS_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    NOON,
    REFRESH_TOKEN,
    RESET,
    Reply,
    item_json,
    order_json,
    page,
    refusal,
)
from .secrets_case import PAGE_TOKEN, SecretsCase

ECHO = f"Invalid {ACCESS_TOKEN} of erika@example.com at https://x.y/z?sig=5ec2e7"
PERSONAL = {
    "name": "Erika Muster",
    "companyName": "Muster Werke",
    "addressLine1": "Geheimweg 1",
    "addressLine2": "Hinterhaus",
    "addressLine3": "Dritter Stock",
    "city": "Kleinstadt",
    "districtOrCounty": "Landkreis Nord",
    "stateOrRegion": "Niederbayern",
    "municipality": "Gemeinde Ost",
    "postalCode": "98765",
    "phone": "+49 170 1234567",
    "extendedFields": {
        "streetName": "Rua Augusta",
        "streetNumber": "4711",
        "complement": "Apto 52",
        "neighborhood": "Consolacao",
    },
}


def texts_in(value):
    if isinstance(value, dict):
        for child in value.values():
            yield from texts_in(child)
    elif isinstance(value, str):
        yield value


class TestSecrets(SecretsCase):
    """In orders and in signing in."""

    def test_a_good_call(self):
        self.amazon_answers(page(pagination={"nextToken": PAGE_TOKEN + "2"}))
        answer = self.search(pagination_token=PAGE_TOKEN)
        self.assert_clean(self.shown() + repr(answer) + str(answer))
        ours = [line for line in self.log.lines if "searchOrders" in line]
        self.assertEqual(len(ours), 1)
        self.assertRegex(ours[0], r"GET searchOrders: status 200 in \d+ ms")

    def test_every_failure_of_a_call(self):
        for reply in (
            refusal(400, "InvalidInput", ECHO),
            refusal(403, "Unauthorized", ECHO),
            refusal(404, "NotFound", ECHO),
            refusal(429, "QuotaExceeded", ECHO),
            refusal(500, "InternalFailure", ECHO),
            refusal(400, ECHO, ECHO, **{"x-amzn-RequestId": ECHO}),
            Reply(400, {"message": ECHO}),
            Reply(503, f"<html>{ECHO}</html>"),
            Reply(200, ECHO),
            Reply(200, {"orders": [order_json(ECHO)]}),
            Reply(302, "", {"Location": f"https://x.y/?{ACCESS_TOKEN}"}),
            b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + ECHO.encode(),
            b"HTTP/1.1 200 OK\r\n" + ECHO.encode() + b"\r\n\r\n{}",
            RESET,
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                error = self.failure(pagination_token=PAGE_TOKEN)
                self.assert_clean(self.shown(error))

    def test_every_failure_of_signing_in(self):
        error = {"error": "invalid_client", "error_description": ECHO}
        for reply in (
            Reply(401, error),
            Reply(400, {**error, "error": "invalid_grant"}),
            Reply(400, {**error, "error": ECHO}),
            Reply(429, error),
            Reply(500, error),
            Reply(503, ECHO),
            Reply(200, {"access_token": f"{ACCESS_TOKEN}\n"}),
            RESET,
        ):
            with self.subTest(reply):
                self.amazon.token_replies = [reply]
                error_raised = self.failure(pagination_token=PAGE_TOKEN)
                self.assert_clean(self.shown(error_raised), CLIENT_ID)

    def test_nobody_answers(self):
        self.amazon.close()
        error = self.failure(pagination_token=PAGE_TOKEN)
        self.assertIsInstance(error, Unavailable)
        self.assert_clean(self.shown(error), CLIENT_ID)

    def failure(self, **changes) -> SpApiError:
        """Out of any ``except``, as a caller's log would see it."""
        try:
            self.search(**changes)
        except SpApiError as error:
            failure = error
        else:
            self.fail("Nothing went wrong.")
        return failure

    def test_objects(self):
        keys = Credentials(CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN)
        token = AccessToken(ACCESS_TOKEN, NOON, NOON)
        self.assert_clean(f"{keys!r} {keys} {token!r} {token}", CLIENT_ID)
        seller = self.seller()
        self.assert_clean(f"{seller!r} {vars(seller)!r}", CLIENT_ID)


class TestPersonalData(unittest.TestCase):
    def test_no_repr_shows_it(self):
        hidden = {
            "buyerName": "Max Muster",
            "buyerEmail": "x1y2@marketplace.amazon.de",
            "buyerCompanyName": "Kaeufer AG",
            "buyerPurchaseOrderNumber": "PO-998877",
        }
        gift = {"giftMessage": "Alles Gute", "giftWrapLevel": "Classic"}
        registration = {
            "legalName": "Muster Steuer",
            "taxRegistrationNumber": "DE123456789",
            "taxRegistrationAddress": PERSONAL,
            "taxRegistrationAttributes": [{"key": "TAX_OFFICE", "value": "Amt Sued"}],
        }
        package = {
            "packageReferenceId": "1",
            "trackingNumber": "RR123456789GB",
            "shipFromAddress": {"name": "Lager West"},
        }
        preference = {
            "dropOffLocation": "Hinter der Garage",
            "addressInstruction": "Klingel defekt",
        }
        custom = {"customization": {"customizedUrl": "https://custom.example/x"}}
        entry = order_json(
            buyer=hidden,
            recipient={"deliveryAddress": PERSONAL, "deliveryPreference": preference},
            tax={"taxRegistrations": [registration]},
            packages=[package],
            orderItems=[
                item_json(fulfillment={"packing": {"giftOption": gift}}, product=custom)
            ],
        )
        order = parse_order(entry)
        self.assertEqual(order.delivery_address.name, "Erika Muster")
        parts = [order, order.delivery_address, order.delivery_preference, order.buyer]
        parts += [*order.tax_registrations, *order.packages, *order.items]
        shown = " ".join(f"{part!r} {part}" for part in parts)
        secrets = [*texts_in(hidden), *texts_in(PERSONAL), *texts_in(preference)]
        secrets += ["Alles Gute", "Muster Steuer", "DE123456789", "Amt Sued"]
        secrets += ["RR123456789GB", "Lager West", "custom.example"]
        for secret in secrets:
            self.assertNotIn(secret, shown)


class TestSafeText(unittest.TestCase):
    def test_cuts_out_what_looks_secret(self):
        for secret in (
            ACCESS_TOKEN,
            REFRESH_TOKEN,
            CLIENT_SECRET,
            PAGE_TOKEN,
            "erika.muster@example.com",
            "https://bucket.s3.amazonaws.com/x?X-Amz-Signature=abc",
            "+49 (170) 123 45 67",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.abc",
        ):
            safe = safe_text(f"Invalid value {secret} in request")
            self.assertEqual(safe, "Invalid value … in request")

    def test_leaves_what_helps(self):
        for text in (
            "Invalid Input",
            "Order 302-1111111-2222222 not found",
            "includedData must be one of BUYER, RECIPIENT",
            "The marketplaces you provided are not valid for region eu-west-1",
        ):
            self.assertEqual(safe_text(text), text)

    def test_one_short_line(self):
        self.assertEqual(safe_text("a\r\nb\tc\x00d"), "a b c d")
        self.assertEqual(len(safe_text("word " * 100)), 240)
        self.assertEqual(safe_text(None), "")
        self.assertEqual(safe_text({"a": 1}), "")

    def test_codes(self):
        self.assertEqual(safe_code("InvalidInput"), "InvalidInput")
        for code in (None, 7, "", "a b", "a\n", "x" * 81, ACCESS_TOKEN, "ü"):
            self.assertIsNone(safe_code(code))


class TestErrors(unittest.TestCase):
    def test_reasons_are_checked(self):
        for name, reason in (("Unavailable", "role"), ("ConfigError", "network")):
            with self.assertRaises(ValueError):
                getattr(errors_module, name)("Oops.", reason=reason)

    def test_says_what_is_known(self):
        self.assertEqual(str(SpApiError("Oops.")), "Oops.")
        full = SpApiError(
            "Oops.", operation="getOrder", status=400, code="X", request_id="r-1"
        )
        self.assertEqual(str(full), "Oops. (getOrder, HTTP 400, X, request r-1)")
