"""Who sees and does what with stock (features J2, J3, J4); two companies, two
workers."""

from collections import Counter

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.stock.amazon_account import Scan

from ..stock_case import StockCase


class TestStockRights(StockCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("boss", "amazon_connector.group_amazon_manager")
        cls.salesman = cls._new_user(
            "salesman", "sales_team.group_sale_salesman_all_leads"
        )

    def setUp(self):
        super().setUp()
        self.stock(MUG_BLUE=10, MUG_WHITE=20, TEA_SENCHA=30)
        self.mug = self.offers["MUG-BLUE"]
        self.user = self.account.user_id

    def test_j1_users_of_the_connector_press_the_buttons(self):
        for user in (self.user, self.manager):
            self.account.with_user(user).action_sync_stock()
            self.account.with_user(user).action_release_stock()
        self.send_later()
        self.assertEqual(self.mug.stock_state, "done")
        self.messages("MUG-BLUE")._set_failed("permanent", "No.")
        self.mug.with_user(self.user).action_retry_stock()
        self.assertEqual(self.messages("MUG-BLUE").state, "todo")

    def test_j1_others_do_not(self):
        self.scan()
        self.amazon.received.clear()
        for method in ("action_sync_stock", "action_release_stock"):
            with self.assertRaises(AccessError):
                getattr(self.account.with_user(self.salesman), method)()
        with self.assertRaises(AccessError):
            self.mug.with_user(self.salesman).action_retry_stock()
        self.assertCalls()

    def test_j2_settings_are_the_managers(self):
        for record, values in (
            (self.mug, {"stock_buffer": 2}),
            (self.mug, {"sync_stock": False}),
            (self.account, {"stock_guard_share": 50}),
            (self.account, {"stock_location_ids": self.shelf.ids}),
            (self.account, {"sync_stock": False}),
        ):
            for user in (self.user, self.salesman):
                with self.assertRaises(AccessError):
                    record.with_user(user).write(values)
        self.env.invalidate_all()
        for record, values in (
            (self.mug, {"stock_buffer": 2, "sync_stock": False}),
            (self.account, {"stock_guard_share": 50, "sync_stock": False}),
        ):
            record.with_user(self.manager).write(values)

    def test_j4_salesman_sees_the_stock_of_an_offer(self):
        self.tell()
        self.messages("MUG-BLUE")._set_failed("permanent", "No such SKU.")
        self.env.invalidate_all()
        offers = self.env["amazon.offer"].with_user(self.salesman)
        found = offers.search([("stock_state", "=", "error")])
        self.assertEqual(found, self.mug.with_user(self.salesman))
        self.assertEqual(
            found.read(
                ["available_quantity", "sent_quantity", "stock_state", "stock_error"]
            ),
            [
                {
                    "id": self.mug.id,
                    "available_quantity": 10,
                    "sent_quantity": 10,
                    "stock_state": "error",
                    "stock_error": "No such SKU.",
                }
            ],
        )

    def test_j3_other_companies_are_not_concerned(self):
        other = self.env["res.company"].create({"name": "Others"})
        stranger = self._new_user(
            "stranger",
            "amazon_connector.group_amazon_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.account.with_user(stranger).action_sync_stock()
        self.assertFalse(self.env["amazon.offer"].with_user(stranger).search([]))
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        shared = self.env["product.product"].create(
            {"name": "Shared", "detailed_type": "product"}
        )
        self.products["SHARED"] = shared
        self.store("SHARED", 4, location=self.shelf)
        self.store("SHARED", 40, location=warehouse.lot_stock_id)
        offer = self.create_offer("SHARED")
        self.scan()
        self.assertEqual((offer.stock_quantity, offer.available_quantity), (4, 4))

    def test_j4_forms_and_lists_open(self):
        self.scan()
        for model in ("amazon.offer", "amazon.account", "amazon.submission"):
            for kind in ("form", "list", "search"):
                name = f"{model.replace('.', '_')}_view_{kind}"
                with self.subTest(name):
                    view = self.env.ref(f"amazon_connector.{name}")
                    self.env[model].with_user(self.manager).get_view(view.id)
        for action in (
            self.mug.action_view_stock_messages(),
            self.account.action_view_held_stock(),
        ):
            self.assertEqual(action["res_model"], "amazon.submission")
        row = self.messages("MUG-BLUE")
        self.assertEqual(row.display_name, "Stock MUG-BLUE")
        self.assertEqual(row.action_view_target()["res_id"], self.mug.id)


class TestStockWorkers(StockCase):
    """A second worker has a cursor of its own, and sees only what is committed."""

    def _create_account(self, cr):
        env = self.env(cr=cr)
        company = env.ref("base.main_company")
        account = env["amazon.account"].create(
            {
                "name": "Shared",
                "company_id": company.id,
                "base_marketplace_id": self.account.base_marketplace_id.id,
                "sync_stock": True,
                "stock_confirmed_at": fields.Datetime.now(),
                "team_id": False,
            }
        )
        product = env["product.product"].create(
            {"name": "Shared", "detailed_type": "product"}
        )
        offer = env["amazon.offer"].create(
            {
                "account_id": account.id,
                "marketplace_id": account.base_marketplace_id.id,
                "sku": "SHARED",
                "product_id": product.id,
                "sync_stock": True,
            }
        )
        env.flush_all()
        return account.id, product.id, offer.id

    def _forget(self, account_id, product_id, offer_id):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            env["amazon.offer"].browse(offer_id).unlink()
            env["amazon.account"].browse(account_id).unlink()
            env["product.product"].browse(product_id).unlink()
            env.flush_all()

    def test_j1_two_workers_look_at_once(self):
        """The later one writes down what the earlier one could not see: it has to begin
        again, and finds the message there."""
        with self.registry.cursor() as cr:
            ids = self._create_account(cr)
        self.addCleanup(self._forget, *ids)
        with self.registry.cursor() as cr_one, self.registry.cursor() as cr_two:
            first, second = (
                self.env(cr=cr)["amazon.account"].browse(ids[0])._in_company()
                for cr in (cr_one, cr_two)
            )
            for account in (first, second):
                account.read(["name"])  # both begin before either has ended
            self._note(first)
            cr_one.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                self._note(second)
            cr_two.rollback()
            self._note(second)
            rows = second.submission_ids
            self.assertEqual([(row.state, row.quantity) for row in rows], [("todo", 0)])
            cr_two.rollback()

    def _note(self, account):
        account._note_stock(Scan(), Counter(), account._compute_stock())
        account.env.flush_all()

    def test_j1_one_feed_is_sent_when_two_workers_send(self):
        self.stock(MUG_BLUE=10)
        self.scan()
        feeds = self.env["amazon.feed"]
        account = self.account.sudo()._in_company()
        first = feeds._claim(account, "stock")
        self.assertEqual(len(first.submission_ids), 3)
        self.assertFalse(feeds._claim(account, "stock"))
        self.send()
        self.assertEqual(self.sent(), [])  # the other worker is at it

    def test_j1_look_while_a_feed_is_sent_leaves_its_rows_alone(self):
        self.stock(MUG_BLUE=10)
        self.scan()
        account = self.account.sudo()._in_company()
        feed = self.env["amazon.feed"]._claim(account, "stock")
        self.stock(MUG_BLUE=3)
        self.account.last_full_stock_run = fields.Datetime.subtract(
            fields.Datetime.now(), days=2
        )
        self.scan()
        self.assertEqual(
            feed.submission_ids.sorted("id").mapped("quantity"), [10, 0, 0]
        )
        self.assertEqual(set(feed.submission_ids.mapped("state")), {"sending"})
