"""Reads the stored records of an account as plain data, in a process of its own."""

from odoo import SUPERUSER_ID, api

OPEN = "('todo', 'sending', 'submitted', 'unknown')"
DOUBLE_QUANTS = """
SELECT product_id, location_id, lot_id, count(*) FROM stock_quant
 WHERE company_id = %(company)s
 GROUP BY product_id, location_id, lot_id, package_id, owner_id HAVING count(*) > 1"""
#: a product in a location: quantity, reserved, and reserved by deliveries
SHELVES = """
  FROM (SELECT product_id, quant.location_id AS place,
               sum(quantity) AS there, sum(reserved_quantity) AS held
          FROM stock_quant AS quant JOIN stock_location AS place
            ON place.id = quant.location_id
         WHERE quant.company_id = %(company)s AND usage = 'internal'
         GROUP BY 1, 2) AS shelf
  FULL JOIN (SELECT product_id, line.location_id AS place,
                    sum(quantity_product_uom) AS wanted
               FROM stock_move_line AS line JOIN stock_location AS place
                 ON place.id = line.location_id
              WHERE line.company_id = %(company)s AND usage = 'internal'
                AND state NOT IN ('done', 'cancel', 'draft')
              GROUP BY 1, 2) AS open USING (product_id, place)"""
#: goods that are reserved without a pending order of the account
STRAY_HOLDS = """
SELECT move.id, move.reference FROM stock_move AS move
  JOIN amazon_order AS row ON row.id = move.amazon_order_id
 WHERE move.company_id = %(company)s
   AND (row.held_until IS NULL OR row.account_id != %(account)s)"""
#: what was sent, or waits to be sent, to people who bought at Amazon
CONTACTS = """
SELECT 'sms', text.id FROM sms_sms AS text
  JOIN res_partner AS partner ON partner.id = text.partner_id
 WHERE partner.amazon_created AND partner.company_id = %(company)s
 UNION ALL
SELECT notification_type, notification.id FROM mail_notification AS notification
  JOIN res_partner AS partner ON partner.id = notification.res_partner_id
 WHERE partner.amazon_created AND partner.company_id = %(company)s"""
OVER_RESERVED = f"""
SELECT product_id, place, held, there {SHELVES}
 WHERE held > 0.001 + greatest(there, 0) OR held < -0.001"""
WRONGLY_RESERVED = f"""
SELECT product_id, place, held, wanted {SHELVES}
  JOIN product_product AS product ON product.id = product_id
 WHERE default_code IS NOT NULL
   AND abs(coalesce(held, 0) - coalesce(wanted, 0)) > 0.001"""

#: reference of an order whose lines or deliveries somebody changed, see `people`
EDITED = "edited"
#: what waits for a person, who was asked to look at it
HELD = "offers held back"


def left(registry, account):
    """Count what is still to be done by scheduled actions.

    :return dict: what -> how many; empty when all is quiet
    """
    with registry.cursor() as cr:
        cr.execute(
            f"""SELECT 'order ' || state, count(*) FROM amazon_order
                 WHERE account_id = %(account)s AND state = 'new' GROUP BY 1
                 UNION ALL
                SELECT kind || ' ' || state, count(*) FROM amazon_submission
                 WHERE account_id = %(account)s AND state IN {OPEN} GROUP BY 1
                 UNION ALL
                SELECT 'feed ' || state, count(*) FROM amazon_feed
                 WHERE account_id = %(account)s
                   AND state IN ('sending', 'submitted', 'unknown') GROUP BY 1
                 UNION ALL
                SELECT 'report ' || state, count(*) FROM amazon_report
                 WHERE account_id = %(account)s AND state NOT IN ('done', 'empty')
                 GROUP BY 1
                 UNION ALL
                SELECT 'FBA stock unread', 1 FROM amazon_account
                 WHERE id = %(account)s
                   AND (fba_stock_read_at IS NULL OR fba_stock_message IS NOT NULL)
                 UNION ALL
                SELECT 'page', 1 FROM amazon_account
                 WHERE id = %(account)s AND coalesce(orders_page_token, '') != ''""",
            {"account": account},
        )
        found = dict(cr.fetchall())
        if found:
            return found
        env = account_env(cr, account)
        offers = _offers(env, account)
        unknown = sum(offer["available"] != offer["sent"] for offer in offers)
        is_held = env["amazon.account"].browse(account).stock_guard_message
        return {HELD if is_held else "offers to send": unknown} if unknown else {}


def deadlocks(registry):
    """Count the deadlocks of this database.

    :return int: so often the database had to break one, since it was made
    """
    with registry.cursor() as cr:
        cr.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return cr.fetchone()[0]


def account_env(cr, account):
    """Return an environment of the account's company and no other."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    record = env["amazon.account"].with_context(active_test=False).browse(account)
    return env(context={"allowed_company_ids": record.company_id.ids})


def sold_out(registry, account):
    """Read which offers are sold out in Odoo and wait for nobody.

    :return list: of dict, SKU and marketplace
    """
    with registry.cursor() as cr:
        env = account_env(cr, account)
        held = env["amazon.submission"].search(
            [
                ("account_id", "=", account),
                ("kind", "=", "stock"),
                ("state", "=", "held"),
            ]
        )
        skus = set(held.mapped("offer_id.sku"))
        offers = [offer for offer in _offers(env, account) if offer["sku"] not in skus]
        gone = {offer["sku"] for offer in offers if not offer["available"]}
        return [offer for offer in offers if offer["sku"] in gone]


def read(registry, account):
    """Read all that is compared with Amazon's side.

    :return dict: rows, orders, messages and faults of the stock
    """
    with registry.cursor() as cr:
        env = account_env(cr, account)
        record = env["amazon.account"].browse(account)
        company = record.company_id.id
        books = {
            "rows": _rows(env, account),
            "orders": _orders(env, account),
            "messages": _messages(env, account),
            "offers": _offers(env, account),
            "listings": _listings(env, account),
            "FBA stock": _fba_stock(env, account),
            "settlements": _settlements(env, account),
            "connection": record.connection_state,
        }
        for name, query in (
            ("double quants", DOUBLE_QUANTS),
            ("over-reserved", OVER_RESERVED),
            ("wrongly reserved", WRONGLY_RESERVED),
            ("stray holds", STRAY_HOLDS),
            ("contacts with buyers", CONTACTS),
        ):
            cr.execute(query, {"company": company, "account": account})
            books[name] = [[str(value) for value in row] for row in cr.fetchall()]
        return books


def _rows(env, account):
    rows = env["amazon.order"].search([("account_id", "=", account)])
    return [
        {
            "ref": row.amazon_order_ref,
            "state": row.state,
            "kind": row.error_kind,
            "message": row.error_message,
            "order": row.sale_order_id.id,
            "held": _held(row),
        }
        for row in rows
    ]


def _held(row):
    """What a pending order reserves, by SKU."""
    return {
        move.product_id.default_code: move.product_uom_qty
        for move in row.hold_move_ids
        if move.state != "cancel"
    }


def _orders(env, account):
    orders = env["sale.order"].search([("amazon_account_id", "=", account)])
    return [
        {
            "id": order.id,
            "ref": order.amazon_order_ref,
            "state": order.state,
            "total": f"{order.amount_total:.2f}",
            "currency": order.currency_id.name,
            "difference": f"{order.amazon_total_difference:.2f}",
            "review": order.amazon_review,
            "edited": order.reference == EDITED,
            "lines": [_line(line) for line in order.order_line if line.amazon_item_ref],
            "packages": [
                _package(package) for package in order.picking_ids.amazon_package_ids
            ],
        }
        for order in orders
    ]


def _line(line):
    """What was ordered, what is on its way or has left, and how much of it before."""
    moves = line.move_ids.filtered(lambda move: move.state != "cancel")
    return {
        "item": line.amazon_item_ref,
        "ordered": line.product_uom_qty,
        "before": line.amazon_shipped_before,
        "moved": sum(moves.mapped("product_uom_qty")),
        "pieces": line.amazon_quantity,
        "open": sum(move.product_qty for move in moves if move.state != "done"),
        "waiting": line.amazon_waiting,
        "done": sum(move.quantity for move in moves if move.state == "done"),
        "stored": line.product_id.type != "service",
    }


def _package(package):
    return {
        "reference": package.package_ref,
        "done": package.picking_id.state == "done",
        "tracking": package._get_tracking(),
        "items": package.items or {},
        "states": package.submission_ids.mapped("state"),
    }


def _offers(env, account):
    """What can be bought of what the seller ships, and what was sent to Amazon."""
    offers = env["amazon.offer"].search(
        [
            ("account_id", "=", account),
            ("amazon_channel", "=", "fbm"),
            ("product_id.default_code", "!=", False),
        ]
    )
    return [
        {
            "sku": offer.sku,
            "marketplace": offer.marketplace_id.api_ref,
            "available": offer.available_quantity,
            "sent": offer.sent_quantity if offer.sent_at else None,
        }
        for offer in offers
    ]


def _listings(env, account):
    """What Odoo knows of the catalogue."""
    offers = env["amazon.offer"].search([("account_id", "=", account)])
    return [
        {
            "marketplace": offer.marketplace_id.api_ref,
            "sku": offer.sku,
            "channel": offer.amazon_channel,
            "asin": offer.asin,
            "title": offer.title,
            "price": f"{offer.price:.2f}",
        }
        for offer in offers
    ]


def _fba_stock(env, account):
    rows = env["amazon.fba.stock"].search([("account_id", "=", account)])
    return [
        {
            "sku": row.sku,
            "marketplace": row.marketplace_id.api_ref,
            "fulfillable": row.fulfillable_quantity,
            "reserved": row.reserved_quantity,
        }
        for row in rows
    ]


def _settlements(env, account):
    """Return what was booked of each settlement, by the accounts of its entries."""
    settlements = env["amazon.settlement"].search([("account_id", "=", account)])
    return [
        {
            "ref": settlement.settlement_ref,
            "state": settlement.state,
            "message": settlement.error_message,
            "rows": len(settlement.line_ids),
            "entries": settlement.move_ids.mapped("state"),
            "booked": _booked(settlement.move_ids),
        }
        for settlement in settlements
    ]


def _booked(moves):
    """Add up entries by account; those of buyers by the order, as Amazon counts."""
    found = {}
    for item in moves.line_ids:
        name = item.account_id.name
        if item.account_id.account_type == "asset_receivable":
            name = item.name.split()[-1]
        found[name] = found.get(name, 0) - item.amount_currency
    return {name: f"{amount:.2f}" for name, amount in found.items() if amount}


def _messages(env, account):
    messages = env["amazon.submission"].search([("account_id", "=", account)])
    return [
        {
            "id": message.id,
            "kind": message.kind,
            "state": message.state,
            "ref": message.sale_order_id.amazon_order_ref,
            "attempts": message.attempts,
            "message": message.error_message,
            "package": message.package_id.package_ref or "",
            "silences": message.silence_count,
        }
        for message in messages
    ]
