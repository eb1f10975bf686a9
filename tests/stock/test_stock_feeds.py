"""Stock reaches Amazon: what is sent, and when (features J1, J3, C3)."""

from odoo import fields

from ..common import FR
from ..stock_case import StockFeedCase


class TestStockFeeds(StockFeedCase):
    def test_j1_first_time_one_feed_tells_everything(self):
        self.tell()
        self.assertEqual(self.sent(), [self.all])
        self.assertUpToDate()
        self.assertFalse(self.mails())

    def test_j1_only_what_changed_goes_out(self):
        self.tell()
        self.let_time_pass()
        self.stock(MUG_BLUE=7)
        self.tell()
        self.assertEqual(self.sent(), [self.all, {"MUG-BLUE": 7}])
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
        self.assertEqual(self.sent(), [{**self.all, "MUG-BLUE": 9}, {"MUG-BLUE": 9}])
        self.assertEqual(self.world.listing("MUG-BLUE", FR).quantity, 9)

    def test_j1_daily_look_tells_everything_again(self):
        self.tell()
        self.let_time_pass()
        self.world.listing("TEA-SENCHA").quantity = 1  # somebody changed it at Amazon
        self.account.last_full_stock_run = fields.Datetime.subtract(
            fields.Datetime.now(), days=1
        )
        self.tell()
        self.assertEqual(self.sent(), [self.all, self.all])
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

    def test_c3_packs_are_sent(self):
        self.mug.quantity_factor = 4
        self.tell()
        self.assertEqual(self.world.listing("MUG-BLUE").quantity, 2)

    def test_j1_order_that_comes_in_meanwhile_is_read_first(self):
        self.buy(items=[self.world.item("MUG-BLUE", quantity=3)])
        self.tell()
        self.assertEqual(self.world.listing("MUG-BLUE").quantity, 7)

    def test_j1_quantity_that_changes_while_the_feed_is_open_follows(self):
        self.world.feeds.take = 3600
        self.scan()
        self.send()
        self.stock(MUG_BLUE=7)
        self.scan()
        self.send_later()
        self.assertEqual(self.sent(), [self.all])  # one at a time
        self.assertEqual(self.outbox()["MUG-BLUE"], ("submitted", 10))

        triggers = self._count_triggers()
        self.world.feeds.take = 0
        self.send_later()
        self.assertEqual(self._count_triggers(), triggers + 1)
        self.tell()
        self.assertEqual(self.sent(), [self.all, {"MUG-BLUE": 7}])
        self.assertEqual(self.world.listing("MUG-BLUE").quantity, 7)

    def _count_triggers(self):
        cron = self.env.ref("amazon_connector.ir_cron_sync_stock")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def test_i1_after_a_cancellation_the_same_number_is_sent_again(self):
        self.tell()
        self.let_time_pass()
        self.world.listing("MUG-BLUE").quantity = 11  # Amazon adds a unit back
        self.mug._forget_sent_quantity()
        self.account._trigger_stock_cron()
        self.let_time_pass()
        self.tell()
        self.assertEqual(self.sent(), [self.all, {"MUG-BLUE": 10}])
        self.assertUpToDate()

    def test_i1_cancellation_while_the_feed_is_open_is_not_lost(self):
        self.scan()
        self.send()
        self.mug._forget_sent_quantity()
        self.send_later()
        self.assertEqual(self.shown()["MUG-BLUE"], (False, "done"))
        self.messages().sent_at = fields.Datetime.subtract(
            fields.Datetime.now(), hours=1
        )
        self.let_time_pass(5)
        self.tell()
        self.assertEqual(self.sent(), [self.all, {"MUG-BLUE": 10}])
        self.assertUpToDate()
