"""The SKUs that have no product yet: one row each, whatever the number of marketplaces
and channels (feature C5).

No table: a row is there as long as offers of the SKU lack their product. What was found
or chosen for it is kept in `amazon.match.suggestion`.
"""

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from .amazon_match_suggestion import KINDS

# Orders of *Amazon Sale* that nobody has delivered or invoiced (FBA: invoiced). Whether
# each of them can be changed is judged when it comes to it.
ROWS = """
    WITH past AS (
         SELECT line.amazon_offer_id, count(DISTINCT line.order_id) AS orders
           FROM sale_order_line AS line
           JOIN sale_order AS sale ON sale.id = line.order_id
          WHERE line.product_id = (
                SELECT res_id FROM ir_model_data
                 WHERE module = 'amazon_connector' AND name = 'product_amazon_sale')
            AND line.amazon_offer_id IS NOT NULL
            AND sale.state <> 'cancel' AND NOT coalesce(sale.locked, false)
            AND coalesce(line.qty_invoiced, 0) = 0
            AND (coalesce(line.qty_delivered, 0) = 0 OR sale.amazon_channel = 'fba')
       GROUP BY line.amazon_offer_id),
    skus AS (
         SELECT min(offer.id) AS id, offer.account_id, offer.company_id, offer.sku,
                (array_agg(offer.title ORDER BY offer.id)
                 FILTER (WHERE offer.title <> ''))[1] AS title,
                (array_agg(offer.asin ORDER BY offer.id)
                 FILTER (WHERE offer.asin <> ''))[1] AS asin,
                bool_or(coalesce(offer.match_ignored, false)) AS is_ignored,
                coalesce(sum(past.orders), 0)::int AS order_count
           FROM amazon_offer AS offer
           JOIN amazon_account AS account ON account.id = offer.account_id
      LEFT JOIN past ON past.amazon_offer_id = offer.id
          WHERE offer.product_id IS NULL AND offer.active AND account.active
       GROUP BY offer.account_id, offer.company_id, offer.sku)
    SELECT skus.*, found.product_id,
           CASE WHEN found.product_id IS NULL THEN NULL
                WHEN found.rank = 0 THEN 'person' ELSE found.kind END AS kind,
           found.score
      FROM skus
 LEFT JOIN LATERAL (
           SELECT suggestion.product_id, suggestion.kind, suggestion.score,
                  suggestion.rank
             FROM amazon_match_suggestion AS suggestion
        LEFT JOIN product_product AS product ON product.id = suggestion.product_id
            WHERE suggestion.account_id = skus.account_id
              AND suggestion.sku = skus.sku AND suggestion.rank < 2
              AND (product.active OR suggestion.product_id IS NULL)
         ORDER BY suggestion.rank
            LIMIT 1) AS found ON true"""


class AmazonMatch(models.Model):
    _name = "amazon.match"
    _description = "Amazon SKU to Match"
    _auto = False
    _order = "order_count desc, sku, id"
    _rec_name = "sku"
    _rec_names_search = ["sku", "asin", "title"]
    _depends = {
        "amazon.account": ["active"],
        "amazon.offer": [
            "account_id",
            "active",
            "asin",
            "match_ignored",
            "product_id",
            "sku",
            "title",
        ],
        "amazon.match.suggestion": ["product_id", "rank", "sku"],
        "sale.order": ["state"],
        "sale.order.line": ["amazon_offer_id", "product_id", "qty_delivered"],
    }

    account_id = fields.Many2one("amazon.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    sku = fields.Char("SKU", readonly=True)
    title = fields.Char(readonly=True, help="The article's name at Amazon.")
    asin = fields.Char("ASIN", readonly=True)
    is_ignored = fields.Boolean("Needs no product", readonly=True)
    order_count = fields.Integer(
        "Open orders",
        readonly=True,
        help="Orders of this SKU with the product «Amazon Sale» that are neither "
        "delivered by you nor invoiced: they get the product when you confirm.",
    )
    product_id = fields.Many2one(
        "product.product",
        help="The best suggestion, or the one you choose. Orders get it when you "
        "confirm.",
    )
    kind = fields.Selection(
        [("person", "Chosen by hand"), *KINDS], "Suggested by", readonly=True
    )
    score = fields.Integer("Alike (%)", readonly=True)
    reason = fields.Char("Because", compute="_compute_reason")
    marketplace_ids = fields.Many2many(
        "amazon.marketplace",
        compute="_compute_marketplace_ids",
        search="_search_marketplace_ids",
        compute_sudo=True,
    )
    places = fields.Char(
        "Marketplaces", compute="_compute_marketplace_ids", compute_sudo=True
    )

    @property
    def _table_query(self):
        return ROWS

    # === COMPUTE METHODS === #

    @api.depends("kind", "score")
    @api.depends_context("lang")
    def _compute_reason(self):
        describe = self.env["amazon.match.suggestion"]._describe
        for row in self:
            row.reason = (
                _("chosen by hand")
                if row.kind == "person"
                else describe(row.kind, row.score)
            )

    @api.depends("sku", "account_id")
    def _compute_marketplace_ids(self):
        offers = self._find_offers().grouped(
            lambda offer: (offer.account_id, offer.sku)
        )
        for row in self:
            own = offers.get((row.account_id, row.sku))
            row.marketplace_ids = own and own.marketplace_id
            codes = row.marketplace_ids.country_id.mapped("code")
            row.places = ", ".join(sorted(codes))

    def _search_marketplace_ids(self, operator, value):
        offers = self.env["amazon.offer"].sudo()
        found = offers._read_group(
            [("product_id", "=", False), ("marketplace_id", operator, value)],
            ["account_id"],
            ["sku:array_agg"],
        )
        domain = ["|"] * (len(found) - 1)
        for account, skus in found:
            domain += ["&", ("account_id", "=", account.id), ("sku", "in", skus)]
        return domain or [("id", "=", False)]

    # === CRUD METHODS === #

    # There is no table to write to.
    def write(self, vals):  # pylint: disable=method-required-super
        """A person chooses a product, which is confirmed later.

        :raise UserError: it is not for the company of the account
        """
        if vals.keys() - {"product_id"}:
            raise UserError(_("Only the product can be chosen here."))
        self._check_may_match()
        product = self.env["product.product"].browse(vals.get("product_id") or ())
        for account, rows in self.grouped("account_id").items():
            self._check_product(account, product)
            rows._choose(account, product)
        return True

    def _choose(self, account, product):
        """Keep a person's choice.

        :param product: product.product; empty: none of those that were suggested"""
        kept = self.env["amazon.match.suggestion"].sudo()
        skus = self.mapped("sku")
        kept.search(
            [("account_id", "=", account.id), ("sku", "in", skus), ("rank", "=", 0)]
        ).unlink()
        kept.create(
            [
                {
                    "account_id": account.id,
                    "sku": sku,
                    "product_id": product.id,
                    "rank": 0,
                }
                for sku in skus
            ]
        )
        self.env.flush_all()
        self.invalidate_recordset()

    # === BUSINESS METHODS === #

    def _find_offers(self):
        """:return: amazon.offer of these rows that lack a product, with all rights"""
        wanted = {(row.account_id.id, row.sku) for row in self}
        offers = self.env["amazon.offer"].sudo()
        found = offers.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("sku", "in", self.mapped("sku")),
                ("product_id", "=", False),
            ]
        )
        return found.filtered(lambda offer: (offer.account_id.id, offer.sku) in wanted)

    def _check_may_match(self):
        """:raise AccessError: the user may not match SKUs of these accounts"""
        if not self.env.user.has_group("amazon_connector.group_amazon_user"):
            raise AccessError(
                _("Only users of the Amazon connector can do this. Ask your manager.")
            )
        for account in self.account_id:
            account._check_may_use()

    @api.model
    def _check_product(self, account, product):
        """:raise UserError: the product is another company's"""
        company = product.sudo().company_id
        if company and company != account.sudo().company_id:
            raise UserError(
                _(
                    "%(product)s belongs to another company than the account "
                    "%(account)s. Choose a product of its company, or one that all "
                    "companies share.",
                    product=product.display_name,
                    account=account.name,
                )
            )

    @api.model
    def _take(self, plan, factor=None, notes=(), is_window=False):
        """Give SKUs their products, in all marketplaces and channels at once; past
        orders follow.

        :param dict plan: amazon.account -> dict: SKU -> product.product
        :param float factor: units of the product per piece; None: as other offers of
            the SKU and product have it, else 1
        :param notes: iterable of str, what else is to be said
        :param bool is_window: whether a window is to be closed
        :return dict: client action, a notification with the counts
        :raise UserError: a product is another company's
        """
        for account, products in plan.items():
            account._check_may_use()
            for product in set(products.values()):
                self._check_product(account, product)
        offers = self.env["amazon.offer"].sudo()
        for account, products in plan.items():
            offers |= self._match_offers(account.sudo(), products, factor)
        skus = {(offer.account_id, offer.sku) for offer in offers}
        lines = [_("SKUs that have their product now: %(count)s.", count=len(skus))]
        lines += [*offers._describe_past_orders(), *notes]
        action = self.env["amazon.account"]._notify(
            " ".join(lines), "success" if skus else "warning", _("Match SKUs")
        )
        if is_window:
            action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def _plan(self, choose):
        """What is to be done with these rows; which are gone when it is done.

        :param callable choose: row -> product.product
        :return dict: amazon.account -> dict: SKU -> product.product"""
        plan = {}
        for row in self:
            plan.setdefault(row.account_id, {})[row.sku] = choose(row)
        return plan

    @api.model
    def _match_offers(self, account, products, factor):
        """:return: amazon.offer that have their product now, with all rights"""
        offers = account.env["amazon.offer"]
        mine = [("account_id", "=", account.id), ("sku", "in", list(products))]
        known = {
            (offer.sku, offer.product_id): offer.quantity_factor
            for offer in offers.search([*mine, ("product_id", "!=", False)])
        }
        unmatched = offers.search([*mine, ("product_id", "=", False)])
        matched = offers.browse(unmatched._match(products))
        by_factor = matched.grouped(
            lambda offer: (
                factor
                or known.get((offer.sku, offer.product_id), offer.quantity_factor)
            )
        )
        for wanted, group in by_factor.items():
            group.filtered(
                lambda offer, wanted=wanted: offer.quantity_factor != wanted
            ).quantity_factor = wanted
        matched.filtered("match_ignored").match_ignored = False
        self.env["amazon.match.suggestion"].sudo().search(mine).unlink()
        return matched
