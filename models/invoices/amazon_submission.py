"""Invoices and credit notes on their way to Amazon (feature V1)."""

from datetime import timedelta
from decimal import Decimal

from odoo import _, api, fields, models

from ...amazon_api import MADE_BY_AMAZON, InvoiceUpload

# Amazon takes an invoice once the goods are on their way.
SHIPPED = ("SHIPPED", "PARTIALLY_SHIPPED")
WAIT = timedelta(hours=1)


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    # === BUSINESS METHODS === #

    @api.model
    def _find_invoices_without_pdf(self, account):
        """Find the documents that are due and have no PDF yet.

        :return: amazon.submission
        """
        now = fields.Datetime.now()
        return self.search(
            [
                ("account_id", "=", account.id),
                ("kind", "=", "invoice"),
                ("state", "=", "todo"),
                ("move_id.amazon_invoice_hash", "=", False),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", now),
            ],
            order="id",
        )

    def _make_invoice_pdf(self):
        """Make the PDF of one document; before the goods are shipped it waits."""
        self.env.cr.execute(
            "SELECT 1 FROM amazon_submission WHERE id = %s AND state = 'todo'"
            " FOR UPDATE SKIP LOCKED",
            [self.id],
        )
        if not self.env.cr.fetchone():
            return  # another worker is at it
        if not self.move_id or self.move_id.state != "posted":
            self._supersede(_("The document is not posted any more."))
        elif self.sale_order_id.amazon_status not in SHIPPED:
            text = _("Amazon takes the document once it shows the order as shipped.")
            self._postpone("retryable", text, fields.Datetime.now() + WAIT)
        else:
            self.move_id._amazon_make_pdf()

    def _prepare_invoice_feed(self, account):
        """Return the PDF; a feed holds one.

        :return bytes: the PDF that was made of the document
        :raise ValueError: it is gone, or Amazon would refuse what is said of it
        """
        self.ensure_one()
        self._get_invoice_options()
        return self.move_id._amazon_get_pdf()

    def _get_invoice_options(self):
        """Say what the PDF is about.

        :return dict: options of its feed
        :raise ValueError: Amazon would refuse them
        """
        move = self.move_id
        is_invoice = move.move_type == "out_invoice"
        totals = {}
        if is_invoice and self.account_id.invoice_vcs:
            totals = {
                "total": Decimal(str(move.amount_total)),
                "tax": Decimal(str(move.amount_tax)),
            }
        return InvoiceUpload(
            invoice_number=move.name,
            order_id=self.sale_order_id.amazon_order_ref,
            is_credit_note=not is_invoice,
            **totals,
        ).options()

    def _end_invoice_feed(self, account, refused):
        """Leave alone what Amazon invoices by itself. ``self`` is what it accepted."""
        for row in refused:
            if MADE_BY_AMAZON in (row.error_message or ""):
                row.move_id.amazon_upload_left = _(
                    "Amazon makes the invoice of this order itself."
                )
                row._supersede(row.error_message)
