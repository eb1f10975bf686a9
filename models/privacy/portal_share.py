"""Nobody shares an Amazon order, its deliveries or invoices (feature H9)."""

from odoo import models


class PortalShare(models.TransientModel):
    _inherit = "portal.share"

    def action_send_mail(self):
        """Refuse to send links that open what belongs to a buyer at Amazon."""
        record = self.resource_ref
        if record and record._name in ("sale.order", "account.move"):
            record._check_amazon_contact()
        return super().action_send_mail()
