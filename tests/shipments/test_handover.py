"""What is looked at before goods are handed over (features H8, H1, H9)."""

from odoo.exceptions import UserError

from ..common import DE
from ..shipping_case import ShippingCase

JP = "A1VC38T7YXB528"


class TestCarriers(ShippingCase):
    def test_h1_words_are_recognized_whatever_is_between_them(self):
        for name, code in (
            ("DHL-Paket", "DHL"),
            ("GLS-Versand", "GLS"),
            ("Hermes-Paket", "Hermes"),
            ("UPS® Standard", "UPS"),
            ("dhl", "DHL"),
            ("DHL_eCommerce (EU)", "DHL eCommerce"),
            ("Deutsche-Post Brief", "Deutsche Post"),
            ("RoyalMail 24", "Royal Mail"),
            ("Fed-Ex Priority", "FedEx"),
            ("U.P.S. Standard", "UPS"),
            ("Post NL", "PostNL"),
            ("Póste Italiane", "Poste Italiane"),
            ("UPS™ Access Point", "UPS"),
            ("*DPD* Classic", "DPD"),
        ):
            with self.subTest(name):
                carrier = self._create_method(name).amazon_carrier_id
                self.assertEqual(
                    carrier.name,
                    {"DHL eCommerce": "DHL eCommerce"}.get(code, carrier.name),
                )
                self.assertIn(code, (carrier.code, carrier.name))
        for name in ("Upsala Bikes", "Our DHL", "GLSX", "Gopher", "D-H Line", "®"):
            self.assertFalse(self._create_method(name).amazon_carrier_id)

    def test_h1_methods_that_are_not_mapped_are_listed(self):
        self._create_method("Bike courier")
        self.assertIn("Bike courier", self.account.unknown_carriers_message)
        self.assertNotIn("DHL Paket", self.account.unknown_carriers_message)
        action = self.account.action_view_unknown_carriers()
        methods = self.env["delivery.carrier"].search(action["domain"])
        self.assertIn("Bike courier", methods.mapped("name"))
        lines = methods.get_view(action["views"][0][0])
        self.assertIn('name="amazon_carrier_id"', lines["arch"])

    def test_h8_service_of_the_carrier_is_stated(self):
        self.dhl.amazon_shipping_method = "DHL Paket"
        _ref, order = self.order("MUG-BLUE")
        self.ship(order)
        self.send()
        [body] = self.confirmations()
        self.assertEqual(body["packageDetail"]["shippingMethod"], "DHL Paket")

    def test_h9_price_of_the_label_is_no_part_of_the_order(self):
        self.dhl.write({"invoice_policy": "real", "integration_level": "rate_and_ship"})
        _ref, order = self.order("MUG-BLUE")
        total = order.amount_total
        for locked in (False, True):
            order.locked = locked
            picking = self.delivery(order)
            picking.carrier_id, picking.carrier_price = self.dhl, 6.5
            picking._add_delivery_cost_to_so()
            self.assertEqual((order.amount_total, picking.carrier_price), (total, 6.5))
        self.assertFalse(order.amazon_total_difference)


class TestHandover(ShippingCase):
    def packed(self, **item):
        """Import an order and pack it.

        :return: sale order and its delivery, ready to be validated
        """
        items = [self.world.item("MUG-BLUE", **item)]
        _ref, order = self.order(items=items)
        picking = self.delivery(order)
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(picking)
        return order, picking

    def test_h8_imports_into_the_eu_take_accepted_carriers_only(self):
        self.warehouse.partner_id.country_id = self.env.ref("base.cn")
        self.world.import_carriers = {"DHL"}
        _order, picking = self.packed(ioss_number="IM2760000742")
        self.assertTrue(picking.amazon_is_eu_import)
        with self.assertRaisesRegex(UserError, "only carriers of its list"):
            picking.button_validate()
        picking.carrier_id = self._create_method("Bike courier")
        with self.assertRaisesRegex(UserError, "Bike courier"):
            picking.button_validate()
        picking.carrier_id = self.dhl
        self.dhl.amazon_carrier_id.is_eu_import = True
        picking.button_validate()
        self.send()
        self.assertEqual(picking.amazon_sync_status, "done")

    def test_h8_rule_of_imports_can_be_waived(self):
        self.warehouse.partner_id.country_id = self.env.ref("base.cn")
        self.world.import_carriers = {"UPS"}
        _order, picking = self.packed(ioss_number="IM2760000742")
        picking.amazon_any_carrier = True
        picking.button_validate()
        self.send()
        self.assertEqual(picking.amazon_sync_status, "error")
        self.assertIn("is not accepted", picking.amazon_sync_error)
        self.assertIn("another carrier", picking.amazon_sync_error)

    def test_h8_other_parcels_take_any_carrier(self):
        self.warehouse.partner_id.country_id = self.env.ref("base.cn")
        _order, inland = self.packed()
        self.assertFalse(inland.amazon_is_eu_import)
        self.warehouse.partner_id.country_id = self.env.ref("base.de")
        _order, from_inside = self.packed(ioss_number="IM2760000742")
        for picking in (inland, from_inside):
            picking.button_validate()
            self.assertEqual(picking.state, "done")

    def test_h8_customs_find_their_numbers_on_delivery_and_slip(self):
        self.products["MUG-BLUE"].barcode = "4006381333931"
        order, picking = self.packed(ioss_number="IM2760000742")
        info = picking.amazon_customs_info
        asin = self.world.order(order.amazon_order_ref).items[0].asin
        for word in ("MUG-BLUE", asin, "4006381333931", "IM2760000742"):
            self.assertIn(word, info)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "stock.report_deliveryslip", picking.ids
        )
        self.assertIn("IM2760000742", html.decode())
        _order, plain = self.packed()
        self.assertFalse(plain.amazon_customs_info)

    def test_h8_invoice_by_amazon_states_its_ship_from(self):
        self.world.tax_sources = {"warehouse-1"}
        _ref, order = self.order("MUG-BLUE", programs=["INVOICE_BY_AMAZON"])
        picking = self.ship(order)
        self.send()
        self.assertEqual(picking.amazon_sync_status, "error")
        self.assertIn("Invoice by Amazon orders can only", picking.amazon_sync_error)
        self.assertIn("supply source", picking.amazon_sync_error)
        self.warehouse.amazon_supply_source = "warehouse-1"
        picking.action_retry_amazon_sync()
        self.send()
        self.assertEqual(picking.amazon_sync_status, "done")

    def test_h8_of_invoice_by_amazon_the_customer_is_amazon(self):
        amazon = self.env["res.partner"].create({"name": "Amazon Business EU SARL"})
        position = self.env["account.fiscal.position"].create(
            {"name": "Reverse charge", "company_id": self.company.id}
        )
        self.account.write(
            {
                "invoice_by_amazon_partner_id": amazon.id,
                "invoice_by_amazon_position_id": position.id,
            }
        )
        _ref, resold = self.order("MUG-BLUE", programs=["INVOICE_BY_AMAZON"])
        self.assertEqual(resold.partner_invoice_id, amazon)
        self.assertEqual(resold.fiscal_position_id, position)
        self.assertNotEqual(resold.partner_shipping_id, amazon)
        _ref, plain = self.order("MUG-BLUE")
        self.assertNotEqual(plain.partner_invoice_id, amazon)
        self.assertNotEqual(plain.fiscal_position_id, position)

    def test_h8_transparency_codes_are_counted_and_sent(self):
        order, picking = self.packed(quantity=2)
        ref = order.amazon_order_ref
        picking.move_ids.amazon_transparency_codes = "AZ:1111"
        with self.assertRaisesRegex(
            UserError, "leave: 2, Transparency codes entered: 1"
        ):
            picking.button_validate()
        picking.move_ids.amazon_transparency_codes = "AZ:1111\nAZ:1111"
        with self.assertRaisesRegex(UserError, "stands twice"):
            picking.button_validate()
        picking.move_ids.amazon_transparency_codes = "AZ:1111, AZ:2222;\n"
        picking.button_validate()
        self.send()
        [package] = self.world.order(ref).packages
        self.assertEqual(package["codes"], {self.item(ref): ["AZ:1111", "AZ:2222"]})

    def test_h8_codes_go_with_their_package(self):
        order, picking = self.packed(quantity=3)
        picking.move_ids.amazon_transparency_codes = "C1\nC2\nC3"
        self.pack(picking, MUG_BLUE=2)
        picking.move_ids.amazon_transparency_codes = "C1\nC2"
        picking.with_context(skip_backorder=True).button_validate()
        self.delivery(order).move_ids.amazon_transparency_codes = "C3"
        self.ship(order, "0034002")
        self.send()
        ref = order.amazon_order_ref
        codes = [package["codes"] for package in self.world.order(ref).packages]
        item = self.item(ref)
        self.assertEqual(codes, [{item: ["C1", "C2"]}, {item: ["C3"]}])

    def test_h8_cash_on_delivery_in_japan(self):
        order, picking = self.packed(cod_fee="3")
        self.assertTrue(order.amazon_cash_on_delivery)
        package = picking._amazon_note_packages(is_final=True)
        package = picking.amazon_package_ids
        self.assertIsNone(package._get_cod_method())
        order.amazon_marketplace_id = self.env["amazon.marketplace"]._by_api_ref([JP])[
            JP
        ]
        self.assertEqual(package._get_cod_method(), "DirectPayment")
        order.amazon_cash_on_delivery = False
        self.assertIsNone(package._get_cod_method())
        self.assertNotEqual(DE, JP)
