"""Invoices of an account, read from the top down: Amazon's numbers are asked for where
it calculates the VAT, PDFs are made one by one, each in a step of its own, then each
goes to Amazon in a feed of its own (feature V1).
"""

import logging
from datetime import timedelta

from psycopg2 import Error as DatabaseError

from odoo import _, fields, models
from odoo.exceptions import UserError

from ...amazon_api import (
    INVOICE_COUNTRIES,
    INVOICE_DATA_LONGEST,
    UnreadableRow,
    read_invoice_data,
)
from ...const import TAX_ROLE
from ...tools.personal_words import describe_for_log

_logger = logging.getLogger(__name__)
PDF_WAIT = timedelta(hours=1)
# Amazon recommends twice a day; a document that waits for its numbers asks sooner.
DATA_GAP = timedelta(hours=12)
DATA_GAP_WAITING = timedelta(hours=1)
# Amazon's clock and ours.
MARGIN = timedelta(minutes=10)
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
        "tax differs waits for you. Odoo reads Amazon's numbers of the shipments and "
        "what became of the uploads (your app needs the role “Tax Invoicing "
        "(Restricted)”); nothing about the buyers is stored of it.",
    )
    invoice_data_asked_at = fields.Datetime(
        "Invoice data asked for", readonly=True, copy=False
    )
    invoice_status_asked_at = fields.Datetime(
        "States of invoices asked for", readonly=True, copy=False
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
        rows = self.env["amazon.submission"].sudo()
        rows = rows.search(
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

    def _send_invoices(self, partner, budget, counts):
        """Upload what is due, each document in a feed of its own."""
        self._run_step(self._ask_for_invoice_data)
        self._make_invoice_pdfs(budget, counts)
        self._send_feeds(partner, budget, counts, "invoice")

    def _make_invoice_pdfs(self, budget, counts):
        """Make the PDFs, once each; where none can be made, the document waits and says
        so."""
        for row in self.env["amazon.submission"]._find_invoices_without_pdf(self):
            if budget.is_over:
                counts["left"] = 1
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
                counts["postponed"] += 1

    # === BUSINESS METHODS - AMAZON'S INVOICE DATA === #

    def _ask_for_invoice_data(self):
        """Request the report of what Amazon wants invoices for, and of what became of
        them, where Amazon calculates the VAT."""
        if self.invoice_upload != "us" or not self.invoice_vcs:
            return
        places = self.active_marketplace_ids.filtered(
            lambda place: place.country_id.code in INVOICE_COUNTRIES
        )
        if not places:
            return
        now = fields.Datetime.now()
        rows = self.env["amazon.submission"]
        mine = [("account_id", "=", self.id), ("kind", "=", "invoice")]
        is_waiting = rows.search_count([*mine, ("state", "=", "todo")], limit=1)
        is_urgent = is_waiting and self._reads_invoice_data()
        gap = DATA_GAP_WAITING if is_urgent else DATA_GAP
        if not self.invoice_data_asked_at or self.invoice_data_asked_at < now - gap:
            self.invoice_data_asked_at = now
            self._ask_for_report("invoice_data", places)
        last = self.invoice_status_asked_at
        sent = [*mine, ("state", "in", ("done", "failed"))]
        sent.append(("done_at", ">", now - INVOICE_DATA_LONGEST))
        if (not last or last < now - DATA_GAP) and rows.search_count(sent, limit=1):
            self.invoice_status_asked_at = now
            until = (now - MARGIN).replace(second=0, microsecond=0)
            since = until - INVOICE_DATA_LONGEST + MARGIN
            self._ask_for_report("invoice_data", places, since, until)

    def _read_invoice_data(self, report, content):
        """Take over a report as a whole, and close it; see _read_at_once.

        :param report: amazon.report
        :param ReportContent content:
        """
        rows = read_invoice_data(content)
        items = [row for row in rows if not isinstance(row, UnreadableRow)]
        data = self.env["amazon.invoice.data"]
        data._note_items(self, items)
        data._follow_uploads(self, items, report.requested_at)
        self.env["amazon.submission"]._wake_invoices(self)
        report._close(
            "done",
            summary=_(
                "Rows read: %(count)s. Rows that could not be read: %(unreadable)s.",
                count=len(items),
                unreadable=len(rows) - len(items),
            ),
            position=content.row_count,
        )

    def _explain_invoice_data_role(self):
        """Say what the app lacks.

        :return str: cause and remedy
        """
        return _(
            "Your app lacks the role “%s”, or you are not registered for Amazon's VAT "
            "Calculation Service: Odoo can not read what became of your invoices. Give "
            "the app the role in Seller Central (Apps and Services > Develop Apps) and "
            "press “Link Again”, or clear “Amazon calculates the VAT” on the account.",
            TAX_ROLE,
        )

    def _reads_invoice_data(self):
        """Whether Amazon's numbers can be waited for.

        :return bool: False: the last report could not be had
        """
        last = self.env["amazon.report"].search(
            [("account_id", "=", self.id), ("report_type", "=", "invoice_data")],
            order="id desc",
            limit=1,
        )
        return self.invoice_vcs and last.state != "failed"

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
