"""The lines of Amazon's orders: products, charges, taxes and prices, and their changes
(feature D10).
"""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache

from odoo import _, api, fields, models
from odoo.fields import Command
from odoo.tools import float_compare

from ...amazon_api import LineAmount
from ...const import PRODUCTS
from ...tools.by_code import is_by_code

# Taxes are linear in the price; so large a price makes their rounding vanish.
PROBE_PRICE = Decimal(1_000_000)
# Amazon's import scheme: it pays the VAT, and wants to follow the parcel.
IMPORT_SCHEME = "IOSS"
# Finer than any currency, coarser than what floats add by themselves.
FLOAT_NOISE = Decimal("0.000001")
ZERO = Decimal(0)


@dataclass(frozen=True)
class LineChange:
    """A line as Amazon states it now; ``line`` is empty when it is new."""

    line: models.BaseModel
    kind: str
    item: object
    quantity: int
    stated: LineAmount

    @property
    def amount(self):
        return self.stated.amount


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "amazon.own.fields"]

    amazon_item_ref = fields.Char("Amazon item", copy=False, readonly=True)
    amazon_charge_ref = fields.Char(
        "Charge of Amazon item",
        copy=False,
        readonly=True,
        help="The Amazon item whose shipping, gift wrap or discount this line is.",
    )
    amazon_asin = fields.Char("ASIN", copy=False, readonly=True)
    amazon_ioss_number = fields.Char(
        "IOSS number",
        copy=False,
        readonly=True,
        help="Amazon's number for imports into the EU. The carrier needs it for the "
        "customs declaration. “IOSS”: Amazon names the scheme without a number.",
    )
    amazon_offer_id = fields.Many2one(
        "amazon.offer",
        "Amazon listing",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="set null",
    )
    amazon_kind = fields.Char(copy=False, readonly=True)
    amazon_quantity = fields.Integer(
        "Pieces at Amazon",
        copy=False,
        readonly=True,
        help="How many pieces of the listing the buyer ordered.",
    )
    amazon_amount = fields.Monetary(
        "Amount at Amazon",
        copy=False,
        readonly=True,
        help="What Amazon last said that this line is worth.",
    )
    amazon_shipped_before = fields.Float(
        digits="Product Unit of Measure",
        copy=False,
        readonly=True,
        help="Units that had left before the order came to Odoo.",
    )

    def _get_sale_order_line_multiline_description_variants(self):
        """Describe stand-in products for whoever packs the parcel: what “Amazon Sale”
        stands for.
        """
        text = super()._get_sale_order_line_multiline_description_variants()
        if self.amazon_item_ref and self.product_id == self._amazon_product("product"):
            return f"{text}\n{self.name}"
        return text

    def _action_launch_stock_rule(self, *args, **kwargs):
        """Launch no rule for what Amazon delivers (FBA), nor for what was delivered
        before the go-live or without Odoo."""
        others = self.filtered(
            lambda line: (
                line.order_id.amazon_channel != "fba"
                and not line.order_id.amazon_is_history
                and not line.order_id.amazon_shipped_without
            )
        )
        if is_by_code(self.env, "amazon_import"):
            others._amazon_make_groups()
        return super(SaleOrderLine, others)._action_launch_stock_rule(*args, **kwargs)

    def _get_qty_procurement(self, *args, **kwargs):
        """Count as procured what had left before the order came to Odoo."""
        quantity = super()._get_qty_procurement(*args, **kwargs)
        return quantity + self.amazon_shipped_before

    # === COMPUTE METHODS === #

    def _compute_price_unit(self):
        """Keep Amazon's price, whatever quantity somebody enters: no pricelist of Odoo
        knows it."""
        others = self.filtered(lambda line: not line._is_amazon_priced())
        return super(SaleOrderLine, others)._compute_price_unit()

    def _compute_discount(self):
        """Leave out what a pricelist would take off: Amazon's price is the last one."""
        others = self.filtered(lambda line: not line._is_amazon_priced())
        return super(SaleOrderLine, others)._compute_discount()

    def _is_amazon_priced(self):
        """Recognize lines whose price comes from Amazon.

        :return bool: also of those that another connector made of Amazon's items
        """
        return bool(self.amazon_kind or self.amazon_item_ref)

    # === BUSINESS METHODS - IMPORT === #

    @api.model
    def _prepare_amazon_lines(self, batch, order, fiscal_position, currency):
        """Turn the items of an order into line commands, charges below their item.

        :param OrderBatch batch: what the order needs
        :param Order order:
        :return list: commands for sale.order.order_line
        """
        items = {item.item_id: item for item in order.items}
        offers = self._amazon_offers_of(batch, order)
        goods = {
            item_id: offer and offer.product_id or self._amazon_product("product")
            for item_id, offer in offers.items()
        }
        commands = []
        for amount in batch.amounts[order.order_id].lines:
            item = items.get(amount.item_id)
            if amount.kind == "product":
                vals = self._prepare_amazon_item_vals(item, offers[item.item_id])
            else:
                vals = self._prepare_amazon_charge_vals(amount.kind, item)
            taxes = self._amazon_taxes(
                amount.kind,
                self.env["product.product"].browse(vals["product_id"]),
                [goods[item.item_id]] if item else list(goods.values()),
                batch.account._get_tax_position(amount.is_remitted, fiscal_position),
            )
            self._amazon_set_price(vals, amount.amount, taxes, currency)
            vals.update(
                self._prepare_amazon_statement_vals(
                    order, amount, item, vals["product_uom_qty"]
                )
            )
            if not batch.has_analytic_models:
                vals["analytic_distribution"] = False
            context = self.env.context
            if (
                context.get("amazon_history")
                or context.get("amazon_shipped_without") == "none"
            ):
                vals |= self._prepare_amazon_delivered_vals(vals)
            commands.append(Command.create(vals))
        return commands

    @api.model
    def _amazon_offers_of(self, batch, order):
        """Choose the offer of each item.

        :return dict: number of the item -> amazon.offer, empty or None if it has
        no SKU
        """
        channel = "fba" if order.is_fba else "fbm"
        return {
            item.item_id: batch.offers.get((order.marketplace_id, channel, item.sku))
            for item in order.items
        }

    @api.model
    def _prepare_amazon_item_vals(self, item, offer):
        """Prepare the line of what was bought (extension hook).

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
            "amazon_asin": item.product.asin or False,
            "amazon_ioss_number": self._amazon_ioss(item),
            "amazon_offer_id": offer.id if offer else False,
            "amazon_product_id": product.id,
        }

    @api.model
    def _amazon_ioss(self, item):
        """Recognize an import under the IOSS scheme, in which Amazon pays the VAT.

        :param OrderItem item:
        :return str|bool: Amazon's number for imports into the EU
        """
        is_import = IMPORT_SCHEME in map(str.upper, item.reporting_schemes)
        return item.ioss_number or (is_import and IMPORT_SCHEME)

    @api.model
    def _prepare_amazon_charge_vals(self, kind, item):
        """Prepare the line of a charge or discount (extension hook).

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
        """Prepare the line that holds what rounding left.

        :param order: sale.order
        :param Decimal amount: what is left, in the order's currency
        :return dict: values of sale.order.line; without taxes, for they would be
            rounded again
        """
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
        if order.amazon_is_history or order.amazon_shipped_without == "none":
            vals |= self._prepare_amazon_delivered_vals(vals)
        return vals

    # === BUSINESS METHODS - MONEY === #

    @api.model
    def _amazon_taxes(self, kind, product, goods, position):
        """Choose the taxes of a line, as Odoo has them.

        What comes with goods (shipping, gift wrap, a discount) is taxed as they are,
        whatever its own product says; so is what belongs to the whole order, when all
        its goods are taxed alike. Taxes per piece stay with the goods: a charge adds no
        piece, a discount takes none away.

        :param str kind: as in PRODUCTS
        :param product: product.product of the line
        :param list goods: of product.product, the items it belongs to
        :param position: account.fiscal.position; None: no tax of it is the seller's
        :return: account.tax, mapped by the fiscal position
        """

        def taxes_of(product):
            taxes = product.taxes_id._filter_taxes_by_company(self.env.company)
            return position.map_tax(taxes)

        if position is None or kind == "facilitator_tax":
            return self.env["account.tax"]
        if kind in ("product", "tip"):
            return taxes_of(product)
        kinds = {taxes_of(each)._amazon_without_fixed() for each in goods}
        return kinds.pop() if len(kinds) == 1 else taxes_of(product)

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
        """Return the precision of prices.

        :return Decimal: the smallest difference between two prices in Odoo
        """
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return Decimal(1).scaleb(-digits)

    @api.model
    def _amazon_product(self, kind):
        """Find the product that stands for a kind of charge.

        :param str kind: as in PRODUCTS
        :return: product.product of the charge
        """
        # Unlike env.ref this asks the database once: the identifiers are cached.
        product_id = self.env["ir.model.data"]._xmlid_to_res_id(
            f"amazon_connector.{PRODUCTS[kind]}", raise_if_not_found=True
        )
        return self.env["product.product"].browse(product_id)

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_amazon_statement_vals(self, order, amount, item, quantity):
        """Return what Amazon states of a line, to distinguish its changes from
        corrections by hand.

        :param Order order:
        :param LineAmount amount:
        :param item: OrderItem, None for what belongs to the whole order
        :param float quantity: units of the product on the line
        :return dict: values of sale.order.line
        """
        is_product = amount.kind == "product"
        # What left without Odoo is no earlier part of a delivery: there is none.
        is_partial = order.is_fbm and not self.env.context.get("amazon_shipped_without")
        shipped = item.quantity_fulfilled if is_product and is_partial else 0
        account = self._prepare_amazon_account_vals(order, item) if is_product else {}
        return {
            **account,
            "amazon_units": quantity if is_product else 0.0,
            "amazon_kind": amount.kind,
            "amazon_quantity": item.quantity if is_product else 1,
            "amazon_amount": float(amount.amount),
            "amazon_tax": float(amount.tax),
            "amazon_tax_remitted": amount.is_remitted,
            "amazon_shipped_before": (
                quantity * shipped / item.quantity if shipped else 0.0
            ),
        }

    def _amazon_changes(self, order, amounts):
        """Compare with what Amazon stated when the lines were last written.

        :param Order order:
        :param OrderAmounts amounts: what the order is worth now
        :return list: of LineChange
        """
        items = {item.item_id: item for item in order.items}
        stated = self._amazon_stated_by_key(amounts)
        known, changes = self._amazon_lines_by_key(), []
        if not known and self.filtered(lambda line: not line.display_type):
            # what Amazon stated was not kept, so nothing can be compared
            return changes
        for key in {**known, **stated}:
            line, item = known.get(key, self.browse()), items.get(key[1])
            quantity = item.quantity if item and key[0] == "product" else 1
            if key not in stated:
                quantity = 0
            amount = stated.get(key) or LineAmount(*key, ZERO)
            if not line or line._amazon_differs(quantity, amount.amount):
                changes.append(LineChange(line, key[0], item, quantity, amount))
        return changes

    def _amazon_lines_by_key(self):
        """Index the lines by what Amazon's amounts belong to.

        :return dict: kind and number of the item -> sale.order.line
        """
        return {
            (line.amazon_kind, line.amazon_item_ref or line.amazon_charge_ref): line
            for line in self
            if line.amazon_kind
        }

    @api.model
    def _amazon_stated_by_key(self, amounts):
        """Index Amazon's amounts by the line they belong to.

        :param OrderAmounts amounts:
        :return dict: kind and number of the item -> LineAmount, parts of a kind summed
        """
        stated = {}
        for amount in amounts.lines:
            key = (amount.kind, amount.item_id or False)
            if key in stated:
                amount = replace(
                    amount,
                    amount=stated[key].amount + amount.amount,
                    tax=stated[key].tax + amount.tax,
                )
            stated[key] = amount
        return stated

    @api.model
    def _describe_amazon_change(self, change):
        """Describe a change that Odoo could not apply.

        :param LineChange change:
        :return str: the change in words
        """
        item = change.item
        return _(
            "- %(name)s: quantity now %(quantity)s, %(amount)s in all",
            name=change.line.name or (item and item.product.title) or change.kind,
            quantity=change.quantity,
            amount=change.amount,
        )

    def _amazon_differs(self, quantity, amount):
        return quantity != self.amazon_quantity or bool(
            float_compare(
                float(amount),
                self.amazon_amount,
                precision_rounding=self.currency_id.rounding,
            )
        )

    @api.model
    def _amazon_apply_changes(self, sale_order, order, offers, changes):
        """Write the changed lines; the delivery follows their quantities.

        :param sale_order: sale.order, confirmed; nothing delivered or invoiced
        :param list changes: of LineChange
        """
        rounding = self._amazon_product("rounding")
        sale_order.order_line.filtered(
            lambda line: line.product_id == rounding
        ).price_unit = 0.0
        for change in changes:
            line = change.line or self._amazon_new_line(
                sale_order, order, offers, change
            )
            line._amazon_restate(change)

    @api.model
    def _amazon_new_line(self, sale_order, order, offers, change):
        """Create the line of an item or charge that was added at Amazon.

        :return: sale.order.line for what Amazon added
        """
        if change.kind == "product":
            channel = "fba" if order.is_fba else "fbm"
            offer = offers.get((order.marketplace_id, channel, change.item.sku))
            vals = self._prepare_amazon_item_vals(change.item, offer)
        else:
            vals = self._prepare_amazon_charge_vals(change.kind, change.item)
        stated = self._prepare_amazon_statement_vals(
            order, change.stated, change.item, vals["product_uom_qty"]
        )
        return self.create(
            {**vals, **stated, "order_id": sale_order.id, "price_unit": 0.0}
        )

    def _amazon_restate(self, change):
        """Write quantity and price of one line as Amazon states them now."""
        factor = self.amazon_offer_id.quantity_factor or 1  # charges have no offer
        quantity = change.quantity * factor
        self.write(
            {
                "amazon_kind": change.kind,
                "amazon_quantity": change.quantity,
                "amazon_amount": float(change.amount),
                "amazon_tax": float(change.stated.tax),
                "amazon_tax_remitted": change.stated.is_remitted,
                "amazon_units": quantity if change.kind == "product" else 0.0,
            }
        )
        self.write({"product_uom_qty": quantity, **self._amazon_price_now(quantity)})

    def _amazon_goods(self):
        """Find the products by which a charge is taxed.

        :return list: of product.product, the items that the line belongs to
        """
        item = self.amazon_item_ref or self.amazon_charge_ref
        return [
            line.product_id
            for line in self.order_id.order_line
            if line.amazon_item_ref and item in (line.amazon_item_ref, False)
        ]

    def _amazon_taxes_now(self):
        """Compute the taxes of a line anew.

        :return: account.tax of a line of Amazon as its order is now
        """
        order = self.order_id
        return self._amazon_taxes(
            self.amazon_kind,
            self.product_id,
            self._amazon_goods(),
            order.amazon_account_id._get_tax_position(
                self.amazon_tax_remitted, order.fiscal_position_id
            ),
        )

    def _amazon_price_now(self, quantity):
        """Compute the price of a line anew.

        :return dict: price and taxes with which so many units are worth what Amazon
        says
        """
        vals = {"product_id": self.product_id.id, "product_uom_qty": quantity or 1}
        self._amazon_set_price(
            vals,
            self._amazon_stated_amount(),
            self._amazon_taxes_now(),
            self.currency_id,
        )
        return {name: vals[name] for name in ("price_unit", "tax_id")}

    def _amazon_retax(self):
        """Take the taxes that the order leads to now; the amount stays Amazon's."""
        for line in self:
            line.write(line._amazon_price_now(line.product_uom_qty))
