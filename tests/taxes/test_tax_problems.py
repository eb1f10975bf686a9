"""Taxes that differ, as a shop manager and a bookkeeper see them (features F6, K2)."""

from lxml import etree

from odoo.fields import Command

from odoo.addons.amazon_connector.tools.taxed_item import TaxCause

from .case import FRANCE, GERMANY, TaxCase


class TaxProblemsCase(TaxCase):
    def _problems(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["amazon.problem"].search(
            [("account_id", "=", self.account.id), ("kind", "=", "tax")]
        )

    def _book_all(self, *orders):
        """Import several orders at once.

        :param orders: of (total, tax, address)
        :return: sale.order of them
        """
        refs = [
            self.place(self.item(total=total, tax={"ITEM": tax}), address=address)
            for total, tax, address in orders
        ]
        self.run_cron()
        return self.env["sale.order"].union(*map(self.sale_order, refs))

    def _french(self, count=3):
        amounts = (("119.00", "19.83"), ("59.99", "10.00"), ("7.49", "1.25"))
        return self._book_all(*((*amounts[n % 3], FRANCE) for n in range(count)))


class TestTaxCauses(TaxProblemsCase):
    def test_k2_each_cause_is_a_problem(self):
        austria = {**FRANCE, "countryCode": "AT", "postalCode": "1010"}
        self._french(2)
        self._book_all(
            ("119.00", "19.83", austria),  # another country
            ("105.50", "5.50", FRANCE),  # another rate
            ("107.00", "7.00", GERMANY),  # a product
        )
        self.assertEqual(
            sorted(self._problems().sale_order_id.mapped("amazon_tax_cause")),
            ["place/AT/20 %/19 %", "place/FR/20 %/19 %", "place/FR/5.5 %/19 %"]
            + ["product/DE/7 %/19 %"],
        )


class TestTaxProblems(TaxProblemsCase):
    """One problem for each cause, however many orders there are."""

    with_books = True

    def test_k2_country_without_taxes_is_one_problem(self):
        orders = self._french(7)
        self.assertEqual(orders.mapped("amazon_tax_differs"), [True] * 7)
        [problem] = self._problems()
        self.assertEqual(problem.order_count, 7)
        self.assertEqual(problem.document, f"{orders[0].name} +6")
        for words in ("7 orders", orders[0].name, "France", "20 %", "19 %"):
            self.assertIn(words, problem.reason)
        self.assertEqual(self.account.problem_count, 1)
        action = problem.action_open()
        self.assertEqual(
            self.env["sale.order"].search(action["domain"]).sorted("id"), orders
        )

    def test_k2_orders_show_their_own_difference(self):
        orders = self._french(3)
        self.assertEqual(
            [round(order.amazon_tax_difference, 2) for order in orders],
            [-0.83, -0.42, -0.05],
        )
        self.assertTrue(all(orders.mapped("amazon_tax_reason")))

    def test_k2_one_order_is_opened_by_itself(self):
        order = self._french(1)
        [problem] = self._problems()
        self.assertEqual(problem.document, order.name)
        self.assertNotIn("1 orders", problem.reason)
        action = problem.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", order.id)
        )

    def test_k2_what_is_cancelled_counts_no_more(self):
        orders = self._french(3)
        self.world.cancel(orders[0].amazon_order_ref)
        self.run_cron()
        [problem] = self._problems()
        self.assertEqual(problem.order_count, 2)
        self.assertEqual(problem.sale_order_id, orders[1])

    def test_k2_other_accounts_have_problems_of_their_own(self):
        self._french(2)
        seller = self.another_seller()
        other = self._link_account(seller)
        for account in (self.account, other):
            self.assertEqual(account.problem_count, 1 if account == self.account else 0)

    def test_k2_corrected_cause_and_retry_settle_all_of_them(self):
        orders = self._french(3)
        orders[2].order_line.product_id.invoice_policy = "order"
        orders[2]._create_invoices()
        vat_20 = self._tax(20)
        france = self._position(
            "France", {self.vat_19: vat_20}, country_id=self.env.ref("base.fr").id
        )
        answer = self._problems().action_retry()["params"]
        for words in ("Amazon now: 2", "Still different: 0", "locked: 1"):
            self.assertIn(words, answer["message"])
        self.assertEqual(answer["type"], "warning")
        self.assertRecordValues(
            orders,
            [
                {
                    "amount_total": total,
                    "amount_tax": tax,
                    "amazon_tax_differs": differs,
                    "amazon_total_difference": 0.0,
                }
                for total, tax, differs in (
                    (119.0, 19.83, False),
                    (59.99, 10.0, False),
                    (7.49, 1.2, True),
                )
            ],
        )
        self.assertEqual(orders[0].fiscal_position_id, france)
        self.assertIn("computed anew", orders[0].message_ids[0].body)
        [problem] = self._problems()
        self.assertEqual(problem.sale_order_id, orders[2])

    def test_k2_retry_takes_corrected_taxes_of_the_product(self):
        orders = self._book_all(*[("107.00", "7.00", GERMANY)] * 2)
        self._set_taxes("MUG-BLUE", self.vat_7)
        self.assertEqual(self._problems().action_retry()["params"]["type"], "success")
        self.assertEqual(orders.mapped("amount_tax"), [7.0, 7.0])
        self.assertFalse(self._problems())

    def test_k2_retry_of_goods_that_have_left(self):
        order = self._french(1)
        for move in order.picking_ids.move_ids:
            move.quantity, move.picked = move.product_uom_qty, True
        order.picking_ids._action_done()
        self._position(
            "France",
            {self.vat_19: self._tax(20)},
            country_id=self.env.ref("base.fr").id,
        )
        self._problems().action_retry()
        self.assertRecordValues(order, [{"amount_tax": 19.83, "amount_total": 119.0}])

    def test_k2_retry_without_a_corrected_cause_says_so(self):
        orders = self._french(2)
        before = orders.order_line.mapped("tax_id")
        answer = self._problems().action_retry()["params"]
        self.assertIn("Still different: 2", answer["message"])
        self.assertEqual(answer["type"], "warning")
        self.assertEqual(orders.order_line.mapped("tax_id"), before)
        self.assertEqual(len(self._problems()), 1)

    def test_k2_rounding_does_not_part_orders_of_a_cause(self):
        """Small amounts lead to many rates: the roundest of them is taken."""
        amounts = [("3.99", "0.67"), ("12.34", "2.06"), ("5.03", "0.84")]
        orders = self._book_all(*((*each, FRANCE) for each in amounts))
        self.assertEqual(set(orders.mapped("amazon_tax_cause")), {"place/FR/20 %/19 %"})

    def test_k2_sql_does_not_grow_with_the_orders(self):
        def read():
            rows = self.env["amazon.problem"].search([("kind", "=", "tax")])
            rows.read(["document", "reason", "next_step", "can_retry"])

        self._french(3)
        read()
        few = self.count_sql(read)
        self._french(9)
        self.assertLessEqual(self.count_sql(read), few)

    def test_k2_cause_is_written_in_no_language(self):
        cause = TaxCause("charge", "", "5.5 %", "20 %")
        self.assertEqual(cause.text, "charge//5.5 %/20 %")


class TestTaxTable(TaxCase):
    """The page of an order compares the taxes rate by rate."""

    def _table(self, order):
        """Read the table of taxes of an order.

        :return list: the cells of each row, heads aside
        """
        order.invalidate_recordset()
        root = etree.fromstring(str(order.amazon_tax_table))
        return [
            [(cell.text or "").replace("\xa0", " ") for cell in row.iter("td")]
            for row in root.find(".//tbody")
        ]

    def test_f6_rates_beside_each_other(self):
        order = self.book(
            self.item(total="119.00", shipping="11.90", tax_rate="0.19"),
            self.item("TEA-SENCHA", total="10.70", shipping="1.07", tax_rate="0.07"),
            self.item(total="23.80", tax={"ITEM": "3.80"}, facilitator=True),
        )
        self.assertEqual(
            self._table(order),
            [
                ["19 %", "19 % True", "20.90 €", "20.90 €", "0.00 €", "0.00 €"],
                ["19 %", "none", "0.00 €", "0.00 €", "0.00 €", "3.80 €"],
                ["7 %", "7 % True", "0.77 €", "0.77 €", "0.00 €", "0.00 €"],
            ],
        )

    def test_f6_difference_stands_at_its_rate(self):
        order = self.book(
            self.item(total="107.00", tax={"ITEM": "7.00"}),
            self.item("TEA-SENCHA", total="10.70", tax={"ITEM": "0.70"}),
        )
        self.assertEqual(
            self._table(order),
            [
                ["7 %", "19 % True", "7.00 €", "17.08 €", "10.08 €", "0.00 €"],
                ["7 %", "7 % True", "0.70 €", "0.70 €", "0.00 €", "0.00 €"],
            ],
        )

    def test_f6_lines_by_hand_are_a_row_of_their_own(self):
        order = self.book(self.item(tax={"ITEM": "19.00"}))
        order.write(
            {
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.products["MUG-WHITE"].id,
                            "price_unit": 10.7,
                            "tax_id": [Command.set(self.vat_7.ids)],
                        }
                    )
                ]
            }
        )
        self.assertEqual(
            self._table(order)[-1],
            ["", "Other lines", "0.00 €", "0.70 €", "0.70 €", "0.00 €"],
        )

    def test_f6_columns_add_up_however_the_company_rounds(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        order = self.book(
            *(self.item(total="1.15", tax_rate="0.19") for _n in "abcdef")
        )
        here = sum(float(row[3].split()[0]) for row in self._table(order))
        self.assertAlmostEqual(here, order.amount_tax)

    def test_f6_heads_are_a_bookkeepers(self):
        order = self.book(self.item(tax={"ITEM": "19.00"}))
        root = etree.fromstring(str(order.amazon_tax_table))
        self.assertEqual(
            [head.text for head in root.iter("th")],
            [
                "Rate at Amazon",
                "Taxes in Odoo",
                "Tax at Amazon",
                "Tax in Odoo",
                "Difference",
                "Remitted by Amazon",
            ],
        )
        form = self.env["sale.order"].get_view(
            self.env.ref("sale.view_order_form").id, "form"
        )
        page = etree.fromstring(form["arch"]).xpath("//page[@name='amazon']")[0]
        labels = {
            field.get("name"): field.get("string")
            for field in page.xpath(".//group[@name='amazon_taxes']//field[@string]")
        }
        self.assertEqual(
            labels,
            {
                "amazon_tax": "Tax at Amazon",
                "amount_tax": "Tax in Odoo",
                "amazon_tax_difference": "Difference",
                "amazon_tax_remitted": "Remitted by Amazon",
            },
        )
        self.assertTrue(page.xpath(".//field[@name='amazon_tax_table']"))

    def test_f6_without_a_statement_there_is_no_table(self):
        order = self.book(self.item(tax_rate="0"))
        self.assertFalse(order.amazon_tax_table)

    def test_f6_names_of_taxes_are_no_markup(self):
        self.vat_19.name = "19 <b>&"
        order = self.book(self.item(tax={"ITEM": "19.00"}))
        self.assertEqual(self._table(order)[0][1], "19 <b>&")
