"""The names of the columns of the listings report, and their usual places.

Amazon writes the headings in the language of the marketplace or of the seller. Source:
"Inventory reports attributes" for the English ones; headings that sellers published
for the others. In languages that are not here the place decides: the classic columns
have had the same order everywhere.
"""

from __future__ import annotations

from .flat_file import Headings, column_key

SKU, ASIN, TITLE, PRICE, QUANTITY = "sku", "asin", "title", "price", "quantity"
OPENED, CHANNEL, STATUS = "opened", "channel", "status"
PRODUCT_ID, PRODUCT_ID_TYPE = "product_id", "product_id_type"

_HEADINGS = Headings(
    {
        SKU: (
            "seller-sku",
            "sku",
            "Händler-SKU",
            "sku-vendeur",
            "SKU venditore",
            "SKU del vendedor",
            "sku-sprzedawcy",
            "出品者SKU",
            "卖家 SKU",
            "sku-البائع",
        ),
        ASIN: ("asin1", "ASIN 1", "asin"),
        TITLE: (
            "item-name",
            "Artikelbezeichnung",
            "nom-produit",
            "Nome dell'articolo",
            "Título del producto",
            "nazwa-produktu",
            "商品名",
            "商品名称",
            "اسم-المنتج",
        ),
        PRICE: (
            "price",
            "Preis",
            "prix",
            "Prezzo",
            "Precio",
            "cena",
            "価格",
            "价格",
            "السعر",
        ),
        QUANTITY: (
            "quantity",
            "Menge",
            "quantité",
            "Quantità",
            "Cantidad",
            "ilość",
            "数量",
            "الكمية",
        ),
        OPENED: (
            "open-date",
            "Erstellungsdatum",
            "date-ouverture",
            "Data di creazione",
            "Fecha de creación",
            "data-otwarcia",
            "出品日",
            "开售日期",
            "تاريخ-مفتوح",
        ),
        PRODUCT_ID: (
            "product-id",
            "Produkt-ID",
            "id-produit",
            "Identificativo del prodotto",
            "Identificador del producto",
            "identyfikator-produktu",
            "商品ID",
            "رقم-المنتج",
        ),
        PRODUCT_ID_TYPE: (
            "product-id-type",
            "Produkt-ID-Typ",
            "type-id-produit",
            "Tipo di identificativo del prodotto",
            "Tipo de identificador de producto",
            "typ-identyfikatora-produktu",
            "商品IDタイプ",
            "商品编码类型",
            "نوع-رقم-المنتج",
        ),
        CHANNEL: (
            "fulfillment-channel",
            "fulfilment-channel",
            "Versender",
            "canal-traitement",
            "Canale di gestione",
            "Canal de gestión logística",
            "kanał-realizacji",
            "フルフィルメント・チャンネル",
            "配送渠道",
            "قناة-الشحن",
        ),
        STATUS: (
            "status",
            "état",
            "stato",
            "estado",
            "ステータス",
            "状态",
            "durum",
            "الحالة",
        ),
    }
)
# Those of the 29 classic columns that are read.
_CLASSIC = {
    TITLE: 0,
    SKU: 3,
    PRICE: 4,
    QUANTITY: 5,
    OPENED: 6,
    PRODUCT_ID_TYPE: 9,
    ASIN: 16,
    PRODUCT_ID: 22,
    CHANNEL: 26,
    STATUS: 28,
}
_CLASSIC_WIDTH = 29


def find_columns(headings: list[str]) -> dict[str, int]:
    """Position of each field that the report has."""
    found = _HEADINGS.find(headings)
    if not _is_classic(headings):
        return found
    taken = set(found.values())
    by_place = {field: at for field, at in _CLASSIC.items() if at not in taken}
    return by_place | found


def _is_classic(headings: list[str]) -> bool:
    """Recognize the classic columns by two headings that all languages share."""
    if len(headings) != _CLASSIC_WIDTH:
        return False
    sku, asin = headings[_CLASSIC[SKU]], headings[_CLASSIC[ASIN]]
    return "sku" in column_key(sku) and column_key(asin) == "asin1"
