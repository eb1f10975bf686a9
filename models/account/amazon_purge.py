"""Deletion of data that nobody needs any more (feature P2).

Amazon wants data of its sellers kept for 18 months at most, unless the law wants more
("Updates to the Data Protection Policy and Acceptable Use Policy", 2025-11-25). Sale
orders, deliveries and invoices are business documents; so is what ties them to Amazon
(the noted order, what was reported to Amazon) and the proof of an erasure. The rest
goes.
"""

from datetime import timedelta

from odoo import api, fields, models

# 18 months, and a week less: the job may rest for some days.
KEPT = timedelta(days=540)
PURGED_AT_ONCE = 1000


class AmazonPurge(models.AbstractModel):
    _name = "amazon.purge"
    _description = "Amazon: deletes what is too old"
    _inherit = "amazon.queue.step"

    @api.autovacuum
    def _gc_old(self):
        """Delete what was settled more than 18 months ago, some at a time."""
        before = fields.Datetime.now() - KEPT
        for name, domain in self._get_old(before).items():
            model = self.env[name]
            while self._run_step(self._delete, model, domain) == PURGED_AT_ONCE:
                continue

    @api.model
    def _get_old(self, before):
        """List what is old enough to be deleted (extension hook).

        :param datetime before: UTC
        :return dict: name of a model -> domain of what goes
        """
        settled = [("done_at", "<", before)]
        return {
            # of shipments and cancellations the documents show what was reported to
            # Amazon
            "amazon.submission": [
                *settled,
                ("kind", "in", ("stock", "stock_now")),
                ("state", "in", ("done", "superseded")),
            ],
            "amazon.feed": [*settled, ("state", "in", ("done", "failed"))],
            # never became an order; if Amazon lists it again it is checked again
            "amazon.order": [
                ("state", "=", "ignored"),
                ("sale_order_id", "=", False),
                ("remote_updated_at", "<", before),
                ("write_date", "<", before),
            ],
            "amazon.history": [("state", "=", "done"), ("finished_at", "<", before)],
            "amazon.order.check": [("create_date", "<", before)],
            "amazon.call": [("called_at", "<", before)],
        }

    def _delete(self, model, domain):
        """Delete the oldest records of a domain, at most one batch.

        :return int: how many records are gone
        """
        old = model.search(domain, limit=PURGED_AT_ONCE, order="id")
        count = len(old)
        old.unlink()
        return count
