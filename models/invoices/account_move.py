"""Invoices and credit notes of Amazon orders, as Amazon gets them (features V1, V2).

Nothing here calls Amazon, and no PDF is made here while a person waits: an invoice is
written down for Amazon in the transaction that posts it.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount

from ...amazon_api import INVOICE_COUNTRIES, check_pdf
from ..outbox.amazon_submission import UNDER_WAY, WAITING

KINDS = ("out_invoice", "out_refund")
STATES = {
    "waiting": WAITING,
    "sent": UNDER_WAY,
    "done": ("done",),
    "failed": ("failed",),
}
# Where Odoo runs tests, its engine of reports gives HTML.
STAND_IN = b"%PDF-1.4\n"
SATURDAY = 5


class AccountMove(models.Model):
    _inherit = "account.move"

    amazon_upload_state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("left", "Left alone"),
        ],
        "Upload to Amazon",
        compute="_compute_amazon_upload_state",
        search="_search_amazon_upload_state",
        compute_sudo=True,
        help="Whether Amazon has this document, for the buyer to download.",
    )
    amazon_upload_message = fields.Text(
        "About the upload", compute="_compute_amazon_upload_state", compute_sudo=True
    )
    amazon_upload_left = fields.Text("Why it is left", copy=False, readonly=True)
    amazon_upload_note = fields.Text("Note on the upload", copy=False, readonly=True)
    amazon_upload_deadline = fields.Date(
        "Amazon wants it until",
        copy=False,
        readonly=True,
        help="Business buyers get their invoice within one business day of the "
        "shipment.",
    )
    amazon_invoice_pdf_id = fields.Many2one(
        "ir.attachment", "PDF for Amazon", copy=False, readonly=True
    )
    amazon_invoice_hash = fields.Char("Hash of the PDF", copy=False, readonly=True)

    # === COMPUTE METHODS === #

    @api.depends(
        "amazon_upload_left",
        "amazon_upload_note",
        "amazon_submission_ids.state",
        "amazon_submission_ids.error_message",
    )
    def _compute_amazon_upload_state(self):
        for move in self:
            row = move._amazon_upload_row()
            state = next(
                (name for name, states in STATES.items() if row.state in states), False
            )
            move.amazon_upload_state = "left" if move.amazon_upload_left else state
            texts = [row.error_message, move.amazon_upload_note]
            if move.amazon_upload_left:
                texts = [move.amazon_upload_left]
            move.amazon_upload_message = " ".join(filter(None, texts)) or False

    def _search_amazon_upload_state(self, operator, value):
        wanted = set(value) if operator in ("in", "not in") else {value}
        known = {*STATES, "left"}
        found = known - wanted if False in wanted else known & wanted
        rows = (
            self.env["amazon.submission"]
            .sudo()
            .search(
                [
                    ("kind", "=", "invoice"),
                    ("move_id.amazon_upload_left", "=", False),
                    (
                        "state",
                        "in",
                        [s for name in found for s in STATES.get(name, ())],
                    ),
                ]
            )
        )
        ids = set(rows.move_id.ids)
        if "left" in found:
            ids |= set(self.sudo().search([("amazon_upload_left", "!=", False)]).ids)
        is_in = (operator in ("in", "=")) != (False in wanted)
        return [("id", "in" if is_in else "not in", list(ids))]

    # === ACTION METHODS === #

    def action_upload_amazon_invoice(self):
        """Upload the document again as it is now, because a person wants Amazon to have
        it instead of what it has.

        :raise UserError: it is not for Amazon, or it is on its way
        """
        self.ensure_one()
        self.check_access_rights("write")
        self.check_access_rule("write")
        move = self.sudo()
        row = move._amazon_upload_row()
        if move.state != "posted" or move.amazon_upload_left or not row:
            raise UserError(_("%s is not for Amazon.", move.name))
        if row.state in (*WAITING, *UNDER_WAY):
            raise UserError(_("%s is on its way to Amazon.", move.name))
        move._amazon_forget_pdf()
        row._reopen()
        return True

    # === BUSINESS METHODS - WHAT IS OWED === #

    def _amazon_upload_row(self):
        """Find the message that carries this document.

        :return: amazon.submission, empty when none counts
        """
        return self.amazon_submission_ids.filtered(
            lambda row: row.kind == "invoice" and row.state != "superseded"
        )[:1]

    def _amazon_note_invoices(self):
        """Owe to Amazon what was posted, or say why it is left alone."""
        for move in self.sudo().filtered(lambda each: each.move_type in KINDS):
            orders = move._amazon_refund_orders()
            if any(
                account.invoice_upload != "off" for account in orders.amazon_account_id
            ):
                move._amazon_note_invoice(orders)

    def _amazon_note_invoice(self, orders):
        self.amazon_upload_left = self._amazon_find_reason_to_leave(orders)
        if self.amazon_upload_left:
            return
        rows = self.amazon_submission_ids.filtered(lambda row: row.kind == "invoice")
        if rows.filtered(lambda row: row.state in (*UNDER_WAY, "done")):
            self.amazon_upload_note = _(
                "It was reset to draft after Amazon had got it. Press “Upload Again” "
                "if Amazon has to get it as it is now."
            )
            return
        self.amazon_upload_note = self._amazon_find_tax_difference(orders)
        self.amazon_upload_deadline = self._amazon_get_deadline(orders)
        if rows:
            rows._reopen()
        else:
            rows = self._amazon_owe_invoice(orders)
        if self.amazon_upload_note and orders.amazon_account_id.invoice_vcs:
            rows._set_failed(
                "permanent",
                _(
                    "%s Amazon would refuse it. Correct the document, or press Retry "
                    "to upload it as it is.",
                    self.amazon_upload_note,
                ),
            )
            self.amazon_upload_note = False

    def _amazon_owe_invoice(self, orders):
        """Note that Amazon gets the document.

        :return: amazon.submission
        """
        return self.env["amazon.submission"]._enqueue(
            "invoice",
            [
                {
                    "account_id": orders.amazon_account_id.id,
                    "dedup_key": f"invoice/{self.id}",
                    "lane": f"invoice/{orders.id}",
                    "sale_order_id": orders.id,
                    "move_id": self.id,
                    "marketplace_id": orders.amazon_marketplace_id.id,
                }
            ],
        )

    def _amazon_find_reason_to_leave(self, orders):
        """Find why Amazon does not get the document.

        :param orders: sale.order of Amazon that it is about
        :return str|bool: the reason; False: it goes
        """
        if len(orders) > 1:
            return _(
                "It is about several orders of Amazon, which takes a document for each "
                "order."
            )
        if orders.amazon_account_id.invoice_upload == "amazon":
            return _("Amazon makes the invoices of this account (VCS).")
        if "INVOICE_BY_AMAZON" in (orders.amazon_programs or "").split(","):
            return _(
                "Invoice by Amazon: Amazon sells to the buyer and makes the invoice."
            )
        if orders.amazon_marketplace_id.country_id.code not in (*INVOICE_COUNTRIES,):
            return _(
                "%s takes no invoices by this way. Send it to the buyer in Seller "
                "Central, if the buyer asks for it.",
                orders.amazon_marketplace_id.name,
            )
        return False

    def _amazon_get_deadline(self, order):
        """Compute until when Amazon wants the document of a business buyer.

        :return date|bool: one business day after the shipment, or after the refund
        """
        if not order._amazon_is_business():
            return False
        day = self.date
        if self.move_type == "out_invoice":
            day = order._get_amazon_shipped_date()
        day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        return day

    def _amazon_withdraw_invoices(self):
        """Withdraw documents that are reset to draft before Amazon gets them."""
        for move in self.sudo():
            row = move._amazon_upload_row()
            if row.state in (*WAITING, "failed"):
                row._supersede(_("It was reset to draft in Odoo."))
                move._amazon_forget_pdf()

    # === BUSINESS METHODS - TAXES === #

    def _amazon_get_taxes(self):
        """Add up the taxes of the document as they are booked.

        :return list: of dict by rate: tax (account.tax, may be empty), base, amount
        """
        rows = defaultdict(lambda: [0, 0])
        for line in self.invoice_line_ids:
            if line.display_type == "product":
                for tax in line.tax_ids or [line.tax_ids]:
                    rows[tax][0] += line.price_subtotal
        for line in self.line_ids.filtered("tax_line_id"):
            rows[line.tax_line_id][1] += self.direction_sign * line.amount_currency
        return [
            {
                "tax": tax,
                "base": self.currency_id.round(base),
                "amount": self.currency_id.round(amount),
            }
            for tax, (base, amount) in rows.items()
        ]

    def _amazon_find_tax_difference(self, order):
        """Compare the tax with what Amazon computes for a shipment and rate: of
        consumers out of the gross total, of businesses from the net total.

        :return str|bool: what differs
        """
        unit = Decimal(str(self.currency_id.rounding))
        texts = []
        for row in self._amazon_get_taxes():
            tax = row["tax"]
            if not tax or tax.amount_type != "percent":
                continue
            rate = Decimal(str(tax.amount)) / 100
            base, amount = Decimal(str(row["base"])), Decimal(str(row["amount"]))
            exact = (base + amount) * rate / (1 + rate)
            if order._amazon_is_business():
                exact = base * rate
            theirs = (exact / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
            if self.currency_id.compare_amounts(float(theirs), row["amount"]):
                texts.append(
                    _(
                        "%(tax)s: %(here)s here, %(there)s as Amazon computes it.",
                        tax=tax.name,
                        here=format_amount(self.env, row["amount"], self.currency_id),
                        there=format_amount(self.env, float(theirs), self.currency_id),
                    )
                )
        if not texts:
            return False
        return _("The tax differs from Amazon's: %s", " ".join(texts))

    # === BUSINESS METHODS - PDF === #

    def _amazon_make_pdf(self):
        """Make the PDF once, and keep its hash.

        :raise ValueError: the engine of reports made something else
        """
        self.ensure_one()
        if self.amazon_invoice_hash:
            return
        content = self._amazon_print_invoice()
        check_pdf(content)
        name = (self.name or "").replace("/", "-")
        self.amazon_invoice_pdf_id = self.env["ir.attachment"].create(
            {
                "name": f"{name} Amazon.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.amazon_invoice_hash = sha256(content).hexdigest()

    def _amazon_print_invoice(self):
        """Let Odoo's engine of reports print the document in the buyer's language.

        :return bytes: PDF
        """
        content, kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "amazon_connector.action_report_amazon_invoice", self.ids
        )
        return STAND_IN + content if kind == "html" else content

    def _amazon_get_pdf(self):
        """Read the PDF that was made.

        :return bytes: the very bytes of then
        :raise ValueError: it is gone, or another one by now
        """
        content = self.amazon_invoice_pdf_id.raw
        if not content:
            raise ValueError(_("The PDF was deleted. Press “Upload Again”."))
        if sha256(content).hexdigest() != self.amazon_invoice_hash:
            raise ValueError(
                _("The PDF was changed since it was made. Press “Upload Again”.")
            )
        return content

    def _amazon_forget_pdf(self):
        """Have the PDF made anew: the document has changed."""
        self.amazon_invoice_pdf_id.unlink()
        self.write({"amazon_invoice_hash": False, "amazon_upload_note": False})
