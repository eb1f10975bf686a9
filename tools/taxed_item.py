"""The tax of one item of an order, at Amazon and in Odoo."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO = Decimal(0)
# Rates are whole, or end with a half, a tenth, a hundredth, a thousandth.
DIGITS = (Decimal(1), Decimal("0.5"), Decimal("0.1"), Decimal("0.01"), Decimal("0.001"))


class TaxCause(NamedTuple):
    """What makes the tax of an order differ: the same for all orders of a cause.

    ``kind`` is remitted (Amazon pays the tax, but it is charged here), place (of the
    delivery), product, charge, or lines (added here by hand).
    """

    kind: str
    country: str
    amazon: str = ""
    odoo: str = ""

    @property
    def text(self):
        """Write the cause for the database, in no language."""
        return "/".join(self)


class TaxedItem:
    """The tax of an item of an order with its charges: Amazon's and Odoo's."""

    def __init__(self, lines):
        """Collect the taxes that Odoo and Amazon state for one item.

        :param lines: sale.order.line of one item
        """
        self.lines = lines
        self.goods = lines.filtered(lambda line: line.amazon_kind == "product")
        self.is_remitted = any(lines.mapped("amazon_tax_remitted"))

    @property
    def differs(self):
        return self._are_apart(self.lines)

    @property
    def goods_differ(self):
        return self._are_apart(self.goods)

    @property
    def name(self):
        line = self.goods[:1] or self.lines[:1]
        return line.product_id.display_name if self.goods else line.name

    @property
    def stated(self):
        """Return the tax of the item that you owe, as Amazon states it."""
        return self._stated(self.lines)

    @property
    def coins_apart(self):
        """Return by how many coins the tax of the item differs from Amazon's."""
        return self._coins_apart(self.lines)

    def rates(self):
        """Show the rates that differ.

        :return dict: Amazon's and Odoo's rate in words, of the goods where they
        differ, else of their charges"""
        lines = self.goods if self.goods_differ else self.lines - self.goods
        return {
            "amazon": "0 %" if self.is_remitted else rate_at_amazon(lines),
            "odoo": rate_here(lines),
        }

    def _stated(self, lines):
        return ZERO if self.is_remitted else _sum(lines, "amazon_tax")

    def _are_apart(self, lines):
        return self._coins_apart(lines) > len(lines)

    def _coins_apart(self, lines):
        difference = abs(_sum(lines, "price_tax") - self._stated(lines))
        coin = Decimal(str(lines.currency_id.rounding)) if lines else Decimal(1)
        return difference / coin


class TaxRow(NamedTuple):
    """Lines of an order that have the same rate at Amazon and the same taxes here."""

    rate: str
    lines: object
    is_remitted: bool


def tax_rows(lines):
    """Group the lines of an order by their rate at Amazon and their taxes here.

    :param lines: sale.order.line that Amazon states
    :return list: of TaxRow, the largest amounts first
    """
    known, rows = [], {}
    # The rate of a large amount is exact; small ones are measured by it.
    for line in lines.sorted(lambda line: -abs(line.amazon_amount)):
        tax, gross = _stated(line)
        fitting = (rate for rate in known if _leads_to(rate, tax, gross, line))
        rate = next(fitting, None)
        if rate is None:
            rate = _find_rate(tax, gross, line)
            known.append(rate)
        key = rate, line.tax_id, line.amazon_tax_remitted
        rows[key] = rows.get(key, lines.browse()) + line
    return [
        TaxRow(_percent(rate), group, is_remitted)
        for (rate, _taxes, is_remitted), group in rows.items()
    ]


def rate_at_amazon(lines):
    """Calculate the rate that Amazon charged.

    :param lines: sale.order.line of one rate
    :return str: in words
    """
    return _percent(_find_rate(*_stated(lines), lines))


def rate_here(lines):
    """Name the rate of some lines in Odoo: that of their taxes, if they say it.

    :param lines: sale.order.line
    :return str: in words
    """
    of_lines = {line.tax_id.flatten_taxes_hierarchy() for line in lines}
    taxes = of_lines.pop() if len(of_lines) == 1 else None
    if taxes is not None and all(
        tax.amount_type == "percent" and not tax.include_base_amount for tax in taxes
    ):
        return _percent(sum((Decimal(str(tax.amount)) for tax in taxes), ZERO))
    tax, gross = _sum(lines, "price_tax"), _sum(lines, "price_total")
    return _percent(_find_rate(tax, gross, lines))


def _stated(lines):
    """Return tax and gross amount of some lines, as Amazon states them."""
    tax, gross = _sum(lines, "amazon_tax"), _sum(lines, "amazon_amount")
    # what Amazon remits is not in the amount
    return tax, gross + tax if any(lines.mapped("amazon_tax_remitted")) else gross


def _sum(lines, name):
    digits = lines.currency_id.decimal_places if lines else 2
    amounts = (Decimal(str(line[name])) for line in lines)
    return round(sum(amounts, ZERO), digits)


def _find_rate(tax, gross, lines):
    """Calculate a rate from amounts: the roundest one that leads to them.

    :param Decimal tax:
    :param Decimal gross: with tax
    :param lines: sale.order.line, whose amounts they are
    :return Decimal: the tax in percent of the amount without it
    """
    net = gross - tax
    if not net or not gross:
        return ZERO
    exact = 100 * tax / net
    for unit in DIGITS:
        rate = (exact / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
        if _leads_to(rate, tax, gross, lines):
            break
    return rate


def _leads_to(rate, tax, gross, lines):
    """Find out whether amounts are of a rate, each line being rounded by itself."""
    half = Decimal(str(lines.currency_id.rounding)) * len(lines) / 2
    return abs(gross * rate / (100 + rate) - tax) <= half


def _percent(rate):
    return f"{rate.normalize():f} %"


def names(items):
    """List a few items for a message.

    :return str: names of the first items
    """
    names = list(dict.fromkeys(f"“{item.name}”" for item in items))
    return ", ".join([*names[:3], *(["…"] if len(names) > 3 else [])])
