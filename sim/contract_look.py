"""A quick look whether a value fits a schema of Amazon's models.

Nearly all values do, and jsonschema takes a millisecond for each order. What passes
here fits; what does not is for jsonschema, which says what is wrong. It knows no more
than what Amazon's models make use of: other schemas are not for it.
"""

import re

#: keywords of a schema or a parameter that forbid nothing
SILENT = {
    *("$ref", "collectionFormat", "default", "description", "example", "in", "name"),
    *("properties", "required", "title", "type"),
    *("x-docgen-enum-table-extension", "x-example"),
}
TYPES = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}


class Unknown(Exception):
    """A schema says something that is not understood here."""


class Look:
    """Makes functions out of schemas: of a value, whether it certainly fits.

    :param definitions: name -> schema, of the references.
    :param formats: jsonschema's checker of formats.
    """

    def __init__(self, definitions, formats):
        self._definitions = definitions
        self._formats = formats
        self._references = {}

    def at(self, schema):
        """Return the function of a schema, or None where it is not understood."""
        try:
            return self._of(schema)
        except Unknown:
            return None

    def _of(self, schema):
        if "$ref" in schema:  # what stands beside it does not count
            return self._of_reference(schema["$ref"])
        checks = list(self._checks(schema))
        if len(checks) == 1:
            return checks[0]
        return lambda value: all(check(value) for check in checks)

    def _of_reference(self, path):
        name = path.removeprefix("#/definitions/")
        if name not in self._definitions:
            raise Unknown(path)
        if name not in self._references:
            self._references[name] = None  # it may name itself
            self._references[name] = self._of(self._definitions[name])
        references = self._references
        return references[name] or (lambda value: references[name](value))

    def _checks(self, schema):
        if "type" in schema:
            if schema["type"] not in TYPES:
                raise Unknown(schema["type"])
            yield TYPES[schema["type"]]
        if {"properties", "required", "additionalProperties"} & schema.keys():
            yield self._object(schema)
        for keyword, argument in schema.items():
            if keyword in SILENT or keyword == "additionalProperties":
                continue
            make = getattr(self, f"_{keyword}", None)
            if not make:
                raise Unknown(keyword)
            yield make(argument)

    def _object(self, schema):
        known = {
            name: self._of(each) for name, each in schema.get("properties", {}).items()
        }
        required, more = schema.get("required", ()), self._more(schema)

        def check(value):
            if not isinstance(value, dict):
                return True
            return all(name in value for name in required) and all(
                known.get(name, more)(each) for name, each in value.items()
            )

        return check

    def _more(self, schema):
        """Return the function of what has no name in a schema."""
        more = schema.get("additionalProperties", True)
        return self._of(more) if isinstance(more, dict) else lambda _value: more

    # === a method for each keyword === #

    def _allOf(self, schemas):
        checks = [self._of(schema) for schema in schemas]
        return lambda value: all(check(value) for check in checks)

    def _enum(self, values):
        texts = {value for value in values if isinstance(value, str)}
        return lambda value: isinstance(value, str) and value in texts

    def _format(self, name):
        return lambda value: self._formats.conforms(value, name)

    def _items(self, schema):
        if not isinstance(schema, dict):
            raise Unknown("items")
        check = self._of(schema)
        return lambda value: not isinstance(value, list) or all(map(check, value))

    def _maxItems(self, count):
        return lambda value: not isinstance(value, list) or len(value) <= count

    def _minItems(self, count):
        return lambda value: not isinstance(value, list) or len(value) >= count

    def _maximum(self, most):
        return lambda value: not TYPES["number"](value) or value <= most

    def _minimum(self, least):
        return lambda value: not TYPES["number"](value) or value >= least

    def _pattern(self, pattern):
        search = re.compile(pattern).search
        return lambda value: not isinstance(value, str) or bool(search(value))
