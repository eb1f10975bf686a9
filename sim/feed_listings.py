"""The feed JSON_LISTINGS_FEED, read by its published schema."""

import json

from .feed_result import FeedRefused, Result
from .listing_changes import (
    BAD_MESSAGE,
    REFUSED,
    Edit,
    Problem,
    carry_out,
    dangers_of,
    problems_of,
    read_patches,
)

TYPE = "JSON_LISTINGS_FEED"
MOST_MESSAGES = 25_000
_LARGEST_ID = 2147483647
# operation -> what a message must hold, what it must not
_FORMS = {
    "UPDATE": (("productType", "attributes"), ("patches",)),
    "PARTIAL_UPDATE": (("productType", "attributes"), ("requirements", "patches")),
    "PATCH": (("productType", "patches"), ("requirements", "attributes")),
    "DELETE": ((), ("requirements", "attributes", "productType", "patches")),
}


def work(world, feed):
    """Carry a feed out and return a result for each message.

    :raise FeedRefused: the document as a whole can not be read
    """
    seen = set()
    return [_message(world, feed, message, seen) for message in _messages(feed)]


def _messages(feed):
    try:
        document = json.loads(feed.content.decode())
    except ValueError:
        raise FeedRefused("The document is not JSON in UTF-8.") from None
    if not isinstance(document, dict):
        raise FeedRefused("The document must be an object.")
    header, messages = document.get("header"), document.get("messages")
    if not isinstance(header, dict) or header.get("version") != "2.0":
        raise FeedRefused("'header' must name the version 2.0.")
    if header.get("sellerId") != feed.merchant:
        raise FeedRefused("'header' names another seller.")
    if not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        raise FeedRefused(f"'messages' must hold 1 to {MOST_MESSAGES} messages.")
    return messages


def _message(world, feed, message, seen):
    form = _form_problem(message, seen)
    if form:
        return Result(*_names(message), [Problem(BAD_MESSAGE, form)])
    seen.add(message["messageId"])
    sku, operation = message["sku"], message["operationType"]
    places = [(feed.merchant, place, sku) for place in feed.marketplaces]
    listings = [world.listings.get(key) for key in places]
    edits, problems = _edits(message)
    _note_dangers(world, sku, operation, listings, edits)
    if sku in world.feeds.refusals:
        problems = [Problem(REFUSED, world.feeds.refusals[sku])]
    product_type = message.get("productType", "PRODUCT")
    for listing in listings:
        problems += problems_of(listing, product_type, edits)
    if not problems:
        for key, listing in zip(places, listings, strict=True):
            _carry_out(world, key, listing, operation, edits)
    return Result(message["messageId"], sku, list(dict.fromkeys(problems)))


def _note_dangers(world, sku, operation, listings, edits):
    found = [] if operation == "PATCH" else [f"{sku}: {operation} in a feed"]
    for listing in listings:
        found += dangers_of(sku, listing, edits)
    world.dangers += dict.fromkeys(found)


def _form_problem(message, seen):
    """Say how a message offends the schema, or return an empty text."""
    if not isinstance(message, dict):
        return "A message must be an object."
    number, sku = _names(message)
    if number is None:
        return "'messageId' must be a whole number of 1 to 2147483647."
    if number in seen:
        return "'messageId' is used twice."
    if sku is None:
        return "'sku' must be a text."
    if message.get("operationType") not in tuple(_FORMS):
        return f"'operationType' can not be {message.get('operationType')!r}."
    needed, foreign = _FORMS[message["operationType"]]
    missing = [name for name in needed if not message.get(name)]
    wrong = [name for name in foreign if name in message]
    if missing or wrong:
        return f"{message['operationType']} needs {missing} and forbids {wrong}."
    if not isinstance(message.get("productType", ""), str):
        return "'productType' must be a text."
    if not isinstance(message.get("attributes", {}), dict):
        return "'attributes' must be an object."
    return ""


def _names(message):
    """Return the message's id and SKU, None for what is none."""
    message = message if isinstance(message, dict) else {}
    number, sku = message.get("messageId"), message.get("sku")
    is_id = isinstance(number, int) and not isinstance(number, bool)
    return (
        number if is_id and 1 <= number <= _LARGEST_ID else None,
        sku if isinstance(sku, str) and sku else None,
    )


def _edits(message):
    if "patches" in message:
        return read_patches(message["patches"])
    replaced = [
        {"op": "replace", "path": f"/attributes/{name}", "value": value}
        for name, value in message.get("attributes", {}).items()
    ]
    return read_patches(replaced) if replaced else ([], [])


def _carry_out(world, key, listing, operation, edits):
    if operation == "DELETE":
        del world.listings[key]
        return
    if operation == "UPDATE":  # what is not named is gone
        edits = [Edit("delete", "fulfillment_availability", []), *edits]
    carry_out(world, listing, edits)


def report(feed, results, refused=""):
    """Write the processing report; `refused` is said of the feed as a whole."""
    issues = [
        _issue(problem, result) for result in results for problem in result.problems
    ]
    if refused:
        issues.append(_issue(Problem(BAD_MESSAGE, refused)))
    invalid = sum(bool(result.problems) for result in results)
    body = {
        "header": {"sellerId": feed.merchant, "version": "2.0", "feedId": feed.id},
        "issues": issues,
        "summary": {
            "errors": len(issues),
            "warnings": 0,
            "messagesProcessed": len(results),
            "messagesAccepted": len(results) - invalid,
            "messagesInvalid": invalid,
        },
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _issue(problem, result=None):
    issue = {
        "messageId": result and result.message_id,
        "sku": result and result.subject,
        "code": problem.code,
        "severity": "ERROR",
        "message": problem.message,
        "attributeName": problem.attribute or None,
    }
    return {name: value for name, value in issue.items() if value is not None}
