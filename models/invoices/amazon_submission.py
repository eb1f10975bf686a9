"""Invoices and credit notes on their way to Amazon (feature V1)."""

from datetime import timedelta
from decimal import Decimal

from odoo import _, api, fields, models

from ...amazon_api import MADE_BY_AMAZON, InvoiceUpload

# Amazon takes an invoice once the goods are on their way.
SHIPPED = ("SHIPPED", "PARTIALLY_SHIPPED")
WAIT = timedelta(hours=1)
# So long a document waits for Amazon's number of its shipment, or of its refund.
DATA_WAITS = {"out_invoice": timedelta(hours=12), "out_refund": timedelta(days=3)}


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
        elif self.move_id._amazon_leave_to_amazon(self.sale_order_id):
            self._supersede(self.move_id.amazon_upload_left)
        elif not self.move_id._amazon_find_numbers(self.sale_order_id) and (
            self._waits_for_data()
        ):
            text = _("Amazon's invoice data does not name the shipment or refund yet.")
            self._postpone("retryable", text, fields.Datetime.now() + WAIT)
        elif text := self.move_id._amazon_find_stated_difference():
            self.move_id.amazon_upload_checked = True
            self._fail_tax(text)
        else:
            self.move_id._amazon_make_pdf()

    def _waits_for_data(self):
        """Whether the document waits for Amazon's numbers.

        :return bool: Amazon calculates the VAT, and lists a shipment when it leaves
        """
        longest = DATA_WAITS[self.move_id.move_type]
        is_new = self.create_date > fields.Datetime.now() - longest
        return is_new and self.account_id._reads_invoice_data()

    def _fail_tax(self, text):
        """Let a person decide about a document whose tax is not Amazon's.

        :param str text: what differs
        """
        self._set_failed(
            "permanent",
            _(
                "%s Amazon would refuse it. Correct the document, or press Retry to "
                "upload it as it is.",
                text,
            ),
        )

    @api.model
    def _wake_invoices(self, account):
        """Make due what waited for Amazon's numbers."""
        rows = self.search(
            [
                ("account_id", "=", account.id),
                ("kind", "=", "invoice"),
                ("state", "=", "todo"),
                ("next_try_at", "!=", False),
                ("move_id.amazon_invoice_hash", "=", False),
            ]
        )
        if rows:
            rows.next_try_at = False
            rows._trigger_cron()

    def _follow_invoice_status(self, item):
        """Take over what Amazon says of one uploaded document.

        :param InvoiceDataItem item: with its number
        """
        self.move_id.amazon_invoice_status = item.status
        if item.status == "refused" and self.state == "done":
            self._set_failed(
                "permanent",
                _(
                    "Amazon refused the document: %s Correct the cause, then retry.",
                    item.status_text or "",
                ),
            )
            self._trigger_cron()
        elif item.status == "accepted" and self.state == "failed":
            self._set_done(is_sure=True)

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
        numbers = {}
        if not move.amazon_upload_by_order:
            numbers = {
                "shipping_id": move.amazon_shipping_ref or None,
                "transaction_id": move.amazon_transaction_ref or None,
            }
        return InvoiceUpload(
            invoice_number=move.name,
            order_id=self.sale_order_id.amazon_order_ref,
            is_credit_note=not is_invoice,
            **numbers,
            **totals,
        ).options()

    def _end_invoice_feed(self, account, refused):
        """Leave alone what Amazon invoices by itself. ``self`` is what it accepted.

        Where Amazon does not calculate the VAT, its numbers of shipments come from the
        transactions: what it refuses with them goes once more with the order alone.
        """
        for row in refused:
            if MADE_BY_AMAZON in (row.error_message or ""):
                row.move_id.amazon_upload_left = _(
                    "Amazon makes the invoice of this order itself."
                )
                row._supersede(row.error_message)
            elif row.move_id._amazon_may_go_by_order(account):
                row.move_id.amazon_upload_by_order = True
                row._reopen()
