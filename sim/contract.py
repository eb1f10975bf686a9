"""Amazon's own API models as the judge of every request and every answer.

They are read from the folder named by ``SPAPI_MODELS``, else from
``shared/spapi-models`` beside the repository; checking needs `jsonschema`.
"""

import copy
import json
import os
from pathlib import Path

from .clock import parse_time

try:
    import jsonschema
except ImportError:  # the simulator itself does without
    jsonschema = None

FILES = ("orders_2026-01-01.json", "sellers.json")


def folder():
    """Return the folder of the models, or None when there is none."""
    named = os.environ.get("SPAPI_MODELS")
    repository = Path(__file__).resolve().parent.parent
    place = Path(named) if named else repository.parent / "shared" / "spapi-models"
    for candidate in (place, place / "models"):
        if all((candidate / name).is_file() for name in FILES):
            return candidate
    return None


def missing():
    """Say what a check lacks here, or return an empty text."""
    if jsonschema is None:
        return "the Python package jsonschema is not installed"
    if folder() is None:
        return "Amazon's API models are not here: name their folder in SPAPI_MODELS"
    return ""


def available():
    """Tell whether requests and answers can be checked here."""
    return not missing()


def load():
    """Return the contract.

    :raise RuntimeError: something is missing; the message says what
    """
    if missing():
        raise RuntimeError(f"No contract check: {missing()}")
    return Contract(json.loads((folder() / name).read_text()) for name in FILES)


class Contract:
    """Checks calls against the published operations."""

    def __init__(self, models):
        self._operations = {}
        for model in models:
            model = _strict(model)
            for path, methods in model["paths"].items():
                for method, spec in methods.items():
                    if method != "parameters":
                        key = spec["operationId"]
                        self._operations[key] = (method.upper(), path, spec, model)
        self._validators = {}

    def check(self, operation, call, answer):
        """Return what is wrong with a call of an operation and its answer."""
        if operation.name not in self._operations:
            return []
        method, path, spec, model = self._operations[operation.name]
        found = []
        if (operation.method, operation.template) != (method, path):
            found.append(f"is {method} {path} at Amazon")
        found += self._request(spec.get("parameters", ()), model, call)
        found += self._answer(spec["responses"], model, answer)
        return [f"{operation.name}: {text}" for text in found]

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
                value = json.loads(call.body or b"null")
                found += self._validate(rule["schema"], model, value, "body")
        return found

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
            whole = {"allOf": [schema], "definitions": model["definitions"]}
            self._validators[key] = jsonschema.Draft4Validator(
                whole, format_checker=_formats()
            )
        errors = self._validators[key].iter_errors(value)
        return [f"{where} {error.json_path}: {error.message}" for error in errors]


def _strict(model):
    """Let no object hold names that its definition does not."""
    model = copy.deepcopy(model)
    for definition in model["definitions"].values():
        if "properties" in definition and "allOf" not in definition:
            definition.setdefault("additionalProperties", False)
    return model


def _value(rule, text):
    """Read a parameter as Swagger 2 says: arrays are comma-separated."""
    if rule["type"] == "array" and rule.get("collectionFormat", "csv") == "csv":
        return text.split(",")
    if rule["type"] == "integer" and text.isdigit():
        return int(text)
    return text


def _formats():
    checker = jsonschema.FormatChecker(formats=())

    @checker.checks("date-time", raises=ValueError)
    def _date_time(value):
        return not isinstance(value, str) or bool(parse_time(value))

    return checker
