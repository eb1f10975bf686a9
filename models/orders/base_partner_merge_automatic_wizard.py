"""Contacts that a person merges: what the addon knows of them stays known."""

from odoo import models

from ...tools.by_code import BY_CODE
from ..account.own_fields import MAY_WRITE


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """Let the contact that remains take over what only the addon writes else."""
        marked = dst_partner.with_context(**{MAY_WRITE: BY_CODE})
        return super()._update_values(src_partners, marked)
