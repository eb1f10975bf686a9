"""What is sold out leaves at once, and by itself (feature J7)."""

import random
from datetime import timedelta
from unittest.mock import patch

from odoo import _, fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.stock import (
    amazon_submission as amazon_submission_stock,
)

from ..common import ACCOUNT_LOG, FR
from .case import StockNowCase


class TestStockNow(StockNowCase):
    def test_j7_sold_out_leaves_within_the_minute_and_without_the_orders(self):
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.patches(), [("MUG-BLUE", 0)])
        self.assertEqual(self.calls(), ["patchListingsItem"])
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)
        self.assertEqual(self.shown()["MUG-BLUE"], (0, "processing"))
        self.prove()
        self.assertEqual(self.calls(), ["getListingsItem"])
        self.assertEqual(self.shown()["MUG-BLUE"], (0, "done"))
        self.assertEqual(self.world.dangers, [])
        self.scan()
        self.send()
        self.assertEqual(len(self.sent()), 1)  # no feed beside it

    def test_j7_only_what_the_patch_must_say_is_said(self):
        self.stock(MUG_BLUE=0)
        self.minute()
        [call] = [c for c in self.amazon.received if c.operation == "patchListingsItem"]
        self.assertEqual(
            call.json,
            {
                "productType": "PRODUCT",
                "patches": [
                    {
                        "op": "merge",
                        "path": "/attributes/fulfillment_availability",
                        "value": [
                            {"fulfillment_channel_code": "DEFAULT", "quantity": 0}
                        ],
                    }
                ],
            },
        )
        self.assertEqual(self.world.listing("MUG-BLUE").lead_time, 2)

    def test_j7_everything_else_stays_with_the_feed(self):
        self.stock(MUG_BLUE=3)
        self.minute()
        self.assertEqual(self.calls(), [])
        self.scan()
        self.send()
        self.assertEqual(self.sent()[-1], {"MUG-BLUE": 3})

    def test_j7_what_falls_to_the_limit_of_the_account_goes_too(self):
        self.account.stock_now_limit = 3
        self.stock(MUG_BLUE=3)
        self.minute()
        self.assertIn(("MUG-BLUE", 3), self.patches())
        self.assertIn("searchOrders", self.calls())  # a quantity waits for the orders
        self.stock(TEA_SENCHA=4)
        self.minute()
        self.assertEqual(self.patches(), [])

    def test_j7_what_comes_back_leaves_within_the_minute(self):
        self.stock(MUG_BLUE=0)
        self.minute()
        self.prove()
        self.calls()
        self.mug.sent_at = fields.Datetime.now() - timedelta(hours=1)
        self.stock(MUG_BLUE=6)
        self.minute()
        self.assertEqual(self.patches(), [("MUG-BLUE", 6)])
        self.assertEqual(self.calls(), ["patchListingsItem"])  # orders are known
        self.prove()
        self.assertEqual(self.shown()["MUG-BLUE"], (6, "done"))

    def test_j7_what_comes_back_waits_for_orders_of_before(self):
        self.stock(MUG_BLUE=0)
        self.minute()
        self.prove()
        self.stock(MUG_BLUE=6)
        self.buy(items=[self.world.item("MUG-BLUE", quantity=2)])
        self.calls()
        self.minute()
        self.assertEqual(self.patches(), [("MUG-BLUE", 4)])
        self.assertEqual(self.calls()[0], "searchOrders")

    def test_j7_end_of_a_move_wakes_the_lane(self):
        crons = self.env.ref("amazon_connector.ir_cron_send_stock_now")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", crons.id)])
        move = self.env["stock.move"].create(
            {
                "name": _("Amazon move"),
                "product_id": self.products["MUG-BLUE"].id,
                "product_uom_qty": 10,
                "location_id": self.shelf.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        later = self.env["ir.cron.trigger"].search([("cron_id", "=", crons.id)])
        self.assertEqual(len(later - triggers), 1)
        self.minute()
        self.assertEqual(self.patches(), [("MUG-BLUE", 0)])

    def test_j7_goods_that_are_not_offered_wake_nothing(self):
        bag = self._create_product("BAG", "Bag")
        self.products["BAG"] = bag
        before = self.env["ir.cron.trigger"].search_count([])
        self.store("BAG", 3, location=self.shelf)
        move = self.env["stock.move"].create(
            {
                "name": _("Amazon move"),
                "product_id": bag.id,
                "product_uom_qty": 3,
                "location_id": self.shelf.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), before)

    # === what Amazon says === #

    def test_j7_accepted_without_effect_is_sent_again_then_shown(self):
        self.world.patches_ignored.add("MUG-BLUE")
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 10)
        for _time in range(2):
            self.prove()
            self.minute()
        self.assertEqual(len(self.patches()), 3)
        self.prove()
        row = self.urgent("MUG-BLUE")
        self.assertEqual(row.state, "failed")
        self.assertIn("shows 10", row.error_message)
        self.assertEqual(self.shown()["MUG-BLUE"][1], "error")
        self.world.patches_ignored.clear()
        self.mug.action_retry_stock()
        self.minute()
        self.prove()
        self.assertEqual(self.shown()["MUG-BLUE"], (0, "done"))

    def test_j7_error_of_amazon_is_the_result(self):
        self.world.feeds.refuse("MUG-BLUE", "The SKU is blocked.")
        self.stock(MUG_BLUE=0)
        self.minute()
        row = self.urgent("MUG-BLUE")
        self.assertRecordValues(
            row,
            [
                {
                    "state": "failed",
                    "error_kind": "permanent",
                    "error_message": "Amazon refused the quantity: The SKU is blocked.",
                }
            ],
        )
        self.assertEqual(self.mug.sent_quantity, 10)
        self.minute()
        self.assertEqual(len(self.patches()), 1)  # the same again would be refused
        problem = self.env["amazon.problem"].search([("kind", "=", "stock_now")])
        self.assertEqual(problem.document, "MUG-BLUE")
        self.assertEqual(problem.submission_id, row)
        self.world.feeds.accept("MUG-BLUE")
        problem.action_retry()
        self.minute()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)

    def test_j7_listing_that_is_gone_is_said(self):
        self.world.listings.pop(
            (self.account.seller_key, self.mug.marketplace_id.api_ref, "MUG-BLUE")
        )
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.urgent("MUG-BLUE").state, "failed")

    @mute_logger(ACCOUNT_LOG)
    def test_j7_trouble_is_tried_again(self):
        for fault in ("server_error", "throttled", "lost", "truncated", "reset"):
            with self.subTest(fault):
                self.stock(MUG_BLUE=0)
                self.amazon.faults.add("patchListingsItem", fault)
                self.minute()
                row = self.urgent("MUG-BLUE")
                self.assertEqual(row.state, "todo")
                self.assertTrue(row.next_try_at)
                self.let_waits_end()
                row.next_try_at = False
                self.minute()
                self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)
                self.prove()
                self.stock(MUG_BLUE=10)
                self.mug.sent_at = fields.Datetime.now() - timedelta(hours=1)
                self.minute()
                self.prove()

    def test_j7_worker_that_died_is_followed_by_another(self):
        self.stock(MUG_BLUE=0)
        account = self.account.sudo()._in_company()
        account._compute_stock()
        account._note_urgent(amazon_submission_stock.Scan())
        rows = self.env["amazon.submission"]._claim_urgent(account, "todo")
        self.assertEqual(rows.state, "sending")
        self.minute()
        self.assertEqual(self.patches(), [])
        rows.sent_at -= timedelta(minutes=21)
        self.minute()
        self.assertEqual(self.patches(), [("MUG-BLUE", 0)])

    def test_j7_five_a_second(self):
        self.amazon.rates["patchListingsItem"] = (5, 5)
        skus = [f"ART-{number}" for number in range(12)]
        for sku in skus:
            self.products[sku] = self._create_product(sku, sku)
        self.account.stock_guard_count = 0
        offers = self.create_offers(skus)
        self.env.flush_all()
        offers.write(
            {"sent_at": fields.Datetime.now() - timedelta(hours=1), "sent_quantity": 4}
        )
        self.account.stock_guard_share = 100
        self.minute()
        refused = [c for c in self.amazon.received if c.status == 429]
        self.assertLessEqual(len(refused), 1)  # two clocks may differ by a hair
        self.let_waits_end()
        self.urgent().next_try_at = False
        self.minute()
        quantities = self.world.quantities()
        self.assertEqual({quantities[sku] for sku in skus}, {0})

    # === one writer, and the later truth === #

    def test_j7_feed_that_hangs_does_not_keep_sold_out_goods_on_sale(self):
        self.world.feeds.take = 10**6
        self.stock(MUG_BLUE=8)
        self.scan()
        self.send()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("submitted", 8))
        self.let_time_pass()
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)
        self.world.feeds.take = 0  # now Amazon works off the older word
        self.send_later()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 8)
        self.minute()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)
        self.prove()
        self.assertEqual(self.shown()["MUG-BLUE"], (0, "done"))

    def test_j7_what_comes_back_does_not_go_beside_the_feed(self):
        self.world.feeds.take = 10**6
        self.stock(MUG_BLUE=8)
        self.scan()
        self.send()
        self.let_time_pass()
        self.stock(MUG_BLUE=0)
        self.minute()
        self.prove()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)
        self.stock(MUG_BLUE=5)
        self.mug.sent_at = fields.Datetime.now() - timedelta(hours=1)
        self.amazon.received.clear()
        self.minute()
        self.scan()
        self.minute()
        self.assertEqual(self.patches(), [])
        self.assertEqual(self.outbox()["MUG-BLUE"], ("submitted", 8))
        self.world.feeds.take = 0
        self.send_later()
        self.tell()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 5)

    def test_j7_nothing_is_proved_of_what_was_sent_before_a_stop(self):
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.urgent("MUG-BLUE").state, "submitted")
        self.mug.action_stop_stock()
        self.world.listing("MUG-BLUE").quantity = 48  # by a person
        self.mug.write({"listing_status": "active", "listed_quantity": 48})
        self.mug.action_send_stock()
        self.scan()
        self.prove()
        self.prove()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 48)
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))

    def test_j7_waiting_message_of_a_feed_gives_way(self):
        self.stock(MUG_BLUE=8)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 8))
        self.let_time_pass()
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.outbox()["MUG-BLUE"][0], "superseded")
        self.send()
        self.assertEqual(len(self.sent()), 1)
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)

    def test_j7_what_came_back_before_it_left_is_not_sent(self):
        self.stock(MUG_BLUE=0)
        account = self.account.sudo()._in_company()
        account._compute_stock()
        account._note_urgent(amazon_submission_stock.Scan())
        self.assertEqual(self.urgent("MUG-BLUE").state, "todo")
        self.stock(MUG_BLUE=10)
        self.minute()
        self.assertEqual(self.patches(), [])
        self.assertEqual(self.urgent("MUG-BLUE").state, "superseded")

    def test_j5_marketplaces_of_europe_get_it_each(self):
        france = self.create_offer("MUG-BLUE", FR)
        self.tell()
        self.let_time_pass()
        self.amazon.received.clear()
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.patches(), [("MUG-BLUE", 0)] * 2)
        self.assertEqual((self.mug.sent_quantity, france.sent_quantity), (0, 0))

    def test_j7_zero_that_waits_leaves_though_the_lane_is_switched_off(self):
        self.stock(MUG_BLUE=0)
        account = self.account.sudo()._in_company()
        account._compute_stock()
        account._note_urgent(amazon_submission_stock.Scan())
        self.assertEqual(self.urgent("MUG-BLUE").state, "todo")
        self.account.stock_now = False
        self.scan()
        self.send_later()
        self.send_later()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)

    # === guards === #

    def test_j7_dry_run_sends_nothing_at_once(self):
        self.account.dry_run = True
        self.stock(MUG_BLUE=0)
        self.minute()
        self.scan()
        self.send()
        self.minute()
        self.assertEqual(self.patches(), [])
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))

    def test_j7_mass_zero_waits_for_a_person(self):
        self.account.stock_guard_count = 2
        self.stock(MUG_BLUE=0, MUG_WHITE=0)
        self.minute()
        self.assertEqual(self.patches(), [])
        self.scan()
        self.assertEqual(
            self.account.stock_guard_message,
            "Amazon.de: listings that sell and would end: 2.",
        )
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))
        self.press("action_release_stock")
        self.minute()
        self.assertEqual(
            (self.at_amazon()["MUG-BLUE"], self.at_amazon()["MUG-WHITE"]), (0, 0)
        )
        self.assertNotIn("held", {state for state, _count in self.outbox().values()})

    def test_j7_many_a_little_is_a_lot(self):
        self.account.stock_guard_count = 2
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.patches(), [("MUG-BLUE", 0)])
        self.stock(MUG_WHITE=0)
        self.minute()
        self.assertEqual(len(self.patches()), 1)

    def test_j7_too_many_for_the_lane_go_by_feed(self):
        self.account.stock_guard_share = 100
        self.stock(MUG_BLUE=0, MUG_WHITE=0, TEA_SENCHA=0)
        with patch.object(amazon_submission_stock, "MOST_URGENT", 1):
            self.scan()
        self.assertEqual(len(self.urgent()), 1)
        self.assertEqual(
            sorted(state for state, _count in self.outbox().values()),
            ["done", "todo", "todo"],
        )

    @mute_logger(ACCOUNT_LOG)
    def test_j7_nothing_waits_although_orders_can_not_be_read(self):
        self.account.last_orders_sync = fields.Datetime.now() - timedelta(days=1)
        self.amazon.faults.add("searchOrders", "server_error", times=9)
        self.stock(MUG_BLUE=0, MUG_WHITE=3)
        self.scan()
        self.send()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 20)

    def test_j7_lane_that_is_switched_off_leaves_all_to_the_feed(self):
        self.account.stock_now = False
        self.stock(MUG_BLUE=0)
        self.minute()
        self.scan()
        self.send()
        self.assertEqual(self.patches(), [])
        self.assertEqual(self.sent()[-1], {"MUG-BLUE": 0})

    def test_j7_archived_and_unlinked_accounts_make_no_call(self):
        self.stock(MUG_BLUE=0)
        self.account.action_archive()
        self.minute()
        self.assertEqual(self.calls(), [])


class TestSoldOutDay(StockNowCase):
    """Orders arrive while people take goods away; minute by minute."""

    def test_j7_what_is_sold_out_here_is_sold_out_there_a_minute_later(self):
        rng = random.Random(7)
        self.account.stock_guard_share = 100
        sold_out = 0
        for _minute in range(15):
            sku = rng.choice(sorted(self.products))
            if rng.random() < 0.4 and self.at_amazon()[sku]:
                self.buy(items=[self.world.item(sku, quantity=1)])
                self.account.sudo()._in_company()._sync_orders(self.budget())
            else:
                count = rng.choice((0, 0, 5))
                free = self.products[sku].with_context(location=self.shelf.id).free_qty
                if free != count:
                    self.store(sku, count - free, location=self.shelf)
            self.minute()
            self.env.invalidate_all()
            at_amazon = self.at_amazon()
            for name, offer in self.offers.items():
                if not offer.available_quantity:
                    sold_out += 1
                    self.assertEqual(at_amazon[name], 0, name)
        self.assertGreater(sold_out, 5)


class TestRememberedCompanies(StockNowCase):
    def test_settings_that_change_nothing_forget_nothing(self):
        """All that Odoo remembers would go, with each form that is saved."""
        account = self.account
        same = {"stock_now": True, "sync_stock": True, "active": True}
        with patch.object(type(self.env.registry), "clear_cache") as clear:
            account.write({**same, "company_id": account.company_id.id})
            self.assertEqual(clear.call_count, 0)
            account.stock_now = False
            self.assertEqual(clear.call_count, 1)

    def test_account_outside_of_the_fast_lane_forgets_nothing(self):
        """An account that begins to send stock by feeds alone, or is filed away."""
        account = self.account
        account.write({"stock_now": False, "sync_stock": False})
        with patch.object(type(self.env.registry), "clear_cache") as clear:
            account.sync_stock = True
            account.write({"sync_stock": False, "stock_now": True})
            account.write({"sync_stock": True, "stock_now": False})
            self.assertEqual(clear.call_count, 0)
            account.write({"sync_stock": True, "stock_now": True})
            self.assertEqual(clear.call_count, 1)

    def test_account_that_begins_to_send_is_noticed(self):
        self.assertIn(self.company.id, self.account._get_stock_companies())
        self.account.stock_now = False
        self.assertNotIn(self.company.id, self.account._get_stock_companies())
        self.account.stock_now = True
        self.assertIn(self.company.id, self.account._get_stock_companies())
