"""Which screens are ours, and what axe-core says of them.

``python -m dev.axe_views ODOO_PORT SIMULATOR_PORT DATABASE CHROMIUM AXE``, in Odoo's
virtual environment; `dev.accessibility` does that.
"""

import json
import sys
from pathlib import Path

from . import browser
from .pictures import ADDON, Camera, Shop, go_live, trade

DESKTOP, PHONE = (1366, 768), (390, 844)
#: what Odoo makes alone, whatever a view says, and what is wrong there
CHROME = {
    ".o_list_record_selector": "boxes to select rows have no name",
    ".o_list_actions_header": "a cell for optional columns without a name",
    ".o_optional_columns_dropdown": "its button has no name",
    ".o_searchview": "a menu within a combobox",
    ".o_cp_switch_buttons": "buttons with icons only",
    ".o_pager": "a counter that is a button",
    ".o_breadcrumb": "grey on white",
    ".o_cp_action_menus": "a button with an icon only",
    ".o-mail-Chatter": "buttons with icons only",
    ".o_statusbar_status": "radio buttons outside of a group",
    ".o_form_status_indicator": "buttons with icons only",
    ".o_notification_manager": "says what happened, outside of the view",
}
#: on a form of Odoo: what we have put there
OURS = (
    "[name^='amazon_']",
    "[class*='o_amazon']",
    "button[name*='amazon']",
    "#amazon_sync",
)
RUN = """
axe.run({include: %(include)s, exclude: %(exclude)s}, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
}).then((result) => JSON.stringify(result.violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => ({
        rule: found.id,
        impact: found.impact,
        nodes: found.nodes.slice(0, 5).map((node) => ({
            html: node.html.slice(0, 200),
            message: node.failureSummary.split("\\n").slice(1).join("; ").slice(0, 200),
        })),
    }))))
"""
READY = {
    "list": ".o_list_view .o_list_renderer",
    "kanban": ".o_kanban_view .o_kanban_renderer",
    "form": ".o_form_view .o_form_sheet_bg, .o_form_view .o_form_nosheet",
    "graph": ".o_graph_view",
    "pivot": ".o_pivot_view",
    "activity": ".o_activity_view",
}
#: on a phone Odoo shows cards
LISTS = ("list", "tree")


class Inspector:
    """Opens screens and collects what axe-core says."""

    def __init__(self, camera, axe):
        self.camera, self.page, self.shop = camera, camera.page, camera.shop
        self._axe = axe
        self.screens = {}

    def look(self, name, where, ready, ours=(".o_action_manager",)):
        """Open a screen and look at our part of it; one that does not come is a
        finding.

        :param ours: CSS selectors; one of them has to be there
        """
        try:
            self.camera.look(where, ready)
            self.screens[name] = self.inspect(ours)
        except browser.BrowserError as error:
            node = {"html": where, "message": str(error)[:300]}
            self.screens[name] = [
                {"rule": "does not open", "impact": "critical", "nodes": [node]}
            ]
        print(name, len(self.screens[name]), file=sys.stderr, flush=True)

    def inspect(self, ours):
        """Look at what is open.

        :return list: of dict, what axe-core found
        """
        self.camera.settle()
        self.page.run(self._axe + ";1")
        seen = "selector => document.querySelector(selector)"
        there = self.page.run(f"{json.dumps(list(ours))}.filter({seen})")
        if not there:
            raise browser.BrowserError("nothing of ours is there")
        values = {"include": json.dumps(there), "exclude": json.dumps([*CHROME])}
        return json.loads(self.page.run(RUN % values))


def inspect_all(inspector, records):
    """Look at all screens: on a desktop, then on a phone; those of an account in
    set-up and live."""
    account = f"id={records['account']}&model=amazon.account&view_type=form"
    for size in (DESKTOP, PHONE):
        inspector.page.resize(*size)
        where = f"{account}&action={ADDON}.amazon_account_action"
        inspector.look(f"set-up {size}", where, ".o_amazon_setup li")
        where = f"action={ADDON}.amazon_overview_action"
        inspector.look(f"set-up on the card {size}", where, ".o_amazon_setup li")
    go_live(inspector.shop, records["account"])
    inspector.page.resize(*DESKTOP)
    views = list(find_views(inspector.shop, records))
    for name, where, ready in views:
        ours = (".modal-content",) if "modal" in ready else (".o_action_manager",)
        inspector.look(name, where, ready, ours)
    for name, where in find_forms_of_odoo(inspector.shop, records):
        inspector.look(name, where, ".o_form_view", OURS)
    inspector.page.resize(*PHONE)
    for name, where, ready in views:
        if "kanban" in name or "form" in name:
            ours = (".modal-content",) if "modal" in ready else (".o_action_manager",)
            inspector.look(f"{name} on a phone", where, ready, ours)


def find_views(shop, records):
    """Yield each view of each action of the addon once.

    :return: generator of (name, where, CSS selector of what shows that it is there)
    """
    known = set()
    for action in _read_actions(shop):
        for view, mode in action["views"]:
            key = (action["res_model"], mode.replace("tree", "list"), view)
            if key in known:
                continue
            known.add(key)
            mode = key[1]
            name = f"{action['res_model']} {mode} ({action['name']})"
            if action["target"] == "new":
                yield name, f"action={action['id']}", ".modal .o_form_view"
                continue
            where = f"action={action['id']}&model={key[0]}&view_type={mode}"
            if mode == "form":
                number = _find_record(shop, key[0], records)
                if not number:
                    continue
                where += f"&id={number}"
            yield name, where, READY[mode]


def _read_actions(shop):
    """Read the windows that the addon's menus and buttons open.

    :return list: of dict
    """
    rows = shop.call(
        "ir.model.data",
        "search_read",
        [("module", "=", ADDON), ("model", "=", "ir.actions.act_window")],
        ["res_id"],
    )
    names = ["name", "res_model", "views", "target", "context"]
    numbers = [row["res_id"] for row in rows]
    actions = shop.call("ir.actions.act_window", "read", numbers, names)
    return [action for action in actions if "active_id" not in action["context"]]


def _find_record(shop, model, records):
    """Choose the record whose form is looked at.

    :return int|None: None: the demo has none
    """
    chosen = {
        "amazon.account": records["account"],
        "sale.order": records["order"],
        "stock.picking": records["delivery"],
    }
    if model in chosen:
        return chosen[model]
    return next(iter(shop.call(model, "search", [], limit=1)), None)


def find_forms_of_odoo(shop, records):
    """Yield forms of Odoo with something of ours on them.

    :return: generator of (name, where)
    """
    [listed] = shop.call(
        "amazon.offer", "search_read", [("product_id", "!=", False)], limit=1
    )
    [product] = shop.call(
        "product.product", "read", [listed["product_id"][0]], ["product_tmpl_id"]
    )
    forms = (
        ("sale.order", records["to cancel"], "sale.action_orders"),
        ("stock.picking", records["delivery"], "stock.action_picking_tree_all"),
        (
            "product.template",
            product["product_tmpl_id"][0],
            "sale.product_template_action",
        ),
    )
    for model, number, action in forms:
        where = f"action={action}&model={model}&view_type=form&id={number}"
        yield f"{model} form", where
    yield "settings", "action=sale.action_sale_config_settings"


def main():
    odoo, simulator, database, chromium, axe = sys.argv[1:]
    shop = Shop(f"http://127.0.0.1:{odoo}", f"http://127.0.0.1:{simulator}", database)
    records = trade(shop)
    with browser.opened(chromium, *DESKTOP) as page:
        camera = Camera(shop, page, None)
        camera.log_in()
        inspector = Inspector(camera, Path(axe).read_text())
        inspect_all(inspector, records)
    print(json.dumps(inspector.screens))


if __name__ == "__main__":
    main()
