"""Which orders of an account come in, and whether they are all there.

* When an account begins, and when a marketplace is added (feature D21): the normal sync
  only sees what changes. What is still to ship by then is asked for once, as a window
  of time with these statuses only.
* Orders that you ship and whose recipients Amazon does not name (E2).
* A seller whose account was archived and who is linked anew (A13): the new account goes
  on with the orders, and with the money and the goods that come back, where the old one
  ended. What both would know is booked once.
"""

from datetime import timedelta

from odoo import _, api, fields, models

from ...amazon_api import SpApiError
from ...tools.amazon_time import aware_utc
from ...tools.reader_time import describe_moment
from ..connection.amazon_account import ROLES
from ..orders.amazon_account import OVERLAP, PAGE_SIZE, READ_LAG
from ..recovery.amazon_recovery import TO_SHIP

# What is still to ship and older than that was forgotten by everybody.
OPEN_SINCE = timedelta(days=90)
# So old the number of orders to ship may be that the set-up shows.
COUNT_AGE = timedelta(hours=1)
# The parcel is fetched, or Amazon makes its label: no recipient is named with the role.
NAMELESS_PROGRAMS = {"IN_STORE_PICK_UP", "FBM_SHIP_PLUS", "AMAZON_EASY_SHIP"}
# What both accounts have noted stays with the new one, which gets the sale order.
TAKE_OVER = (
    """
    UPDATE sale_order SET amazon_account_id = %(new)s
     WHERE amazon_account_id = %(old)s
       AND NOT EXISTS (
           SELECT FROM sale_order mine
            WHERE mine.amazon_account_id = %(new)s
              AND mine.amazon_order_ref = sale_order.amazon_order_ref)""",
    """
    UPDATE amazon_order mine
       SET sale_order_id = other.sale_order_id, is_imported_once = NULL
      FROM amazon_order other
      JOIN sale_order sale ON sale.id = other.sale_order_id
     WHERE mine.account_id = %(new)s AND mine.sale_order_id IS NULL
       AND other.account_id = %(old)s
       AND other.amazon_order_ref = mine.amazon_order_ref
       AND sale.amazon_account_id = %(new)s""",
    # What is held for a pending order is held for the row that stays.
    """
    UPDATE stock_move held SET amazon_order_id = mine.id
      FROM amazon_order other
      JOIN amazon_order mine ON mine.amazon_order_ref = other.amazon_order_ref
     WHERE held.amazon_order_id = other.id
       AND other.account_id = %(old)s AND mine.account_id = %(new)s""",
    """
    UPDATE amazon_order mine
       SET held_at = COALESCE(mine.held_at, other.held_at),
           held_until = COALESCE(mine.held_until, other.held_until)
      FROM amazon_order other
     WHERE other.account_id = %(old)s AND mine.account_id = %(new)s
       AND other.amazon_order_ref = mine.amazon_order_ref
       AND other.held_until IS NOT NULL""",
    """
    DELETE FROM amazon_order other USING amazon_order mine
     WHERE other.account_id = %(old)s AND mine.account_id = %(new)s
       AND other.amazon_order_ref = mine.amazon_order_ref""",
    """
    UPDATE amazon_order SET account_id = %(new)s WHERE account_id = %(old)s""",
    """
    UPDATE amazon_submission owed SET account_id = %(new)s
     WHERE owed.account_id = %(old)s AND owed.kind NOT IN ('stock', 'stock_now')
       AND NOT EXISTS (
           SELECT FROM amazon_submission mine
            WHERE mine.account_id = %(new)s AND mine.dedup_key = owed.dedup_key)""",
    """
    UPDATE amazon_feed sent SET account_id = %(new)s
     WHERE sent.account_id = %(old)s AND sent.kind <> 'stock'
       AND sent.state IN ('sending', 'unknown', 'submitted')
       AND NOT EXISTS (
           SELECT FROM amazon_feed mine
            WHERE mine.account_id = %(new)s AND mine.kind = sent.kind
              AND mine.marketplace_id = sent.marketplace_id
              AND mine.state IN ('sending', 'unknown', 'submitted'))""",
    """
    UPDATE amazon_settlement SET account_id = %(new)s
     WHERE account_id = %(old)s
       AND NOT EXISTS (
           SELECT FROM amazon_settlement mine
            WHERE mine.account_id = %(new)s
              AND mine.settlement_ref = amazon_settlement.settlement_ref)""",
    """
    UPDATE amazon_refund SET account_id = %(new)s
     WHERE account_id = %(old)s
       AND NOT EXISTS (
           SELECT FROM amazon_refund_line known
             JOIN amazon_refund_line mine
               ON mine.account_id = %(new)s AND mine.kind = known.kind
              AND mine.adjustment_ref = known.adjustment_ref
            WHERE known.refund_id = amazon_refund.id)""",
    """
    UPDATE amazon_refund_line line SET account_id = %(new)s
      FROM amazon_refund refund
     WHERE line.account_id = %(old)s AND refund.id = line.refund_id
       AND refund.account_id = %(new)s""",
    """
    UPDATE amazon_return SET account_id = %(new)s
     WHERE account_id = %(old)s
       AND NOT EXISTS (
           SELECT FROM amazon_return mine
            WHERE mine.account_id = %(new)s
              AND mine.return_key = amazon_return.return_key)""",
    """
    UPDATE amazon_settlement_map SET account_id = %(new)s
     WHERE account_id = %(old)s
       AND NOT EXISTS (
           SELECT FROM amazon_settlement_map mine
            WHERE mine.account_id = %(new)s
              AND mine.amount_type = amazon_settlement_map.amount_type
              AND mine.amount_description = amazon_settlement_map.amount_description)
    """,
    """
    UPDATE account_journal SET amazon_account_id = %(new)s
     WHERE amazon_account_id = %(old)s
       AND NOT EXISTS (
           SELECT FROM account_journal mine
            WHERE mine.amazon_account_id = %(new)s
              AND mine.currency_id IS NOT DISTINCT FROM account_journal.currency_id)
    """,
)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    orders_from = fields.Selection(
        [
            ("open", "All that are still to ship"),
            ("moment", "From a moment on"),
            ("new", "Only new ones"),
        ],
        "Orders come in",
        copy=False,
        help="Which orders come in when the account begins. Orders that Amazon ships "
        "come in when they are shipped, whatever is chosen here.",
    )
    orders_question = fields.Char(compute="_compute_orders_question")
    # Such as “12” or “100+”; counted anew as long as the question is open.
    orders_to_ship_found = fields.Char(readonly=True, copy=False)
    orders_to_ship_counted_at = fields.Datetime(readonly=True, copy=False)
    # Orders that were placed before do not belong to Odoo.
    orders_begin_at = fields.Datetime("Reads orders since", readonly=True, copy=False)
    # What the last complete sync asked for; another one is new.
    orders_read_marketplaces = fields.Char(readonly=True, copy=False)
    # empty -[an order without recipient]-> set -[one with a recipient]-> empty
    no_recipients_since = fields.Datetime(
        "Recipients missing since", readonly=True, copy=False
    )

    def _note_recipients(self, orders):
        """Notice whether Amazon names the recipients of orders that were imported; a
        person is called the first time it does not.

        :param list orders: of Order
        """
        to_ship = [
            order
            for order in orders
            if order.is_fbm and not NAMELESS_PROGRAMS & {*order.programs}
        ]
        if not to_ship:
            return
        is_named = any(
            order.delivery_address
            and (order.delivery_address.name or order.delivery_address.has_street)
            for order in to_ship
        )
        if is_named and self.no_recipients_since:
            self.no_recipients_since = False
        elif not is_named and not self.no_recipients_since:
            self.no_recipients_since = fields.Datetime.now()
            self._call_for_recipients()

    def _call_for_recipients(self):
        responsible = self._get_responsible()
        self.with_context(mail_notify_author=True).message_post(
            body=self._explain_no_recipients(),
            subject=_("Amazon %s: names and streets are missing", self.name),
            partner_ids=responsible.partner_id.ids,
        )

    def _explain_no_recipients(self):
        """Explain why deliveries show no names and streets.

        :return str: what is missing, and how to get it
        """
        return _(
            "Amazon gives neither names nor streets for the orders that you ship: the "
            "role for recipients, “%s”, is missing. Their deliveries show post code, "
            "town and country only: take the rest from Seller Central until the app "
            "has the role.",
            ROLES["buyer"],
        )

    def _succeeds(self, other):
        """Answer whether this account replaces an archived one.

        :param other: amazon.account with sudo
        :return bool: whether this account is the same seller, linked anew
        """
        mine, other = self.sudo(), other.sudo()
        # Accounts made without the wizard may lack the merchant token, or misspell it.
        is_same_seller = mine.seller_key and mine.seller_key == other.seller_key
        is_same_token = (
            mine.refresh_token_hash
            and mine.refresh_token_hash == other.refresh_token_hash
        )
        return bool(
            not other.active
            and (is_same_seller or is_same_token)
            and other.company_id == self.company_id
            and other.region == self.region
            and other.environment == self.environment
        )

    def _find_predecessors(self):
        """Find the accounts whose orders this one takes over.

        :return: archived accounts of the same seller, with sudo
        """
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("id", "!=", self.id),
                    ("active", "=", False),
                    ("company_id", "=", self.company_id.id),
                    ("environment", "=", self.environment),
                ]
            )
            .filtered(self._succeeds)
        )

    def _take_over_all_orders(self):
        """Take over what archived accounts of the same seller know."""
        for predecessor in self._find_predecessors():
            self._take_over_orders(predecessor)

    def _take_over_orders(self, predecessor):
        """Move the orders of an archived account to this one, and what has been paid
        for them, in a fixed number of statements; nothing is said where nothing is
        left to move.

        :param predecessor: amazon.account with sudo; see _succeeds
        """
        self.env.flush_all()
        ids = {"new": self.id, "old": predecessor.id}
        moved = 0
        for statement in TAKE_OVER:
            self.env.cr.execute(statement, ids)
            moved += self.env.cr.rowcount
        if not moved:
            return
        self.env.invalidate_all()
        self.env.registry.clear_cache()  # of the map
        self._go_on_with_payments(predecessor)
        self.message_post(
            body=_(
                "The orders of the archived account “%s” of the same seller belong to "
                "this account now.",
                predecessor.name,
            )
        )

    def _go_on_with_payments(self, predecessor):
        """Read payments and refunds from where an archived account has stopped, and
        invoice its orders if it would have done so; a day that a person has chosen
        stays.

        :param predecessor: amazon.account with sudo
        """
        mine = self.sudo()
        if predecessor.invoice_workflow != "none":
            since = min(mine._get_invoiced_since(), predecessor._get_invoiced_since())
            mine.invoices_since = since
        if not mine._has_chosen_finance_from():
            mine.finance_from = min(mine.finance_from, predecessor.finance_from)
        if not mine.settlement_journal_id:
            mine.settlement_journal_id = predecessor.settlement_journal_id
        if read_until := predecessor.transactions_read_until:
            if not mine.transactions_read_until:
                mine.transactions_read_until = read_until
            elif mine.transactions_read_until > read_until:
                mine.transactions_read_until = read_until
            predecessor.transactions_read_until = False  # once is enough

    # === COMPUTE METHODS === #

    @api.depends(
        "orders_from",
        "orders_to_ship_found",
        "orders_to_ship_counted_at",
        "is_linked",
        "active",
        "setup_state",
    )
    @api.depends_context("lang")
    def _compute_orders_question(self):
        for account in self:
            account.orders_question = account._is_orders_question_open() and " ".join(
                filter(
                    None,
                    [
                        _("Which orders shall come in?"),
                        account._describe_orders_to_ship(),
                    ],
                )
            )

    def _describe_orders_to_ship(self):
        """Say how many orders Amazon showed, and when.

        :return str|bool: in words; False when they could not be counted
        """
        if not self.orders_to_ship_found:
            return False
        if not self.orders_to_ship_counted_at:
            return _("Still to ship at Amazon: %s.", self.orders_to_ship_found)
        return _(
            "Still to ship at Amazon: %(count)s (counted: %(time)s).",
            count=self.orders_to_ship_found,
            time=describe_moment(self.env, self.orders_to_ship_counted_at),
        )

    def _is_orders_question_open(self):
        """Answer whether the form has to ask which orders come in.

        :return bool: whether nobody has decided yet, while the account is in set-up
            or has no order; orders that come in meanwhile decide nothing
        """
        if self.orders_from or not self.is_linked or not self.active:
            return False
        if self.setup_state == "open":
            return True
        orders = self.env["amazon.order"].sudo()
        return not orders.search_count([("account_id", "=", self.id)], limit=1)

    # === ACTION METHODS === #

    def action_take_open_orders(self):
        """Import all orders that are still to ship."""
        self._begin_orders("open")

    def action_take_new_orders(self):
        """Import what is ordered from now on."""
        self._begin_orders("new")

    def action_choose_orders_from(self):
        """Ask for the moment from which on orders come in.

        :return dict: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Which Orders Come In"),
            "res_model": "amazon.orders.from",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _begin_orders(self, choice, moment=None):
        """Decide which orders come in when the account begins. The first choice holds:
        the form of a second person may be an old one.

        :param str choice: open, moment or new
        :param datetime moment: naive UTC, of the choice “moment”
        """
        self.ensure_one()
        self.check_access_rights("write")
        self.check_access_rule("write")
        if self.orders_from:
            return
        vals = {"orders_from": choice}
        if choice == "moment":
            vals.update(go_live_date=moment, last_orders_sync=moment)
        self.sudo().write(vals)  # with the bookmark of the sync, which is ours alone

    @api.model
    def _vals_for_orders_begin(self, vals):
        """Return from when on a new account imports orders."""
        return {
            "orders_begin_at": vals.get("last_orders_sync") or fields.Datetime.now()
        }

    def _follow_orders_from(self, _vals):
        """Do what the choice of orders brings with it."""
        for account in self.sudo():
            if account.orders_from == "open":
                account._read_open_orders()
            elif account.orders_from == "new" and not account.go_live_date:
                # What is ordered just before the first sync is new, too: Amazon
                # shows it after some minutes.
                begin = account._get_first_sync() - READ_LAG - OVERLAP
                account.go_live_date = begin
            elif account.orders_from == "moment" and account.go_live_date:
                if account.last_orders_sync > account.go_live_date:
                    account.last_orders_sync = account.go_live_date

    def _get_first_sync(self):
        """Return from when on the account has read orders, or will read them.

        :return datetime: naive UTC; what was ordered while nobody had decided which
            orders come in, and is not paid yet, is new as well
        """
        orders = self.env["amazon.order"].sudo()
        has_read = orders.search_count([("account_id", "=", self.id)], limit=1)
        begin = has_read and self.orders_begin_at or self.last_orders_sync
        return min(begin, self.last_orders_sync)

    def _read_open_orders(self, shops=None):
        """Have everything read that is still to ship; the scheduled action does it.

        :param shops: amazon.marketplace; None: all that are synchronized
        """
        self.ensure_one()
        now = self._get_amazon_now()
        until = now - READ_LAG
        since = self.go_live_date or now - OPEN_SINCE
        if since >= until:
            return
        if not shops and self.last_orders_sync > until:
            self.last_orders_sync = until  # nothing falls between the two downloads
        shops = shops or self.active_marketplace_ids or self.base_marketplace_id
        self.env["amazon.recovery"].sudo().create(
            {
                "account_id": self.id,
                "only_to_ship": True,
                "date_from": since,
                "date_to": until,
                "marketplaces": ",".join(sorted(shops.mapped("api_ref"))),
            }
        )
        self._trigger_orders_cron()

    def _read_new_marketplaces(self, request):
        """Have the open orders read of marketplaces that were not read before; the
        normal sync is past them. In set-up a person says which orders come in, of all
        marketplaces.

        :param dict request: of a sync that is done
        """
        read = ",".join(request["marketplace_ids"])
        before = self.orders_read_marketplaces
        if before == read:
            return
        self.orders_read_marketplaces = read
        if self.setup_state == "open" and not self.orders_from:
            return
        if new := {*request["marketplace_ids"]} - {*(before or read).split(",")}:
            shops = self.env["amazon.marketplace"]._by_api_ref(new).values()
            self._read_open_orders(self.env["amazon.marketplace"].union(*shops))

    def _count_open_orders(self):
        """Count what is still to ship, for the question that follows linking; it is
        asked without a number when Amazon does not answer."""
        shops = self.active_marketplace_ids or self.base_marketplace_id
        since = self.go_live_date or fields.Datetime.now() - OPEN_SINCE
        try:
            with self._get_partner() as partner:
                page = partner.search_orders(
                    sorted(shops.mapped("api_ref")),
                    created_after=aware_utc(since),
                    max_results_per_page=PAGE_SIZE,
                    **TO_SHIP,
                )
        except SpApiError:
            return
        values = {
            "orders_to_ship_found": f"{len(page.orders)}{'+' * bool(page.next_token)}",
            "orders_to_ship_counted_at": fields.Datetime.now(),
        }
        self._run_step(self.write, values)

    def _count_open_orders_again(self, is_wanted=False):
        """Keep the number young that the set-up shows, while nobody has decided.

        :param bool is_wanted: a person asks for it; else it is counted each hour
        """
        if self.setup_state != "open" or not self._is_orders_question_open():
            return
        counted_at = self.orders_to_ship_counted_at
        is_old = not counted_at or counted_at < fields.Datetime.now() - COUNT_AGE
        if is_old or is_wanted:
            self._count_open_orders()
