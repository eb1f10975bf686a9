# Amazon's own list, in the words of a shop.
CANCEL_REASONS = [
    ("NoInventory", "Not in stock"),
    ("BuyerCanceled", "The buyer asked to cancel"),
    ("ShippingAddressUndeliverable", "The address can not be delivered to"),
    ("CarrierCoverageFailure", "No carrier delivers there"),
    ("CustomerExchange", "The buyer exchanges it"),
    ("CustomerReturn", "The buyer sent it back"),
    ("MerchandiseNotReceived", "The buyer did not receive it"),
    ("RiskAssessmentInformationNotValid", "The buyer's details can not be verified"),
    ("CarrierCreditDecision", "The carrier declined"),
    ("GeneralAdjustment", "Another reason"),
]
# Amazon's programmes that people filter by; the names are Amazon's own.
PROGRAM_TAGS = {
    "PRIME": "Amazon Prime",
    "AMAZON_BUSINESS": "Amazon Business",
    "PREORDER": "Amazon Pre-order",
    "PREMIUM": "Amazon Premium",
    "FBM_SHIP_PLUS": "Amazon Ship+",
    "AMAZON_EASY_SHIP": "Amazon Easy Ship",
    "IN_STORE_PICK_UP": "Amazon In-Store Pickup",
    "AMAZON_HAUL": "Amazon Haul",
    "AMAZON_BAZAAR": "Amazon Bazaar",
    "DELIVERY_BY_AMAZON": "Delivery by Amazon",
    "INVOICE_BY_AMAZON": "Invoice by Amazon",
}
REPLACEMENT_TAG = "Amazon Replacement"
EXCHANGE_TAG = "Amazon Exchange"
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
