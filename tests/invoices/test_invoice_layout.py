"""What stands on the PDF that Amazon gets (feature V1)."""

from html import unescape

from odoo.fields import Command
from odoo.tests import tagged

from .case import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceLayout(InvoiceCase):
    def printed(self, move):
        return unescape(move._amazon_print_invoice().decode())

    def test_v1_layout_says_what_amazon_wants(self):
        tax = self.env["account.tax"].create(
            {
                "name": "19 %",
                "invoice_label": "VAT 19 %",
                "amount": 19,
                "company_id": self.company.id,
                "type_tax_use": "sale",
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        self.products["MUG-BLUE"].taxes_id = [Command.set(tax.ids)]
        partner = self.company.partner_id
        partner.with_context(no_vat_validation=True).vat = "DE136695976"
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "DE89370400440532013000", "partner_id": partner.id}
        )
        self.company.report_footer = "IBAN DE89370400440532013000"
        order = self.shipped()
        order.amazon_purchase_order = "PO-4711"
        buyer = order.partner_invoice_id
        buyer.with_context(no_vat_validation=True).write(
            {"vat": "FR23334175221", "city": "Kassel"}
        )
        move = self.invoice(order)
        move.partner_bank_id = bank
        text = self.printed(move)
        for word in (
            move.name,
            order.amazon_order_ref,
            "DE136695976",
            "FR23334175221",
            "PO-4711",
            "VAT 19 %",
            self.company.name,
            "Kassel",
        ):
            self.assertIn(word, text)
        self.assertNotIn("DE89370400440532013000", text)
        self.assertNotIn("Credit Note", text)

    def test_v1_credit_note_names_its_invoice(self):
        order = self.sold_order()
        move = self.credit(order, "2.00")
        text = self.printed(move)
        self.assertIn("Credit Note", text)
        self.assertIn(order.invoice_ids[0].name, text)

    def test_v1_layout_adds_up_the_tax_by_rate(self):
        for sku, rate in (("MUG-BLUE", 19), ("TEA-SENCHA", 7)):
            tax = self.env["account.tax"].create(
                {
                    "name": f"{rate} % sale",
                    "invoice_label": f"VAT {rate} %",
                    "amount": rate,
                    "price_include": True,
                    "company_id": self.company.id,
                    "type_tax_use": "sale",
                    "country_id": self.company.account_fiscal_country_id.id,
                }
            )
            self.products[sku].taxes_id = [Command.set(tax.ids)]
        item = self.world.item
        move = self.invoiced(
            items=[
                item("MUG-BLUE", price="11.90", quantity=2),
                item("TEA-SENCHA", price="10.70"),
            ]
        )
        text = self.printed(move)
        for words in ("VAT 19 %", "VAT 7 %", "3.80", "0.70", "20.00", "10.00", "34.50"):
            self.assertIn(words, text)
