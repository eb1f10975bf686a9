"""Reports API v2021-06-30."""

from datetime import timedelta

from .. import reports as model
from .. import settlements
from ..clock import to_text
from ..sellers import ROLE_FBA, ROLE_FINANCE, ROLE_LISTINGS, ROLE_ORDERS, ROLE_TAX
from . import bodies, parameters, processing
from .auth import check_restricted, check_roles
from .base import Answer, Operation, invalid
from .document_store import REPORTS_PATH

_REQUESTED = (ROLE_ORDERS, ROLE_LISTINGS)
_DOCUMENT_KEPT = timedelta(days=30)
_SEARCH = processing.search_parameters("reportTypes")


def create_report(call):
    """POST /reports/2021-06-30/reports."""
    parameters.read(call, {})
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
    parameters.read(call, {})
    return Answer(body=_shown(_report(call)))


def cancel_report(call):
    """DELETE /reports/2021-06-30/reports/{reportId}."""
    parameters.read(call, {})
    return processing.cancel(_report(call), "report")


def _report(call):
    return processing.find(call, call.world.reports, call.path["reportId"], "report")


def get_reports(call):
    """GET /reports/2021-06-30/reports."""
    wanted = parameters.read(call, _SEARCH)
    for kind in wanted.get("reportTypes", ()):
        roles = (ROLE_FINANCE,) if kind == settlements.TYPE else _REQUESTED
        check_roles(kind, roles, call.seller)
    return processing.list_page(call, call.world.reports, wanted, "report", _shown)


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
    store = call.world.reports
    code = call.path["reportDocumentId"]
    for report in store:
        is_shown = report.document and report.document.id == code
        if is_shown and report.type in model.RESTRICTED:
            check_restricted(call, f"{_DOCUMENTS}/{code}")
    return processing.show_document(call, store, "report", _DOCUMENT_KEPT, REPORTS_PATH)


_ROLES = (*_REQUESTED, ROLE_FINANCE, ROLE_FBA, ROLE_TAX)
_REPORTS = "/reports/2021-06-30/reports"
_REPORT = f"{_REPORTS}/{{reportId}}"
_DOCUMENTS = "/reports/2021-06-30/documents"
_DOCUMENT = f"{_DOCUMENTS}/{{reportDocumentId}}"
OPERATIONS = (
    Operation("createReport", "POST", _REPORTS, create_report, 0.0167, 15, _ROLES),
    Operation("getReport", "GET", _REPORT, get_report, 2, 15, _ROLES),
    Operation("cancelReport", "DELETE", _REPORT, cancel_report, 0.0222, 10, _ROLES),
    Operation("getReports", "GET", _REPORTS, get_reports, 0.0222, 10, _ROLES),
    Operation(
        "getReportDocument", "GET", _DOCUMENT, get_report_document, 0.0167, 15, _ROLES
    ),
)
