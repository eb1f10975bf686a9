"""Settlement reports as the tests write them, and queries on their journal entries."""

import base64

from odoo.addons.amazon_connector.amazon_api.tests.settlement_tables import (
    write as write_table,
)

from ..common import AmazonCase

# (first day, last day, deposit) of a settlement
OCTOBER = ("2026-10-01", "2026-10-15", "2026-10-17")
NEXT = ("2026-10-15", "2026-10-29", "2026-10-31")


def row(
    amount, label="Principal", amount_type="ItemPrice", transaction="Order", **more
):
    """One amount; other cells by name with ``_`` for ``-``."""
    return {
        "transaction-type": transaction,
        "amount-type": amount_type,
        "amount-description": label,
        "amount": str(amount),
        "posted-date": "2026-10-03",
        "posted-date-time": "2026-10-03 10:11:12 UTC",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def fee(amount, label="Commission", **more):
    return row(amount, label, "ItemFees", **more)


def other(amount, label, amount_type="other-transaction", **more):
    return row(amount, label, amount_type, "other-transaction", **more)


def write(rows, ref="11774871501", period=OCTOBER, total=None, currency="EUR"):
    """Write the file of a settlement report.

    :return bytes: the report; without a total its rows add up
    """
    start, end, deposit = period
    return write_table(
        [{"settlement-id": ref, **each} for each in rows],
        None if total is None else str(total),
        settlement_id=ref,
        settlement_start_date=f"{start} 00:00:00 UTC",
        settlement_end_date=f"{end} 00:00:00 UTC",
        deposit_date=f"{deposit} 00:00:00 UTC",
        currency=currency,
    )


class SettlementCase(AmazonCase):
    """A company with a chart of accounts, and an account of Amazon."""

    CHART = "generic_coa"
    COUNTRY = None
    CURRENCY = "EUR"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.COUNTRY:
            cls.company.country_id = cls.env.ref(cls.COUNTRY)
        cls.env["account.chart.template"].try_loading(
            cls.CHART, company=cls.company, install_demo=False
        )
        currency = cls.env.ref(f"base.{cls.CURRENCY}")
        currency.active = True
        cls.company.currency_id = currency
        cls.rate("GBP", 0.8)

    @classmethod
    def rate(cls, code, rate, day="2020-01-01"):
        """Enter how much of a currency the company's own one buys from a day on."""
        currency = cls.env.ref(f"base.{code}")
        currency.active = True
        cls.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": cls.company.id,
                "name": day,
                "rate": rate,
            }
        )

    # === what people do === #

    def upload(self, *rows, **how):
        """Upload a settlement of these rows.

        :return: amazon.settlement
        """
        return self.upload_file(write(rows, **how))

    def upload_file(self, raw, account=None):
        wizard = self.env["amazon.import.settlement"].create(
            {
                "account_id": (account or self.account).id,
                "file": base64.b64encode(raw),
                "filename": "settlement.txt",
            }
        )
        action = wizard.action_import()
        return self.env["amazon.settlement"].browse(action["res_id"])

    def order_in(self, *skus, **details):
        """An order came in.

        :return: sale.order
        """
        ref = self.buy(*skus, **details)
        self.sync()
        return self.sale_order(ref)

    def invoice(self, order, **values):
        """Invoice a sales order, and post the invoice.

        :return: account.move, the posted invoice of an order
        """
        invoice = order.with_company(self.company)._create_invoices()
        invoice.write(values)
        invoice.action_post()
        return invoice

    def sold(self, order, amount=None, **more):
        """Write the rows of a sale for a settlement report.

        :return list: rows of the sale of an order, fee included
        """
        amount = order.amount_total if amount is None else amount
        item = order.order_line[0]
        cells = {
            "order_id": order.amazon_order_ref,
            "order_item_code": item.amazon_item_ref or "",
            "sku": item.product_id.default_code or "",
            "quantity_purchased": "1",
            "marketplace_name": "Amazon.de",
            **more,
        }
        return [row(f"{amount:.2f}", **cells), fee("-1.50", **cells)]

    # === what Odoo has stored === #

    def items(self, settlement):
        """Read the journal items of a settlement as plain data.

        :return list: (account, partner, amount) of the journal items
        """
        return sorted(
            (
                item.account_id.name,
                item.partner_id.name or "",
                item.currency_id.round(item.amount_currency),
            )
            for item in settlement.move_ids.line_ids
        )

    def balance(self, settlement, name):
        """Add up the journal items of a settlement on one account.

        :return float: of an account in the entries of a settlement
        """
        items = settlement.move_ids.line_ids.filtered(
            lambda item: item.account_id.name == name
        )
        return settlement.currency_id.round(sum(items.mapped("amount_currency")))

    def assertTies(self, settlement):
        """Entries balance, the payouts account has the total, rows tie to items."""
        for move in settlement.move_ids:
            self.assertEqual(round(sum(move.line_ids.mapped("balance")), 2), 0)
            currency = round(sum(move.line_ids.mapped("amount_currency")), 2)
            self.assertEqual(currency, 0)
        self.assertAlmostEqual(
            self.balance(settlement, "Amazon Payouts in Transit"),
            settlement.total_amount,
            2,
        )
        self.assertEqual(
            round(sum(settlement.line_ids.mapped("amount")), 2),
            round(settlement.total_amount, 2),
        )
        self.assertTrue(all(settlement.line_ids.mapped("account_id")))
