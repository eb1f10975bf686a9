from .. import Listing, Unavailable, read_listings
from .tables import JAPAN, LISTING_HEADINGS, content, listing_row, table
from .test_listing_report import MUG, ListingCase

GERMAN = {
    "item-name": "Artikelbezeichnung",
    "seller-sku": "Händler-SKU",
    "price": "Preis",
    "quantity": "Menge",
    "open-date": "Erstellungsdatum",
    "product-id-type": "Produkt-ID-Typ",
    "asin1": "ASIN 1",
    "product-id": "Produkt-ID",
    "fulfillment-channel": "Versender",
    "status": "Status",
}
CHINESE = (
    "商品名称",
    "商品描述",
    "商品编码",
    "卖家 SKU",
    "价格",
    "数量",
    "开售日期",
    "不适用项目",
    "是否为商城中的商品",
    "商品编码类型",
    "不适用项目",
    "商品备注",
    "商品状况",
    "不适用项目",
    "不适用项目",
    "不适用项目",
    "ASIN1",
    "不适用项目",
    "不适用项目",
    "国际配送",
    "加急配送",
    "不适用项目",
    "商品编码",
    "不适用项目",
    "添加-删除",
    "等待购买数量",
    "配送渠道",
    "卖家配送组",
    "状态",
)
LANGUAGES = {
    "fr": "nom-produit sku-vendeur prix quantité asin1 canal-traitement état",
    "it": "Nome dell'articolo|SKU venditore|Prezzo|Quantità|ASIN 1|"
    "Canale di gestione|stato",
    "es": "Título del producto|SKU del vendedor|Precio|Cantidad|ASIN 1|"
    "Canal de gestión logística|estado",
    "pl": "nazwa-produktu sku-sprzedawcy cena ilość asin1 kanał-realizacji status",
    "ja": "商品名 出品者SKU 価格 数量 asin1 フルフィルメント・チャンネル ステータス",
    "tr": "item-name (ürün adı)|seller-sku (satıcı sku)|price (fiyat)|"
    "quantity (adet)|asin1|fulfillment-channel (dağıtım kanalı)|durum",
    "ar": "اسم-المنتج sku-البائع السعر الكمية asin1 قناة-الشحن الحالة",
    "damaged": "T?tulo del producto|H\ufffdndler-SKU|price|Quantit?|asin1|"
    "Canal de gesti?n log?stica|?tat",
}


class TestHeadings(ListingCase):
    """Languages and charsets of the facts."""

    def test_german_in_cp1252(self):
        headings = [GERMAN.get(name, name) for name in LISTING_HEADINGS]
        row = listing_row(item_name="Tasse für Käse", price="11,99")
        rows = {GERMAN.get(name, name): text for name, text in row.items()}
        for stated in ("Cp1252", None):
            text = table(headings, rows)
            (listing,) = read_listings(content(text, "cp1252", stated))
            self.assertEqual(
                (listing.title, listing.price, listing.sku),
                ("Tasse für Käse", MUG.price, "SKU-1"),
            )

    def test_other_languages(self):
        fields = "item-name seller-sku price quantity asin1 fulfillment-channel status"
        for language, words in LANGUAGES.items():
            with self.subTest(language):
                headings = words.split("|" if "|" in words else " ")
                rows = {
                    theirs: listing_row()[ours]
                    for ours, theirs in zip(fields.split(), headings, strict=True)
                }
                (listing,) = self.read(rows, headings=headings)
                self.assertEqual(
                    listing,
                    Listing(
                        2,
                        "SKU-1",
                        "DEFAULT",
                        MUG.asin,
                        MUG.title,
                        MUG.price,
                        MUG.quantity,
                        "ACTIVE",
                    ),
                )

    def test_japanese_charset(self):
        headings = LANGUAGES["ja"].split()
        row = dict.fromkeys(headings, "")
        row |= {"商品名": "湯呑 ① 青", "出品者SKU": "J-1", "価格": "1980"}
        row["フルフィルメント・チャンネル"] = "AMAZON_JP"
        text = table(headings, row)
        for stated in ("Windows-31J", "Shift_JIS", None):
            report = content(text, "cp932", stated, JAPAN)
            (listing,) = read_listings(report)
            self.assertEqual(listing.title, "湯呑 ① 青")

    def test_chinese_headings_name_two_columns_alike(self):
        row = listing_row(asin1="")
        cells = [row.get(name, "") for name in LISTING_HEADINGS]
        rows = dict(zip(CHINESE, cells, strict=True))
        (listing,) = self.read(rows, headings=CHINESE)
        self.assertEqual((listing.sku, listing.price), ("SKU-1", MUG.price))

    def test_a_language_that_is_not_known_goes_by_place(self):
        headings = [f"kolumn {n}" for n in range(29)]
        headings[3], headings[16] = "säljar-sku", "ASIN 1"
        row = listing_row()
        rows = {
            theirs: row.get(ours, "")
            for ours, theirs in zip(LISTING_HEADINGS, headings, strict=True)
        }
        self.assertEqual(self.read(rows, headings=headings), [MUG])

    def test_columns_in_any_order(self):
        headings = LISTING_HEADINGS[::-1]
        self.assertEqual(self.read(listing_row(), headings=headings), [MUG])

    def test_points_are_no_status(self):
        """The Japanese report has points in the place of the status."""
        headings = (*LISTING_HEADINGS[:-1], "ポイント")
        (listing,) = self.read(listing_row() | {"ポイント": "12"}, headings=headings)
        self.assertEqual((listing.sku, listing.status), ("SKU-1", None))

    def test_no_listings_report(self):
        for text in (
            "",
            "\r\n",
            "\t\t\r\n",
            "<html><body>Service Unavailable</body></html>",
            "seller-sku\tprice\r\nA\t1\r\n",
            "seller-sku\tseller-sku\tfulfillment-channel\r\nA\tB\tDEFAULT\r\n",
            '{"errors": []}',
        ):
            error = self.failure_of(Unavailable, read_listings, content(text))
            self.assertEqual(error.reason, "answer")

    def test_no_rows(self):
        self.assertEqual(self.read(), [])
