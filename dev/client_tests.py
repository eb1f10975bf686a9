"""Clients that others use see in the simulator what is in its world.

Each client runs in an environment of its own, talks to a simulator of its own, and
prints what it saw: orders, a feed, a report, a listing, stock and refunds. What can not
be installed here is named, with the reason, among the skipped tests.
"""

import json
import os
import shutil
import sys
import time
from datetime import timedelta
from pathlib import Path

from sim import SELLER, Simulator, to_text
from sim.money import rounded
from sim.settlements import COMMISSION

from . import models, node_env, python_env
from .console import DevError, say
from .odoo_tests import Outcome
from .parts import Part
from .paths import checkout_folder
from .process import run
from .workbench import FOREIGN_VARIABLES

FOLDER = Path(__file__).resolve().parent / "clients"
#: name -> script
PYTHON = {
    "amzn-sp-api": "amzn_sp_api.py",
    "amzn-selling-partner": "amzn_selling_partner.py",
    "python-amazon-sp-api": "python_amazon_sp_api.py",
}
NODE = {"amazon-sp-api (npm)": "amazon-sp-api.cjs", "@sp-api-sdk": "sp-api-sdk.cjs"}
#: what a client has no part for
WITHOUT = {"@sp-api-sdk": ("orders", "listing", "inventory", "finances")}
STEPS = ("orders", "feed", "report", "listing", "inventory", "finances")
GERMANY, SKU, REPORT = "A1PA6795UKMFR9", "MUG-BLUE", "GET_MERCHANT_LISTINGS_ALL_DATA"
ORDERS, REFUNDS, LEFT = 200, 5, 7
LONGEST = 120


class ClientTests(Part):
    """All clients, running in the background until they are needed."""

    def __init__(self):
        super().__init__("clients of others at the simulator", f"clients-{os.getpid()}")
        say(f"{self.title}: {', '.join([*PYTHON, *NODE])}")
        self.start("-m", "dev.client_tests", self.target)


def play():
    """Run all clients and return the `Outcome`."""
    began, part = time.monotonic(), Outcome("clients at the simulator")
    for name, script in {**PYTHON, **NODE}.items():
        try:
            command, environ = _prepare(name, script)
        except DevError as missing:
            part.skips[name] = str(missing)
            continue
        problems = compare(name, command, environ)
        if name not in problems:  # it came to its end
            part.passed += len(STEPS) - len(WITHOUT.get(name, ())) - len(problems)
        part.failures |= problems
    _look_for_new_models(part)
    part.failed, part.skipped = len(part.failures), len(part.skips)
    part.seconds = time.monotonic() - began
    return part


def _look_for_new_models(part):
    """List what Amazon's own client knows and nobody has looked at."""
    try:
        python = python_env.environment("client-amzn-sp-api")
    except DevError:
        return  # it is named as skipped
    found = models.news(models.of_client(python), models.load_seen())
    if found:
        message = "\n".join([*found, "after a look: python3 -m dev models --seen"])
        part.failures["amzn-sp-api: models"] = message
    else:
        part.passed += 1


def _prepare(name, script):
    """Return the command of a client, and variables of its own.

    :raise DevError: it can not be installed here
    """
    if name in PYTHON:
        python = python_env.environment(f"client-{name}")
        return (python, "-I", FOLDER / script), {}
    packages = node_env.modules(FOLDER)
    return (shutil.which("node"), FOLDER / script), {"NODE_PATH": str(packages)}


def compare(name, command, environ):
    """Run a client against a new world.

    :return dict: test -> what is wrong
    """
    with Simulator(seed=7, orders=ORDERS) as simulator:
        world = simulator.world
        _let_happen(world)
        clean = {k: v for k, v in os.environ.items() if k not in FOREIGN_VARIABLES}
        clean = {k: v for k, v in clean.items() if not k.lower().endswith("_proxy")}
        task = {"TASK": json.dumps(_task(simulator))}
        done = run(
            *command,
            env={**clean, **environ, **task},
            cwd=checkout_folder(),
            timeout=LONGEST,
        )
        if done.returncode:
            return {name: done.stderr[-3000:] + "\n" + _last_calls(simulator)}
        seen, there = json.loads(done.stdout), _truth(simulator)
        if not there["orders"]:
            raise DevError("the world of the clients is empty")
    wanted = [step for step in STEPS if step not in WITHOUT.get(name, ())]
    return {
        f"{name}: {step}": f"saw {seen.get(step)!r}\nthere {there[step]!r}"
        for step in wanted
        if seen.get(step) != there[step]
    }


def _let_happen(world):
    """Give the world what the seeds have not: Amazon's stock, and refunds."""
    for number, sku in enumerate(("MUG-BLUE", "MUG-WHITE", "TEA-SENCHA"), 1):
        world.fba_stock(sku, GERMANY, fulfillable=10 * number)
    shipped = [
        ref
        for ref, order in world.orders.items()
        if order.status == "SHIPPED" and order.items[0].parts["ITEM"]
    ]
    for ref in shipped[:REFUNDS]:
        world.refund_payment(ref)


def _task(simulator):
    feed = {
        "header": {
            "sellerId": SELLER.merchant_token,
            "version": "2.0",
            "issueLocale": "en_US",
        },
        "messages": [
            {
                "messageId": 1,
                "sku": SKU,
                "operationType": "PATCH",
                "productType": simulator.world.listing(SKU).product_type,
                "patches": [
                    {
                        "op": "replace",
                        "path": "/attributes/fulfillment_availability",
                        "value": [
                            {"fulfillment_channel_code": "DEFAULT", "quantity": LEFT}
                        ],
                    }
                ],
            }
        ],
    }
    return {
        "url": simulator.url,
        "client_id": SELLER.client_id,
        "client_secret": SELLER.client_secret,
        "refresh_token": SELLER.refresh_token,
        "seller": SELLER.merchant_token,
        "marketplace": GERMANY,
        "marketplaces": list(SELLER.marketplaces),
        "since": to_text(simulator.world.now() - timedelta(days=30)),
        "sku": SKU,
        "feed": json.dumps(feed),
        "report": REPORT,
        "charset": "cp1252",  # in which Amazon writes German tables
    }


def _truth(simulator):
    """Return what a client has to have seen."""
    world = simulator.world
    feed, report = simulator.feeds[-1], simulator.reports[-1]
    return {
        "orders": {ref: order.status for ref, order in world.orders.items()},
        "feed": feed.report["summary"],
        "report": report.text,
        "listing": LEFT,
        "inventory": {
            stock.sku: stock.fulfillable
            for stock in world.fba_stocks_seen(SELLER.merchant_token, GERMANY)
        },
        "finances": {
            **{ref: 0.0 for ref, order in world.orders.items() if order.parcels()},
            **{
                event.order: float(
                    rounded(
                        event.amount * COMMISSION, world.order(event.order).currency
                    )
                    - event.total
                )
                for event in world.refunds
            },
        },
    }


def _last_calls(simulator):
    """Describe the last calls of a client that broke off."""
    return "\n".join(
        f"{call.method} {call.path} {call.status}" for call in simulator.received[-5:]
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(vars(play())))
