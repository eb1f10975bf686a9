"""Which orders come in when an account, or a marketplace, begins (feature D21)."""

from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.amazon_connector.sim import SELLER
from odoo.addons.amazon_connector.tools.reader_time import describe_moment

from ..common import FR, GB, AmazonCase
from .case import PASTED, LinkCase


def days_ago(days):
    return datetime.now(timezone.utc) - timedelta(days=days)


class TestOrdersFrom(AmazonCase):
    def setUp(self):
        super().setUp()
        self.account.active = False
        self.old = {
            "to ship": self._order(20),
            "shipped": self._order(20, ship=True),
            "forgotten": self._order(200),
            "at Amazon": self._order(20, channel="fba"),
        }
        self.young = self._order(1)

    def _order(self, days, ship=False, **details):
        ref = self.buy("MUG-BLUE", created=days_ago(days), **details)
        if ship:
            self.world.ship_fbm(ref)
        self.world.order(ref).updated = days_ago(days)
        return ref

    def _begin(self, **values):
        """A seller is linked now, as Odoo does it by default."""
        self.account = self._link_account(
            SELLER, last_orders_sync=fields.Datetime.now(), **values
        )
        return self.account

    def _imported(self):
        return set(self.sale_orders().mapped("amazon_order_ref"))

    def test_d21_all_that_are_still_to_ship(self):
        account = self._begin(orders_from="open")
        self.run_cron()
        self.assertEqual(self._imported(), {self.old["to ship"], self.young})
        self.assertFalse(account.recovery_ids)
        self.assertIn("Imported: 2", account.message_ids[0].body)
        search = self.amazon.calls("searchOrders")[-1]
        self.assertEqual(
            search.parameters["fulfillmentStatuses"], "UNSHIPPED,PARTIALLY_SHIPPED"
        )

    def test_d21_button_brings_them_at_once(self):
        self._begin(orders_from="open")
        self.assertEqual(self.sync(), "Imported: 2.")
        self.assertEqual(self._imported(), {self.old["to ship"], self.young})

    def test_d21_all_that_are_still_to_ship_since_the_go_live(self):
        account = self._begin()
        account.go_live_date = fields.Datetime.now() - timedelta(days=7)
        account.orders_from = "open"
        self.run_cron()
        self.assertEqual(self._imported(), {self.young})

    def test_d21_nothing_falls_between_the_two_readings(self):
        self._begin(orders_from="open")
        (recovery,) = self.account.recovery_ids
        self.assertLessEqual(self.account.last_orders_sync, recovery.date_to)

    def test_d21_from_a_moment_on(self):
        account = self._begin()
        moment = fields.Datetime.now() - timedelta(days=7)
        wizard = self.env["amazon.orders.from"].create(
            {"account_id": account.id, "orders_from": "moment"}
        )
        with self.assertRaisesRegex(UserError, "from when on"):
            wizard.action_begin()
        wizard.moment = fields.Datetime.now() + timedelta(days=7)
        with self.assertRaisesRegex(UserError, "still to come"):
            wizard.action_begin()
        wizard.moment = moment
        wizard.action_begin()
        self.assertRecordValues(
            account,
            [
                {
                    "orders_from": "moment",
                    "go_live_date": moment,
                    "last_orders_sync": moment,
                }
            ],
        )
        self.world.touch(self.old["to ship"])  # placed before, changed since
        self.run_cron()
        self.assertEqual(self._imported(), {self.young})

    def test_d21_what_was_shipped_since_that_moment_is_for_a_person(self):
        self._begin()._begin_orders("moment", fields.Datetime.now() - timedelta(30))
        self.run_cron()
        self.assertEqual(self._imported(), {self.old["to ship"], self.young})
        self.assertEqual(self.row(self.old["shipped"]).shipped_without, "open")

    def test_d21_only_new_ones(self):
        account = self._begin(orders_from="new")
        self.run_cron()
        self.assertEqual(self._imported(), set())
        new = self.buy("MUG-BLUE")
        for ref in self.old.values():  # older ones that change are no new ones
            self.world.touch(ref)
        account.last_orders_sync -= timedelta(minutes=5)
        self.run_cron()
        self.assertEqual(self._imported(), {new})

    def test_d21_without_a_choice_all_stays_as_it_is(self):
        account = self._begin()
        self.run_cron()
        self.assertEqual(self._imported(), set())
        self.assertFalse(account.go_live_date)
        self.assertFalse(account.orders_from)

    def test_d21_default_of_the_cursor_stays(self):
        before = fields.Datetime.now()
        account = self.env["amazon.account"].create(
            {
                "name": "Plain",
                "company_id": self.company.id,
                "base_marketplace_id": self.env.ref(
                    "amazon_connector.marketplace_de"
                ).id,
            }
        )
        self.assertGreaterEqual(account.last_orders_sync, before.replace(microsecond=0))
        self.assertEqual(account.orders_begin_at, account.last_orders_sync)


class TestMarketplaceAddedLater(AmazonCase):
    def _order(self, marketplace=FR, days=20, **details):
        ref = self.buy(
            "MUG-BLUE", marketplace=marketplace, created=days_ago(days), **details
        )
        self.world.order(ref).updated = days_ago(days)
        return ref

    def setUp(self):
        super().setUp()
        self.france = self.env.ref("amazon_connector.marketplace_fr")
        self.account.active_marketplace_ids -= self.france

    def test_d21_marketplace_added_later_brings_its_open_orders(self):
        ref = self._order()
        self.run_cron()
        self.run_cron()
        self.assertFalse(self.states())
        calls = len(self.amazon.calls("searchOrders"))

        self.account.active_marketplace_ids += self.france
        self.run_cron()
        self.run_cron()

        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(self.sale_order(ref).state, "sale")
        self.assertFalse(self.account.recovery_ids)
        # each reading, and the one of what is still to ship there
        searches = self.amazon.calls("searchOrders")[calls:]
        asked = [call.parameters["marketplaceIds"] for call in searches]
        self.assertEqual(asked.count(FR), 1)
        self.assertEqual(len(asked), 3)

    def test_d21_since_the_go_live(self):
        self.account.go_live_date = fields.Datetime.now() - timedelta(days=10)
        self._order(days=20)
        young = self._order(days=5)
        self.run_cron()
        self.account.active_marketplace_ids += self.france
        self.run_cron()
        self.assertEqual(set(self.sale_orders().mapped("amazon_order_ref")), {young})

    def test_d21_marketplace_that_is_left_out_for_a_while(self):
        self.account.active_marketplace_ids += self.france
        known = self._order(days=3)
        self.run_cron()
        self.run_cron()
        self.assertEqual(self.states(), {known: "done"})
        self.account.active_marketplace_ids -= self.france
        self.run_cron()
        ref, shipped = self._order(days=2), self._order(days=2)
        self.world.ship_fbm(shipped)
        self.run_cron()
        self.assertEqual(self.states(), {known: "done"})
        self.account.active_marketplace_ids += self.france
        self.run_cron()
        self.run_cron()
        self.assertEqual(self.states()[ref], "done")
        self.assertEqual(self.sale_order(ref).state, "sale")
        self.assertEqual(len(self.sale_order(known)), 1)

    def test_d21_two_marketplaces_one_after_the_other(self):
        britain = self.env.ref("amazon_connector.marketplace_uk")
        self.account.active_marketplace_ids -= britain
        refs = [self._order(), self._order(marketplace=GB)]
        self.run_cron()
        self.assertFalse(self.states())
        for shop, count in ((self.france, 1), (britain, 2)):
            self.account.active_marketplace_ids += shop
            self.run_cron()
            self.run_cron()
            self.assertEqual(len(self.states()), count)
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))

    def test_d21_all_marketplaces_at_the_beginning_cost_nothing(self):
        self.account.active_marketplace_ids = [
            Command.set(self.account.available_marketplace_ids.ids)
        ]
        self.run_cron()
        self.assertCalls("searchOrders")


class TestQuestionWhenLinked(LinkCase):
    def setUp(self):
        super().setUp()
        self.shop = self.env.ref("amazon_connector.marketplace_us").api_ref
        self.refs = [
            self.buy("MUG-BLUE", marketplace=self.shop, created=days_ago(3))
            for _number in range(2)
        ]
        for ref in self.refs:
            self.world.order(ref).updated = days_ago(3)

    def test_d21_who_links_is_asked_and_sees_how_many_there_are(self):
        wizard, action = self.paste()
        account = wizard.account_id
        self.assertEqual(action["res_id"], account.id)
        self.assertEqual(
            account.orders_question,
            "Which orders shall come in? Still to ship at Amazon: 2 (counted: "
            f"{describe_moment(account.env, account.orders_to_ship_counted_at)}).",
        )
        account.with_user(self.manager).action_take_open_orders()
        self.assertEqual(account.orders_from, "open")
        self.assertFalse(account.orders_question)
        self.run_cron()
        self.assertEqual(
            set(self.sale_orders().mapped("amazon_order_ref")), set(self.refs)
        )

    def _buy_long_ago(self):
        shop = self.env.ref("amazon_connector.marketplace_us").api_ref
        ref = self.buy("MUG-BLUE", marketplace=shop, created=days_ago(3))
        self.world.order(ref).updated = days_ago(3)

    def test_w1_orders_to_ship_are_counted_anew_until_somebody_decides(self):
        wizard, _action = self.paste()
        account = wizard.account_id.sudo()
        self._buy_long_ago()
        self.run_cron()
        self.assertEqual(account.orders_to_ship_found, "2")  # a young number
        account.orders_to_ship_counted_at -= timedelta(hours=2)
        self.run_cron()
        self.assertEqual(account.orders_to_ship_found, "3")
        self._buy_long_ago()
        account.action_test_connection()
        self.assertEqual(account.orders_to_ship_found, "4")
        account.orders_from = "new"
        self._buy_long_ago()
        account.orders_to_ship_counted_at -= timedelta(hours=2)
        self.run_cron()
        self.assertEqual(account.orders_to_ship_found, "4")

    def test_d21_who_links_can_choose_in_the_wizard(self):
        wizard = self.open_wizard(orders_from="moment")
        wizard.write(PASTED)
        with self.assertRaisesRegex(UserError, "from when on"):
            wizard.action_link()
        wizard.orders_from = "open"
        wizard.action_link()
        self.assertEqual(wizard.account_id.orders_from, "open")
        self.assertFalse(wizard.account_id.orders_question)
        self.run_cron()
        self.assertEqual(len(self.sale_orders()), 2)

    def test_d21_moment_by_a_manager(self):
        wizard, _action = self.paste()
        account = wizard.account_id
        action = account.with_user(self.manager).action_choose_orders_from()
        choice = (
            self.env["amazon.orders.from"]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"moment": fields.Datetime.now() - timedelta(days=5)})
        )
        choice.action_begin()
        self.run_cron()
        self.assertEqual(len(self.sale_orders()), 2)

    def test_d21_choice_is_a_managers(self):
        wizard, _action = self.paste()
        clerk = new_test_user(
            self.env,
            "from_clerk",
            groups="amazon_connector.group_amazon_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            wizard.account_id.with_user(clerk).action_take_new_orders()
        self.assertFalse(wizard.account_id.orders_from)

    def _imported(self):
        return set(self.sale_orders().mapped("amazon_order_ref"))

    def test_d21_order_that_comes_before_the_answer_does_not_answer(self):
        wizard, _action = self.paste()
        account = wizard.account_id.with_user(self.manager)
        wizard.account_id.sudo().last_orders_sync -= timedelta(minutes=5)
        new = self.buy("MUG-BLUE", marketplace=self.shop)
        self.run_cron()
        self.assertEqual(self._imported(), {new})
        self.assertIn("Which orders shall come in?", account.orders_question)
        with self.assertRaisesRegex(UserError, "which orders"):
            account.action_go_live()
        account.action_take_open_orders()
        self.assertFalse(account.orders_question)
        self.run_cron()
        self.assertEqual(self._imported(), {new, *self.refs})

    def test_d21_marketplace_that_is_added_before_the_answer(self):
        wizard, _action = self.paste()
        account = wizard.account_id.sudo()
        shop = account.active_marketplace_ids.filtered(
            lambda each: each.api_ref == self.shop
        )
        shops = account.active_marketplace_ids
        self.assertGreater(len(shops), 1)
        account.active_marketplace_ids -= shop
        account.last_orders_sync -= timedelta(minutes=5)
        self.run_cron()
        account.active_marketplace_ids += shop  # Synchronize All
        account.last_orders_sync -= timedelta(minutes=5)
        self.run_cron()
        self.run_cron()
        self.assertFalse(self._imported())
        self.assertFalse(account.recovery_ids)
        self.assertTrue(account.orders_question)
        account.action_take_open_orders()
        self.run_cron()
        self.assertEqual(self._imported(), set(self.refs))

    def test_d21_first_answer_holds(self):
        wizard, _action = self.paste()
        account = wizard.account_id.with_user(self.manager)
        account.action_take_open_orders()
        account.action_take_new_orders()
        account.action_take_open_orders()
        self.assertEqual(account.orders_from, "open")
        self.assertFalse(account.go_live_date)
        self.assertEqual(len(account.sudo().recovery_ids), 1)
        self.run_cron()
        self.assertEqual(self._imported(), set(self.refs))

    def test_d21_unpaid_order_from_before_the_answer_is_new(self):
        wizard, _action = self.paste()
        account = wizard.account_id.sudo()
        self.account = account
        account.orders_begin_at = fields.Datetime.now() - timedelta(days=2)
        account.last_orders_sync = account.orders_begin_at
        unpaid = self.buy(
            "MUG-BLUE", marketplace=self.shop, created=days_ago(1), status="PENDING"
        )
        self.run_cron()
        self.assertEqual(self.states(), {unpaid: "waiting"})
        account.with_user(self.manager).action_take_new_orders()
        self.world.authorize_payment(unpaid)
        self.world.touch(self.refs[0])
        self.run_cron()
        self.assertEqual(self.states(), {unpaid: "done", self.refs[0]: "ignored"})

    def test_d21_seller_linked_anew_is_asked_as_well(self):
        first, _action = self.paste()
        account = first.account_id.sudo()
        account.last_orders_sync = fields.Datetime.now() - timedelta(days=7)
        self.run_cron()
        self.assertEqual(self._imported(), set(self.refs))
        account.action_archive()
        # Placed while nobody read it; the wizard would have linked the old one again.
        missed = self.buy("MUG-BLUE", marketplace=self.shop, created=days_ago(1))
        self.world.order(missed).updated = days_ago(1)
        account.seller_key = "A1MISTYPED1234"
        second, _action = self.paste()
        anew = second.account_id.sudo()
        self.assertNotEqual(anew, account)
        self.assertEqual(self.sale_orders().amazon_account_id, anew)
        self.assertTrue(anew.orders_question)
        anew.action_take_open_orders()
        self.run_cron()
        self.assertEqual(self._imported(), {missed, *self.refs})
        self.assertEqual(len(self.sale_orders()), 3)
