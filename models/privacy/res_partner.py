"""Which customers may be made anonymous, and what of them goes (feature P2)."""

from collections import defaultdict

from odoo import _, models

from ...tools.amazon_traces import forget_letters, forget_text_messages
from ...tools.personal_words import PersonalWords

# No invoice needs these.
CONTACT_FIELDS = (
    "amazon_email",
    "amazon_match_key",
    "email",
    "phone",
    "mobile",
    "website",
    "function",
    "comment",
    "image_1920",
)
# A posted invoice needs these. Country and state are nobody's secret and say the taxes.
ADDRESS_FIELDS = (
    "street",
    "street2",
    "zip",
    "city",
    "vat",
    "company_name",
    "partner_latitude",
    "partner_longitude",
)
# Checked one by one below, or following from what is checked there.
LOOKED_AT = {
    "sale.order",
    "sale.order.line",
    "stock.picking",
    "stock.move",
    "procurement.group",
    "account.move",
    "account.move.line",
    "account.payment",
    "account.bank.statement.line",
    "account.analytic.line",
    "res.partner",
}
# Who reads and writes messages says nothing of a use.
NO_USE = ("mail.", "discuss.", "bus.", "sms.", "snailmail.", "amazon.")


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _amazon_hide_numbers(self, numbers, records):
        """Make some records such as have no phone number.

        :param dict numbers: as `_sms_get_recipients_info` of Odoo's SMS returns them
        :param records: those that belong to buyers at Amazon
        :return dict: the same without the numbers of these
        """
        hidden = {"sanitized": False, "number": False}
        mine = {record.id: {**numbers[record.id], **hidden} for record in records}
        return {**numbers, **mine}

    # It belongs to Odoo's SMS; nobody calls it without it.
    def _sms_get_recipients_info(self, *args, **kwargs):
        """Send no text message to a buyer at Amazon from the list of customers."""
        numbers = super()._sms_get_recipients_info(*args, **kwargs)
        mine = self.sudo().filtered("amazon_created")
        return self._amazon_hide_numbers(numbers, mine)

    def _amazon_words(self):
        """Collect the words that identify these people in texts.

        :return PersonalWords: what names these people
        """
        nobody = {_("Amazon Customer"), _("Amazon Customer (erased)")}
        return PersonalWords(
            names=set(self.mapped("name")) - nobody,
            texts=[
                partner[name]
                for partner in self
                for name in (
                    *("street", "street2", "phone", "email", "amazon_email"),
                    *("vat", "company_name"),
                )
            ],
        )

    def _amazon_erase(self, with_address):
        """Make customers anonymous.

        :param bool with_address: False: an invoice needs name and address
        """
        names = CONTACT_FIELDS + (ADDRESS_FIELDS if with_address else ())
        vals = {name: False for name in names if name in self._fields}
        if with_address:
            vals["name"] = _("Amazon Customer (erased)")
        self.write(vals)
        forget_text_messages(self.env, partners=self)
        forget_letters(self.env, [("partner_id", "in", self.ids)])

    def _amazon_reasons_to_keep(self, orders):
        """Say which of these customers are needed still.

        :param orders: sale.order that are being erased
        :return dict: partner -> elsewhere: not (only) a customer at Amazon, later: of
            another order that is not due yet, invoice: an invoice needs the address
        """
        mine = self.filtered("amazon_created")
        reasons = dict.fromkeys(self - mine, "elsewhere")
        found = {
            "invoice": mine._amazon_invoiced(),
            "later": mine._amazon_of_others(orders),
            "elsewhere": mine._amazon_used_elsewhere(),
        }
        for reason, partners in found.items():  # the strongest reason comes last
            reasons.update(dict.fromkeys(partners & mine, reason))
        return reasons

    def _amazon_of_others(self, orders):
        """Find those of these customers whom other open orders need.

        :return: partners of orders of Amazon that are not erased yet
        """
        return self._amazon_partners_of(
            [
                ("amazon_order_ref", "!=", False),
                ("amazon_erased_at", "=", False),
                ("id", "not in", orders.ids),
            ]
        )

    def _amazon_partners_of(self, domain):
        """Find those of these customers whom some sale orders name.

        :return: partners of the sale orders of a domain
        """
        orders = self.env["sale.order"].search(
            [
                *domain,
                "|",
                "|",
                ("partner_id", "in", self.ids),
                ("partner_invoice_id", "in", self.ids),
                ("partner_shipping_id", "in", self.ids),
            ]
        )
        return (
            orders.partner_id | orders.partner_invoice_id | orders.partner_shipping_id
        )

    def _amazon_invoices(self):
        """Find the invoices of these customers.

        :return: account.move on which these partners stand as customers
        """
        return self.env["account.move"].search(
            [
                ("state", "!=", "cancel"),
                "|",
                ("partner_id", "in", self.ids),
                ("commercial_partner_id", "in", self.ids),
            ]
        )

    def _amazon_invoiced(self):
        invoices = self._amazon_invoices()
        return invoices.partner_id | invoices.commercial_partner_id

    def _amazon_used_elsewhere(self):
        """Find those of these customers whom business outside of Amazon needs.

        :return: partners that a person uses for something else, too
        """
        strange_invoices = self._amazon_invoices().filtered(
            lambda move: (
                move.move_type != "entry"
                and not any(
                    move.invoice_line_ids.sale_line_ids.order_id.mapped(
                        "amazon_order_ref"
                    )
                )
            )
        )
        strange_pickings = (
            self.env["stock.picking"]
            .search([("partner_id", "in", self.ids)])
            .filtered(
                lambda picking: (
                    not (
                        picking.sale_id.amazon_order_ref
                        or picking.move_ids.amazon_return_id  # the buyer sends it back
                    )
                )
            )
        )
        strange_children = self.search(
            [("parent_id", "in", self.ids), ("amazon_created", "=", False)]
        )
        return (
            self._amazon_partners_of([("amazon_order_ref", "=", False)])
            | strange_invoices.partner_id
            | strange_invoices.commercial_partner_id
            | strange_pickings.partner_id
            | strange_children.parent_id
            | self._amazon_dropshipped()
            | self._amazon_referenced()
        )

    def _amazon_dropshipped(self):
        """Find those of these customers to whom a vendor delivered something that no
        buyer at Amazon ordered (only with Purchase).

        :return: partners that a purchase needs
        """
        found = self.browse()
        if not self._amazon_names_buyers("purchase.order", "dest_address_id"):
            return found
        purchases = self.env["purchase.order"].search(
            [("dest_address_id", "in", self.ids)]
        )
        for purchase in purchases:
            orders = purchase.order_line.sale_line_id.order_id
            if not orders or not all(orders.mapped("amazon_order_ref")):
                found |= purchase.dest_address_id
        return found

    def _amazon_names_buyers(self, model_name, name):
        """Recognize the field in which a dropship names the buyer.

        :return bool: whether it is there, and no use outside of Amazon by itself
        """
        model = self.env.get(model_name)
        is_dropship = (model_name, name) == ("purchase.order", "dest_address_id")
        return bool(
            is_dropship
            and model is not None
            and name in model._fields
            and "sale_line_id" in self.env["purchase.order.line"]._fields
        )

    def _amazon_referenced(self):
        """Find those of these customers whom any other document names.

        :return: partners that any other document of Odoo names: users, tickets,
        meetings, purchases … of whatever module
        """
        found = self.browse()
        for model_name, names in self._amazon_referring_fields().items():
            model = self.env[model_name].with_context(active_test=False)
            for name in names:
                groups = model._read_group([(name, "in", self.ids)], [name])
                found |= found.union(*(partner for (partner,) in groups))
        return found

    def _amazon_referring_fields(self):
        """List the fields of all documents that may name a customer.

        :return dict: name of a model -> its stored fields that name partners
        """
        referring = defaultdict(list)
        for model_name, model in self.env.registry.items():
            is_document = model._auto and not (model._abstract or model._transient)
            if not is_document or model_name in LOOKED_AT:
                continue
            if model_name.startswith(NO_USE):
                continue
            for name, field in model._fields.items():
                if (
                    field.type in ("many2one", "many2many")
                    and field.comodel_name == "res.partner"
                    and field.store
                    and not self._amazon_names_buyers(model_name, name)
                ):
                    referring[model_name].append(name)
        return referring
