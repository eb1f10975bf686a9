"""What axe-core says of the screens.

``python -m dev.axe_browser ODOO_PORT SIMULATOR_PORT DATABASE CHROMIUM AXE``, in an
environment with Playwright; `dev.accessibility` does that.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import Error

from . import axe_views
from .pictures import ADDON, Camera, Shop, go_live, opened, trade

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
#: what Odoo makes alone, whatever a view says, and what is wrong there
CHROME = {
    ".o_list_record_selector": "boxes to select rows have no name",
    ".o_list_actions_header": "a cell for optional columns without a name",
    ".o_optional_columns_dropdown": "its button has no name",
    ".o_searchview": "a menu within a combobox",
    ".o_searchview_dropdown_toggler": "a button with an icon only",
    ".o_control_panel button:has(> .fa-search)": "a button with an icon only",
    ".o_notebook_headers": "tabs outside of a tablist",
    ".o_m2o_avatar": "a portrait without a text",
    ".o_column_quick_create": "an icon without a text",
    ".o_pivot_measure_row": "grey on white",
    ".o_progress": "figures of a progress without its role",
    ".o_cp_switch_buttons": "buttons with icons only",
    ".o_pager": "a counter that is a button",
    ".o_breadcrumb": "grey on white",
    ".o_cp_action_menus": "a button with an icon only",
    ".o-mail-Chatter": "buttons with icons only",
    ".o_statusbar_status": "radio buttons outside of a group",
    ".o_form_status_indicator": "buttons with icons only",
    ".o_notification_manager": "says what happened, outside of the view",
    ".o_select_menu": "19.0: an unknown word for autocomplete, expanded without a role",
    ".o_tag": "19.0: selected without a role",
    ".o_clipboard_button": "19.0: a button with an icon only",
    ".o_button_more": "19.0: a button with an icon only",
}
#: on a form of Odoo: what we have put there
OURS = (
    "[name^='amazon_']:not(.nav-link)",  # not the tab of a page
    "[class*='o_amazon']",
    "button[name*='amazon']",
    "#amazon_sync",
)
RUN = """
(context) => axe.run(context, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
}).then((result) => result.violations
    .filter((found) => ["serious", "critical"].includes(found.impact))
    .map((found) => ({
        rule: found.id,
        impact: found.impact,
        nodes: found.nodes.slice(0, 5).map((node) => ({
            html: node.html.slice(0, 200),
            message: node.failureSummary.split("\\n").slice(1).join("; ").slice(0, 200),
        })),
    })))
"""


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
        except Error as error:
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
        self.page.add_script_tag(content=self._axe)
        there = [one for one in ours if self.page.query_selector(one)]
        if not there:
            raise Error("nothing of ours is there")
        return self.page.evaluate(RUN, {"include": there, "exclude": [*CHROME]})


def inspect_all(inspector, records):
    """Look at all screens: on a desktop, then on a phone; those of an account in
    set-up and live."""
    account = f"id={records['account']}&model=amazon.account&view_type=form"
    for device, size in (("desktop", DESKTOP), ("phone", PHONE)):
        inspector.page.set_viewport_size(size)
        where = f"{account}&action={ADDON}.amazon_account_action"
        inspector.look(f"set-up {device}", where, ".o_amazon_setup li")
        where = f"action={ADDON}.amazon_overview_action"
        inspector.look(f"set-up on the card {device}", where, ".o_amazon_setup li")
    go_live(inspector.shop, records["account"])
    inspector.page.set_viewport_size(DESKTOP)
    views = list(axe_views.find_views(inspector.shop, records))
    for name, where, ready in views:
        inspector.look(name, where, ready, find_ours(name, ready))
    for name, where in axe_views.find_forms_of_odoo(records):
        inspector.look(name, where, ".o_form_view", OURS)
    inspector.page.set_viewport_size(PHONE)
    for name, where, ready in views:
        if "kanban" in name or "form" in name:
            ours = find_ours(name, ready)
            inspector.look(f"{name} on a phone", where, ready, ours)


def find_ours(name, ready):
    """Choose the part of a screen that is ours.

    :return tuple: CSS selectors
    """
    if " form " in name and not name.startswith("amazon."):
        return OURS
    return (".modal-content",) if "modal" in ready else (".o_action_manager",)


def main():
    odoo, simulator, database, chromium, axe = sys.argv[1:]
    shop = Shop(f"http://127.0.0.1:{odoo}", f"http://127.0.0.1:{simulator}", database)
    records = trade(shop)
    with opened(chromium, DESKTOP) as page:
        camera = Camera(shop, page, None)
        camera.log_in()
        inspector = Inspector(camera, Path(axe).read_text())
        inspect_all(inspector, records)
    print(json.dumps(inspector.screens))


if __name__ == "__main__":
    main()
