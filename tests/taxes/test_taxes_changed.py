"""Where the goods go decides the taxes, also later on (feature F7)."""

from lxml import etree

from odoo.addons.amazon_connector.models.overview.sale_order import NOT_OF_OLD

from ..common import GB
from .case import FRANCE, GERMANY, TaxCase


class TestTaxedByPlace(TaxCase):
    """Amazon ships, and names nobody."""

    def _fba(self, address, marketplace, tax):
        item = self.item(tax={"ITEM": tax})
        ref = self.buy_fba(
            items=[item],
            address=address,
            marketplace=marketplace,
            tax_inclusive=True,
            buyer={"name": None, "key": ""},
        )
        self.run_cron()
        return self.sale_order(ref)

    def test_f7_northern_ireland(self):
        self.env["amazon.marketplace"]._by_api_ref([GB])[GB].currency_id.active = True
        position = self._position(
            "Northern Ireland",
            {self.vat_19: None},
            country_id=self.env.ref("base.uk").id,
            zip_from="BT0",
            zip_to="BT99 9ZZ",
        )
        order = self._fba(
            {"city": "Belfast", "postalCode": "BT12 5QJ", "countryCode": "GB"},
            GB,
            "0.00",
        )
        self.assertTrue(order.partner_id.amazon_marketplace_id)
        self.assertEqual(order.fiscal_position_id, position)
        self.assertTaxed(order, 119.0, 0.0)
        self.assertRecordValues(
            order.partner_shipping_id, [{"zip": "BT12 5QJ", "city": "Belfast"}]
        )
        other = self._fba(
            {"city": "London", "postalCode": "SW1A 1AA", "countryCode": "GB"},
            GB,
            "19.00",
        )
        self.assertTaxed(other, 100.0, 19.0)

    def test_f7_spain_outside_of_its_vat_by_post_code(self):
        for number, code in enumerate(("35001", "38001", "51001")):
            with self.subTest(code):
                position = self._position(
                    f"Export {code}",
                    {self.vat_19: None},
                    country_id=self.env.ref("base.es").id,
                    zip_from=code[:2] + "000",
                    zip_to=code[:2] + "999",
                    sequence=number,
                )
                order = self._fba(
                    {"city": "Puerto", "postalCode": code, "countryCode": "ES"},
                    "A1PA6795UKMFR9",
                    "0.00",
                )
                self.assertEqual(order.fiscal_position_id, position)
                self.assertTaxed(order, 119.0, 0.0)

    def test_f7_spain_outside_of_its_vat_by_province(self):
        states = self.env["res.country.state"].search(
            [
                ("country_id.code", "=", "ES"),
                ("code", "in", ("GC", "TF", "CE", "ME")),
            ]
        )
        position = self._position(
            "Export",
            {self.vat_19: None},
            country_id=self.env.ref("base.es").id,
            state_ids=states.ids,
        )
        for code in ("35001", "38001", "51001", "52001"):
            with self.subTest(code):
                order = self._fba(
                    {"city": "Puerto", "postalCode": code, "countryCode": "ES"},
                    "A1PA6795UKMFR9",
                    "0.00",
                )
                self.assertEqual(order.fiscal_position_id, position)
                self.assertTaxed(order, 119.0, 0.0)

    def test_f7_post_code_is_surer_than_a_province_that_somebody_typed(self):
        position = self._position(
            "Export",
            {self.vat_19: None},
            country_id=self.env.ref("base.es").id,
            state_ids=self.env["res.country.state"]
            .search([("country_id.code", "=", "ES"), ("code", "in", ("GC", "TF"))])
            .ids,
        )
        for code, text in (
            ("38001", "S/C de Tenerife"),
            ("ES-35001", "Fuerteventura"),
            ("35001", "Cantabria"),
        ):
            with self.subTest(text):
                order = self._fba(
                    {
                        "city": "Puerto",
                        "stateOrRegion": text,
                        "postalCode": code,
                        "countryCode": "ES",
                    },
                    "A1PA6795UKMFR9",
                    "0.00",
                )
                self.assertEqual(order.fiscal_position_id, position)
                self.assertTaxed(order, 119.0, 0.0)


class TestMovedAway(TaxCase):
    with_books = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat_20 = cls._tax(20)
        cls.france = cls._position(
            "France",
            {cls.vat_19: cls.vat_20},
            country_id=cls.env.ref("base.fr").id,
        )
        cls.products["MUG-BLUE"].invoice_policy = "order"

    def _order(self, **details):
        ref = self.place(
            self.item(tax={"ITEM": "19.00"}),
            **{"address": GERMANY, **details},
        )
        self.run_cron()
        return ref, self.sale_order(ref)

    def _move(self, ref, **address):
        self.world.change_address(ref, **{**FRANCE, **address})
        self.run_cron()

    def test_f7_taxes_follow_the_address(self):
        ref, order = self._order()
        before = order.fiscal_position_id.name or "none"  # one for home on Odoo 19.0
        self._move(ref)
        self.assertEqual(order.fiscal_position_id, self.france)
        self.assertRecordValues(
            order,
            [{"amount_total": 119.0, "amount_tax": 19.83, "amazon_review": False}],
        )
        self.assertEqual(order.amazon_total_difference, 0.0)
        self.assertIn(f"France instead of {before}", order.message_ids[0].body)
        self.assertEqual(order.partner_shipping_id.city, "Lille")

    def test_f7_another_street_changes_no_tax(self):
        ref, order = self._order()
        order.fiscal_position_id = self.france  # by a person
        self._move(ref, **{**GERMANY, "addressLine1": "Kohlweg 3"})
        self.assertEqual(order.partner_shipping_id.street, "Kohlweg 3")
        self.assertEqual(order.fiscal_position_id, self.france)
        self.assertEqual(order.amount_tax, 19.0)

    def test_f7_a_fixed_position_stays(self):
        fixed = self._position("Fixed", {self.vat_19: self.vat_7}, auto_apply=False)
        self.account.write({"fiscal_policy": "fixed", "fiscal_position_id": fixed.id})
        ref, order = self._order()
        self._move(ref)
        self.assertEqual(order.fiscal_position_id, fixed)
        self.assertEqual(order.amount_tax, 7.79)
        self.assertFalse(order.amazon_review)

    def test_f7_after_the_invoice_a_person_is_asked(self):
        ref, order = self._order()
        order._create_invoices().action_post()
        before = order.fiscal_position_id
        self._move(ref)
        self.assertEqual(order.fiscal_position_id, before)
        self.assertEqual(order.amount_tax, 19.0)
        name = before.name or "none"
        for words in (f"France instead of {name}", "already invoiced"):
            self.assertIn(words, order.amazon_review)
        self.assertEqual(order.partner_shipping_id.city, "Lille")

    def _hide(self, ref):
        """The role for recipients is missing: Amazon names a place and nobody."""

        def hide(shown):
            shown["buyer"] = {}
            for name in ("name", "addressLine1", "phone"):
                shown["recipient"]["deliveryAddress"].pop(name, None)

        self.world.tamper(ref, hide)

    def test_f7_place_without_recipient_that_changes(self):
        ref = self.place(self.item(tax={"ITEM": "19.00"}), address=GERMANY)
        self._hide(ref)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertFalse(order.partner_shipping_id.street)
        self._move(ref)
        self.assertEqual(order.fiscal_position_id, self.france)
        self.assertRecordValues(
            order,
            [{"amount_total": 119.0, "amount_tax": 19.83, "amazon_review": False}],
        )
        address = order.picking_ids.partner_id or order.partner_shipping_id
        self.assertRecordValues(address, [{"zip": "59000", "city": "Lille"}])

    def test_f7_place_that_changes_after_a_person_looked_the_street_up(self):
        ref = self.place(self.item(tax={"ITEM": "19.00"}), address=GERMANY)
        self._hide(ref)
        self.run_cron()
        order = self.sale_order(ref)
        typed = order.partner_id.copy({"name": "Erika", "street": "Kohlweg 3"})
        order.partner_shipping_id = typed
        self.world.touch(ref)
        self.run_cron()
        self.assertFalse(order.amazon_review)
        self._move(ref)
        self.assertEqual(order.partner_shipping_id, typed)
        self.assertIn("neither recipient nor street", order.amazon_review)

    def test_f7_street_that_is_no_longer_named_stays(self):
        ref, order = self._order()
        before = order.partner_shipping_id
        self._hide(ref)
        self.run_cron()
        self.assertEqual(order.partner_shipping_id, before)
        self.assertFalse(order.amazon_review)

    def test_f7_sale_to_amazon_stays_one(self):
        """Of INVOICE_BY_AMAZON Amazon is the customer, wherever the goods go."""
        resold = self._position("Resold", {self.vat_19: None}, auto_apply=False)
        self.account.invoice_by_amazon_position_id = resold
        ref, order = self._order(programs=("INVOICE_BY_AMAZON",))
        self.assertEqual(order.fiscal_position_id, resold)
        self._move(ref)
        self.assertEqual(order.partner_shipping_id.city, "Lille")
        self.assertEqual(order.fiscal_position_id, resold)
        order._amazon_tax_anew(self.account)
        self.assertEqual(order.fiscal_position_id, resold)
        self.assertEqual(order.amount_tax, 0.0)


class TestTaxDiffers(TaxCase):
    """A difference beyond rounding is shown, with what most likely causes it."""

    def assertShown(self, order, difference, *words):
        self.assertAlmostEqual(order.amazon_tax_difference, difference)
        self.assertEqual(order.amazon_total_difference, 0.0)
        for domain in (
            [("amazon_tax_differs", "=", True)],
            [("amazon_problem_since", "!=", False)],
        ):
            self.assertIn(order, self.env["sale.order"].search(domain))
        for word in words:
            self.assertIn(word, order.amazon_tax_reason)
        [problem] = self.env["amazon.problem"].search(
            [("sale_order_id", "=", order.id)]
        )
        self.assertEqual(problem.kind, "tax")
        self.assertIn(words[0], problem.reason)

    def test_f6_fiscal_position_that_is_missing(self):
        order = self.book(self.item(tax={"ITEM": "19.83"}), address=FRANCE)
        self.assertShown(order, -0.83, "France", "20 %", "19 %", "no fiscal position")

    def test_f6_fiscal_position_with_another_rate(self):
        self._position(
            "OSS", {self.vat_19: self.vat_7}, country_id=self.env.ref("base.fr").id
        )
        order = self.book(self.item(tax={"ITEM": "19.83"}), address=FRANCE)
        self.assertShown(order, -12.04, "France", "20 %", "7 %", "“OSS”")

    def test_f6_tax_of_the_product(self):
        order = self.book(
            self.item(total="107.00", tax={"ITEM": "7.00"}), address=GERMANY
        )
        self.assertShown(order, 10.08, "7 %", "19 %", "customer taxes of the product")

    def test_f6_tax_of_a_charge(self):
        order = self.book(
            self.item(shipping="10.70", tax={"ITEM": "19.00", "SHIPPING": "0.70"}),
            address=GERMANY,
        )
        self.assertShown(order, 1.01, "charges", "7 %", "19 %")

    def test_f6_a_cent_per_line_is_rounding(self):
        self._set_taxes("MUG-BLUE", self.env["account.tax"])
        order = self.book(self.item(total="0.05", tax={"ITEM": "0.01"}))
        self.assertEqual(order.amazon_tax_difference, -0.01)
        self.assertFalse(order.amazon_tax_differs)
        self.assertFalse(order.amazon_problem_since)

    def test_f6_amazon_states_none(self):
        order = self.book(self.item(tax_rate="0"))
        self.assertEqual((order.amount_tax, order.amazon_tax), (19.0, 0.0))
        self.assertEqual(order.amazon_tax_difference, 0.0)
        self.assertFalse(order.amazon_problem_since)

    def test_f6_stated_as_nothing_is_stated(self):
        order = self.book(self.item(tax={"ITEM": "0.00"}), address=GERMANY)
        self.assertShown(order, 19.0, "0 %", "19 %")

    def test_f4_amazon_begins_to_remit_a_tax_of_nothing(self):
        order = self.book(self.item(tax={"ITEM": "0.00"}), address=GERMANY)
        self.assertTrue(order.amazon_tax_differs)
        self.world.order(order.amazon_order_ref).facilitator = True
        self.world.touch(order.amazon_order_ref)
        self.run_cron()
        self.assertTrue(order.order_line.amazon_tax_remitted)
        self.assertTaxed(order, 119.0, 0.0)
        self.assertFalse(order.amazon_tax_differs)
        self.world.order(order.amazon_order_ref).facilitator = False
        self.world.touch(order.amazon_order_ref)
        self.run_cron()
        self.assertTaxed(order, 100.0, 19.0, stated=0.0)

    def test_f6_cancelled_order_has_no_problem(self):
        order = self.book(self.item(total="107.00", tax={"ITEM": "7.00"}))
        self.assertTrue(order.amazon_problem_since)
        self.world.cancel(order.amazon_order_ref)
        self.run_cron()
        self.assertFalse(order.amazon_problem_since)

    def test_f6_corrected_it_goes_away(self):
        order = self.book(self.item(total="107.00", tax={"ITEM": "7.00"}))
        order.order_line.tax_id = self.vat_7
        self.assertFalse(order.amazon_tax_differs)
        self.assertFalse(order.amazon_problem_since)

    def test_f6_a_company_without_taxes_has_nothing_to_compare(self):
        self.env["account.tax"].search(
            [("company_id", "=", self.company.id)]
        ).active = False
        self._set_taxes("MUG-BLUE", self.env["account.tax"])
        order = self.book(self.item(tax={"ITEM": "19.00"}))
        self.assertEqual(order.amazon_tax_difference, -19.0)
        self.assertFalse(order.amazon_tax_differs)

    def test_f6_order_from_before_these_fields_learns_of_its_tax(self):
        ref = self.place(self.item(tax={"ITEM": "19.00"}))
        self.run_cron()
        order = self.sale_order(ref)
        order.write({"amazon_tax": 0.0, "amazon_tax_stated": False})
        order.order_line.amazon_tax = 0.0
        self.assertFalse(order.amazon_tax_differs)
        self.world.touch(ref)
        self.run_cron()
        self.assertTaxed(order, 100.0, 19.0)
        self.assertFalse(order.amazon_review)

    def test_f6_the_form_says_by_how_much_and_why(self):
        form = self.env["sale.order"].get_view(
            self.env.ref("sale.view_order_form").id, "form"
        )
        arch = etree.fromstring(form["arch"])
        [notice] = arch.xpath("//div[@name='amazon_tax_difference']")
        self.assertEqual(
            [field.get("name") for field in notice.iter("field")],
            ["amount_tax", "amazon_tax", "amazon_tax_difference", "amazon_tax_reason"],
        )
        [page] = arch.xpath("//group[@name='amazon_taxes']")
        shown = {field.get("name") for field in page.iter("field")}
        self.assertLessEqual({"amount_tax", "amazon_tax", "amazon_tax_remitted"}, shown)

    def test_f6_orders_of_the_past_are_not_computed_at_the_installation(self):
        """A stored field that is computed for all orders of a shop takes minutes."""
        computed = {
            name
            for name, field in self.env["sale.order"]._fields.items()
            if name.startswith("amazon_") and field.store and field.compute
        }
        self.assertEqual(computed - set(NOT_OF_OLD), set())

    def test_f6_history_is_only_for_the_reports(self):
        order = self.book(self.item(total="107.00", tax={"ITEM": "7.00"}))
        self.assertTrue(order.amazon_tax_differs)
        order.write({"amazon_is_history": True, "amazon_tax": 6.0})
        self.assertFalse(order.amazon_tax_differs)
        self.assertFalse(order.amazon_problem_since)
