"""No delivery of an Amazon order sends anything to its buyer (feature H9), whatever
the settings of Odoo's stock and SMS say.
"""

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _amazon_for_buyers(self):
        """Filter the transfers to buyers at Amazon.

        :return: those of these transfers that belong to an order of Amazon
        """
        amazon = self.sudo().filtered(lambda picking: picking.sale_id.amazon_order_ref)
        return amazon.with_env(self.env)

    # The following four belong to Odoo's SMS; nobody calls them without it.
    def _check_warn_sms(self):
        """Ask nobody whether text messages shall go out: none does."""
        return super(StockPicking, self - self._amazon_for_buyers())._check_warn_sms()

    def _sms_get_recipients_info(self, *args, **kwargs):
        numbers = super()._sms_get_recipients_info(*args, **kwargs)
        mine = self._amazon_for_buyers()
        return self.env["res.partner"]._amazon_hide_numbers(numbers, mine)

    def _notify_thread(self, message, *args, **kwargs):
        """Refuse mails to buyers at Amazon."""
        orders = self.sudo().sale_id.filtered("amazon_order_ref")
        orders._check_amazon_message(message)
        return super()._notify_thread(message, *args, **kwargs)

    def _message_sms_with_template(self, *args, **kwargs):
        if self._amazon_for_buyers():
            return self.env["mail.message"]
        return super()._message_sms_with_template(*args, **kwargs)

    def _message_sms(self, *args, **kwargs):
        self.sudo().sale_id._check_amazon_contact()
        return super()._message_sms(*args, **kwargs)
