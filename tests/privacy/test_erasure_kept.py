"""What must stay when a buyer is erased, and what becomes of a closed account
(features P2, A8)."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from .case import ERIKA, PLANTED, STREET, ErasureCase


class TestErasureKept(ErasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )

    def test_p2_invoice_keeps_name_and_address_and_nothing_more(self):
        delivered = self.address(name="Tante Frieda", addressLine1="Beetweg 9")
        first = self.shipped_order(days=31)
        second = self.shipped_order(days=31, address=delivered)
        self.assertEqual(first.partner_id, second.partner_id)
        invoice = second._create_invoices()
        invoice.action_post()
        self.assertNotIn("Radieschen", repr(invoice.invoice_line_ids.mapped("name")))
        self.run_erasure()
        self.assertRecordValues(
            invoice.partner_id,
            [
                {
                    "name": ERIKA["name"],
                    "street": STREET,
                    "zip": "10115",
                    "city": "Berlin",
                    "phone": False,
                    "amazon_email": False,
                }
            ],
        )
        self.assertEqual(self.found("Frieda", "Beetweg", "5550177", "Radieschen"), {})
        self.assertEqual(self.found("zwiebelkey"), {})
        self.assertEqual(
            self.found("Lauchgasse").keys() - {"res_partner", "account_move"}, set()
        )
        self.assertEqual(
            set(self.proofs().mapped("kept")),
            {"Name and address of the customer: an invoice needs them."},
        )
        self.assertEqual(invoice.state, "posted")

    def test_p2_gift_message_on_an_earlier_invoice_goes(self):
        order = self.shipped_order(days=31)
        with patch.object(
            type(order.order_line), "_amazon_is_gift_note", return_value=False
        ):
            invoice = order._create_invoices()
        self.assertIn("Radieschen", repr(invoice.invoice_line_ids.mapped("name")))
        self.run_erasure()
        self.assertEqual(self.found("Radieschen"), {})

    def test_p2_customers_a_person_uses_elsewhere_are_never_touched(self):
        partners = self.env["res.partner"]

        def quotation(partner):
            self.env["sale.order"].create(
                {"partner_id": partner.id, "company_id": self.company.id}
            )

        def user(partner):
            partner.email = "erika@example.com"
            new_test_user(self.env, "erika", partner_id=partner.id, name=partner.name)

        def invoice(partner):
            self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                }
            )

        def delivery(partner):
            self.env["stock.picking"].create(
                {
                    "partner_id": partner.id,
                    "picking_type_id": self.warehouse.out_type_id.id,
                }
            )

        def child(partner):
            partners.create({"name": "Assistant", "parent_id": partner.id})

        def bank(partner):
            self.env["res.partner.bank"].create(
                {"partner_id": partner.id, "acc_number": "DE00 1234"}
            )

        for number, use in enumerate((quotation, user, invoice, delivery, child, bank)):
            with self.subTest(use.__name__):
                buyer = {"name": f"Erika Nr{number}", "key": f"key{number}"}
                address = self.address(name=buyer["name"], addressLine1=f"Weg {number}")
                order = self.shipped_order(buyer=buyer, address=address)
                use(order.partner_id)
                self.run_erasure()
                self.assertTrue(order.amazon_erased_at)
                self.assertRecordValues(
                    order.partner_id,
                    [{"name": buyer["name"], "street": f"Weg {number}"}],
                )
                self.assertIn("+49", order.partner_id.phone)
                self.assertEqual(
                    self.proofs()[-1].kept,
                    "The customer: it is used outside of Amazon, too.",
                )
                self.assertFalse(order.amazon_gift_message)


class TestErasureOfAccount(ErasureCase):
    def test_a8_archiving_offers_to_erase_and_keeps_the_books(self):
        gone = self.shipped_order(days=1)
        to_ship = self.erikas_order(
            buyer={"name": "Karl Lauch", "key": "karl"},
            address=self.address(name="Karl Lauch", addressLine1="Beetweg 9"),
        )
        action = self.account.action_archive()
        self.assertEqual(action["res_model"], "amazon.erase.buyers")
        wizard = Form(
            self.env["amazon.erase.buyers"].with_context(**action["context"])
        ).save()
        self.assertEqual(wizard.order_count, 2)
        self.run_erasure()
        self.assertFalse(gone.amazon_erased_at, "nobody has confirmed yet")
        wizard.action_confirm()
        self.run_erasure()
        self.assertTrue(gone.amazon_erased_at)
        self.assertFalse(to_ship.amazon_erased_at)
        self.assertEqual(self.proofs().reason, "account")
        self.ship(to_ship)
        self.run_erasure()
        self.assertEqual(self.found(*PLANTED, "Karl Lauch", "Beetweg"), {})
        self.assertEqual((gone + to_ship).mapped("state"), ["sale", "sale"])
        self.account.action_unarchive()
        self.assertFalse(self.account.erase_all)

    def test_a8_account_without_buyers_is_archived_without_a_question(self):
        self.assertFalse(self.account.action_archive())
        self.assertFalse(self.account.active)

    def test_a8_active_account_is_not_erased(self):
        self.shipped_order(days=1)
        wizard = self.env["amazon.erase.buyers"].create({"account_id": self.account.id})
        with self.assertRaises(UserError):
            wizard.action_confirm()
