"""No mail and no letter reaches a buyer at Amazon, whoever writes it (feature H9)."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.release import version_info

from .case import PHONE, ContactCase, outside_of_tests

WORDS = "Where is our mug?"  # of a person, in no language of ours


class TestBuyerMails(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        taxes = cls.env["account.tax"].search([("company_id", "=", cls.company.id)])
        taxes.active = False

    def matched_order(self):
        """An order at Amazon of somebody who buys in the seller's own shop, too."""
        order = self.amazon_order()
        order.partner_id.amazon_created = False
        return order

    def invoice(self, order):
        """Ship what is left, and invoice it.

        :return: the posted invoice of what was shipped
        """
        if order.picking_ids.filtered(lambda p: p.state != "done"):
            self.ship(order)
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def mails_of(self, work):
        """Find the mails that come about meanwhile.

        :return: mail.mail that some work writes
        """
        self.keep_in_mind()
        work()
        return self.env["mail.mail"].search([]) - self.known_mails

    def assertNobody(self, mails):
        """The mails are cancelled and have nobody to go to."""
        for mail in mails:
            self.assertFalse(mail.recipient_ids)
            self.assertFalse(mail.email_to)
            self.assertEqual(mail.state, "cancel")
            self.assertIn("Contact Buyer", mail.failure_reason)

    def test_h9_invoices_are_followed_by_no_buyer(self):
        for order in (self.amazon_order(), self.matched_order()):
            invoice = self.invoice(order)
            self.assertNotIn(order.partner_id, invoice.message_partner_ids)
            self.assertFalse(
                self.mails_of(
                    lambda invoice=invoice: invoice.message_post(
                        body=WORDS,
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment",
                    )
                )
            )
        ordinary = self.invoice(self.ordinary_order())
        if version_info[0] == 17:  # later series add nobody by themselves
            self.assertIn(self.customer, ordinary.message_partner_ids)

    def test_h9_templates_reach_no_buyer(self):
        names = {
            "sale.order": "sale.mail_template_sale_confirmation",
            "account.move": "account.email_template_edi_invoice",
            "stock.picking": "stock.mail_template_data_delivery_confirmation",
        }
        for order in (self.amazon_order(), self.matched_order()):
            documents = (order, self.invoice(order), order.picking_ids)
            for document in documents:
                template = self.env.ref(names[document._name])
                mails = self.mails_of(
                    lambda document=document, template=template: template.send_mail(
                        document.id
                    )
                )
                self.assertEqual(len(mails), 1)
                self.assertNobody(mails)
        ordinary = self.ordinary_order()
        template = self.env.ref(names["sale.order"])
        [mail] = self.mails_of(lambda: template.send_mail(ordinary.id))
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(mail.state, "outgoing")

    def test_h9_credit_notes_reach_no_buyer(self):
        order = self.matched_order()
        note = self.invoice(order)._reverse_moves(cancel=True)
        self.assertEqual(note.state, "posted")
        self.assertNotIn(order.partner_id, note.message_partner_ids)
        template = self.env.ref("account.email_template_edi_credit_note")
        self.assertNobody(self.mails_of(lambda: template.send_mail(note.id)))

    def test_h9_what_somebody_writes_to_a_buyer_is_refused(self):
        for order in (self.amazon_order(), self.matched_order()):
            for document in (order, self.delivery(order), self.invoice(order)):
                with self.assertRaisesRegex(UserError, "Contact Buyer"):
                    document.message_post(
                        body=WORDS,
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment",
                        partner_ids=order.partner_id.ids,
                    )
                document.message_post(
                    body=WORDS,
                    message_type="comment",
                    partner_ids=self.responsible.partner_id.ids,
                )

    def test_h9_mails_to_lists_leave_buyers_out(self):
        order, ordinary = self.amazon_order(), self.ordinary_order()
        matched = self.matched_order()
        for records in (
            order | matched | ordinary,
            order.partner_id | self.customer,
        ):
            composer = (
                self.env["mail.compose.message"]
                .with_context(
                    active_model=records._name,
                    active_ids=records.ids,
                    default_model=records._name,
                    default_res_ids=records.ids,
                )
                .create(
                    {
                        "composition_mode": "mass_mail",
                        "model": records._name,
                        "subject": "Our spring mugs",
                        "body": "Have a look",
                    }
                )
            )
            mails = self.mails_of(composer._action_send_mail)
            alive = mails.filtered(lambda mail: mail.state != "cancel")
            emails = [*alive.recipient_ids.mapped("email"), *alive.mapped("email_to")]
            self.assertEqual(
                {email for email in emails if email}, {self.customer.email}
            )

    def test_h9_relay_addresses_get_nothing(self):
        mail = self.env["mail.mail"].create(
            {
                "email_to": "x1y2@marketplace.amazon.de, office@example.com",
                "subject": "Hello",
            }
        )
        self.assertEqual(mail.email_to, "office@example.com")
        self.assertEqual(mail.state, "outgoing")
        mail = self.env["mail.mail"].create(
            {
                "email_to": "<x1y2@marketplace.amazon.de>",
                "email_cc": "x1y2@marketplace.amazon.de",
                "subject": "Hello",
            }
        )
        self.assertNobody(mail)

    def test_h9_page_of_the_customer_is_refused(self):
        order, ordinary = self.matched_order(), self.ordinary_order()
        invoice, other = self.invoice(order), self.invoice(ordinary)
        with self.assertRaisesRegex(UserError, order.name):
            invoice.preview_invoice()
        self.assertTrue(other.preview_invoice())
        for record in (order, invoice, ordinary):
            wizard = self.env["portal.share"].create(
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "partner_ids": [Command.set(self.customer.ids)],
                }
            )
            if record == ordinary:
                wizard.action_send_mail()
                continue
            with self.assertRaisesRegex(UserError, order.name):
                wizard.action_send_mail()

    def test_h9_invoices_are_made_but_not_sent(self):
        order, ordinary = self.matched_order(), self.ordinary_order()
        mine, other = self.invoice(order), self.invoice(ordinary)
        for asked, allowed in (
            ({"send_mail": True, "x": 1}, {"send_mail": False, "x": 1}),
            ({"send_by_post": True}, {"send_by_post": False}),
            ({"send_mail": False}, {"send_mail": False}),
            (
                {"sending_methods": {"email", "snailmail", "manual"}},
                {"sending_methods": {"manual"}},
            ),
        ):
            self.assertEqual(mine._amazon_allowed_ways(asked), allowed)
            self.assertEqual(other._amazon_allowed_ways(asked), asked)
            if asked != allowed:
                with self.assertRaisesRegex(UserError, order.name):
                    self.env["account.move.send"]._hook_if_success({mine: asked})

    def test_h9_background_leaves_out_invoices_of_buyers(self):
        order, ordinary = self.matched_order(), self.ordinary_order()
        invoices = self.invoice(order) | self.invoice(ordinary)
        sender = self.env["account.move.send"]
        if "mode" not in sender._fields:
            author = self.env.user.partner_id.id
            ways = {"sending_methods": {"email"}, "author_partner_id": author}
        else:
            ways = {"send_mail": True}
        sent = []
        with patch.object(
            type(sender),
            "_send_mails",
            lambda _sender, found: sent.extend(found),
        ):
            sender._hook_if_success({m: dict(ways) for m in invoices}, from_cron=True)
        self.assertEqual(sent, [ordinary.invoice_ids])

    def test_h9_letter_is_refused(self):
        order = self.amazon_order()
        invoice = self.invoice(order)
        with self.assertRaisesRegex(UserError, "Contact Buyer"):
            self.env["snailmail.letter"].create(
                {
                    "partner_id": order.partner_id.id,
                    "model": "account.move",
                    "res_id": invoice.id,
                    "company_id": self.company.id,
                }
            )

    def test_h9_invoice_to_amazon_itself_may_be_sent(self):
        amazon = self.customer.copy({"name": "Amazon EU", "email": "ap@example.com"})
        self.account.invoice_by_amazon_partner_id = amazon
        order = self.amazon_order()
        order.partner_invoice_id = amazon
        invoice = self.invoice(order)
        template = self.env.ref("account.email_template_edi_invoice")
        [mail] = self.mails_of(lambda: template.send_mail(invoice.id))
        self.assertEqual(mail.recipient_ids, amazon)
        self.assertEqual(mail.state, "outgoing")

    def test_h9_text_messages_to_customers_leave_buyers_out(self):
        order = self.amazon_order()
        people = order.partner_id | self.customer
        numbers = people._sms_get_recipients_info()
        self.assertFalse(numbers[order.partner_id.id]["number"])
        self.assertEqual(numbers[self.customer.id]["number"], PHONE)
        invoice = self.invoice(order)
        with self.assertRaisesRegex(UserError, "Contact Buyer"):
            invoice._message_sms("Please pay", partner_ids=order.partner_id.ids)
        with outside_of_tests(self.env):
            self.assertFalse(
                invoice._message_sms_with_template(template_fallback="Please pay")
            )
