"""The pictures of the documentation: what the demo shop does, and what is looked at.

``python -m dev.pictures ODOO_PORT SIMULATOR_PORT DATABASE FOLDER CHROMIUM``, in Odoo's
virtual environment; `dev.screenshots` does that.
"""

import json
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from . import browser

WIDTH, HEIGHT = 1280, 800
GERMANY, FRANCE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"


class Shop:
    """The demo's books, by RPC, and Amazon, by the simulator's page."""

    def __init__(self, odoo, simulator, database):
        self.odoo, self.simulator, self.database = odoo, simulator, database
        self.user = self._rpc("common", "login", database, "admin", "admin")

    def call(self, model, method, *arguments, **options):
        """:return: what the method of a model returns"""
        whom = (self.database, self.user, "admin")
        return self._rpc(
            "object", "execute_kw", *whom, model, method, arguments, options
        )

    def play(self, action, **form):
        """Press a button of the simulator's page."""
        address = f"{self.simulator}/page/{action}"
        with urllib.request.urlopen(address, urllib.parse.urlencode(form).encode()):
            pass

    def _rpc(self, service, method, *arguments):
        params = {"service": service, "method": method, "args": arguments}
        request = urllib.request.Request(
            f"{self.odoo}/jsonrpc",
            json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RuntimeError(f"{arguments[-3:]}: {answer['error']['data']['message']}")
        return answer["result"]


class Camera:
    def __init__(self, shop, page, folder):
        self.shop, self.page, self.folder = shop, page, folder

    def log_in(self):
        self.page.open(f"{self.shop.odoo}/web/login")
        self.page.type("input[name=login]", "admin")
        self.page.type("input[name=password]", "admin")
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.see(".o_main_navbar")

    def look(self, where, ready):
        """Open a screen.

        :param str where: what follows ``/web#`` in its address
        :param str ready: CSS selector of what shows that it is there
        """
        self.page.open("about:blank")
        self.page.open(f"{self.shop.odoo}/web#{where}")
        self.page.see(ready)

    def record(self, model, number, ready=".o_form_view"):
        """Open the form of a record."""
        self.look(f"id={number}&model={model}&view_type=form", ready)

    def action(self, name, ready):
        """Open an action of the addon by its XML id."""
        self.look(f"action=amazon_connector.{name}", ready)

    def take(self, name):
        """Photograph what is to be seen, once nothing moves any more."""
        self.page.wait("!document.querySelector('.o_loading_indicator, .o_blockUI')")
        self.page.run("new Promise(done => setTimeout(done, 700))")
        self.page.picture(self.folder / f"{name}.png")
        print(name)


def trade(shop):
    """Let the demo shop do business: orders come, deliveries leave.

    :return dict: name -> id of what the pictures show
    """
    for kind in ("plain", "gift", "discount", "several lines", "business"):
        shop.play("place", channel="fbm", kind=kind, marketplace=GERMANY)
        shop.play("place", channel="fba", kind="plain", marketplace=FRANCE)
    [account] = shop.call("amazon.account", "search", [])
    shop.call("amazon.account", "action_sync_orders", [account])
    return {"account": account}


def main():
    odoo, simulator, database, folder, chromium = sys.argv[1:]
    shop = Shop(f"http://127.0.0.1:{odoo}", f"http://127.0.0.1:{simulator}", database)
    records = trade(shop)
    with browser.opened(chromium, WIDTH, HEIGHT) as page:
        camera = Camera(shop, page, Path(folder))
        camera.log_in()
        photograph(camera, records)


def photograph(camera, records):
    """All pictures, in the order of the guide."""
    camera.record("amazon.account", records["account"])
    camera.take("account")
    camera.action("sale_order_amazon_action", ".o_data_row")
    camera.take("orders")


if __name__ == "__main__":
    main()
