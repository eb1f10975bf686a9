"""What people do in Odoo about money and what comes back; as in `people` each call runs
in a process of its own.
"""

import random

from .people import as_person


def invoice(registry, account, seed, share):
    """People invoice what has left, and post it.

    :param share: how much of it
    :return list: refusals
    """
    return _each(registry, seed, share, _invoice, lambda env: _to_invoice(env, account))


def _to_invoice(env, account):
    return env["sale.order"].search(
        [
            ("amazon_account_id", "=", account),
            ("state", "=", "sale"),
            ("invoice_status", "=", "to invoice"),
            "|",
            ("delivery_status", "=", "full"),
            ("amazon_channel", "=", "fba"),
        ],
        order="id",
    )


def _invoice(order):
    if order.invoice_status == "to invoice":
        order._create_invoices().action_post()


def receive(registry, account, seed, share):
    """People receive what buyers have sent back, and validate the receipts.

    :param share: of the expected ones
    :return list: refusals
    """
    return _each(registry, seed, share, _receive, lambda env: _expected(env, account))


def _expected(env, account):
    returns = env["amazon.return"].search([("account_id", "=", account)])
    return returns.picking_id.filtered(lambda p: p.state == "assigned").sorted("id")


def _receive(picking):
    if picking.state != "assigned":
        return
    for move in picking.move_ids:
        move.quantity = move.product_uom_qty
        move.picked = True
    if picking.button_validate() is not True:
        raise ValueError("the receipt asks something that nobody answers")


def book(registry, account, seed, share):
    """People press *Book* on the refunds that wait for them.

    :param share: of these
    :return list: refusals
    """
    return _each(registry, seed, share, _book, lambda env: _waiting(env, account))


def _waiting(env, account):
    domain = [("account_id", "=", account), ("state", "=", "person")]
    return env["amazon.refund"].search(domain, order="id")


def _book(refund):
    refund.action_book()


def _each(registry, seed, share, do, find):
    """Do the same with some records, each in a transaction of its own.

    :param callable do: gets a record
    :param callable find: gets an environment, returns the records
    :return list: refusals
    """

    def list_all(env):
        records = find(env)
        return records._name, records.ids

    rng = random.Random(seed)
    model, ids = as_person(registry, list_all)
    chosen = [number for number in ids if rng.random() < share]
    answers = [
        as_person(registry, lambda env, n=number: do(env[model].browse(n)))
        for number in chosen
    ]
    return [answer for answer in answers if answer]
