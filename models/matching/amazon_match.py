"""The SKUs that have no product yet, and what people do with them (feature C5): one row
each, whatever the number of marketplaces and channels.

No table: a row is there as long as offers of the SKU lack their product. What was found
or chosen for it is kept in `amazon.match.suggestion`.
"""

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .amazon_match_suggestion import KINDS

# An archived offer counts while orders of it are open: they have to be shipped.
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
          WHERE offer.product_id IS NULL AND account.active
            AND (offer.active OR past.orders > 0)
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
# A product with this SKU or barcode is there already: another one would be a twin.
SURE = ("reference", "barcode")


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
        help="Orders of this SKU with the product “Amazon Sale” that are neither "
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

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the SKUs that have no product, and search products for new ones.

        :return dict: action
        """
        if not self.env.user.has_group("amazon_connector.group_amazon_user"):
            raise AccessError(
                _("Only users of the Amazon Connector can do this. Ask your manager.")
            )
        for account in self.env["amazon.account"].search([]):
            account.sudo()._in_company()._look_for_products()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_match_action"
        )

    def action_look(self):
        """Search the products of all SKUs once more, as products may have changed.

        :return dict: client action, a notification with the counts
        """
        self._check_may_match()
        accounts = self.env["amazon.account"].search([])
        looked = sum(
            self.env["amazon.match.suggestion"].sudo()._look(account.sudo())
            for account in accounts
        )
        found = self.search_count(
            [("is_ignored", "=", False), ("product_id", "!=", False)]
        )
        message = _(
            "SKUs looked at: %(looked)s. With a suggestion: %(found)s.",
            looked=looked,
            found=found,
        )
        return accounts[:1].sudo()._notify(message, "success", _("Match SKUs"))

    def action_confirm(self):
        """Take the products that the selected rows show.

        :return dict: client action, a notification with the counts
        :raise UserError: none of them has a product
        """
        rows = self.exists()  # somebody else may have been quicker
        rows._check_may_match()
        chosen = rows.filtered("product_id")
        if not chosen:
            raise UserError(
                _(
                    "None of the selected SKUs has a product yet. Choose one in the "
                    "column Product, or press “Create Products”."
                )
            )
        left = self._note_left(len(rows - chosen), _("Without a product: %s."))
        return self._take(chosen._plan(lambda row: row.product_id), notes=left)

    def action_choose(self):
        """Choose one product for the selected SKUs.

        :return dict: action that opens the wizard
        """
        self = self.exists()
        self._check_may_match()
        if len(self.company_id) > 1:
            raise UserError(_("Select SKUs of one company only."))
        wizard = self.env["amazon.choose.product"].create(
            {
                "account_ids": [Command.set(self.account_id.ids)],
                "skus": "\n".join(self.mapped("sku")),
                "title": self.title if len(self) == 1 else False,
                "product_id": self.product_id.id if len(self) == 1 else False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Choose the Product"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_create_products(self):
        """Create a product for each selected SKU.

        :return dict: client action, a notification with the counts
        :raise AccessError: the user may not create products
        """
        rows = self.exists()
        rows._check_may_match()
        products = self.env["product.product"]
        if not products.check_access_rights("create", raise_exception=False):
            raise AccessError(
                _(
                    "You may not create products. Ask your manager to do so, or choose "
                    "products that are there."
                )
            )
        known = rows._filter_known()
        created = {
            company: group._create_products(company)
            for company, group in (rows - known).grouped("company_id").items()
        }
        plan = (rows - known)._plan(lambda row: created[row.company_id][row.sku])
        text = _("Not created, because a product with this reference exists: %s.")
        return self._take(plan, notes=self._note_left(len(known), text))

    def action_ignore(self):
        """Hide SKUs that need no product."""
        self = self.exists()
        self._check_may_match()
        self._find_offers().match_ignored = True

    def action_unignore(self):
        """Show SKUs again that need a product after all."""
        self = self.exists()
        self._check_may_match()
        self._find_offers().match_ignored = False

    # === BUSINESS METHODS === #

    def _find_offers(self):
        """The offers behind these rows, over all marketplaces and channels.

        :return: amazon.offer of these rows that lack a product, with all rights
        """
        wanted = {(row.account_id.id, row.sku) for row in self}
        offers = self.env["amazon.offer"].sudo().with_context(active_test=False)
        found = offers.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("sku", "in", self.mapped("sku")),
                ("product_id", "=", False),
            ]
        )
        return found.filtered(lambda offer: (offer.account_id.id, offer.sku) in wanted)

    def _check_may_match(self):
        """Refuse users who may not use the accounts of these rows.

        :raise AccessError: the user may not match SKUs of these accounts
        """
        if not self.env.user.has_group("amazon_connector.group_amazon_user"):
            raise AccessError(
                _("Only users of the Amazon Connector can do this. Ask your manager.")
            )
        for account in self.account_id:
            account._check_may_use()

    @api.model
    def _check_product(self, account, product):
        """Keep products of one company out of the orders of another.

        :raise UserError: the product is another company's
        """
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
        """Plan which SKU gets which product, before the rows are gone.

        :param callable choose: row -> product.product
        :return dict: amazon.account -> dict: SKU -> product.product"""
        plan = {}
        for row in self:
            plan.setdefault(row.account_id, {})[row.sku] = choose(row)
        return plan

    @api.model
    def _match_offers(self, account, products, factor):
        """Give offers their products, each with its number of units, and drop the
        suggestions.

        :return: amazon.offer that have their product now, with all rights
        """
        offers = account.env["amazon.offer"].with_context(active_test=False)
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

    @api.model
    def _note_left(self, count, text):
        """Make the line of a summary that is only shown when it counts something.

        :return list: the text with its count, nothing when there is none
        """
        return [text % count] if count else []

    def _filter_known(self):
        """Leave out the rows for which a product would only be guessed.

        :return: the rows for which a product is there, since just now perhaps
        """
        known = self.filtered(lambda row: row.kind in SURE)
        products = self.env["product.product"].sudo()
        for company, rows in (self - known).grouped("company_id").items():
            found = products.search_fetch(
                [
                    ("default_code", "in", rows.mapped("sku")),
                    ("company_id", "in", [company.id, False]),
                ],
                ["default_code"],
            )
            taken = set(found.mapped("default_code"))
            known |= rows.filtered(lambda row, taken=taken: row.sku in taken)
        return known

    def _create_products(self, company):
        """Create the products with the rights of the user.

        :param company: res.company of all rows
        :return dict: SKU -> product.product
        """
        offers = self._find_offers().grouped("sku")
        products = self.env["product.product"].with_company(company)
        products = products.with_context(allowed_company_ids=company.ids)
        taken = self._find_taken_barcodes(offers)
        skus, vals_list = list(dict.fromkeys(self.mapped("sku"))), []
        for sku in skus:
            vals = offers[sku]._prepare_product_vals(company)
            if vals["barcode"] in taken:
                vals["barcode"] = False
            taken.add(vals["barcode"])
            vals_list.append(vals)
        return dict(zip(skus, products.create(vals_list), strict=True))

    @api.model
    def _find_taken_barcodes(self, offers):
        """Find the barcodes that a new product must not get.

        :param dict offers: SKU -> amazon.offer
        :return set: barcodes that products have already, of whatever company
        """
        codes = {code for own in offers.values() for code in own.mapped("barcode")}
        products = self.env["product.product"].sudo().with_context(active_test=False)
        found = products.search([("barcode", "in", [code for code in codes if code])])
        return set(found.mapped("barcode"))
