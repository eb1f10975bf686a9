"""What it costs to import a settlement, and to book, post and reconcile it with the
invoices of its orders (`dev bench`).
"""

import base64
import random

from odoo import fields
from odoo.tools import SQL

from .bench_cost import measured, report
from .bench_history import copies_of, without_autovacuum
from .bench_shop import Shop

#: rows of an order: its sale, shipping and its fees
ROWS = (
    ("ItemPrice", "Principal", "10.00"),
    ("ItemPrice", "Shipping", "1.99"),
    ("ItemFees", "Commission", "-1.80"),
    ("ItemFees", "FBAPerUnitFulfillmentFee", "-3.10"),
    ("ItemFees", "ShippingChargeback", "-1.99"),
    ("Promotion", "Shipping", "-1.99"),
    ("ItemPrice", "GiftWrap", "1.99"),
)
COLUMNS = (
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "posted-date",
    "order-item-code",
    "sku",
    "quantity-purchased",
)


def run(env, way, count, _history):
    """Import a settlement of so many rows, and print the costs as JSON."""
    report(*Settlement(env, count).measure())


class Settlement(Shop):
    """Orders with posted invoices, and the file that pays them."""

    def __init__(self, env, count):
        super().__init__(env)
        without_autovacuum(env.cr)
        company = self.account.company_id
        if not env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "sale")], limit=1
        ):
            env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        self.count = count
        self.fill_stock()
        self.refs = self._multiply(-(-count // len(ROWS)))
        env.cr.commit()
        env.invalidate_all()

    def _multiply(self, count):
        """One order with its invoice, and so many copies of both, made by SQL.

        :return list: references of the orders
        """
        env, cr = self.env, self.env.cr
        orders, _calls = self.buy(1)
        order = env["sale.order"]._amazon_import(self.account, orders)[
            orders[0].order_id
        ]
        line = order.order_line[0]
        line.write({"price_unit": 11.99, "product_uom_qty": 1})
        (order.order_line - line).write({"price_unit": 0, "product_uom_qty": 0})
        line["tax_id" if "tax_id" in line._fields else "tax_ids"] = False
        for each in line.product_id:
            each.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        env.flush_all()
        self.currency = invoice.currency_id.name
        item = invoice.line_ids.filtered(
            lambda one: one.account_id.account_type == "asset_receivable"
        )
        sold = invoice.invoice_line_ids.filtered("sale_line_ids")[:1]
        ref = "'302-' || lpad(n::text, 7, '0') || '-0000000'"
        sales = copies_of(cr, order, count, amazon_order_ref=ref, name=ref)
        moves = copies_of(
            cr, invoice, count, name=ref, sequence_number="n + 1", payment_reference=ref
        )
        shift = {
            "order_id": f"{sales[0] - 1} + n",
            "amazon_item_ref": "n::text",
            "move_id": f"{moves[0] - 1} + n",
            "move_name": ref,
        }
        lines = copies_of(
            cr, line, count, **{k: shift[k] for k in ("order_id", "amazon_item_ref")}
        )
        moved = {k: shift[k] for k in ("move_id", "move_name")}
        copies_of(cr, item, count, **moved)
        revenue = copies_of(cr, sold, count, **moved)
        cr.execute(
            SQL(
                "INSERT INTO sale_order_line_invoice_rel"
                " (invoice_line_id, order_line_id)"
                " SELECT %s + n, %s + n FROM generate_series(0, %s) AS n",
                revenue[0],
                lines[0],
                count - 1,
            )
        )
        cr.execute("ANALYZE")
        return [f"302-{n:07}-0000000" for n in range(1, count + 1)]

    def file(self):
        """Write a report with some rows for each order, in random order.

        :return bytes: the report of the settlement
        """
        rng, day = random.Random(1), fields.Date.today()
        first = {
            "settlement-start-date": f"{day} 00:00:00 UTC",
            "settlement-end-date": f"{day} 12:00:00 UTC",
            "deposit-date": f"{day} 12:00:00 UTC",
            "currency": self.currency,
        }
        cells, total = [], 0
        for number, ref in enumerate(self.refs, start=1):
            for kind, label, amount in ROWS:
                total += round(float(amount) * 100)
                cells.append(
                    {
                        "transaction-type": "Order",
                        "order-id": ref,
                        "marketplace-name": "Amazon.de",
                        "amount-type": kind,
                        "amount-description": label,
                        "amount": amount,
                        "posted-date": str(day),
                        "order-item-code": str(number),
                        "sku": "MUG-BLUE",
                        "quantity-purchased": "1",
                    }
                )
        rng.shuffle(cells)
        first["total-amount"] = f"{total / 100:.2f}"
        lines = ["\t".join(COLUMNS)]
        for each in (first, *cells):
            each["settlement-id"] = "1"
            lines.append("\t".join(each.get(name, "") for name in COLUMNS))
        return "\n".join(lines).encode()

    def measure(self):
        """Import, book and post the settlement, and measure each step.

        :return list: costs per row of import, booking, posting with reconciliation
        """
        account, env = self.account, self.env
        account.invoice_workflow = "none"
        wizard = env["amazon.import.settlement"].create(
            {"account_id": account.id, "file": base64.b64encode(self.file())}
        )
        content = wizard._get_content(account)
        settlements, rows = env["amazon.settlement"], len(self.refs) * len(ROWS)
        found = [
            measured(
                env,
                "settlement: read",
                rows,
                settlements._read_content,
                account,
                content,
            )
        ]
        settlement = settlements.search([("account_id", "=", account.id)])
        for title, work in (
            ("settlement: book", settlement._book_or_hold),
            ("settlement: post, reconcile", settlement.action_post),
        ):
            found.append(measured(env, title, rows, work))
        paid = settlement.line_ids.move_line_id.filtered("reconciled")
        if len(paid) != len(self.refs) or settlement.state != "posted":
            raise AssertionError(f"{len(paid)} of {len(self.refs)} are reconciled")
        return found
