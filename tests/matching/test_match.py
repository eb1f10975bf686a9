"""SKUs without a product are worked off (feature C5)."""

from odoo.exceptions import AccessError, UserError

from ..common import DE, FR
from .case import MatchCase


class TestMatch(MatchCase):
    def test_c5_one_decision_for_all_marketplaces_and_channels(self):
        offers = self.offer("K-1", title="Kettle", asin="B00KETTLE1")
        offers += self.offer("K-1", marketplace=FR, title="Bouilloire")
        offers += self.offer("K-1", amazon_channel="fba")
        self.offer("MUG-BLUE", product_id=self.products["MUG-BLUE"].id)
        row = self.open_list()
        self.assertRecordValues(
            row,
            [
                {
                    "sku": "K-1",
                    "title": "Kettle",
                    "asin": "B00KETTLE1",
                    "account_id": self.account.id,
                    "company_id": self.company.id,
                    "order_count": 0,
                    "product_id": False,
                }
            ],
        )
        self.assertEqual(row.marketplace_ids, self.shop(DE) + self.shop(FR))
        self.assertEqual(row.places, "DE, FR")
        found = row.search([("marketplace_ids", "=", self.shop(FR).id)])
        self.assertEqual(found, row)
        self.assertEqual(self.account.match_count, 1)
        kettle = self.product("KETTLE", "Kettle")
        self.assertEqual(
            self.match("K-1", kettle), "SKUs that have their product now: 1."
        )
        self.assertEqual(offers.product_id, kettle)
        self.assertFalse(self.open_list())
        self.env.invalidate_all()
        self.assertEqual(self.account.match_count, 0)

    def test_c5_the_number_on_the_card_leads_to_these_rows(self):
        self.offer("K-1")
        self.offer("K-2")
        self.offer("K-3").active = False
        action = self.account.action_view_matches()
        rows = self.env["amazon.match"].search(
            [*action["domain"], ("is_ignored", "=", False)]
        )
        self.assertEqual(rows.mapped("sku"), ["K-1", "K-2"])
        self.assertEqual(self.account.match_count, 2)

    def test_c5_suggestions_are_confirmed_in_bulk(self):
        self.product("K-1", "Kettle")
        self.product("K-2", "Other kettle")
        for sku in ("K-1-FBA", "K-2-FBA", "K-3"):
            self.offer(sku)
        rows = self.row("K-1-FBA", "K-2-FBA", "K-3")
        self.assertEqual(
            rows.action_confirm()["params"]["message"],
            "SKUs that have their product now: 2. Without a product: 1.",
        )
        self.assertEqual(self.open_list().mapped("sku"), ["K-3"])
        with self.assertRaisesRegex(UserError, "None of the selected SKUs"):
            rows[2].action_confirm()
        self.assertFalse(
            self.env["amazon.match.suggestion"].search([("sku", "like", "FBA")])
        )

    def test_c5_what_needs_no_product_is_not_shown_again(self):
        self.offer("K-1")
        row = self.row("K-1")
        row.action_ignore()
        self.offer("K-1", marketplace=FR)
        self.assertFalse(self.open_list())
        self.assertEqual(self.account.match_count, 0)
        self.row("K-1").action_unignore()
        self.assertEqual(self.open_list().sku, "K-1")

    def test_c5_pack_of_six_is_chosen_with_its_factor(self):
        offers = self.offer("MUG-6") + self.offer("MUG-6", marketplace=FR)
        action = self.row("MUG-6").action_choose()
        wizard = self.env["amazon.choose.product"].browse(action["res_id"])
        with self.assertRaises(UserError):
            wizard.action_confirm()
        wizard.write({"product_id": self.products["MUG-BLUE"].id, "quantity_factor": 6})
        wizard.action_confirm()
        self.assertEqual(offers.product_id, self.products["MUG-BLUE"])
        self.assertEqual(offers.mapped("quantity_factor"), [6.0, 6.0])
        late = self.offer("MUG-6", amazon_channel="fba")
        self.row("MUG-6").action_confirm()
        self.assertRecordValues(
            late,
            [{"product_id": self.products["MUG-BLUE"].id, "quantity_factor": 6.0}],
        )

    def test_c5_suggestion_is_taken_in_the_window(self):
        self.product("TWICE", "One")
        second = self._create_product("TWICE", "Other")
        offer = self.offer("TWICE")
        action = self.row("TWICE").action_choose()
        wizard = self.env["amazon.choose.product"].browse(action["res_id"])
        wizard.suggestion_ids[1].action_take()
        self.assertEqual(offer.product_id, second)

    def test_c5_fba_stock_learns_the_product(self):
        offer = self.offer("K-1", amazon_channel="fba")
        stock = self.env["amazon.fba.stock"].create(
            {
                "account_id": self.account.id,
                "stock_pool": "EU",
                "sku": "K-1",
                "offer_id": offer.id,
            }
        )
        self.match("K-1", self.products["MUG-BLUE"])
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT product_id FROM amazon_fba_stock WHERE id = %s", [stock.id]
        )
        self.assertEqual(self.env.cr.fetchall(), [(self.products["MUG-BLUE"].id,)])


class TestMatchCreate(MatchCase):
    def test_c5_products_are_created_with_what_is_known(self):
        self.offer("K-1", title="Kettle, 1.7 l", barcode="4099999000014")
        self.offer("K-1", marketplace=FR, title="Bouilloire").price = 29.9
        self.offer("K-2").price = 5
        self.product("OLD", "Has the barcode", barcode="4099999000021")
        self.offer("K-3", barcode="4099999000021", title="Three")
        rows = self.row("K-1", "K-2")
        message = rows.action_create_products()["params"]["message"]
        self.assertEqual(message, "SKUs that have their product now: 2.")
        created = self.env["product.product"].search(
            [("default_code", "in", ("K-1", "K-2"))], order="default_code"
        )
        usual = self.env["product.product"].with_company(self.company)
        taxes = usual.with_context(allowed_company_ids=self.company.ids).default_get(
            ["taxes_id"]
        )
        self.assertRecordValues(
            created,
            [
                {
                    "name": "Kettle, 1.7 l",
                    "default_code": "K-1",
                    "barcode": "4099999000014",
                    "list_price": 29.9,
                    "company_id": self.company.id,
                },
                {
                    "name": "K-2",
                    "default_code": "K-2",
                    "barcode": False,
                    "list_price": 5.0,
                    "company_id": self.company.id,
                },
            ],
        )
        self.assertEqual(self.account._filter_stored(created), created)
        for product in created:
            self.assertEqual(product.taxes_id.ids, taxes["taxes_id"][0][2])
        self.assertEqual(self.open_list().mapped("sku"), ["K-3"])

    def test_c5_no_twin_of_a_product_is_created(self):
        self.product("K-1", "Kettle")
        offer = self.offer("K-1")
        self.assertEqual(
            self.row("K-1").action_create_products()["params"]["message"],
            "SKUs that have their product now: 0. Not created, because a product with "
            "this reference exists: 1.",
        )
        self.assertFalse(offer.product_id)
        self.assertEqual(self.row("K-1").product_id, self.products["K-1"])

    def test_c5_who_is_quicker_leaves_nothing_to_do(self):
        """Two people have the list open; a product is created in between."""
        self.offer("K-1")
        self.offer("K-2")
        rows = self.row("K-1", "K-2")
        self.product("K-2", "Created just now")
        rows.action_create_products()
        created = self.env["product.product"].search(
            [("default_code", "in", ("K-1", "K-2"))]
        )
        self.assertEqual(sorted(created.mapped("default_code")), ["K-1", "K-2"])
        message = rows[0].action_create_products()["params"]["message"]
        self.assertEqual(message, "SKUs that have their product now: 0.")
        rows[0].action_ignore()
        with self.assertRaises(UserError):
            rows[0].action_confirm()

    def test_c5_two_accounts_of_a_company_get_one_product(self):
        other = self._link_account(self.another_seller(), name="Second")
        offers = self.offer("K-1") + self.offer("K-1", account=other)
        self.row("K-1").action_create_products()
        self.assertEqual(len(offers.product_id), 1)
        self.assertEqual(offers.product_id.default_code, "K-1")

    def test_c5_prices_in_other_currencies_are_no_prices(self):
        self.offer("K-1", marketplace="A1F83G8C2ARO7P").price = 20
        self.row("K-1").action_create_products()
        [product] = self.env["product.product"].search([("default_code", "=", "K-1")])
        self.assertEqual(product.list_price, 1.0)  # as Odoo has it for new products


class TestMatchRights(MatchCase):
    def _product_groups(self):
        """Since 18.0 those who keep products have a group of their own."""
        name = "product.group_product_manager"
        return [name] if self.env.ref(name, raise_if_not_found=False) else []

    def test_c5_users_match_and_product_managers_create(self):
        user = self.user("match_user", "amazon_connector.group_amazon_user")
        maker = self.user(
            "match_maker",
            "amazon_connector.group_amazon_user",
            "sales_team.group_sale_manager",
            *self._product_groups(),
        )
        offers = {sku: self.offer(sku) for sku in ("K-1", "K-2", "K-3")}
        rows = self.row("K-1", "K-2", "K-3").with_user(user)
        with self.assertRaisesRegex(AccessError, "You may not create products"):
            rows[0].action_create_products()
        rows[0].product_id = self.products["MUG-BLUE"].with_user(user)
        rows[0].action_confirm()
        rows[1].with_user(maker).action_create_products()
        rows[2].action_ignore()
        self.assertEqual(offers["K-1"].product_id, self.products["MUG-BLUE"])
        self.assertEqual(offers["K-2"].product_id.default_code, "K-2")
        self.assertTrue(offers["K-3"].match_ignored)

    def test_c5_others_may_not_match(self):
        seller = self.user("match_seller", "sales_team.group_sale_salesman_all_leads")
        self.offer("K-1")
        row = self.row("K-1")
        for action in (
            "action_open",
            "action_look",
            "action_confirm",
            "action_create_products",
            "action_ignore",
        ):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(row.with_user(seller), action)()

    def test_c5_companies_do_not_see_each_others_skus(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.user("match_stranger", "amazon_connector.group_amazon_manager")
        stranger.write(
            {"company_ids": [(6, 0, elsewhere.ids)], "company_id": elsewhere}
        )
        self.product("K-1", "Kettle")
        self.offer("K-1-FBA")
        row = self.row("K-1-FBA")
        theirs = row.with_user(stranger).with_context(allowed_company_ids=elsewhere.ids)
        self.assertFalse(theirs.search([]))
        for action in ("action_confirm", "action_choose", "action_ignore"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(theirs, action)()
        with self.assertRaises(AccessError):
            theirs.product_id = self.products["MUG-BLUE"]
        kept = self.env["amazon.match.suggestion"].with_user(stranger)
        self.assertFalse(
            kept.with_context(allowed_company_ids=elsewhere.ids).search([])
        )

    def test_c5_product_of_another_company_is_refused(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.product("THEIRS", "Theirs")
        theirs.company_id = elsewhere
        self.offer("K-1")
        with self.assertRaisesRegex(UserError, "belongs to another company"):
            self.row("K-1").product_id = theirs
