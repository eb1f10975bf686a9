"""Changes of a listing: parsed, checked and carried out as Amazon does it."""

import re
from dataclasses import dataclass

from .listings import DEFAULT

OPS = ("add", "replace", "merge", "delete")
AVAILABILITY = "fulfillment_availability"
_LEAD_TIME = "lead_time_to_ship_max_days"
_PATH = re.compile(r"/attributes/(\w+)", re.ASCII)
_KNOWN = {
    "fulfillment_channel_code",
    "quantity",
    "restock_date",
    "marketplace_id",
    _LEAD_TIME,
}
# Amazon does not publish the codes of its results: these are the simulator's
BAD_MESSAGE = "99001"
UNKNOWN_SKU = "99002"
FULFILLED_BY_AMAZON = "99003"
BAD_VALUE = "99004"
REFUSED = "99005"


@dataclass(frozen=True)
class Problem:
    """Why Amazon does not do what a message asks."""

    code: str
    message: str
    attribute: str = ""


@dataclass(frozen=True)
class Edit:
    """What happens to one attribute."""

    op: str
    attribute: str
    value: list


def read_patches(patches):
    """Return the edits that a list of JSON patches means, and their problems."""
    edits, problems = [], []
    if not isinstance(patches, list) or not patches:
        return [], [Problem(BAD_MESSAGE, "'patches' must be a list with an operation.")]
    for patch in patches:
        found = _patch_problem(patch)
        if found:
            problems.append(Problem(BAD_MESSAGE, found))
        else:
            attribute = _PATH.fullmatch(patch["path"]).group(1)
            edits.append(Edit(patch["op"], attribute, patch.get("value", [])))
    return edits, problems


def _patch_problem(patch):
    if not isinstance(patch, dict):
        return "A patch must be an object."
    if patch.get("op") not in OPS:
        return f"The operation of a patch can not be {patch.get('op')!r}."
    path = patch.get("path")
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        return f"Only whole attributes can be patched, not {path!r}."
    value = patch.get("value", [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        return "The value of a patch must be a list of objects."
    return ""


def problems_of(listing, product_type, edits):
    """Check edits of a listing (None: there is none)."""
    if listing is None:
        return [Problem(UNKNOWN_SKU, "This SKU does not exist in the marketplace.")]
    if product_type not in ("PRODUCT", listing.product_type):
        return [Problem(BAD_VALUE, f"The SKU is no {product_type}.", "product_type")]
    return [
        problem
        for edit in edits
        if edit.attribute == AVAILABILITY and edit.op != "delete"
        for problem in _availability_problems(listing, edit)
    ]


def _availability_problems(listing, edit):
    if not edit.value:
        return [Problem(BAD_VALUE, "Invalid parameters provided.", AVAILABILITY)]
    found = []
    for value in edit.value:
        problem = _value_problem(listing, value)
        if problem:
            found.append(problem)
    return found


def _value_problem(listing, value):
    channel = value.get("fulfillment_channel_code")
    quantity = value.get("quantity")
    lead_time = value.get(_LEAD_TIME, 0)
    if not isinstance(channel, str) or set(value) - _KNOWN:
        return Problem(BAD_VALUE, "Invalid parameters provided.", AVAILABILITY)
    if listing.channel != DEFAULT:
        message = "Amazon fulfils this SKU: its quantity can not be set."
        return Problem(FULFILLED_BY_AMAZON, message, AVAILABILITY)
    if channel != DEFAULT:
        message = f"The seller fulfils this SKU: not {channel}."
        return Problem(BAD_VALUE, message, AVAILABILITY)
    if not is_count(quantity):
        message = "'quantity' must be a whole number, 0 or more."
        return Problem(BAD_VALUE, message, AVAILABILITY)
    if not is_count(lead_time):
        message = f"'{_LEAD_TIME}' must be a whole number, 0 or more."
        return Problem(BAD_VALUE, message, AVAILABILITY)
    return None


def is_count(value):
    """Tell whether `value` is a whole number that is not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def dangers_of(sku, listing, edits):
    """List what a connector that sends quantities must never ask for."""
    found = []
    for edit in edits:
        if edit.attribute != AVAILABILITY:
            found.append(f"{sku}: {edit.op} of {edit.attribute}")
        elif edit.op == "delete":
            found.append(f"{sku}: its availability is deleted")
        elif edit.op != "merge" and any(_LEAD_TIME not in v for v in edit.value):
            found.append(f"{sku}: {edit.op} deletes the handling time")
        if edit.attribute == AVAILABILITY:
            found += _channel_dangers(sku, listing, edit)
    return found


def _channel_dangers(sku, listing, edit):
    codes = [value.get("fulfillment_channel_code") for value in edit.value]
    foreign = [code for code in codes if isinstance(code, str) and code != DEFAULT]
    found = [f"{sku}: channel {code} is written" for code in foreign]
    if listing and listing.channel != DEFAULT:
        found.append(f"{sku}: Amazon fulfils it, yet its quantity is written")
    return found


def carry_out(world, listing, edits):
    """Make edits that have no problem."""
    for edit in edits:
        if edit.attribute == AVAILABILITY:
            _set_availability(listing, edit)
    listing.updated = world.now()


def _set_availability(listing, edit):
    if edit.op == "delete":
        listing.quantity, listing.lead_time = 0, None
        return
    for value in edit.value:
        listing.quantity = value["quantity"]
        if edit.op != "merge" or _LEAD_TIME in value:
            listing.lead_time = value.get(_LEAD_TIME)
