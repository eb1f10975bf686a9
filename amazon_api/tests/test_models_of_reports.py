"""Reports and FBA stock, against Amazon's own models; see `test_models`."""

import json
import unittest
from pathlib import Path

from .. import LISTINGS_REPORT, LISTINGS_REPORT_OPTIONS, ORDERS_REPORT, REPORT_STATUSES
from ..inventory import parse_inventory_page
from ..operations import (
    CREATE_REPORT,
    GET_INVENTORY_SUMMARIES,
    GET_REPORT,
    GET_REPORT_DOCUMENT,
    GET_REPORTS,
)
from ..processing import parse_document
from ..reports import parse_report, parse_reports
from .common import GERMANY, NOON, SINCE, AmazonCase, Reply
from .tables import REPORT_ID, report_json
from .test_inventory import inventory_page, summary_json
from .test_models import REPOSITORY, model, needs_models

try:
    import jsonschema

    from .test_models_of_writes import operation_of, sandbox_answers
except ImportError as missing:
    raise unittest.SkipTest("jsonschema is not installed") from missing

REPORTS, INVENTORY = "reports_2021-06-30.json", "fbaInventory.json"


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

    def assert_allowed(self, call, name, operation):
        path, found = operation_of(name, operation)
        parameters = {p["name"]: p for p in found["parameters"]}
        self.assertEqual(call.path, path)
        self.assertLessEqual(set(call.query), set(parameters))
        for parameter in parameters.values():
            if parameter.get("required"):
                self.assertIn(parameter["name"], call.query)
            if parameter["type"] == "array":
                style = parameter.get("collectionFormat", "csv")
                self.assertEqual(style, "csv")

    def test_success_is_what_the_models_say(self):
        for operation in (CREATE_REPORT, GET_REPORT, GET_REPORTS, GET_REPORT_DOCUMENT):
            _path, found = operation_of(REPORTS, operation)
            good = [code for code in found["responses"] if code.startswith("2")]
            self.assertEqual(good, [str(operation.status)])

    def test_requests_of_reports(self):
        seller = self.seller()
        self.amazon_answers(
            Reply(202, {"reportId": REPORT_ID}),
            Reply(202, {"reportId": REPORT_ID}),
            Reply(200, {"reports": []}),
        )
        window = {"data_start_time": SINCE, "data_end_time": NOON}
        seller.create_report(ORDERS_REPORT, [GERMANY], **window)
        seller.create_report(
            LISTINGS_REPORT, [GERMANY], options=LISTINGS_REPORT_OPTIONS
        )
        seller.get_reports(
            ["X", "Y"], SINCE, created_until=NOON, marketplace_ids=[GERMANY]
        )
        *created, listed = self.amazon.calls
        for call in created:
            self.assert_valid(
                json.loads(call.body), "CreateReportSpecification", REPORTS
            )
        self.assert_allowed(listed, REPORTS, GET_REPORTS)

    def test_request_of_stock(self):
        self.amazon_answers(inventory_page())
        self.seller().get_inventory_page(
            GERMANY, changed_since=SINCE, next_token="a token"
        )
        (call,) = self.amazon.calls
        self.assert_allowed(call, INVENTORY, GET_INVENTORY_SUMMARIES)

    def test_the_answers_of_our_tests(self):
        self.assert_valid(report_json(), "Report", REPORTS)
        page = inventory_page(summary_json(), token="x").body
        self.assert_valid(page, "GetInventorySummariesResponse", INVENTORY)
        self.assertEqual(len(parse_inventory_page(page, GERMANY).summaries), 1)

    def test_examples_can_be_read(self):
        for answer in sandbox_answers(REPORTS, GET_REPORT):
            read = parse_report(answer, GET_REPORT)
            self.assertEqual(read.report_id, answer["reportId"])
        for answer in sandbox_answers(REPORTS, GET_REPORTS):
            reports, token = parse_reports(answer, GET_REPORTS)
            self.assertEqual(len(reports), len(answer["reports"]))
            self.assertEqual(token, answer["nextToken"])
        for answer in sandbox_answers(REPORTS, GET_REPORT_DOCUMENT):
            place = parse_document(answer, GET_REPORT_DOCUMENT)
            self.assertEqual(place.url, answer["url"])

    def test_statuses(self):
        known = model(REPORTS)["definitions"]["Report"]["properties"]
        enum = known["processingStatus"]["enum"]
        self.assertEqual(sorted(REPORT_STATUSES), sorted(enum))

    def test_everything_counted_is_read(self):
        """Of the numbers of a SKU we leave out only how its damage came about."""
        definitions = model(INVENTORY)["definitions"]
        text = Path(REPOSITORY, "amazon_api", "inventory.py").read_text()
        counted = ("InventorySummary", "InventoryDetails", "ReservedQuantity")
        lost = {
            name
            for definition in counted
            for name in definitions[definition]["properties"]
            if f'"{name}"' not in text
        }
        self.assertEqual(lost, {"stores"})
