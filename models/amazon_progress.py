"""Long work, told while somebody looks at a form (feature K4): the import of orders,
the catalogue, the history. The widget ``amazon_progress`` asks `get_progress`."""

from odoo import _, api, models

from .amazon_report import OPEN_STATES

# The form asks again after so many seconds: orders are quick, the rest takes longer.
SOON, LATER = 3, 10


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def get_progress(self):
        """Tell what long work is under way; the form asks again while there is some.

        :return dict: works (list of dict: name, text, percent or False), seconds (until
            it is worth asking again; 0: nothing runs), reload (bool: the numbers of the
            form change meanwhile)
        """
        self.ensure_one()
        orders = self._get_orders_progress()[self.id]
        works = []
        if orders["running"]:
            text, percent = orders["text"], orders["percent"]
            works.append({"name": "orders", "text": text, "percent": percent})
        seconds = SOON if works else LATER
        works += self.sudo()._get_slow_works()
        return {"works": works, "seconds": seconds if works else 0, "reload": False}

    def _get_slow_works(self):
        """:return list: as the works of `get_progress`; the catalogue, products of past
        orders, the history"""
        works = []
        if self.catalogue_progress:
            text = _("Catalogue: %s", " ".join(self.catalogue_progress.splitlines()))
            percent = self.env["amazon.report"]._get_catalogue_percent(self)
            works.append({"name": "catalogue", "text": text, "percent": percent})
        if self.matching_progress:
            text = self.matching_progress
            works.append({"name": "matching", "text": text, "percent": False})
        for history in self.history_ids.filtered(lambda row: row.state == "running"):
            text, percent = history._describe_progress(), int(history.progress)
            works.append({"name": "history", "text": text, "percent": percent})
        return works


class AmazonReport(models.Model):
    _inherit = "amazon.report"

    def get_progress(self):
        """:return dict: as `amazon.account.get_progress`; the form itself shows it"""
        self.ensure_one()
        seconds = LATER if self.state in OPEN_STATES else 0
        return {"works": [], "seconds": seconds, "reload": True}

    @api.model
    def _get_catalogue_percent(self, account):
        """:return int|False: how much of the catalogue is read; False: not known, for
        Amazon still makes some of the lists"""
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


class AmazonHistory(models.Model):
    _inherit = "amazon.history"

    def get_progress(self):
        """:return dict: as `amazon.account.get_progress`; the form itself shows it"""
        self.ensure_one()
        seconds = LATER if self.state == "running" else 0
        return {"works": [], "seconds": seconds, "reload": True}
