"""Amazon's 23 marketplaces and the form of their prices and taxes."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Marketplace:
    """One marketplace.

    `tax_inclusive` tells whether prices contain the tax; `facilitator` whether
    Amazon collects and remits it itself; `prefix` starts its order references.
    """

    id: str
    country: str
    region: str
    domain: str
    currency: str
    language: str
    tax_rate: Decimal
    tax_inclusive: bool = True
    facilitator: bool = False
    prefix: str = "302"

    @property
    def name(self):
        """Return the name as Amazon writes it: ``Amazon.de``."""
        return self.domain.capitalize()


def _row(code, country, region, domain, currency, language, percent, prefix, **more):
    rate = Decimal(percent) / 100
    return Marketplace(
        code, country, region, domain, currency, language, rate, prefix=prefix, **more
    )


_US_STYLE = {"tax_inclusive": False, "facilitator": True}
_ALL = (
    _row("A2EUQ1WTGCTBG2", "CA", "na", "amazon.ca", "CAD", "en_CA", "13", "701",
         **_US_STYLE),
    _row("ATVPDKIKX0DER", "US", "na", "amazon.com", "USD", "en_US", "8.25", "112",
         **_US_STYLE),
    _row("A1AM78C64UM0Y8", "MX", "na", "amazon.com.mx", "MXN", "es_MX", "16", "702"),
    _row("A2Q3Y263D00KWC", "BR", "na", "amazon.com.br", "BRL", "pt_BR", "0", "171"),
    _row("A28R8C7NBKEWEA", "IE", "eu", "amazon.ie", "EUR", "en_IE", "23", "206"),
    _row("A1RKKUPIHCS9HS", "ES", "eu", "amazon.es", "EUR", "es_ES", "21", "404"),
    _row("A1F83G8C2ARO7P", "GB", "eu", "amazon.co.uk", "GBP", "en_GB", "20", "202"),
    _row("A13V1IB3VIYZZH", "FR", "eu", "amazon.fr", "EUR", "fr_FR", "20", "402"),
    _row("AMEN7PMS3EDWL", "BE", "eu", "amazon.com.be", "EUR", "fr_BE", "21", "408"),
    _row("A1805IZSGTT6HS", "NL", "eu", "amazon.nl", "EUR", "nl_NL", "21", "405"),
    _row("A1PA6795UKMFR9", "DE", "eu", "amazon.de", "EUR", "de_DE", "19", "302"),
    _row("APJ6JRA9NG5V4", "IT", "eu", "amazon.it", "EUR", "it_IT", "22", "403"),
    _row("A2NODRKZP88ZB9", "SE", "eu", "amazon.se", "SEK", "sv_SE", "25", "406"),
    _row("AE08WJ6YKNBMC", "ZA", "eu", "amazon.co.za", "ZAR", "en_ZA", "15", "203"),
    _row("A1C3SOZRARQ6R3", "PL", "eu", "amazon.pl", "PLN", "pl_PL", "23", "407"),
    _row("ARBP9OOSHTCHU", "EG", "eu", "amazon.eg", "EGP", "ar_EG", "14", "204"),
    _row("A33AVAJ2PDY3EV", "TR", "eu", "amazon.com.tr", "TRY", "tr_TR", "20", "028",
         facilitator=True),
    _row("A17E79C6D8DWNP", "SA", "eu", "amazon.sa", "SAR", "ar_SA", "15", "205"),
    _row("A2VIGQ35RCS4UG", "AE", "eu", "amazon.ae", "AED", "ar_AE", "5", "207"),
    _row("A21TJRUUN4KGV", "IN", "eu", "amazon.in", "INR", "en_IN", "18", "408"),
    _row("A19VAU5U5O7RUS", "SG", "fe", "amazon.sg", "SGD", "en_SG", "9", "503"),
    _row("A39IBJ37TRP1C6", "AU", "fe", "amazon.com.au", "AUD", "en_AU", "10", "249"),
    _row("A1VC38T7YXB528", "JP", "fe", "amazon.co.jp", "JPY", "ja_JP", "10", "250"),
)  # fmt: skip

MARKETPLACES = {row.id: row for row in _ALL}
BY_COUNTRY = {row.country: row for row in _ALL}
REGIONS = {"eu": "Europe", "na": "North America", "fe": "Far East"}

# Amazon lists such shops beside the retail ones; no order is imported from them
NON_AMAZON = {
    "eu": Marketplace(
        "A38D8NSA03LJTC", "DE", "eu", "stores.amazon.de", "EUR", "de_DE", Decimal(0)
    )
}


def of_region(region):
    """Return the ids of a region's marketplaces."""
    return tuple(row.id for row in _ALL if row.region == region)
