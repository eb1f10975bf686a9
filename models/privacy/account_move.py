"""No invoice or credit note of an Amazon order is sent to its buyer (feature H9).

Whoever needs the PDF prints or downloads it; Amazon passes invoices on to buyers.
"""

from odoo import models

# How Odoo notes what its scheduled action shall send; the names differ by the series.
SENDING = ("send_and_print_values", "sending_data")
WAYS = ("send_mail", "send_by_post")


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """Let Odoo make the documents of Amazon's invoices, but send none of them."""
        name = next((name for name in SENDING if vals.get(name)), None)
        mine = self._amazon_for_buyers() if name else self.browse()
        if not mine:
            return super().write(vals)
        kept = dict(vals[name])
        kept.update({way: False for way in WAYS if way in kept})
        if "sending_methods" in kept:
            ways = kept["sending_methods"] or ()
            kept["sending_methods"] = [
                way for way in ways if way not in ("email", "snailmail")
            ]
        if others := self - mine:
            super(AccountMove, others).write(vals)
        return super(AccountMove, mine).write({**vals, name: kept})

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Leave out buyers at Amazon: Odoo would have them follow each invoice that is
        posted, and mail them whatever is written there."""
        if partner_ids:
            partner_ids = self._amazon_orders()._amazon_without_buyers(partner_ids)
            partners = self.env["res.partner"].sudo().browse(partner_ids)
            partner_ids = partners.filtered(lambda p: not p.amazon_created).ids
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post(self, **kwargs):
        """Refuse mails and letters to buyers at Amazon."""
        self._amazon_orders()._check_amazon_message(**kwargs)
        if kwargs.get("message_type") == "snailmail":
            self._check_amazon_contact()
        return super().message_post(**kwargs)

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

    def _check_amazon_contact(self):
        """Refuse contact with the buyers of Amazon.

        :raise UserError: one of these documents is for such a buyer
        """
        mine = self._amazon_for_buyers()
        if mine:
            mine._amazon_orders()._check_amazon_contact()

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
