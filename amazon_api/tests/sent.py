"""What is sent to Amazon in the tests, and where its documents lie."""

from datetime import timedelta, timezone

from .. import Shipment, ShippedItem
from .common import GERMANY, ORDER_ID, Reply, at

SELLER = "A2NKEXAMPLE"
ITEM_ID = "12345678901234"
FEED_ID = "50099018512"
DOCUMENT_ID = "amzn1.tortuga.4.eu.3d4e42b5-1d6e-44e8-a89c-2abfca0625bb.T2"
SIGNED_PATH = "/documents/d%2F1?X-Amz-Expires=300&X-Amz-Signature=5ec2e7"
BERLIN = timezone(timedelta(hours=1))


def shipment(**changes) -> Shipment:
    facts = {
        "order_id": ORDER_ID,
        "marketplace_id": GERMANY,
        "package_reference": "1",
        "carrier_code": "DHL",
        "tracking_number": "00340434161094042557",
        "ship_date": at(2026, 11, 20, 8, 30, ms=250).astimezone(BERLIN),
        "items": (ShippedItem(ITEM_ID, 2),),
    }
    return Shipment(**{**facts, **changes})


def shipment_json(**changes) -> dict:
    detail = {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "trackingNumber": "00340434161094042557",
        "shipDate": "2026-11-20T08:30:00.250Z",
        "orderItems": [{"orderItemId": ITEM_ID, "quantity": 2}],
    }
    return {"marketplaceId": GERMANY, "packageDetail": {**detail, **changes}}


def feed_json(feed_id: str = FEED_ID, **changes) -> dict:
    feed = {
        "feedId": feed_id,
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": [GERMANY],
        "createdTime": "2026-11-20T11:00:00.000Z",
        "processingStatus": "DONE",
        "processingStartTime": "2026-11-20T11:01:00.000Z",
        "processingEndTime": "2026-11-20T11:02:00.000Z",
        "resultFeedDocumentId": DOCUMENT_ID,
    }
    return {**feed, **changes}


def document(url: str, status: int = 200, **changes) -> Reply:
    """What Amazon says of a document that lies on our server."""
    return Reply(status, {"feedDocumentId": DOCUMENT_ID, "url": url, **changes})


def issue_json(message_id: int | None = 1, severity: str = "ERROR", **changes) -> dict:
    issue = {
        "messageId": message_id,
        "sku": "SKU-1",
        "code": "8541",
        "severity": severity,
        "message": "The SKU does not match any ASIN.",
        "attributeName": "fulfillment_availability",
    }
    whole = {**issue, **changes}
    return {name: value for name, value in whole.items() if value is not None}


def listings_report(*issues: dict, processed=1, accepted=1, invalid=0) -> dict:
    errors = sum(issue["severity"] == "ERROR" for issue in issues)
    return {
        "header": {"sellerId": SELLER, "version": "2.0", "feedId": FEED_ID},
        "issues": list(issues),
        "summary": {
            "errors": errors,
            "warnings": len(issues) - errors,
            "messagesProcessed": processed,
            "messagesAccepted": accepted,
            "messagesInvalid": invalid,
        },
    }


def result_xml(message_id: int | str = 1, code: str = "Error") -> str:
    return (
        f"<Result><MessageID>{message_id}</MessageID><ResultCode>{code}</ResultCode>"
        "<ResultMessageCode>18028</ResultMessageCode><ResultDescription>"
        "The order is already shipped &amp; paid für.</ResultDescription></Result>"
    )


def processing_report(
    *results: str, processed=1, successful=1, errors=0, warnings=0, status="Complete"
) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">'
        "<Header><DocumentVersion>1.02</DocumentVersion>"
        f"<MerchantIdentifier>{SELLER}</MerchantIdentifier></Header>"
        "<MessageType>ProcessingReport</MessageType>"
        "<Message><MessageID>1</MessageID><ProcessingReport>"
        f"<DocumentTransactionID>{FEED_ID}</DocumentTransactionID>"
        f"<StatusCode>{status}</StatusCode><ProcessingSummary>"
        f"<MessagesProcessed>{processed}</MessagesProcessed>"
        f"<MessagesSuccessful>{successful}</MessagesSuccessful>"
        f"<MessagesWithError>{errors}</MessagesWithError>"
        f"<MessagesWithWarning>{warnings}</MessagesWithWarning>"
        f"</ProcessingSummary>{''.join(results)}"
        "</ProcessingReport></Message></AmazonEnvelope>"
    )
