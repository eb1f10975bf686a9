"""Many accounts of several companies, and the cron that goes through them; as the other
parts of the fork server, each call has its own process.
"""

import time
from unittest import mock

from odoo import SUPERUSER_ID, api

from . import jobs, ledger

GERMANY = "A1PA6795UKMFR9"
CRON = "amazon_connector.ir_cron_sync_orders"
BOOKS = {
    "double_quants": ledger.DOUBLE_QUANTS,
    "over_reserved": ledger.OVER_RESERVED,
    "wrongly_reserved": ledger.WRONGLY_RESERVED,
}


def open_shops(registry, sellers, companies, stock, processes):
    """Link an account per seller, alternating between companies that share nothing, and
    create as many scheduled actions as processes shall work.

    :param list sellers: of dict, the keys at the simulator and its ``url``
    :param int stock: pieces of each product in each company
    """
    jobs.prepare(registry)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        opened = [_open_company(env, number, stock) for number in range(companies)]
        shop = env["amazon.marketplace"]._by_api_ref([GERMANY])[GERMANY]
        env["amazon.account"].create(
            [
                _prepare_account(seller, opened[number % companies], shop)
                for number, seller in enumerate(sellers)
            ]
        )
        cron = env.ref(CRON)
        for _copy in range(processes - 1):
            cron.copy()
        crons = _crons(env)
        cr.execute("UPDATE ir_cron SET active = id IN %s", [tuple(crons.ids)])


def _open_company(env, number, stock):
    """Create a company that shares nothing with the others.

    :return: res.company with a warehouse and products of its own
    """
    name = f"Company {number + 1}"
    euro = env.ref("base.EUR").id
    company = env["res.company"].create({"name": name, "currency_id": euro})
    warehouses = env["stock.warehouse"]
    mine = [("company_id", "=", company.id)]
    if not warehouses.search(mine):  # as 19.0 does it
        code = f"C{number + 1}"
        warehouses.create({"name": name, "code": code, "company_id": company.id})
    shelf = warehouses.search(mine, limit=1).lot_stock_id
    for sku in jobs.KNOWN:
        values = {"name": sku, "default_code": sku}
        product = jobs.create_product(env, company, values, True)
        env["stock.quant"]._update_available_quantity(product, shelf, stock)
    return company


def _prepare_account(seller, company, shop):
    return {
        "name": seller["name"],
        "company_id": company.id,
        "environment": "simulator",
        "simulator_url": seller["url"],
        "lwa_client_id": seller["client_id"],
        "lwa_client_secret": seller["client_secret"],
        "refresh_token": seller["refresh_token"],
        "seller_key": seller["merchant_token"],
        "base_marketplace_id": shop.id,
        "available_marketplace_ids": [(6, 0, shop.ids)],
        "active_marketplace_ids": [(6, 0, shop.ids)],
        "last_orders_sync": "2026-01-01 00:00:00",
    }


def _crons(env):
    """Find the scheduled actions that read orders.

    :return: ir.cron, ours and its duplicates, however the series copies them
    """
    code = env.ref(CRON).code
    return env["ir.cron"].search([("code", "=", code)])


def round_is_due(registry):
    """Let ten minutes pass: the regular run of each cron is due, and what waited."""
    with registry.cursor() as cr:
        cr.execute(f"UPDATE ir_cron SET nextcall = {jobs.EARLIER}")
        ago = "- '10 minutes'::interval"
        cr.execute(f"UPDATE ir_cron_trigger SET call_at = call_at {ago}")
        cr.execute(
            f"UPDATE amazon_account SET orders_turn_at = orders_turn_at {ago},"
            f" orders_due_at = orders_due_at {ago}"
        )


def work(registry, seconds):
    """What a cron worker of Odoo's server does once: the jobs that are due.

    :param float seconds: the time of a run
    :return dict: runs: list of (begin, end); visits: list of (account, begin, end,
        counts)
    """
    from odoo.addons.amazon_connector.models.orders import (
        amazon_account as amazon_account_orders,
    )

    model, runs, visits = registry["amazon.account"], [], []
    cron, sync = model._cron_sync_orders, model._sync_orders

    def noted_cron(accounts):
        began = time.time()
        cron(accounts)
        runs.append((began, time.time()))

    def noted_sync(account, *args, **kwargs):
        began = time.time()
        counts = sync(account, *args, **kwargs)
        visits.append((account.id, began, time.time(), dict(counts)))
        return counts

    with (
        mock.patch.object(amazon_account_orders, "get_cron_seconds", lambda: seconds),
        mock.patch.object(model, "_cron_sync_orders", noted_cron),
        mock.patch.object(model, "_sync_orders", noted_sync),
    ):
        registry["ir.cron"]._process_jobs(registry.db_name)
    return {"runs": runs, "visits": visits}


def read_shops(registry):
    """Read what the accounts have stored, and the faults in it.

    :return dict: accounts: dict seller -> id; orders: list of (seller, reference,
    whether it is in its account's company); rows: dict state -> how
    many; faults of the stock; turns: seconds from first to last scheduling
    """
    with registry.cursor() as cr:
        cr.execute("SELECT seller_key, id FROM amazon_account WHERE active")
        books = {"accounts": dict(cr.fetchall())}
        cr.execute(
            "SELECT seller_key, amazon_order_ref, mine.company_id = theirs.company_id"
            "  FROM sale_order AS mine"
            "  JOIN amazon_account AS theirs ON theirs.id = amazon_account_id"
            " WHERE active"
        )
        books["orders"] = cr.fetchall()
        cr.execute("SELECT state, count(*) FROM amazon_order GROUP BY state")
        books["rows"] = dict(cr.fetchall())
        cr.execute(
            "SELECT extract(epoch FROM max(orders_turn_at) - min(orders_turn_at))"
            "  FROM amazon_account WHERE active AND orders_turn_at IS NOT NULL"
        )
        [spread] = cr.fetchone()
        books["turns"] = float(spread or 0)
        cr.execute("SELECT DISTINCT company_id FROM amazon_account WHERE active")
        for (company,) in cr.fetchall():
            for name, query in BOOKS.items():
                cr.execute(query, {"company": company})
                books[name] = books.get(name, 0) + len(cr.fetchall())
        return books
