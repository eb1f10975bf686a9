"""Reports that failed, in the list of problems."""

from odoo import _, fields, models

from .amazon_problem import SLOTS

REPORTS = f"""
    SELECT report.id::bigint * {SLOTS} + 10, 'report', report.account_id,
           report.company_id,
           string_agg(marketplace.name, ', ' ORDER BY marketplace.id),
           report.error_message, report.done_at, NULL, NULL, NULL
      FROM amazon_report report
      JOIN amazon_account account ON account.id = report.account_id
      JOIN amazon_marketplace_amazon_report_rel place
        ON place.amazon_report_id = report.id
      JOIN amazon_marketplace marketplace
        ON marketplace.id = place.amazon_marketplace_id
     WHERE account.active AND report.state = 'failed'
     GROUP BY report.id"""


class AmazonProblem(models.Model):
    _inherit = "amazon.problem"
    _depends = {"amazon.report": ["done_at", "error_message", "state"]}

    kind = fields.Selection(selection_add=[("report", "Report not read")])

    def _get_sources(self):
        return [*super()._get_sources(), REPORTS]

    def _get_next_steps(self):
        return {
            **super()._get_next_steps(),
            "report": _("Press Retry: Amazon is asked for a new one."),
        }

    def action_open(self):
        if self.kind != "report":
            return super().action_open()
        return {
            "type": "ir.actions.act_window",
            "res_model": "amazon.report",
            "res_id": self._get_reports().id,
            "view_mode": "form",
        }

    def _retry(self, kind):
        if kind == "report":
            return [self._get_reports().action_retry()]
        return super()._retry(kind)

    def _get_reports(self):
        """:return: amazon.report of these problems"""
        ids = [problem.id // SLOTS for problem in self]
        return self.env["amazon.report"].browse(ids)
