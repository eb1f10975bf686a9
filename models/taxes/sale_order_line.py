"""The tax of order lines: what Amazon states, and what is kept of it."""

from decimal import Decimal

from odoo import api, fields, models

from ...tools.fixed_tax import setup_of

ZERO = Decimal(0)


def _rounded(amount, currency):
    """Round an amount as Odoo does, without leaving a float.

    :return Decimal: to the currency's coins
    """
    unit = Decimal(1).scaleb(-currency.decimal_places)
    return Decimal(str(currency.round(amount))).quantize(unit)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"
    _amazon_tax_field = "tax_id"

    amazon_tax = fields.Monetary(
        "Tax at Amazon",
        copy=False,
        readonly=True,
        help="What Amazon states as the tax of this line.",
    )
    amazon_tax_remitted = fields.Boolean(
        "Amazon remits the tax",
        copy=False,
        readonly=True,
        help="Amazon pays the tax of this line to the state itself.",
    )
    amazon_fixed_tax = fields.Json(
        "Tax kept",
        copy=False,
        readonly=True,
        help="Amazon's tax to the cent, where its rounding is not Odoo's. It counts as "
        "long as price, quantity and taxes of the line stay as they are.",
    )

    @api.depends("amazon_fixed_tax")
    def _compute_amount(self):
        """Count a tax that is kept: see account.tax."""
        return super()._compute_amount()

    def _prepare_invoice_line(self, **optional_values):
        """Let the invoice keep the tax, too; for a part of the line it is computed."""
        vals = super()._prepare_invoice_line(**optional_values)
        if self.amazon_fixed_tax:
            vals["amazon_fixed_tax"] = self.amazon_fixed_tax
        return vals

    # === BUSINESS METHODS === #

    def _amazon_stated_tax(self):
        """Return Amazon's tax of a line; the float of a field is not exactly it.

        :return Decimal:
        """
        return _rounded(self.amazon_tax, self.currency_id)

    def _amazon_tax_left(self):
        """Return Amazon's tax of these lines beyond Odoo's, None where more than
        rounding separates them.

        :return Decimal|None:
        """
        stated = sum((line._amazon_stated_tax() for line in self), ZERO)
        found = [line._amazon_computed_taxes() for line in self]
        left = stated - self._amazon_tax_of_document(found)
        return left if abs(left) <= self._amazon_tax_bound() else None

    def _amazon_keep_stated_tax(self, tax):
        """Keep Amazon's tax on these lines.

        :param tax: account.tax, see _amazon_main_tax
        """
        currency, totals, taxes = self.currency_id, {}, {}
        for line in self:
            found = line._amazon_computed_taxes()
            totals[line] = _rounded(found["total"], currency)
            taxes[line] = {
                tax_id: _rounded(amount, currency)
                for tax_id, amount in found["taxes"].items()
            }
        rounded = {line: sum(each.values(), ZERO) for line, each in taxes.items()}
        for line, cents in self._amazon_share_cents(rounded).items():
            taxes[line][tax.id] = taxes[line].get(tax.id, ZERO) + cents
        for line in self:
            line.amazon_fixed_tax = {
                **setup_of(line),
                "untaxed": float(totals[line] - sum(taxes[line].values(), ZERO)),
                "taxes": {str(key): float(each) for key, each in taxes[line].items()},
            }

    def _amazon_computed_taxes(self):
        """Let Odoo compute the taxes of one line, not rounded.

        :return dict: total with taxes; taxes: id -> amount, as exact as it is
        """
        for line in self:
            found = line.tax_id.compute_all(
                line.price_unit,
                line.currency_id,
                line.product_uom_qty,
                product=line.product_id,
                partner=line.order_id.partner_shipping_id,
            )
        taxes = {}
        for tax in found["taxes"]:
            taxes[tax["id"]] = taxes.get(tax["id"], 0.0) + tax["amount"]
        return {"total": found["total_included"], "taxes": taxes}

    def _amazon_tax_of_document(self, found):
        """Round the taxes as the company does: by line, or for the document.

        :param found: of _amazon_computed_taxes, for each of these lines
        :return Decimal: the tax of a document with these lines
        """
        amounts = {}
        for number, line in enumerate(found):
            for tax_id, amount in line["taxes"].items():
                key = tax_id if self._amazon_rounds_globally() else (number, tax_id)
                amounts[key] = amounts.get(key, 0.0) + amount
        return sum(
            (_rounded(each, self.currency_id) for each in amounts.values()), ZERO
        )

    def _amazon_rounds_globally(self):
        method = self.company_id.tax_calculation_rounding_method
        return method == "round_globally"

    def _amazon_share_cents(self, rounded):
        """Share the tax that the lines lack among those that Amazon taxes otherwise;
        the rest is for the largest one.

        :param dict rounded: sale.order.line -> Decimal, its tax
        :return dict: sale.order.line -> Decimal, what it takes
        """
        stated = sum((line._amazon_stated_tax() for line in self), ZERO)
        left, shares = stated - sum(rounded.values(), ZERO), {}
        for line in self:
            own = line._amazon_stated_tax() - rounded[line]
            if own * left > 0:
                shares[line] = min(abs(own), abs(left)).copy_sign(left)
                left -= shares[line]
        if left:
            largest = max(self, key=lambda line: abs(line.price_total))
            shares[largest] = shares.get(largest, ZERO) + left
        return shares

    def _amazon_tax_bound(self):
        """Compute the largest difference that is no mistake.

        :return Decimal: how far rounding alone can separate Odoo's tax from Amazon's: a
            cent for each line, and the tax on what the rounding of unit prices leaves.
            What the rounding of a whole order leaves stands on one of its lines.
        """
        lines = self.order_id.order_line.filtered("amazon_kind")
        bound = len(lines) * Decimal(str(self.currency_id.rounding))
        for line in self:
            amount = _rounded(line.amazon_amount, self.currency_id)
            left = abs(_rounded(line.price_total, self.currency_id) - amount)
            if left and amount:
                bound += left * abs(line._amazon_stated_tax() / amount)
        return bound

    # === INVOICES: charges go with their goods (D23) === #

    def _can_be_invoiced_alone(self):
        """Refuse invoices of nothing but charges: their goods have not left."""
        return super()._can_be_invoiced_alone() and not self._amazon_is_extra()

    def _amazon_is_extra(self):
        """Recognize charges, discounts and rounding.

        :return bool: whether the line only exists because of the goods
        """
        if not self.order_id.amazon_order_ref or self.display_type:
            return False
        if self.amazon_kind:
            return self.amazon_kind != "product"
        return self.product_id == self._amazon_product("rounding")

    def _amazon_waits_for_goods(self, lines):
        """Find out whether a charge has to wait for its goods to be invoiced.

        :param lines: sale.order.line that can be invoiced now
        :return bool: whether it is too early for this one
        """
        if not self._amazon_is_extra():
            return False
        goods = self.order_id.order_line.filtered(
            lambda line: (
                line.amazon_item_ref
                and self.amazon_charge_ref in (False, line.amazon_item_ref)
            )
        )
        # of what belongs to the whole order the first goods take it along
        begun = goods.filtered(
            lambda line: line in lines or line.invoice_status != "no"
        )
        return bool(goods) and not begun
