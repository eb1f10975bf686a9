"""What an import asks once: precisions, taxes, defaults and companies."""

from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.account.models.account_tax import AccountTax
from odoo.addons.amazon_connector.tools.batch_memo import MEMO, memo_of, remember

from .case import LeverCase


class TestLeversMemo(LeverCase):
    def test_the_memo_ends_with_the_import_also_by_an_error(self):
        with self.assertRaises(ZeroDivisionError), remember(self.env.cr):
            self.assertIsNotNone(memo_of(self.env))
            raise ZeroDivisionError
        self.assertIsNone(memo_of(self.env))
        self.buy("MUG-BLUE")
        self.run_cron()
        self.assertNotIn(MEMO, self.env.cr.cache)

    # === Precisions === #

    def test_a_precision_that_changes_within_a_batch(self):
        precisions = self.env["decimal.precision"]
        name = "Product Price"
        record = precisions.search([("name", "=", name)])
        with remember(self.env.cr):
            self.assertEqual(precisions.precision_get(name), record.digits)
            self.assertIn(name, memo_of(self.env).precisions)
            record.digits = 5
            self.assertEqual(precisions.precision_get(name), 5)
            record.unlink()
            self.assertEqual(precisions.precision_get(name), 2)
            precisions.create({"name": name, "digits": 4})
            self.assertEqual(precisions.precision_get(name), 4)

    def test_a_context_of_odoo_that_gives_discounts_more_digits(self):
        precisions = self.env["decimal.precision"]
        finer = precisions.with_context(ignore_discount_precision=True)
        models = precisions, finer, precisions, finer
        plain = [model.precision_get("Discount") for model in models]
        with remember(self.env.cr):
            ours = [model.precision_get("Discount") for model in models]
        self.assertEqual(ours, plain)

    def test_a_stranger_who_has_a_say_in_precisions_is_asked_each_time(self):
        kind, asked = type(self.env["decimal.precision"]), []
        usual = kind.precision_get

        def strange(precisions, application):
            asked.append(application)
            return usual(precisions, application)

        with patch.object(kind, "precision_get", strange), remember(self.env.cr):
            for _number in range(3):
                self.env["decimal.precision"].precision_get("Product Price")
            self.assertFalse(memo_of(self.env).precisions)
        self.assertEqual(len(asked), 3)

    # === Taxes === #

    def _ask(self, tax, price=10.0, partner=None):
        return tax.compute_all(price, self.company.currency_id, 3, partner=partner)

    def _tax(self):
        country = self.env.ref("base.de")
        group = self.env["account.tax.group"].create(
            {
                "name": "Levers",
                "company_id": self.company.id,
                "country_id": country.id,
            }
        )
        return self.env["account.tax"].create(
            {
                "name": "Lever",
                "amount": 19,
                "company_id": self.company.id,
                "country_id": country.id,
                "tax_group_id": group.id,
            }
        )

    def test_an_answer_of_taxes_is_the_callers_own(self):
        tax = self._tax()
        plain = self._ask(tax)
        with remember(self.env.cr):
            first = self._ask(tax)
            first["taxes"][0]["amount"] = 0
            first["base_tags"].append(7)
            first["taxes"].append({})
            self.assertEqual(self._ask(tax), plain)
            self.assertEqual(self._ask(tax, 11.0)["total_excluded"], 33)

    def test_a_tax_that_changes_within_a_batch(self):
        tax = self._tax()
        with remember(self.env.cr):
            self.assertAlmostEqual(self._ask(tax)["total_included"], 35.7)
            tax.amount = 7
            self.assertAlmostEqual(self._ask(tax)["total_included"], 32.1)

    def test_the_name_of_a_tax_is_in_the_language_of_each_buyer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        tax = self._tax()
        tax.with_context(lang="fr_FR").name = "Levier"
        here, there = self.env["res.partner"].create(
            [{"name": "A", "lang": "en_US"}, {"name": "B", "lang": "fr_FR"}]
        )
        with remember(self.env.cr):
            names = [
                self._ask(tax, partner=partner)["taxes"][0]["name"]
                for partner in (here, there, here)
            ]
        self.assertEqual(names[0], names[2])
        self.assertEqual(names[:2], ["Lever", "Levier"])

    def test_same_books_at_the_same_and_at_other_prices(self):
        tax = self._tax()
        for sku in ("MUG-BLUE", "TEA-SENCHA"):
            self.products[sku].taxes_id = tax
        self._put("MUG-BLUE", 100)
        item = self.world.item
        for number in range(4):
            self.buy(items=[item("MUG-BLUE", quantity=1 + number % 2)])
            self.buy("MUG-BLUE", "TEA-SENCHA")
        books = self._assert_same_books(8)
        self.assertTrue(any(line["tax_id"] for line in books["sale.order.line"]))

    def test_taxes_of_an_import_are_computed_once_for_each_price(self):
        asked, usual = [], AccountTax.compute_all

        def note(taxes, *args, **kwargs):
            asked.append(taxes)
            return usual(taxes, *args, **kwargs)

        for _number in range(10):
            self.buy("MUG-BLUE")
        with patch.object(AccountTax, "compute_all", note):
            self.run_cron()
        self.assertEqual(len(self.sale_orders()), 10)
        later = "procurement.group" not in self.env  # there they are not remembered
        self.assertLessEqual(len(asked), 40 if later else 5)

    # === Defaults === #

    def test_defaults_that_differ_are_asked_for_each_record(self):
        orders = self.env["sale.order"]
        field, numbers = orders._fields["client_order_ref"], iter(range(10))
        with (
            patch.object(field, "default", lambda _model: str(next(numbers))),
            remember(self.env.cr),
        ):
            found = [
                orders.default_get(["client_order_ref"])["client_order_ref"]
                for _number in range(5)
            ]
        self.assertEqual(found, ["0", "1", "2", "3", "4"])

    def test_defaults_that_stay_are_asked_for_twice(self):
        orders, asked = self.env["sale.order"], []
        field = orders._fields["client_order_ref"]

        def default(_model):
            asked.append(1)
            return "Same"

        with patch.object(field, "default", default), remember(self.env.cr):
            for _number in range(5):
                found = orders.default_get(["client_order_ref"])
                self.assertEqual(found, {"client_order_ref": "Same"})
                found.clear()
            other = orders.with_context(default_client_order_ref="Other")
            self.assertEqual(
                other.default_get(["client_order_ref"]), {"client_order_ref": "Other"}
            )
        self.assertEqual(len(asked), 2)

    # === Companies === #

    def test_what_belongs_to_another_company_is_refused_each_time(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        self.env.user.company_ids += other
        theirs = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ours"}).id,
                "company_id": self.company.id,
            }
        )
        with remember(self.env.cr):
            order._check_company()
            order._check_company(["partner_id"])
            for _number in range(2):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    order.partner_id = theirs

    # === Goods that Amazon ships === #

    def test_goods_at_amazon_enough_of_some_too_few_of_others(self):
        self.store("MUG-BLUE", 50)
        self.store("TEA-SENCHA", 3)
        self.store("MUG-WHITE", 4)
        mine = {"location_id": self.account.location_id.id}
        out = self.env["stock.move"].create(
            {
                **({"name": "Sent"} if "name" in self.env["stock.move"] else {}),
                "product_id": self.products["MUG-WHITE"].id,
                "product_uom_qty": 3,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "company_id": self.company.id,
                **mine,
            }
        )
        out._action_confirm()
        out._action_assign()
        for number in range(5):
            item = self.world.item
            self.buy_fba(
                items=[
                    item("MUG-BLUE", quantity=1 + number % 3),
                    item("TEA-SENCHA"),
                    *[item("MUG-WHITE")] * (number % 2),
                ]
            )
        # of what there is too little it is there since now
        books = self._assert_same_books(
            5, lambda: [quantity for quantity, _since in self._with_buyers()]
        )
        quants = [
            quant["quantity"]
            for quant in books["stock.quant"]
            if quant["reserved_quantity"] == 0
        ]
        self.assertIn(50 - 9, quants)
        self.assertIn(3 - 5, quants)

    def test_plenty_of_goods_at_amazon(self):
        self.store("MUG-BLUE", 50)
        self.store("TEA-SENCHA", 7)
        for number in range(1, 4):
            items = [self.world.item("MUG-BLUE", quantity=number)]
            self.buy_fba(items=items)
            self.buy_fba("TEA-SENCHA", "MUG-BLUE")
        books = self._assert_same_books(6, self._with_buyers)
        amounts = {quant["quantity"] for quant in books["stock.quant"]}
        self.assertLessEqual({50.0 - 9, 7.0 - 3}, amounts)
        [mugs, teas] = books["follow_up"]
        self.assertEqual({mugs[0], teas[0]}, {9.0, 3.0})

    def _with_buyers(self):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", [each.id for each in self.products.values()]),
                ("location_id.usage", "=", "customer"),
            ],
            order="product_id",
        )
        return [(quant.quantity, quant.in_date) for quant in quants]

    def test_goods_at_amazon_are_not_reserved_for_a_moment(self):
        self.store("MUG-BLUE", 50)
        quants, seen, written = type(self.env["stock.quant"]), [], []
        usual, take = quants._amazon_reserve_held, quants._amazon_take

        def note(model, held):
            seen.append(dict(held))
            return usual(model, held)

        def note_taken(model, *args, **kwargs):
            result = take(model, *args, **kwargs)
            written.append(result)
            return result

        for _number in range(3):
            self.buy_fba("MUG-BLUE")
        with (
            patch.object(quants, "_amazon_reserve_held", note),
            patch.object(quants, "_amazon_take", note_taken),
        ):
            self.run_cron()
        self.assertEqual(len(self.sale_orders()), 3)
        if "procurement.group" in self.env:
            self.assertEqual([list(held.values()) for held in seen], [[0.0]])
            self.assertEqual(len(written), 6)
            self.assertTrue(all(written), "each line is summed up")
