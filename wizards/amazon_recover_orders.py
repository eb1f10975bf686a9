"""Import orders again that are missing or failed, by reference or by time."""

from odoo import _, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .amazon_references import read_references

# Nobody would read more results, and Amazon allows thirty calls in a minute.
MOST_REFERENCES = 1000


class AmazonRecoverOrders(models.TransientModel):
    """Download orders once more that are missing or could not be imported."""

    _name = "amazon.recover.orders"
    _description = "Recover Amazon orders"

    account_id = fields.Many2one(
        "amazon.account",
        required=True,
        ondelete="cascade",
        domain="[('is_linked', '=', True)]",
    )
    references = fields.Text(
        "Amazon references",
        help="One or many, as you copy them from Seller Central, a mail or a "
        "spreadsheet.",
    )
    date_from = fields.Datetime(
        "Ordered from", help="When the buyer ordered, not when the order changed."
    )
    date_to = fields.Datetime("Ordered until", help="Empty: until now.")
    line_ids = fields.One2many("amazon.recover.orders.line", "wizard_id", "Results")
    summary = fields.Text(readonly=True)

    # === ACTION METHODS === #

    def action_recover(self):
        """Download the requested orders, as far as time and Amazon's quota allow.

        :return dict: client action, the same window with a result for each order
        :raise UserError: nothing was requested, or the request makes no sense
        """
        self.ensure_one()
        self.account_id._check_may_use()
        account = self.account_id.sudo()._in_company()
        account._check_linked()
        references = read_references(self.references)
        self._check_wish(references)
        results, notes = {}, []
        if references.found:
            results.update(account._recover_references(references.found))
        if self.date_from:
            window, has_more, error_text = account._recover_window(
                self.date_from, self.date_to
            )
            results.update(window)
            notes += self._describe_window(window, has_more, error_text)
        self._show(account, results, references, notes)
        return self._reopen()

    def action_again(self):
        """Leave the results and recover others.

        :return dict: client action
        """
        return self.account_id.action_recover_orders()

    # === BUSINESS METHODS === #

    def _check_wish(self, references):
        """Refuse a request without orders, with too many, or with half a window of
        time.

        :raise UserError: there is nothing to do, or too much
        """
        if self.date_to and not self.date_from:
            raise UserError(_("Enter from when on the orders are wanted."))
        if len(references.found) > MOST_REFERENCES:
            raise UserError(
                _(
                    "These are %(count)s orders: enter at most %(most)s at once, or "
                    "choose the days they were ordered.",
                    count=len(references.found),
                    most=MOST_REFERENCES,
                )
            )
        if not (references.found or references.wrong or self.date_from):
            raise UserError(
                _("Enter the references of orders, or the days they were ordered.")
            )

    def _describe_window(self, window, has_more, error_text):
        """Say how the download of a window of time went.

        :return list: sentences for people, without any when all orders came
        """
        notes = []
        if not window and not has_more and not error_text:
            notes.append(_("Amazon has no orders of that time."))
        if error_text:
            notes.append(error_text)
        if has_more:
            notes.append(
                _(
                    "More orders of that time follow by themselves; a note on the "
                    "account tells when all of them were read."
                )
            )
        return notes

    def _show(self, account, results, references, notes):
        """Write a line for each result, those that need a person first.

        :param dict results: reference -> (result, message)
        """
        rows = self.env["amazon.order"].sudo()._find(account, results)
        by_ref = {row.amazon_order_ref: row for row in rows}
        vals_list = [
            {"name": piece, "result": "wrong", "message": self._explain_wrong(number)}
            for number, piece in references.wrong
        ]
        for ref, (result, message) in results.items():
            row = by_ref.get(ref, rows.browse())
            if result == "later" and not message:
                message = _("Noted: Odoo imports it in a moment.")
            vals_list.append(
                {
                    "name": ref,
                    "result": result,
                    "message": message or row.error_message,
                    "amazon_order_id": row.id,
                    "sale_order_id": row.sale_order_id.id,
                }
            )
        order = list(self.line_ids._fields["result"].get_values(self.env))
        vals_list.sort(key=lambda vals: order.index(vals["result"]))
        if references.repeated:
            notes.append(_("Entered more than once: %s.", references.repeated))
        self.write(
            {
                "line_ids": [Command.clear(), *map(Command.create, vals_list)],
                "summary": self._summarize(vals_list, notes),
            }
        )

    def _explain_wrong(self, number):
        return _(
            "Line %(number)s: this is no Amazon reference. They look like "
            "302-1234567-1234567.",
            number=number,
        )

    def _summarize(self, vals_list, notes):
        """Count the results of the orders, and add the notes.

        :return str: the counts in words, and the notes
        """
        labels = self.line_ids._fields["result"]._description_selection(self.env)
        counts = [
            (label, sum(vals["result"] == result for vals in vals_list))
            for result, label in labels
        ]
        text = ", ".join(f"{label}: {count}" for label, count in counts if count)
        return "\n".join([text, *notes] if text else notes)

    def _reopen(self):
        """Open this window again, with its results.

        :return dict: client action, this window once more
        """
        return {
            "type": "ir.actions.act_window",
            "name": _("Recover Orders"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class AmazonRecoverOrdersLine(models.TransientModel):
    _name = "amazon.recover.orders.line"
    _description = "Recovered Amazon order"
    _order = "id"

    wizard_id = fields.Many2one(
        "amazon.recover.orders", required=True, ondelete="cascade", index=True
    )
    name = fields.Char("Reference", required=True, readonly=True)
    # They are shown in this order: what needs a person comes first.
    result = fields.Selection(
        [
            ("wrong", "No reference"),
            ("unknown", "Unknown at Amazon"),
            ("failed", "Failed"),
            ("later", "Comes by itself"),
            ("waiting", "Waiting at Amazon"),
            ("ignored", "Not for Odoo"),
            ("imported", "Imported"),
            ("here", "Already here"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Text("Reason", readonly=True)
    amazon_order_id = fields.Many2one(
        "amazon.order", "Order at Amazon", readonly=True, ondelete="set null"
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Sales Order", readonly=True, ondelete="set null"
    )

    def action_open(self):
        """Open the sales order, or the connector's row when there is none."""
        self.ensure_one()
        record = self.sale_order_id or self.amazon_order_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
