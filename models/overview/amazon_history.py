"""How far the import of past orders is, for its form (feature K4)."""

from odoo import models

from .amazon_account import LATER


class AmazonHistory(models.Model):
    _inherit = "amazon.history"

    def get_progress(self):
        """Let the form load itself again while the import runs.

        :return dict: as `amazon.account.get_progress`; the form itself shows it
        """
        self.ensure_one()
        seconds = LATER if self.state == "running" else 0
        return {"works": [], "seconds": seconds, "reload": True}
