"""The operations that the simulator knows; a new one is added to a module here."""

from . import auth, orders, sellers

OPERATIONS = {
    operation.name: operation
    for module in (auth, sellers, orders)
    for operation in module.OPERATIONS
}


def find(method, path):
    """Return the operation at `path` and its path parameters, or None twice."""
    for operation in OPERATIONS.values():
        found = operation.match(path)
        if found is not None and operation.method == method:
            return operation, found
    return None, None
