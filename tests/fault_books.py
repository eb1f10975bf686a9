"""What Odoo has stored for an account, and what Amazon knows, as plain data: equal for
two runs with the same result, whatever happened in between.
"""

#: model -> the way to its account, and what stands in its rows; no number and no time
#: that differ from day to day
BOOKS = {
    "amazon.order": (
        "account_id",
        "amazon_order_ref state error_message sale_order_id.state history_id.state",
    ),
    "sale.order": (
        "amazon_account_id",
        "amazon_order_ref state amount_total amazon_total amazon_total_difference "
        "partner_id.name amazon_review amazon_cancel_status amazon_is_history "
        "order_line.product_id.default_code order_line.product_uom_qty "
        "order_line.price_total picking_ids.state picking_ids.amazon_sync_status "
        "picking_ids.move_ids.product_uom_qty picking_ids.move_ids.state",
    ),
    "amazon.submission": (
        "account_id",
        "kind state error_message sale_order_id.amazon_order_ref package_id.name "
        "offer_id.sku quantity move_id.amount_total",
    ),
    "amazon.refund": ("account_id", "state amazon_order_ref amount_total"),
    "amazon.offer": (
        "account_id",
        "sku marketplace_id.api_ref amazon_channel product_id.default_code asin title "
        "price listing_status listed_quantity sent_quantity",
    ),
    "amazon.report": (
        "account_id",
        "report_type state position row_count changed_count summary error_message",
    ),
    "amazon.order.check": (
        "account_id",
        "checked_count missing_ids.amazon_order_ref differing_ids.amazon_order_ref "
        "open_count",
    ),
    "amazon.fba.stock": (
        "account_id",
        "sku marketplace_id.api_ref fulfillable_quantity reserved_quantity "
        "inbound_quantity odoo_quantity difference",
    ),
    "amazon.account.check": ("account_id", "area state message"),
    "amazon.recovery": ("account_id", "is_read found_count"),
    "amazon.history": (
        "account_id",
        "state message cursor found_count done_count ignored_count failed_count",
    ),
    "amazon.problem": (
        "account_id",
        "kind amazon_order_id.amazon_order_ref sale_order_id.amazon_order_ref message",
    ),
}
ACCOUNT = (
    "connection_state connection_message fba_stock_message link_method seller_key "
    "is_linked active_marketplace_ids.api_ref available_marketplace_ids.api_ref "
    "activity_ids.summary"
)


def read_books(account, world):
    """Read the stored records of both sides, without numbers and times that vary.

    :param account: one amazon.account
    :param World world: of the simulator
    :return dict: what is where -> sorted rows of plain data"""
    account.env.flush_all()
    account.env.invalidate_all()
    books = {
        model: _rows(account.env[model].search([(path, "=", account.id)]), names)
        for model, (path, names) in BOOKS.items()
    }
    mails = account.env["mail.message"].search(
        [
            ("model", "=", "amazon.account"),
            ("res_id", "=", account.id),
            ("subject", "!=", False),  # those that somebody gets
        ]
    )
    return {
        **books,
        "account": _rows(account, ACCOUNT),
        "mails": sorted(mails.mapped("subject")),
        **_at_amazon(world),
    }


def _rows(records, names):
    found = [
        [[name, *record.mapped(name)] for name in names.split()] for record in records
    ]
    return sorted(found, key=repr)


def _at_amazon(world):
    return {
        "packages at Amazon": world.shipments(),
        "orders at Amazon": {ref: one.status for ref, one in world.orders.items()},
        "cancelled at Amazon": world.cancellations(),
        "quantities at Amazon": world.quantities(),
        "invoices at Amazon": sorted(world.invoices),
        "refunds at Amazon": [
            (event.order, event.item, event.total) for event in world.refunds
        ],
        "feeds at Amazon": [
            (feed.type, feed.status, feed.accepted, feed.refused)
            for feed in world.feeds
        ],
        "reports at Amazon": [(report.type, report.status) for report in world.reports],
        "dangers": world.dangers,
    }
