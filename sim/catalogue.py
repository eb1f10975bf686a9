"""The products of the simulated seller, as constants."""

from dataclasses import dataclass
from decimal import Decimal

from .money import rounded

# Units of the currency for one euro, rounded to plain figures: prices in a shop
# window need to be plausible, not to follow the market.
_RATES = {
    "EUR": "1", "GBP": "0.85", "USD": "1.1", "CAD": "1.5", "MXN": "20", "BRL": "6",
    "SEK": "11", "ZAR": "20", "PLN": "4.3", "EGP": "50", "TRY": "40", "SAR": "4",
    "AED": "4", "INR": "90", "SGD": "1.5", "AUD": "1.7", "JPY": "160",
}  # fmt: skip


@dataclass(frozen=True)
class Product:
    """One SKU of the seller."""

    sku: str
    asin: str
    ean: str
    title: str
    euro: str = "10"

    def price(self, currency):
        """Return the shop price: ``11.99``, in yen a round number."""
        raw = Decimal(self.euro) * Decimal(_RATES.get(currency, "1"))
        if currency == "JPY":
            return raw.quantize(Decimal("1E1")).quantize(Decimal(1))
        return rounded(raw, currency)


_ALL = (
    Product("MUG-BLUE", "B0SIM00001", "4006381333931",
            "Hand-glazed stoneware mug, blue, 350 ml", "11.99"),
    Product("MUG-WHITE", "B0SIM00002", "4006381333948",
            "Hand-glazed stoneware mug, white, 350 ml", "10.99"),
    Product("TEA-EARL-GREY", "B0SIM00003", "4006381333955",
            "Earl Grey, loose leaf black tea, 250 g", "8.49"),
    Product("TEA-SENCHA", "B0SIM00004", "4006381333962",
            "Sencha, loose leaf green tea, 250 g", "12.90"),
    Product("POT-GLASS", "B0SIM00005", "4006381333979",
            "Glass teapot with strainer, 1.2 l", "29.95"),
    Product("SPOON-SET", "B0SIM00006", "4006381333986",
            "Tea spoons, stainless steel, set of 6", "14.50"),
    Product("HONEY-500", "B0SIM00007", "4006381333993",
            "Acacia honey in a jar, 500 g", "9.80"),
    Product("GIFT-BOX", "B0SIM00008", "4006381334006",
            "Tea lover's gift box with ribbon", "39.00"),
)  # fmt: skip

CATALOGUE = {product.sku: product for product in _ALL}
