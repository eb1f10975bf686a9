"""Buyers and where their goods go (feature E1)."""

from .common import AmazonCase

ERIKA = {
    "name": "Erika Muster",
    "addressLine1": "Musterweg 1",
    "addressLine2": "c/o Teeladen",
    "city": "Berlin",
    "postalCode": "10115",
    "countryCode": "DE",
    "phone": "030 1234567",
}


class TestPartners(AmazonCase):
    def _partners(self):
        return self.env["res.partner"].search(
            [("company_id", "=", self.company.id)], order="id"
        )

    def test_e1_buyer_is_created_with_address(self):
        ref = self.buy("MUG-BLUE", address=ERIKA, buyer={"name": "Erika Muster"})
        self.sync()
        order = self.sale_order(ref)
        self.assertEqual(order.partner_shipping_id, order.partner_id)
        self.assertRecordValues(
            order.partner_id,
            [
                {
                    "name": "Erika Muster",
                    "street": "Musterweg 1",
                    "street2": "c/o Teeladen",
                    "city": "Berlin",
                    "zip": "10115",
                    "country_id": self.env.ref("base.de").id,
                    "phone": "030 1234567",
                    "email": False,
                    "amazon_email": self.world.order(ref).relay_address,
                }
            ],
        )

    def test_e1_gift_for_another_person_has_its_own_delivery_address(self):
        ref = self.buy("MUG-BLUE", address=ERIKA, buyer={"name": "Max Muster"})
        self.sync()
        order = self.sale_order(ref)
        self.assertEqual(order.partner_id.name, "Max Muster")
        self.assertRecordValues(
            order.partner_shipping_id,
            [
                {
                    "name": "Erika Muster",
                    "type": "delivery",
                    "parent_id": order.partner_id.id,
                    "street": "Musterweg 1",
                }
            ],
        )
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)

    def test_e1_buyer_is_found_again_by_relay_address(self):
        buyer = {"name": "Erika Muster", "key": "erika"}
        first = self.buy("MUG-BLUE", address=ERIKA, buyer=buyer)
        self.sync()
        second = self.buy("MUG-BLUE", address=ERIKA, buyer=buyer)
        third = self.buy("MUG-BLUE", address={**ERIKA, "city": "Potsdam"}, buyer=buyer)
        fourth = self.buy("MUG-BLUE", address={**ERIKA, "city": "Potsdam"}, buyer=buyer)
        self.sync()
        orders = [self.sale_order(ref) for ref in (first, second, third, fourth)]
        self.assertEqual(len({order.partner_id for order in orders}), 1)
        self.assertEqual(orders[0].partner_shipping_id, orders[0].partner_id)
        self.assertEqual(orders[1].partner_shipping_id, orders[0].partner_id)
        self.assertEqual(orders[2].partner_shipping_id.city, "Potsdam")
        self.assertEqual(orders[3].partner_shipping_id, orders[2].partner_shipping_id)
        self.assertEqual(len(self._partners()), 2)

    def test_e1_customer_known_before_amazon_is_found_by_name_and_address(self):
        known = self.env["res.partner"].create(
            {
                "name": "erika  muster",
                "street": "Musterweg 1",
                "street2": "C/O Teeladen",
                "city": "Berlin",
                "zip": "10115",
                "country_id": self.env.ref("base.de").id,
            }
        )
        known.name = "Erika Muster"
        ref = self.buy("MUG-BLUE", address=ERIKA, buyer={"name": "Erika Muster"})
        self.sync()
        self.assertEqual(self.sale_order(ref).partner_id, known)
        self.assertFalse(self._partners())

    def test_buyers_never_follow(self):
        ref = self.buy("MUG-BLUE", address=ERIKA)
        self.sync()
        order = self.sale_order(ref)
        for record in (order, order.picking_ids):
            self.assertNotIn(order.partner_id, record.message_partner_ids)
            self.assertNotIn(order.partner_shipping_id, record.message_partner_ids)
