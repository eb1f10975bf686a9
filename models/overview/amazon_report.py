"""How far a report is, for its form and for the catalogue (feature K4)."""

from odoo import api, models

from ..reports.amazon_report import OPEN_STATES
from .amazon_account import LATER


class AmazonReport(models.Model):
    _inherit = "amazon.report"

    def get_progress(self):
        """Let the form load itself again while the report is open.

        :return dict: as `amazon.account.get_progress`; the form itself shows it
        """
        self.ensure_one()
        seconds = LATER if self.state in OPEN_STATES else 0
        return {"works": [], "seconds": seconds, "reload": True}

    @api.model
    def _get_catalogue_percent(self, account):
        """Compute how far the lists of all marketplaces are together.

        :return int|False: how much of the catalogue is read; False: not known, for
        Amazon still makes some of the lists
        """
        reports = self.search(
            [
                ("account_id", "=", account.id),
                ("report_type", "=", "catalogue"),
                ("state", "in", OPEN_STATES),
            ]
        )
        if any(report.state != "reading" for report in reports):
            return False
        count = sum(reports.mapped("row_count"))
        return int(100 * sum(reports.mapped("position")) / count) if count else False
