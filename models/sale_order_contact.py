"""Nothing that Odoo sends by itself or on a click reaches a buyer at Amazon (feature
H9): Amazon allows no contact outside of its own messages."""

from odoo import _, models
from odoo.exceptions import UserError


def hide_phone_numbers(numbers):
    """Make a record one that has no phone number.

    :param dict numbers: as `_sms_get_recipients_info` of Odoo's SMS returns them
    :return dict: the same without any number
    """
    return {
        record_id: {**info, "sanitized": False, "number": False}
        for record_id, info in numbers.items()
    }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === ACTION METHODS === #

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

    def _check_amazon_contact(self):
        """:raise UserError: one of these orders is of Amazon"""
        orders = self.sudo().filtered("amazon_order_ref")
        if orders:
            raise UserError(
                _(
                    "%(orders)s: Amazon does not allow mails, text messages or links "
                    "to its buyers. Write to the buyer in Seller Central, on the page "
                    "of the order, button «Contact Buyer».",
                    orders=", ".join(orders.mapped("name")),
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
        known = orders.partner_id | orders.partner_invoice_id
        known |= orders.partner_shipping_id
        buyers = known.commercial_partner_id
        partners = known.browse(partner_ids).filtered(
            lambda partner: (
                not (partner.amazon_created or partner.commercial_partner_id in buyers)
            )
        )
        return partners.ids

    def _send_order_notification_mail(self, mail_template):
        """No mail of Odoo confirms an order of Amazon or its payment."""
        if self.sudo().amazon_order_ref:
            return None
        return super()._send_order_notification_mail(mail_template)

    # The following three belong to Odoo's SMS; nobody calls them without it.

    def _sms_get_recipients_info(self, *args, **kwargs):
        amazon = self.sudo().filtered("amazon_order_ref").with_env(self.env)
        numbers = super()._sms_get_recipients_info(*args, **kwargs)
        mine = {order.id: numbers[order.id] for order in amazon}
        return {**numbers, **hide_phone_numbers(mine)}

    def _message_sms_with_template(self, *args, **kwargs):
        if self.sudo().amazon_order_ref:
            return self.env["mail.message"]
        return super()._message_sms_with_template(*args, **kwargs)

    def _message_sms(self, *args, **kwargs):
        self._check_amazon_contact()
        return super()._message_sms(*args, **kwargs)
