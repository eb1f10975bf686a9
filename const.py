# Amazon's name of the role for invoices, as Seller Central shows it.
TAX_ROLE = "Tax Invoicing (Restricted)"
# The keys of an account; the wizard asks for them by the same names.
KEYS = ("lwa_client_id", "lwa_client_secret", "refresh_token")
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
REFUND_REASONS = [
    ("CustomerReturn", "The buyer sent it back"),
    ("CustomerCancel", "The buyer asked to cancel"),
    ("NoInventory", "Not in stock"),
    ("ProductOutofStock", "The product is sold out"),
    ("CouldNotShip", "It could not be shipped"),
    ("CustomerAddressIncorrect", "The address is wrong"),
    ("DifferentItem", "The buyer got another item"),
    ("Exchange", "The buyer exchanges it"),
    ("PriceError", "The price was wrong"),
    ("Abandoned", "The buyer does not answer"),
    ("GeneralAdjustment", "A general adjustment"),
    ("Other", "Another reason"),
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

# === Settlements === #
# What a row of a settlement can be.
SETTLEMENT_KINDS = [
    ("sale", "Sales"),
    ("refund", "Refunds"),
    ("fee", "Fees"),
    ("tax", "Withheld tax"),
    ("reserve", "Reserve"),
    ("other", "Other"),
]
# A row whose label no line of the map knows.
SETTLEMENT_UNMAPPED = ("unmapped", "Unmapped")

# Made with the first settlement that is booked for a company: field of res.company ->
# (name, type of the account, whether its items are reconciled).
SETTLEMENT_ACCOUNTS = {
    "amazon_payout_account_id": ("Amazon Payouts in Transit", "asset_current", True),
    "amazon_reserve_account_id": ("Amazon Reserve", "asset_current", True),
    "amazon_withheld_account_id": (
        "Amazon Withheld Tax",
        "liability_current",
        False,
    ),
    "amazon_unmapped_account_id": ("Amazon Unmapped", "asset_current", True),
    "amazon_fee_account_id": ("Amazon Fees", "expense", False),
    "amazon_difference_account_id": ("Amazon Differences", "expense", False),
    "amazon_carried_account_id": ("Amazon Carried Forward", "asset_current", False),
}
# Where a row of a kind ends when its line of the map names no account. Sales and
# refunds end on the receivable of their order.
ACCOUNT_OF_KIND = {
    "fee": "amazon_fee_account_id",
    "tax": "amazon_withheld_account_id",
    "reserve": "amazon_reserve_account_id",
    "other": "amazon_fee_account_id",
    "unmapped": "amazon_unmapped_account_id",
}
