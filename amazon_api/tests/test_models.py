"""Against Amazon's own API models, where a copy of them is at hand.

The folder is named by ``SPAPI_MODELS``, else ``../shared/spapi-models`` beside the
repository. Each example of the models must be readable, and what we send must be
what the models allow.
"""

import json
import os
import unittest
from pathlib import Path

from .. import ORDER_DATA, PUBLISHED, Order, parse_page
from ..sellers import parse_participations
from .common import GERMANY, SINCE, AmazonCase, Reply, order_json, page

REPOSITORY = Path(__file__).resolve().parents[2]
PLACE = Path(
    os.environ.get("SPAPI_MODELS") or REPOSITORY.parent / "shared" / "spapi-models"
)
MODELS = PLACE / "models" if (PLACE / "models").is_dir() else PLACE
needs_models = unittest.skipUnless(
    (MODELS / "orders_2026-01-01.json").is_file(),
    "Amazon's API models are not here: name their folder in SPAPI_MODELS",
)
SEARCH_PATH = "/orders/2026-01-01/orders"
ORDER_PATH = "/orders/2026-01-01/orders/{orderId}"
SELLERS_PATH = "/sellers/v1/marketplaceParticipations"
SOURCES = ("operations.py", "order_blocks.py", "order_parser.py", "reader.py")


def model(name: str) -> dict:
    return json.loads(Path(MODELS, name).read_text())


def good_answers(api: dict, path: str) -> list:
    """All examples and sandbox answers of a GET that succeeds."""
    success = api["paths"][path]["get"]["responses"]["200"]
    sandbox = success["x-amzn-api-sandbox"]["static"]
    examples = success.get("examples", {}).get("application/json")
    return [e for e in (examples,) if e] + [entry["response"] for entry in sandbox]


@needs_models
class TestExamples(unittest.TestCase):
    def assert_holds(self, order: Order, entry: dict):
        self.assertIsInstance(order, Order, order)
        self.assertEqual(order.order_id, entry["orderId"])
        self.assertEqual(len(order.items), len(entry["orderItems"]))
        self.assertEqual(order.status, entry["fulfillment"]["fulfillmentStatus"])
        total = entry.get("proceeds", {}).get("grandTotal")
        if total:
            self.assertEqual(str(order.proceeds.total.amount), total["amount"])
        for item, stated in zip(order.items, entry["orderItems"], strict=True):
            self.assertEqual(item.item_id, stated["orderItemId"])
            self.assertEqual(item.quantity, stated["quantityOrdered"])

    def test_search_orders(self):
        answers = good_answers(model("orders_2026-01-01.json"), SEARCH_PATH)
        self.assertGreater(len(answers), 2)
        for answer in answers:
            read = parse_page(answer)
            self.assertEqual(
                read.next_token, answer.get("pagination", {}).get("nextToken")
            )
            for order, entry in zip(read.orders, answer["orders"], strict=True):
                self.assert_holds(order, entry)

    def test_get_order(self):
        answers = good_answers(model("orders_2026-01-01.json"), ORDER_PATH)
        self.assertGreater(len(answers), 2)
        for answer in answers:
            (order,) = parse_page({"orders": [answer["order"]]}).orders
            self.assert_holds(order, answer["order"])

    def test_participations(self):
        for answer in good_answers(model("sellers.json"), SELLERS_PATH):
            self.assertTrue(parse_participations(answer))

    def test_everything_the_model_knows_is_read(self):
        """A field the model names and we never mention is a field we lose."""
        api = model("orders_2026-01-01.json")
        source = "".join(
            Path(REPOSITORY, "amazon_api", name).read_text() for name in SOURCES
        )
        lost = {
            name
            for definition, schema in api["definitions"].items()
            for name in schema.get("properties", {})
            if definition not in ("Error", "ErrorList") and f'"{name}"' not in source
        }
        self.assertEqual(lost, {"substitutionOptions"})

    def test_published_quotas(self):
        pattern = r"\|\s*([\d.]+)\s*\|\s*(\d+)\s*\|"
        files = {
            "orders_2026-01-01": ("searchOrders", "getOrder"),
            "ordersV0": ("confirmShipment",),
            "sellers": ("getMarketplaceParticipations",),
            "feeds_2021-06-30": (
                "createFeedDocument createFeed getFeed getFeeds getFeedDocument"
            ).split(),
            "reports_2021-06-30": (
                "createReport getReport getReports getReportDocument"
            ).split(),
            "listingsItems_2021-08-01": ("getListingsItem", "patchListingsItem"),
            "fbaInventory": ("getInventorySummaries",),
            "finances_2024-06-19": ("listTransactions",),
            "tokens_2021-03-01": ("createRestrictedDataToken",),
        }
        checked = set()
        for name, operations in files.items():
            for methods in model(f"{name}.json")["paths"].values():
                for method in methods.values():
                    if isinstance(method, dict) and (
                        method.get("operationId") in operations
                    ):
                        operation = method["operationId"]
                        quota = PUBLISHED[operation]
                        self.assertRegex(method["description"], pattern)
                        rate, burst = _plan(method["description"])
                        self.assertEqual((quota.rate, quota.burst), (rate, burst))
                        checked.add(operation)
        # one limit is told in words only
        own = {"createFeed:JSON_LISTINGS_FEED", "createFeed:UPLOAD_VAT_INVOICE"}
        self.assertEqual(set(PUBLISHED) - checked, own)


def _plan(description: str) -> tuple[float, int]:
    row = description[description.index("| ----") :].splitlines()[1]
    rate, burst = (cell.strip() for cell in row.strip("|").split("|")[:2])
    return float(rate), int(burst)


@needs_models
class TestWhatWeSend(AmazonCase):
    def assert_allowed(self, call, path: str, name: str):
        operation = model(name)["paths"][path]["get"]
        allowed = {p["name"]: p for p in operation["parameters"] if p["in"] == "query"}
        self.assertEqual(call.method, "GET")
        for key, value in call.query.items():
            self.assertIn(key, allowed)
            parameter = allowed[key]
            if parameter["type"] == "array":
                elements = value.split(",")
                self.assertLessEqual(len(elements), parameter.get("maxItems", 999))
                known = parameter["items"].get("enum", elements)
                self.assertLessEqual(set(elements), set(known))
            elif parameter["type"] == "integer":
                self.assertTrue(1 <= int(value) <= 100)
            elif parameter.get("format") == "date-time":
                self.assertRegex(value, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_search_orders(self):
        self.amazon_answers(page(), page())
        everything = {
            "fulfilled_by": ["MERCHANT", "AMAZON"],
            "statuses": ["PENDING", "SHIPPED"],
            "pagination_token": "x",
        }
        self.search(last_updated_before=SINCE, **everything)
        self.search(last_updated_after=None, created_after=SINCE, created_before=SINCE)
        for call in self.amazon.calls:
            self.assert_allowed(call, SEARCH_PATH, "orders_2026-01-01.json")

    def test_get_order(self):
        self.amazon_answers(Reply(200, {"order": order_json()}))
        self.seller().get_order(order_json()["orderId"])
        self.assert_allowed(self.amazon.calls[0], ORDER_PATH, "orders_2026-01-01.json")

    def test_participations(self):
        self.amazon_answers(Reply(200, {"payload": []}))
        self.seller().get_marketplace_participations()
        self.assert_allowed(self.amazon.calls[0], SELLERS_PATH, "sellers.json")

    def test_sandbox_requests_can_be_made(self):
        """The static sandbox answers only to the very parameters it lists."""
        operation = model("orders_2026-01-01.json")["paths"][SEARCH_PATH]["get"]
        sandbox = operation["responses"]["200"]["x-amzn-api-sandbox"]["static"]
        for entry in sandbox:
            names = set(entry["request"]["parameters"])
            self.assertLessEqual(names, {p["name"] for p in operation["parameters"]})
        self.assertLessEqual(set(ORDER_DATA), set(_datasets(operation)))
        self.assertTrue(GERMANY)


def _datasets(operation: dict) -> list[str]:
    (parameter,) = (p for p in operation["parameters"] if p["name"] == "includedData")
    return parameter["items"]["enum"]
