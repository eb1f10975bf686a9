"""What was paid, credited and sent back, as plain data; as the other parts of the fork
server, each call has its own process.

Written for 17.0 and 19.0 alike, because this folder is not carried over.
"""

from collections import defaultdict
from datetime import timedelta

from odoo import fields

from .jobs import KNOWN, company_env, shelf
from .ledger import account_env

#: settlements, refunds and returns are read since then
FINANCE = timedelta(days=60)


def open_shop(registry, account):
    """Let Odoo post settlements and credit notes by itself.

    :return dict: what lies where, see `_stock`
    """
    with registry.cursor() as cr:
        env = company_env(cr)
        record = env["amazon.account"].browse(account)
        record.write(
            {
                "settlement_posting": "posted",
                "refund_posting": "posted",
                "finance_from": fields.Datetime.now() - FINANCE,
            }
        )
        env.flush_all()
        return _stock(env, record)


def read_trade(registry, account):
    """Read what is compared with what Amazon paid, took back and received.

    :return dict: refunds, documents, payments, returns, stock, refunded, unbalanced
    """
    with registry.cursor() as cr:
        env = account_env(cr, account)
        record = env["amazon.account"].browse(account)
        orders = env["sale.order"].search([("amazon_account_id", "=", account)])
        documents = orders.order_line.invoice_lines.move_id
        settlements = env["amazon.settlement"].search([("account_id", "=", account)])
        return {
            "refunds": _refunds(env, account),
            "documents": [_document(move) for move in documents],
            "payments": _payments(settlements.move_ids),
            "returns": _returns(env, account),
            "stock": _stock(env, record),
            "refunded": {
                order.amazon_order_ref: f"{order.amazon_refunded:.2f}"
                for order in orders
            },
            "unbalanced": _unbalanced(documents | settlements.move_ids),
        }


def _refunds(env, account):
    refunds = env["amazon.refund"].search([("account_id", "=", account)])
    return [
        {
            "ref": refund.refund_ref,
            "order": refund.amazon_order_ref,
            "amount": f"{refund.amount_total:.2f}",
            "state": refund.state,
            "reason": refund.reason,
            "hold": refund.hold_reason,
            "message": refund.message,
            "notes": [
                f"{move.state} {move.amount_total:.2f}"
                for move in env["account.move"].search(
                    [("amazon_refund_id", "=", refund.id)]
                )
            ],
        }
        for refund in refunds
    ]


def _document(move):
    """Convert an invoice or a credit note of an order."""
    items = _receivables(move)
    return {
        "order": move.invoice_line_ids.sale_line_ids.order_id.amazon_order_ref,
        "type": move.move_type,
        "state": move.state,
        "total": f"{move.amount_total:.2f}",
        "open": f"{sum(items.mapped('amount_residual_currency')):.2f}",
        "is_refund": bool(move.amazon_refund_id),
    }


def _receivables(moves):
    return moves.line_ids.filtered(
        lambda item: item.account_id.account_type == "asset_receivable"
    )


def _payments(moves):
    """Convert what settlements have booked on orders."""
    return [
        {
            "order": item.name.split()[-1],
            "amount": f"{item.amount_currency:.2f}",
            "open": f"{item.amount_residual_currency:.2f}",
        }
        for item in _receivables(moves)
    ]


def _returns(env, account):
    return [
        {
            "ref": row.return_ref,
            "order": row.amazon_order_ref,
            "sku": row.sku,
            "channel": row.amazon_channel,
            "quantity": row.quantity,
            "state": row.state,
            "hold": row.hold_reason,
            "message": row.message,
            "done": _count(row.move_ids, is_done=True),
            "open": _count(row.move_ids, is_done=False),
        }
        for row in env["amazon.return"].search([("account_id", "=", account)])
    ]


def _count(moves, is_done):
    found = moves.filtered(lambda move: move.state != "cancel")
    if is_done:
        return sum(move.quantity for move in found if move.state == "done")
    return sum(move.product_uom_qty for move in found if move.state != "done")


def _stock(env, account):
    """Count what lies on the shelf, at Amazon with all that is below, and what of that
    is unsellable.

    :return dict: SKU -> place -> pieces
    """
    places = {
        "shelf": shelf(env),
        "Amazon": account.location_id,
        "unsellable": account.unsellable_location_id,
    }
    found = {sku: dict.fromkeys(places, 0) for sku in KNOWN}
    for name, place in places.items():
        if place:
            quants = env["stock.quant"].search(
                [
                    ("location_id", "child_of", place.id),
                    ("product_id.default_code", "in", KNOWN),
                ]
            )
            for quant in quants:
                found[quant.product_id.default_code][name] += quant.quantity
    return found


def _unbalanced(moves):
    """Find entries whose items do not come to nothing, in any currency.

    :return list: of str
    """
    wrong = []
    for move in moves:
        sums = defaultdict(float)
        for item in move.line_ids:
            sums["balance"] += item.balance
            sums[item.currency_id.name] += item.amount_currency
        left = {name: round(amount, 2) for name, amount in sums.items()}
        if any(left.values()):
            wrong.append(f"{move.name} {move.ref}: {left}")
    return wrong
