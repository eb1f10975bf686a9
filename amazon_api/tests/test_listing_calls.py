import json

from .. import NotFound, PatchResult, Rejected, Unavailable
from .common import GERMANY, RESET, AmazonCase, Reply, refusal

ACCEPTED = {"sku": "MUG/BLUE 1", "status": "ACCEPTED", "submissionId": "S1"}
SELLER = "A1SELLER"


class TestPatchQuantity(AmazonCase):
    """The fast lane of stock (feature J7)."""

    def patch(self, sku="MUG/BLUE 1", quantity=0):
        return self.seller().patch_quantity(SELLER, GERMANY, sku, quantity)

    def test_j7_asked_as_amazon_documents(self):
        self.amazon_answers(Reply(200, {**ACCEPTED, "issues": []}))
        self.assertEqual(self.patch(), PatchResult(True, "S1"))
        (call,) = self.amazon.calls
        self.assertEqual(call.method, "PATCH")
        self.assertEqual(call.query["marketplaceIds"], GERMANY)
        self.assertEqual(
            json.loads(call.body),
            {
                "productType": "PRODUCT",
                "patches": [
                    {
                        "op": "merge",
                        "path": "/attributes/fulfillment_availability",
                        "value": [
                            {"fulfillment_channel_code": "DEFAULT", "quantity": 0}
                        ],
                    }
                ],
            },
        )

    def test_j7_errors_are_the_result(self):
        def issue(severity, message):
            return {"code": "1", "severity": severity, "message": message}

        for status, issues, accepted, message in (
            ("ACCEPTED", [issue("WARNING", "Hm.")], True, ""),
            ("ACCEPTED", [issue("ERROR", "No."), issue("ERROR", "No.")], False, "No."),
            ("INVALID", [issue("ERROR", "No.")], False, "No."),
            ("INVALID", [], False, ""),
        ):
            with self.subTest(status=status, issues=issues):
                answer = {**ACCEPTED, "status": status, "issues": issues}
                self.amazon_answers(Reply(200, answer))
                result = self.patch()
                self.assertEqual(result.is_accepted, accepted)
                self.assertEqual(result.message, message)

    def test_j7_answers_that_will_not_do(self):
        for reply in (
            Reply(200, {**ACCEPTED, "status": "VALID"}),
            Reply(200, {**ACCEPTED, "status": None}),
            Reply(200, {**ACCEPTED, "submissionId": None}),
            Reply(200, {**ACCEPTED, "sku": "ANOTHER"}),
            Reply(200, {**ACCEPTED, "issues": [{"severity": "BAD"}]}),
            Reply(200, {**ACCEPTED, "issues": "none"}),
            Reply(200, "<html>"),
            Reply(202, ACCEPTED),
            Reply(503, "<html>"),
            RESET,  # the same again does no harm: it is no open question
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                self.failure_of(Unavailable, self.patch)

    def test_j7_what_amazon_would_refuse_never_leaves(self):
        for sku, quantity in (
            ("", 0),
            (None, 0),
            ("A\nB", 0),
            ("A", -1),
            ("A", 1.5),
            ("A", True),
        ):
            with self.subTest(sku=sku, quantity=quantity):
                self.failure_of(ValueError, self.patch, sku, quantity)
        self.failure_of(Rejected, self.patch, "..", 0)
        self.assertEqual(self.amazon.calls, [])

    def test_j7_refusals(self):
        self.amazon_answers(refusal(400, "InvalidInput", "No."))
        self.failure_of(Rejected, self.patch)
        self.amazon_answers(refusal(404, "NOT_FOUND", "No such SKU."))
        self.failure_of(NotFound, self.patch)


class TestGetQuantity(AmazonCase):
    def get(self):
        return self.seller().get_quantity(SELLER, GERMANY, "MUG")

    def test_j7_quantity_of_the_sellers_own_stock(self):
        for available, quantity in (
            ([{"fulfillmentChannelCode": "DEFAULT", "quantity": 7}], 7),
            ([{"fulfillmentChannelCode": "DEFAULT", "quantity": 0}], 0),
            ([{"fulfillmentChannelCode": "DEFAULT"}], None),
            ([{"fulfillmentChannelCode": "AMAZON_EU"}], None),
            ([], None),
        ):
            with self.subTest(available):
                answer = {"sku": "MUG", "fulfillmentAvailability": available}
                self.amazon_answers(Reply(200, answer))
                self.assertEqual(self.get(), quantity)
        self.assertEqual(
            self.amazon.calls[0].query,
            {"marketplaceIds": GERMANY, "includedData": "fulfillmentAvailability"},
        )

    def test_j7_answers_that_will_not_do(self):
        default = {"fulfillmentChannelCode": "DEFAULT"}
        for answer in (
            {"sku": "OTHER"},
            {"sku": "MUG", "fulfillmentAvailability": "none"},
            {"sku": "MUG", "fulfillmentAvailability": [{**default, "quantity": -1}]},
            {"sku": "MUG", "fulfillmentAvailability": [{**default, "quantity": "7"}]},
        ):
            with self.subTest(answer):
                self.amazon_answers(Reply(200, answer))
                self.failure_of(Unavailable, self.get)
        self.amazon_answers(refusal(404, "NOT_FOUND", "No such SKU."))
        self.failure_of(NotFound, self.get)
