"""Whoever imported an order: its buyer is erased when the time is over (U2, P1, P2)."""

import base64
from datetime import timedelta

from odoo import fields

from .case import ERASED, ERIKA, PLANTED, STREET, TakenOverCase

HEAD = "name,amazon_order_ref,amazon_channel,partner_id,partner_shipping_id\n"


class TestTakeOverErasure(TakenOverCase):
    def sell(self, days=31, **details):
        """Another connector made Erika and her order, which left so many days ago."""
        buyer = {
            "name": ERIKA["name"],
            "street": STREET,
            "phone": "+49 5550177",
            "email": f"{ERIKA['key']}@marketplace.amazon.de",
        }
        erika = self.env["res.partner"].create(buyer)
        aunt = erika.create({**buyer, "parent_id": erika.id, "type": "delivery"})
        order = super().sell(delivered=1, **details)
        order.write({"partner_id": erika.id, "partner_shipping_id": aunt.id})
        order.picking_ids.partner_id = aunt
        self.age(order, days)
        return order

    def take_over(self, order, ref, **values):
        """With a file that names the customer, as an export of Odoo may do."""
        people = f"{ERIKA['name']},{STREET}"
        wizard = self.wizard(
            orders=HEAD + f"{order.name},{ref},fbm,{people}\n", **values
        )
        wizard.action_take_over()
        return wizard

    def test_u2_customers_of_orders_taken_over_are_erased(self):
        ref = self.buy(
            "MUG-BLUE", buyer=ERIKA, address=self.address(), status="SHIPPED"
        )
        order = self.sell(ref=ref)
        self.take_over(order, ref)
        self.assertTrue(self.found())
        self.run_erasure()
        self.assertEqual(self.found(), {})
        self.assertEqual(
            (order.partner_id + order.partner_shipping_id).mapped("name"), [ERASED] * 2
        )
        self.assertIn("mail addresses: 2", self.proofs().erased)
        self.assertFalse(self.proofs().kept)
        self.run_cron()  # Amazon tells of the order once more
        self.assertTrue(order.amazon_taken_over)
        self.assertEqual(self.found(), {})

    def test_u2_customers_taken_over_stay_until_the_time_is_over(self):
        order = self.sell(days=29)
        self.take_over(order, "302-1234567-0000001")
        self.run_erasure()
        self.assertFalse(order.amazon_erased_at)
        self.assertEqual(order.partner_id.name, ERIKA["name"])

    def test_u2_customers_of_something_else_are_nobodys_to_erase(self):
        order = self.sell()
        self.env["sale.order"].create(
            {"partner_id": order.partner_id.id, "company_id": self.company.id}
        )
        self.take_over(order, "302-1234567-0000001")
        self.run_erasure()
        self.assertTrue(order.amazon_erased_at)
        self.assertEqual(order.partner_id.name, ERIKA["name"])
        self.assertEqual(
            self.proofs().kept, "The customer: it is used outside of Amazon, too."
        )

    def test_u2_customers_are_erased_only_if_wanted_and_later_if_wanted_later(self):
        order, ref = self.sell(), "302-1234567-0000001"
        self.take_over(order, ref, erase_customers=False)
        self.assertFalse(order.partner_id.amazon_created)
        again = self.take_over(order, ref)
        self.assertEqual(again.line_ids.result, "here")
        self.run_erasure()
        self.assertEqual(self.found(), {})

    def test_u2_posted_invoice_keeps_the_address_of_a_customer_taken_over(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        order = self.sell()
        order._create_invoices().action_post()
        self.take_over(order, "302-1234567-0000001")
        self.run_erasure()
        self.assertRecordValues(
            order.partner_id,
            [{"name": ERIKA["name"], "street": STREET, "phone": False, "email": False}],
        )

    def test_p1_wizard_keeps_no_file_that_may_name_customers(self):
        order = self.sell()
        people = order.partner_id + order.partner_shipping_id
        wizard = self.take_over(order, "302-1234567-0000001")
        self.assertRecordValues(wizard, [{"orders_file": False, "is_done": True}])
        coded = base64.b64encode(HEAD.encode())[:20].decode()
        self.assertNotIn("amazon_take_over", self.found(*PLANTED, coded))
        # who only looks, leaves the file for as long as Odoo keeps a window
        looked = self.wizard(orders=f"{HEAD}{order.name},{people[0].name},x,x,x\n")
        looked.action_look()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_take_over SET create_date = %(then)s, write_date = %(then)s",
            {"then": fields.Datetime.now() - timedelta(days=1)},
        )
        looked._transient_vacuum()
        self.assertFalse(looked.exists())
