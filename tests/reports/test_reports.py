"""Reports: asked for once, read page by page, whatever happens on the way (issue 8)."""

from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget
from odoo.addons.amazon_connector.models.reports import (
    amazon_account as amazon_account_reports,
)

from ..common import DE, AmazonCase

MODELS = "odoo.addons.amazon_connector.models"
READERS = f"{MODELS}.catalogue.amazon_account.AmazonAccount"
ENDING = f"{MODELS}.reports.amazon_account.AmazonAccount._end_report"
REPORTS_LOG = "odoo.addons.amazon_connector.models.connection.amazon_account"


class TestReports(AmazonCase):
    def setUp(self):
        super().setUp()
        self.seen = []
        for name, function in (
            ("_read_catalogue_rows", self._take),
            ("_end_catalogue_report", lambda _account, _report, _content: "Read."),
        ):
            patcher = patch(f"{READERS}.{name}", function)
            patcher.start()
            self.addCleanup(patcher.stop)
        self.germany = self.env["amazon.marketplace"]._by_api_ref([DE])[DE]

    def _take(self, _report, rows):
        self.seen += [row.sku for row in rows]
        return len(rows)

    def ask(self):
        """Request a report as the catalogue does.

        :return: amazon.report of the listings in Germany
        """
        return self.account._ask_for_report("catalogue", self.germany)

    def let_odoo_read(self, **passed):
        """Time goes by, and the scheduled action runs."""
        for report in self.env["amazon.report"].search([]):
            report.next_try_at = False
            if passed and report.requested_at:
                report.requested_at -= timedelta(**passed)
        self.env.ref("amazon_connector.ir_cron_read_reports").ir_actions_server_id.run()

    def assertReport(self, report, state, position=0, attempts=1):
        self.assertRecordValues(
            report, [{"state": state, "position": position, "attempts": attempts}]
        )

    def test_c4_report_is_asked_for_once_and_read(self):
        report = self.ask()
        self.assertEqual(self.ask(), report)
        self.let_odoo_read()
        self.assertReport(report, "requested")
        self.assertEqual(self.ask(), report)
        self.let_odoo_read()
        count = len(self.world.quantities()) + 2  # two more are Amazon's own stock
        self.assertReport(report, "done", count)
        self.assertEqual((len(set(self.seen)), report.summary), (count, "Read."))
        self.assertEqual(self.ask(), report, "read a moment ago")
        self.assertEqual(len(self.amazon.reports), 1)
        report.requested_at -= timedelta(minutes=31)
        self.assertNotEqual(self.ask(), report)

    def test_c4_reading_goes_on_where_it_stopped(self):
        report = self.ask()
        self.let_odoo_read()
        with patch.dict(amazon_account_reports.PAGE_ROWS, catalogue=4):
            failing = patch(ENDING, side_effect=ValueError)
            with failing, mute_logger(amazon_account_reports.__name__):
                self.let_odoo_read()
            self.assertReport(report, "failed", 10)
        self.assertEqual(report.error_kind, "internal")
        problem = self.env["amazon.problem"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual((problem.kind, problem.document), ("report", "Amazon.de"))
        report.state = "reading"
        before = list(self.seen)
        self.let_odoo_read()
        self.assertReport(report, "done", 10)
        self.assertEqual(self.seen, before, "no row is read twice")

    def test_c4_who_is_behind_another_worker_leaves_its_rows_alone(self):
        report = self.ask()
        self.let_odoo_read()
        model = self.env.registry["amazon.account"]
        read_page = model._read_page

        def read_and_meet(account, report, position, rows):
            read_page(account, report, position, rows)
            if not position:  # another worker read the next page a moment later
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE amazon_report SET position = 8 WHERE id = %s", [report.id]
                )

        with patch.dict(amazon_account_reports.PAGE_ROWS, catalogue=4):
            with patch.object(model, "_read_page", read_and_meet):
                self.let_odoo_read()
        self.assertReport(report, "done", 10)
        self.assertEqual(len(self.seen), 4 + 2)

    def test_c4_report_is_ended_by_who_read_its_last_row(self):
        report = self.ask()
        self.let_odoo_read()
        account = self.account.sudo()._in_company()
        report.write({"state": "reading", "position": 4})  # another worker is at it
        account._end_report(report.with_env(account.env), 10, None)
        self.assertReport(report, "reading", 4)

    def test_c4_lost_answer_is_asked_for(self):
        self.amazon.faults.add("createReport", "lost")
        report = self.ask()
        self.let_odoo_read()
        self.assertReport(report, "unknown")
        self.let_odoo_read()
        self.let_odoo_read()
        self.assertEqual(report.state, "done")
        self.assertEqual(len(self.amazon.reports), 1)

    def test_c4_two_workers_ask_once(self):
        report = self.ask()
        account = self.account.sudo()._in_company()
        seen = report.with_env(account.env)
        self.assertEqual(seen.state, "todo")
        self.env.flush_all()
        self.env.cr.execute(  # another worker, a moment before
            "UPDATE amazon_report SET state = 'unknown' WHERE id = %s", [report.id]
        )
        with account._get_partner() as partner:
            account._request_report(partner, seen, Counter())
        self.assertFalse(self.amazon.calls("createReport"))
        self.assertEqual(report.state, "unknown")

    def test_c4_who_still_waits_for_the_answer_has_not_lost_it(self):
        report = self.ask()
        account = self.account.sudo()._in_company()
        account._run_step(report._set_asking)  # the call is under way
        counts = Counter()
        with account._get_partner() as partner:
            account._try_report(report, partner, TimeBudget(60), counts)
        self.assertFalse(self.amazon.received)
        self.assertReport(report, "unknown")
        self.let_odoo_read()
        self.let_odoo_read()
        self.assertEqual(len(self.amazon.reports), 1)

    def test_c4_cancelled_report_changes_nothing(self):
        self.amazon.reports.cancelled_next()
        report = self.ask()
        self.let_odoo_read()
        self.let_odoo_read()
        self.assertReport(report, "empty")
        self.assertFalse(self.seen)

    def test_c4_failed_report_is_asked_for_again_and_not_for_ever(self):
        report = self.ask()
        for attempt in (1, 2, 3):
            self.amazon.reports.fatal_next()
            self.let_odoo_read()
            self.let_odoo_read()
            expected = "failed" if attempt == 3 else "todo"
            self.assertReport(report, expected, attempts=attempt)
            if expected == "todo":
                self.assertGreater(report.next_try_at, fields.Datetime.now())
        self.assertEqual(report.error_kind, "permanent")
        report.action_retry()
        self.let_odoo_read()
        self.let_odoo_read()
        self.assertEqual(report.state, "done")

    @mute_logger(REPORTS_LOG)
    def test_c4_trouble_passes(self):
        report = self.ask()
        self.amazon.faults.add("createReport", "throttled")
        self.let_odoo_read()
        self.assertReport(report, "todo", attempts=0)
        self.assertTrue(report.error_message)
