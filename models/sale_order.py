from decimal import Decimal

from odoo import _, api, fields, models

from .amazon_order_batch import OrderBatch
from .amazon_time import naive_seconds
from .procurement_group import forget_rules
from .stock_move_import import note_new_orders
from .stock_quant import forget_quants

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

    @property
    def _rec_names_search(self):
        """Orders are found by Amazon's reference, too (feature D16)."""
        return [*super()._rec_names_search, "amazon_order_ref"]

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

    def action_confirm(self):
        """Confirming sets the date, which is Amazon's: no shipment may be before it."""
        dates = {order: order.date_order for order in self if order.amazon_order_ref}
        result = super().action_confirm()
        for order, date_order in dates.items():
            order.date_order = date_order
        return result

    # === BUSINESS METHODS - IMPORT === #

    @api.model
    def _amazon_import(self, account, orders):
        """Turn orders of Amazon into confirmed sale orders, all of them in one go.

        :param account: one amazon.account, in an environment of its company
        :param list orders: of Order; the seller's to ship, or shipped by Amazon (FBA)
        :return dict: Amazon reference -> sale.order
        """
        importer = self.with_context(**IMPORT_CONTEXT)
        sale_orders = importer._amazon_create_confirmed(account, orders)
        self._amazon_tag(sale_orders, orders)
        self._amazon_link_originals(account, sale_orders)
        return sale_orders

    @api.model
    def _amazon_create_confirmed(self, account, orders):
        """Create and confirm the sale orders, see _amazon_import.

        :return dict: Amazon reference -> sale.order
        """
        batch = OrderBatch(self.env, account, orders)
        vals_list = [self._prepare_amazon_order_vals(batch, order) for order in orders]
        names = account._name_orders(orders) or self._amazon_next_names(len(orders))
        for vals, name in zip(vals_list, names, strict=False):
            vals["name"] = name
        sale_orders = self.create(vals_list)
        sale_orders._amazon_add_rounding(batch.amounts)
        sale_orders._amazon_confirm()
        sale_orders._amazon_book_fba(account)
        sale_orders.order_line.move_ids._amazon_check_orderpoints()
        sale_orders.picking_ids._amazon_note_origin()
        return {sale_order.amazon_order_ref: sale_order for sale_order in sale_orders}

    @api.model
    def _amazon_next_names(self, count):
        """Take the numbers of all orders at once: two statements less for each.

        :return list: names; empty when Odoo has to be asked for each order
        """
        sequence = self.env["ir.sequence"].search(
            [
                ("code", "=", "sale.order"),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            order="company_id",
            limit=1,
        )
        return sequence._amazon_next(count)

    @api.model
    def _prepare_amazon_order_vals(self, batch, order):
        """Extension hook.

        :param OrderBatch batch: what the order needs
        :param Order order:
        :return dict: values of sale.order
        """
        account = batch.account
        amounts = batch.amounts[order.order_id]
        contact, delivery = batch.partners[order.order_id]
        settings = batch.settings_of(order)
        vals = {
            "company_id": account.company_id.id,
            "partner_id": contact.id,
            "partner_invoice_id": contact.id,
            "partner_shipping_id": delivery.id,
            "date_order": naive_seconds(order.created_time),
            "client_order_ref": order.order_id,
            "origin": _("Amazon %s", order.order_id),
            **{name: record.id for name, record in settings.items()},
            "require_payment": False,
            "require_signature": False,
            "amazon_order_ref": order.order_id,
            "amazon_channel": "fba" if order.is_fba else "fbm",
            "amazon_account_id": account.id,
            "amazon_marketplace_id": batch.marketplaces[order.marketplace_id].id,
            "amazon_total": float(amounts.total),
            "order_line": self.env["sale.order.line"]._prepare_amazon_lines(
                batch,
                order,
                settings["fiscal_position_id"],
                settings["pricelist_id"].currency_id,
            ),
        }
        vals |= self._prepare_amazon_detail_vals(order)
        vals["order_line"] += self._prepare_amazon_gift_notes(order)
        vals["amazon_programs"] = self._amazon_program_names(order)
        if self.env.context.get("amazon_history"):
            vals |= self._prepare_amazon_history_vals()
        return vals

    def _amazon_add_rounding(self, amounts):
        """Put what rounding left on one visible line per order.

        Unit prices have few decimals: three for 10.00 make 3.33 each, a cent is left.
        More than rounding can leave is no rounding: it stays a difference to be seen.

        :param dict amounts: Amazon reference -> OrderAmounts
        """
        vals_list = []
        for order in self:
            left = order._amazon_left(amounts)
            if not left or abs(left) > order._amazon_rounding_bound():
                continue
            if line := order._amazon_rounding_line():
                line.price_unit = float(Decimal(str(line.price_unit)) + left)
            else:
                vals_list.append(
                    self.env["sale.order.line"]._prepare_amazon_rounding(order, left)
                )
        lines = self.env["sale.order.line"].create(vals_list)
        for line in lines:  # rounding per order, not per line, can shift with each line
            if left := line.order_id._amazon_left(amounts):
                line.price_unit = float(Decimal(str(line.price_unit)) + left)

    def _amazon_rounding_line(self):
        """:return: sale.order.line, empty when there is none"""
        rounding = self.env["sale.order.line"]._amazon_product("rounding")
        return self.order_line.filtered(lambda line: line.product_id == rounding)[:1]

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
        """Confirm the orders that came in; history without all that Odoo and other
        addons do then."""
        if history := self.filtered("amazon_is_history"):
            history._amazon_confirm_history()
        if others := self - history:
            forget_rules(self.env.cr)
            forget_quants(self.env.cr)
            note_new_orders(others)
            others.action_confirm()
            others._amazon_note_gift_messages()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Buyers at Amazon get no mail from Odoo: they never follow an order."""
        if self.env.context.get("amazon_import"):
            return True
        partner_ids = self._amazon_without_buyers(partner_ids)
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post_with_source(self, source_ref, *args, **kwargs):
        """No template of a mail goes to a buyer at Amazon: no confirmation, no
        coupon."""
        is_mail = getattr(source_ref, "_name", None) == "mail.template"
        amazon = self.filtered("amazon_order_ref") if is_mail else self.browse()
        if is_mail and amazon == self:
            return self.env["mail.message"]
        others = super(SaleOrder, self - amazon)
        return others.message_post_with_source(source_ref, *args, **kwargs)
