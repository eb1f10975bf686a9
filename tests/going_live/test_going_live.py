"""From linking an account to going live, step by step (feature W1)."""

import json

from markupsafe import escape

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import DE, FR, GB
from ..shipping_case import ShippingCase
from .case import LinkCase

GROUPS = {
    "seller": "sales_team.group_sale_salesman_all_leads",
    "user": "amazon_connector.group_amazon_user",
    "manager": "amazon_connector.group_amazon_manager",
}


class SetupCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.account.setup_state = "open"
        self.account.orders_from = "new"
        self.account.action_test_connection()
        self.people = {
            name: new_test_user(
                self.env,
                f"setup_{name}",
                groups=groups,
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for name, groups in GROUPS.items()
        }

    def setup_of(self, account=None):
        """Read the set-up assistant of an account.

        :return dict: the assistant as a manager reads it
        """
        self.env.flush_all()
        self.env.invalidate_all()
        account = (account or self.account).with_user(self.people["manager"])
        return json.loads(account.setup_steps)

    def step(self, key):
        (step,) = (one for one in self.setup_of()["steps"] if one["key"] == key)
        return step

    def read_step(self, key):
        """Read one step of the assistant.

        :return tuple: (state, text, names of the methods behind its buttons)
        """
        step = self.step(key)
        return step["state"], step["text"], [name for name, _label in step["buttons"]]

    def offer(self, sku, **vals):
        return self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.account.base_marketplace_id.id,
                "sku": sku,
                "amazon_channel": "fbm",
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestSetupAssistant(SetupCase):
    def test_w1_only_managers_see_it(self):
        for name, sees in (("seller", False), ("user", False), ("manager", True)):
            with self.subTest(name):
                self.env.invalidate_all()
                account = self.account.with_user(self.people[name])
                self.assertEqual(bool(account.setup_steps), sees)
                arch = account.get_view(view_type="form")["arch"]
                self.assertEqual("setup_steps" in arch, sees)
                card = account.get_view(view_type="kanban")["arch"]
                self.assertEqual('widget="amazon_setup"' in card, sees)
        for method in ("action_go_live", "action_setup_marketplaces"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.account.with_user(self.people["user"]), method)()

    def test_w1_connection(self):
        self.assertEqual(self.step("connection")["state"], "done")
        self.account.connection_state = "draft"
        state, _text, buttons = self.read_step("connection")
        self.assertEqual((state, buttons), ("todo", ["action_test_connection"]))
        self.account.write(
            {"connection_state": "error", "connection_message": "The keys are old."}
        )
        self.assertEqual(
            self.read_step("connection"), ("todo", "The keys are old.", ["action_link"])
        )
        self.account.refresh_token = False
        state, _text, buttons = self.read_step("connection")
        self.assertEqual((state, buttons), ("todo", ["action_link"]))

    def test_w1_a_marketplace_that_is_not_synchronized_is_named(self):
        shops = self.env["amazon.marketplace"]._by_api_ref([DE, FR, GB])
        self.account.available_marketplace_ids = shops[DE] + shops[FR] + shops[GB]
        self.account.active_marketplace_ids = shops[DE] + shops[FR]
        state, text, buttons = self.read_step("marketplaces")
        self.assertEqual((state, buttons), ("todo", ["action_setup_marketplaces"]))
        self.assertIn(f"not synchronized: {shops[GB].name}.", text)
        self.account.with_user(self.people["manager"]).action_setup_marketplaces()
        state, text, buttons = self.read_step("marketplaces")
        self.assertEqual((state, buttons), ("done", []))
        self.assertIn(shops[GB].name, text)

    def test_w1_which_orders_is_a_question_with_three_answers(self):
        self.account.write({"orders_from": False, "orders_to_ship_found": "12"})
        state, text, buttons = self.read_step("orders")
        self.assertEqual(state, "todo")
        self.assertIn("12", text)
        self.assertEqual(
            buttons,
            [
                "action_take_open_orders",
                "action_choose_orders_from",
                "action_take_new_orders",
            ],
        )
        setup = self.setup_of()
        self.assertFalse(setup["can_go_live"])
        self.assertIn("which orders", setup["hint"])
        with self.assertRaisesRegex(UserError, "which orders"):
            self.account.with_user(self.people["manager"]).action_go_live()
        self.account.with_user(self.people["manager"]).action_take_open_orders()
        self.assertEqual(self.step("orders")["state"], "done")
        self.assertTrue(self.setup_of()["can_go_live"])

    def test_w1_orders_to_ship_are_counted(self):
        self.order("MUG-BLUE")
        self.order("MUG-BLUE")
        self.assertIn("To ship in Odoo: 2", self.step("orders")["text"])

    def test_w1_catalogue(self):
        state, text, buttons = self.read_step("catalogue")
        self.assertEqual((state, buttons), ("todo", ["action_import_catalogue"]))
        self.account._ask_for_catalogue()
        state, text, buttons = self.read_step("catalogue")
        self.assertEqual((state, buttons), ("wait", []))
        reports = self.env["amazon.report"].search(
            [("account_id", "=", self.account.id)]
        )
        reports.state = "done"
        self.offer("A")
        self.offer("B")
        state, text, buttons = self.read_step("catalogue")
        self.assertEqual((state, text, buttons), ("done", "Listings read: 2", []))

    def test_w1_skus_to_match(self):
        self.assertEqual(self.step("match")["state"], "wait")
        offer = self.offer("NEW")
        state, text, buttons = self.read_step("match")
        self.assertEqual((state, buttons), ("todo", ["action_view_matches"]))
        self.assertEqual(text, "SKUs without a product: 1")
        offer.product_id = self.products["MUG-BLUE"]
        self.assertEqual(self.step("match")["state"], "done")

    def test_w1_carriers(self):
        known = self.env["amazon.carrier"].search([], limit=1)
        carriers = self.env["delivery.carrier"].search([])
        carriers.amazon_carrier_id = known
        self.assertEqual(self.step("carriers")["state"], "done")
        carriers[0].amazon_carrier_id = False
        state, text, buttons = self.read_step("carriers")
        self.assertEqual((state, buttons), ("todo", ["action_view_unknown_carriers"]))
        self.assertIn(carriers[0].name, text)
        self.assertIn("1", self.step("carriers")["buttons"][0][1])

    def test_w1_test_order(self):
        group = self.env["account.tax.group"].create(
            {
                "name": "VAT",
                "company_id": self.company.id,
                "country_id": self.country.id,
            }
        )
        tax = self.env["account.tax"].create(
            {
                "name": "19 % test",
                "amount": 19,
                "company_id": self.company.id,
                "country_id": self.country.id,
                "tax_group_id": group.id,
            }
        )
        self.products["MUG-BLUE"].taxes_id = tax
        self.offer("MUG", product_id=self.products["MUG-BLUE"].id)
        manager = self.people["manager"]
        self.assertEqual(self.read_step("test_order")[0], "todo")
        action = self.account.with_user(manager).action_view_test_order()
        wizard = (
            self.env[action["res_model"]]
            .with_user(manager)
            .with_context(**action["context"])
            .create({})
        )
        preview = str(wizard.preview)
        for text in (
            self.account._get_warehouse().name,
            self.account.user_id.name,
            "19 % test",
            "GBP",
        ):
            self.assertIn(escape(text), preview)
        wizard.action_confirm()
        self.assertEqual(self.read_step("test_order")[0], "done")

    def test_w1_stock_dry_run(self):
        self.assertEqual(self.step("stock")["state"], "wait")
        store, sold_out = self.products["MUG-BLUE"], self.products["MUG-WHITE"]
        shelf = self.account._get_warehouse().lot_stock_id
        self.store("MUG-BLUE", 5, location=shelf)
        self.offer("A", product_id=store.id, listed_quantity=3, listing_status="active")
        self.assertEqual(self.step("stock")["state"], "done")
        falls = self.offer(
            "B", product_id=sold_out.id, listed_quantity=3, listing_status="active"
        )
        self.offer("C", product_id=sold_out.id, listed_quantity=0)
        state, text, buttons = self.read_step("stock")
        self.assertEqual((state, buttons), ("todo", ["action_view_stock_dry_run"]))
        self.assertIn("would fall to zero: 1 of 3.", text)
        manager = self.people["manager"]
        action = self.account.with_user(manager).action_view_stock_dry_run()
        found = self.env["amazon.offer"].search(action["domain"])
        self.assertEqual(found, falls)
        self.assertFalse(self.env["amazon.submission"].search([]))

    def test_w1_stock_dry_run_of_lists_without_quantities(self):
        """Those of some sellers: what is active sells."""
        sold_out = self.products["MUG-WHITE"]
        for sku, status in (("A", "active"), ("B", "inactive"), ("C", False)):
            offer = self.offer(sku, product_id=sold_out.id, listing_status=status)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE amazon_offer SET listed_quantity = NULL WHERE id = %s",
                [offer.id],
            )
        self.env.invalidate_all()
        state, text, _buttons = self.read_step("stock")
        self.assertEqual(state, "todo")
        self.assertIn("would fall to zero: 1 of 3.", text)

    def test_w1_go_live(self):
        offer = self.offer("A", product_id=self.products["MUG-BLUE"].id)
        unmatched = self.offer("B")
        self.account.dry_run = True
        manager = self.people["manager"]
        action = self.account.with_user(manager).action_go_live()
        wizard = (
            self.env[action["res_model"]]
            .with_user(manager)
            .with_context(**action["context"])
            .create({"send_stock": True})
        )
        self.assertIn("SKUs without a product: 1", wizard.open_steps)
        wizard.action_confirm()
        self.assertRecordValues(
            self.account,
            [{"setup_state": "done", "dry_run": False, "sync_stock": True}],
        )
        self.assertTrue(offer.sync_stock)
        self.assertFalse(unmatched.sync_stock)
        self.env.invalidate_all()
        self.assertFalse(self.account.with_user(manager).setup_steps)

    def test_w1_go_live_without_stock_and_with_chosen_listings(self):
        self.offer("A", product_id=self.products["MUG-BLUE"].id)
        chosen = self.offer(
            "B", product_id=self.products["MUG-WHITE"].id, sync_stock=True
        )
        self.account._go_live(False)
        self.assertFalse(self.account.sync_stock)
        self.account.setup_state = "open"
        self.account._go_live(True)
        sends = self.env["amazon.offer"].search(
            [("account_id", "=", self.account.id), ("sync_stock", "=", True)]
        )
        self.assertEqual(sends, chosen)

    def test_w1_costs_nothing_when_done_and_no_call_before(self):
        calls = len(self.amazon.calls())
        self.setup_of()
        self.assertEqual(len(self.amazon.calls()), calls)
        self.account.setup_state = "done"
        self.env.flush_all()
        account = self.account.with_user(self.people["manager"])
        # the account itself, which the form reads anyway
        self.assertEqual(self.count_sql(lambda: account.setup_steps), 1)

    def test_w1_costs_the_same_for_many_listings(self):
        for number in range(3):
            self.offer(f"S{number}", product_id=self.products["MUG-BLUE"].id)
        self.setup_of()
        few = self.sql_of_setup()
        for number in range(30):
            self.offer(f"T{number}", product_id=self.products["MUG-BLUE"].id)
        self.assertLessEqual(self.sql_of_setup(), few)
        self.assertLessEqual(few, 90)

    def sql_of_setup(self):
        self.env.flush_all()
        self.env.invalidate_all()
        account = self.account.with_user(self.people["manager"])
        return self.count_sql(lambda: account.setup_steps)


@tagged("post_install", "-at_install")
class TestSetupBegins(LinkCase):
    def test_w1_linking_opens_the_assistant_and_asks_for_the_listings(self):
        wizard, _action = self.paste()
        account = wizard.account_id
        self.assertEqual(account.setup_state, "open")
        self.assertTrue(
            self.env["amazon.report"].search_count(
                [("account_id", "=", account.id), ("report_type", "=", "catalogue")]
            )
        )
        account._go_live(False)
        account._begin_setup()
        self.assertEqual(account.setup_state, "done")

    def test_w1_an_account_that_works_is_not_set_up_again(self):
        account = self.account
        account.last_orders_run = "2026-01-01"
        account._begin_setup()
        self.assertFalse(account.setup_state)

    def test_w6_linking_again_stays_on_the_account(self):
        wizard, action = self.paste()
        self.assertEqual(action["res_id"], wizard.account_id.id)
        opened = wizard.account_id.with_user(self.manager).action_link()
        again = (
            self.env["amazon.link.account"]
            .with_user(self.manager)
            .with_context(**opened["context"])
            .create({})
        )
        self.assertEqual(again.action_link(), {"type": "ir.actions.act_window_close"})
