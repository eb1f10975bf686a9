"""The quick look and jsonschema agree: on what is right, and on whatever is spoiled."""

import copy
import json
import random

from .. import contract
from ..contract_look import Look
from .common import EVERYTHING, ORDERS, SimulatorCase, needs_contract

#: what takes the place of a value
OTHERS = (None, True, 0, 1, -7, 2.5, "", "x", "2026-01-01T00:00:00Z", [], [1], {})
DRAWN = 600


def spoil(draw, value):
    """Change something somewhere in a value.

    :return: a copy that differs, which need not make it wrong
    """
    value = copy.deepcopy(value)
    inside = value
    while True:
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        if not keys:
            return value
        key = draw.choice(keys)
        if isinstance(inside[key], (dict, list)) and draw.random() < 0.8:
            inside = inside[key]
            continue
        kind = draw.choice(("other", "other", "gone", "new"))
        if kind == "other" or isinstance(inside, list):
            inside[key] = draw.choice(OTHERS)
        elif kind == "gone":
            del inside[key]
        else:
            inside["colour"] = draw.choice(OTHERS)
        return value


@needs_contract
class TestContractLook(SimulatorCase):
    options = {"check_contract": True}

    def looks(self):
        """Yield (schema of an answer or a parameter, the quick look, jsonschema's)."""
        for spec, model in self.sim._contract._operations.values():
            if not isinstance(spec, dict) or "responses" not in spec:  # a note
                continue
            schemas = [each.get("schema") for each in spec["responses"].values()]
            for rule in spec.get("parameters", ()):
                query = {name: rule[name] for name in rule if name != "required"}
                schemas.append(rule.get("schema", query))
            for schema in filter(None, schemas):
                definitions, formats = model["definitions"], contract._formats()
                whole = {"allOf": [schema], "definitions": definitions}
                strict = contract.jsonschema.Draft4Validator(
                    whole, format_checker=formats
                )
                yield schema, Look(definitions, formats).at(schema), strict

    def test_all_of_amazons_schemas_are_understood(self):
        looks = list(self.looks())
        self.assertGreater(len(looks), 50)
        for schema, fits, _strict in looks:
            self.assertTrue(fits, schema)

    def test_what_is_not_understood_is_left_to_jsonschema(self):
        for schema in ({"oneOf": []}, {"type": "null"}, {"$ref": "elsewhere"}):
            self.assertIsNone(Look({}, None).at(schema))

    def test_spoiled_answers(self):
        self.world.seed(3)
        answer = self.search(includedData=EVERYTHING).json
        self.assertEqual(len(answer["orders"]), 3)
        self.assertAgreed("SearchOrdersResponse", answer)

    def test_spoiled_errors(self):
        answer = self.get(f"{ORDERS}/1", includedData="SHOES").json
        self.assertAgreed("ErrorList", answer)

    def assertAgreed(self, name, answer):
        """Whatever is changed in an answer: both say the same."""
        draw, found = random.Random(name), {True: 0, False: 0}
        looks = [
            (fits, strict)
            for schema, fits, strict in self.looks()
            if schema.get("$ref", "").endswith(f"/{name}")
        ]
        fits, strict = looks[0]
        self.assertTrue(fits(answer))
        for number in range(DRAWN):
            value = answer if not number else spoil(draw, answer)
            expected = strict.is_valid(value)
            found[expected] += 1
            said = json.dumps(value) if fits(value) != expected else ""
            self.assertEqual(fits(value), expected, said)
        self.assertTrue(all(found.values()), found)
