"""The pictures of the documentation: what the demo shop does, and which screens are
shown.

``python -m dev.pictures ODOO_PORT SIMULATOR_PORT DATABASE CHROMIUM FOLDER``, in an
environment with Playwright; `dev.screenshots` does that.
"""

import base64
import contextlib
import json
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SIZE = {"width": 1280, "height": 800}
#: of the demo's user: fields and texts show the same time
ZONE = "Europe/Brussels"
#: milliseconds that a page may take to show what is expected
PATIENCE = 40_000
#: what shows that a page is not complete yet
BUSY = ".o_loading_indicator, .o_blockUI"
ADDON = "amazon_connector"
GERMANY, FRANCE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"


class Shop:
    """The demo's database, by RPC, and Amazon, by the simulator's page."""

    def __init__(self, odoo, simulator, database):
        self.odoo, self.simulator, self.database = odoo, simulator, database
        self.user = self._rpc("common", "login", database, "admin", "admin")

    def call(self, model, method, *arguments, **options):
        """Call a method in Odoo by RPC.

        :return: what the method of a model returns
        """
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
            raise RuntimeError(
                f"{arguments[-3:]}: {answer['error']['data']['message']}"
            )
        return answer.get("result")


@contextlib.contextmanager
def opened(chromium, size):
    """Yield a page of a headless Chromium.

    :param dict size: width and height
    """
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium) as browser,
    ):
        page = browser.new_page(viewport=size, timezone_id=ZONE)
        page.set_default_timeout(PATIENCE)
        yield page


class Camera:
    def __init__(self, shop, page, folder):
        self.shop, self.page, self.folder = shop, page, folder

    def log_in(self):
        self.page.goto(f"{self.shop.odoo}/web/login")
        self.page.fill("input[name=login]", "admin")
        self.page.fill("input[name=password]", "admin")
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")

    def look(self, where, ready):
        """Open a screen.

        :param str where: what follows ``/web#`` in its address
        :param str ready: CSS selector of what shows that it is there
        """
        self.page.goto("about:blank")
        self.page.goto(f"{self.shop.odoo}/web#{where}")
        self.page.wait_for_selector(ready)

    def record(self, model, number, action):
        """Open the form of a record, within an action."""
        where = f"id={number}&model={model}&view_type=form&action={action}"
        self.look(where, ".o_form_view")

    def search(self, name, text):
        """Open an action, and search for a text in its first field."""
        self.action(name, ".o_data_row")
        self.page.fill(".o_searchview_input", text)
        self.page.press(".o_searchview_input", "Enter")
        self.page.wait_for_selector(".o_searchview_facet")

    def action(self, name, ready):
        """Open an action of the addon by its XML id."""
        self.look(f"action=amazon_connector.{name}", ready)

    def press(self, button):
        """Press a button that opens a window."""
        self.page.click(f"button[name={button}]")
        self.page.wait_for_selector(".modal .o_form_view")

    def show(self, action):
        """Open an action that a button has returned."""
        services = "odoo.__WOWL_DEBUG__.root.env.services"
        self.page.evaluate(
            f"action => void {services}.action.doAction(action)",
            {**action, "views": [[False, "form"]]},
        )
        self.page.wait_for_selector(".modal .o_form_view")

    def settle(self):
        """Wait until nothing moves any more."""
        self.page.wait_for_function(f"!document.querySelector('{BUSY}')")
        self.page.wait_for_timeout(700)

    def take(self, name):
        """Take a picture of the screen, once nothing moves any more."""
        self.settle()
        path = self.folder / f"{name}.png"
        self.page.screenshot(path=path)
        with Image.open(path) as picture:  # a third of the size, no visible change
            picture.convert("RGB").quantize(128).save(path, optimize=True)
        print(name)


def trade(shop):
    """Let the demo shop do business: with orders, deliveries and errors.

    :return dict: name -> id of what the pictures show
    """
    for kind in (
        "plain",
        "gift",
        "discount",
        "several lines",
        "business",
        "unknown product",
    ):
        shop.play("place", channel="fbm", kind=kind, marketplace=GERMANY)
        shop.play("place", channel="fba", kind="plain", marketplace=FRANCE)
    [account] = shop.call("amazon.account", "search", [])
    _fill_warehouse(shop)
    shop.call("amazon.account", "write", [account], {"sync_stock": True})
    shop.call("amazon.account", "action_sync_orders", [account])
    shop.call("amazon.account", "action_test_connection", [account])
    offers = [("amazon_channel", "=", "fbm"), ("product_id", "!=", False)]
    found = shop.call("amazon.offer", "search", offers)
    shop.call("amazon.offer", "write", found, {"sync_stock": True})
    orders = shop.call(
        "sale.order",
        "search",
        [("amazon_channel", "=", "fbm"), ("state", "=", "sale")],
        order="amount_total desc, id",
    )
    picking = _ship(shop, orders[1])
    shop.call("amazon.account", "action_sync_pickings", [account])
    shop.call("amazon.account", "action_sync_stock", [account])
    _pack(shop)
    _ask_to_cancel(shop, orders[3])
    shop.call("amazon.account", "action_sync_orders", [account])
    _store_at_amazon(shop, account)
    settlement = _settle(shop, account)
    go_live = {"go_live_date": "2026-06-01 00:00:00"}
    shop.call("amazon.account", "write", [account], go_live)
    return {
        "account": account,
        "order": orders[0],
        "to cancel": orders[2],
        "delivery": picking,
        "settlement": settlement,
        "preview": _preview_files(shop, account),
    }


def go_live(shop, account):
    """Go through the set-up assistant to its end."""
    shop.call("amazon.account", "action_take_open_orders", [account])
    wizard = shop.call("amazon.go.live", "create", {"account_id": account})
    shop.call("amazon.go.live", "action_confirm", [wizard])


def _fill_warehouse(shop):
    [warehouse] = shop.call("stock.warehouse", "search_read", [], ["lot_stock_id"])[:1]
    products = shop.call(
        "product.product",
        "search_read",
        [("default_code", "like", "-%")],
        ["list_price"],
        limit=40,
    )
    for product in products:
        number, cost = product["id"], round(product["list_price"] * 0.4, 2)
        shop.call("product.product", "write", [number], {"standard_price": cost})
        _count(shop, number, warehouse["lot_stock_id"][0], 25 + number % 40)


def _count(shop, product, location, quantity):
    """Count goods at a place, in one call: Odoo's action merges quants meanwhile."""
    counted = {
        "product_id": product,
        "location_id": location,
        "inventory_quantity_auto_apply": quantity,
    }
    shop.call("stock.quant", "create", counted, context={"inventory_mode": True})


def _store_at_amazon(shop, account):
    """Let Amazon's count and Odoo's differ by a few pieces."""
    [row] = shop.call("amazon.account", "read", [account], ["location_id"])
    for code, quantity in (("MUG-BLUE", 42), ("TEA-SENCHA", 37)):
        [product] = shop.call(
            "product.product", "search", [("default_code", "=", code)]
        )
        stored = shop.call(
            "amazon.offer",
            "search",
            [("sku", "=", f"{code}-FBA"), ("marketplace_id.api_ref", "=", GERMANY)],
        )
        shop.call("amazon.offer", "write", stored, {"product_id": product})
        _count(shop, product, row["location_id"][0], quantity)
    shop.call("amazon.account", "action_read_fba_stock", [account])


def _settle(shop, account):
    """Let Amazon ship and pay.

    :return int: the settlement, posted
    """
    for row in shop.call(
        "amazon.order",
        "search_read",
        [("amazon_channel", "=", "fba")],
        ["amazon_order_ref"],
    ):
        shop.play("ship", order=row["amazon_order_ref"])
    shop.call("amazon.account", "action_sync_orders", [account])
    shop.call("amazon.account", "write", [account], {"invoice_workflow": "posted"})
    _run_settlements(shop)
    paid = {"reserve": "25.00", "subscription": "39.00"}
    shop.play("settle", marketplace=GERMANY, **paid)
    _run_settlements(shop)
    fields = ["settlement_ref"]
    [made] = shop.call("amazon.settlement", "search_read", [], fields)
    shop.call("amazon.settlement", "action_post", [made["id"]])
    return made["id"]


def _run_settlements(shop):
    name = [("module", "=", ADDON), ("name", "=", "ir_cron_sync_settlements")]
    [cron] = shop.call("ir.model.data", "search_read", name, ["res_id"])
    shop.call("ir.cron", "method_direct_trigger", [cron["res_id"]])


def _preview_files(shop, account):
    """Open the preview of a take-over from another connector.

    :return dict: action, what another connector's files would bring
    """
    others = [("state", "=", "sale"), ("amazon_order_ref", "=", False)]
    orders = shop.call("sale.order", "search_read", others, ["name"], limit=3)
    rows = [f"{row['name']},302-7654321-123456{row['id'] % 10},fbm" for row in orders]
    files = {
        "orders": ["name,amazon_order_ref,amazon_channel", *rows],
        "offers": ["sku,marketplace_id", "POT-GLASS,Amazon.pl", "OLD-CUP,Amazon.de"],
    }
    values = {"account_id": account}
    for kind, lines in files.items():
        content = base64.b64encode("\n".join(lines).encode()).decode()
        values.update({f"{kind}_file": content, f"{kind}_filename": f"{kind}.csv"})
    wizard = shop.call("amazon.take.over", "create", values)
    return shop.call("amazon.take.over", "action_look", [wizard])


def _ship(shop, order):
    """Validate the delivery of an order, with a tracking number.

    :return int: the delivery of an order, which has left
    """
    [sale_order] = shop.call("sale.order", "read", [order], ["picking_ids"])
    [picking] = sale_order["picking_ids"][:1]
    method = shop.call("delivery.carrier", "search", [], limit=1)[0]
    shop.call("delivery.carrier", "write", [method], {"name": "DHL Paket"})
    shop.call(
        "stock.picking",
        "write",
        [picking],
        {"carrier_id": method, "carrier_tracking_ref": "00340434161094042557"},
    )
    for move in shop.call(
        "stock.move",
        "search_read",
        [("picking_id", "=", picking)],
        ["product_uom_qty"],
    ):
        done = {"quantity": move["product_uom_qty"], "picked": True}
        shop.call("stock.move", "write", [move["id"]], done)
    quietly = {"skip_sms": True, "skip_backorder": True}
    shop.call("stock.picking", "button_validate", [picking], context=quietly)
    return picking


def _pack(shop, count=2):
    """Let somebody scan the labels of the parcels that are due first."""
    desk = [
        ("amazon_order_ref", "!=", False),
        ("picking_type_code", "=", "outgoing"),
        ("state", "=", "assigned"),
    ]
    due = "date_deadline, amazon_one_item, id"
    pickings = shop.call("stock.picking", "search", desk, order=due, limit=count)
    [method] = shop.call("delivery.carrier", "search", [], limit=1)
    for number, picking in enumerate(pickings):
        label = {
            "carrier_id": method,
            "carrier_tracking_ref": f"0034043416109404{2564 + 7 * number}",
        }
        shop.call("stock.picking", "write", [picking], label)


def _ask_to_cancel(shop, order):
    [sale_order] = shop.call("sale.order", "read", [order], ["amazon_order_ref"])
    shop.play("ask", order=sale_order["amazon_order_ref"])


def main():
    odoo, simulator, database, chromium, folder = sys.argv[1:]
    shop = Shop(f"http://127.0.0.1:{odoo}", f"http://127.0.0.1:{simulator}", database)
    records = trade(shop)
    with opened(chromium, SIZE) as page:
        camera = Camera(shop, page, Path(folder))
        camera.log_in()
        photograph(camera, records)


def photograph(camera, records):
    """Take all pictures, in the order of the guide."""
    camera.action("amazon_link_account_action", ".modal .o_form_view")
    camera.take("link")
    account = "amazon.account", records["account"], f"{ADDON}.amazon_account_action"
    camera.record(*account)
    camera.page.wait_for_selector(".o_amazon_setup li")
    camera.take("setup")
    go_live(camera.shop, records["account"])
    camera.record(*account)
    camera.take("account")
    camera.action("sale_order_amazon_action", ".o_data_row")
    camera.take("orders")
    camera.record("sale.order", records["order"], f"{ADDON}.sale_order_amazon_action")
    camera.take("order")
    camera.action("stock_picking_amazon_desk_action", ".o_data_row")
    camera.take("to_ship")
    camera.record("stock.picking", records["delivery"], "stock.action_picking_tree_all")
    camera.take("delivery")
    camera.record(
        "sale.order", records["to cancel"], f"{ADDON}.sale_order_amazon_action"
    )
    camera.press("action_cancel")
    camera.take("cancel")
    camera.search("amazon_offer_action", "MUG")
    camera.take("offers")
    camera.action("amazon_fba_stock_action", ".o_data_row")
    camera.take("fba_stock")
    camera.action("amazon_overview_action", ".o_kanban_record")
    camera.take("overview")
    camera.record(
        "amazon.settlement", records["settlement"], f"{ADDON}.amazon_settlement_action"
    )
    camera.take("settlement")
    camera.action("amazon_margin_action", ".o_pivot table")
    camera.take("margin")
    camera.action("amazon_problem_action", ".o_list_view")
    camera.take("problems")
    camera.record(*account)
    camera.press("action_import_history")
    camera.take("history")
    camera.action("amazon_report_action", ".o_data_row")
    camera.take("reports")
    camera.show(records["preview"])
    camera.take("take_over")


if __name__ == "__main__":
    main()
