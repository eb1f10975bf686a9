"""Check of every request and every answer against Amazon's own API models.

They are read from the folder named by ``SPAPI_MODELS``, else from
``shared/spapi-models`` beside the repository; checking needs `jsonschema`.
"""

import copy
import functools
import json
import os
from pathlib import Path

from .clock import parse_time
from .contract_look import Look

try:
    import jsonschema
except ImportError:  # the simulator itself does without
    jsonschema = None

FILES = (
    "orders_2026-01-01.json",
    "sellers.json",
    "ordersV0.json",
    "feeds_2021-06-30.json",
    "listingsItems_2021-08-01.json",
    "reports_2021-06-30.json",
    "fbaInventory.json",
    "finances_2024-06-19.json",
    "tokens_2021-03-01.json",
)
FEED = "listings-feed-schema-v2.json"
REPORT = "listings-feed-processing-report-schema-v2.json"


def folder():
    """Return the folder of the models, or None when there is none."""
    named = os.environ.get("SPAPI_MODELS")
    repository = Path(__file__).resolve().parent.parent
    place = Path(named) if named else repository.parent / "shared" / "spapi-models"
    for candidate in (place, place / "models"):
        if all((candidate / name).is_file() for name in FILES):
            return candidate
    return None


def schemas():
    """Return the folder of the schemas of feeds, or None when there is none."""
    models = folder()
    for candidate in (models, models / "schemas", models.parent / "schemas"):
        if all((candidate / name).is_file() for name in (FEED, REPORT)):
            return candidate
    return None


def missing():
    """Return what is missing here for a check, or an empty text."""
    if jsonschema is None:
        return "the Python package jsonschema is not installed"
    if folder() is None:
        return "Amazon's API models are not here: name their folder in SPAPI_MODELS"
    if schemas() is None:
        return (
            "the schemas of listings feeds are not beside Amazon's API models: name a "
            "folder with both in SPAPI_MODELS"
        )
    return ""


def available():
    """Tell whether requests and answers can be checked here."""
    return not missing()


def load():
    """Return the contract; it is read once for all simulators of the process.

    :raise RuntimeError: something is missing; the message says what
    """
    if missing():
        raise RuntimeError(f"No contract check: {missing()}")
    return _read(folder(), schemas())


@functools.cache
def _read(models, documents):
    return Contract(
        [json.loads((models / name).read_text()) for name in FILES],
        {name: json.loads((documents / name).read_text()) for name in (FEED, REPORT)},
    )


class Contract:
    """Checks calls against the published operations."""

    def __init__(self, models, schemas):
        self._operations = {}
        for model in models:
            model = _strict(model)
            for path, methods in model["paths"].items():
                for method, spec in methods.items():
                    if method != "parameters":
                        self._operations[method.upper(), path] = (spec, model)
        self._validators = {}
        self._looks = {}
        self._documents = {
            name: jsonschema.Draft7Validator(schema) for name, schema in schemas.items()
        }

    def published_name(self, method, path):
        """Return how Amazon calls what is at a path, or None: nothing is there."""
        found = self._operations.get((method, path))
        return found and found[0]["operationId"]

    def check(self, operation, call, answer):
        """Return what is wrong with a call of an operation and its answer."""
        key = operation.method, operation.template
        if key not in self._operations:
            return []
        spec, model = self._operations[key]
        found = []
        if operation.name != spec["operationId"]:
            found.append(f"is {spec['operationId']} at Amazon")
        found += self._request(spec.get("parameters", ()), model, call)
        found += self._answer(spec["responses"], model, answer)
        return [f"{operation.name}: {text}" for text in found]

    def check_document(self, name, content):
        """Return what is wrong with a listings feed or its report."""
        try:
            value = json.loads(content)
        except ValueError:
            return [f"{name}: not JSON"]
        errors = self._documents[name].iter_errors(value)
        return [f"{name}: {error.json_path}: {error.message}" for error in errors]

    def _request(self, parameters, model, call):
        known = {p["name"]: p for p in parameters if p["in"] == "query"}
        names = [name for name, _text in call.query]
        found = [f"parameter {name} is unknown" for name in names if name not in known]
        found += [f"{n} is repeated" for n in set(names) if names.count(n) > 1]
        for name, rule in known.items():
            if rule.get("required") and name not in names:
                found.append(f"parameter {name} is missing")
        for name, text in call.query:
            if name in known:
                value = _value(known[name], text)
                found += self._validate(known[name], model, value, name)
        for rule in parameters:
            if rule["in"] == "body":
                found += self._body(rule["schema"], model, call.body)
        return found

    def _body(self, schema, model, body):
        try:
            value = json.loads(body)
        except ValueError:
            return ["body is not JSON"]
        return self._validate(schema, model, value, "body")

    def _answer(self, responses, model, answer):
        response = responses.get(str(answer.status))
        if response is None:
            return [f"status {answer.status} is not published"]
        if "schema" not in response:
            return ["an answer without a body is published"] if answer.body else []
        return self._validate(response["schema"], model, answer.body, "answer")

    def _validate(self, schema, model, value, where):
        key = json.dumps(schema, sort_keys=True), id(model)
        if key not in self._validators:
            if "in" in schema:  # there `required` is a flag of the parameter
                schema = {k: v for k, v in schema.items() if k != "required"}
            definitions, formats = model["definitions"], _formats()
            whole = {"allOf": [schema], "definitions": definitions}
            self._validators[key] = jsonschema.Draft4Validator(
                whole, format_checker=formats
            )
            self._looks[key] = Look(definitions, formats).at(schema)
        fits = self._looks[key]
        if fits and fits(value):
            return []
        errors = self._validators[key].iter_errors(value)
        return [f"{where} {error.json_path}: {error.message}" for error in errors]


def _strict(model):
    """Let no object hold names that its definition does not."""
    model = copy.deepcopy(model)
    # a part of a composed schema does not know the names of the other parts
    parts = {
        part.get("$ref", "").rpartition("/")[2]
        for definition in model["definitions"].values()
        for part in definition.get("allOf", ())
    }
    for name, definition in model["definitions"].items():
        is_whole = name not in parts and "allOf" not in definition
        if "properties" in definition and is_whole:
            definition.setdefault("additionalProperties", False)
    return model


def _value(rule, text):
    """Read a parameter as Swagger 2 says: arrays are comma-separated."""
    if rule["type"] == "array" and rule.get("collectionFormat", "csv") == "csv":
        return text.split(",")
    if rule["type"] == "integer" and text.isdigit():
        return int(text)
    if rule["type"] == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def _formats():
    checker = jsonschema.FormatChecker(formats=())

    @checker.checks("date-time", raises=ValueError)
    def _date_time(value):
        return not isinstance(value, str) or bool(parse_time(value))

    return checker
