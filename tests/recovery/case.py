"""Base class for recovering orders: by references, or of a window of time."""

from datetime import timedelta

from odoo import fields

from ..common import AmazonCase


class RecoverCase(AmazonCase):
    def recover(self, *refs, **values):
        """Press *Recover Orders*, paste, press *Recover*.

        :return: the wizard with its results
        """
        action = self.account.action_recover_orders()
        wizard = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"references": "\n".join(refs), **values})
        )
        wizard.action_recover()
        return wizard

    def results(self, wizard):
        """Read the table of the wizard.

        :return list: (reference, result) of each line
        """
        return [(line.name, line.result) for line in wizard.line_ids]

    def long_ago(self, *skus, days=30, **details):
        """An order that the normal reading does not see any more.

        :return str: Amazon's reference
        """
        moment = self.world.now() - timedelta(days=days)
        return self.buy(*skus, created=moment, updated=moment, **details)

    def window(self, days_from, days_to=0):
        now = fields.Datetime.now()
        return {
            "date_from": now - timedelta(days=days_from),
            "date_to": now - timedelta(days=days_to) if days_to else False,
        }
