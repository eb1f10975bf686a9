"""The store behind presigned addresses: S3, not the Selling Partner API."""

import hashlib

from ..faults import store_error
from .base import Answer, Operation

PATH = "/document-store"
REPORTS_PATH = "/report-store"
_XML = {"Content-Type": "application/xml"}
_BAD_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided."
    " Check your key and signing method."
)


def upload(call):
    """PUT of a document to the address that createFeedDocument gave."""
    link, refusal = _link(call, "PUT", call.world.feeds)
    if refusal:
        return refusal
    document = link.document
    if call.headers.get("content-type", "") != document.content_type:
        return _refused("SignatureDoesNotMatch", _BAD_SIGNATURE)
    document.content = call.body
    tag = hashlib.md5(call.body, usedforsecurity=False).hexdigest()
    return Answer(200, headers={"ETag": f'"{tag}"'})


def download(call):
    """GET of a document from the address that getFeedDocument gave."""
    return _download(call, call.world.feeds)


def download_report(call):
    """GET of a document from the address that getReportDocument gave."""
    return _download(call, call.world.reports)


def _download(call, store):
    link, refusal = _link(call, "GET", store)
    if refusal:
        return refusal
    made = store is call.world.reports
    kind = link.document.content_type if made else "application/octet-stream"
    headers = {"Content-Type": kind}
    if link.encoding:
        headers["Content-Encoding"] = link.encoding
    return Answer(200, link.document.content, headers)


def _link(call, method, store):
    """Return the presigned link and None, or None and S3's refusal."""
    world = call.world
    link = store.links.get(call.path["key"])
    sent = dict(call.query)
    if "x-amz-access-token" in call.headers:
        world.dangers.append("an access token was sent to the document store")
        return None, _refused(
            "AccessDenied",
            "There were headers present in the request which were not signed",
        )
    if link is None or link.method != method:
        return None, _refused("SignatureDoesNotMatch", _BAD_SIGNATURE)
    if sent.get("X-Amz-Signature") != link.signature or len(call.query) != 2:
        return None, _refused("SignatureDoesNotMatch", _BAD_SIGNATURE)
    if world.now() > link.expires:
        return None, _refused("AccessDenied", "Request has expired")
    return link, None


def _refused(code, message):
    return Answer(403, store_error(code, message), _XML)


_TEMPLATE = f"{PATH}/{{key}}"
OPERATIONS = (
    Operation("uploadFeedDocument", "PUT", _TEMPLATE, upload, needs_token=False),
    Operation("downloadFeedDocument", "GET", _TEMPLATE, download, needs_token=False),
    Operation(
        "downloadReportDocument",
        "GET",
        f"{REPORTS_PATH}/{{key}}",
        download_report,
        needs_token=False,
    ),
)
