"""Test cases that request reports."""

import gzip

from .. import SELLER
from .common import CHECKED, GERMANY, SimulatorCase

REPORTS = "/reports/2021-06-30/reports"
REPORT_DOCUMENTS = "/reports/2021-06-30/documents"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
ENGLISH = {"preferredReportDocumentLocale": "en_US"}


class ReportCase(SimulatorCase):
    """Requests reports and reads them."""

    options = CHECKED

    def request(self, kind=LISTINGS, *places, **fields):
        """Request a report and return the answer."""
        body = {"reportType": kind, "marketplaceIds": list(places) or [GERMANY]}
        return self.call("POST", REPORTS, body | fields)

    def create(self, kind=LISTINGS, *places, **fields):
        """Request a report and return its id."""
        answer = self.request(kind, *places, **fields)
        self.assertEqual(answer.status, 202, answer.text)
        return answer.json["reportId"]

    def orders(self, **fields):
        """Request the orders of the last day."""
        return self.create(ORDERS, dataStartTime=self.ago(days=1), **fields)

    def report(self, report_id):
        """Return a report as getReport shows it."""
        answer = self.get(f"{REPORTS}/{report_id}")
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def status(self, report_id):
        return self.report(report_id)["processingStatus"]

    def place(self, report_id):
        """Return where a report lies, from the root of the simulator."""
        code = self.report(report_id)["reportDocumentId"]
        answer = self.get(f"{REPORT_DOCUMENTS}/{code}")
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json["url"].removeprefix(self.sim.url)

    def download(self, report_id):
        """Return the stated type and the unpacked bytes."""
        answer = self.send("GET", self.place(report_id))
        self.assertEqual(answer.status, 200)
        return answer.headers["content-type"], gzip.decompress(answer.raw)

    def rows(self, report_id):
        """Return the rows as dicts by heading."""
        _kind, raw = self.download(report_id)
        charset = self.world.reports.get(report_id, SELLER.merchant_token).charset
        lines = raw.decode(charset).split("\r\n")
        headings = lines[0].split("\t")
        return [
            dict(zip(headings, line.split("\t"), strict=True)) for line in lines[1:-1]
        ]
