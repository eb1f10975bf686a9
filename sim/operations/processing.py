"""What the Feeds API and the Reports API, both 2021-06-30, have in common."""

from datetime import timedelta

from .. import reports as model
from . import parameters
from .base import Answer, ApiError, invalid

KEPT = timedelta(days=90)


def search_parameters(types_name):
    """Return the parameters of a list of feeds or reports."""
    return {
        types_name: parameters.csv(most=10),
        "marketplaceIds": parameters.csv(most=10),
        "pageSize": parameters.whole_number(1, 100),
        "processingStatuses": parameters.csv(model.STATUSES),
        "createdSince": parameters.moment,
        "createdUntil": parameters.moment,
        "nextToken": parameters.plain,
    }


def find(call, store, number, noun):
    """Return the feed or report that the path names.

    :raise ApiError: 404: this seller has none of that number, or had it too long ago
    """
    found = store.get(number, call.seller.merchant_token)
    if found is None or call.world.now() > found.created + KEPT:
        raise ApiError(404, "NotFound", f"The {noun} was not found.")
    return found


def cancel(found, noun):
    """Cancel what still waits for Amazon."""
    if found.status != model.IN_QUEUE:
        raise invalid(f"Only {noun}s in the queue can be cancelled, not {found.status}")
    found.status = model.CANCELLED
    return Answer()


def list_page(call, store, wanted, noun, show):
    """Return a page of feeds or reports, the newest first.

    :param wanted: the parameters that were read
    :param show: writes one of them as Amazon does
    """
    if "nextToken" in wanted:
        if len(wanted) > 1:
            raise invalid("nextToken must be the only parameter")
        kept = store.page_tokens.get(wanted["nextToken"])
        if kept is None or kept[0] != call.seller.merchant_token:
            raise invalid("nextToken is not valid")
        _merchant, size, rest = kept
    elif f"{noun}Types" in wanted:
        size = wanted.get("pageSize", 10)
        rest = _search(call, store, wanted, wanted[f"{noun}Types"])
    else:
        raise invalid(f"Give {noun}Types or nextToken")
    body = {f"{noun}s": [show(each) for each in rest[:size]]}
    if rest[size:]:
        token = call.world.new_secret(f"{noun}s")
        store.page_tokens[token] = (call.seller.merchant_token, size, rest[size:])
        body["nextToken"] = token
    return Answer(body=body)


def _search(call, store, wanted, types):
    now = call.world.now()
    since = max(wanted.get("createdSince", now - KEPT), now - KEPT)
    until = wanted.get("createdUntil", now)
    places = set(wanted.get("marketplaceIds", ()))
    statuses = wanted.get("processingStatuses", model.STATUSES)
    found = [
        each
        for each in store
        if each.merchant == call.seller.merchant_token
        and each.type in types
        and each.status in statuses
        and since <= each.created <= until
        and (not places or places.intersection(each.marketplaces))
    ]
    return found[::-1]


def show_document(call, store, noun, kept, path):
    """Answer with the address of a document that can be downloaded.

    :param kept: how long Amazon keeps it
    :param path: of the store where it lies
    """
    known = {"enableContentEncodingUrlHeader": parameters.flag}
    wanted = parameters.read(call, known)
    world, name = call.world, f"{noun}DocumentId"
    document = store.documents.get(call.path[name])
    mine = document and document.merchant == call.seller.merchant_token
    expired = mine and world.now() > document.created + kept
    if not mine or expired or document.content is None:
        raise ApiError(404, "NotFound", f"The {noun} document was not found.")
    stated = wanted.get("enableContentEncodingUrlHeader") and document.gzip
    link = store.presign(world, document, "GET", "gzip" if stated else "")
    body = {name: document.id, "url": f"{call.url}{path}{link}"}
    if document.gzip:
        body["compressionAlgorithm"] = "GZIP"
    return Answer(body=body)
