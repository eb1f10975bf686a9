"""Invoices of an account, read from the top down: PDFs are made one by one, each in a
step of its own, then each goes to Amazon in a feed of its own (feature V1).
"""

import logging
from datetime import timedelta

from psycopg2 import Error as DatabaseError

from odoo import _, fields, models
from odoo.exceptions import UserError

from ...tools.personal_words import describe_for_log

_logger = logging.getLogger(__name__)
PDF_WAIT = timedelta(hours=1)
# Documents of which the files are erased in one step.
FILES_PER_STEP = 200


class AmazonAccount(models.Model):
    _inherit = "amazon.account"
    _sql_constraints = [
        (
            "positive_invoice_keep_days",
            "CHECK(invoice_keep_days >= 0)",
            "PDFs of invoices can not be kept for less than no days.",
        ),
    ]

    invoice_upload = fields.Selection(
        [
            ("off", "No"),
            ("amazon", "Amazon makes the invoices (VCS)"),
            ("us", "Upload our invoices"),
        ],
        "Invoices to Amazon",
        required=True,
        default="off",
        help="In Europe buyers download their invoice at Amazon. Posted invoices and "
        "credit notes are uploaded by themselves, from the choice on.",
    )
    invoice_vcs = fields.Boolean(
        "Amazon calculates the VAT",
        help="You are registered for Amazon's VAT Calculation Service and upload the "
        "invoices yourself: Amazon compares the totals to the cent. An invoice whose "
        "tax differs waits for you.",
    )
    invoice_keep_days = fields.Integer(
        "Keep PDFs of invoices",
        help="So many days after the date of an invoice Odoo deletes its PDFs and "
        "other files, which name the buyer; the invoice itself stays. 0: they are kept "
        "for ever. Mind how long the law wants invoices to be kept.",
    )

    # === CRUD METHODS === #

    def _follow_invoice_upload(self, vals):
        """Withdraw what is not uploaded yet where the account does not upload."""
        rows = self.env["amazon.submission"].search(
            [
                (
                    "account_id",
                    "in",
                    self.filtered(lambda each: each.invoice_upload != "us").ids,
                ),
                ("kind", "=", "invoice"),
                ("state", "in", ("todo", "held", "failed")),
            ]
        )
        rows._supersede(_("The account does not upload invoices any more."))

    # === BUSINESS METHODS === #

    def _send_invoices(self, partner, budget, tally):
        """Upload what is due, each document in a feed of its own."""
        self._make_invoice_pdfs(budget, tally)
        self._send_feeds(partner, budget, tally, "invoice")

    def _make_invoice_pdfs(self, budget, tally):
        """Make the PDFs, once each; where none can be made, the document waits and says
        so."""
        for row in self.env["amazon.submission"]._find_invoices_without_pdf(self):
            if budget.is_over:
                tally["left"] = 1
                return
            try:
                self._run_step(row._make_invoice_pdf)
            except DatabaseError:
                raise
            except Exception as error:
                _logger.warning("message %s: %s", row.id, describe_for_log(error))
                text = _(
                    "The PDF can not be made on this server: %s Have wkhtmltopdf "
                    "installed there; Odoo tries again by itself.",
                    str(error)
                    if isinstance(error, (UserError, ValueError))
                    else type(error).__name__,
                )
                until = fields.Datetime.now() + PDF_WAIT
                self._run_step(row._postpone, "config", text, until)
                tally["postponed"] += 1

    # === BUSINESS METHODS - ERASURE === #

    def _erase_invoice_files(self, budget):
        """Delete the files of invoices that were kept as long as the account says.

        :param TimeBudget budget: no step begins after its end
        """
        if not self.invoice_keep_days:
            return
        until = fields.Date.today() - timedelta(days=self.invoice_keep_days)
        files = self._find_invoice_files(until)
        count = len(files)
        while files and not budget.is_over:
            batch, files = files[:FILES_PER_STEP], files[FILES_PER_STEP:]
            try:
                self._run_step(batch.unlink)
            except UserError as error:  # the books of this company are locked
                _logger.warning(
                    "account %s: files of invoices stay: %s",
                    self.id,
                    describe_for_log(error),
                )
                return
        if count:
            _logger.info("account %s: files of invoices %s", self.id, count)

    def _find_invoice_files(self, until):
        """Find the files of old invoices.

        :param date until: of the invoices
        :return: ir.attachment of the invoices and credit notes of the account
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT file.id
              FROM ir_attachment AS file
              JOIN account_move AS move ON move.id = file.res_id
              JOIN account_move_line AS item ON item.move_id = move.id
              JOIN sale_order_line_invoice_rel AS link
                ON link.invoice_line_id = item.id
              JOIN sale_order_line AS line ON line.id = link.order_line_id
              JOIN sale_order AS sale ON sale.id = line.order_id
             WHERE file.res_model = 'account.move'
               AND move.move_type IN ('out_invoice', 'out_refund')
               AND coalesce(move.invoice_date, move.date) < %s
               AND sale.amazon_account_id = %s
             ORDER BY file.id""",
            [until, self.id],
        )
        ids = [file_id for (file_id,) in self.env.cr.fetchall()]
        return self.env["ir.attachment"].browse(ids)
