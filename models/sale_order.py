from datetime import timezone
from decimal import Decimal

from odoo import _, api, fields, models

from ..amazon_api import order_amounts

# Import of many orders: no chatter entry, no follower and no mail for each record.
# amazon_import guards the small levers of this addon (grep for it).
IMPORT_CONTEXT = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "amazon_import": True,
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_order_ref = fields.Char(
        "Amazon reference", index="btree_not_null", copy=False, readonly=True
    )
    amazon_channel = fields.Selection(
        [("fba", "FBA"), ("fbm", "FBM")],
        "Amazon channel",
        copy=False,
        readonly=True,
        help="FBA: Amazon ships. FBM: you ship.",
    )
    amazon_account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )
    amazon_marketplace_id = fields.Many2one(
        "amazon.marketplace",
        "Amazon marketplace",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )
    amazon_total = fields.Monetary(
        "Total at Amazon",
        copy=False,
        readonly=True,
        help="What Amazon says the order is worth to you. Tax that Amazon remits by "
        "itself counts as the account's settings say.",
    )
    amazon_total_difference = fields.Monetary(
        "Difference to Amazon",
        compute="_compute_amazon_total_difference",
        store=True,
        help="Total of this order less the total at Amazon.",
    )
    amazon_seller_central_url = fields.Char(
        "Order at Amazon", compute="_compute_amazon_seller_central_url"
    )

    _sql_constraints = [
        (
            "unique_amazon_order",
            "UNIQUE(amazon_account_id, amazon_order_ref)",
            "This Amazon order is already in Odoo.",
        ),
    ]

    # === COMPUTE METHODS === #

    @api.depends("amount_total", "amazon_total", "amazon_order_ref")
    def _compute_amazon_total_difference(self):
        for order in self:
            order.amazon_total_difference = (
                order.currency_id.round(order.amount_total - order.amazon_total)
                if order.amazon_order_ref
                else 0.0
            )

    @api.depends("amazon_order_ref", "amazon_marketplace_id")
    def _compute_amazon_seller_central_url(self):
        for order in self:
            base = order.amazon_marketplace_id.seller_central_url
            order.amazon_seller_central_url = (
                f"{base}/orders-v3/order/{order.amazon_order_ref}"
                if base and order.amazon_order_ref
                else False
            )

    # === ACTION METHODS === #

    def action_open_at_amazon(self):
        """Open the order in Seller Central."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.amazon_seller_central_url,
            "target": "new",
        }

    # === BUSINESS METHODS - IMPORT === #

    @api.model
    def _amazon_import(self, account, orders):
        """Turn orders of Amazon into confirmed sale orders, all of them in one go.

        :param account: one amazon.account, in an environment of its company
        :param list orders: of Order; unshipped or partly shipped, shipped by the seller
        :return dict: Amazon reference -> sale.order
        """
        self = self.with_context(**IMPORT_CONTEXT)
        amounts = {
            order.order_id: order_amounts(
                order, show_facilitator_tax=account.facilitator_tax == "line"
            )
            for order in orders
        }
        partners = self.env["res.partner"]._amazon_find_or_create(account, orders)
        offers = self.env["amazon.offer"]._find_or_create(account, orders)
        pricelists = self._amazon_pricelists(account, orders)
        marketplaces = self.env["amazon.marketplace"]._by_api_ref(
            {order.marketplace_id for order in orders}
        )
        fiscal_positions = self._amazon_fiscal_positions(partners)
        sale_orders = self.create(
            [
                self._prepare_amazon_order_vals(
                    account,
                    order,
                    amounts[order.order_id],
                    marketplaces[order.marketplace_id],
                    partners[order.order_id],
                    offers,
                    pricelists[order.currency],
                    fiscal_positions[partners[order.order_id]],
                )
                for order in orders
            ]
        )
        sale_orders._amazon_add_rounding(amounts)
        sale_orders._amazon_confirm()
        return {sale_order.amazon_order_ref: sale_order for sale_order in sale_orders}

    @api.model
    def _prepare_amazon_order_vals(
        self,
        account,
        order,
        amounts,
        marketplace,
        partners,
        offers,
        pricelist,
        fiscal_position,
    ):
        """Extension hook.

        :param OrderAmounts amounts: what the order is worth, line by line
        :param tuple partners: contact, delivery address
        :param dict offers: see amazon.offer._find_or_create
        :return dict: values of sale.order
        """
        contact, delivery = partners
        return {
            "company_id": account.company_id.id,
            "partner_id": contact.id,
            "partner_invoice_id": contact.id,
            "partner_shipping_id": delivery.id,
            "date_order": _naive(order.created_time),
            "client_order_ref": order.order_id,
            "origin": _("Amazon %s", order.order_id),
            "pricelist_id": pricelist.id,
            "fiscal_position_id": fiscal_position.id,
            "user_id": account.user_id.id,
            "team_id": account.team_id.id,
            "require_payment": False,
            "require_signature": False,
            "amazon_order_ref": order.order_id,
            "amazon_channel": "fba" if order.is_fba else "fbm",
            "amazon_account_id": account.id,
            "amazon_marketplace_id": marketplace.id,
            "amazon_total": float(amounts.total),
            "order_line": self.env["sale.order.line"]._prepare_amazon_lines(
                order, amounts, offers, fiscal_position, pricelist.currency_id
            ),
        }

    @api.model
    def _amazon_fiscal_positions(self, partners):
        """Ask Odoo for the fiscal position of each kind of customer once.

        :param dict partners: Amazon reference -> (contact, delivery address)
        :return dict: (contact, delivery address) -> account.fiscal.position
        """
        by_kind, positions = {}, {}
        for contact, delivery in set(partners.values()):
            kind = (
                contact.vat,
                contact.vat and (contact.country_id, contact.state_id, contact.zip),
                contact.property_account_position_id,
                delivery.property_account_position_id,
                delivery.country_id,
                delivery.state_id,
                delivery.zip,
            )
            if kind not in by_kind:
                by_kind[kind] = self.env[
                    "account.fiscal.position"
                ]._get_fiscal_position(contact, delivery)
            positions[contact, delivery] = by_kind[kind]
        return positions

    @api.model
    def _amazon_pricelists(self, account, orders):
        """Find a pricelist without rules for each currency, else create it: the prices
        are Amazon's, the pricelist only says the currency.

        :return dict: currency code -> product.pricelist
        """
        codes = {order.currency for order in orders}
        currencies = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "in", list(codes))])
        )
        currencies.filtered(lambda currency: not currency.active).active = True
        pricelists = {
            pricelist.currency_id: pricelist
            for pricelist in self.env["product.pricelist"].search(
                [
                    ("currency_id", "in", currencies.ids),
                    ("company_id", "in", [False, account.company_id.id]),
                    ("item_ids", "=", False),
                ],
                order="sequence desc, id desc",
            )
        }
        missing = [currency for currency in currencies if currency not in pricelists]
        created = self.env["product.pricelist"].create(
            [
                {
                    "name": _("Amazon %s", currency.name),
                    "currency_id": currency.id,
                    "company_id": account.company_id.id,
                }
                for currency in missing
            ]
        )
        pricelists.update(zip(missing, created, strict=True))
        return {currency.name: pricelists[currency] for currency in currencies}

    def _amazon_add_rounding(self, amounts):
        """Put what rounding left on one visible line per order.

        Unit prices have few decimals: three for 10.00 make 3.33 each, a cent is left.
        More than rounding can leave is no rounding: it stays a difference to be seen.

        :param dict amounts: Amazon reference -> OrderAmounts
        """
        vals_list = []
        for order in self:
            left = order._amazon_left(amounts)
            if left and abs(left) <= order._amazon_rounding_bound():
                vals_list.append(
                    self.env["sale.order.line"]._prepare_amazon_rounding(order, left)
                )
        lines = self.env["sale.order.line"].create(vals_list)
        for line in lines:  # rounding per order, not per line, can shift with each line
            if left := line.order_id._amazon_left(amounts):
                line.price_unit = float(Decimal(str(line.price_unit)) + left)

    def _amazon_left(self, amounts):
        """:param dict amounts: Amazon reference -> OrderAmounts
        :return Decimal: what Amazon's lines are worth beyond ours, 0 when nothing"""
        lines = amounts[self.amazon_order_ref].lines
        unit = Decimal(1).scaleb(-self.currency_id.decimal_places)
        total = Decimal(str(self.amount_total)).quantize(unit)
        return (sum((line.amount for line in lines), Decimal(0)) - total).quantize(unit)

    def _amazon_rounding_bound(self):
        """:return Decimal: a step of the unit price for each unit, and the currency's
        smallest coin for each line"""
        step = self.order_line._amazon_price_step()
        coin = Decimal(str(self.currency_id.rounding))
        return sum(
            (
                Decimal(str(line.product_uom_qty)) * step + coin
                for line in self.order_line
            ),
            Decimal(0),
        )

    def _amazon_confirm(self):
        """Confirm the orders; confirming sets the date, which is Amazon's."""
        dates = {order: order.date_order for order in self}
        self.action_confirm()
        for order, date_order in dates.items():
            order.date_order = date_order

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """A buyer at Amazon gets no mail from Odoo, so he never follows an order."""
        if self.env.context.get("amazon_import"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)


def _naive(moment):
    """Odoo keeps naive UTC, in whole seconds."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
