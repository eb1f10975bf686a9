"""Which stock an account offers at Amazon, and how it is counted (feature J2).

Stock out, read from the top down: cron -> account -> look -> messages.

A look finds the offers whose stock may have changed, computes what can be bought of
them, and writes down what Amazon does not know yet: one message per marketplace and
SKU. The sending of messages (see amazon_account_submissions) makes one feed of them.

Which offers changed, and how much there is of their products: for thousands of them
in a few statements (features J1, J2).

The guard: a look that would empty the shop waits for a person (feature J3).
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..account.queue_step import TimeBudget, get_cron_seconds
from .amazon_offer import REDUCTIONS

_logger = logging.getLogger(__name__)
BUTTON_SECONDS = 15
# A transaction writes its beginning as the time of a change, and may commit much later.
OVERLAP = timedelta(minutes=15)
# Once a day everything is computed and sent again: whatever went unseen is mended.
REFRESH_AFTER = timedelta(hours=24)
# Orders could not be read: quantities wait, for they might promise what is sold.
ORDERS_WAIT = timedelta(minutes=5)
FETCHED = ("sku", "marketplace_id", "amazon_channel", "product_id")
# A move that is done got its date then; the others are few: both have an index, the
# time of the last change has none.
CHANGED = """
    WITH stock AS (
      SELECT product_id, md5(string_agg(change, ',' ORDER BY change)) AS mark
        FROM (SELECT product_id, concat_ws(' ', 'quant', id, location_id, quantity,
                                           reserved_quantity, write_date) AS change
                FROM stock_quant
               WHERE write_date >= %(since)s
               UNION ALL
              SELECT product_id, concat_ws(' ', 'move', id, state, product_qty,
                                           write_date)
                FROM stock_move
               WHERE (state IN ('waiting', 'confirmed', 'assigned',
                                'partially_available', 'draft', 'cancel')
                      OR date >= %(since)s)
                 AND write_date >= %(since)s) AS changes
    GROUP BY product_id)
    SELECT offer.sku,
           CASE WHEN NOT bool_or(offer.product_id = ANY(%(kits)s))
                THEN md5(string_agg(concat_ws(
                       ' ', offer.id, offer.product_id, offer.sync_stock,
                       offer.quantity_factor, offer.stock_buffer, offer.stock_cap,
                       offer.write_date, template.write_date, own.write_date,
                       stock.mark), ',' ORDER BY offer.id)) END
      FROM amazon_offer AS offer
      JOIN product_product AS product ON product.id = offer.product_id
      JOIN product_template AS template ON template.id = product.product_tmpl_id
 LEFT JOIN stock ON stock.product_id = offer.product_id
CROSS JOIN (SELECT max(write_date) AS write_date
              FROM amazon_account_marketplace
             WHERE account_id = %(account)s) AS own
     WHERE offer.account_id = %(account)s
       AND (offer.write_date >= %(since)s OR template.write_date >= %(since)s
            OR own.write_date >= %(since)s OR stock.mark IS NOT NULL
            OR offer.product_id = ANY(%(kits)s))
  GROUP BY offer.sku"""
# Fewer offers than that tell nothing about a share.
FEWEST_OFFERS = 20
ACTIVITY = "amazon_connector.mail_activity_type_stock_guard"


@dataclass(frozen=True)
class Look:
    """How a look goes about it.

    everything: all offers are computed, and what Amazon refused is sent again;
    refresh: also what Amazon has already; guarded: many falls at once are held back.
    """

    everything: bool = False
    refresh: bool = False
    guarded: bool = True


@dataclass(frozen=True)
class Seen:
    """What a look saw when it computed: SKU -> mark of all that changed since."""

    since: datetime
    marks: dict

    def find_news(self, marks):
        """:param dict marks: what is seen now
        :return list: SKUs of which that is something else; an empty mark tells nothing
        """
        skus = {*self.marks, *marks}
        return sorted(
            sku
            for sku in skus
            if not marks.get(sku) or marks[sku] != self.marks.get(sku)
        )


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    stock_location_ids = fields.Many2many(
        "stock.location",
        "amazon_account_stock_location_rel",
        string="Count the stock of",
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id),"
        " ('id', '!=', location_id)]",
        check_company=True,
        copy=False,
        help="With all that lies below them. Empty: the stock of the warehouse that "
        "ships the orders of the marketplace. What lies at Amazon (FBA) never counts.",
    )
    stock_basis = fields.Selection(
        [("free", "Free to use"), ("forecast", "Forecast")],
        "Quantity",
        required=True,
        default="free",
        help="Free to use: on hand and not reserved for other deliveries.\n"
        "Forecast: also what is on its way in, less all that has to be delivered.",
    )
    stock_guard_share = fields.Integer(
        "Hold back when",
        required=True,
        default=30,
        help="When more than this share of a marketplace's offers would fall to zero "
        "or by more than half at once, nothing is sent until a person looks at it. "
        "It guards against a wrong count. Below 20 offers, or at 100 %, it rests.",
    )
    last_stock_run = fields.Datetime("Last look", readonly=True, copy=False)
    stock_turn_at = fields.Datetime(readonly=True, copy=False)  # as orders_turn_at
    # Changes up to this moment are computed; empty: everything is computed anew.
    stock_read_until = fields.Datetime(readonly=True, copy=False)
    last_full_stock_run = fields.Datetime(
        "Last sent in full", readonly=True, copy=False
    )
    # Why quantities are held back; empty when none are.
    stock_guard_message = fields.Text("Stock is held back", readonly=True, copy=False)

    def _find_changed_skus(self, since):
        """Find what may have another quantity, by one query.

        :param datetime since: UTC
        :return dict: SKU -> mark, another one when anything changed again; empty for
            kits, whose parts are what changes; all marketplaces of a SKU are computed
            together
        """
        self.env.flush_all()
        self.env.cr.execute(
            CHANGED,
            {
                "account": self.id,
                "since": since,
                "kits": self._get_stock_kits().ids,
            },
        )
        return dict(self.env.cr.fetchall())

    def _store_quantities(self, skus):
        """Keep the quantities on the offers: by one statement, and without a new
        write_date, which would make all of them look changed.

        :param list skus: None: of all offers
        """
        offers = self._get_stock_offers(skus)
        quantities = offers._get_stock_quantities(self)
        self.env.cr.execute(
            """
            UPDATE amazon_offer AS offer
               SET stock_quantity = computed.quantity
              FROM amazon_offer AS seen
         LEFT JOIN unnest(%(ids)s::int[], %(quantities)s::int[])
                   AS computed(id, quantity)
                ON computed.id = seen.id
             WHERE offer.id = seen.id AND seen.account_id = %(account)s
               AND (%(skus)s::varchar[] IS NULL OR seen.sku = ANY(%(skus)s))
               AND offer.stock_quantity IS DISTINCT FROM computed.quantity
            """,
            {
                "ids": [offer.id for offer in quantities],
                "quantities": list(quantities.values()),
                "account": self.id,
                "skus": skus,
            },
        )
        offers.invalidate_model(["stock_quantity"])

    def _get_stock_kits(self):
        """:return: product.product that are sold as kits, none without Manufacturing"""
        products = self.env["product.product"].with_context(active_test=False)
        if "mrp.bom" not in self.env:
            return products.browse()
        return products.search([("is_kits", "=", True), ("type", "!=", "service")])

    def _get_stock_offers(self, skus=None):
        """:param skus: iterable of SKUs; None: of all
        :return: amazon.offer whose quantity Amazon is told"""
        offers = self.env["amazon.offer"]
        if not self.sync_stock:
            return offers
        marketplaces = self.active_marketplace_ids or self.base_marketplace_id
        domain = [
            ("account_id", "=", self.id),
            ("amazon_channel", "=", "fbm"),
            ("sync_stock", "=", True),
            ("marketplace_id", "in", marketplaces.ids),
            ("product_id", "!=", False),
        ]
        if skus is not None:
            domain.append(("sku", "in", list(skus)))
        return offers.search_fetch(
            domain,
            [*FETCHED, *sorted(REDUCTIONS)],
        )

    def _get_stock_locations(self, marketplace):
        """:return: stock.location whose stock is offered in an amazon.marketplace"""
        if self.stock_location_ids:
            return self.stock_location_ids
        own = self._get_marketplace_setting(marketplace).warehouse_id
        return (own or self._get_warehouse()).lot_stock_id

    def _count_stock(self, products, locations):
        """Count what lies in some locations: all products at once.

        :param products: product.product
        :param locations: stock.location, with all that lies below them
        :return dict: product's id -> quantity in the product's unit; products that are
            not stored are left out
        """
        products = self._filter_stored(products)
        if not products:
            return {}
        located = products.with_context(**self._get_stock_context(locations))
        # What the last look remembers of the parts of kits is of another moment.
        located.invalidate_model(["free_qty", "virtual_available", "qty_available"])
        quantities = located._compute_quantities_dict(None, None, None)
        name = "free_qty" if self.stock_basis == "free" else "virtual_available"
        return {product.id: quantities[product.id][name] for product in products}

    def _filter_stored(self, products):
        """:return: product.product that have a stock: the storable ones and the kits,
        read at once and no more of them than is needed"""
        stored = products.with_env(self.env).with_context(active_test=False)
        stored = stored.search_fetch(
            [
                ("id", "in", products.ids),
                "|",
                ("detailed_type", "=", "product"),
                ("id", "in", self._get_stock_kits().ids),
            ],
            ["product_tmpl_id"],
            order="id",
        )
        stored.product_tmpl_id.fetch(["uom_id"])
        return stored.with_env(self.env)

    def _get_stock_context(self, locations):
        """:param locations: stock.location
        :return dict: context that has Odoo count there; what lies at Amazon (FBA) for
            any account is left out"""
        for name in ("amazon.account", "amazon.account.marketplace"):
            self.env[name].flush_model(["location_id"])
        self.env["stock.location"].flush_model(["parent_path"])
        self.env.cr.execute(
            """
            SELECT below.id, at_amazon.id IS NOT NULL
              FROM stock_location AS chosen
              JOIN stock_location AS below
                ON starts_with(below.parent_path, chosen.parent_path)
         LEFT JOIN stock_location AS at_amazon
                ON starts_with(below.parent_path, at_amazon.parent_path)
               AND at_amazon.id IN (
                   SELECT location_id FROM amazon_account
                    UNION SELECT location_id FROM amazon_account_marketplace)
             WHERE chosen.id = ANY(%s)
            """,
            [locations.ids],
        )
        places = dict(self.env.cr.fetchall())
        if not any(places.values()):
            return {"location": locations.ids}
        mine = [place for place, is_at_amazon in places.items() if not is_at_amazon]
        return {"location": mine or [0], "strict": True}

    # === CONSTRAINTS === #

    @api.constrains("stock_guard_share")
    def _check_stock_guard_share(self):
        if any(not 0 <= account.stock_guard_share <= 100 for account in self):
            raise ValidationError(
                _("The share of offers that may fall at once is a percentage: 0 to 100")
            )

    # === CRUD METHODS === #

    @api.model
    def _vals_for_stock_settings(self, vals):
        """Return that all quantities have to be computed anew."""
        return {"stock_read_until": False}

    def _follow_stock_settings(self, vals):
        """Withdraw what waits when no stock is sent any more, else compute it soon."""
        if "sync_stock" in vals and not vals["sync_stock"]:
            self.sudo()._withdraw_stock()
        if any(self.mapped("sync_stock")):
            self._trigger_stock_cron()

    # === ACTION METHODS === #

    def action_sync_stock(self):
        """Look at the stock of all offers now and send what Amazon does not know.

        :return dict: client action, a notification with the counts
        """
        return self._look_and_send(Look(everything=True))

    def _look_and_send(self, look):
        self._check_may_use()
        self = self.sudo()._in_company()
        self._check_linked()
        budget = TimeBudget(BUTTON_SECONDS)
        tally = self._sync_stock(budget, look)
        if tally["todo"]:
            tally += self._send_submissions(budget)
        troubles = ("off", "waiting", "guarded", "failed", "postponed")
        kind = "warning" if any(tally[name] for name in troubles) else "success"
        return self._notify(self._describe_stock(tally), kind)

    def _describe_stock(self, tally):
        """:param Counter tally: see _sync_stock
        :return str: the counts in words"""
        if tally["off"]:
            return _(
                "This account sends no stock: tick «Send stock to Amazon» on the page "
                "Stock first."
            )
        if not tally["offers"]:
            return _(
                "No offer takes part: it has to be FBM, to have a product that is "
                "stored, and to be ticked «Send stock»."
            )
        if tally["waiting"]:
            return _(
                "Orders are read first, for they take from the stock, and not all of "
                "them could be read. The quantities follow by themselves. %s",
                self.connection_message or "",
            ).strip()
        return " ".join(self._describe_messages(tally)) or _(
            "Amazon knows the stock of all offers."
        )

    def _describe_messages(self, tally):
        """:return list: of sentences: what goes, and what does not"""
        rows = self.env["amazon.submission"]._count_stock_rows(self)
        parts = []
        if self.dry_run and rows["held"] and not tally["guarded"]:
            parts.append(
                _(
                    "Dry run, nothing was sent: %s quantities are shown under "
                    "«Messages to Amazon».",
                    rows["held"],
                )
            )
        elif rows["open"]:
            parts.append(_("Quantities on their way to Amazon: %s.", rows["open"]))
        if tally["guarded"]:
            parts.append(_("Held back: %s", self.stock_guard_message))
        if rows["failed"]:
            parts.append(_("Refused: %s, see the offers.", rows["failed"]))
        if tally["postponed"] and self.connection_message:
            parts.append(self.connection_message)
        return parts

    def action_release_stock(self):
        """A person has looked at it: what the guard holds back goes, this once.

        :return dict: client action, a notification with the counts
        """
        return self._look_and_send(Look(everything=True, guarded=False))

    def action_view_held_stock(self):
        """Open the quantities that are held back."""
        return self.env["amazon.submission"]._open(
            [
                ("account_id", "=", self.id),
                ("kind", "=", "stock"),
                ("state", "=", "held"),
            ]
        )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_sync_stock(self):
        """Send the changed stock of all accounts, the longest waiting account first."""
        budget = TimeBudget(get_cron_seconds())
        accounts = self.sudo().search(
            [("is_linked", "=", True), ("sync_stock", "=", True)],
            order="stock_turn_at NULLS FIRST, id",
        )
        turns = {account.id: account.stock_turn_at for account in accounts}

        def sync(account):
            step = account._take_turn
            if account._run_step(step, "stock_turn_at", turns[account.id]):
                account._sync_stock(budget, account._get_due_look())

        trigger = self._trigger_stock_cron
        self._for_each_account(accounts, sync, _logger, trigger, budget)

    def _get_due_look(self):
        """:return Look: at what changed; once a day at everything, to send it again"""
        last = self.last_full_stock_run
        is_due = not last or last <= fields.Datetime.now() - REFRESH_AFTER
        return Look(everything=is_due, refresh=is_due)

    def _sync_stock(self, budget, look):
        """Write down what Amazon has to be told. Never raises because of Amazon.

        :param TimeBudget budget: no call begins after its end
        :param Look look:
        :return Counter: offers: that take part, todo: messages that go, held: by the
            guard or the dry run; off, waiting, guarded: why nothing goes
        """
        self.ensure_one()
        tally = Counter()
        if not self.sync_stock:
            tally["off"] = 1
            return tally
        seen = self._run_step(self._compute_stock, look.everything)
        if self._has_unsent(look) and not self._read_orders_first(budget):
            tally.update(waiting=1, offers=1)
            return tally
        self._run_step(self._note_stock, look, tally, seen)
        _logger.info("account %s: stock %s", self.id, dict(tally))
        return tally

    def _compute_stock(self, everything=False):
        """Compute what can be bought of each offer whose stock may have changed.

        :param bool everything: of all offers
        :return Seen: to know later whether that still holds
        """
        until = self.env.cr.now().replace(microsecond=0)
        since = (self.stock_read_until or until) - OVERLAP
        marks = self._find_changed_skus(since)
        if everything or not self.stock_read_until:
            self._store_quantities(None)
        elif marks:
            self._store_quantities(list(marks))
        self.stock_read_until = until
        return Seen(since, marks)

    def _compute_news(self, seen):
        """Compute what the orders, or people, took since ``seen``: mostly nothing,
        which one query tells."""
        if not self.stock_read_until:  # another setting of the account
            self._compute_stock()
            return
        skus = seen.find_news(self._find_changed_skus(seen.since))
        if skus:
            self._store_quantities(skus)

    def _has_unsent(self, look):
        """:return bool: whether Amazon would be told anything"""
        reasons = self._find_falls() if look.guarded else {}
        return self.env["amazon.submission"]._count_unsent(self, look, reasons) > 0

    def _read_orders_first(self, budget):
        """Amazon takes off by itself what it sold; so must Odoo, before it states a
        quantity.

        :return bool: whether all orders of this moment are noted
        """
        orders = self._sync_orders(budget)
        if not (orders["trouble"] or orders["left"] or orders["busy"]):
            return True
        self._run_step(self._wait_for_orders)
        return False

    def _wait_for_orders(self):
        until = fields.Datetime.now() + ORDERS_WAIT
        self.env["amazon.submission"]._delay_quantities(self, until)
        self._trigger_stock_cron(until)

    def _note_stock(self, look, tally, seen):
        """Write down the messages, from what is in stock now.

        :param Counter tally: gets the counts
        :param Seen seen: of `_compute_stock`
        """
        self._compute_news(seen)
        tally.clear()
        rows = self.env["amazon.submission"]
        rows._withdraw_settled(self)
        falls = self._find_falls(tally)
        reasons = falls if look.guarded else {}
        tally.update(rows._note_quantities(self, look, reasons))
        self._note_guard(reasons)
        tally["guarded"] = len(reasons)
        values = {"last_stock_run": fields.Datetime.now()}
        if look.refresh:
            values["last_full_stock_run"] = values["last_stock_run"]
        self.write(values)
        if tally["todo"]:
            rows._trigger_cron()

    def _withdraw_stock(self):
        """The account sends no stock any more: nothing that waits may leave."""
        self.env["amazon.submission"].search(
            [("account_id", "in", self.ids), ("kind", "=", "stock")]
        )._withdraw()
        self._note_guard({})

    @api.model
    def _trigger_stock_cron(self, at=None):
        """:param datetime at: UTC; None: as soon as possible"""
        self._wake_cron("sync_stock", at)

    def _find_falls(self, tally=None):
        """Find the marketplaces where too many offers would fall at once.

        An offer falls from what Amazon accepted last, or from what is already on its
        way to Amazon: that passed this guard, or a person let it go. Where nobody knows
        what Amazon has, zero is a fall.

        :param Counter tally: gets the number of offers that take part
        :return dict: id of amazon.marketplace -> the reason, for people
        """
        self.env["amazon.submission"].flush_model()
        self.env["amazon.offer"].flush_model()
        self.env.cr.execute(
            """
            SELECT marketplace_id, count(*),
                   count(*) FILTER (
                     WHERE quantity < coalesce(known, 1)
                       AND (quantity = 0 OR 2 * quantity::bigint < known))
              FROM (SELECT offer.marketplace_id, offer.stock_quantity AS quantity,
                           least(CASE WHEN offer.sent_at IS NOT NULL
                                      THEN offer.sent_quantity END,
                                 min(row.quantity)) AS known
                      FROM amazon_offer AS offer
                 LEFT JOIN amazon_submission AS row
                        ON row.offer_id = offer.id AND row.kind = 'stock'
                       AND (row.state IN ('todo', 'sending', 'submitted', 'unknown')
                            OR %s AND row.state = 'held' AND row.body IS NOT NULL)
                     WHERE offer.account_id = %s AND offer.stock_quantity IS NOT NULL
                  GROUP BY offer.id) AS change
          GROUP BY marketplace_id
            """,
            [self.dry_run, self.id],
        )
        found = self.env.cr.fetchall()
        if tally is not None:
            tally["offers"] = sum(count for _shop, count, _falls in found)
        return {
            marketplace_id: self._explain_falls(marketplace_id, falls, count)
            for marketplace_id, count, falls in found
            if count >= FEWEST_OFFERS and 100 * falls > self.stock_guard_share * count
        }

    def _explain_falls(self, marketplace_id, falls, count):
        return _(
            "%(marketplace)s: %(falls)s of %(count)s offers would fall to zero or by "
            "more than half.",
            marketplace=self.env["amazon.marketplace"].browse(marketplace_id).name,
            falls=falls,
            count=count,
        )

    def _note_guard(self, reasons):
        """Tell the responsible once, and nobody any more when it is over.

        :param dict reasons: see _find_falls
        """
        for account in self:
            message = "\n".join(reasons.values()) or False
            if message == account.stock_guard_message:
                continue
            was_held = bool(account.stock_guard_message)
            account.stock_guard_message = message
            if not message:
                account.activity_unlink([ACTIVITY])
            elif not was_held:
                account._ask_to_release(message)

    def _ask_to_release(self, message):
        responsible = self.user_id if self.user_id.active else None
        self.activity_schedule(
            ACTIVITY,
            note=_(
                "%s Odoo holds these quantities back. Check the stock in Odoo; if it "
                "is right, press «Release» on the account, else correct it: then the "
                "quantities go by themselves.",
                message,
            ),
            user_id=(responsible or self.env.ref("base.user_admin")).id,
        )
