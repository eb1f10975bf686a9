"""Reports that somebody needs: asked for here, read in amazon_account_reports."""

from odoo import fields, models

from ..amazon_api import MINIMUM_INTERVAL
from .amazon_report import OPEN_STATES


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def _ask_for_report(self, kind, marketplaces, date_from=False, date_to=False):
        """See to it that a report is read soon. No call leaves for Amazon.

        :param str kind: catalogue (of one marketplace) or orders
        :param marketplaces: amazon.marketplace
        :param datetime date_from: of what it tells, UTC; False: not said
        :param datetime date_to: UTC
        :return: amazon.report; the one that is under way, or that was read shortly
            before (Amazon would cancel another one), else a new one
        """
        self.ensure_one()
        places = ",".join(sorted(marketplaces.mapped("api_ref")))
        key = f"{kind}/{places}/{date_from or ''}/{date_to or ''}"
        report = self._find_report_of(key)
        if report.state == "failed":
            report._set_todo({"attempts": 0})
        if report:
            if report.state == "todo":
                report._trigger_cron(report.next_try_at or None)
            return report
        report = report.create(
            {
                "account_id": self.id,
                "report_type": kind,
                "marketplace_ids": [fields.Command.set(marketplaces.ids)],
                "date_from": date_from,
                "date_to": date_to,
                "request_key": key,
            }
        )
        report._trigger_cron()
        return report

    def _find_report_of(self, key):
        """:param str key: what is asked for
        :return: amazon.report that answers it, one that failed, or none"""
        recently = fields.Datetime.now() - MINIMUM_INTERVAL
        reports = self.env["amazon.report"].search(
            [
                ("account_id", "=", self.id),
                ("request_key", "=", key),
                "|",
                ("state", "in", [*OPEN_STATES, "failed"]),
                ("requested_at", ">", recently),
            ]
        )
        failed = reports.filtered(lambda report: report.state == "failed")
        under_way = reports.filtered(lambda report: report.state in OPEN_STATES)
        return (under_way or reports - failed or failed)[:1]
