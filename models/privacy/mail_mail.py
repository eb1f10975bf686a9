"""The last gate before a mail leaves: none goes to a buyer at Amazon (feature H9).

Whatever writes it - a template, a person in the chatter, an action on a list, a coupon,
a mailing, another addon - makes a ``mail.mail``.
"""

from odoo import _, api, models

# Documents that belong to an order, and the way to it.
ORDER_OF = {
    "sale.order": lambda order: order,
    "stock.picking": lambda picking: picking.sale_id,
    "account.move": lambda move: move._amazon_orders(),
}


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        for mail in mails.sudo():
            mail._amazon_drop_buyers()
        return mails

    def _amazon_drop_buyers(self):
        """Take buyers at Amazon off the recipients; a mail to nobody else is cancelled,
        and says why."""
        self.ensure_one()
        people = self.recipient_ids
        orders = self._amazon_orders()
        allowed = people.filtered(lambda person: not person.amazon_created)
        allowed = allowed.browse(orders._amazon_without_buyers(allowed.ids))
        addresses = {
            name: self._amazon_allowed_addresses(self[name], orders)
            for name in ("email_to", "email_cc")
        }
        if allowed == people and not any(
            addresses[name] != (self[name] or "") for name in addresses
        ):
            return
        vals = {**addresses, "recipient_ids": [(6, 0, allowed.ids)]}
        if not (allowed or any(addresses.values())):
            vals["state"] = "cancel"
            vals["failure_type"] = "mail_bl"
            vals["failure_reason"] = _(
                "Amazon does not allow mails to its buyers. Write to the buyer in "
                "Seller Central, on the page of the order, button “Contact Buyer”."
            )
        self.write(vals)

    def _amazon_orders(self):
        """Find the order of Amazon that the mail is about.

        :return: sale.order, empty for all other mails
        """
        orders = self.env["sale.order"].sudo()
        if self.model not in ORDER_OF or not self.res_id:
            return orders
        document = self.env[self.model].sudo().browse(self.res_id).exists()
        return ORDER_OF[self.model](document).filtered("amazon_order_ref")

    def _amazon_allowed_addresses(self, text, orders):
        """Drop the addresses of buyers, which templates may name without a customer.

        :param str text: addresses, separated by commas
        :param orders: sale.order of Amazon that the mail is about
        :return str: the others, separated by commas
        """
        if not text:
            return ""
        buyers = orders._amazon_buyers_known()
        known = {address for address in buyers.mapped("email_normalized") if address}
        addresses = [address.strip() for address in text.split(",")]
        kept = [
            address
            for address in addresses
            if not any(name in address.lower() for name in known)
            and "@marketplace.amazon." not in address.lower()
        ]
        return text if kept == addresses else ", ".join(kept)
