from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache

from odoo import _, api, fields, models
from odoo.fields import Command

# Taxes are linear in the price; so large a price makes their rounding vanish.
PROBE_PRICE = Decimal(1_000_000)
# Finer than any currency, coarser than what floats add by themselves.
FLOAT_NOISE = Decimal("0.000001")

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

    def _get_sale_order_line_multiline_description_variants(self):
        """Who packs the parcel has to know what «Amazon Sale» stands for."""
        text = super()._get_sale_order_line_multiline_description_variants()
        if self.amazon_item_ref and self.product_id == self._amazon_product("product"):
            return f"{text}\n{self.name}"
        return text

    def _action_launch_stock_rule(self, *args, **kwargs):
        """Launch no rule for what Amazon delivers (FBA), nor for what was delivered
        before the go-live."""
        others = self.filtered(
            lambda line: (
                line.order_id.amazon_channel != "fba"
                and not line.order_id.amazon_is_history
            )
        )
        return super(SaleOrderLine, others)._action_launch_stock_rule(*args, **kwargs)

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
            product = self.env["product.product"].browse(vals["product_id"])
            taxes = self._amazon_taxes(amount.kind, product, offer, fiscal_position)
            self._amazon_set_price(vals, amount.amount, taxes, currency)
            vals.update(
                self._prepare_amazon_statement_vals(
                    order, amount, item, vals["product_uom_qty"]
                )
            )
            if not batch.has_analytic_models:
                vals["analytic_distribution"] = False
            if self.env.context.get("amazon_history"):
                vals |= self._prepare_amazon_delivered_vals(vals)
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
            "amazon_product_id": product.id,
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
        :param Decimal amount: what is left, in the order's currency
        :return dict: values of sale.order.line; without taxes, for they would be
            rounded again"""
        product = self._amazon_product("rounding")
        vals = {
            "order_id": order.id,
            "product_id": product.id,
            "name": _("Rounding of unit prices"),
            "product_uom_qty": 1,
            "price_unit": float(amount),
            "discount": 0.0,
            "tax_id": [Command.clear()],
        }
        if order.amazon_is_history:
            vals |= self._prepare_amazon_delivered_vals(vals)
        return vals

    # === BUSINESS METHODS - MONEY === #

    @api.model
    def _amazon_taxes(self, kind, product, offer, fiscal_position):
        """Taxes as Odoo has them. A discount takes those of the goods, not those of the
        product *Amazon Discount*: it lowers the tax base at the rate of what is sold.
        Taxes per piece stay as they are, for a discount takes no piece away.

        :param str kind: as in PRODUCTS
        :return: account.tax, mapped by the fiscal position
        """
        if kind == "discount":
            product = offer and offer.product_id or self._amazon_product("product")
        taxes = fiscal_position.map_tax(
            product.taxes_id._filter_taxes_by_company(self.env.company)
        )
        return taxes._amazon_without_fixed() if kind == "discount" else taxes

    @api.model
    def _amazon_set_price(self, vals, amount, taxes, currency):
        """Add taxes, and the unit price that makes the line worth the amount.

        Amazon's amount is the truth. Where no price makes taxes per piece part of it
        (free goods with an eco-tax), they are left out, in the end all taxes.

        :param dict vals: values of the line, completed in place
        :param Decimal amount: with taxes, in the order's currency
        :param taxes: account.tax
        """
        product = self.env["product.product"].browse(vals["product_id"])
        quantity = Decimal(str(vals["product_uom_qty"]))
        for bearable in (taxes, taxes._amazon_without_fixed(), taxes.browse()):
            price = self._amazon_unit_price(
                bearable, amount, quantity, currency, product
            )
            if price is not None:
                break
        vals["price_unit"] = float(price)
        vals["discount"] = 0.0
        vals["tax_id"] = [Command.set(bearable.ids)]

    @api.model
    def _amazon_unit_price(self, taxes, amount, quantity, currency, product):
        """Solve amount = total(price) for the price of one unit.

        :param taxes: account.tax of the line, in or on top of the price
        :return Decimal|None: with the decimals of prices in Odoo, the total as near as
            they allow; None when these taxes allow no such price
        """
        step = self._amazon_price_step()
        if not quantity:
            return Decimal(0)
        plain = (amount / quantity).quantize(step, ROUND_HALF_UP)
        if not taxes:
            return plain

        # To ask Odoo is dear: a line with tax on top takes two questions, one with tax
        # in the price takes one.
        @cache
        def total(price):
            found = taxes.compute_all(float(price), currency, float(quantity), product)
            return Decimal(str(found["total_included"])).quantize(FLOAT_NOISE)

        is_on_top = taxes._amazon_are_on_top()
        if not is_on_top and total(plain) == amount:  # as in most of Europe
            return plain
        # Odoo mirrors negative prices, so what is free of sign is solved.
        fixed, wanted = 0 if is_on_top else total(0), abs(amount)
        per_unit = (total(PROBE_PRICE) - fixed) / PROBE_PRICE
        if per_unit <= 0 or wanted < fixed:
            return None
        exact = (wanted - fixed) / per_unit
        price = exact.quantize(step, ROUND_HALF_UP)
        if total(price) != wanted:
            prices = [exact.quantize(step, way) for way in (ROUND_FLOOR, ROUND_CEILING)]
            price = min(prices, key=lambda price: abs(total(price) - wanted))
        unreached = abs(total(price) - wanted)
        if unreached > per_unit * step + Decimal(str(currency.rounding)):
            return None
        return price.copy_sign(amount)

    @api.model
    def _amazon_price_step(self):
        """:return Decimal: the smallest difference between two prices in Odoo"""
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return Decimal(1).scaleb(-digits)

    @api.model
    def _amazon_product(self, kind):
        """:param str kind: as in PRODUCTS
        :return: product.product of the charge"""
        # Unlike env.ref this asks the database once: the identifiers are cached.
        product_id = self.env["ir.model.data"]._xmlid_to_res_id(
            f"amazon_connector.{PRODUCTS[kind]}", raise_if_not_found=True
        )
        return self.env["product.product"].browse(product_id)
