"""Base class for the orders from before the go-live (feature A11)."""

from datetime import timedelta

from odoo import fields

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget

from ..recovery.case import RecoverCase


class HistoryCase(RecoverCase):
    """The account went live ten days ago, and sold for a hundred days before."""

    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        self.account.go_live_date = now - timedelta(days=10)
        self.start = now - timedelta(days=110)

    def sold(self, *skus, days=30, **details):
        """An order that was shipped long ago.

        :return str: Amazon's reference
        """
        return self.long_ago(*skus, days=days, **{"status": "SHIPPED", **details})

    def import_history(self, user=None, **values):
        """Press *Import History*, enter a time, press *Import*.

        :return: amazon.history
        """
        account = self.account.with_user(user) if user else self.account
        action = account.action_import_history()
        wizard = (
            account.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"date_from": self.start, **values})
        )
        return self.env["amazon.history"].browse(wizard.action_start()["res_id"])

    def read_on(self):
        """The second half of the scheduled action, without the regular download."""
        self.env["amazon.history"]._continue_all(TimeBudget(300))

    def set_calls_left(self, count):
        """Amazon allows so many more calls of searchOrders."""
        limits = self.env["amazon.rate.limit"]
        values = {
            "tokens": count,
            "updated_at": fields.Datetime.now(),
            "next_allowed_at": False,
        }
        limit = limits.search(
            [
                ("account_id", "=", self.account.id),
                ("operation", "=", "searchOrders"),
            ]
        )
        if limit:
            limit.write(values)
        else:
            limits.create(
                {
                    "account_id": self.account.id,
                    "operation": "searchOrders",
                    "rate": 0.0056,
                    "burst": 20,
                    **values,
                }
            )

    def counts(self, history):
        """Read the counters of an import of old orders.

        :return tuple: found, imported, not for Odoo, failed
        """
        history.invalidate_recordset()
        return (
            history.found_count,
            history.done_count,
            history.ignored_count,
            history.failed_count,
        )
