"""What we tell Amazon, against Amazon's own models and schemas; see `test_models`."""

import json
import unittest

from .. import (
    FEED_STATUSES,
    parse_listings_report,
    quantity_feed,
    shipment_body,
)
from ..feeds import parse_feed, parse_feeds
from ..operations import (
    CONFIRM_SHIPMENT,
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    GET_FEED,
    GET_FEED_DOCUMENT,
    GET_FEEDS,
    Operation,
)
from ..processing import parse_document
from .common import GERMANY, SINCE, AmazonCase, Reply
from .sent import (
    DOCUMENT_ID,
    FEED_ID,
    document,
    issue_json,
    listings_report,
    shipment,
)
from .test_models import MODELS, model, needs_models
from .test_shipping import EVERYTHING

try:
    import jsonschema
except ImportError as missing:
    raise unittest.SkipTest("jsonschema is not installed") from missing

FEEDS = "feeds_2021-06-30.json"
ORDERS = "ordersV0.json"


def schema(name: str) -> dict:
    return json.loads((MODELS.parent / "schemas" / name).read_text())


def operation_of(name: str, operation: Operation) -> tuple[str, dict]:
    """Path and model of an operation."""
    for path, methods in model(name)["paths"].items():
        found = methods.get(operation.method.lower(), {})
        if found.get("operationId") == operation.name:
            return path, found
    raise AssertionError(operation.name)


def sandbox_answers(name: str, operation: Operation) -> list[dict]:
    _path, found = operation_of(name, operation)
    good = found["responses"][str(operation.status)]
    return [e["response"] for e in good["x-amzn-api-sandbox"]["static"]]


@needs_models
class TestAgainstModels(AmazonCase):
    def assert_valid(self, value, definition: str, name: str):
        """With no property more than the model knows."""
        definitions = model(name)["definitions"]
        for entry in definitions.values():
            if "properties" in entry:
                entry["additionalProperties"] = False
        whole = {"$ref": f"#/definitions/{definition}", "definitions": definitions}
        jsonschema.Draft4Validator(whole).validate(value)

    def test_success_is_what_the_models_say(self):
        for name, operations in (
            (ORDERS, [CONFIRM_SHIPMENT]),
            (
                FEEDS,
                [
                    CREATE_FEED_DOCUMENT,
                    CREATE_FEED,
                    GET_FEED,
                    GET_FEEDS,
                    GET_FEED_DOCUMENT,
                ],
            ),
        ):
            for operation in operations:
                _path, found = operation_of(name, operation)
                good = [code for code in found["responses"] if code.startswith("2")]
                self.assertEqual(good, [str(operation.status)])

    def test_shipments(self):
        for changes in ({}, EVERYTHING):
            body = shipment_body(shipment(**changes))
            self.assert_valid(body, "ConfirmShipmentRequest", ORDERS)

    def test_the_sandbox_shipment_can_be_confirmed(self):
        path, found = operation_of(ORDERS, CONFIRM_SHIPMENT)
        (entry,) = found["responses"]["204"]["x-amzn-api-sandbox"]["static"]
        self.assertEqual(path, "/orders/v0/orders/{orderId}/shipmentConfirmation")
        detail = entry["request"]["parameters"]["body"]["value"]["packageDetail"]
        known = set(shipment_body(shipment(**EVERYTHING))["packageDetail"])
        self.assertEqual(set(detail) - known, set())

    def test_feed_requests(self):
        seller = self.seller()
        self.amazon_answers(
            document("https://x", 201),
            Reply(202, {"feedId": FEED_ID}),
            Reply(200, {"feeds": []}),
        )
        seller.create_feed_document("text/xml; charset=UTF-8")
        seller.create_feed("JSON_LISTINGS_FEED", [GERMANY], DOCUMENT_ID)
        seller.get_feeds(
            ["X", "Y"], SINCE, created_until=SINCE, marketplace_ids=[GERMANY]
        )
        made, created, listed = self.amazon.calls
        self.assert_valid(
            json.loads(made.body), "CreateFeedDocumentSpecification", FEEDS
        )
        self.assert_valid(json.loads(created.body), "CreateFeedSpecification", FEEDS)
        path, found = operation_of(FEEDS, GET_FEEDS)
        self.assertEqual(listed.path, path)
        self.assertLessEqual(
            set(listed.query), {p["name"] for p in found["parameters"]}
        )
        for parameter in found["parameters"]:
            if parameter["type"] == "array":
                style = parameter.get("collectionFormat", "csv")
                self.assertEqual(style, "csv")

    def test_feed_examples_can_be_read(self):
        for answer in sandbox_answers(FEEDS, GET_FEED):
            self.assertEqual(parse_feed(answer, GET_FEED).feed_id, answer["feedId"])
        for answer in sandbox_answers(FEEDS, GET_FEEDS):
            feeds, token = parse_feeds(answer, GET_FEEDS)
            self.assertEqual(len(feeds), len(answer["feeds"]))
            self.assertEqual(token, answer.get("nextToken"))
        for operation in (CREATE_FEED_DOCUMENT, GET_FEED_DOCUMENT):
            for answer in sandbox_answers(FEEDS, operation):
                place = parse_document(answer, operation)
                self.assertEqual(place.url, answer["url"])

    def test_statuses(self):
        known = model(FEEDS)["definitions"]["Feed"]["properties"]["processingStatus"]
        self.assertEqual(sorted(FEED_STATUSES), sorted(known["enum"]))

    def test_stock_has_a_limit_of_its_own(self):
        _path, found = operation_of(FEEDS, CREATE_FEED)
        self.assertIn("JSON_LISTINGS_FEED", found["description"])


@needs_models
class TestAgainstSchemas(unittest.TestCase):
    def validator(self, name: str):
        return jsonschema.Draft7Validator(schema(name))

    def test_quantity_feed(self):
        feed = json.loads(
            quantity_feed("A2NK", [(1, "SKU-1", 0), (2, "ü/", 7, "LUGGAGE")])
        )
        self.validator("listings-feed-schema-v2.json").validate(feed)
        for message in feed["messages"]:
            self.validator("listings-feed-message-schema-v2.json").validate(message)

    def test_the_reports_of_our_tests(self):
        whole = self.validator("listings-feed-processing-report-schema-v2.json")
        whole.validate(listings_report(issue_json(1), issue_json(None, sku=None)))

    def test_the_example_of_a_report(self):
        example = schema("listings-feed-processing-report-schema-v2.example.json")
        report = parse_listings_report(json.dumps(example).encode())
        self.assertEqual(
            {number: len(issues) for number, issues in report.issues.items()},
            {4: 2, 5: 1},
        )
        self.assertEqual(
            (report.processed, report.accepted_count, report.invalid_count), (4, 2, 2)
        )
        self.assertEqual(
            report.accepted([2, 3, 4, 5]), {2: True, 3: True, 4: False, 5: False}
        )
