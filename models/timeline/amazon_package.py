"""A parcel in words (feature W2)."""

from odoo import models


class AmazonPackage(models.Model):
    _inherit = "amazon.package"

    def _describe_parcel(self):
        """Name how the parcel travels.

        :return str: carrier and tracking number
        """
        carrier = self.picking_id.carrier_id.name
        return " ".join(filter(None, [carrier, self._get_tracking()]))
