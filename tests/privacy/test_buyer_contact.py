"""Nothing that Odoo sends reaches a buyer at Amazon (feature H9).

Odoo's stock sends no text message in a test: these look as if none was running.
"""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .case import ContactCase, ErasureCase, outside_of_tests


class TestBuyerContact(ContactCase):
    def test_h9_deliveries_of_amazon_orders_send_nothing(self):
        both = self.packed(self.amazon_order()) | self.packed(self.ordinary_order())
        self.keep_in_mind()
        with outside_of_tests(self.env):
            self.assertIs(both.button_validate(), True)
        self.assertEqual(set(both.mapped("state")), {"done"})
        otto = self.customer.name
        self.assertEqual(self.sent(), {("sms", otto), ("mail", otto)})

    def test_h9_hook_of_odoo_itself_sends_nothing(self):
        amazon, ordinary = self.amazon_order(), self.ordinary_order()
        both = self.packed(amazon) | self.packed(ordinary)
        self.keep_in_mind()
        with outside_of_tests(self.env):
            both._send_confirmation_email()
        otto = self.customer.name
        self.assertEqual(self.sent(), {("sms", otto), ("mail", otto)})

    def test_h9_nobody_is_asked_about_text_messages(self):
        self.company.has_received_warning_stock_sms = False
        amazon, ordinary = self.amazon_order(), self.ordinary_order()
        pickings = self.packed(amazon) | self.packed(ordinary)
        with outside_of_tests(self.env):
            question = pickings.button_validate()
            wizard = self.env[question["res_model"]].browse(question["res_id"])
            self.assertEqual(wizard.pick_ids.sale_id, ordinary)
            self.assertIs(self.delivery(amazon).button_validate(), True)

    def test_h9_label_of_the_carrier_is_still_ordered(self):
        self.dhl.integration_level = "rate_and_ship"
        picking = self.packed(self.amazon_order())
        picking.carrier_tracking_ref = False
        picking.picking_type_id.print_label = True
        labels = []
        with (
            outside_of_tests(self.env),
            patch.object(
                type(picking),
                "send_to_shipper",
                lambda delivery: labels.append(delivery.id),
            ),
        ):
            picking._send_confirmation_email()
        self.assertEqual(labels, picking.ids)

    def test_h9_manual_text_message_is_refused(self):
        order = self.amazon_order()
        for record in (order, self.delivery(order)):
            with self.assertRaisesRegex(UserError, "Contact Buyer"):
                record._message_sms("We are on our way", partner_ids=[])
            self.keep_in_mind()
            composer = self.env["sms.composer"].create(
                {
                    "composition_mode": "mass",
                    "res_model": record._name,
                    "res_ids": repr(record.ids),
                    "body": "We are on our way",
                }
            )
            with outside_of_tests(self.env):
                composer._action_send_sms()
            queued = self.env["sms.sms"].search([]) - self.known_texts
            self.assertEqual(set(queued.mapped("state")) - {"canceled"}, set())
            self.assertFalse(any(queued.mapped("number")))

    def test_h9_manual_mail_preview_and_share_are_refused(self):
        order, ordinary = self.amazon_order(), self.ordinary_order()
        actions = (
            lambda order: order.action_quotation_send(),
            lambda order: order.action_preview_sale_order(),
            lambda order: order.with_context(
                active_model="sale.order", active_id=order.id
            ).action_share(),
        )
        for action in actions:
            with self.assertRaisesRegex(UserError, order.name):
                action(order)
            self.assertTrue(action(ordinary))
        self.keep_in_mind()
        order._send_order_confirmation_mail()
        order._send_payment_succeeded_for_order_mail()
        self.assertEqual(self.sent(), set())
        ordinary._send_order_confirmation_mail()
        self.assertEqual(self.sent(), {("mail", self.customer.name)})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_h9_what_is_refused_names_nothing_of_other_companies(self):
        order = self.amazon_order()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        seller = new_test_user(
            self.env,
            "sells_elsewhere",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        employee = new_test_user(self.env, "employee", company_id=self.company.id)
        for user in (seller, employee):
            theirs = order.with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids,
                active_model="sale.order",
                active_id=order.id,
            )
            for action in (
                theirs.action_quotation_send,
                theirs.action_preview_sale_order,
                theirs.action_share,
            ):
                with self.assertRaises(AccessError) as caught:
                    action()
                self.assertNotIn(order.name, str(caught.exception))

    def test_h9_buttons_are_gone_from_amazon_orders(self):
        view = self.env["sale.order"].get_view(
            self.env.ref("sale.view_order_form").id, "form"
        )
        names = ("action_quotation_send", "action_preview_sale_order")
        buttons = [
            button
            for button in etree.fromstring(view["arch"]).iterfind(".//header//button")
            if button.get("name") in names
        ]
        self.assertGreater(len(buttons), 2)
        for button in buttons:
            self.assertIn("amazon_order_ref", button.get("invisible"))

    def test_h9_buyers_never_follow_orders_and_deliveries(self):
        order = self.amazon_order()
        picking = self.delivery(order)
        buyers = order.partner_id | order.partner_shipping_id
        colleague = self.account.user_id.partner_id
        for record in (order, picking):
            record.message_subscribe([*buyers.ids, colleague.id])
            self.assertFalse(record.message_partner_ids & buyers)
            self.assertIn(colleague, record.message_partner_ids)
        address = buyers[0].copy({"name": "Erika's aunt", "parent_id": buyers[0].id})
        picking.partner_id = address
        self.assertNotIn(address, picking.message_partner_ids)
        ordinary = self.ordinary_order()
        ordinary.message_subscribe(self.customer.ids)
        self.assertIn(self.customer, ordinary.message_partner_ids)


class TestErasedTextMessages(ErasureCase):
    def test_p2_erasure_takes_text_messages_and_numbers_along(self):
        order = self.shipped_order(days=31)
        buyer = order.partner_id
        message = order.picking_ids._message_log(body="Your parcel is on its way")
        sms = self.env["sms.sms"].create(
            {
                "partner_id": buyer.id,
                "number": "+495550177",
                "body": f"{order.name}: Dear Erika Zwiebelmann",
                "state": "error",
                "failure_type": "sms_credit",
            }
        )
        notice = self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "res_partner_id": buyer.id,
                "notification_type": "sms",
                "notification_status": "sent",
                "sms_number": "+495550177",
            }
        )
        stray = self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "notification_type": "sms",
                "notification_status": "sent",
                "sms_number": "+495550177",
            }
        )
        self.run_erasure()
        self.assertFalse(sms.exists())
        self.assertEqual((notice | stray).mapped("sms_number"), [False, False])
        self.assertEqual(self.found("Zwiebelmann", "5550177"), {})
        self.assertFalse(self.proofs().kept)

    def test_p2_letters_by_post_are_no_use_and_go_along(self):
        order = self.shipped_order(days=31)
        buyer = order.partner_id
        files = self.env["ir.attachment"]
        letters = self.env["snailmail.letter"]
        for model in ("snailmail.letter", "res.company"):
            file = files.create({"name": "letter.pdf", "res_model": model})
            files += file
            letters += letters.create(
                {
                    "partner_id": buyer.id,
                    "model": "res.partner",
                    "res_id": buyer.id,
                    "company_id": self.company.id,
                    "attachment_id": file.id,
                }
            )
        self.assertEqual(letters[0].street, "Lauchgasse 77")
        self.run_erasure()
        self.assertFalse(letters.exists())
        self.assertEqual(files.exists(), files[1])
        self.assertEqual(self.found("Zwiebelmann", "Lauchgasse"), {})
        self.assertFalse(self.proofs().kept)
