"""A buyer's data leaves an order, its deliveries and its customers (feature P2), and is
used for no message before (feature H9).

What remains is the ledger: products, quantities, amounts, country, Amazon's reference.
Nothing that Odoo sends by itself or on a click reaches a buyer at Amazon: Amazon allows
no contact outside of its own messages.
"""

from collections import Counter

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.amazon_traces import Traces, redact_fields
from ...tools.personal_words import PersonalWords
from ..orders.sale_order import IMPORT_CONTEXT


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_erased_at = fields.Datetime(
        "Buyer's data erased",
        copy=False,
        readonly=True,
        help="Since then Odoo does not know who bought. Amazon is still listened to, "
        "but the buyer's data is not taken over again.",
    )

    # === ACTION METHODS === #

    def action_amazon_erase_buyer(self):
        """Erase what is known of the buyers of these orders.

        :return dict: client action, a notification
        :raise UserError: an order is still to be delivered
        """
        if not self.env.user.has_group("amazon_connector.group_amazon_manager"):
            raise AccessError(_("Only managers of the Amazon Connector can do this."))
        self.read(["name"])  # the sudo that follows must not open other companies
        orders = self.filtered(
            lambda order: order.amazon_order_ref and not order.amazon_erased_at
        )
        if still_open := orders.filtered(lambda order: order._amazon_is_open()):
            raise UserError(
                _(
                    "%(orders)s: the goods are still to be delivered. Deliver them or "
                    "cancel the order, then erase the buyer's data.",
                    orders=", ".join(still_open.mapped("name")),
                )
            )
        proofs = orders._amazon_erase("request")
        texts = (*proofs.mapped("erased"), *proofs.mapped("kept"))
        text = "; ".join(filter(None, texts)).replace("\n", "; ")
        return (
            self.amazon_account_id[:1]
            .sudo()
            ._notify(text, "success", title=_("The buyer's data is erased"))
        )

    def action_quotation_send(self):
        """Refuse to send an Amazon order by mail."""
        self._check_amazon_contact()
        return super().action_quotation_send()

    def action_preview_sale_order(self):
        """Refuse the customer's page of an Amazon order: its address opens it to
        anybody who has it."""
        self._check_amazon_contact()
        return super().action_preview_sale_order()

    def action_share(self):
        """Refuse to share an Amazon order."""
        active = self.env.context
        if active.get("active_model") == "sale.order":
            (self or self.browse(active.get("active_id")))._check_amazon_contact()
        return super().action_share()

    # === BUSINESS METHODS === #

    def _amazon_is_open(self):
        """Answer whether goods of the order are still to be moved.

        :return bool: whether somebody still has to know where the goods go
        """
        self.ensure_one()
        if self.state == "cancel" or self.amazon_status == "SHIPPED":
            return False
        moves = self.sudo().order_line.move_ids
        return any(move.state not in ("done", "cancel") for move in moves)

    def _amazon_erase(self, reason):
        """Erase the buyers of these orders, all of them in one go.

        :param str reason: see amazon.erasure
        :return: amazon.erasure, the proofs
        """
        self = self.sudo().with_context(
            **IMPORT_CONTEXT, active_test=False, no_vat_validation=True
        )
        buyers = {order: order._amazon_buyers() for order in self}
        everybody = self.env["res.partner"].union(*buyers.values())
        reasons = everybody._amazon_reasons_to_keep(self)
        traces, counts = Traces(self.env), {}
        for order, partners in buyers.items():
            words = order._amazon_mark_traces(traces, partners, reasons)
            counts[order] = order._amazon_erase_texts(words)
        found = traces.clean()
        everybody.filtered(lambda p: not reasons.get(p))._amazon_erase(True)
        everybody.filtered(lambda p: reasons.get(p) == "invoice")._amazon_erase(False)
        self.amazon_erased_at = fields.Datetime.now()
        return self.env["amazon.erasure"]._prove(
            reason,
            [
                order._amazon_proof(buyers[order], reasons, found, counts[order])
                for order in self
            ],
        )

    def _amazon_mark_traces(self, traces, partners, reasons):
        """Say whose words are to be taken out of what.

        :param Traces traces: completed
        :param partners: see _amazon_buyers
        :param dict reasons: see res.partner._amazon_reasons_to_keep
        :return PersonalWords: what names the buyer
        """
        used_elsewhere = partners.filtered(lambda p: reasons.get(p) == "elsewhere")
        words = self._amazon_words(partners - used_elsewhere)
        traces.add(self, words)
        traces.add(self.picking_ids | self._amazon_receipts(), words)
        if "purchase_line_ids" in self.order_line._fields:
            sent = self.order_line.purchase_line_ids.order_id.filtered(
                lambda purchase: purchase.dest_address_id in partners
            )
            traces.add(sent, words)
        traces.add(partners.filtered(lambda p: not reasons.get(p)), words)
        return words

    def _amazon_buyers(self):
        """Find whom the order makes known.

        :return: all records of the customer that the order uses or once used;
        customers that stand for all buyers of a marketplace are nobody
        """
        contact = self.partner_id
        partners = contact | self.partner_invoice_id | self.partner_shipping_id
        partners |= (self.picking_ids | self._amazon_receipts()).partner_id
        # An address that the buyer has changed since.
        partners |= contact.child_ids.filtered("amazon_created")
        return partners.filtered(
            lambda partner: not (partner | partner.parent_id).amazon_marketplace_id
        )

    def _amazon_words(self, partners):
        """Collect the words that identify the buyer in texts.

        :param partners: the buyer
        :return PersonalWords: what names the buyer
        """
        gift = PersonalWords(texts=[self.amazon_gift_message])
        return partners._amazon_words() | gift

    def _check_amazon_contact(self):
        """Refuse contact with the buyers of Amazon.

        :raise UserError: one of these orders is of Amazon
        :raise AccessError: and not to be seen: what is refused names it
        """
        orders = self.sudo().filtered("amazon_order_ref")
        if orders:
            self.check_access_rights("read")
            self.check_access_rule("read")
            self._refuse_amazon_contact(orders.mapped("name"))

    @api.model
    def _refuse_amazon_contact(self, names):
        """Say where one writes to a buyer at Amazon.

        :param list names: of the documents that somebody wants to send
        :raise UserError: in any case
        """
        raise UserError(
            _(
                "%(orders)s: Amazon does not allow mails, text messages or links "
                "to its buyers. Write to the buyer in Seller Central, on the page "
                "of the order, button “Contact Buyer”.",
                orders=", ".join(names),
            )
        )

    def _amazon_without_buyers(self, partner_ids):
        """Leave out the people behind these Amazon orders.

        :param list partner_ids: of res.partner, or None
        :return list: those that may follow the orders and their deliveries
        """
        orders = self.sudo().filtered("amazon_order_ref")
        if not (partner_ids and orders):
            return partner_ids
        buyers = orders._amazon_buyers_known()
        partners = buyers.browse(partner_ids).filtered(
            lambda partner: (
                not (partner.amazon_created or partner.commercial_partner_id in buyers)
            )
        )
        return partners.ids

    def _amazon_buyers_known(self):
        """Find the customers behind these orders, matched ones, too.

        :return: res.partner; Amazon itself, which some orders are invoiced to, is no
        buyer
        """
        known = self.partner_id | self.partner_invoice_id | self.partner_shipping_id
        amazon = self.amazon_account_id.invoice_by_amazon_partner_id
        return (known - amazon).commercial_partner_id - amazon

    def _check_amazon_message(self, message):
        """Refuse what somebody writes to the buyer of one of these orders.

        :param message: mail.message that is about to reach people
        :raise UserError: a buyer is among those it is written to
        """
        partner_ids = message.sudo().partner_ids.ids
        if not partner_ids or message.message_type != "comment":
            return
        if len(self._amazon_without_buyers(partner_ids)) < len(partner_ids):
            self._check_amazon_contact()

    def _notify_thread(self, message, *args, **kwargs):
        """Refuse mails to buyers at Amazon."""
        self.sudo().filtered("amazon_order_ref")._check_amazon_message(message)
        return super()._notify_thread(message, *args, **kwargs)

    def _send_order_notification_mail(self, mail_template):
        """Send no mail for an order of Amazon or its payment."""
        if self.sudo().amazon_order_ref:
            return None
        return super()._send_order_notification_mail(mail_template)

    # The following three belong to Odoo's SMS; nobody calls them without it.
    def _sms_get_recipients_info(self, *args, **kwargs):
        amazon = self.sudo().filtered("amazon_order_ref").with_env(self.env)
        numbers = super()._sms_get_recipients_info(*args, **kwargs)
        return self.env["res.partner"]._amazon_hide_numbers(numbers, amazon)

    def _message_sms_with_template(self, *args, **kwargs):
        if self.sudo().amazon_order_ref:
            return self.env["mail.message"]
        return super()._message_sms_with_template(*args, **kwargs)

    def _message_sms(self, *args, **kwargs):
        self._check_amazon_contact()
        return super()._message_sms(*args, **kwargs)

    # === What goes === #

    def _amazon_erase_texts(self, words):
        """Erase what stands on the order, its lines and its deliveries.

        :param PersonalWords words: of the buyer
        :return Counter: gifts: texts of gifts, notes: other texts
        """
        self.ensure_one()
        count = Counter(gifts=int(bool(self.amazon_gift_message)))
        self.write({"amazon_gift_message": False, "amazon_address_hash": False})
        was_locked, self.locked = self.locked, False  # locked lines keep their names
        for line in self.order_line:
            if line._amazon_is_gift_note():
                count["gifts"] += 1 + line._amazon_erase_gift_note()
            else:
                count["notes"] += redact_fields(line, ["name"], [words])
        self.locked = was_locked
        count["notes"] += redact_fields(self, ["note", "amazon_review"], [words])
        noted = (self.picking_ids | self._amazon_receipts()).filtered("note")
        noted.note = False
        count["notes"] += len(noted)
        return count

    # === The proof === #

    def _amazon_proof(self, partners, reasons, found, count):
        """Compose the proof of what was erased and what is kept.

        :param dict reasons: see res.partner._amazon_reasons_to_keep
        :param dict found: see Traces.clean
        :param Counter count: see _amazon_erase_texts
        :return tuple: see amazon.erasure._prove
        """
        documents = (self, *self.picking_ids, *self._amazon_receipts(), *partners)
        for document in documents:
            count += found.get((document._name, document.id), Counter())
        gone = Counter(reasons.get(partner) for partner in partners)
        count += Counter(customers=gone[None], phones=gone["invoice"])
        kept = self._amazon_describe_kept(set(gone))
        labels = {
            "customers": _("Names, addresses, phone numbers, mail addresses: %s"),
            "phones": _("Phone numbers, mail addresses: %s"),
            "gifts": _("Gift messages: %s"),
            "notes": _("Notes: %s"),
            "messages": _("Chatter: %s"),
            "activities": _("Activities: %s"),
            "files": _("Files: %s"),
        }
        return (
            self,
            [label % count[key] for key, label in labels.items() if count[key]]
            or [self._amazon_describe_nothing(kept)],
            kept,
            sum(count.values()),
        )

    def _amazon_describe_nothing(self, kept):
        if kept:
            return _("Nothing, see what was kept.")
        return _("Nothing: Odoo knew nothing personal of this buyer.")

    def _amazon_describe_kept(self, reasons):
        """Put into words why customers are kept.

        :param set reasons: why customers are kept
        :return list: in words
        """
        texts = {
            "invoice": _("Name and address of the customer: an invoice needs them."),
            "later": _("The customer: a later order needs it and will erase it."),
            "elsewhere": _("The customer: it is used outside of Amazon, too."),
        }
        return [text for reason, text in texts.items() if reason in reasons]

    def _get_invoiceable_lines(self, *args, **kwargs):
        """Leave gift messages off invoices; invoice charges with their goods."""
        lines = super()._get_invoiceable_lines(*args, **kwargs)
        return lines.filtered(
            lambda line: (
                not line._amazon_is_gift_note()
                and not line._amazon_waits_for_goods(lines)
            )
        )
