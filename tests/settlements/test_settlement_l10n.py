"""Settlements with the charts of accounts of Germany, the US and Japan (feature L1)."""

from odoo.fields import Command
from odoo.tests import tagged

from .case import NEXT, SettlementCase, fee, other, row, write


class L10nCase(SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.env.ref("base.EUR").id,
                "company_id": cls.company.id,
                "name": "2020-01-01",
                "rate": {"EUR": 1, "USD": 0.9, "JPY": 0.006}[cls.CURRENCY],
            }
        )

    def check_story(self):
        """A sale with its invoice, fees, a reserve and an order that nobody knows."""
        order = self.order_in("MUG-BLUE")
        invoice = self.invoice(order)
        settlement = self.upload(
            *self.sold(order),
            fee("-3.00", "FBAPerUnitFulfillmentFee"),
            row("7.00", order_id="302-0000000-0000001"),
            other("-5.00", "Current Reserve Amount"),
        )
        self.assertEqual(settlement.state, "draft", settlement.error_message)
        self.assertTies(settlement)
        settlement.action_post()
        self.assertEqual(invoice.amount_residual, 0)
        second = self.upload(
            other("5.00", "Previous Reserve Amount Balance"), ref="2", period=NEXT
        )
        self.assertTies(second)
        # In 19.0 an account has a code for each company.
        accounts = settlement.move_ids.line_ids.account_id
        codes = accounts.with_company(self.company).mapped("code")
        self.assertEqual(len(codes), len(set(codes)))
        return codes


@tagged("-standard", "amazon_with_l10n_de")
class TestSettlementGermany(L10nCase):
    CHART = "de_skr03"
    COUNTRY = "base.de"

    def test_l1_germany(self):
        codes = self.check_story()
        self.assertTrue(all(code.isdigit() and len(code) == 4 for code in codes), codes)

    def test_l1_reverse_charge_of_the_chart(self):
        tax = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount", "=", 19),
                ("invoice_repartition_line_ids.factor_percent", "<", 0),
            ],
            limit=1,
        )
        self.assertTrue(tax)
        self.account.write(
            {"settlement_fee_tax": "reverse", "settlement_fee_tax_id": tax.id}
        )
        settlement = self.upload(fee("-100.00"))
        self.assertTies(settlement)
        items = settlement.move_ids.line_ids.filtered("tax_line_id")
        self.assertEqual(sorted(items.mapped("balance")), [-19, 19])
        self.assertTrue(items.tax_tag_ids)
        self.assertTrue(settlement.line_ids.move_line_id.tax_ids)


@tagged("-standard", "amazon_with_l10n_us")
class TestSettlementUnitedStates(L10nCase):
    COUNTRY = "base.us"
    CURRENCY = "USD"

    def test_l1_united_states(self):
        self.check_story()

    def test_l1_dollars_with_sales_tax_that_amazon_remits(self):
        ref = {"order_id": "112-0000000-0000001"}
        label = "MarketplaceFacilitatorTax-Principal"
        settlement = self.upload(
            row("100.00", **ref),
            row("8.25", "Tax", **ref),
            row("-8.25", label, "ItemWithheldTax", **ref),
            fee("-15.00", **ref),
            currency="USD",
        )
        self.assertTies(settlement)
        self.assertEqual(self.balance(settlement, "Amazon Withheld Tax"), 0)
        self.assertEqual(self.balance(settlement, "Amazon Unmapped"), -100)
        self.assertFalse(settlement.move_ids.journal_id.currency_id)


@tagged("-standard", "amazon_with_l10n_jp")
class TestSettlementJapan(L10nCase):
    CHART = "jp"
    COUNTRY = "base.jp"
    CURRENCY = "JPY"

    def test_l1_japan(self):
        self.check_story()

    def test_l1_yen_in_the_charset_of_japan(self):
        rows = [row("1,234", sku="お茶"), fee("-123"), fee("-1")]
        raw = write(rows, total="1,110", currency="JPY").decode().encode("cp932")
        japan = self.env["amazon.marketplace"].search([("country_id.code", "=", "JP")])
        self.account.write(
            {
                "active_marketplace_ids": [Command.clear()],
                "base_marketplace_id": japan.id,
            }
        )
        settlement = self.upload_file(raw)
        self.assertEqual(settlement.state, "draft", settlement.error_message)
        self.assertEqual(settlement.line_ids[0].sku, "お茶")
        self.assertEqual(settlement.total_amount, 1110)
        self.assertTies(settlement)
