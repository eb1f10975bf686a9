"""Contacts that a person merges: what the addon knows of them stays known."""

from odoo import models

from .res_partner import MERGE_KEY, MERGING


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """Let the contact that remains take over what only the addon writes else."""
        marked = dst_partner.with_context(**{MERGE_KEY: MERGING})
        return super()._update_values(src_partners, marked)
