"""Exact amounts: Decimal inside, decimal strings outside, floats refused."""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
DECIMALS = {"JPY": 0, "KRW": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}


def to_decimal(value):
    """Return `value` (Decimal, int or decimal string) as a Decimal."""
    if isinstance(value, float):
        raise TypeError(f"Write amounts as strings, not as floats: {value!r}")
    return Decimal(value)


def rounded(value, currency):
    """Round to the currency's smallest unit, half up."""
    unit = Decimal(1).scaleb(-DECIMALS.get(currency, 2))
    return to_decimal(value).quantize(unit, ROUND_HALF_UP)


def money(amount, currency):
    """Build Amazon's Money object."""
    return {"amount": str(rounded(amount, currency)), "currencyCode": currency}


def tax_of(amount, rate, inclusive, currency):
    """Return the tax in (inclusive) or on top of (exclusive) an amount."""
    tax = amount * rate
    return rounded(tax / (1 + rate) if inclusive else tax, currency)
