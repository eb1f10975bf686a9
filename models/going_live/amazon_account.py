"""The set-up assistant: what a new account still needs, step by step (feature W1).

It begins when the account is linked and ends with *Go Live*. Each step is green, or has
a button that leads to what is missing. The counts are made when the form or the card is
read, only while the set-up is open, and without a call to Amazon.
"""

import json

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..reports.amazon_report import OPEN_STATES
from ..stock_count.amazon_account import Offered

MANAGER = "amazon_connector.group_amazon_manager"
# As `TAKING_PART` of the count, whether or not the offers ask for it already; at last
# whether they sell now. Lists of some sellers do not say how many there are.
COULD_TAKE_PART = """
    SELECT id, sku, marketplace_id, product_id, quantity_factor,
           coalesce(stock_buffer, 0), coalesce(stock_cap, 0),
           coalesce(listed_quantity > 0, listing_status = 'active', FALSE)
      FROM amazon_offer
     WHERE account_id = %s AND active AND amazon_channel = 'fbm'
       AND product_id IS NOT NULL AND marketplace_id = ANY(%s)
  ORDER BY id"""


def _step(key, label, text, is_done, *buttons, links=()):
    """Describe a step for the browser.

    :param bool|None is_done: None: nothing can be done now, it is under way
    :param buttons: (name of a method, label), the first is the recommended one
    :param links: the same, of what a step that is done leads to
    """
    return {
        "key": key,
        "label": label,
        "text": text,
        "state": "wait" if is_done is None else "done" if is_done else "todo",
        "buttons": [list(button) for button in (links if is_done else buttons)],
    }


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    # empty -[linked for the first time]-> open -[Go Live]-> done
    setup_state = fields.Selection(
        [("open", "In set-up"), ("done", "Live")],
        "Set-up",
        readonly=True,
        copy=False,
        help="A new account is in set-up until somebody presses Go Live.",
    )
    setup_order_seen = fields.Boolean("Test order seen", readonly=True, copy=False)
    setup_steps = fields.Text("Set-up steps", compute="_compute_setup_steps")

    @api.depends("setup_state", "active")
    @api.depends_context("uid", "lang")
    def _compute_setup_steps(self):
        """The steps as JSON; empty for who does not set accounts up, and when done."""
        is_manager = self.env.su or self.env.user.has_group(MANAGER)
        for account in self:
            is_open = account.setup_state == "open" and account.active
            account.setup_steps = (
                json.dumps(account.sudo()._in_company()._get_setup())
                if is_manager and is_open and account.id
                else False
            )

    def _get_setup(self):
        """Collect the steps, and whether the account may go live.

        :return dict: steps (list of dict, see `_step`), can_go_live (bool), hint (what
            has to come first)
        """
        steps = [
            self._get_connection_step(),
            self._get_marketplaces_step(),
            self._get_orders_step(),
            self._get_catalogue_step(),
            self._get_match_step(),
            self._get_carriers_step(),
            self._get_test_order_step(),
            self._get_stock_step(),
        ]
        missing = self._find_setup_gap()
        return {"steps": steps, "can_go_live": not missing, "hint": missing or ""}

    def _find_setup_gap(self):
        """Say what has to be decided before the account can go live.

        :return str|None: in words; None when nothing is in the way
        """
        if not self.is_linked or self.connection_state != "connected":
            return _("Connect the account first.")
        if self._is_orders_question_open():
            return _("Choose first which orders come in.")
        return None

    # === STEPS === #

    def _get_connection_step(self):
        label = _("Connected to Amazon")
        if not self.is_linked:
            text = _("The account has no keys.")
            return _step(
                "connection", label, text, False, ("action_link", _("Link to Amazon"))
            )
        if self.connection_state == "error":
            text = self.connection_message or _("Amazon refuses the keys.")
            return _step(
                "connection", label, text, False, ("action_link", _("Link Again"))
            )
        if self.connection_state != "connected":
            button = ("action_test_connection", _("Test Connection"))
            text = _("The connection was not tested yet.")
            return _step("connection", label, text, False, button)
        denied = self.check_ids.filtered(lambda check: check.state == "denied")
        if denied:
            labels = dict(denied._fields["area"]._description_selection(self.env))
            text = _(
                "Amazon answers. The app may not use: %s. The tab Connection says what "
                "to do.",
                ", ".join(labels[check.area] for check in denied),
            )
        else:
            text = _("Amazon answers.")
        return _step("connection", label, text, True)

    def _get_marketplaces_step(self):
        shops = self._get_shops()
        left = self.available_marketplace_ids - shops
        text = ", ".join(shops.mapped("name"))
        if left:
            text = _(
                "%(active)s. Yours as well, and not synchronized: %(left)s.",
                active=text,
                left=", ".join(left.mapped("name")),
            )
        button = ("action_setup_marketplaces", _("Synchronize All"))
        return _step("marketplaces", _("Marketplaces"), text, not left, button)

    def _get_orders_step(self):
        label = _("Which orders come in")
        if self._is_orders_question_open():
            found = self.orders_to_ship_found
            text = self._describe_orders_to_ship() or _(
                "Shall orders come in that were placed before?"
            )
            take = _("All to Ship: %s", found) if found else _("All Still to Ship")
            return _step(
                "orders",
                label,
                text,
                False,
                ("action_take_open_orders", take),
                ("action_choose_orders_from", _("From a Moment On")),
                ("action_take_new_orders", _("Only New Ones")),
            )
        choices = dict(self._fields["orders_from"]._description_selection(self.env))
        to_ship = self.env["sale.order"].search_count(self._get_to_ship_domain([]))
        facts = [choices.get(self.orders_from), self._get_progress_text()]
        facts.append(to_ship and _("To ship in Odoo: %s", to_ship))
        links = [("action_view_orders_to_ship", _("To Ship"))] if to_ship else []
        text = ". ".join(filter(None, facts))
        return _step("orders", label, text, True, links=links)

    def _get_progress_text(self):
        """Say whether orders are coming in just now."""
        progress = self._get_orders_progress()[self.id]
        if progress["text"]:
            return progress["text"].rstrip(".")
        if self.recovery_ids or not self.last_orders_run:
            return _("They are being read")
        return False

    def _get_catalogue_step(self):
        label = _("Catalogue")
        count = self.with_context(active_test=True).offer_count
        is_reading = self.env["amazon.report"].search_count(
            [
                ("account_id", "=", self.id),
                ("report_type", "=", "catalogue"),
                ("state", "in", OPEN_STATES),
            ],
            limit=1,
        )
        if is_reading:
            text = _(
                "Amazon makes the list of your listings. That takes some minutes; read "
                "so far: %s.",
                count,
            )
            return _step("catalogue", label, text, None)
        button = ("action_import_catalogue", _("Import Catalogue"))
        has_read = self.env["amazon.report"].search_count(
            [
                ("account_id", "=", self.id),
                ("report_type", "=", "catalogue"),
                ("state", "=", "done"),
            ],
            limit=1,
        )
        text = _("Listings read: %s", count)
        return _step("catalogue", label, text, bool(has_read), button)

    def _get_match_step(self):
        count = self.match_count
        if count:
            text = _("SKUs without a product: %s", count)
        elif self.offer_count:
            text = _("Each SKU has its product.")
        else:
            text = _("No listing has been read yet.")
        is_done = None if not count and not self.offer_count else not count
        button = ("action_view_matches", _("Match SKUs"))
        return _step("match", _("Products"), text, is_done, button)

    def _get_carriers_step(self):
        unknown = self._find_unknown_carriers()
        if unknown:
            text = _(
                "Without a carrier at Amazon, so that parcels do not count as "
                "tracked: %s",
                ", ".join(unknown.mapped("name")),
            )
        else:
            text = _("Amazon knows the carrier of each delivery method.")
        button = (
            "action_view_unknown_carriers",
            _("Choose Carriers: %s", len(unknown)),
        )
        return _step("carriers", _("Carriers"), text, not unknown, button)

    def _get_test_order_step(self):
        facts = [self._get_warehouse().name, self.team_id.name, self.user_id.name]
        facts.append(self._describe_fiscal_policy(self))
        text = ", ".join(filter(None, facts))
        button = ("action_view_test_order", _("Look at a Test Order"))
        return _step(
            "test_order",
            _("Warehouse, people and taxes"),
            text,
            self.setup_order_seen,
            button,
        )

    def _get_stock_step(self):
        label = _("Stock")
        if self.sync_stock:
            text = _("Odoo sends the available quantities to Amazon.")
            return _step("stock", label, text, True)
        zero, counted = self._count_stock_dry()
        if not counted:
            text = _(
                "Nothing would be sent: no listing that you ship (FBM) has a product "
                "with stock yet."
            )
            return _step("stock", label, text, None)
        text = _(
            "Dry run, listings that would fall to zero: %(zero)s of %(count)s. Nothing "
            "is sent before you go live.",
            count=counted,
            zero=len(zero),
        )
        button = ("action_view_stock_dry_run", _("Look"))
        return _step("stock", label, text, not zero, button)

    def _count_stock_dry(self):
        """Count what would be sent if all listings of the seller's own sent stock; a
        fixed number of statements.

        :return tuple: (ids of the offers that sell now and would not any more, number
            of offers that were counted)
        """
        self.env["amazon.offer"].flush_model()
        shops = self._find_shops()
        self.env.cr.execute(COULD_TAKE_PART, [self.id, list(shops)])
        rows = self.env.cr.fetchall()
        offered = [Offered(*row[:-1]) for row in rows]
        sells = {row[0]: row[-1] for row in rows}
        quantities = self._get_reported_quantities(offered, shops)
        zero = [key for key, left in quantities.items() if not left and sells[key]]
        return zero, len(quantities)

    # === A TEST ORDER === #

    def _get_shops(self):
        """Return the marketplaces whose orders come in."""
        return self.active_marketplace_ids or self.base_marketplace_id

    def _describe_test_order(self, marketplace):
        """Choose for an order of a marketplace what its import would choose.

        :return list: of str, as the columns of the window
        """
        own = self._get_marketplace_setting(marketplace)
        position = self._get_test_position(marketplace)
        lines = self.env["sale.order.line"].with_company(self.company_id)
        product = self._get_test_product()
        taxes = lines._amazon_taxes("product", product, [product], position)
        return [
            marketplace.name,
            (own.warehouse_id or self._get_warehouse()).name,
            (own.team_id or self.team_id).name or "",
            (own.user_id or self.user_id).name or "",
            marketplace.currency_id.name,
            position.name or _("None"),
            ", ".join(taxes.mapped("name")) or _("None"),
        ]

    def _get_test_position(self, marketplace):
        """Return the account.fiscal.position of a private buyer in the marketplace's
        country."""
        fiscal = self._get_fiscal_setting(marketplace)
        if fiscal.fiscal_policy == "fixed":
            return fiscal.fiscal_position_id
        buyer = self.env["res.partner"].new({"country_id": marketplace.country_id.id})
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(buyer, buyer)

    def _get_test_product(self):
        """Return the product of a listing, else the one of SKUs without a product."""
        offer = self.env["amazon.offer"].search(
            [("account_id", "=", self.id), ("product_id", "!=", False)], limit=1
        )
        lines = self.env["sale.order.line"]
        return offer.product_id or lines._amazon_product("product")

    # === ACTION METHODS === #

    def action_setup_marketplaces(self):
        """Synchronize all marketplaces in which the seller takes part."""
        self._check_may_manage()
        self.active_marketplace_ids |= self.available_marketplace_ids
        return True

    def action_view_test_order(self):
        """Show what an order of each marketplace would look like.

        :return dict: window action
        """
        self._check_may_manage()
        return self._open_setup_window("amazon.test.order", _("A Test Order"))

    def action_view_stock_dry_run(self):
        """Open the offers that sell at Amazon and would fall to zero.

        :return dict: window action
        """
        self._check_may_manage()
        zero, _counted = self.sudo()._in_company()._count_stock_dry()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_offer_action"
        )
        name = _("Would Fall to Zero")
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": [("id", "in", zero)],
            "context": {"create": False},
        }

    def action_go_live(self):
        """Ask for what goes live.

        :return dict: window action
        """
        self._check_may_manage()
        if gap := self.sudo()._find_setup_gap():
            raise UserError(gap)
        return self._open_setup_window("amazon.go.live", _("Go Live"))

    def _open_setup_window(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _begin_setup(self):
        """Open the assistant for an account that is linked for the first time, and have
        its listings read at once."""
        if self.setup_state or self.last_orders_run:
            return
        self.setup_state = "open"
        if self.import_catalogue:
            self._ask_for_catalogue()

    def _go_live(self, send_stock):
        """End the set-up: from now on everything is real.

        :param bool send_stock: quantities go to Amazon, of the listings that ask for
            it; where none does yet, of all that the seller ships
        """
        self.sudo().setup_state = "done"
        if self.dry_run:
            self.dry_run = False
        if not send_stock or self.sync_stock:
            return
        offers = self.env["amazon.offer"].search(
            [("account_id", "=", self.id), ("amazon_channel", "=", "fbm")]
        )
        if not any(offers.mapped("sync_stock")):
            offers.filtered("product_id").sync_stock = True
        self.sync_stock = True
