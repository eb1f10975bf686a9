"""Invoices and credit notes of Amazon orders, as Amazon gets them (features V1, V2).

Nothing here calls Amazon, and no PDF is made here while a person waits: an invoice is
written down for Amazon in the transaction that posts it.
"""

import logging
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from lxml import etree
from psycopg2 import Error as DatabaseError

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount

from ...amazon_api import INVOICE_COUNTRIES, check_pdf
from ...tools.personal_words import describe_for_log
from ..outbox.amazon_submission import UNDER_WAY, WAITING

_logger = logging.getLogger(__name__)

KINDS = ("out_invoice", "out_refund")
STATES = {
    "waiting": WAITING,
    "sent": UNDER_WAY,
    "done": ("done",),
    "failed": ("failed",),
}
# Where Odoo runs tests, its engine of reports gives HTML.
STAND_IN = b"%PDF-1.4\n"


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
    amazon_shipping_ref = fields.Char(
        "Shipment at Amazon",
        copy=False,
        readonly=True,
        help="Amazon's number of the shipment that the document is about. Empty: it is "
        "uploaded for the order.",
    )
    amazon_transaction_ref = fields.Char(
        "Number of the refund",
        copy=False,
        readonly=True,
        help="Amazon's number of the refund that the credit note is about.",
    )
    amazon_invoice_status = fields.Selection(
        [("pending", "Pending"), ("accepted", "Accepted"), ("refused", "Refused")],
        "State at Amazon",
        copy=False,
        readonly=True,
        help="What Amazon's invoice data says of the uploaded document; only where "
        "Amazon calculates the VAT.",
    )
    # A person has seen that the tax differs.
    amazon_upload_checked = fields.Boolean(copy=False, readonly=True)
    # Amazon has refused its own number of the shipment.
    amazon_upload_by_order = fields.Boolean(copy=False, readonly=True)

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
            self.amazon_upload_checked = True
            rows._fail_tax(self.amazon_upload_note)
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
        return order._amazon_next_business_day(day)

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
        """Compare the tax with what Amazon computes for each shipment and rate: of
        consumers out of the gross total, of businesses from the net total.

        :return str|bool: what differs
        """
        theirs = self._amazon_compute_taxes(order)
        texts = []
        for row in self._amazon_get_taxes():
            tax = row["tax"]
            amount = theirs.get(tax)
            if amount is None:
                continue
            if self.currency_id.compare_amounts(float(amount), row["amount"]):
                texts.append(
                    _(
                        "%(tax)s: %(here)s here, %(there)s as Amazon computes it.",
                        tax=tax.name,
                        here=format_amount(self.env, row["amount"], self.currency_id),
                        there=format_amount(self.env, float(amount), self.currency_id),
                    )
                )
        if not texts:
            return False
        return _("The tax differs from Amazon's: %s", " ".join(texts))

    def _amazon_compute_taxes(self, order):
        """Compute the taxes as Amazon does: rounded once for each parcel and rate.

        :return dict: account.tax -> Decimal; what can not be said is left out
        """
        unit = Decimal(str(self.currency_id.rounding))
        is_business = order._amazon_is_business()
        found, unclear = defaultdict(Decimal), self.env["account.tax"]
        for (_parcel, taxes), (net, gross) in self._amazon_split(order).items():
            if len(taxes) != 1 or taxes.amount_type != "percent":
                unclear |= taxes
                continue
            rate = Decimal(str(taxes.amount)) / 100
            exact = net * rate if is_business else gross * rate / (1 + rate)
            found[taxes] += (exact / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
        return {tax: amount for tax, amount in found.items() if tax not in unclear}

    def _amazon_split(self, order):
        """Split the document by the parcels that it is about. A credit note is about a
        refund, whatever parcel its goods were in.

        :return dict: (position of the parcel, account.tax) -> [net, gross], Decimal
        """
        shares = {}
        if self.move_type == "out_invoice":
            parcels = order._amazon_get_parcels()
            earlier = order._amazon_find_invoices().filtered(
                lambda move: move.id < (self.id or 0)
            )
            for move in earlier:
                move._amazon_take_pieces(parcels)
            shares = self._amazon_take_pieces(parcels)
        sums = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for line in self.invoice_line_ids:
            if line.display_type != "product":
                continue
            sold = line.sale_line_ids[:1]
            item = sold.amazon_item_ref or sold.amazon_charge_ref
            amounts = [line.price_subtotal, line.price_total]
            for position, net, gross in self._amazon_share(
                shares.get(item) or {0: Decimal(1)}, amounts
            ):
                sums[position, line.tax_ids][0] += net
                sums[position, line.tax_ids][1] += gross
        return sums

    def _amazon_take_pieces(self, parcels):
        """Take the pieces of this document out of the parcels, the first one first.

        :param list parcels: of dict Amazon item -> Decimal, are lowered
        :return dict: Amazon item -> {position of the parcel: pieces}
        """
        taken = {}
        for item, count in self._amazon_count_pieces("amazon_item_ref").items():
            shares = taken.setdefault(item, {})
            for position, parcel in enumerate(parcels):
                part = min(count, parcel.get(item, Decimal(0)))
                if part > 0:
                    parcel[item] -= part
                    count -= part
                    shares[position] = part
            if count > 0:  # not sent yet
                shares[len(parcels)] = count
        return taken

    def _amazon_share(self, shares, amounts):
        """Split amounts in proportion, so that the parts add up to the cent.

        :param dict shares: position -> Decimal
        :param list amounts: float
        :return list: of (position, amount, …)
        """
        unit = Decimal(str(self.currency_id.rounding))
        whole, rows = sum(shares.values(), Decimal(0)), []
        given, reached = [Decimal(0) for _amount in amounts], Decimal(0)
        for position, share in shares.items():
            reached += share
            row = [position]
            for number, amount in enumerate(amounts):
                exact = Decimal(str(amount)) * reached / whole
                upto = (exact / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
                row.append(upto - given[number])
                given[number] = upto
            rows.append(tuple(row))
        return rows

    def _amazon_count_pieces(self, name):
        """Count the pieces of the document, as Amazon counts them.

        :param str name: amazon_item_ref, or sku
        :return dict: Amazon item, or SKU -> Decimal
        """
        counts = defaultdict(Decimal)
        for line in self.invoice_line_ids.filtered("sale_line_ids"):
            sold = line.sale_line_ids[:1]
            if not sold.amazon_item_ref:
                continue
            offer = sold.amazon_offer_id
            factor = Decimal(str(offer.quantity_factor or 1))
            key = sold.amazon_item_ref if name == "amazon_item_ref" else offer.sku
            counts[key] += Decimal(str(line.quantity)) / factor
        return dict(counts)

    def _amazon_find_stated_difference(self):
        """Compare the tax with what Amazon states for the shipment; once a person has
        seen it, the document goes as it is.

        :return str|bool: what differs
        """
        data = self.env["amazon.invoice.data"].search(
            [
                ("shipping_ref", "=", self.amazon_shipping_ref or ""),
                ("sale_order_id", "in", self._amazon_refund_orders().ids),
                ("kind", "=", "shipment"),
                ("source", "=", "report"),
            ]
        )
        is_known = data and all(data.mapped("has_amounts"))
        if (
            self.amazon_upload_checked
            or self.move_type != "out_invoice"
            or not is_known
        ):
            return False
        stated = self.currency_id.round(sum(data.mapped("amount_tax")))
        if not self.currency_id.compare_amounts(stated, self.amount_tax):
            return False
        return _(
            "The tax is %(here)s here, and %(there)s in Amazon's invoice data.",
            here=format_amount(self.env, self.amount_tax, self.currency_id),
            there=format_amount(self.env, stated, self.currency_id),
        )

    # === BUSINESS METHODS - AMAZON'S NUMBERS === #

    def _amazon_leave_to_amazon(self, order):
        """Leave the document alone where Amazon's invoice data says that Amazon makes
        the invoice.

        :return bool: whether it is left
        """
        data = order.amazon_invoice_data_ids
        if not data or not all(data.mapped("is_made_by_amazon")):
            return False
        self.amazon_upload_left = _("Amazon makes the invoice of this order itself.")
        return True

    def _amazon_find_numbers(self, order):
        """Note Amazon's numbers of the shipment, and of the refund, where they are
        known.

        :return bool: whether the number that counts is known
        """
        data = self._amazon_pick_data(order)[:1]
        shipping, transaction = data.shipping_ref, False
        if self.move_type == "out_refund":
            shipping = shipping or self.reversed_entry_id.amazon_shipping_ref
            transaction = data.transaction_ref or self._amazon_get_refund_ref()
        self.write(
            {"amazon_shipping_ref": shipping, "amazon_transaction_ref": transaction}
        )
        return bool(transaction if self.move_type == "out_refund" else shipping)

    def _amazon_get_refund_ref(self):
        """Read Amazon's number of the refund, where it is of the kind that invoices
        use: transactions and settlements write the same one.

        :return str|bool: the number
        """
        number = self.amazon_refund_id.refund_ref or ""
        return ":crow:" in number and number

    def _amazon_pick_data(self, order):
        """Pick Amazon's data of the shipment, or of the refund, that the document is
        about and that no other document of the order has.

        :return: amazon.invoice.data of one of them; none: nobody knows which
        """
        is_invoice = self.move_type == "out_invoice"
        kind, number = "refund", "transaction_ref"
        if is_invoice:
            kind, number = "shipment", "shipping_ref"
        data = order.amazon_invoice_data_ids.filtered(lambda row: row.kind == kind)
        data = data.filtered(lambda row: row.source == "report") or data
        others = (order._amazon_find_invoices(self.move_type) - self).mapped(
            f"amazon_{number}"
        )
        groups = data.filtered(number).grouped(number)
        free = [rows for key, rows in groups.items() if key not in others]
        if not is_invoice:
            return self._amazon_pick_refund(data, free)
        pieces = self._amazon_count_pieces("sku")
        equal = [rows for rows in free if rows._count_pieces() == pieces]
        return equal[0] if equal else data.browse()

    def _amazon_pick_refund(self, data, free):
        """Pick the refund of a credit note: by Amazon's number, else by its amount.

        :param data: amazon.invoice.data of all refunds of the order
        :param list free: of amazon.invoice.data, a refund each
        """
        number = self.amazon_refund_id.refund_ref
        same = data.filtered(lambda row: number and row.transaction_ref == number)
        if same or number:
            return same
        equal = [
            rows
            for rows in free
            if all(rows.mapped("has_amounts"))
            and not self.currency_id.compare_amounts(
                abs(sum(rows.mapped("amount_total"))), self.amount_total
            )
        ]
        return equal[0] if equal else data.browse()

    def _amazon_may_go_by_order(self, account):
        """Whether a refused document is uploaded once more without Amazon's numbers.

        :return bool: they were sent, and came from the transactions
        """
        return (
            not account.invoice_vcs
            and not self.amazon_upload_by_order
            and bool(self.amazon_shipping_ref or self.amazon_transaction_ref)
        )

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
        if kind == "html":
            return STAND_IN + content
        return self._amazon_embed_factur_x(content)

    def _amazon_embed_factur_x(self, content):
        """Let Odoo's module for electronic invoices (account_edi_ubl_cii), where it is
        installed, make the PDF one: PDF/A-3 with Factur-X, but for the bank account,
        which Amazon forbids. Without it the document is a plain PDF.

        :param bytes content: PDF
        :return bytes: PDF
        """
        if "account.edi.xml.cii" not in self.env:
            return content
        builder = self.env["account.edi.xml.cii"]
        try:
            xml, _gaps = builder._export_invoice(self)
            values = {"name": self.name, "raw": content}
            self.env["account.move.send"].with_context(
                custom_template_facturx=True  # later series: only this very PDF
            )._hook_invoice_document_after_pdf_report_render(
                self,
                {
                    "pdf_attachment_values": values,
                    "ubl_cii_xml_attachment_values": {"raw": _without_account(xml)},
                    "ubl_cii_xml_options": {
                        "ubl_cii_format": "facturx",
                        "builder": builder,
                    },
                },
            )
        except DatabaseError:
            raise
        except Exception as error:
            _logger.warning("invoice %s: %s", self.id, describe_for_log(error))
            return content
        return values["raw"]

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
        self.write(
            {
                "amazon_invoice_hash": False,
                "amazon_upload_note": False,
                "amazon_shipping_ref": False,
                "amazon_transaction_ref": False,
                "amazon_invoice_status": False,
                "amazon_upload_checked": False,
            }
        )


def _without_account(xml):
    """Leave the seller's bank account out of an electronic invoice.

    :param bytes xml: Factur-X
    :return bytes: Factur-X
    """
    root = etree.fromstring(xml)
    for node in root.findall(".//{*}SpecifiedTradeSettlementPaymentMeans"):
        node.getparent().remove(node)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
