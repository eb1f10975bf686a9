"""Orders that mix what else comes alone: remitted tax, rates, charges, changes
(features F4, F5, F6, F7, D23)."""

from odoo.fields import Command

from ..common import GB
from .case import FRANCE, GERMANY, TaxCase


class TestMixedOrders(TaxCase):
    with_books = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for product in cls.products.values():
            product.invoice_policy = "order"

    def assertInvoiced(self, order):
        """Invoice and credit note are worth what the order is, rate by rate."""
        by_tax = {}
        for line in order.order_line:
            by_tax[line.tax_id] = by_tax.get(line.tax_id, 0.0) + line.price_tax
        by_tax = {tax: round(amount, 2) for tax, amount in by_tax.items() if tax}
        invoice = self.invoice(order)
        for move in (invoice, self.credit(invoice)):
            self.assertRecordValues(
                move,
                [
                    {
                        "amount_untaxed": order.amount_untaxed,
                        "amount_tax": order.amount_tax,
                        "amount_total": order.amount_total,
                    }
                ],
            )
            booked = {}
            for line in move.line_ids.filtered("tax_line_id"):
                tax = line.tax_line_id
                booked[tax] = round(booked.get(tax, 0.0) + abs(line.balance), 2)
            self.assertEqual(booked, by_tax)

    # === 1: remitted tax === #

    def test_f4_remitted_item_with_shipping_beside_a_taxed_one_with_shipping(self):
        for policy, total in (("exclude", 240.0), ("line", 260.9)):
            with self.subTest(policy):
                self.account.facilitator_tax = policy
                order = self.book(
                    self.item(
                        shipping="11.90",
                        tax={"ITEM": "19.00", "SHIPPING": "1.90"},
                        facilitator=True,
                    ),
                    self.item(
                        "TEA-SENCHA",
                        total="107.00",
                        shipping="21.40",
                        gift_wrap="2.14",
                        shipping_discount="0.54",
                        tax_rate="0.07",
                    ),
                )
                self.assertEqual(order.amazon_total_difference, 0.0)
                self.assertAlmostEqual(order.amount_tax, 8.5)
                self.assertAlmostEqual(order.amazon_tax, 8.5)
                self.assertAlmostEqual(order.amazon_tax_remitted, 20.9)
                self.assertAlmostEqual(order.amount_total, total)
                self.assertInvoiced(order)

    def test_f4_remitted_pieces_that_are_withdrawn(self):
        ref = self.place(
            self.item(quantity=3, total="357.00", tax_rate="0.19", facilitator=True),
            self.item("TEA-SENCHA", total="10.70", tax_rate="0.07"),
        )
        self.run_cron()
        order = self.sale_order(ref)
        self.assertTaxed(order, 310.0, 0.7, remitted=57.0)
        self.world.cancel_item(ref, "MUG-BLUE", quantity=1)
        self.run_cron()
        self.assertTaxed(order, 210.0, 0.7, remitted=38.0)
        self.world.cancel_item(ref, "MUG-BLUE", quantity=2)
        self.run_cron()
        self.assertTaxed(order, 10.0, 0.7, remitted=0.0)

    def test_f4_remitted_order_that_moves_away_owes_nothing_still(self):
        self._position(
            "France",
            {self.vat_19: self._tax(20)},
            country_id=self.env.ref("base.fr").id,
        )
        ref = self.place(
            self.item(tax={"ITEM": "19.00"}, facilitator=True), address=GERMANY
        )
        self.run_cron()
        self.world.change_address(ref, **FRANCE)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertTaxed(order, 100.0, 0.0, remitted=19.0)
        self.assertFalse(order.amazon_tax_differs)

    def test_f4_remitted_under_either_rounding(self):
        for rounding in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = rounding
            with self.subTest(rounding):
                order = self.book(
                    *(self.item(total="0.99", tax={"ITEM": "0.16"}) for _n in "abc"),
                    self.item(total="0.99", tax={"ITEM": "0.16"}, facilitator=True),
                )
                self.assertTaxed(order, 3.32, 0.48, remitted=0.16)
                self.assertInvoiced(order)

    # === 2: charges === #

    def test_f5_gift_wrap_of_two_items_of_two_rates(self):
        order = self.book(
            self.item(total="23.80", gift_wrap="5.95", tax_rate="0.19"),
            self.item("TEA-SENCHA", total="21.40", gift_wrap="5.35", tax_rate="0.07"),
        )
        self.assertTaxed(order, 50.0, 6.5)
        wraps = order.order_line.filtered(lambda line: line.amazon_kind == "gift_wrap")
        self.assertEqual([line.tax_id for line in wraps], [self.vat_19, self.vat_7])
        self.assertInvoiced(order)

    def test_f5_shipping_of_untaxed_goods(self):
        self._set_taxes("TEA-SENCHA", self.env["account.tax"])
        order = self.book(
            self.item("TEA-SENCHA", total="10.00", shipping="3.90", tax={"ITEM": "0"}),
            self.item(total="11.90", shipping="2.38", tax_rate="0.19"),
        )
        self.assertTaxed(order, 25.9, 2.28)

    def test_f5_cash_on_delivery_and_discount_of_two_rates(self):
        order = self.book(
            self.item(
                total="119.00", discount="23.80", cod_fee="5.95", tax_rate="0.19"
            ),
            self.item(
                "TEA-SENCHA",
                total="107.00",
                shipping="10.70",
                discount="21.40",
                shipping_discount="10.70",
                tax_rate="0.07",
            ),
        )
        self.assertTaxed(order, 165.0, 21.75)
        self.assertInvoiced(order)

    def test_f5_charges_follow_the_taxes_of_the_country(self):
        france = self._position(
            "France",
            {self.vat_19: self._tax(20), self.vat_7: self._tax(5.5)},
            country_id=self.env.ref("base.fr").id,
        )
        order = self.book(
            self.item(total="120.00", shipping="12.00", tax_rate="0.20"),
            self.item("TEA-SENCHA", total="10.55", gift_wrap="2.11", tax_rate="0.055"),
            address=FRANCE,
        )
        self.assertEqual(order.fiscal_position_id, france)
        self.assertTaxed(order, 122.0, 22.66)

    # === 3: differences === #

    def test_f6_two_wrong_rates_that_add_up_are_shown(self):
        """Each item bears the rate of the other: in all it is the right tax."""
        order = self.book(
            self.item(total="100.00", tax_rate="0.07"),
            self.item("TEA-SENCHA", total="100.00", tax_rate="0.19"),
            address=GERMANY,
        )
        self.assertEqual(order.amazon_tax_difference, 0.0)
        self.assertTrue(order.amazon_tax_differs)
        self.assertIn("7 %", order.amazon_tax_reason)
        for line, tax in zip(order.order_line, (self.vat_7, self.vat_19), strict=True):
            line.tax_id = tax
        self.assertFalse(order.amazon_tax_differs)

    def test_f6_two_wrong_rates_of_which_amazon_remits_one(self):
        wrong = self._position("Wrong", {self.vat_19: self.vat_19}, auto_apply=False)
        self.account.remitted_tax_position_id = wrong
        self._set_taxes("TEA-SENCHA", self.env["account.tax"])
        order = self.book(
            self.item(total="119.00", tax={"ITEM": "19.00"}, facilitator=True),
            self.item("TEA-SENCHA", total="100.00", tax={"ITEM": "15.97"}),
        )
        self.assertEqual(order.amazon_tax_difference, 0.0)
        self.assertTrue(order.amazon_tax_differs)

    def test_f6_tax_of_the_order_alone_is_compared_in_all(self):
        ref = self.place(self.item(), self.item("TEA-SENCHA", total="10.70"))

        def only_in_all(shown):
            for item in shown["orderItems"]:
                parts = item["proceeds"]["breakdowns"]
                item["proceeds"]["breakdowns"] = [
                    p for p in parts if p["type"] != "TAX"
                ]
            shown["proceeds"]["breakdowns"] = [
                {"type": "TAX", "subtotal": {"amount": "19.70", "currencyCode": "EUR"}}
            ]

        self.world.tamper(ref, only_in_all)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual((order.amazon_tax, order.amount_tax), (19.7, 19.7))
        self.assertFalse(order.amazon_tax_differs)

    def test_f6_rate_that_is_too_high_in_odoo(self):
        """As Odoo's own one-stop-shop table for Slovakia, or too low for Estonia."""
        for code, here, there, tax in (
            ("SK", 20, "23 %", "23.00"),
            ("EE", 22, "24 %", "24.00"),
        ):
            with self.subTest(code):
                country = self.env["res.country"].search([("code", "=", code)])
                self._position(
                    code, {self.vat_19: self._tax(here)}, country_id=country.id
                )
                total = str(100 + float(tax))
                order = self.book(
                    self.item(total=total, tax={"ITEM": tax}),
                    address={**FRANCE, "countryCode": code, "postalCode": "81101"},
                )
                self.assertTrue(order.amazon_tax_differs)
                for words in (country.name, f"{here} %", there):
                    self.assertIn(words, order.amazon_tax_reason)

    def test_f6_in_another_currency_than_the_companys(self):
        for rounding in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = rounding
            with self.subTest(rounding):
                order = self.book(
                    *(
                        self.item(total="0.99", tax={"ITEM": tax})
                        for tax in ("0.16", "0.16", "0.15")
                    ),
                    self.item("TEA-SENCHA", total="10.70", tax={"ITEM": "0.70"}),
                    marketplace=GB,
                )
                self.assertEqual(order.currency_id.name, "GBP")
                self.assertTaxed(order, 12.5, 1.17)
                invoice = self.invoice(order)
                for move in (invoice, self.credit(invoice)):
                    self.assertEqual(
                        (move.amount_tax, move.amount_total), (1.17, 13.67)
                    )

    # === 4: place === #

    def test_f7_post_code_as_buyers_type_it(self):
        """Fiscal positions compare post codes letter by letter."""
        position = self._position(
            "Northern Ireland",
            {self.vat_19: None},
            country_id=self.env.ref("base.uk").id,
            zip_from="BT1",
            zip_to="BT99",
        )
        for code in ("BT12 5QJ", "bt12 5qj", " Bt12 5qj "):
            with self.subTest(code):
                order = self.book(
                    self.item(total="119.00", tax={"ITEM": "0.00"}),
                    address={**FRANCE, "countryCode": "GB", "postalCode": code},
                )
                self.assertEqual(order.fiscal_position_id, position)

    def test_f7_province_in_words_that_nobody_knows(self):
        ceuta = self.env["res.country.state"].search(
            [("country_id.code", "=", "ES"), ("code", "in", ("CE", "GC", "TF"))]
        )
        position = self._position(
            "Export",
            {self.vat_19: None},
            country_id=self.env.ref("base.es").id,
            state_ids=[Command.set(ceuta.ids)],
        )
        for code, text in (
            ("35100", "Islas Canarias"),
            ("38670", "Canary Islands"),
            ("51001", "Ciudad autónoma"),
            ("35001", "Las Palmas"),
        ):
            with self.subTest(text):
                order = self.book(
                    self.item(total="100.00", tax={"ITEM": "0.00"}),
                    address={
                        **FRANCE,
                        "countryCode": "ES",
                        "postalCode": code,
                        "stateOrRegion": text,
                    },
                )
                self.assertEqual(order.fiscal_position_id, position)
                label = order.partner_shipping_id._display_address()
                self.assertTrue(text in label or order.partner_shipping_id.state_id)

    # === 5: moved === #

    def test_f7_there_and_back_again(self):
        self._position(
            "France",
            {self.vat_19: self._tax(20)},
            country_id=self.env.ref("base.fr").id,
        )
        ref = self.place(
            self.item(shipping="11.90", discount="23.80", tax_rate="0.19"),
            self.item("TEA-SENCHA", total="10.70", tax_rate="0.07"),
            address=GERMANY,
        )
        self.run_cron()
        order = self.sale_order(ref)
        before = self.taxes(order), order.amount_tax, order.amount_total
        self.world.change_address(ref, **FRANCE)
        self.run_cron()
        self.assertAlmostEqual(order.amount_tax, 18.54)
        self.assertEqual(order.amazon_total_difference, 0.0)
        self.world.change_address(ref, **GERMANY)
        self.run_cron()
        self.assertEqual(
            (self.taxes(order), order.amount_tax, order.amount_total), before
        )
        self.assertFalse(order.amazon_review)
        self.assertFalse(order.amazon_tax_differs)

    def test_f7_a_draft_invoice_is_before_a_person_too(self):
        self._position(
            "France",
            {self.vat_19: self._tax(20)},
            country_id=self.env.ref("base.fr").id,
        )
        ref = self.place(self.item(tax={"ITEM": "19.00"}), address=GERMANY)
        self.run_cron()
        order = self.sale_order(ref)
        order._create_invoices()
        self.world.change_address(ref, **FRANCE)
        self.run_cron()
        self.assertEqual(order.amount_tax, 19.0)
        self.assertIn("already invoiced", order.amazon_review)

    # === 6, 8: orders that grow and shrink === #

    def test_f6_order_that_grows_twice_is_taxed_item_by_item(self):
        ref = self.place(
            self.item(total="119.00", shipping="11.90", tax_rate="0.19"),
            self.item("TEA-SENCHA", total="10.70", gift_wrap="2.14", tax_rate="0.07"),
            self.item(total="0.99", tax={"ITEM": "0.16"}, facilitator=True),
        )
        order = None
        for count in (1, 2, 3):
            if count == 3:
                self.world.tamper(ref, None)
            else:
                self.world.tamper(ref, lambda shown, n=count: self._cut(shown, n))
            self.run_cron()
            order = self.sale_order(ref)
            self.assertEqual(len(order.order_line.filtered("amazon_item_ref")), count)
            self.assertEqual(order.amazon_tax_difference, 0.0)
            self.assertEqual(order.amazon_total_difference, 0.0)
        self.assertTaxed(order, 122.83, 21.74, remitted=0.16)
        self.assertFalse(order.amazon_review)
        self.assertInvoiced(order)

    def _cut(self, shown, count):
        shown["orderItems"] = shown["orderItems"][:count]
        shown.pop("proceeds", None)

    def test_d23_charge_of_withdrawn_goods_waits_for_nothing(self):
        ref = self.place(
            self.item(shipping="4.00", tax_rate="0.19"),
            self.item("TEA-SENCHA", total="10.70", shipping="1.07", tax_rate="0.07"),
        )
        for product in self.products.values():
            product.invoice_policy = "delivery"
        self.run_cron()
        order = self.sale_order(ref)
        self.world.cancel_item(ref, "MUG-BLUE")
        self.run_cron()
        self.assertEqual(order.invoice_status, "no")
        for move in order.picking_ids.move_ids.filtered(lambda m: m.state != "cancel"):
            move.quantity, move.picked = move.product_uom_qty, True
        order.picking_ids.filtered(lambda p: p.state != "cancel")._action_done()
        self.assertEqual(order.invoice_status, "to invoice")
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_total, order.amazon_total)
        self.assertEqual(invoice.amount_tax, order.amazon_tax)

    def test_d23_part_of_the_goods_takes_their_charge_along_once(self):
        self.products["MUG-BLUE"].invoice_policy = "delivery"
        order = self.book(
            self.item(quantity=3, total="357.00", shipping="11.90", tax_rate="0.19")
        )
        self.assertEqual(order.invoice_status, "no")
        done = 0.0
        for quantity in (1, 2):
            picking = order.picking_ids.filtered(
                lambda p: p.state not in ("done", "cancel")
            )
            picking.move_ids.quantity = quantity
            picking.move_ids.picked = True
            picking._action_done()
            done += self.invoice(order).amount_total
        self.assertAlmostEqual(done, order.amazon_total)
        self.assertAlmostEqual(
            sum(order.invoice_ids.mapped("amount_tax")), order.amazon_tax
        )
        self.assertEqual(order.invoice_status, "invoiced")
