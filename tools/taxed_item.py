"""The tax of one item of an order, at Amazon and in Odoo."""


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

    def rates(self):
        """Show the rates that differ.

        :return dict: Amazon's and Odoo's rate in words, of the goods where they
        differ, else of their charges"""
        lines = self.goods if self.goods_differ else self.lines - self.goods
        gross = sum(lines.mapped("amazon_amount"))
        return {
            "amazon": _rate(sum(lines.mapped("amazon_tax")), gross),
            "odoo": _rate(sum(lines.mapped("price_tax")), gross),
        }

    def _are_apart(self, lines):
        stated = 0.0 if self.is_remitted else sum(lines.mapped("amazon_tax"))
        difference = abs(sum(lines.mapped("price_tax")) - stated)
        coin = lines.currency_id.rounding if lines else 1.0
        return round(difference / coin) > len(lines)


def _rate(tax, gross):
    """Calculate a rate from amounts.

    :return str: the tax in percent of the amount without it
    """
    return f"{100 * tax / (gross - tax):.3g} %" if gross - tax else "0 %"


def names(items):
    """List a few items for a message.

    :return str: names of the first items
    """
    names = list(dict.fromkeys(f"“{item.name}”" for item in items))
    return ", ".join([*names[:3], *(["…"] if len(names) > 3 else [])])
