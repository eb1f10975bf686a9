"""Which product an unknown SKU may be (feature C5)."""

from odoo.tests import BaseCase, tagged

from odoo.addons.amazon_connector.tools.sku_spelling import strip_additions
from odoo.addons.amazon_connector.tools.title_similarity import NameIndex

from ..common import FR
from .case import CatalogueCase, MatchCase


class TestMatchSuggestions(MatchCase):
    def test_c5_the_surest_reason_comes_first(self):
        self.product("TEE-1", "Oolong", barcode="4006381333931")
        self.product("B00TEEPOT1", "Porcelain pot")
        self.product("CUP 17.B", "Cup of glass")
        self.product("SPOON-3", "Spoon of silver")
        self.product("X-LADLE", "Ladle of beech wood, long")
        self.offer("4006381333931")
        self.offer("OOLONG-EU", barcode="4006381333931")
        self.offer("POT", asin="B00TEEPOT1")
        self.offer("cup-17b")
        self.offer("SPOON-3-FBA", amazon_channel="fba")
        self.offer("NEW-SPOON_3-DE")
        self.offer("K-99", title="Long ladle of beech wood | dishwasher safe")
        self.offer("SOCKS", title="A pair of socks")
        self.assertEqual(
            self.suggestions(),
            [
                ("4006381333931", "TEE-1", "same barcode"),
                ("K-99", "X-LADLE", "title 89 % alike"),
                ("NEW-SPOON_3-DE", "SPOON-3", "same reference but for an addition"),
                ("OOLONG-EU", "TEE-1", "same barcode"),
                ("POT", "B00TEEPOT1", "ASIN is its reference or barcode"),
                ("SOCKS", "", ""),
                ("SPOON-3-FBA", "SPOON-3", "same reference but for an addition"),
                ("cup-17b", "CUP 17.B", "same reference but for its spelling"),
            ],
        )

    def test_c5_reference_that_came_later_and_sku_that_is_known_elsewhere(self):
        self.offer("LATER")
        self.product("LATER", "Came later")
        self.offer("KNOWN", product_id=self.products["TEA-SENCHA"].id)
        self.offer("KNOWN", marketplace=FR, title="Blue mug")
        self.assertEqual(
            self.suggestions(),
            [
                ("KNOWN", "TEA-SENCHA", "same SKU elsewhere"),
                ("LATER", "LATER", "same internal reference"),
            ],
        )

    def test_c5_of_several_equal_ones_none_is_chosen_beforehand(self):
        first = self.product("TWICE", "One")
        second = self._create_product("TWICE", "Other")
        self.offer("TWICE")
        self.assertEqual(self.suggestions(), [("TWICE", "", "")])
        wizard = self.env["amazon.choose.product"].browse(
            self.row("TWICE").action_choose()["res_id"]
        )
        self.assertEqual(wizard.suggestion_ids.product_id, first + second)

    def test_c5_variants_are_told_apart_by_their_values(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [(0, 0, {"name": "Small"}), (0, 0, {"name": "Giant"})],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Hammock of cotton",
                "company_id": self.company.id,
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [(6, 0, attribute.value_ids.ids)],
                        },
                    )
                ],
            }
        )
        self.offer("HAM", title="Hammock of cotton, giant")
        self.assertEqual(self.row("HAM").product_id, template.product_variant_ids[1])

    def test_c5_products_that_can_not_be_meant_are_not_suggested(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.product("GONE", "Gone").active = False
        self.product("RAW", "Raw material").sale_ok = False
        self.product("THEIRS", "Theirs").company_id = elsewhere
        self.offer("GONE")
        self.offer("RAW")
        self.offer("THEIRS")
        self.offer("SALE", title=self.stand_in.name)
        self.assertEqual(
            self.suggestions(),
            [(sku, "", "") for sku in ("GONE", "RAW", "SALE", "THEIRS")],
        )

    def test_c5_choice_of_a_person_stays_when_it_is_looked_again(self):
        self.product("K-1", "Kettle")
        self.offer("K-1-FBA")
        self.offer("K-2", title="Kettle")
        rows = self.row("K-1-FBA", "K-2")
        self.assertEqual(rows.product_id, self.products["K-1"])
        rows[0].product_id = self.products["TEA-SENCHA"]
        rows[1].product_id = False
        rows.action_look()
        self.assertEqual(
            self.suggestions(),
            [("K-1-FBA", "TEA-SENCHA", "chosen by hand"), ("K-2", "", "")],
        )

    def test_c5_new_products_are_found_by_looking_again(self):
        self.offer("K-1-FBA")
        self.assertEqual(self.suggestions(), [("K-1-FBA", "", "")])
        self.product("K-1", "Kettle")
        message = self.env["amazon.match"].action_look()["params"]["message"]
        self.assertEqual(message, "SKUs looked at: 1. With a suggestion: 1.")
        self.assertEqual(self.row("K-1-FBA").product_id, self.products["K-1"])

    def test_c5_looking_costs_the_same_for_many_skus(self):
        """No search for each SKU: a handful of statements."""

        def cost(count, name):
            for number in range(count):
                self.offer(f"{name}-{number}", title=f"{name} {number} kettle")
            return self.count_sql(self.account._look_for_products)

        self.product("A-1", "Kettle")
        cost(1, "A")
        few = cost(2, "B")
        self.assertEqual(cost(60, "C"), few)
        self.assertLessEqual(few, 6)


class TestCatalogueBarcodes(CatalogueCase):
    def test_c5_barcodes_of_the_catalogue_lead_to_products(self):
        tin = self._create_product("TIN-7", "Tin")
        tin.barcode = "0012345678905"

        def change(text):
            rows = [line.split("\t") for line in text.split("\r\n")]
            for row in rows:
                if row[3:4] == ["HONEY-500"]:
                    row[9], row[22] = "3", "012345678905"  # a UPC
            return "\r\n".join("\t".join(row) for row in rows)

        self.amazon.reports.edit_next(change)
        self.import_catalogue()
        self.account._look_for_products()
        self.assertEqual(self.offer("HONEY-500").barcode, "012345678905")
        row = self.env["amazon.match"].search([("sku", "=", "HONEY-500")])
        self.assertRecordValues(
            row, [{"product_id": tin.id, "kind": "barcode", "reason": "same barcode"}]
        )


@tagged("post_install", "-at_install")
class TestSpelling(BaseCase):
    def test_c5_additions_of_skus(self):
        for sku, reference in {
            "MUG-1-FBA": "mug1",
            "amz.MUG-1": "mug1",
            "FBA_MUG-1-de": "mug1",
            "MUG-1": "",
            "FBA": "",
            "FBAMUG": "",
        }.items():
            with self.subTest(sku):
                self.assertEqual(strip_additions(sku), reference)

    def test_c5_titles_are_like_names(self):
        names = [
            "Blue mug",
            "White mug",
            "Sencha 100 g",
            "Sencha 250 g",
            "Keramikbecher blau",
            "煎茶ティーバッグ",
            *(f"Article {number}" for number in range(20)),
        ]
        index = NameIndex((name, name) for name in names)

        def best(title):
            return [name for _alike, name in index.find(title, 0.6, 1)]

        for title, name in {
            "Blue mug": "Blue mug",
            "Tea & Mugs BLUE MUG, dishwasher safe, gift for mother": "Blue mug",
            "Sencha tea from Japan 250g": "Sencha 250 g",
            "Becher Keramik, bläu": "Keramikbecher blau",
            "煎茶ティーバッグ 20個": "煎茶ティーバッグ",
        }.items():
            with self.subTest(title):
                self.assertEqual(best(title), [name])
        self.assertEqual(best("A pair of socks"), [])
        self.assertEqual(best("---"), [])
        self.assertEqual(index.find("Blue mug", 0.6, 1)[0][0], 1.0)
        self.assertEqual(NameIndex([]).find("Blue mug", 0.6, 1), [])
