"""What Amazon accepted is noted in the chatter of order and delivery (feature W2)."""

from odoo import _, models
from odoo.tools import plaintext2html


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    def _note_accepted(self):
        """Note the parcels that Amazon took, of many messages at once: carrier and
        number, nothing of the buyer.
        """
        accepted = self.filtered(lambda row: row.state == "done" and row.package_id)
        for field in ("sale_order_id", "picking_id"):
            texts = {
                record.id: plaintext2html(
                    "\n".join(row._describe_accepted() for row in rows)
                )
                for record, rows in accepted.grouped(field).items()
                if record
            }
            accepted[field].browse(texts)._message_log_batch(texts)

    def _describe_accepted(self):
        """Say in words what Amazon accepted.

        :return str: carrier and tracking number of a parcel
        """
        return _(
            "Amazon accepted the shipment of %(delivery)s: %(parcel)s.",
            delivery=self.picking_id.name,
            parcel=self.package_id._describe_parcel(),
        )
