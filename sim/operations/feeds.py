"""Feeds API v2021-06-30."""

import json
from datetime import timedelta

from .. import feeds as model
from ..clock import to_text
from ..sellers import ROLE_DELIVERY, ROLE_LISTINGS, ROLE_ORDERS, ROLE_TAX
from . import bodies, parameters, processing
from .auth import check_roles
from .base import Answer, Operation, invalid
from .document_store import PATH

_REPORT_KEPT = timedelta(days=28)
_DOCUMENT_USABLE = timedelta(days=2)
_SEARCH = processing.search_parameters("feedTypes")


def create_feed_document(call):
    """POST /feeds/2021-06-30/documents."""
    parameters.read(call, {})
    content_type = bodies.read(call, {"contentType": bodies.text})["contentType"]
    world = call.world
    document = world.feeds.new_document(world, call.seller.merchant_token, content_type)
    link = world.feeds.presign(world, document, "PUT")
    body = {"feedDocumentId": document.id, "url": f"{call.url}{PATH}{link}"}
    return Answer(201, body)


def create_feed(call):
    """POST /feeds/2021-06-30/feeds."""
    parameters.read(call, {})
    body = bodies.read(
        call,
        {
            "feedType": bodies.text,
            "marketplaceIds": bodies.a_list(bodies.text, 1, 25),
            "inputFeedDocumentId": bodies.text,
        },
        {"feedOptions": bodies.texts_by_name},
    )
    kind, world = body["feedType"], call.world
    if kind not in model.ROLES:
        raise invalid("feedType is unknown", kind)
    check_roles(kind, model.ROLES[kind], call.seller)
    parameters.check_marketplaces(body["marketplaceIds"], call.seller)
    document = _sent_document(call, body["inputFeedDocumentId"])
    feed = world.feeds.add(
        call.seller.merchant_token,
        kind,
        tuple(dict.fromkeys(body["marketplaceIds"])),
        world.now(),
        document.content,
        body.get("feedOptions", {}),
    )
    return Answer(202, {"feedId": feed.id})


def _sent_document(call, code):
    document = call.world.feeds.documents.get(code)
    if document is None or document.merchant != call.seller.merchant_token:
        raise invalid("inputFeedDocumentId is unknown", code)
    if call.world.now() > document.created + _DOCUMENT_USABLE:
        raise invalid("inputFeedDocumentId has expired", code)
    if not document.content_type or document.content is None:
        raise invalid("The document was not uploaded", code)
    return document


def _feed_type(call):
    """Tell whether a feed is to be created that has a usage plan of its own."""
    try:
        return json.loads(call.body).get("feedType", "")
    except (ValueError, AttributeError):
        return ""


def get_feed(call):
    """GET /feeds/2021-06-30/feeds/{feedId}."""
    parameters.read(call, {})
    return Answer(body=_shown(_feed(call)))


def cancel_feed(call):
    """DELETE /feeds/2021-06-30/feeds/{feedId}."""
    parameters.read(call, {})
    return processing.cancel(_feed(call), "feed")


def _feed(call):
    return processing.find(call, call.world.feeds, call.path["feedId"], "feed")


def get_feeds(call):
    """GET /feeds/2021-06-30/feeds."""
    wanted = parameters.read(call, _SEARCH)
    return processing.list_page(call, call.world.feeds, wanted, "feed", _shown)


def _shown(feed):
    shown = {
        "feedId": feed.id,
        "feedType": feed.type,
        "marketplaceIds": list(feed.marketplaces),
        "createdTime": to_text(feed.created),
        "processingStatus": feed.status,
        "processingStartTime": feed.started and to_text(feed.started),
        "processingEndTime": feed.ended and to_text(feed.ended),
        "resultFeedDocumentId": feed.result_document and feed.result_document.id,
    }
    return {name: value for name, value in shown.items() if value is not None}


def get_feed_document(call):
    """GET /feeds/2021-06-30/documents/{feedDocumentId}."""
    return processing.show_document(call, call.world.feeds, "feed", _REPORT_KEPT, PATH)


_ROLES = (ROLE_ORDERS, ROLE_LISTINGS, ROLE_DELIVERY, ROLE_TAX)
_FEEDS = "/feeds/2021-06-30/feeds"
_FEED = f"{_FEEDS}/{{feedId}}"
_DOCUMENTS = "/feeds/2021-06-30/documents"
_DOCUMENT = f"{_DOCUMENTS}/{{feedDocumentId}}"
OPERATIONS = (
    Operation(
        "createFeedDocument",
        "POST",
        _DOCUMENTS,
        create_feed_document,
        rate=0.5,
        burst=15,
        roles=_ROLES,
    ),
    Operation(
        "createFeed",
        "POST",
        _FEEDS,
        create_feed,
        rate=0.0083,
        burst=15,
        roles=_ROLES,
        # five in five minutes, one in three seconds
        plans={model.LISTINGS_FEED: (0.0167, 5), model.INVOICE_FEED: (0.3333, 1)},
        variant_of=_feed_type,
    ),
    Operation("getFeed", "GET", _FEED, get_feed, 2, 15, _ROLES),
    Operation("cancelFeed", "DELETE", _FEED, cancel_feed, 2, 15, _ROLES),
    Operation("getFeeds", "GET", _FEEDS, get_feeds, 0.0222, 10, _ROLES),
    Operation(
        "getFeedDocument", "GET", _DOCUMENT, get_feed_document, 0.0222, 10, _ROLES
    ),
)
