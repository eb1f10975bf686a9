"""No invoice or credit note of an Amazon order is sent to its buyer (feature H9).

Whoever needs the PDF prints or downloads it; Amazon passes invoices on to buyers.
"""

from odoo import models

from .account_move_send import METHODS, WAYS


class AccountMove(models.Model):
    _inherit = "account.move"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Leave out buyers at Amazon: Odoo would have them follow each invoice that is
        posted, and mail them whatever is written there."""
        if partner_ids:
            partner_ids = self._amazon_orders()._amazon_without_buyers(partner_ids)
            partners = self.env["res.partner"].sudo().browse(partner_ids)
            partner_ids = partners.filtered(lambda p: not p.amazon_created).ids
        return super().message_subscribe(partner_ids, subtype_ids)

    def _notify_thread(self, message, *args, **kwargs):
        """Refuse mails and letters to buyers at Amazon."""
        self._amazon_orders()._check_amazon_message(message)
        if message.message_type == "snailmail":
            self._check_amazon_contact()
        return super()._notify_thread(message, *args, **kwargs)

    def preview_invoice(self):
        """Refuse the customer's page of such an invoice: its address opens it to
        anybody who has it."""
        self._check_amazon_contact()
        return super().preview_invoice()

    def _amazon_orders(self):
        """Find the orders of Amazon that these documents invoice.

        :return: sale.order, with sudo
        """
        orders = self.sudo().line_ids.sale_line_ids.order_id
        return orders.filtered("amazon_order_ref")

    def _amazon_for_buyers(self):
        """Filter the invoices and credit notes of buyers at Amazon.

        :return: those of these documents that go to a buyer; an invoice to Amazon
        itself does not
        """
        return self.filtered(
            lambda move: (
                move.sudo().partner_id.amazon_created
                or (
                    move._amazon_orders()
                    and not move._amazon_orders()._amazon_without_buyers(
                        move.sudo().partner_id.ids
                    )
                )
            )
        )

    def _amazon_allowed_ways(self, data):
        """Drop the ways to send this document that lead to a buyer at Amazon.

        :param dict data: what Odoo is going to do with it
        :return dict: the same without mails and letters; unchanged for others
        """
        ways = [way for way in WAYS if data.get(way)]
        methods = [way for way in data.get("sending_methods") or () if way in METHODS]
        if not (ways or methods) or not self._amazon_for_buyers():
            return data
        allowed = {**data, **dict.fromkeys(ways, False)}
        if methods:
            others = {*data["sending_methods"]} - {*methods}
            allowed["sending_methods"] = type(data["sending_methods"])(others)
        return allowed

    def _check_amazon_contact(self):
        """Refuse contact with the buyers of Amazon.

        :raise UserError: one of these documents is for such a buyer
        :raise AccessError: and not to be seen: what is refused names its order
        """
        if mine := self._amazon_for_buyers():
            self.check_access_rights("read")
            self.check_access_rule("read")
            names = (mine._amazon_orders() or mine.sudo()).mapped("name")
            self.env["sale.order"]._refuse_amazon_contact(names)

    # The following three belong to Odoo's SMS; nobody calls them without it.
    def _sms_get_recipients_info(self, *args, **kwargs):
        numbers = super()._sms_get_recipients_info(*args, **kwargs)
        mine = self._amazon_for_buyers()
        return self.env["res.partner"]._amazon_hide_numbers(numbers, mine)

    def _message_sms_with_template(self, *args, **kwargs):
        if self._amazon_for_buyers():
            return self.env["mail.message"]
        return super()._message_sms_with_template(*args, **kwargs)

    def _message_sms(self, *args, **kwargs):
        self._check_amazon_contact()
        return super()._message_sms(*args, **kwargs)
