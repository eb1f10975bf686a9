"""Buyers and where their goods go (feature E1)."""

from odoo.addons.amazon_connector.sim.sellers import ROLE_DELIVERY, ROLE_TAX

from ..common import FR, AmazonCase
from .case import ERIKA


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

    def test_e2_unknown_buyers_share_a_customer_per_marketplace(self):
        self.world.sellers[0].roles.discard(ROLE_DELIVERY)
        self.world.sellers[0].roles.discard(ROLE_TAX)
        refs = [self.buy("MUG-BLUE", address=ERIKA) for _number in range(2)]
        refs.append(self.buy("MUG-BLUE", address=ERIKA, marketplace=FR))
        self.sync()
        orders = [self.sale_order(ref) for ref in refs]
        self.assertEqual(
            [order.partner_id.name for order in orders],
            [
                "Amazon Customer (Amazon.de)",
                "Amazon Customer (Amazon.de)",
                "Amazon Customer (Amazon.fr)",
            ],
        )
        self.assertEqual(orders[0].partner_id, orders[1].partner_id)
        self.assertEqual(orders[0].partner_shipping_id, orders[1].partner_shipping_id)
        self.assertEqual(orders[2].partner_shipping_id.country_id.code, "DE")
        # Nobody's data, and enough to choose the taxes and to see where it goes.
        self.assertRecordValues(
            orders[0].partner_shipping_id,
            [
                {
                    "name": "Amazon Customer (Amazon.de)",
                    "street": False,
                    "city": "Berlin",
                    "phone": False,
                }
            ],
        )

    def test_e2_unknown_buyers_one_customer_per_order(self):
        self.account.buyer_policy = "order"
        self.world.sellers[0].roles.discard(ROLE_DELIVERY)
        self.world.sellers[0].roles.discard(ROLE_TAX)
        refs = [self.buy("MUG-BLUE", address=ERIKA) for _number in range(2)]
        self.sync()
        partners = [self.sale_order(ref).partner_id for ref in refs]
        self.assertNotEqual(*partners)
        for partner in partners:
            self.assertRecordValues(
                partner,
                [
                    {
                        "name": "Amazon Customer",
                        "street": False,
                        "city": "Berlin",
                        "country_id": self.env.ref("base.de").id,
                    }
                ],
            )

    def test_e3_odd_data_is_imported(self):
        oddities = {
            "state in another spelling": (
                {"stateOrRegion": "california", "countryCode": "US"},
                {"state_id": self.env.ref("base.state_us_5").id, "street2": False},
            ),
            "unknown state": (
                {"stateOrRegion": "Entenhausen", "countryCode": "DE"},
                {"state_id": False, "street2": "Entenhausen"},
            ),
            "unknown country": (
                {"countryCode": "ZZ"},
                {"country_id": False, "street2": "ZZ"},
            ),
            "no city": ({"city": None, "countryCode": "DE"}, {"city": False}),
            "long name": ({"name": "N" * 300}, {"name": "N" * 300}),
            "exotic scripts": (
                {"name": "松本 さくら", "city": "Αθήνα", "addressLine1": "شارع ١"},
                {"name": "松本 さくら", "city": "Αθήνα", "street": "شارع ١"},
            ),
            "Brazil": (
                {
                    "addressLine1": None,
                    "countryCode": "BR",
                    "extendedFields": {
                        "streetName": "Rua das Flores",
                        "streetNumber": "12",
                        "complement": "apto 3",
                        "neighborhood": "Centro",
                    },
                },
                {"street": "Rua das Flores, 12", "street2": "apto 3, Centro"},
            ),
            "Japan": (
                {
                    "countryCode": "JP",
                    "districtOrCounty": "Shibuya-ku",
                    "addressLine1": "1-2-3",
                },
                {"street": "1-2-3", "street2": "Shibuya-ku"},
            ),
        }
        refs = {}
        for what, (spoiled, _expected) in oddities.items():
            address = {
                "name": what,
                "addressLine1": "Street 1",
                "city": "City",
                "postalCode": "12345",
                "countryCode": "DE",
                **spoiled,
            }
            address = {key: value for key, value in address.items() if value}
            refs[what] = self.buy("MUG-BLUE", address=address)
        self.sync()
        for what, ref in refs.items():
            with self.subTest(what):
                order = self.sale_order(ref)
                self.assertEqual(order.state, "sale")
                self.assertRecordValues(order.partner_shipping_id, [oddities[what][1]])
