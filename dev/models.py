"""`python3 -m dev models`: what Amazon has published since we looked last.

Operations, fields and values of the APIs that we use, as Amazon's models name them (the
folder `SPAPI_MODELS`, else ``shared/spapi-models`` beside the repository) and as
Amazon's own client does (amzn-sp-api, in the environment of the clients' check). What
was looked at is kept in `SEEN`. New words stop nothing: an order with unknown values
and fields is read as it is (`amazon_api/tests/test_models_of_tomorrow.py`).
"""

import ast
import json
import re
from pathlib import Path

from sim import contract

from . import python_env
from .console import DevError

SEEN = Path(__file__).resolve().parent / "models_seen.json"
#: name of a model -> package of amzn-sp-api
APIS = {
    "fbaInventory": "fba_inventory_v1",
    "feeds_2021-06-30": "feeds_v2021_06_30",
    "finances_2024-06-19": "finances_v2024_06_19",
    "listingsItems_2021-08-01": "listings_items_v2021_08_01",
    "ordersV0": "orders_v0",
    "orders_2026-01-01": "orders_v2026_01_01",
    "reports_2021-06-30": "reports_v2021_06_30",
    "sellers": "sellers_v1",
    "tokens_2021-03-01": "tokens_v2021_03_01",
}
#: values that stand in descriptions only, as most of the newer ones do
STATED = re.compile(r"`([A-Z][A-Z0-9_]{2,})`")


def print_news(options):
    """Print what is new in each source that is here; return the exit code."""
    seen = load_seen()
    for title, words in sources():
        if isinstance(words, str):
            print(f"{title}: not looked at, {words}")
            continue
        found = news(words, seen)
        print(f"{title}: {len(found)} words are new")
        for line in found:
            print(f"  {line}")
        if options.seen:
            seen = merge(seen, words)
    if options.seen:
        SEEN.write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n")
    return 0


def load_seen():
    """Return the words that were looked at: API -> kind -> list."""
    return json.loads(SEEN.read_text()) if SEEN.exists() else {}


def sources():
    """Yield title and words of each source; instead of words why they are not here."""
    folder = contract.folder()
    yield (
        "Amazon's models",
        of_models(folder) if folder else "name their folder in SPAPI_MODELS",
    )
    try:
        python = python_env.environment("client-amzn-sp-api")
    except DevError as missing:
        yield "amzn-sp-api", str(missing)
    else:
        yield "amzn-sp-api", of_client(python)


def news(words, seen):
    """Return what is in the words and was not looked at, one line each."""
    return [
        f"{api}: {kind} {word}"
        for api, kinds in sorted(words.items())
        for kind, names in sorted(kinds.items())
        for word in sorted(set(names) - set(seen.get(api, {}).get(kind, ())))
    ]


def merge(seen, words):
    """Return all words of both."""
    return {
        api: {
            kind: sorted(
                {*seen.get(api, {}).get(kind, ()), *words.get(api, {}).get(kind, ())}
            )
            for kind in ("field", "operation", "value")
        }
        for api in APIS
    }


def of_models(folder):
    """Read the words of Amazon's models, which are Swagger 2."""
    return {api: _of_model(folder / f"{api}.json") for api in APIS}


def _of_model(path):
    text = path.read_text()
    model = json.loads(text)
    fields = {
        f"{name}.{field}".lower()
        for name, definition in model["definitions"].items()
        for part in (definition, *definition.get("allOf", ()))
        for field in part.get("properties", ())
    }
    operations = {
        spec["operationId"].lower()
        for methods in model["paths"].values()
        for spec in methods.values()
        if isinstance(spec, dict) and "operationId" in spec
    }
    values = {*STATED.findall(text), *_enums(model)}
    return {"operation": operations, "field": fields, "value": values}


def _enums(part):
    """Yield all values of enumerations, wherever they stand."""
    if isinstance(part, dict):
        values = part.get("enum")
        yield from map(str, values if isinstance(values, list) else ())
    children = part.values() if isinstance(part, dict) else part
    if isinstance(part, dict | list):
        for child in children:
            yield from _enums(child)


def of_client(python):
    """Read the words of Amazon's own client without running it."""
    (package,) = Path(python).parent.parent.glob("lib/python*/site-packages/spapi")
    return {
        api: _of_package(package / "api" / name, package / "models" / name)
        for api, name in APIS.items()
    }


def _of_package(calls, classes):
    words = {"operation": set(), "field": set(), "value": set()}
    for path in calls.glob("*_api.py"):
        found = re.findall(r"def (\w+)_with_http_info\(", path.read_text())
        words["operation"] |= {name.replace("_", "") for name in found}
    for path in classes.glob("[a-z]*.py"):
        text = path.read_text()
        words["value"] |= set(STATED.findall(text))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                words["field"] |= set(_fields(node))
                words["value"] |= set(_values(node))
    return words


def _fields(cls):
    """Yield the fields of a class as Amazon writes them."""
    for node in cls.body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "attribute_map":
            for name in ast.literal_eval(node.value).values():
                yield f"{cls.name}.{name}".lower()


def _values(cls):
    """Yield what a class allows: constants of an enumeration, or a list in a setter."""
    for node in ast.walk(cls):
        if not isinstance(node, ast.Assign) or not isinstance(
            node.targets[0], ast.Name
        ):
            continue
        name, value = node.targets[0].id, node.value
        if isinstance(value, ast.Constant) and name.isupper():
            yield str(value.value)
        elif name == "allowed_values" and isinstance(value, ast.List):
            yield from (str(each.value) for each in value.elts)
