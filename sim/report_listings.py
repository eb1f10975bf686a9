"""The report of all listings: 29 columns, headed in many languages."""

from datetime import timedelta, timezone

from .listings import DEFAULT
from .marketplaces import MARKETPLACES
from .report_table import Table, line

TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA"
COLUMNS = (
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
)
_GERMAN = {
    "item-name": "Artikelbezeichnung",
    "item-description": "Artikelbeschreibung",
    "listing-id": "Angebotsnummer",
    "seller-sku": "Händler-SKU",
    "price": "Preis",
    "quantity": "Menge",
    "open-date": "Erstellungsdatum",
    "product-id-type": "Produkt-ID-Typ",
    "item-condition": "Artikelzustand",
    "asin1": "ASIN 1",
    "product-id": "Produkt-ID",
    "fulfillment-channel": "Versender",
    "status": "Status",
}
_FRENCH = {
    "item-name": "nom-produit",
    "listing-id": "id-offre",
    "seller-sku": "sku-vendeur",
    "price": "prix",
    "quantity": "quantité",
    "open-date": "date-ouverture",
    "product-id-type": "type-id-produit",
    "item-condition": "état-produit",
    "product-id": "id-produit",
    "fulfillment-channel": "canal-traitement",
    "status": "état",
}
_ITALIAN = {
    "item-name": "Nome dell'articolo",
    "listing-id": "Numero offerta",
    "seller-sku": "SKU venditore",
    "price": "Prezzo",
    "quantity": "Quantità",
    "open-date": "Data di creazione",
    "product-id-type": "Tipo di identificativo del prodotto",
    "item-condition": "Condizione dell'articolo",
    "asin1": "ASIN 1",
    "product-id": "Identificativo del prodotto",
    "fulfillment-channel": "Canale di gestione",
    "status": "stato",
}
_SPANISH = {
    "item-name": "Título del producto",
    "listing-id": "Identificador del listing",
    "seller-sku": "SKU del vendedor",
    "price": "Precio",
    "quantity": "Cantidad",
    "open-date": "Fecha de creación",
    "product-id-type": "Tipo de identificador de producto",
    "item-condition": "Estado del producto",
    "asin1": "ASIN 1",
    "product-id": "Identificador del producto",
    "fulfillment-channel": "Canal de gestión logística",
    "status": "estado",
}
_JAPANESE = {
    "item-name": "商品名",
    "listing-id": "出品ID",
    "seller-sku": "出品者SKU",
    "price": "価格",
    "quantity": "数量",
    "open-date": "出品日",
    "product-id-type": "商品IDタイプ",
    "item-condition": "コンディション",
    "product-id": "商品ID",
    "pending-quantity": "在庫数",
    "fulfillment-channel": "フルフィルメント・チャンネル",
    "status": "ステータス",
}
# Swedish is not in the connector's list of words: there the place must decide
_SWEDISH = {
    "item-name": "artikelnamn",
    "seller-sku": "säljar-sku",
    "price": "pris",
    "quantity": "antal",
    "open-date": "öppningsdatum",
    "fulfillment-channel": "leveranskanal",
    "status": "skick",
}
_LANGUAGES = {
    "de": _GERMAN,
    "fr": _FRENCH,
    "it": _ITALIAN,
    "es": _SPANISH,
    "ja": _JAPANESE,
    "sv": _SWEDISH,
}
# country -> name and offset of its time in winter; all others write GMT
_ZONES = {"JP": ("JST", 9), "US": ("PST", -8), "CA": ("PST", -8)}
_MIDDLE_EUROPE = ("BE", "DE", "ES", "FR", "IT", "NL", "PL", "SE")


def make(world, report):
    """Return the listings of the first marketplace that was asked for."""
    place = MARKETPLACES[report.marketplaces[0]]
    wanted = report.options.get("preferredReportDocumentLocale", "")
    local = world.reports.localized and not wanted.startswith("en")
    words = _LANGUAGES.get(place.language[:2], {}) if local else {}
    listings = [
        listing
        for listing in world.listings.values()
        if (listing.seller, listing.marketplace) == (report.merchant, place.id)
    ]
    rows = (_row(listing, place, local) for listing in listings)
    headings = line(words.get(column, column) for column in COLUMNS)
    charset = "cp932" if place.country == "JP" else "cp1252"
    return Table([headings, *rows], charset)


def _row(listing, place, local):
    cells = {
        "item-name": listing.title,
        "listing-id": f"L{listing.asin}",
        "seller-sku": listing.sku,
        "price": _price(listing.price, place, local),
        "quantity": listing.quantity if listing.channel == DEFAULT else "",
        "open-date": _opened(listing.created, place),
        "item-is-marketplace": "y",
        "product-id-type": "1",
        "item-condition": "11",
        "asin1": listing.asin,
        "product-id": listing.asin,
        "fulfillment-channel": listing.channel,
        "merchant-shipping-group": "Migrated Template",
        "status": "Active" if "BUYABLE" in listing.status else "Inactive",
    }
    return line(cells.get(column, "") for column in COLUMNS)


def _price(price, place, local):
    comma = local and place.language[:2] in ("de", "fr", "it", "es")
    return str(price).replace(".", ",") if comma else price


def _opened(moment, place):
    if place.country in _MIDDLE_EUROPE:
        there = moment.astimezone(timezone(timedelta(hours=1)))
        return f"{there:%d/%m/%Y %H:%M:%S} MET"
    name, hours = _ZONES.get(place.country, ("GMT", 0))
    there = moment.astimezone(timezone(timedelta(hours=hours)))
    return f"{there:%Y-%m-%d %H:%M:%S} {name}"
