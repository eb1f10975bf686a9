import json
import time
from datetime import datetime
from unittest import mock

from .. import (
    LISTINGS_REPORT,
    LISTINGS_REPORT_OPTIONS,
    MINIMUM_INTERVAL,
    ORDERS_REPORT,
    ConfigError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    Report,
    ReportFailed,
    Retryable,
    Throttled,
    Unavailable,
)
from .. import wire as wire_module
from .common import GERMANY, NOON, RESET, SINCE, AmazonCase, Reply, at, refusal
from .sent import DOCUMENT_ID
from .tables import REPORT_ID, report, report_json

FRANCE = "A13V1IB3VIYZZH"
PATH = "/reports/2021-06-30/reports"


class TestCreateReport(AmazonCase):
    def create(self, partner=None, report_type=LISTINGS_REPORT, **more):
        partner = partner or self.seller()
        return partner.create_report(report_type, [GERMANY, FRANCE], **more)

    def asked(self):
        (call,) = self.amazon.calls
        self.assertEqual((call.method, call.path, call.query), ("POST", PATH, {}))
        return json.loads(call.body)

    def test_listings(self):
        self.amazon_answers(Reply(202, {"reportId": REPORT_ID}))
        self.assertEqual(self.create(options=LISTINGS_REPORT_OPTIONS), REPORT_ID)
        self.assertEqual(
            self.asked(),
            {
                "reportType": LISTINGS_REPORT,
                "marketplaceIds": [GERMANY, FRANCE],
                "reportOptions": {"preferredReportDocumentLocale": "en_US"},
            },
        )

    def test_orders_of_a_window(self):
        self.amazon_answers(Reply(202, {"reportId": REPORT_ID}))
        window = {"data_start_time": SINCE, "data_end_time": NOON}
        self.create(report_type=ORDERS_REPORT, **window)
        self.assertEqual(
            self.asked(),
            {
                "reportType": ORDERS_REPORT,
                "marketplaceIds": [GERMANY, FRANCE],
                "dataStartTime": "2026-11-20T09:15:00.123Z",
                "dataEndTime": "2026-11-20T12:00:00.000Z",
            },
        )

    def test_a_lost_answer_is_an_open_question(self):
        for reply in (
            RESET,
            b"",
            Reply(200, {"reportId": REPORT_ID}),
            Reply(202),
            Reply(202, "<html>"),
            Reply(202, {}),
            Reply(202, {"reportId": ""}),
            Reply(202, {"reportId": 7}),
            Reply(202, '{"reportId": "5'),
            Reply(502),
            Reply(503, "<html>"),
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                self.failure_of(OutcomeUnknown, self.create)

    def test_late_answer(self):
        self.amazon_answers(lambda: time.sleep(0.2) or Reply(202, {"reportId": "1"}))
        with mock.patch.object(wire_module, "TIMEOUT", (0.1, 0.1)):
            self.failure_of(OutcomeUnknown, self.create)

    def test_refused(self):
        for reply, error_class in (
            (refusal(403, "Unauthorized"), ConfigError),
            (refusal(400, "InvalidInput", "Bad type"), Rejected),
            (refusal(429, "QuotaExceeded"), Throttled),
        ):
            self.amazon_answers(reply)
            self.failure_of(error_class, self.create)

    def test_what_amazon_would_refuse_is_not_sent(self):
        seller = self.seller()
        for arguments, more in (
            (("", [GERMANY]), {}),
            ((ORDERS_REPORT, []), {}),
            ((ORDERS_REPORT, [f"A{n}" for n in range(26)]), {}),
            ((ORDERS_REPORT, ["a/b"]), {}),
            ((ORDERS_REPORT, [GERMANY]), {"data_start_time": datetime(2026, 11, 20)}),
            (
                (ORDERS_REPORT, [GERMANY]),
                {"data_start_time": NOON, "data_end_time": SINCE},
            ),
            ((ORDERS_REPORT, [GERMANY]), {"options": {"a": True}}),
        ):
            with self.assertRaises(ValueError):
                seller.create_report(*arguments, **more)
        self.assertEqual(self.amazon.calls, [])

    def test_one_a_minute(self):
        partner = self.seller()
        self.amazon_answers(*[Reply(202, {"reportId": REPORT_ID})] * 15)
        for _report in range(15):
            self.create(partner)
        error = self.failure_of(Throttled, self.create, partner)
        self.assertAlmostEqual(error.retry_after, 60, delta=1)


class TestGetReport(AmazonCase):
    def get(self, report_id=REPORT_ID):
        return self.seller().get_report(report_id)

    def test_done(self):
        self.amazon_answers(Reply(200, report_json()))
        self.assertEqual(
            self.get(),
            Report(
                report_id=REPORT_ID,
                report_type=LISTINGS_REPORT,
                status="DONE",
                marketplace_ids=(GERMANY,),
                created_time=at(2026, 11, 20, 11),
                data_start_time=at(2026, 11, 20, 11),
                data_end_time=at(2026, 11, 20, 11),
                document_id=DOCUMENT_ID,
            ),
        )
        (call,) = self.amazon.calls
        path = f"{PATH}/{REPORT_ID}"
        self.assertEqual((call.method, call.path, call.query), ("GET", path, {}))

    def test_every_end(self):
        reported = {}
        for status in ("IN_QUEUE", "IN_PROGRESS", "DONE", "CANCELLED", "FATAL"):
            answer = report_json(processingStatus=status, reportDocumentId=None)
            self.amazon_answers(Reply(200, answer))
            read = self.get()
            reported[read.status] = (
                read.is_finished,
                read.failure and read.failure.reason,
            )
        self.assertEqual(
            reported,
            {
                "IN_QUEUE": (False, None),
                "IN_PROGRESS": (False, None),
                "DONE": (True, "no_document"),
                "CANCELLED": (True, "cancelled"),
                "FATAL": (True, "fatal"),
            },
        )
        self.assertIsNone(report().failure)

    def test_a_failed_report_is_worth_another_request(self):
        failure = report(status="FATAL").failure
        self.assertIs(type(failure), ReportFailed)
        self.assertIsInstance(failure, Retryable)
        self.assertEqual(failure.retry_after, MINIMUM_INTERVAL.total_seconds())

    def test_answers_that_will_not_do(self):
        for changes in (
            {"processingStatus": "PAUSED"},
            {"processingStatus": None},
            {"reportId": "1"},
            {"reportId": None},
            {"reportType": None},
            {"createdTime": "yesterday"},
            {"createdTime": None},
            {"dataStartTime": "2026-11-20"},
            {"marketplaceIds": "x"},
            {"reportDocumentId": 7},
        ):
            with self.subTest(changes):
                self.amazon_answers(Reply(200, report_json(**changes)))
                error = self.failure_of(Unavailable, self.get)
                self.assertEqual(error.reason, "answer")

    def test_unknown_report(self):
        self.amazon_answers(refusal(404, "NotFound"), refusal(404, "NotFound"))
        self.failure_of(NotFound, self.get)
        self.failure_of(NotFound, self.get, "a/b?c")
        self.assertEqual(self.amazon.calls[1].path, f"{PATH}/a%2Fb%3Fc")


class TestGetReports(AmazonCase):
    def get(self, report_types=(LISTINGS_REPORT,), since=SINCE, **more):
        return self.seller().get_reports(report_types, since, **more)

    def reports(self, *reports, **more) -> Reply:
        return Reply(200, {"reports": list(reports), **more})

    def test_pages_with_the_token_alone(self):
        self.amazon_answers(
            self.reports(report_json("1"), report_json("2"), nextToken="a+b/c=="),
            self.reports(nextToken="d"),
            self.reports(report_json("2"), report_json("3")),
        )
        found = self.get(
            (LISTINGS_REPORT, ORDERS_REPORT),
            created_until=NOON,
            marketplace_ids=[GERMANY, FRANCE],
        )
        self.assertEqual([report.report_id for report in found], ["1", "2", "3"])
        self.assertEqual(
            [(call.method, call.path, call.query) for call in self.amazon.calls],
            [
                ("GET", PATH, query)
                for query in (
                    {
                        "reportTypes": f"{LISTINGS_REPORT},{ORDERS_REPORT}",
                        "createdSince": "2026-11-20T09:15:00.123Z",
                        "createdUntil": "2026-11-20T12:00:00.000Z",
                        "marketplaceIds": f"{GERMANY},{FRANCE}",
                        "pageSize": "100",
                    },
                    {"nextToken": "a+b/c=="},
                    {"nextToken": "d"},
                )
            ],
        )

    def test_never_a_part_of_the_list(self):
        first = self.reports(report_json("1"), nextToken="a")
        for second in (
            Reply(503, "<html>"),
            Reply(200, {}),
            Reply(200, {"reports": {}}),
            self.reports(None),
            self.reports(report_json(processingStatus="?")),
            self.reports(nextToken=7),
            self.reports(nextToken="a"),
            refusal(400, "InvalidInput", "nextToken is not valid"),
            RESET,
        ):
            with self.subTest(second):
                self.amazon_answers(first, second)
                self.failure_of(Unavailable, self.get)

    def test_what_amazon_would_refuse_is_not_sent(self):
        for arguments, more in (
            (((),), {}),
            (([f"T{n}" for n in range(11)],), {}),
            (((LISTINGS_REPORT,), datetime(2026, 11, 20)), {}),
            (((LISTINGS_REPORT,),), {"marketplace_ids": ["A"] * 11}),
        ):
            with self.assertRaises(ValueError):
                self.get(*arguments, **more)
        self.assertEqual(self.amazon.calls, [])
