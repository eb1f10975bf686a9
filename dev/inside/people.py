"""What people do in Odoo; each call runs in a process of its own.

Written for 17.0 and 19.0 alike, because this folder is not carried over.
"""

import random
import time

import odoo
import odoo.service.model
from odoo.exceptions import UserError

from .jobs import ADMIN, company_env, sellable, shelf
from .ledger import EDITED


def as_person(registry, call):
    """Do what a person does, as Odoo's web client asks for it.

    :return: what the call returned, or the words of a refusal
    """
    with registry.cursor() as cr:
        env = company_env(cr, ADMIN)
        try:
            return odoo.service.model.retrying(lambda: call(env), env)
        except UserError as refusal:
            cr.rollback()  # as Odoo's requests do
            return {"refused": str(refusal)}


def press(registry, account, button):
    """A person presses a button of the account."""

    def call(env):
        action = getattr(env["amazon.account"].browse(account), button)()
        return action["params"]["message"]

    return as_person(registry, call)


def retry(registry, account, model):
    """A person presses *Retry* on all that failed."""

    def call(env):
        failed = env[model].search(
            [("account_id", "=", account), ("state", "=", "failed")]
        )
        return failed.action_retry()["params"]["message"] if failed else None

    return as_person(registry, call)


def swap_keys(registry, account, keys):
    """A person links the account again, with the keys of another seller.

    :param dict keys: as the wizard has them
    :return str: why that was refused; None: it was not
    """

    def call(env):
        wizard = (
            env["amazon.link.account"]
            .with_context(active_model="amazon.account", active_id=account)
            .create({"account_id": account, **keys})
        )
        wizard.action_link()
        return wizard.message or None

    return as_person(registry, call)


def deliver(registry, account, seed, share, partly, rest=True):
    """People pack and validate deliveries, each in a transaction of its own.

    :param share: how many of the open deliveries
    :param partly: how many of those go without a piece
    :param rest: whether what is left becomes a backorder
    :return list: refusals
    """
    rng = random.Random(seed)
    ids = as_person(registry, lambda env: _open_deliveries(env, account).ids)
    refused = []
    for number in ids:
        if rng.random() < share:
            tracking = f"00{rng.randrange(10**10)}"
            less = rng.random() < partly
            answer = as_person(
                registry,
                lambda env, n=number, t=tracking, p=less: _validate(env, n, t, p, rest),
            )
            refused.append(answer)
    return [answer for answer in refused if answer]


def cancel(registry, account, seed, share):
    """People cancel orders that are still to be delivered, each for a reason.

    :param share: how many of them
    :return list: refusals
    """
    rng = random.Random(seed)

    def find(env):
        orders = env["sale.order"].search(
            [
                ("amazon_account_id", "=", account),
                ("amazon_channel", "=", "fbm"),
                ("state", "=", "sale"),
            ],
            order="id",
        )
        return orders.ids

    answers = []
    for number in as_person(registry, find):
        if rng.random() < share:
            answers.append(as_person(registry, lambda env, n=number: _cancel(env, n)))
    return [answer for answer in answers if answer]


def _cancel(env, number):
    order = env["sale.order"].browse(number)
    action = order.action_cancel()
    if isinstance(action, dict) and action["res_model"] == "amazon.cancel.order":
        wizard = env["amazon.cancel.order"].create(
            {"order_id": number, "reason": "NoInventory"}
        )
        wizard.action_confirm()


def decide(registry, account, seed):
    """People decide what becomes of orders that the buyer asked to cancel."""
    rng = random.Random(seed)

    def find(env):
        asked = env["sale.order"].search(
            [
                ("amazon_account_id", "=", account),
                ("amazon_cancel_requested", "=", True),
            ],
            order="id",
        )
        return asked.ids

    answers = []
    for number in as_person(registry, find):
        verb = rng.choice(("accept", "refuse"))
        answers.append(
            as_person(registry, lambda env, n=number, v=verb: _decide(env, n, v))
        )
    return [answer for answer in answers if answer]


def _decide(env, number, verb):
    order = env["sale.order"].browse(number)
    if order.amazon_cancel_requested:
        getattr(order, f"action_{verb}_amazon_cancel")()


def recount(registry, account, seed, empty=False):
    """People count some shelves anew, and find more or less there; or nothing at all of
    some goods."""
    rng = random.Random(seed)

    def call(env):
        quants = env["stock.quant"]
        _lock(env, shelf(env))
        for product in sellable(env):
            change = rng.choice((-3, 0, 0, 2, 5))
            free = quants._get_available_quantity(product, shelf(env))
            if empty:
                change = rng.choice((0, -free))
            if change and free + change >= 0:
                quants._update_available_quantity(product, shelf(env), change)

    return as_person(registry, call)


def _lock(env, place):
    """Wait for others who work with what lies there.

    Odoo steps around a quant that is locked and makes a second one: of two people who
    count the same free goods at once, each takes all of them away.
    """
    query = "SELECT id FROM stock_quant WHERE location_id = %s ORDER BY id FOR UPDATE"
    env.cr.execute(query, [place.id])


def sell_out(registry, account, position, is_move):
    """All pieces of a product leave: by a move that is done, or somebody counts and
    finds nothing.

    :param position: of the product among those that Odoo sells
    :return dict: SKU, number of offers, and when it was known in Odoo
    """

    def call(env):
        product = sellable(env)[position]
        quants, place = env["stock.quant"], shelf(env)
        _lock(env, place)
        free = quants._get_available_quantity(product, place)
        if is_move:
            _move_out(env, product, place, free)
        else:
            quants._update_available_quantity(product, place, -free)
        offers = env["amazon.offer"].search_count(
            [
                ("account_id", "=", account),
                ("product_id", "=", product.id),
                ("sync_stock", "=", True),
            ]
        )
        return {"sku": product.default_code, "offers": offers, "at": time.time()}

    return as_person(registry, call)


def _move_out(env, product, place, quantity):
    moves = env["stock.move"]
    name = {"name": product.name} if "name" in moves._fields else {}
    move = moves.create(
        {
            **name,
            "product_id": product.id,
            "product_uom_qty": quantity,
            "location_id": place.id,
            "location_dest_id": env.ref("stock.stock_location_customers").id,
            "company_id": env.company.id,
        }
    )
    move._action_confirm()
    move._action_assign()
    move.picked = True
    move._action_done()


def _open_deliveries(env, account):
    return env["stock.picking"].search(
        [
            ("sale_id.amazon_account_id", "=", account),
            ("picking_type_code", "=", "outgoing"),
            ("state", "=", "assigned"),
        ],
        order="id",
    )


def _validate(env, number, tracking, partly, rest):
    picking = env["stock.picking"].browse(number)
    if picking.state != "assigned":
        return None
    picking.carrier_id = env["delivery.carrier"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    picking.carrier_tracking_ref = tracking
    for position, move in enumerate(picking.move_ids.sorted("id")):
        if partly and position == 0 and move.quantity > 1:
            move.quantity -= 1
        move.picked = bool(move.quantity)
    picking = picking.with_context(skip_backorder=True)
    if partly and not rest:
        picking.sale_id.reference = EDITED
        picking = picking.with_context(picking_ids_not_to_backorder=picking.ids)
    if picking.button_validate() is not True:
        raise ValueError("the delivery asks something that nobody answers")
    return None


def correct(registry, account, seed):
    """People correct the tracking number of what has left."""
    rng = random.Random(seed)

    def call(env):
        done = env["stock.picking"].search(
            [
                ("sale_id.amazon_account_id", "=", account),
                ("amazon_sync_status", "!=", False),
                ("state", "=", "done"),
            ],
            order="id",
        )
        if done:
            rng.choice(done).carrier_tracking_ref = f"11{rng.randrange(10**10)}"

    return as_person(registry, call)


def edit(registry, account, seed):
    """People sell a piece more or less than the buyer ordered."""
    rng = random.Random(seed)

    def find(env):
        orders = env["sale.order"].search(
            [
                ("amazon_account_id", "=", account),
                ("amazon_channel", "=", "fbm"),
                ("state", "=", "sale"),
            ],
            order="id",
        )
        lines = orders.order_line.filtered(
            lambda line: line.amazon_item_ref and line.product_id.type != "service"
        )
        return lines.ids

    answers = []
    for number in as_person(registry, find):
        if rng.random() < 0.4:
            change = rng.choice((-1, -1, 1))
            answers.append(
                as_person(registry, lambda env, n=number, c=change: _edit(env, n, c))
            )
    return [answer for answer in answers if answer]


def _edit(env, number, change):
    line = env["sale.order.line"].browse(number)
    if line.product_uom_qty + change >= 0:
        line.order_id.reference = EDITED
        line.product_uom_qty += change


def amend(registry, account, seed):
    """People find that a piece less has left than they had entered."""
    rng = random.Random(seed)

    def call(env):
        moves = env["stock.move"].search(
            [
                ("sale_line_id.order_id.amazon_account_id", "=", account),
                ("picking_id.picking_type_code", "=", "outgoing"),
                ("state", "=", "done"),
                ("quantity", ">=", 1),
            ],
            order="id",
        )
        if moves:
            move = rng.choice(moves)
            move.picking_id.is_locked = False
            move.picking_id.sale_id.reference = EDITED
            move.quantity -= 1

    return as_person(registry, call)
