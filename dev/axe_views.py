"""Which screens are ours: all windows of the addon, and forms of Odoo with a part of
ours.
"""

from .paths import NAME

READY = {
    "list": ".o_list_view .o_list_renderer",
    "kanban": ".o_kanban_view .o_kanban_renderer",
    "form": ".o_form_view .o_form_sheet_bg, .o_form_view .o_form_nosheet",
    "graph": ".o_graph_view",
    "pivot": ".o_pivot_view",
    "activity": ".o_activity_view",
}


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
        [("module", "=", NAME), ("model", "=", "ir.actions.act_window")],
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


def find_forms_of_odoo(records):
    """Yield forms of Odoo with something of ours on them.

    :return: generator of (name, where)
    """
    forms = (
        ("sale.order", records["to cancel"], "sale.action_orders"),
        ("stock.picking", records["delivery"], "stock.action_picking_tree_all"),
    )
    for model, number, action in forms:
        where = f"action={action}&model={model}&view_type=form&id={number}"
        yield f"{model} form", where
    yield "settings", "action=sale.action_sale_config_settings"
