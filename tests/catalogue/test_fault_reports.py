"""Each fault while reports are read (features C4, D13)."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from odoo.addons.amazon_connector.amazon_api import processing
from odoo.addons.amazon_connector.sim import SELLER, reports

from ..common import FR
from ..fault_case import FaultCase
from .case import CatalogueCase


class TestFaultReports(FaultCase, CatalogueCase):
    """The catalogue is imported; at night the orders are compared."""

    def setUp(self):
        super().setUp()
        # asked for twice Amazon would say that there is nothing
        self.amazon.reports.minimum_interval = reports.MINIMUM_INTERVAL

    def test_c4_asking_for_a_report(self):
        self.try_column("createReport", self._want_the_catalogue)

    def test_c4_asking_for_a_lost_report(self):
        self.try_column("getReports", self._lose_a_report)

    def test_c4_asking_how_far_a_report_is(self):
        self.try_column("getReport", self._await_the_catalogue)

    def test_c4_asking_where_a_report_lies(self):
        self.try_column("getReportDocument", self._await_the_catalogue)

    def test_c4_fetching_the_listings(self):
        self.try_column("downloadReportDocument", self._await_the_catalogue)

    def test_d13_fetching_the_orders(self):
        self.try_column("downloadReportDocument, orders", self._compare_orders)

    # === the stories === #

    def read_reports(self):
        cron = self.env.ref("amazon_connector.ir_cron_read_reports")
        cron.ir_actions_server_id.run()

    def machines(self):
        return (self.read_reports, self.run_cron)

    def _want_the_catalogue(self):
        """A person wants the listings; one of them is not at Amazon any more."""
        self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.germany.id,
                "sku": "GONE",
                "amazon_channel": "fbm",
            }
        )
        self.press()
        return self.read_reports

    def _await_the_catalogue(self):
        """Amazon has made the report."""
        self._want_the_catalogue()()
        self._let_time_pass()
        return self.read_reports

    def _lose_a_report(self):
        """Amazon makes the report, and nobody in Odoo knows; it is not the only one."""
        merchant, now = SELLER.merchant_token, self.world.now()
        self.world.reports.add(merchant, reports.LISTINGS_REPORT, (FR,), now)
        self.amazon.faults.add("createReport", "lost")
        self._await_the_catalogue()
        self.assertEqual(self.open_reports().state, "unknown")
        return self.read_reports

    def _compare_orders(self):
        """An order was never read, nobody knows why; Amazon has made its report."""
        self.env.flush_all()
        self.env.cr.execute(  # else there was no time in which it could be missed
            "UPDATE amazon_account SET create_date = create_date - interval '9 days'"
            " WHERE id = %s",
            [self.account.id],
        )
        self.env.invalidate_all()
        moment = self.world.now() - timedelta(hours=5)
        self.ref = self.buy("MUG-BLUE", created=moment, updated=moment)
        self.account.last_orders_sync = fields.Datetime.now()
        cron = self.env.ref("amazon_connector.ir_cron_check_orders")
        cron.ir_actions_server_id.run()
        self.read_reports()
        self.assertEqual(self.open_reports().state, "requested")
        self._let_time_pass()
        return self.read_reports

    @contextmanager
    def small_pages(self):
        with patch.object(processing, "LARGEST_PAGE", "1"):
            yield

    # === what people see === #

    def see_outcome(self, operation):
        report = self.env["amazon.report"].search([])
        if self.account.connection_state == "error":
            return "config"
        if report.state == "unknown" and operation == "createReport":
            return "asks"
        if report.state == ("requested" if operation == "createReport" else "done"):
            return self.see_detour(operation)
        self.assertEqual(report.error_message, self.account.connection_message)
        self.assertTrue(report.next_try_at)
        return self.see_problem(operation)
