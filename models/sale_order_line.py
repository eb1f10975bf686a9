from odoo import _, api, fields, models
from odoo.fields import Command

# Taxes are linear in the price; so large a price makes their rounding vanish.
PROBE_PRICE = 1e6

PRODUCTS = {
    "product": "product_amazon_sale",
    "shipping": "product_amazon_shipping",
    "gift_wrap": "product_amazon_gift_wrap",
    "cod_fee": "product_amazon_cod_fee",
    "other": "product_amazon_other",
    "discount": "product_amazon_discount",
    "tip": "product_amazon_tip",
    "facilitator_tax": "product_amazon_facilitator_tax",
    "rounding": "product_amazon_rounding",
}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    amazon_item_ref = fields.Char("Amazon item", copy=False, readonly=True)
    amazon_charge_ref = fields.Char(
        "Charge of Amazon item",
        copy=False,
        readonly=True,
        help="The Amazon item whose shipping, gift wrap or discount this line is.",
    )
    amazon_offer_id = fields.Many2one(
        "amazon.offer",
        "Amazon offer",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="set null",
    )

    _sql_constraints = [
        (
            "unique_amazon_item",
            "UNIQUE(order_id, amazon_item_ref)",
            "An item of an Amazon order has one line.",
        ),
    ]

    # === BUSINESS METHODS - IMPORT === #

    @api.model
    def _prepare_amazon_lines(self, batch, order, fiscal_position, currency):
        """Turn the items of an order into line commands, charges below their item.

        :param OrderBatch batch: what the order needs
        :param Order order:
        :return list: commands for sale.order.order_line
        """
        items = {item.item_id: item for item in order.items}
        channel = "fba" if order.is_fba else "fbm"
        commands = []
        for amount in batch.amounts[order.order_id].lines:
            item = items.get(amount.item_id)
            offer = item and batch.offers.get((order.marketplace_id, channel, item.sku))
            if amount.kind == "product":
                vals = self._prepare_amazon_item_vals(item, offer)
            else:
                vals = self._prepare_amazon_charge_vals(amount.kind, item)
            self._amazon_set_price(
                vals, float(amount.amount), fiscal_position, currency
            )
            vals.update(
                self._prepare_amazon_statement_vals(
                    order, amount, item, vals["product_uom_qty"]
                )
            )
            if not batch.has_analytic_models:
                vals["analytic_distribution"] = False
            commands.append(Command.create(vals))
        return commands

    @api.model
    def _prepare_amazon_item_vals(self, item, offer):
        """Extension hook: the line of what was bought.

        :param OrderItem item:
        :param offer: amazon.offer, empty or None when the item has no SKU
        :return dict: values of sale.order.line without price and taxes
        """
        product = offer.product_id if offer else None
        title = item.product.title or item.product.asin
        if product:
            name = title or product.display_name
            quantity = item.quantity * offer.quantity_factor
        else:
            product = self._amazon_product("product")
            sku = item.sku or item.product.asin or item.item_id
            name = f"[{sku}] {title or product.display_name}"
            quantity = item.quantity
        return {
            "product_id": product.id,
            "name": name,
            "product_uom_qty": quantity,
            "amazon_item_ref": item.item_id,
            "amazon_offer_id": offer.id if offer else False,
        }

    @api.model
    def _prepare_amazon_charge_vals(self, kind, item):
        """Extension hook: the line of a charge or discount.

        :param str kind: as in PRODUCTS
        :param item: OrderItem, None for what belongs to the whole order
        :return dict: values of sale.order.line without price and taxes
        """
        product = self._amazon_product(kind)
        detail = item and (
            item.gift_wrap_level
            if kind == "gift_wrap"
            else item.product.title or item.sku
        )
        return {
            "product_id": product.id,
            "name": f"{product.display_name}: {detail}" if detail else product.name,
            "product_uom_qty": 1,
            "amazon_charge_ref": item.item_id if item else False,
        }

    @api.model
    def _prepare_amazon_rounding(self, order, amount):
        """:param order: sale.order
        :param float amount: what is left, in the order's currency
        :return dict: values of sale.order.line; without taxes, for they would be
            rounded again"""
        product = self._amazon_product("rounding")
        return {
            "order_id": order.id,
            "product_id": product.id,
            "name": _("Rounding of unit prices"),
            "product_uom_qty": 1,
            "price_unit": amount,
            "discount": 0.0,
            "tax_id": [Command.clear()],
        }

    @api.model
    def _amazon_set_price(self, vals, amount, fiscal_position, currency):
        """Add taxes, and the unit price that makes the line worth the amount.

        :param dict vals: values of the line, completed in place
        :param float amount: with taxes, in the order's currency
        """
        product = self.env["product.product"].browse(vals["product_id"])
        taxes = fiscal_position.map_tax(
            product.taxes_id._filter_taxes_by_company(self.env.company)
        )
        vals["price_unit"] = self._amazon_unit_price(
            taxes, amount, vals["product_uom_qty"], currency, product
        )
        vals["discount"] = 0.0
        vals["tax_id"] = [Command.set(taxes.ids)]

    @api.model
    def _amazon_unit_price(self, taxes, amount, quantity, currency, product):
        """Solve amount = total(price) for the price of one unit.

        :param taxes: account.tax of the line, in or on top of the price
        :return float: not yet rounded to the decimals of prices
        """
        if not taxes:
            return amount / quantity

        def total(price):
            return taxes.compute_all(price, currency, quantity, product)[
                "total_included"
            ]

        fixed = total(0.0)
        per_unit = (total(PROBE_PRICE) - fixed) / PROBE_PRICE
        return (amount - fixed) / per_unit

    @api.model
    def _amazon_product(self, kind):
        """:param str kind: as in PRODUCTS
        :return: product.product of the charge"""
        return self.env.ref(f"amazon_connector.{PRODUCTS[kind]}")
