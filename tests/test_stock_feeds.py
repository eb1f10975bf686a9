"""Stock reaches Amazon, and its verdict reaches the offer (features J1, J3, J4, J5,
K3)."""

import json

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import FR
from .shipping import ACCOUNT_LOG
from .stock_out import StockCase


class StockFeedCase(StockCase):
    def setUp(self):
        super().setUp()
        self.stock(MUG_BLUE=10, MUG_WHITE=20, TEA_SENCHA=30)
        self.all = {"MUG-BLUE": 10, "MUG-WHITE": 20, "TEA-SENCHA": 30}
        self.mug = self.offers["MUG-BLUE"]

    def shown(self):
        """:return dict: SKU -> (at Amazon, state) as the offers show it"""
        self.env.invalidate_all()
        return {
            sku: (offer.sent_at and offer.sent_quantity, offer.stock_state)
            for sku, offer in self.offers.items()
        }

    def at_amazon(self):
        """:return dict: SKU -> quantity that buyers see"""
        quantities = self.world.quantities()
        return {sku: quantities[sku] for sku in self.offers}

    def mails(self):
        """:return list: (to whom, subject) of what goes out for the account"""
        mails = self.env["mail.mail"].search(
            [("model", "=", "amazon.account"), ("res_id", "=", self.account.id)]
        )
        return [(mail.recipient_ids.email, mail.subject) for mail in mails]

    def assertUpToDate(self):
        self.assertEqual(self.at_amazon(), self.all)
        self.assertEqual(
            self.shown(),
            {sku: (quantity, "done") for sku, quantity in self.all.items()},
        )
        self.assertEqual(
            self.outbox(),
            {sku: ("done", quantity) for sku, quantity in self.all.items()},
        )


class TestStockFeeds(StockFeedCase):
    def test_j1_first_time_one_feed_tells_everything(self):
        self.tell()
        self.assertEqual(self.told(), [self.all])
        self.assertUpToDate()
        self.assertFalse(self.mails())

    def test_j1_only_what_changed_goes_out(self):
        self.tell()
        self.let_time_pass()
        self.stock(MUG_BLUE=7)
        self.tell()
        self.assertEqual(self.told(), [self.all, {"MUG-BLUE": 7}])
        self.all["MUG-BLUE"] = 7
        self.assertUpToDate()

        self.amazon.received.clear()
        self.let_time_pass()
        self.tell()
        self.assertCalls()

    def test_j1_one_feed_for_each_marketplace(self):
        self.create_offer("MUG-BLUE", FR, stock_buffer=1)
        self.tell()
        self.assertEqual(
            [feed.marketplaces for feed in self.world.feeds],
            [("A1PA6795UKMFR9",), (FR,)],
        )
        self.assertEqual(self.told(), [{**self.all, "MUG-BLUE": 9}, {"MUG-BLUE": 9}])
        self.assertEqual(self.world.listing("MUG-BLUE", FR).quantity, 9)

    def test_j1_daily_look_tells_everything_again(self):
        self.tell()
        self.let_time_pass()
        self.world.listing("TEA-SENCHA").quantity = 1  # somebody changed it at Amazon
        self.account.last_full_stock_run = fields.Datetime.subtract(
            fields.Datetime.now(), days=1
        )
        self.tell()
        self.assertEqual(self.told(), [self.all, self.all])
        self.assertUpToDate()

    def test_j3_message_is_a_merge_of_the_sellers_own_quantity(self):
        self.world.listing("MUG-BLUE").lead_time = 5
        self.tell()
        [feed] = self.world.feeds
        self.assertEqual(
            feed.json,
            {
                "header": {"sellerId": self.account.seller_key, "version": "2.0"},
                "messages": [
                    {
                        "messageId": self.messages(sku).id,
                        "sku": sku,
                        "operationType": "PATCH",
                        "productType": "PRODUCT",
                        "patches": [
                            {
                                "op": "merge",
                                "path": "/attributes/fulfillment_availability",
                                "value": [
                                    {
                                        "fulfillment_channel_code": "DEFAULT",
                                        "quantity": quantity,
                                    }
                                ],
                            }
                        ],
                    }
                    for sku, quantity in self.all.items()
                ],
            },
        )
        self.assertEqual(self.world.listing("MUG-BLUE").lead_time, 5)
        self.assertEqual(self.world.dangers, [])

    def test_c3_packs_are_told(self):
        self.mug.quantity_factor = 4
        self.tell()
        self.assertEqual(self.world.listing("MUG-BLUE").quantity, 2)

    def test_j1_order_that_comes_in_meanwhile_is_read_first(self):
        self.buy(items=[self.world.item("MUG-BLUE", quantity=3)])
        self.tell()
        self.assertEqual(self.world.listing("MUG-BLUE").quantity, 7)

    def test_j1_quantity_that_changes_while_the_feed_is_open_follows(self):
        self.world.feeds.take = 3600
        self.look()
        self.send()
        self.stock(MUG_BLUE=7)
        self.look()
        self.send_later()
        self.assertEqual(self.told(), [self.all])  # one at a time
        self.assertEqual(self.outbox()["MUG-BLUE"], ("submitted", 10))

        triggers = self._count_triggers()
        self.world.feeds.take = 0
        self.send_later()
        self.assertEqual(self._count_triggers(), triggers + 1)
        self.tell()
        self.assertEqual(self.told(), [self.all, {"MUG-BLUE": 7}])
        self.assertEqual(self.world.listing("MUG-BLUE").quantity, 7)

    def _count_triggers(self):
        cron = self.env.ref("amazon_connector.ir_cron_sync_stock")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def test_i1_after_a_cancellation_the_same_number_is_told_again(self):
        self.tell()
        self.let_time_pass()
        self.world.listing("MUG-BLUE").quantity = 11  # Amazon adds a unit back
        self.mug._forget_sent_quantity()
        self.account._trigger_stock_cron()
        self.let_time_pass()
        self.tell()
        self.assertEqual(self.told(), [self.all, {"MUG-BLUE": 10}])
        self.assertUpToDate()

    def test_i1_cancellation_while_the_feed_is_open_is_not_lost(self):
        self.look()
        self.send()
        self.mug._forget_sent_quantity()
        self.send_later()
        self.assertEqual(self.shown()["MUG-BLUE"], (False, "done"))
        self.messages().sent_at = fields.Datetime.subtract(
            fields.Datetime.now(), hours=1
        )
        self.let_time_pass(5)
        self.tell()
        self.assertEqual(self.told(), [self.all, {"MUG-BLUE": 10}])
        self.assertUpToDate()


class TestStockVerdicts(StockFeedCase):
    def test_j4_refused_sku_fails_alone_with_amazons_words(self):
        self.world.feeds.refuse("MUG-BLUE", "This SKU needs a new safety sheet.")
        self.tell()
        self.assertEqual(
            self.shown(),
            {
                "MUG-BLUE": (False, "error"),
                "MUG-WHITE": (20, "done"),
                "TEA-SENCHA": (30, "done"),
            },
        )
        self.assertIn("This SKU needs a new safety sheet.", self.mug.stock_error)
        self.assertEqual(
            self.env["amazon.offer"].search([("stock_state", "=", "error")]), self.mug
        )
        self.assertNotIn(
            self.mug, self.env["amazon.offer"].search([("stock_state", "=", "done")])
        )
        [mail] = self.mails()
        self.assertEqual(
            mail, ("responsible@example.com", f"Amazon {self.account.name}: 1 failed")
        )

    def test_j4_retry_sends_it_again(self):
        self.world.feeds.refuse("MUG-BLUE", "This SKU needs a new safety sheet.")
        self.tell()
        self.world.feeds.accept("MUG-BLUE")
        self.mug.action_retry_stock()
        self.assertEqual(self.mug.stock_state, "pending")
        self.send()
        self.send_later()
        self.assertEqual(self.told(), [self.all, {"MUG-BLUE": 10}])
        self.assertUpToDate()
        with self.assertRaises(UserError):
            self.mug.action_retry_stock()

    def test_j4_k3_the_same_refusal_is_reported_once(self):
        self.world.feeds.refuse("MUG-BLUE", "This SKU needs a new safety sheet.")
        self.tell()
        self.stock(MUG_BLUE=9)
        self.tell()
        self.account.last_full_stock_run = False
        self.tell()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("failed", 9))
        self.assertEqual(len(self.mails()), 1)

        self.world.feeds.refuse("MUG-BLUE", "This SKU is closed.")
        self.stock(MUG_BLUE=8)
        self.tell()
        self.assertEqual(len(self.mails()), 2)
        self.assertIn("This SKU is closed.", self.mug.stock_error)

        self.world.feeds.accept("MUG-BLUE")
        self.stock(MUG_BLUE=7)
        self.tell()
        self.assertFalse(self.messages("MUG-BLUE").is_reported)
        self.world.feeds.refuse("MUG-BLUE", "This SKU is closed.")
        self.stock(MUG_BLUE=6)
        self.tell()
        self.assertEqual(len(self.mails()), 3)  # it had been well in between

    def test_j4_sku_that_amazon_does_not_know(self):
        self.offers["NO-SUCH"] = self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.mug.marketplace_id.id,
                "sku": "NO-SUCH",
                "product_id": self.products["MUG-BLUE"].id,
                "sync_stock": True,
            }
        )
        self.tell()
        self.assertIn("does not exist", self.offers["NO-SUCH"].stock_error)
        del self.offers["NO-SUCH"]
        self.messages("NO-SUCH").unlink()
        self.assertUpToDate()

    def test_j4_sku_that_can_not_be_sent_stops_no_other(self):
        bad = self.mug.copy({"sku": "MUG\u200bBLUE"})
        self.tell()
        self.assertEqual(bad.stock_state, "error")
        self.assertIn("Correct it", bad.stock_error)
        bad.unlink()
        self.assertUpToDate()

    @mute_logger(ACCOUNT_LOG)
    def test_j1_answer_lost_after_the_write(self):
        self.amazon.faults.add("createFeed", "lost")
        self.look()
        self.send()
        self.assertEqual(
            {state for state, _quantity in self.outbox().values()}, {"unknown"}
        )
        self.assertEqual(self.shown()["MUG-BLUE"], (False, "processing"))
        self.send_later()
        self.send_later()
        self.assertEqual(self.told(), [self.all])
        self.assertUpToDate()

    @mute_logger(ACCOUNT_LOG)
    def test_j1_answer_lost_before_the_write(self):
        self.amazon.faults.add("createFeed", "reset")
        self.look()
        self.send()
        for _time in range(3):
            self.send_later()
        self.assertEqual(self.told(), [self.all])
        self.assertUpToDate()

    def test_j4_feed_without_a_verdict_is_sent_again(self):
        for trouble in (
            "fatal_next",
            "fatal_after_work_next",
            "cancelled_next",
            "no_report_next",
            "report_of_unknown_messages_next",
        ):
            with self.subTest(trouble):
                self.stock(MUG_BLUE=10)
                self.account.last_full_stock_run = False
                count = len(self.world.feeds)
                getattr(self.world.feeds, trouble)()
                self.tell()
                self.send_later()
                self.send_later()
                self.assertEqual(self.told()[count:], [self.all, self.all])
                self.assertUpToDate()
                self.assertFalse(self.mails())

    def test_j4_after_three_times_without_a_verdict_a_person_is_told(self):
        for _time in range(3):
            self.world.feeds.fatal_next()
        self.look()
        for _time in range(7):
            self.send_later()
        self.assertEqual(self.told(), [self.all] * 3)
        self.assertEqual({state for state, _q in self.outbox().values()}, {"failed"})
        self.assertEqual(self.shown()["MUG-BLUE"], (False, "error"))
        self.assertIn("Seller Central", self.mug.stock_error)
        self.assertEqual(len(self.mails()), 1)

    def test_j3_dry_run_shows_the_exact_body(self):
        self.account.dry_run = True
        self.amazon.received.clear()
        self.look()
        self.send()
        self.assertCalls("searchOrders")
        self.assertEqual(
            {state for state, _quantity in self.outbox().values()}, {"held"}
        )
        row = self.messages("MUG-BLUE")
        body = json.loads(row.body)
        self.assertEqual([m["sku"] for m in body["messages"]], ["MUG-BLUE"])
        self.assertFalse(self.account.stock_guard_message)
        self.assertEqual(self.mug.stock_state, "held")

        self.look()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 10))
        self.stock(MUG_BLUE=7)
        self.look()
        self.send()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 7))
        self.assertIn('"quantity":7', row.body)

        self.account.dry_run = False
        self.tell()
        sent = self.world.feeds[0].json["messages"][0]
        self.assertEqual({**body["messages"][0], "patches": sent["patches"]}, sent)
        self.all["MUG-BLUE"] = 7
        self.assertUpToDate()

    def test_j1_button_sends_at_once_and_says_so(self):
        self.assertEqual(self.press(), "Quantities that go to Amazon: 3.")
        self.assertEqual(self.told(), [self.all])
        self.send_later()
        self.assertUpToDate()
        self.assertEqual(self.press(), "Amazon knows the stock of all offers.")
        self.assertEqual(self.told(), [self.all])

        self.account.dry_run = True
        self.stock(MUG_BLUE=7)
        self.assertEqual(
            self.press(),
            "Dry run, nothing was sent: 1 quantities are shown under «Messages to "
            "Amazon».",
        )
        for offer in self.offers.values():
            offer.sync_stock = False
        self.assertIn("No offer takes part", self.press())

    def test_j1_offer_deleted_while_the_feed_is_open(self):
        self.look()
        self.send()
        self.offers.pop("MUG-BLUE").unlink()
        del self.all["MUG-BLUE"]
        self.send_later()  # the report speaks of a message that is no more
        self.send_later()
        self.send_later()
        self.assertUpToDate()
