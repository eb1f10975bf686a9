"""What scheduled actions do in Odoo, and its test data.

Written for 17.0 and 19.0 alike, because this folder is not carried over.
"""

from unittest import mock

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError

from . import chart, ledger

COMPANY = "Torture"
ADMIN = 2
CRONS = (
    "ir_cron_sync_orders",
    "ir_cron_send_submissions",
    "ir_cron_sync_stock",
    "ir_cron_send_stock_now",
    "ir_cron_import_catalogue",
    "ir_cron_check_orders",
    "ir_cron_read_reports",
    "ir_cron_read_fba_stock",
)
#: SKUs that Odoo has a product for; the others come in as *Amazon Sale*
KNOWN = ("MUG-BLUE", "MUG-WHITE", "TEA-EARL-GREY", "TEA-SENCHA", "POT-GLASS")
SHOPS = ("A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A1F83G8C2ARO7P")


def warm_up(registry):
    """Let Odoo compute once what each worker would compute again; nothing is kept."""
    with registry.cursor() as cr:
        env = company_env(cr)
        if env.company.name != COMPANY:
            return  # not set up yet
        product = env["product.product"].search(
            [("default_code", "=", KNOWN[0]), ("company_id", "=", env.company.id)]
        )
        order = env["sale.order"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Somebody"}).id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        )
        order.action_confirm()
        env["res.country.state"]._amazon_spellings()
        env["amazon.order"].search([]).mapped("sale_order_id.picking_ids.move_ids")
        env["amazon.submission"].search([], limit=1).read()
        env["amazon.account"].search([], limit=1).write({"connection_message": "."})
        env.flush_all()
        cr.rollback()
    # The caches stay as they are for the workers: no later record has the number of one
    # that was rolled back. No worker shall report them to the others as stale.
    registry.cache_invalidated.clear()


#: settings of Odoo's stock, whichever of them the series has
CONTACTING = (
    "stock_move_sms_validation",
    "stock_text_confirmation",
    "stock_move_email_validation",
)


def prepare(registry):
    """Set up a fresh database: a company, its products, and no cron but ours."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["amazon.account"].search([]).action_archive()
        env["product.product"].search([("default_code", "!=", False)]).write(
            {"default_code": False, "barcode": False}
        )
        # The import would do that, and each later worker find its caches stale.
        (env.ref("base.EUR") + env.ref("base.GBP")).active = True
        company = env["res.company"].create({"name": COMPANY})
        company.currency_id = env.ref("base.EUR")
        # Odoo's stock writes mails and text messages, and asks before the first one.
        wanted = {name: True for name in CONTACTING if name in company._fields}
        company.write({**wanted, "has_received_warning_stock_sms": False})
        warehouses = env["stock.warehouse"]
        if not warehouses.search([("company_id", "=", company.id)]):  # as 19.0 does it
            name = {"name": COMPANY, "code": "TORT"}
            warehouses.create({**name, "company_id": company.id})
        admin = env["res.users"].browse(ADMIN)
        admin.write({"company_ids": [(4, company.id)], "company_id": company.id})
        for sku in KNOWN:
            create_product(env, company, {"name": sku, "default_code": sku}, True)
        service = create_product(env, company, {"name": "DHL Paket"}, False)
        env["delivery.carrier"].create(
            {
                "name": "DHL Paket",
                "product_id": service.id,
                "delivery_type": "fixed",
                "company_id": company.id,
            }
        )
        chart.set_up(company_env(cr))
        ours = [env.ref(f"amazon_connector.{name}", False) for name in CRONS]
        ids = [cron.id for cron in ours if cron]
        env.flush_all()
        cr.execute("UPDATE ir_cron SET active = id IN %s", [tuple(ids)])


def create_product(env, company, values, stored):
    products = env["product.product"]
    if not stored:
        kind = {"type": "service"}
    elif "is_storable" in products._fields:
        kind = {"type": "consu", "is_storable": True}
    else:
        kind = {"detailed_type": "product"}
    return products.create(
        {**values, **kind, "company_id": company.id, "taxes_id": [(5,)]}
    )


def open_account(registry, url, seller, stock):
    """Link an account of its own for a schedule; the earlier ones are closed.

    :param dict seller: the keys at the simulator
    :param int stock: pieces of each product, so that some schedules run short
    :return int: its id
    """
    with registry.cursor() as cr:
        env = company_env(cr)
        env["amazon.account"].search([]).action_archive()
        # Linked anew, a seller goes on with the orders of the archived account: here
        # each day is to know its own orders only.
        env.flush_all()
        cr.execute("UPDATE amazon_account SET environment = 'sandbox' WHERE NOT active")
        _rename_old_orders(cr)
        env.invalidate_all()
        _count_stock(env, stock)
        shops = env["amazon.marketplace"]._by_api_ref(list(SHOPS)).values()
        account = env["amazon.account"].create(
            {
                "name": seller["name"],
                "company_id": env.company.id,
                "location_id": env.company._get_amazon_location().id,
                "environment": "simulator",
                "simulator_url": url,
                "lwa_client_id": seller["client_id"],
                "lwa_client_secret": seller["client_secret"],
                "refresh_token": seller["refresh_token"],
                "seller_key": seller["merchant_token"],
                "base_marketplace_id": env.ref("amazon_connector.marketplace_de").id,
                "available_marketplace_ids": [(6, 0, [shop.id for shop in shops])],
                "active_marketplace_ids": [(6, 0, [shop.id for shop in shops])],
                "last_orders_sync": "2026-01-01 00:00:00",
                "sync_stock": True,
                "stock_confirmed_at": "2026-01-01 00:00:00",  # somebody saw the first
                "hold_pending": True,
            }
        )
        _offer_all(env, account)
        env.flush_all()
        cr.execute(  # so that there are nights that can be checked
            "UPDATE amazon_account SET create_date = create_date - '9 days'::interval"
            " WHERE id = %s",
            [account.id],
        )
        return account.id


def _rename_old_orders(cr):
    """Give the orders of earlier days other numbers: a day that is played again has the
    same numbers as before."""
    for table, account in (
        ("amazon_order", "account_id"),
        ("sale_order", "amazon_account_id"),
    ):
        cr.execute(
            f"UPDATE {table}"
            f" SET amazon_order_ref = {account} || '/' || amazon_order_ref"
            " WHERE amazon_order_ref NOT LIKE '%/%'"
        )


def open_books(registry, account):
    """Read all settlements of an account, and let Odoo post them."""
    with registry.cursor() as cr:
        env = company_env(cr)
        env["amazon.account"].browse(account).write(
            {
                "settlement_posting": "posted",
                # the reports of Amazon get older by hours here
                "finance_from": "2026-01-01 00:00:00",
            }
        )


def _offer_all(env, account):
    """All that the seller ships is offered everywhere, and its stock is sent."""
    env["amazon.offer"].create(
        [
            {
                "account_id": account.id,
                "marketplace_id": shop.id,
                "sku": product.default_code,
                "product_id": product.id,
                "amazon_channel": "fbm",
                "sync_stock": True,
            }
            for product in sellable(env)
            for shop in account.active_marketplace_ids
        ]
    )


def company_env(cr, user=SUPERUSER_ID):
    """Return an environment of our company and no other."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    company = env["res.company"].search([("name", "=", COMPANY)], limit=1)
    return api.Environment(cr, user, {"allowed_company_ids": company.ids})


def tidy(registry):
    """Merge quants, as Odoo does each night."""
    with registry.cursor() as cr:
        company_env(cr)["stock.quant"]._quant_tasks()


def _count_stock(env, pieces):
    """Count the stock: so many of each product are in the warehouse and at Amazon's."""
    quants = env["stock.quant"]
    quants._quant_tasks()  # as Odoo does each day
    for product in sellable(env):
        for location in (shelf(env), env.company._get_amazon_location()):
            free = quants._get_available_quantity(
                product, location, allow_negative=True
            )
            if free != pieces:
                quants._update_available_quantity(product, location, pieces - free)


def sellable(env):
    """Return the products that Odoo has for SKUs."""
    return env["product.product"].search([("default_code", "in", KNOWN)], order="id")


def shelf(env):
    """Return the location that deliveries take from."""
    warehouses = env["stock.warehouse"]
    mine = warehouses.search([("company_id", "=", env.company.id)], limit=1)
    return mine.lot_stock_id


# -- time


def hurry(registry):
    """Let the crons run each minute, so that a short time is enough."""
    with registry.cursor() as cr:
        cr.execute("UPDATE ir_cron SET interval_number = 1, interval_type = 'minutes'")


def pass_time(registry, account, hours=0, is_day=True):
    """Let time pass while nobody works: whatever waited is due.

    :param int hours: by which reports are older then; Amazon's have to be, too
    :param bool is_day: also what is read once a day
    """
    with registry.cursor() as cr:
        for table, change in _waits():
            cr.execute(f"UPDATE {table} SET {change} WHERE account_id = %s", [account])
        cr.execute(
            "UPDATE amazon_report SET requested_at = requested_at - %s * '1h'::interval"
            " WHERE account_id = %s",
            [hours, account],
        )
        if is_day:
            cr.execute(
                "UPDATE amazon_account"
                " SET fba_stock_read_at = fba_stock_read_at - '1 day'::interval,"
                " returns_asked_at = returns_asked_at - '1 day'::interval"
                " WHERE id = %s",
                [account],
            )
        cr.execute(f"UPDATE ir_cron SET nextcall = {EARLIER}")
        cr.execute(f"UPDATE ir_cron_trigger SET call_at = {EARLIER}")


def age_shipments(registry, account, hours):
    """Let hours pass since Amazon took the shipments: it is looked whether it has
    them."""
    with registry.cursor() as cr:
        cr.execute(
            "UPDATE amazon_submission SET done_at = done_at - %(age)s * '1h'::interval,"
            " check_at = check_at - %(age)s * '1h'::interval"
            " WHERE account_id = %(account)s AND kind = 'shipment'",
            {"age": hours, "account": account},
        )


EARLIER = "now() at time zone 'UTC' - '1m'::interval"


def _waits():
    wait = f"next_try_at = CASE WHEN next_try_at IS NOT NULL THEN {EARLIER} END"
    # whoever was sending is dead by now
    died = f"sent_at = CASE state WHEN 'sending' THEN {EARLIER} - '20m'::interval"
    died += " ELSE sent_at END"
    yield "amazon_order", wait
    yield "amazon_submission", f"{wait}, {died}"
    yield "amazon_feed", died
    yield "amazon_report", wait
    yield "amazon_rate_limit", "next_allowed_at = NULL, tokens = burst"


#: Amazon's own times, which our clock does not make
TIMES_OF_AMAZON = (
    *("last_orders_sync", "orders_read_until", "orders_page_from"),
    *("orders_page_until", "orders_begin_at", "go_live_date", "remote_updated_at"),
    *("transactions_read_until", "finance_from"),
)


def jump_clock(registry, hours):
    """The server's clock was wrong until now: all that it has written is so many hours
    later than it was; less than nothing: earlier."""
    with registry.cursor() as cr:
        cr.execute(
            """
            SELECT columns.table_name, array_agg(column_name::text)
              FROM information_schema.columns JOIN information_schema.tables
             USING (table_schema, table_name)
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
               AND data_type = 'timestamp without time zone'
               AND column_name NOT IN %s
               AND (table_name LIKE 'amazon\\_%%'
                    OR table_name IN ('stock_quant', 'stock_move', 'product_template'))
          GROUP BY columns.table_name""",
            [TIMES_OF_AMAZON],
        )
        for table, columns in cr.fetchall():
            shifted = (
                f"{name} = {name} + %(hours)s * '1h'::interval" for name in columns
            )
            cr.execute(f"UPDATE {table} SET {', '.join(shifted)}", {"hours": hours})
        cr.execute(
            "UPDATE ir_cron SET nextcall = nextcall + %s * '1h'::interval", [hours]
        )


def rename_database(registry, uuid=None):
    """Give the database another identity, as Odoo's *Duplicate* does to a copy.

    :param str uuid: the identity that it shall have; None: a new one
    :return str: the one it had
    """
    with registry.cursor() as cr:
        settings = api.Environment(cr, SUPERUSER_ID, {})["ir.config_parameter"]
        before = settings.get_param("database.uuid")
        settings.set_param("database.uuid", uuid or f"copy of {before}")
        return before


# -- machines


def cron(registry, page_size=100):
    """Run one round of a cron worker, as Odoo's own server does."""
    with paging(page_size):
        registry["ir.cron"]._process_jobs(registry.db_name)


def paging(size):
    """Let Amazon give so many orders per page meanwhile."""
    from odoo.addons.amazon_connector.models.orders import (
        amazon_account as amazon_account_orders,
    )

    return mock.patch.object(amazon_account_orders, "PAGE_SIZE", size)


def settle(registry, account, rounds, page_size=100):
    """Let hours pass repeatedly, until there is nothing left to do; a day only before
    the first round, since nothing changes at Amazon.

    What is held back is released before a round, never after the last one: what is
    released needs a round to reach Amazon, and who compares now would miss it there.

    :param int rounds: at most so many
    :return list: what was left after each round
    """
    left = []
    for _round in range(rounds):
        if left and ledger.HELD in left[-1]:
            _release_stock(registry, account)
        pass_time(registry, account, is_day=not left)
        cron(registry, page_size)
        left.append(ledger.left(registry, account))
        if not left[-1]:
            break
    return left


def _release_stock(registry, account):
    """A person has looked at what the guard holds back, and lets it go."""
    with registry.cursor() as cr:
        env = company_env(cr, ADMIN)
        env["amazon.account"].browse(account).action_release_stock()


def direct(registry, method, page_size=100):
    """Run a method beside the cron's lock: what another entry point would do at the
    same time.
    """
    with paging(page_size), registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        getattr(env["amazon.account"], method)()


def refuse(registry, method):
    """A run in which Odoo refuses each new order and each shipment, as another addon
    may: they fail, and wait for a person."""
    from odoo.addons.amazon_connector.models.orders.sale_order import SaleOrder
    from odoo.addons.amazon_connector.models.shipments.amazon_submission import (
        AmazonSubmission,
    )

    refusal = mock.Mock(side_effect=UserError("Not today."))
    with (
        mock.patch.object(SaleOrder, "_amazon_import", refusal),
        mock.patch.object(AmazonSubmission, "_send_shipment", refusal),
    ):
        direct(registry, method)
