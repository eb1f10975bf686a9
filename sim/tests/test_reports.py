"""Reports: the queue, the list, and every end that a report can come to."""

import pickle

from ..sellers import ROLE_LISTINGS, ROLE_ORDERS
from .common import FRANCE, GERMANY
from .report_case import LISTINGS, ORDERS, REPORT_DOCUMENTS, REPORTS, ReportCase


class TestTheQueue(ReportCase):
    """Time passes until a report is done."""

    def test_at_once(self):
        report_id = self.create()
        shown = self.report(report_id)
        self.assertEqual(shown["processingStatus"], "DONE")
        self.assertEqual(shown["marketplaceIds"], [GERMANY])
        self.assertEqual(self.world.reports[0].rows, 10)
        self.assertContractKept()

    def test_by_the_clock(self):
        self.world.reports.take = 60
        report_id = self.create()
        self.assertEqual(self.status(report_id), "IN_QUEUE")
        self.clock.advance(seconds=30)
        self.assertEqual(self.status(report_id), "IN_PROGRESS")
        self.assertNotIn("reportDocumentId", self.report(report_id))
        self.clock.advance(seconds=30)
        shown = self.report(report_id)
        self.assertEqual(shown["processingStatus"], "DONE")
        self.assertEqual(shown["processingEndTime"], self.ago(seconds=0))
        self.assertContractKept()

    def test_it_shows_the_world_of_the_moment_it_is_made(self):
        self.world.reports.take = 60
        report_id = self.create()
        self.clock.advance(seconds=59)
        self.world.listing("MUG-BLUE").quantity = 3
        self.clock.advance(seconds=1)
        quantities = {row["Händler-SKU"]: row["Menge"] for row in self.rows(report_id)}
        self.assertEqual(quantities["MUG-BLUE"], "3")

    def test_cancel(self):
        self.world.reports.take = 60
        report_id = self.create()
        self.assertEqual(self.call("DELETE", f"{REPORTS}/{report_id}").status, 200)
        self.clock.advance(seconds=60)
        self.assertEqual(self.status(report_id), "CANCELLED")
        again = self.call("DELETE", f"{REPORTS}/{report_id}")
        self.assertInvalid(again, "Only reports in the queue")
        self.assertContractKept()

    def test_a_lost_answer_is_found_in_the_list(self):
        self.sim.faults.add("createReport", "lost")
        with self.assertRaises(ConnectionError):
            self.request()
        (report,) = self.get(REPORTS, reportTypes=LISTINGS).json["reports"]
        self.assertEqual(report["processingStatus"], "DONE")

    def test_it_is_kept_with_the_world(self):
        self.create()
        again = pickle.loads(pickle.dumps(self.world))
        self.assertEqual([r.status for r in again.reports], ["IN_QUEUE"])
        again.pass_time()
        self.assertEqual([r.status for r in again.reports], ["DONE"])


class TestTooSoon(ReportCase):
    """Amazon cancels what it was asked for again within half an hour."""

    def test_the_same_again(self):
        ids = [self.create(), self.create()]
        self.assertEqual([self.status(i) for i in ids], ["DONE", "CANCELLED"])
        self.clock.advance(minutes=29, seconds=59)
        self.assertEqual(self.status(self.create()), "CANCELLED")
        self.clock.advance(seconds=1)
        self.assertEqual(self.status(self.create()), "DONE")

    def test_something_else(self):
        self.world.seed(5)
        self.create()
        self.assertEqual(self.status(self.create(LISTINGS, FRANCE)), "DONE")
        self.assertEqual(self.status(self.orders()), "DONE")
        self.assertEqual(self.status(self.orders()), "CANCELLED")
        other = self.create(ORDERS, dataStartTime=self.ago(days=2))
        self.assertEqual(self.status(other), "DONE")

    def test_after_a_failure(self):
        self.sim.reports.fatal_next()
        self.assertEqual(self.status(self.create()), "FATAL")
        self.assertEqual(self.status(self.create()), "DONE")


class TestOutcomes(ReportCase):
    """Ends on demand."""

    def end(self, **fields):
        self.clock.advance(minutes=30)
        self.link()
        shown = self.report(self.create(**fields))
        return shown["processingStatus"], "reportDocumentId" in shown

    def test_all(self):
        reports = self.sim.reports
        for prepare, end in (
            (reports.fatal_next, ("FATAL", False)),
            (reports.cancelled_next, ("CANCELLED", False)),
            (reports.no_document_next, ("DONE", False)),
            (reports.cut_next, ("DONE", True)),
            (lambda: reports.fatal_next(reason="Sorry."), ("FATAL", True)),
            (lambda: reports.edit_next(str.upper), ("DONE", True)),
        ):
            prepare()
            self.assertEqual(self.end(), end)
        self.assertEqual(self.end(), ("DONE", True), "all used up")
        self.assertContractKept()

    def test_for_a_type(self):
        self.sim.reports.fatal_next(ORDERS)
        self.assertEqual(self.end(), ("DONE", True))
        self.assertEqual(self.status(self.orders()), "FATAL")

    def test_what_they_hold(self):
        self.sim.reports.fatal_next(reason="Try a shorter window.")
        kind, raw = self.download(self.create())
        self.assertEqual(raw, b"Try a shorter window.")
        self.sim.reports.edit_next(lambda text: text.replace("MUG-BLUE\t", "\t"))
        skus = {row["Händler-SKU"] for row in self.rows(self.create())}
        self.assertIn("", skus)
        self.clock.advance(minutes=30)
        self.sim.reports.cut_next()
        with self.assertRaises(EOFError):
            self.download(self.create())


class TestCalls(ReportCase):
    """What is taken, what is refused, who sees what."""

    def test_refused(self):
        self.assertInvalid(self.request("SHOES"), "reportType is unknown")
        self.assertInvalid(self.request(LISTINGS, "ATVPDKIKX0DER"), "not valid")
        self.assertInvalid(self.request(LISTINGS, *[GERMANY] * 26), "1 to 25")
        self.assertInvalid(self.request(reportOptions={"a": 1}), "must be a text")
        self.assertInvalid(self.request(MarketplaceIds=[]), "Unknown field")
        later = self.ago(seconds=-1)
        self.assertInvalid(self.request(dataEndTime=later), "in the future")
        window = {"dataStartTime": self.ago(days=1), "dataEndTime": self.ago(days=2)}
        self.assertInvalid(self.request(ORDERS, **window), "later than dataEndTime")
        self.assertEqual(len(self.sim.reports), 0)

    def test_roles_by_type(self):
        self.world.sellers[0].roles -= {ROLE_ORDERS}
        self.assertEqual(self.request().status, 202)
        self.assertEqual(self.request(ORDERS).status, 403)
        self.world.sellers[0].roles -= {ROLE_LISTINGS}
        self.assertEqual(self.request().status, 403)

    def test_reports_of_others(self):
        report_id = self.create()
        code = self.report(report_id)["reportDocumentId"]
        self.link(self.world.sellers[1])
        self.assertEqual(self.get(f"{REPORTS}/{report_id}").status, 404)
        self.assertEqual(self.get(f"{REPORT_DOCUMENTS}/{code}").status, 404)
        self.assertEqual(self.get(REPORTS, reportTypes=LISTINGS).json["reports"], [])

    def test_list(self):
        first = self.create()
        self.clock.advance(minutes=1)
        second = self.create(LISTINGS, FRANCE)
        other = self.create(ORDERS)

        def listed(**parameters):
            answer = self.get(REPORTS, **parameters)
            self.assertEqual(answer.status, 200, answer.text)
            return [report["reportId"] for report in answer.json["reports"]]

        both = f"{LISTINGS},{ORDERS}"
        self.assertEqual(listed(reportTypes=both), [other, second, first])
        self.assertEqual(listed(reportTypes=LISTINGS), [second, first])
        self.assertEqual(listed(reportTypes=both, marketplaceIds=FRANCE), [second])
        self.assertEqual(
            listed(reportTypes=both, processingStatuses="CANCELLED"), [other]
        )
        since = self.ago(seconds=30)
        self.assertEqual(listed(reportTypes=LISTINGS, createdSince=since), [second])
        self.assertEqual(listed(reportTypes=LISTINGS, createdUntil=since), [first])
        page = self.get(REPORTS, reportTypes=both, pageSize=2).json
        self.assertEqual(listed(nextToken=page["nextToken"]), [first])
        self.assertInvalid(self.get(REPORTS), "reportTypes or nextToken")
        self.assertInvalid(self.get(REPORTS, nextToken="x"), "not valid")
        answer = self.get(REPORTS, nextToken="x", reportTypes=LISTINGS)
        self.assertInvalid(answer, "must be the only parameter")
        self.clock.advance(days=90)
        self.link()
        self.assertEqual(listed(reportTypes=both), [other, second])

    def test_addresses_live_five_minutes(self):
        report_id = self.create()
        place = self.place(report_id)
        self.clock.advance(minutes=5)
        self.assertEqual(self.send("GET", place).status, 200)
        self.clock.advance(seconds=1)
        self.assertEqual(self.send("GET", place).status, 403)
        self.assertEqual(self.send("GET", self.place(report_id)).status, 200)
        self.sim.faults.add("downloadReportDocument", "expired_url")
        self.assertEqual(self.send("GET", self.place(report_id)).status, 403)
        code = self.report(report_id)["reportDocumentId"]
        self.clock.advance(days=30)
        self.link()
        self.assertEqual(self.get(f"{REPORT_DOCUMENTS}/{code}").status, 404)

    def test_no_access_token_in_the_store(self):
        place = self.place(self.create())
        headers = {"x-amz-access-token": self.access}
        self.assertEqual(self.send("GET", place, None, headers).status, 403)
        self.assertEqual(len(self.world.dangers), 1)

    def test_compression(self):
        self.sim.reports.gzip = False
        code = self.report(self.create())["reportDocumentId"]
        shown = self.get(f"{REPORT_DOCUMENTS}/{code}").json
        self.assertNotIn("compressionAlgorithm", shown)
        self.clock.advance(minutes=30)
        self.sim.reports.gzip = True
        code = self.report(self.create())["reportDocumentId"]
        for stated, encoding in (("true", "gzip"), ("false", None)):
            path = f"{REPORT_DOCUMENTS}/{code}"
            shown = self.get(path, enableContentEncodingUrlHeader=stated).json
            answer = self.send("GET", shown["url"].removeprefix(self.sim.url))
            self.assertEqual(answer.headers.get("content-encoding"), encoding)
        self.assertContractKept()


class TestPlans(ReportCase):
    """Usage plans of reports."""

    options = {"published_rates": True}

    def test_page_shows_reports_of_each_type(self):
        kinds = {
            "All listings": LISTINGS,
            "Orders": ORDERS,
            "Returns to Amazon (FBA)": "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA",
            "Return requests (FBM)": "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
        }
        for kind in kinds.values():
            self.create(kind, dataStartTime=self.ago(days=1))
        text = self.send("GET", "/").text
        for label in kinds:
            self.assertIn(f"<b>{label}</b>", text)

    def test_create_report(self):
        answers = [self.request("SHOES") for _ in range(16)]
        self.assertEqual([a.status for a in answers], [400] * 15 + [429])
        self.assertEqual(answers[0].headers["x-amzn-ratelimit-limit"], "0.0167")


class TestPageOfReports(ReportCase):
    """The reports on the page."""

    def test_status_and_rows(self):
        self.assertIn("Reports requested", self.send("GET", "/").text)
        self.create(LISTINGS, *self.world.sellers[0].marketplaces)
        self.orders()
        text = self.send("GET", "/").text
        self.assertIn("<b>All listings</b>", text)
        self.assertIn("10 rows", text)
        self.assertIn(" +", text)
        self.assertEqual(text.count('class="feed cancelled"'), 1)
        self.assertIn("<b>Orders</b>", text)
