"""Reports API v2021-06-30."""

from datetime import timedelta

from .. import reports as model
from .. import settlements
from ..clock import to_text
from ..sellers import ROLE_FBA, ROLE_FINANCE, ROLE_LISTINGS, ROLE_ORDERS
from . import bodies, parameters
from .auth import check_roles
from .base import Answer, ApiError, Operation, invalid
from .document_store import REPORTS_PATH

_REQUESTED = (ROLE_ORDERS, ROLE_LISTINGS)
_KEPT = timedelta(days=90)
_DOCUMENT_KEPT = timedelta(days=30)
_SEARCH = {
    "reportTypes": parameters.csv(most=10),
    "marketplaceIds": parameters.csv(most=10),
    "pageSize": parameters.whole_number(1, 100),
    "processingStatuses": parameters.csv(model.STATUSES),
    "createdSince": parameters.moment,
    "createdUntil": parameters.moment,
    "nextToken": parameters.plain,
}


def create_report(call):
    """POST /reports/2021-06-30/reports."""
    parameters.read(call.query, {})
    body = bodies.read(
        call,
        {
            "reportType": bodies.text,
            "marketplaceIds": bodies.a_list(bodies.text, 1, 25),
        },
        {
            "dataStartTime": bodies.moment,
            "dataEndTime": bodies.moment,
            "reportOptions": bodies.texts_by_name,
        },
    )
    kind, world = body["reportType"], call.world
    if kind == settlements.TYPE:
        world.dangers.append(f"createReport {kind}: Amazon makes settlements itself")
    if kind not in model.ROLES:
        raise invalid("reportType is unknown", kind)
    check_roles(kind, model.ROLES[kind], call.seller)
    parameters.check_marketplaces(body["marketplaceIds"], call.seller)
    now = world.now()
    start, end = body.get("dataStartTime", now), body.get("dataEndTime", now)
    if max(start, end) > now:
        raise invalid("dataStartTime and dataEndTime must not be in the future")
    if start > end:
        raise invalid("dataStartTime must not be later than dataEndTime")
    report = world.reports.add(
        call.seller.merchant_token,
        kind,
        tuple(dict.fromkeys(body["marketplaceIds"])),
        now,
        start=start,
        end=end,
        options=body.get("reportOptions", {}),
    )
    return Answer(202, {"reportId": report.id})


def get_report(call):
    """GET /reports/2021-06-30/reports/{reportId}."""
    parameters.read(call.query, {})
    return Answer(body=_shown(_report(call)))


def cancel_report(call):
    """DELETE /reports/2021-06-30/reports/{reportId}."""
    parameters.read(call.query, {})
    report = _report(call)
    if report.status != model.IN_QUEUE:
        raise invalid(
            f"Only reports in the queue can be cancelled, not {report.status}"
        )
    report.status = model.CANCELLED
    return Answer()


def _report(call):
    merchant = call.seller.merchant_token
    report = call.world.reports.get(call.path["reportId"], merchant)
    if report is None or call.world.now() > report.created + _KEPT:
        raise ApiError(404, "NotFound", "The report was not found.")
    return report


def get_reports(call):
    """GET /reports/2021-06-30/reports."""
    wanted = parameters.read(call.query, _SEARCH)
    reports = call.world.reports
    if "nextToken" in wanted:
        if len(wanted) > 1:
            raise invalid("nextToken must be the only parameter")
        kept = reports.page_tokens.get(wanted["nextToken"])
        if kept is None or kept[0] != call.seller.merchant_token:
            raise invalid("nextToken is not valid")
        _merchant, size, rest = kept
    elif "reportTypes" in wanted:
        for kind in wanted["reportTypes"]:
            roles = (ROLE_FINANCE,) if kind == settlements.TYPE else _REQUESTED
            check_roles(kind, roles, call.seller)
        size, rest = wanted.get("pageSize", 10), _found(call, wanted)
    else:
        raise invalid("Give reportTypes or nextToken")
    body = {"reports": [_shown(report) for report in rest[:size]]}
    if rest[size:]:
        token = call.world.new_secret("reports")
        reports.page_tokens[token] = (call.seller.merchant_token, size, rest[size:])
        body["nextToken"] = token
    return Answer(body=body)


def _found(call, wanted):
    """Return the matching reports, newest first."""
    now = call.world.now()
    since = max(wanted.get("createdSince", now - _KEPT), now - _KEPT)
    until = wanted.get("createdUntil", now)
    places = set(wanted.get("marketplaceIds", ()))
    statuses = wanted.get("processingStatuses", model.STATUSES)
    found = [
        report
        for report in call.world.reports
        if report.merchant == call.seller.merchant_token
        and report.type in wanted["reportTypes"]
        and report.status in statuses
        and since <= report.created <= until
        and (not places or places.intersection(report.marketplaces))
    ]
    return found[::-1]


def _shown(report):
    shown = {
        "reportId": report.id,
        "reportType": report.type,
        "marketplaceIds": list(report.marketplaces),
        "dataStartTime": _time(report.start),
        "dataEndTime": _time(report.end),
        "createdTime": _time(report.created),
        "processingStatus": report.status,
        "processingStartTime": _time(report.started),
        "processingEndTime": _time(report.ended),
        "reportDocumentId": report.document and report.document.id,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _time(moment):
    """Write whole seconds: Amazon drops the fraction of what it was asked for."""
    return moment and to_text(moment.replace(microsecond=0))


def get_report_document(call):
    """GET /reports/2021-06-30/documents/{reportDocumentId}."""
    known = {"enableContentEncodingUrlHeader": parameters.flag}
    wanted = parameters.read(call.query, known)
    world = call.world
    document = world.reports.documents.get(call.path["reportDocumentId"])
    mine = document and document.merchant == call.seller.merchant_token
    if not mine or world.now() > document.created + _DOCUMENT_KEPT:
        raise ApiError(404, "NotFound", "The report document was not found.")
    told = wanted.get("enableContentEncodingUrlHeader") and document.gzip
    link = world.reports.presign(world, document, "GET", "gzip" if told else "")
    url = f"{call.url}{REPORTS_PATH}{link}"
    body = {"reportDocumentId": document.id, "url": url}
    if document.gzip:
        body["compressionAlgorithm"] = "GZIP"
    return Answer(body=body)


_ROLES = (*_REQUESTED, ROLE_FINANCE, ROLE_FBA)
_REPORTS = "/reports/2021-06-30/reports"
_REPORT = f"{_REPORTS}/{{reportId}}"
_DOCUMENT = "/reports/2021-06-30/documents/{reportDocumentId}"
OPERATIONS = (
    Operation("createReport", "POST", _REPORTS, create_report, 0.0167, 15, _ROLES),
    Operation("getReport", "GET", _REPORT, get_report, 2, 15, _ROLES),
    Operation("cancelReport", "DELETE", _REPORT, cancel_report, 0.0222, 10, _ROLES),
    Operation("getReports", "GET", _REPORTS, get_reports, 0.0222, 10, _ROLES),
    Operation(
        "getReportDocument", "GET", _DOCUMENT, get_report_document, 0.0167, 15, _ROLES
    ),
)
