"""Fees with taxes, income without invoices, analytic accounts (feature L1)."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .case import NEXT, SettlementCase, fee, other, row


@tagged("post_install", "-at_install")
class TestSettlementTaxes(SettlementCase):
    def tax(self, name, amount, use="purchase", factors=(100,)):
        accounts = self.env["account.account"].with_company(self.company)
        account = accounts.search(
            [
                *accounts._check_company_domain(self.company),
                ("account_type", "=", "liability_current"),
            ],
            limit=1,
        )
        parts = [Command.create({"repartition_type": "base", "factor_percent": 100})]
        parts += [
            Command.create(
                {
                    "repartition_type": "tax",
                    "factor_percent": factor,
                    "account_id": account.id,
                }
            )
            for factor in factors
        ]
        return (
            self.env["account.tax"]
            .with_company(self.company)
            .create(
                {
                    "name": name,
                    "amount": amount,
                    "amount_type": "percent",
                    "type_tax_use": use,
                    "company_id": self.company.id,
                    "country_id": self.company.account_fiscal_country_id.id,
                    "tax_group_id": self.env["account.tax.group"]
                    .with_company(self.company)
                    .create(
                        {
                            "name": name,
                            "company_id": self.company.id,
                            "country_id": self.company.account_fiscal_country_id.id,
                        }
                    )
                    .id,
                    "invoice_repartition_line_ids": parts,
                    "refund_repartition_line_ids": parts,
                }
            )
        )

    def test_l1_local_vat_of_fees(self):
        vat = self.tax("19 % input", 19)
        self.account.write(
            {"settlement_fee_tax": "local", "settlement_fee_tax_id": vat.id}
        )
        settlement = self.upload(
            fee("-11.90"), other("20.00", "Current Reserve Amount")
        )
        self.assertEqual(self.balance(settlement, "Amazon Fees"), 10)
        tax_item = settlement.move_ids.line_ids.filtered("tax_line_id")
        self.assertAlmostEqual(tax_item.balance, 1.9, 2)
        self.assertTies(settlement)
        self.assertEqual(settlement.line_ids[0].balance, -10)
        self.assertEqual(settlement.line_ids[0].account_id.name, "Amazon Fees")

    def test_l1_reverse_charge_of_fees(self):
        vat = self.tax("19 % reverse", 19, factors=(100, -100))
        self.account.write(
            {"settlement_fee_tax": "reverse", "settlement_fee_tax_id": vat.id}
        )
        settlement = self.upload(fee("-10.00"))
        self.assertEqual(settlement.state, "draft", settlement.error_message)
        self.assertEqual(self.balance(settlement, "Amazon Fees"), 10)
        tax_items = settlement.move_ids.line_ids.filtered("tax_line_id")
        balances = [round(balance, 2) for balance in tax_items.mapped("balance")]
        self.assertEqual(sorted(balances), [-1.9, 1.9])
        self.assertTies(settlement)

    def test_l1_map_with_account_tax_and_partner(self):
        vat = self.tax("20 % input", 20)
        advertising = (
            self.env["account.account"]
            .with_company(self.company)
            .create({"name": "Advertising", "code": "ADS1", "account_type": "expense"})
        )
        amazon = self.env["res.partner"].create({"name": "Amazon EU S.a.r.l."})
        self.env["amazon.settlement.map"].create(
            dict(  # not a literal: the port takes its tax for one of a sale
                account_id=self.account.id,
                amount_type="Cost of Advertising",
                amount_description="*",
                kind="fee",
                target_account_id=advertising.id,
                tax_id=vat.id,
                partner_id=amazon.id,
            )
        )
        settlement = self.upload(
            other("-12.00", "TransactionTotalAmount", "Cost of Advertising"),
            fee("-1.00"),
        )
        self.assertEqual(self.balance(settlement, "Advertising"), 10)
        item = settlement.line_ids[0].move_line_id
        self.assertEqual((item.partner_id, item.tax_ids), (amazon, vat))
        self.assertTies(settlement)

    def test_l1_the_more_exact_line_of_the_map(self):
        maps = self.env["amazon.settlement.map"]
        general = maps.create(
            {"amount_type": "X", "amount_description": "*", "kind": "fee"}
        )
        exact = maps.create(
            {"amount_type": "x", "amount_description": "Some Fee", "kind": "other"}
        )
        own = maps.create(
            {
                "account_id": self.account.id,
                "amount_type": "X",
                "amount_description": "Some*",
                "kind": "reserve",
            }
        )
        find = maps._find
        self.assertEqual(find(self.account, "X", "some  fee"), own)
        self.assertEqual(find(self.account, "X", "another"), general)
        own.unlink()
        self.assertEqual(find(self.account, "X", "SOME FEE"), exact)
        self.assertFalse(find(self.account, "ItemFees", "Nobody Knows"))
        self.assertEqual(find(self.account, "itemprice", "principal").kind, "sale")

    def test_l1_income_without_invoice(self):
        self.account.settlement_booking = "income"
        vat = self.tax("19 % sales", 19, "sale")
        order = self.order_in("MUG-BLUE")
        for line in order.order_line:
            line.tax_id = vat
        settlement = self.upload(
            row(
                "11.90",
                order_id=order.amazon_order_ref,
                order_item_code=order.order_line[0].amazon_item_ref,
                marketplace_name="Amazon.de",
            )
        )
        income = settlement.line_ids.account_id
        self.assertEqual(income.internal_group, "income")
        self.assertEqual(settlement.line_ids.move_line_id.balance, -10)
        tax_item = settlement.move_ids.line_ids.filtered("tax_line_id")
        self.assertAlmostEqual(tax_item.balance, -1.9, 2)
        self.assertTies(settlement)
        with self.assertRaises(UserError):
            order._create_invoices()
        settlement.move_ids.unlink()
        self.assertTrue(order._create_invoices())

    def test_l1_income_of_one_of_two_settlements_stays(self):
        """The draft with the refund is deleted: the sale is in the books still."""
        self.account.settlement_booking = "income"
        order = self.order_in("MUG-BLUE")
        ref = {"order_id": order.amazon_order_ref}
        self.upload(row("11.90", **ref)).action_post()
        second = self.upload(
            row("-3.00", transaction="Refund", **ref), ref="2", period=NEXT
        )
        second.move_ids.unlink()
        self.assertTrue(order.amazon_settled_to_income)
        with self.assertRaises(UserError):
            order._create_invoices()

    def test_l1_income_not_where_there_is_an_invoice(self):
        self.account.settlement_booking = "income"
        order = self.order_in("MUG-BLUE")
        invoice = self.invoice(order)
        settlement = self.upload(*self.sold(order))
        settlement.action_post()
        self.assertEqual(invoice.amount_residual, 0)

    def test_l1_analytic_account_of_a_marketplace(self):
        plan = self.env["account.analytic.plan"].create({"name": "Shops"})
        shop = self.env["account.analytic.account"].create(
            {"name": "Germany", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.account.marketplace_setting_ids = [
            Command.create(
                {
                    "marketplace_id": self.account.base_marketplace_id.id,
                    "analytic_account_id": shop.id,
                }
            )
        ]
        settlement = self.upload(
            fee("-1.00", marketplace_name="Amazon.de"),
            fee("-2.00", marketplace_name="Amazon.fr"),
        )
        items = settlement.line_ids.move_line_id
        self.assertEqual(
            items.mapped("analytic_distribution"), [{str(shop.id): 100}, False]
        )
