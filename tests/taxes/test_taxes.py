"""The tax of each item is Amazon's (features F4, F5, F6)."""

from odoo.fields import Command

from .case import TaxCase


class TestRemittedTax(TaxCase):
    def _remitted(self, **words):
        return self.item(tax={"ITEM": "19.00"}, facilitator=True, **words)

    def test_f4_what_amazon_remits_is_no_tax_of_the_seller(self):
        order = self.book(self._remitted())
        self.assertTaxed(order, 100.0, 0.0, remitted=19.0)
        self.assertRecordValues(
            order.order_line,
            [
                {
                    "price_total": 100.0,
                    "amazon_tax": 19.0,
                    "amazon_tax_remitted": True,
                }
            ],
        )
        self.assertFalse(order.amazon_tax_differs)

    def test_f4_the_next_order_of_the_shop_is_taxed_as_usual(self):
        order = self.book(self.item(tax={"ITEM": "19.00"}))
        self.assertTaxed(order, 100.0, 19.0)
        self.assertFalse(order.order_line.amazon_tax_remitted)

    def test_f4_items_of_one_order_can_differ(self):
        order = self.book(
            self._remitted(shipping="0"), self.item(tax={"ITEM": "19.00"})
        )
        self.assertTaxed(order, 200.0, 19.0, remitted=19.0)
        self.assertEqual(
            self.taxes(order), [("MUG-BLUE", 100.0, 0.0), ("MUG-BLUE", 100.0, 19.0)]
        )

    def test_f4_charges_go_with_the_item(self):
        item = self.world.item(
            "MUG-BLUE",
            total="119.00",
            shipping="11.90",
            discount="23.80",
            tax_rate="0.19",
            facilitator=True,
        )
        order = self.book(item)
        self.assertTaxed(order, 90.0, 0.0, remitted=17.1)
        self.assertEqual(set(order.order_line.mapped("amazon_tax_remitted")), {True})

    def test_f4_as_a_line_it_owes_nothing(self):
        self.account.facilitator_tax = "line"
        product = self.env.ref("amazon_connector.product_amazon_facilitator_tax")
        product.taxes_id = [Command.set(self.vat_19.ids)]
        order = self.book(self._remitted())
        self.assertTaxed(order, 119.0, 0.0, remitted=19.0)
        self.assertEqual(
            self.taxes(order),
            [("MUG-BLUE", 100.0, 0.0), ("Tax Collected by Amazon", 19.0, 0.0)],
        )

    def test_f4_a_fiscal_position_can_say_which_tax_reports_it(self):
        zero = self._tax(0)
        position = self._position(
            "Remitted by Amazon", {self.vat_19: zero}, auto_apply=False
        )
        self.account.remitted_tax_position_id = position
        order = self.book(self._remitted(), self.item(tax={"ITEM": "19.00"}))
        self.assertTaxed(order, 200.0, 19.0, remitted=19.0)
        self.assertEqual(
            [line.tax_id for line in order.order_line], [zero, self.vat_19]
        )
        self.assertFalse(order.fiscal_position_id)

    def test_f4_a_fixed_position_is_for_the_others(self):
        abroad = self._position("Fixed", {self.vat_19: self.vat_7}, auto_apply=False)
        self.account.write({"fiscal_policy": "fixed", "fiscal_position_id": abroad.id})
        order = self.book(
            self._remitted(), self.item(total="107.00", tax={"ITEM": "7.00"})
        )
        self.assertTaxed(order, 200.0, 7.0, remitted=19.0)
        self.assertEqual(order.fiscal_position_id, abroad)

    def test_f4_tax_of_amazon_that_bears_tax_here_is_shown(self):
        wrong = self._position("Wrong", {self.vat_19: self.vat_7}, auto_apply=False)
        self.account.remitted_tax_position_id = wrong
        order = self.book(self._remitted())
        self.assertEqual(order.amount_total, 100.0)
        self.assertTrue(order.amazon_tax_differs)
        self.assertIn("pays the tax", order.amazon_tax_reason)


class TestTaxesOfCharges(TaxCase):
    def test_f5_shipping_is_taxed_as_its_goods(self):
        order = self.book(
            self.item(
                "TEA-SENCHA",
                "10.00",
                shipping="3.90",
                tax={"ITEM": "0.65", "SHIPPING": "0.26"},
            )
        )
        self.assertTaxed(order, 12.99, 0.91)
        self.assertEqual(
            self.taxes(order),
            [("TEA-SENCHA", 9.35, 0.65), ("Amazon Shipping", 3.64, 0.26)],
        )

    def test_f5_each_charge_is_taxed_as_its_own_goods(self):
        order = self.book(
            self.item("TEA-SENCHA", "10.70", shipping="2.14", tax_rate="0.07"),
            self.item("MUG-BLUE", "11.90", shipping="2.38", tax_rate="0.19"),
        )
        self.assertTaxed(order, 24.0, 3.12)

    def test_f5_gift_wrap_is_taxed_as_its_goods(self):
        order = self.book(
            self.item("TEA-SENCHA", "21.40", gift_wrap="10.70", tax_rate="0.07")
        )
        self.assertTaxed(order, 30.0, 2.1)

    def test_f5_free_shipping_nets_to_nothing(self):
        order = self.book(
            self.item(
                "TEA-SENCHA",
                "10.70",
                shipping="4.99",
                shipping_discount="4.99",
                tax_rate="0.07",
            )
        )
        self.assertTaxed(order, 10.0, 0.7)

    def test_f5_tax_per_piece_stays_with_the_goods(self):
        eco = self._tax(0.5, False, name="Eco", amount_type="fixed")
        self._set_taxes("TEA-SENCHA", self.vat_7 + eco)
        order = self.book(self.item("TEA-SENCHA", "10.70", shipping="1.07"))
        self.assertEqual(
            [line.tax_id for line in order.order_line[:2]],
            [self.vat_7 + eco, self.vat_7],
        )

    def test_f5_charges_of_the_whole_order_are_taxed_as_all_its_goods(self):
        ref = self.place(self.item("TEA-SENCHA", "10.70", shipping="2.14"))

        def only_the_order(order):
            del order["orderItems"][0]["proceeds"]

        self.world.tamper(ref, only_the_order)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(
            [line.tax_id for line in order.order_line[:2]], [self.vat_7] * 2
        )

    def test_f5_a_new_product_takes_its_charges_along(self):
        order = self.book(
            self.world.item("NEW", total="10.70", shipping="2.14", tax_rate="0.07")
        )
        self.assertFalse(order.amount_tax)
        self.assertTrue(order.amazon_tax_differs)
        order.order_line.amazon_offer_id.product_id = self.products["TEA-SENCHA"]
        ours = order.with_company(self.company)
        self.assertEqual(ours._amazon_take_products(self.account), "changed")
        self.assertTaxed(order, 12.0, 0.84)
        self.assertFalse(order.amazon_tax_differs)


class TestRoundedTax(TaxCase):
    """Amazon and Odoo round the same tax to another cent."""

    with_books = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for product in cls.products.values():
            product.invoice_policy = "order"
        cls.vat_20, cls.top_20 = cls._tax(20), cls._tax(20, False)

    def assertBooked(self, order, untaxed, tax):
        """The order, its invoice and its credit note are so much; the books as well."""
        self.assertTaxed(order, untaxed, tax)
        invoice = self.invoice(order)
        for move in (invoice, self.credit(invoice)):
            self.assertRecordValues(
                move,
                [
                    {
                        "amount_untaxed": untaxed,
                        "amount_tax": tax,
                        "amount_total": round(untaxed + tax, 2),
                    }
                ],
            )
            booked = move.line_ids.filtered("tax_line_id")
            self.assertAlmostEqual(abs(sum(booked.mapped("balance"))), tax)
        return invoice

    def test_f6_the_half_cent_of_9_99(self):
        self._set_taxes("MUG-BLUE", self.vat_20)
        for tax, untaxed in (("1.67", 8.32), ("1.66", 8.33)):
            order = self.book(self.item(total="9.99", tax={"ITEM": tax}))
            invoice = self.assertBooked(order, untaxed, float(tax))
            self.assertEqual(len(order.order_line), 1)
            self.assertEqual(len(invoice.invoice_line_ids), 1)
            self.assertFalse(order.amazon_tax_differs)

    def test_f6_tax_on_top(self):
        self._set_taxes("MUG-BLUE", self.top_20)
        order = self.book(self.item(total="9.99", tax={"ITEM": "1.67"}))
        self.assertBooked(order, 8.32, 1.67)

    def test_f6_of_the_whole_order_as_amazon_since_june_2026(self):
        """Of three lines of 1.00 together 0.48, line by line 0.16 each make 0.48; of
        three of 0.99 it is 0.47 and not 0.48."""
        order = self.book(
            *(
                self.item(total="0.99", tax={"ITEM": tax})
                for tax in ("0.16", "0.16", "0.15")
            )
        )
        self.assertBooked(order, 2.5, 0.47)

    def test_f6_rounding_of_the_document(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        for taxes in (self.vat_19, self._tax(19, False)):
            self._set_taxes("MUG-BLUE", taxes)
            order = self.book(
                *(self.item(total="0.99", tax={"ITEM": "0.16"}) for _each in "abc")
            )
            self.assertBooked(order, 2.49, 0.48)

    def test_f6_two_rates_of_the_document(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        order = self.book(
            self.item(total="0.99", tax={"ITEM": "0.16"}),
            self.item(total="0.99", tax={"ITEM": "0.15"}),
            self.item("TEA-SENCHA", total="0.99", tax={"ITEM": "0.06"}),
            self.item("TEA-SENCHA", total="0.99", tax={"ITEM": "0.07"}),
        )
        invoice = self.assertBooked(order, 3.52, 0.44)
        booked = {
            line.tax_line_id: round(abs(line.balance), 2)
            for line in invoice.line_ids.filtered("tax_line_id")
        }
        self.assertEqual(booked, {self.vat_19: 0.31, self.vat_7: 0.13})

    def test_f6_a_cent_is_a_cent_however_floats_show_it(self):
        """27.74 reads as 27.740000000000002: the cent beyond Odoo's 27.73 stayed."""
        self._set_taxes("TEA-SENCHA", self._tax(19, False))
        for sku, total, tax in (
            ("TEA-SENCHA", "173.69", "27.74"),
            ("MUG-BLUE", "48.58", "7.75"),
        ):
            order = self.book(
                self.item(sku, total=total, tax={"ITEM": tax}),
                self.item(total="2.97", tax={"ITEM": "0.47"}),
            )
            self.assertEqual(order.amazon_tax_difference, 0.0)
            self.assertInvoicedAs(order)

    def test_f6_rounding_of_the_order_on_a_line_of_many_pieces(self):
        """Amazon's cent of rounding and that of the unit price come together."""
        self.company.tax_calculation_rounding_method = "round_globally"
        self._set_taxes("TEA-SENCHA", self._tax(19, False))
        order = self.book(
            self.item(quantity=21, total="148.32", tax={"ITEM": "23.69"}),
            self.item(
                "TEA-SENCHA",
                quantity=2,
                total="40.55",
                gift_wrap="3.28",
                tax={"ITEM": "6.47", "GIFT_WRAP": "0.52"},
            ),
        )
        self.assertEqual(order.amazon_tax_difference, 0.0)
        self.assertInvoicedAs(order)

    def assertInvoicedAs(self, order):
        invoice = self.invoice(order)
        for move in (invoice, self.credit(invoice)):
            self.assertAlmostEqual(move.amount_total, order.amazon_total)
            self.assertAlmostEqual(move.amount_tax, order.amazon_tax)

    def test_f6_unit_prices_that_can_not_be_exact(self):
        self._set_taxes("MUG-BLUE", self._tax(19, False))
        order = self.book(self.item(quantity=40, total="519.60", tax={"ITEM": "82.96"}))
        self.assertBooked(order, 436.64, 82.96)

    def test_f6_a_line_that_a_person_changes_is_computed(self):
        self._set_taxes("MUG-BLUE", self.vat_20)
        order = self.book(self.item(total="9.99", tax={"ITEM": "1.67"}))
        order.order_line.price_unit = 12.0
        self.assertEqual(order.amount_tax, 2.0)
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_tax, 2.0)

    def test_f6_a_part_that_is_credited_is_computed(self):
        self._set_taxes("MUG-BLUE", self.vat_20)
        order = self.book(self.item(quantity=2, total="19.96", tax={"ITEM": "3.32"}))
        invoice = self.assertBooked(order, 16.64, 3.32)
        note = invoice.copy({"move_type": "out_refund"})
        note.invoice_line_ids.quantity = 1
        self.assertAlmostEqual(note.amount_total, 9.98)
        self.assertAlmostEqual(note.amount_tax, 1.66)

    def test_f6_a_change_at_amazon_takes_the_new_tax(self):
        self._set_taxes("MUG-BLUE", self.vat_20)
        ref = self.place(self.item(total="9.99", tax={"ITEM": "1.67"}))
        self.run_cron()
        order = self.sale_order(ref)
        self.assertTaxed(order, 8.32, 1.67)

        def restate(shown):
            [tax] = [
                part
                for part in shown["orderItems"][0]["proceeds"]["breakdowns"]
                if part["type"] == "TAX"
            ]
            tax["subtotal"]["amount"] = "1.66"
            tax["detailedBreakdowns"][0]["value"]["amount"] = "1.66"

        self.world.tamper(ref, restate)
        self.world.touch(ref)
        self.run_cron()
        self.assertTaxed(order, 8.33, 1.66)
        self.assertFalse(order.amazon_review)
