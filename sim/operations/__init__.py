"""The operations that the simulator knows; a new one is added to a module here."""

from . import (
    auth,
    document_store,
    feeds,
    finances,
    inventory,
    listings,
    orders,
    reports,
    sellers,
    shipments,
)

_MODULES = (
    auth,
    sellers,
    orders,
    shipments,
    feeds,
    document_store,
    listings,
    reports,
    finances,
    inventory,
)
OPERATIONS = {
    operation.name: operation for module in _MODULES for operation in module.OPERATIONS
}
# usage plan -> rate, burst; most operations have one, named like themselves
PLANS = {
    name: plan
    for operation in OPERATIONS.values()
    for name, plan in (
        (operation.name, (operation.rate, operation.burst)),
        *((f"{operation.name}/{key}", plan) for key, plan in operation.plans.items()),
    )
}


def find(method, path):
    """Return the operation at `path` and its path parameters, or None twice."""
    for operation in OPERATIONS.values():
        found = operation.match(path)
        if found is not None and operation.method == method:
            return operation, found
    return None, None
