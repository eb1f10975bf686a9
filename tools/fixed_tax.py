"""Taxes of lines that are stated, not computed: Amazon's, where it rounds differently
from Odoo.

Amazon and Odoo can round the same tax to another cent. Then the lines of an Amazon
order keep the tax that Amazon states, and so do the lines of its invoices and credit
notes, as long as price, quantity and taxes are what they were. Each line stays worth
the same.

Odoo 17.0 computes the taxes of a line in ``compute_all``; later series take amounts
from outside by themselves ("manual" ones). Both are served here, and one is called.
"""

CONTEXT_KEY = "amazon_fixed_tax"


class Stated(dict):
    """Amounts in a context. What comes by RPC is a plain dict."""


def context_with(fixed, **more):
    """Put the amounts that a line keeps into a context.

    :param dict fixed: see fixed_tax_of
    :param more: as ``sign``, see with_fixed_tax
    :return dict: for ``with_context``
    """
    return {CONTEXT_KEY: Stated(fixed, **more)}


def fixed_tax_in(env):
    """Find what code has put into a context, see context_with.

    :return dict|None: as fixed_tax_of
    """
    fixed = env.context.get(CONTEXT_KEY)
    return fixed if isinstance(fixed, Stated) else None


def setup_of(line):
    """Return the values of a line that must not change for its tax to be kept.

    :param line: sale.order.line or account.move.line
    :return dict: price and so on
    """
    is_order = line._name == "sale.order.line"
    quantity = line.product_uom_qty if is_order else line.quantity
    taxes = line[line._amazon_tax_field].flatten_taxes_hierarchy()
    return {
        "price": round(line.price_unit, 6),
        "quantity": round(quantity, 6),
        "discount": round(line.discount, 6),
        "tax_ids": sorted(taxes._origin.ids),
    }


def fixed_tax_of(line):
    """Return what a line keeps, None when its taxes are computed.

    :param line: sale.order.line or account.move.line
    :return dict|None: ``untaxed``, and ``taxes``: id as text -> amount
    """
    kept = line.amazon_fixed_tax
    if not kept or kept != {**kept, **setup_of(line)}:
        return None
    return kept


def fixed_tax_of_any(record):
    """As `fixed_tax_of`, for any record (or none) whose taxes are computed."""
    name = getattr(record, "_name", None)
    if name in ("sale.order.line", "account.move.line") and len(record) == 1:
        return fixed_tax_of(record)
    return None


def with_fixed_tax(result, fixed):
    """Put the amounts that a line keeps into a result of ``compute_all``.

    :param dict result: of ``compute_all``
    :param dict fixed: see fixed_tax_of; ``sign`` is the direction of the move
    :return dict: a new result
    """
    sign = fixed.get("sign", 1)
    untaxed = sign * fixed["untaxed"]
    moved = untaxed - result["total_excluded"]
    taxes, total = [dict(tax) for tax in result["taxes"]], untaxed
    for tax_id, amount in fixed["taxes"].items():
        parts = [tax for tax in taxes if tax["id"] == int(tax_id)]
        total += sign * amount
        if parts:
            parts[0]["amount"] += sign * amount - sum(tax["amount"] for tax in parts)
    for tax in taxes:
        tax["base"] += moved
    return {
        **result,
        "taxes": taxes,
        "total_excluded": untaxed,
        "total_included": total,
        "total_void": result["total_void"] + moved,
    }
