"""Dates, gift messages, programmes, business data (features D4, D5, D6)."""

from datetime import datetime, timedelta, timezone

from ..common import AmazonCase


class TestOrderDetails(AmazonCase):
    def _import(self, *skus, **details):
        ref = self.buy(*(skus or ("MUG-BLUE",)), **details)
        self.run_cron()
        return self.sale_order(ref)

    def test_d4_gift_message_is_on_order_and_delivery(self):
        order = self._import(
            items=[
                self.world.item(
                    "MUG-BLUE", gift_message="Happy birthday!\nYours, <Max>"
                )
            ]
        )
        self.assertEqual(order.amazon_gift_message, "Happy birthday!\nYours, <Max>")
        note = order.order_line.filtered(lambda line: line.display_type == "line_note")
        self.assertIn("Happy birthday!\nYours, <Max>", note.name)
        self.assertIn("Happy birthday!", order.picking_ids.note)
        self.assertIn("&lt;Max&gt;", order.picking_ids.note)
        self.assertEqual(order.amazon_total_difference, 0.0)

    def test_d4_shipping_service_in_words(self):
        self.buy("MUG-BLUE", service_level="NEXT_DAY")
        self.run_cron()
        (order,) = self.sale_orders()
        self.assertEqual(order.amazon_service_level, "NEXT_DAY")
        for code, text in (
            ("NEXT_DAY", "Next day"),
            ("SECOND_DAY", "Second day"),
            ("NEW_BY_DRONE", "New by drone"),
            ("Expedited", "Expedited"),
            (False, False),
        ):
            order.amazon_service_level = code
            self.assertEqual(order.amazon_service_text, text)
        arch = order.get_view(view_type="form")["arch"]
        self.assertNotIn('name="amazon_service_level"', arch)

    def test_d5_programmes_become_tags(self):
        order = self._import(programs=["PRIME", "AMAZON_BUSINESS", "SOMETHING_NEW"])
        self.assertEqual(
            sorted(order.tag_ids.mapped("name")), ["Amazon Business", "Amazon Prime"]
        )
        again = self._import(programs=["PRIME"])
        self.assertIn(again.tag_ids, order.tag_ids)

    def test_d5_pre_order_waits_until_it_can_be_delivered(self):
        ref = self.buy("MUG-BLUE", status="PENDING_AVAILABILITY", programs=["PREORDER"])
        self.run_cron()
        self.assertEqual(self.states(), {ref: "waiting"})
        self.world.authorize_payment(ref)
        self.run_cron()
        self.assertEqual(self.sale_order(ref).tag_ids.name, "Amazon Pre-order")

    def test_d5_business_order_brings_company_and_vat(self):
        order = self._import(
            programs=["AMAZON_BUSINESS"],
            purchase_order="PO-4711",
            buyer={
                "name": "Erika Muster",
                "company": "Muster GmbH",
                "tax_number": "DE00not-valid",
            },
        )
        self.assertEqual(order.amazon_purchase_order, "PO-4711")
        self.assertRecordValues(
            order.partner_id,
            [{"company_name": "Muster GmbH", "vat": "DE00not-valid"}],
        )

    def test_d5_replacement_costs_nothing_and_is_linked(self):
        original = self._import()
        for exchange, tag in ((False, "Amazon Replacement"), (True, "Amazon Exchange")):
            order = self._import(
                items=[self.world.item("MUG-BLUE", price="0.00")],
                replacement_of=original.amazon_order_ref,
                exchange=exchange,
            )
            self.assertRecordValues(
                order,
                [
                    {
                        "amount_total": 0.0,
                        "amazon_original_ref": original.amazon_order_ref,
                        "amazon_original_id": original.id,
                        "state": "sale",
                    }
                ],
            )
            self.assertEqual(order.tag_ids.mapped("name"), [tag])
            self.assertTrue(order.picking_ids)

    def test_d5_replacement_that_came_first_is_linked_later(self):
        ref = self.buy("MUG-BLUE", status="PENDING")
        replacement = self._import("MUG-BLUE", replacement_of=ref)
        self.assertFalse(replacement.amazon_original_id)
        self.world.authorize_payment(ref)
        self.run_cron()
        self.assertEqual(replacement.amazon_original_id, self.sale_order(ref))

    def test_d5_every_charge_is_a_line(self):
        order = self._import(
            items=[
                self.world.item(
                    "MUG-BLUE",
                    price="20.00",
                    shipping="4.00",
                    gift_wrap="2.50",
                    discount="3.00",
                    cod_fee="1.50",
                )
            ],
            tip="2.00",
        )
        self.assertEqual(
            sorted(self.lines(order)),
            [
                ("Amazon Cash on Delivery Fee", 1.0, 1.5),
                ("Amazon Delivery Tip", 1.0, 2.0),
                ("Amazon Discount", 1.0, -3.0),
                ("Amazon Gift Wrap", 1.0, 2.5),
                ("Amazon Shipping", 1.0, 4.0),
                ("MUG-BLUE", 1.0, 20.0),
            ],
        )
        self.assertEqual(order.amazon_total_difference, 0.0)

    def test_several_items_with_the_same_sku_stay_apart(self):
        order = self._import("MUG-BLUE", "MUG-BLUE")
        self.assertEqual(len(set(order.order_line.mapped("amazon_item_ref"))), 2)
        self.assertEqual(sum(order.picking_ids.move_ids.mapped("product_uom_qty")), 2)

    def test_d6_ship_by_is_the_deadline_of_the_delivery(self):
        order = self._import()
        self.assertTrue(order.amazon_ship_by)
        self.assertGreaterEqual(order.amazon_deliver_by, order.amazon_ship_by)
        self.assertEqual(order.commitment_date, order.amazon_ship_by)
        self.assertEqual(order.picking_ids.date_deadline, order.amazon_ship_by)

    def test_d6_late_risk_is_found(self):
        soon = self._import(
            created=datetime.now(timezone.utc) - timedelta(days=5),
        )
        soon.amazon_ship_by = datetime.now() + timedelta(hours=3)
        later = self._import()
        later.amazon_ship_by = datetime.now() + timedelta(days=3)
        self.assertTrue(soon.amazon_is_late_risk)
        self.assertFalse(later.amazon_is_late_risk)
        mine = [("company_id", "=", self.company.id)]
        for domain, found in (
            ([("amazon_is_late_risk", "=", True)], soon),
            ([("amazon_is_late_risk", "!=", True)], later),
            ([("amazon_is_late_risk", "=", False)], later),
        ):
            self.assertEqual(self.env["sale.order"].search(mine + domain), found)
