"""What the rows of all queues share: their account, their state and their error."""

from odoo import fields, models


class Implied(fields.Many2one):
    """A stored related record that PostgreSQL need not check.

    The company of a row is the one of its account, whose own foreign key keeps both
    alive. A check of its own costs as much as writing two indexes, for each row.
    """

    def update_db_foreign_key(self, model, column):
        """Set no foreign key."""


class QueueRow(models.AbstractModel):
    """A row that is tried until it is settled; the states are the model's own."""

    _name = "amazon.queue.row"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon: row of a queue"

    # Without indexes: those that a queue needs begin with the account.
    account_id = fields.Many2one(
        "amazon.account", required=True, ondelete="cascade", readonly=True
    )
    company_id = Implied(related="account_id.company_id", store=True)
    attempts = fields.Integer("Tries", readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    done_at = fields.Datetime("Settled", readonly=True)
    error_kind = fields.Selection(
        [
            ("retryable", "Passing"),
            ("config", "Settings"),
            ("permanent", "Refused"),
            ("internal", "Unexpected"),
        ],
        "Kind of problem",
        readonly=True,
    )
    error_message = fields.Text("Reason", readonly=True)

    def _set_failed(self, kind, message):
        """Settle the rows as failed: they need a person.

        :param str kind: permanent or internal
        :param str message: cause and remedy, for a shop manager
        """
        self._close("failed", error_kind=kind, error_message=message)

    def _close(self, state, **values):
        """Settle the rows: nothing is tried any more.

        :param str state: a last one
        :param values: what else is written
        """
        self.write(
            {
                "state": state,
                "done_at": fields.Datetime.now(),
                "next_try_at": False,
                "error_kind": False,
                "error_message": False,
                **values,
            }
        )
