"""How many pieces of an offer can be bought, and what Amazon knows of it (features J2,
J4, J5, C3).
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import float_round

# What decides whether, and under which name, Amazon is told a quantity.
NAMES = {"account_id", "marketplace_id", "sku"}
IDENTITY = NAMES | {"active", "amazon_channel", "product_id", "sync_stock"}
REDUCTIONS = {"quantity_factor", "stock_buffer", "stock_cap"}
# state of the message -> what the offer shows
OFFER_STATES = {
    "todo": "pending",
    "sending": "processing",
    "submitted": "processing",
    "unknown": "processing",
    "done": "done",
    "superseded": "done",
    "held": "held",
    "failed": "error",
}
# The largest that fits the column, and more than anybody sells.
MOST = 2**31 - 1


class AmazonOffer(models.Model):
    _inherit = "amazon.offer"
    _sql_constraints = [
        (
            "stock_reductions_positive",
            "CHECK(stock_cap >= 0 AND stock_buffer >= 0)",
            "What is kept back, and the limit of an offer, can not be negative.",
        ),
    ]

    stock_cap = fields.Float(
        "At most",
        digits="Product Unit of Measure",
        help="Never more than so many units of the product are offered at Amazon, "
        "however many there are. 0: no limit.",
    )
    available_quantity = fields.Integer(
        "Would be sent",
        compute="_compute_available_quantity",
        compute_sudo=True,
        help="What Amazon would be told now: what is free or forecast, less what is "
        "kept back, at most the limit, in whole pieces of the offer. Marketplaces of "
        "Europe share one quantity of a SKU: the smallest.",
    )
    # Of the last look; empty in the database: the offer takes no part. Written by SQL,
    # for thousands of offers at once, and without a new write_date.
    stock_quantity = fields.Integer(readonly=True, copy=False)
    sent_quantity = fields.Integer(
        "At Amazon",
        readonly=True,
        copy=False,
        help="What Amazon last accepted from Odoo. Amazon takes off by itself what it "
        "sells in the meantime.",
    )
    # Empty: nobody knows what Amazon has, so it has to be told.
    sent_at = fields.Datetime("Accepted by Amazon", readonly=True, copy=False)
    # What left before this moment says nothing about what Amazon has.
    forgotten_at = fields.Datetime(readonly=True, copy=False)
    submission_ids = fields.One2many("amazon.submission", "offer_id", readonly=True)
    stock_state = fields.Selection(
        [
            ("pending", "To send"),
            ("processing", "On its way"),
            ("done", "Up to date"),
            ("held", "Held back"),
            ("error", "Refused"),
        ],
        "Stock at Amazon",
        compute="_compute_stock_state",
        compute_sudo=True,
        search="_search_stock_state",
    )
    stock_error = fields.Text(
        "Reason", compute="_compute_stock_state", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends(*IDENTITY, *REDUCTIONS)
    def _compute_available_quantity(self):
        self.available_quantity = 0
        for account, offers in self.grouped("account_id").items():
            account = account._origin.sudo()._in_company()
            if account:
                offers.with_env(account.env)._set_available_quantity(account)

    def _set_available_quantity(self, account):
        sharing = self.browse()
        if account.region == "eu":
            sharing = account._get_stock_offers(filter(None, self.mapped("sku")))
            sharing = (sharing - self._origin) | self.filtered("sync_stock")
        shared = {
            offer.sku: quantity
            for offer, quantity in sharing._get_stock_quantities(account).items()
        }
        for offer, quantity in self._get_own_quantities(account).items():
            offer.available_quantity = min(quantity, shared.get(offer.sku, quantity))

    @api.depends(
        "submission_ids.state", "submission_ids.error_message", "sync_stock", "sku"
    )
    def _compute_stock_state(self):
        for offer in self:
            offer.stock_state = offer.stock_error = False
            if not offer._is_for_stock():
                continue
            row = offer._get_stock_row()
            offer.stock_state = offer.sync_stock and OFFER_STATES.get(row.state)
            if offer.stock_state in ("error", "held"):
                offer.stock_error = row.error_message

    def _search_stock_state(self, operator, value):
        """Find offers by the state of their messages; which a salesman may not read."""
        values = value if operator in ("in", "not in") else [value]
        states = [state for state, told in OFFER_STATES.items() if told in values]
        rows = (
            self.env["amazon.submission"]
            .sudo()
            .search([("kind", "=", "stock"), ("state", "in", states)])
        )
        positive = operator in ("in", "=")
        found = [("id", "in" if positive else "not in", rows.offer_id.ids)]
        return found + [("sync_stock", "=", True)] if positive else found

    def _follow_stock_changes(self, vals):
        """Withdraw what these values make wrong, and compute the quantities soon."""
        if IDENTITY & vals.keys():
            self.sudo()._withdraw_stock(bool(NAMES & vals.keys()))
        if (IDENTITY | REDUCTIONS) & vals.keys():
            if any(self.sudo().account_id.mapped("sync_stock")):
                self.env["amazon.account"]._trigger_stock_cron()

    # === ACTION METHODS === #

    def action_retry_stock(self):
        """Send again the quantities that Amazon refused.

        :return dict: client action, a notification
        """
        for account in self.account_id:
            account._check_may_use()
        rows = self.env["amazon.submission"].sudo()
        for offer in self.sudo():
            rows += offer._get_stock_row()
        return rows._retry()

    def action_view_stock_messages(self):
        """Open what Amazon was told of this offer."""
        return self.env["amazon.submission"]._open(
            [("kind", "=", "stock"), ("offer_id", "in", self.ids)]
        )

    # === BUSINESS METHODS === #

    def _forget_sent_quantity(self):
        """Amazon changed its quantity by itself: it is told again, be it the same."""
        self.sudo().write({"sent_at": False, "forgotten_at": fields.Datetime.now()})

    def _is_for_stock(self):
        return self.amazon_channel == "fbm" and bool(self.product_id)

    def _get_stock_row(self):
        """:return: amazon.submission of this offer's quantity, or none"""
        key = self._origin._get_stock_key()
        return self.submission_ids.filtered(lambda row: row.dedup_key == key)[:1]

    def _get_stock_key(self):
        """:return str: one message per marketplace and SKU, for ever"""
        return f"stock/{self.marketplace_id.api_ref}/{self.sku}"

    def _get_own_quantities(self, account):
        """What can be bought of each offer, regardless of other marketplaces.

        :param account: amazon.account of all of them, in its company
        :return dict: offer -> int, whole pieces of the offer (feature C3); offers that
            can have no quantity are left out: FBA, no product, not stored
        """
        offers = self.filtered(lambda offer: offer._is_for_stock())
        places = defaultdict(self.browse)
        for marketplace, group in offers.grouped("marketplace_id").items():
            places[account._get_stock_locations(marketplace)] |= group
        quantities = {}
        for locations, group in places.items():
            counted = account._count_stock(group.product_id, locations)
            for offer in group:
                quantity = counted.get(offer.product_id.id)
                if quantity is not None:
                    quantities[offer] = offer._reduce_to_pieces(quantity)
        return quantities

    def _get_stock_quantities(self, account):
        """What Amazon has to be told.

        :param account: amazon.account of all of them, in its company
        :return dict: offer -> int; in Europe the marketplaces of a SKU share one
            quantity, the smallest (feature J5)
        """
        own = self._get_own_quantities(account)
        if account.region != "eu":
            return own
        shared = {}
        for offer, quantity in own.items():
            shared[offer.sku] = min(quantity, shared.get(offer.sku, quantity))
        return {offer: shared[offer.sku] for offer in own}

    def _reduce_to_pieces(self, quantity):
        """:param float quantity: of the product, in its own unit
        :return int: whole pieces of the offer, never below zero"""
        quantity -= self.stock_buffer
        if self.stock_cap:
            quantity = min(quantity, self.stock_cap)
        # 0.3 / 0.1 is a hair less than 3: Odoo's rounding sees through that
        pieces = float_round(
            quantity / self.quantity_factor,
            precision_digits=0,
            rounding_method="DOWN",
        )
        return min(max(int(pieces), 0), MOST)

    def _withdraw_stock(self, is_renamed):
        """What was about to be sent is another thing now; the next look tells.

        :param bool is_renamed: what Amazon has under the new name is not known
        """
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE amazon_offer SET stock_quantity = NULL WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset(["stock_quantity"])
        if is_renamed:
            self.write({"sent_at": False, "sent_quantity": 0})
        self.submission_ids._withdraw()
