"""Ways to bring orders of Amazon into Odoo, to be measured side by side.

Runs inside Odoo's shell (`dev.bench`). Each way takes the same orders; ``ours`` is what
the addon does, the others show what is usual and what Odoo itself costs.
"""

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget
from odoo.addons.amazon_connector.models.orders.sale_order import IMPORT_CONTEXT

from .bench_cost import with_progress

BATCH, PAGE = 50, 100


def naive(env, account, orders):
    """What most connectors do: search and create record by record, commit each."""
    for order in with_progress(orders):
        sale_order = _naive_order(env, account, order)
        if order.is_fba:
            _deliver(sale_order.picking_ids)
        env.cr.commit()


def _naive_order(env, account, order):
    buyer = order.delivery_address
    country = env["res.country"].search([("code", "=", buyer.country_code)], limit=1)
    vals = _partner_vals(order, country)
    partner = env["res.partner"].search([("name", "=", vals["name"])], limit=1)
    if not partner:
        partner = env["res.partner"].create(vals)
    marketplace = env["amazon.marketplace"].search(
        [("api_ref", "=", order.marketplace_id)], limit=1
    )
    sale_order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "client_order_ref": order.order_id,
            "company_id": account.company_id.id,
            "amazon_order_ref": f"naive {order.order_id}",
            "amazon_channel": "fba" if order.is_fba else "fbm",
            "amazon_account_id": account.id,
            "amazon_marketplace_id": marketplace.id,
        }
    )
    for item in order.items:
        product = env["product.product"].search(
            [("default_code", "=", item.sku)], limit=1
        )
        env["sale.order.line"].create(_line_vals(order, item, product, sale_order.id))
    sale_order.action_confirm()
    return sale_order


def _deliver(pickings):
    """What Amazon shipped has left."""
    pickings.move_ids.picked = True
    pickings._action_done()


def _partner_vals(order, country):
    buyer = order.delivery_address
    return {
        "name": buyer.name or order.order_id,  # of FBA Amazon tells no name
        "city": buyer.city,
        "zip": buyer.postal_code,
        "country_id": country.id,
    }


def _line_vals(order, item, product, order_id=None):
    vals = {
        "product_id": product.id,
        "product_uom_qty": item.quantity,
        "price_unit": float(item.amount("ITEM")) / (item.quantity or 1),
        "name": item.product.title or item.sku,
    }
    return {**vals, "order_id": order_id} if order_id else vals


def odoo_batch(env, account, orders):
    """Odoo's own floor: one create and one confirmation per fifty orders, no mail,
    and nothing of what makes the records match Amazon."""
    env = env(context={**env.context, **IMPORT_CONTEXT, "amazon_import": False})
    products = {
        product.default_code: product for product in env["product.product"].search([])
    }
    countries = {country.code: country for country in env["res.country"].search([])}
    for start in with_progress(range(0, len(orders), BATCH)):
        batch = orders[start : start + BATCH]
        partners = env["res.partner"].create(
            [
                _partner_vals(order, countries[order.delivery_address.country_code])
                for order in batch
            ]
        )
        sale_orders = env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "client_order_ref": order.order_id,
                    "company_id": account.company_id.id,
                    "order_line": [
                        (0, 0, _line_vals(order, item, products[item.sku]))
                        for item in order.items
                    ],
                }
                for order, partner in zip(batch, partners, strict=True)
            ]
        )
        sale_orders.action_confirm()
        if batch[0].is_fba:
            _deliver(sale_orders.picking_ids)
        env.cr.commit()


def ours(env, account, orders):
    """The addon: noted page by page, then imported in batches."""
    for start in with_progress(range(0, len(orders), PAGE)):
        page = orders[start : start + PAGE]
        rows = account._run_step(env["amazon.order"]._note, account, page)
        rows._import(
            account, {order.order_id: order for order in page}, TimeBudget(3600)
        )


def naive_again(env, _account, orders):
    """Search for each known order by itself."""
    for order in with_progress(orders):
        env["sale.order"].search([("amazon_order_ref", "=", order.order_id)], limit=1)
        env.cr.commit()


def odoo_batch_again(env, _account, orders):
    """Search for the known orders of a batch at once."""
    for start in with_progress(range(0, len(orders), BATCH)):
        refs = [order.order_id for order in orders[start : start + BATCH]]
        env["sale.order"].search([("amazon_order_ref", "in", refs)])
        env.cr.commit()


WAYS = {"naive": naive, "Odoo in batches": odoo_batch, "this addon": ours}
AGAIN = {"naive": naive_again, "Odoo in batches": odoo_batch_again, "this addon": ours}
