"""Offers from another connector's file, whatever wrote it (feature U2)."""

from odoo.exceptions import UserError

from ..common import DE
from .take_over import TakeOverCase


class TestTakeOverOffers(TakeOverCase):
    def test_u2_offers_find_their_products(self):
        self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.account.base_marketplace_id.id,
                "sku": "KEPT",
                "product_id": self.products["MUG-WHITE"].id,
            }
        )
        wizard = self.take(
            offers="SKU\tMarketplace\tProduct\tASIN\n"
            "KEPT\tAmazon.de\t[MUG-BLUE] Blue mug\t\n"
            "A-1\tAmazon.de\t[MUG-BLUE] Blue mug\tB000000001\n"
            f"A-2\t{DE}\tSencha\t\n"
            "MUG-WHITE\tamazon.fr\t\t\n"
            "A-3\tAmazon.fr\tNo such thing\t\n"
            "'-A\tAmazon.com\t\t\n"
        )
        self.assertEqual(
            self.offers(),
            [
                ("A-1", "Amazon.de", "fbm", "MUG-BLUE"),
                ("A-2", "Amazon.de", "fbm", "TEA-SENCHA"),
                ("A-3", "Amazon.fr", "fbm", ""),
                ("KEPT", "Amazon.de", "fbm", "MUG-WHITE"),
                ("MUG-WHITE", "Amazon.fr", "fbm", "MUG-WHITE"),
            ],
        )
        self.assertEqual(
            self.results(wizard)[0], ("-A Amazon.com", "refused"), wizard.summary
        )
        self.assertEqual(self.results(wizard)[-1][1], "here")

    def test_u2_next_order_takes_the_product_of_the_offer(self):
        self.take(offers="sku,marketplace_id,product_id\nOLD,Amazon.de,Sencha\n")
        ref = self.buy(items=[self.world.item("OLD")])
        self.run_cron()
        self.assertEqual(
            self.sale_order(ref).order_line.product_id, self.products["TEA-SENCHA"]
        )

    def test_u2_files_of_any_program(self):
        """Delimiters, encodings and marks at the beginning of a file."""
        head, row = "SKU{0}Marketplace{0}Product\n", "TEE-Ü{0}Amazon.de{0}Sencha\n"
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            for delimiter in ",;\t|":
                with self.subTest(encoding=encoding, delimiter=delimiter):
                    text = (head + row).format(delimiter).encode(encoding)
                    wizard = self.wizard(offers=text)
                    wizard.action_look()
                    self.assertEqual(
                        self.results(wizard), [("TEE-Ü Amazon.de FBM", "ready")]
                    )

    def test_u2_bad_files_are_refused_in_words(self):
        for content, words in [
            (b"PK\x03\x04....", "spreadsheet"),
            (b"sku,\x00\x01\x02", "no text"),
            (b"", "Choose a file"),
            (b"  \n", "is empty"),
            (b'sku,marketplace_id\n"A,Amazon.de\n', "quotation mark"),
            (b"a,b\n1,2\n", "no column “sku”"),
            (b"sku,marketplace_id\n", "no rows"),
        ]:
            with self.subTest(words), self.assertRaises(UserError) as caught:
                self.wizard(offers=content).action_take_over()
            self.assertIn(words, str(caught.exception))
        self.assertEqual(self.offers(), [])


class TestTakeOverCosts(TakeOverCase):
    def _cost(self, orders, action):
        head = "name,amazon_order_ref,amazon_channel\n"
        rows = [f"{order.name},302-7654321-{order.id:07d},fba\n" for order in orders]
        wizard = self.wizard(orders=head + "".join(rows))
        cost = self.count_sql(getattr(wizard, action))
        result = {"action_look": "ready", "action_take_over": "taken"}[action]
        self.assertEqual({*wizard.line_ids.mapped("result")}, {result})
        return cost

    def test_u2_looking_asks_the_same_for_many(self):
        """Nothing is searched per row; what is written, is written once per order."""
        partner = self.env["res.partner"].create({"name": "A buyer"})
        orders = self.env["sale.order"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for _number in range(310)
            ]
        )
        self._cost(orders[:10], "action_look")
        few = self._cost(orders[:50], "action_look")
        many = self._cost(orders[:250], "action_look")
        self.assertLessEqual(many - few, 4)
        few = self._cost(orders[:10], "action_take_over")
        many = self._cost(orders[10:], "action_take_over")
        self.assertLessEqual((many - few) / 290, 1.1)
