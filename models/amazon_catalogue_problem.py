"""Offers that Amazon's list leaves out, in the list of problems: one decision."""

from odoo import _, fields, models

from .amazon_problem import SLOTS

MISSING = f"""
    SELECT account.id::bigint * {SLOTS} + 11, 'catalogue', account.id,
           account.company_id, account.name, NULL, min(offer.missing_at),
           NULL, NULL, NULL
      FROM amazon_offer offer
      JOIN amazon_account account ON account.id = offer.account_id
     WHERE account.active AND offer.active AND offer.missing_at IS NOT NULL
     GROUP BY account.id"""


class AmazonProblem(models.Model):
    _inherit = "amazon.problem"
    _depends = {"amazon.offer": ["active", "missing_at"]}

    kind = fields.Selection(selection_add=[("catalogue", "Offers missing")])

    def _get_sources(self):
        return [*super()._get_sources(), MISSING]

    def _get_next_steps(self):
        return {
            **super()._get_next_steps(),
            "catalogue": _("Open the account: archive the offers, or keep them."),
        }

    def _get_reason(self):
        if self.kind == "catalogue":
            return self.account_id.catalogue_guard_message or super()._get_reason()
        return super()._get_reason()
