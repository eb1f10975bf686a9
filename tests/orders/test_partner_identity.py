"""Who is the same buyer, and what an address carries (features E1, E3, D22, F8)."""

from odoo.addons.amazon_connector.sim.sellers import ROLE_DELIVERY, ROLE_TAX

from ..common import AmazonCase
from .case import ERIKA


class TestPartnerIdentity(AmazonCase):
    def _order(self, address=None, buyer=None, **details):
        """A buyer orders a mug.

        :return: sale.order
        """
        ref = self.buy(
            "MUG-BLUE",
            address={**ERIKA, **(address or {})},
            buyer={"name": "Erika Muster", "key": "erika", **(buyer or {})},
            **details,
        )
        self.run_cron()
        return self.sale_order(ref)

    def _order_for(self, company, vat):
        return self._order(
            {"companyName": company},
            {"company": company, "tax_number": vat},
            programs=["AMAZON_BUSINESS"],
        )

    def _withhold_mail(self, ref):
        self.world.tamper(ref, lambda shown: shown["buyer"].pop("buyerEmail", None))

    def _order_without_mail(self, **address):
        ref = self.buy(
            "MUG-BLUE",
            address={**ERIKA, **address},
            buyer={"name": address.get("name", ERIKA["name"])},
        )
        self._withhold_mail(ref)
        self.run_cron()
        return self.sale_order(ref)

    # === Business buyers === #

    def test_f8_company_and_vat_number_belong_to_the_identity(self):
        alpha = self._order_for("Alpha GmbH", "DE111111111")
        beta = self._order_for("Beta GmbH", "DE222222222")
        again = self._order_for("ALPHA GmbH", "DE 111 111 111")
        private = self._order()
        for order, company, vat in (
            (alpha, "Alpha GmbH", "DE111111111"),
            (beta, "Beta GmbH", "DE222222222"),
            (again, "Alpha GmbH", "DE111111111"),
            (private, False, False),
        ):
            with self.subTest(company):
                self.assertRecordValues(
                    order.partner_invoice_id, [{"company_name": company, "vat": vat}]
                )
                self.assertEqual(
                    order.picking_ids.partner_id.commercial_company_name or False,
                    company,
                )
        self.assertEqual(again.partner_id, alpha.partner_id)
        self.assertEqual(len({o.partner_id for o in (alpha, beta, private)}), 3)

    def test_f8_same_in_one_reading(self):
        refs = [
            self.buy(
                "MUG-BLUE",
                address={**ERIKA, "companyName": company},
                buyer={"name": "Erika Muster", "key": "erika", "company": company},
            )
            for company in ("Alpha", "Beta", "Alpha")
        ]
        self.run_cron()
        alpha, beta, again = (self.sale_order(ref).partner_id for ref in refs)
        self.assertEqual(again, alpha)
        self.assertEqual((alpha | beta).mapped("company_name"), ["Alpha", "Beta"])

    def test_f8_vat_number_alone_tells_two_apart(self):
        first = self._order_for("Alpha GmbH", "DE111111111")
        second = self._order_for("Alpha GmbH", "DE222222222")
        without = self._order_for("Alpha GmbH", None)
        again = self._order_for("Alpha GmbH", "de-111.111.111")
        self.assertEqual(again.partner_id, first.partner_id)
        self.assertEqual(len({o.partner_id for o in (first, second, without)}), 3)
        for order, vat in (
            (first, "DE111111111"),
            (second, "DE222222222"),
            (without, False),
        ):
            self.assertEqual(order.partner_invoice_id.vat, vat)

    def test_f8_vat_number_alone_in_one_reading(self):
        refs = [
            self.buy(
                "MUG-BLUE",
                address=ERIKA,
                buyer={
                    "name": "Erika Muster",
                    "key": "erika",
                    "company": "Alpha",
                    **({"tax_number": vat} if vat else {}),
                },
            )
            for vat in ("DE111111111", "DE222222222", "DE111111111", None)
        ]
        self.run_cron()
        partners = [self.sale_order(ref).partner_id for ref in refs]
        self.assertEqual(partners[0], partners[2])
        self.assertEqual(
            [partner.vat for partner in partners],
            ["DE111111111", "DE222222222", "DE111111111", False],
        )

    def test_f8_relay_address_is_the_same_in_any_case(self):
        first = self._order()
        mail = first.partner_id.amazon_email
        ref = self.buy(
            "MUG-BLUE", address=ERIKA, buyer={"name": "Erika Muster", "key": "other"}
        )
        self.world.tamper(
            ref, lambda shown: shown["buyer"].update(buyerEmail=mail.upper())
        )
        self.run_cron()
        self.assertEqual(self.sale_order(ref).partner_id, first.partner_id)

    def test_f8_another_buyer_at_the_same_address_is_another(self):
        first = self._order()
        second = self._order(
            {"name": "Max Muster"}, {"name": "Max Muster", "key": "max"}
        )
        self.assertNotEqual(second.partner_id, first.partner_id)

    def test_f8_without_mail_company_tells_two_apart(self):
        first = self._order_without_mail(companyName="Alpha")
        second = self._order_without_mail(companyName="Beta")
        self.assertNotEqual(first.partner_id, second.partner_id)
        self.assertEqual(
            self._order_without_mail(companyName="alpha").partner_id, first.partner_id
        )

    def test_f8_parcel_for_another_company_at_the_same_street(self):
        first = self._order({}, {"company": "Alpha"})
        second = self._order({"companyName": "Alpha c/o Gamma"}, {"company": "Alpha"})
        self.assertEqual(second.partner_id, first.partner_id)
        self.assertIn("Alpha c/o Gamma", second.partner_shipping_id._display_address())
        again = self._order({"companyName": "Alpha c/o Gamma"}, {"company": "Alpha"})
        self.assertEqual(again.partner_shipping_id, second.partner_shipping_id)

    # === Spellings === #

    def test_e1_buyer_without_mail_is_found_however_it_is_spelt(self):
        first = self._order_without_mail(name="Karl Weiß", addressLine1="Hohe Straße 1")
        second = self._order_without_mail(
            name="KARL WEISS", addressLine1="HOHE STRASSE 1", city="BERLIN"
        )
        self.assertEqual(second.partner_id, first.partner_id)
        self.assertEqual(second.partner_shipping_id, first.partner_shipping_id)
        other = self._order_without_mail(
            name="Karl Weiß", addressLine1="Hohe Straße 11"
        )
        self.assertNotEqual(other.partner_id, first.partner_id)

    def test_e1_other_ways_to_spell_the_same(self):
        first = self._order_without_mail(
            name="Jörg Müller-Lüdenscheidt", addressLine1="Königsstraße 12", city="Köln"
        )
        for name, street, city in (
            ("JOERG MUELLER-LUEDENSCHEIDT", "KOENIGSSTRASSE 12", "KOELN"),
            ("Jorg Muller Ludenscheidt", "Königsstr. 12", "Koln"),
            ("Jörg  Müller‐Lüdenscheidt ", " Königsstrasse 12", "köln"),
        ):
            with self.subTest(name):
                order = self._order_without_mail(
                    name=name, addressLine1=street, city=city
                )
                self.assertEqual(order.partner_id, first.partner_id)
        for street in ("Königsstraße 1 2", "Königsstraße 21", "Königsstraße 12a"):
            other = self._order_without_mail(
                name="Jörg Müller-Lüdenscheidt", addressLine1=street, city="Köln"
            )
            self.assertNotEqual(other.partner_id, first.partner_id)

    def test_e1_names_in_other_scripts_are_found_again(self):
        for name, street in (
            ("山田太郎", "東京都千代田区1-2-3"),
            ("Αλέξης Ζορμπάς", "Οδός Ερμού 5"),
            ("محمد علي", "شارع الملك 7"),
        ):
            with self.subTest(name):
                first = self._order_without_mail(name=name, addressLine1=street)
                again = self._order_without_mail(name=name, addressLine1=street)
                other = self._order_without_mail(name=name, addressLine1=street + "9")
                self.assertEqual(again.partner_id, first.partner_id)
                self.assertNotEqual(other.partner_id, first.partner_id)

    def test_e1_what_a_buyer_is_found_by_says_nothing_by_itself(self):
        order = self._order_without_mail(name="Karl Weiß")
        key = order.partner_id.amazon_match_key
        self.assertRegex(key, "^[0-9a-f]{64}$")
        order.partner_id._amazon_erase(with_address=True)
        self.assertFalse(order.partner_id.amazon_match_key)

    # === Phone numbers === #

    def test_d22_each_delivery_has_the_phone_number_of_its_order(self):
        numbers = [
            "+1 206-555-0100 ext. 03057",
            "+1 206-555-0100 ext. 77001",
            "+1 206-555-0199",
        ]
        orders = [self._order({"phone": number}) for number in numbers]
        self.assertEqual([order.partner_shipping_id.phone for order in orders], numbers)
        self.assertEqual(
            [order.picking_ids.partner_id.phone for order in orders], numbers
        )
        self.assertEqual(len({order.partner_id for order in orders}), 1)
        again = self._order({"phone": "+1 206 555 0100 EXT 77001"})
        self.assertEqual(again.partner_shipping_id, orders[1].partner_shipping_id)

    def test_d22_extensions_in_other_words(self):
        numbers = [
            "+1 206-555-0100 ext. 1",
            "+1 206-555-0100 x2",
            "+1 206-555-0100 #3",
            "+1 206-555-0100;ext=4",
            "+1 206-555-0100",
        ]
        orders = [self._order({"phone": number}) for number in numbers]
        self.assertEqual(
            [order.picking_ids.partner_id.phone for order in orders], numbers
        )
        self.assertEqual(len({order.partner_id for order in orders}), 1)
        self.assertEqual(len({order.partner_shipping_id for order in orders}), 5)

    def test_d22_same_in_one_reading(self):
        numbers = ["030 1", "030 2", "030 2"]
        refs = [
            self.buy(
                "MUG-BLUE",
                address={**ERIKA, "phone": number},
                buyer={"name": "Erika Muster", "key": "erika"},
            )
            for number in numbers
        ]
        self.run_cron()
        orders = [self.sale_order(ref) for ref in refs]
        self.assertEqual([order.partner_shipping_id.phone for order in orders], numbers)
        self.assertEqual(orders[1].partner_shipping_id, orders[2].partner_shipping_id)
        self.assertEqual(len({order.partner_id for order in orders}), 1)

    def test_d22_address_whose_goods_have_left_takes_over_the_new_number(self):
        first = self._order({"phone": "030 1"})
        for move in first.picking_ids.move_ids:
            move.quantity, move.picked = move.product_uom_qty, True
        first.picking_ids._action_done()
        second = self._order({"phone": "030 2"})
        self.assertEqual(second.partner_shipping_id, first.partner_shipping_id)
        self.assertEqual(second.partner_shipping_id.phone, "030 2")

    def test_d22_phone_number_of_ones_own_customer_is_not_touched(self):
        known = self.env["res.partner"].create(
            {
                "name": "Erika Muster",
                "street": "Musterweg 1",
                "street2": "c/o Teeladen",
                "city": "Berlin",
                "zip": "10115",
                "country_id": self.env.ref("base.de").id,
                "phone": "030 own",
            }
        )
        order = self._order({"phone": "030 amazon"})
        self.assertEqual(order.partner_id, known)
        self.assertEqual(known.phone, "030 own")
        self.assertEqual(order.partner_shipping_id.phone, "030 amazon")
        silent = self._order({"phone": None})
        self.assertEqual(silent.partner_shipping_id, known)


class TestNoRecipients(AmazonCase):
    """The role is missing without which Amazon names no recipient (feature E2)."""

    def _order_without_recipient(self, address=None, **details):
        """Place an order whose buyer and recipient Amazon hides.

        :return str: reference of an order that names nobody, only a place
        """
        ref = self.buy("MUG-BLUE", address=address or ERIKA, **details)

        def hide(shown):
            shown["buyer"] = {}
            for name in ("name", "addressLine1", "addressLine2", "phone"):
                shown["recipient"]["deliveryAddress"].pop(name, None)

        self.world.tamper(ref, hide)
        return ref

    def _problems(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["amazon.problem"].search(
            [("account_id", "=", self.account.id), ("kind", "=", "no_recipients")]
        )

    def test_e2_post_code_and_town_are_kept_and_one_notice_is_given(self):
        messages = self.account.message_ids
        for _number in range(2):
            refs = [self._order_without_recipient() for _number in range(2)]
            self.run_cron()
        picking = self.sale_order(refs[0]).picking_ids
        self.assertRecordValues(
            picking.partner_id,
            [
                {
                    "name": "Amazon Customer (Amazon.de)",
                    "street": False,
                    "zip": "10115",
                    "city": "Berlin",
                    "country_id": self.env.ref("base.de").id,
                }
            ],
        )
        (message,) = self.account.message_ids - messages
        self.assertIn("the role for recipients", message.body)
        self.assertIn("Direct-to-Consumer Delivery", message.body)
        self.assertTrue(message.notified_partner_ids)
        (problem,) = self._problems()
        self.assertIn("Direct-to-Consumer Delivery", problem.reason)

        self.buy("MUG-BLUE", address=ERIKA)
        self.run_cron()
        self.assertFalse(self._problems())

    def test_e2_name_or_street_alone_is_kept(self):
        for hidden, shown_fields in (
            (("name",), {"street": "Musterweg 1"}),
            (("addressLine1", "addressLine2"), {"name": "Erika Muster"}),
        ):
            with self.subTest(hidden):
                ref = self.buy("MUG-BLUE", address=ERIKA)

                def hide(shown, names=hidden):
                    for name in names:
                        shown["recipient"]["deliveryAddress"].pop(name, None)

                self.world.tamper(ref, hide)
                self.run_cron()
                address = self.sale_order(ref).picking_ids.partner_id
                self.assertRecordValues(
                    address, [{"zip": "10115", "city": "Berlin", **shown_fields}]
                )
        self.assertFalse(self._problems())

    def test_e2_what_has_no_recipient_by_nature_is_no_missing_role(self):
        self._order_without_recipient(programs=["IN_STORE_PICK_UP"])
        self.buy_fba("MUG-BLUE", address=ERIKA)
        self.run_cron()
        self.assertFalse(self._problems())
        self.assertFalse(self.account.no_recipients_since)

    def test_e2_places_are_shared_by_all_who_live_there(self):
        places = [ERIKA, ERIKA, {**ERIKA, "postalCode": "10117"}]
        refs = [self._order_without_recipient(place) for place in places]
        self.run_cron()
        addresses = [self.sale_order(ref).partner_shipping_id for ref in refs]
        self.assertEqual(addresses[0], addresses[1])
        self.assertNotEqual(addresses[0], addresses[2])
        again = self._order_without_recipient()
        self.run_cron()
        self.assertEqual(self.sale_order(again).partner_shipping_id, addresses[0])

    def test_e2_missing_role_is_noticed(self):
        self.world.sellers[0].roles -= {ROLE_DELIVERY, ROLE_TAX}
        self.buy("MUG-BLUE", address=ERIKA)
        self.run_cron()
        self.assertTrue(self._problems())
