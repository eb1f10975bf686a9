"""Amazon gives pieces of cancelled orders back to its listings, whether or not Odoo has
them (features J1, J3, J7, J9)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.stock import amazon_order

from ..common import FR
from ..stock_case import StockFeedCase

ORDERS_LOG = "odoo.addons.amazon_connector.models.orders.amazon_order"


class GivenBackCase(StockFeedCase):
    def setUp(self):
        super().setUp()
        self.tell()
        self.let_time_pass()
        self.listing = self.world.listing("MUG-BLUE")

    def mugs(self, count=2, **details):
        """A buyer orders blue mugs, and Odoo reads the order.

        :return str: Amazon's reference
        """
        ref = self.buy(items=[self.world.item("MUG-BLUE", quantity=count)], **details)
        self.run_cron()
        return ref

    def lose_mugs(self):
        """All blue mugs are gone, and Amazon knows that Odoo has none."""
        self.stock(MUG_BLUE=0)
        self.tell()
        self.let_time_pass()
        self.assertEqual(self.listing.quantity, 0)
        self.assertEqual((self.mug.sent_quantity, bool(self.mug.sent_at)), (0, True))

    def read_on(self):
        """Orders are read, a while later the stock is looked at and sent.

        :return list: what was sent since, see `sent`
        """
        before = len(self.sent())
        self.run_cron()
        self.compute()  # what changed until now is not seen later
        self.let_time_pass()
        self.tell()
        self.let_time_pass()
        return self.sent()[before:]

    def minute(self):
        """The scheduled action of each minute runs."""
        cron = self.env.ref("amazon_connector.ir_cron_send_stock_now")
        cron.ir_actions_server_id.run()

    def cancel_at_amazon(self, ref, count=2):
        self.world.cancel(ref)
        self.assertEqual(self.listing.quantity, count)

    def assertStatedOnce(self, ref):
        """Zero is stated again, and not once more when the order is read again."""
        self.assertEqual(self.read_on(), [{"MUG-BLUE": 0}])
        self.assertEqual(self.listing.quantity, 0)
        self.world.touch(ref)
        self.assertEqual(self.read_on(), [])


class TestGivenBack(GivenBackCase):
    def test_j1_order_cancelled_at_amazon_is_not_sold_once_more(self):
        ref = self.mugs()
        self.lose_mugs()
        self.cancel_at_amazon(ref)
        self.assertStatedOnce(ref)
        self.assertEqual(self.sale_order(ref).state, "cancel")

    def test_j1_each_cancelled_piece_is_stated_again(self):
        ref = self.mugs(3)
        self.lose_mugs()
        for _time in range(2):
            self.world.cancel_item(ref, 0, 1, "BUYER", "Too many")
            self.assertEqual(self.listing.quantity, 1)
            self.assertStatedOnce(ref)

    def test_j1_piece_of_an_order_noted_before_the_pieces_were(self):
        ref = self.mugs(3)
        self.lose_mugs()
        self.row(ref).open_units = False
        self.world.cancel_item(ref, 0, 1, "BUYER", "Too many")
        self.assertStatedOnce(ref)

    def test_j1_order_that_was_never_paid(self):
        ref = self.mugs(status="PENDING")
        self.assertEqual(self.states(), {ref: "waiting"})
        self.lose_mugs()
        self.cancel_at_amazon(ref)
        self.assertStatedOnce(ref)

    def test_j1_order_from_before_the_go_live(self):
        self.account.go_live_date = fields.Datetime.now() + timedelta(days=1)
        ref = self.mugs()
        self.assertEqual(self.states(), {ref: "ignored"})
        self.lose_mugs()
        self.cancel_at_amazon(ref)
        self.assertStatedOnce(ref)

    def test_j1_order_that_could_not_be_imported(self):
        order = type(self.env["sale.order"])
        with (
            patch.object(order, "_amazon_import", side_effect=ZeroDivisionError),
            mute_logger(ORDERS_LOG),
        ):
            ref = self.mugs()
        self.assertEqual(self.states(), {ref: "failed"})
        self.lose_mugs()
        self.cancel_at_amazon(ref)
        self.assertStatedOnce(ref)

    def test_j1_cancelled_order_that_can_not_be_read_any_more(self):
        ref = self.mugs()
        self.lose_mugs()
        self.cancel_at_amazon(ref)
        self.world.tamper(ref, lambda order: order["orderItems"][0].pop("product"))
        self.breaks_contract = True
        self.assertStatedOnce(ref)

    def test_j1_order_that_odoo_first_sees_when_it_is_cancelled(self):
        ref = self.buy(items=[self.world.item("MUG-BLUE", quantity=2)])
        self.account.stock_now = True
        self.stock(MUG_BLUE=0)
        self.minute()  # zero waits for no order
        self.account.stock_now = False
        self.let_time_pass()
        self.assertEqual((self.states(), self.listing.quantity), ({}, 0))
        self.cancel_at_amazon(ref)
        self.assertStatedOnce(ref)
        self.assertEqual(self.states(), {ref: "ignored"})

    def test_j1_only_the_marketplace_of_the_order_is_stated_again(self):
        french = self.create_offer("MUG-BLUE", FR)
        self.tell()
        self.let_time_pass()
        ref = self.mugs()
        self.lose_mugs()
        self.cancel_at_amazon(ref)
        self.run_cron()
        self.assertFalse(self.mug.sent_at)
        self.assertTrue(french.sent_at)

    def test_j1_what_was_cancelled_long_ago_was_stated_since(self):
        ref = self.mugs()
        self.lose_mugs()
        self.cancel_at_amazon(ref)
        with patch.object(amazon_order, "LONG_AGO", -timedelta(hours=1)):
            self.assertEqual(self.read_on(), [])

    def test_j1_fba_order_gives_nothing_back(self):
        ref = self.mugs(channel="fba")
        self.lose_mugs()
        self.world.cancel(ref)
        self.assertEqual(self.listing.quantity, 0)
        self.assertEqual(self.read_on(), [])

    def test_j1_account_that_sends_no_stock_forgets_nothing(self):
        ref = self.mugs()
        self.account.sync_stock = False
        self.world.cancel(ref)
        self.run_cron()
        self.assertEqual(self.sale_order(ref).state, "cancel")
        self.assertFalse(self.mug.forgotten_at)

    def test_j1_offer_that_sends_no_stock_forgets_nothing(self):
        ref = self.mugs()
        self.mug.action_stop_stock()
        self.world.cancel(ref)
        self.run_cron()
        self.assertFalse(self.mug.forgotten_at)

    def test_j7_zero_goes_at_once(self):
        ref = self.mugs()
        self.lose_mugs()
        self.account.stock_now = True
        self.cancel_at_amazon(ref)
        self.run_cron()
        self.minute()
        self.assertEqual(self.listing.quantity, 0)
        self.assertEqual(len(self.amazon.calls("patchListingsItem")), 1)
        self.world.touch(ref)
        self.run_cron()
        self.minute()
        self.assertEqual(len(self.amazon.calls("patchListingsItem")), 1)

    def test_j9_cancelled_order_makes_a_first_quantity_no_second_one(self):
        """Also when the order was not paid, and held goods."""
        for hold in (False, True):
            with self.subTest(hold=hold):
                self.account.hold_pending = hold
                ref = self.mugs(status="PENDING")
                self.mug.action_stop_stock()
                self.stock(MUG_BLUE=0)
                self.mug.write({"listing_status": "active", "listed_quantity": 48})
                self.mug.action_send_stock()
                self.world.cancel(ref)
                self.assertEqual(self.read_on(), [])
                self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))
                self.stock(MUG_BLUE=10)
                self.tell()
                self.let_time_pass()

    def test_j9_zero_of_the_former_sku_says_nothing_of_the_new_one(self):
        ref = self.mugs()
        self.lose_mugs()
        self.cancel_at_amazon(ref)
        self.read_on()
        self.mug.write(
            {"sku": "MUG-NEW", "listing_status": "active", "listed_quantity": 48}
        )
        self.scan()
        self.assertEqual(self.outbox()["MUG-NEW"], ("held", 0))


class TestManyGivenBack(GivenBackCase):
    """Nine goods are sold out, and one order of each is cancelled."""

    def setUp(self):
        super().setUp()
        skus = [f"ART-{number}" for number in range(9)]
        for sku in skus:
            self.products[sku] = self._create_product(sku, sku)
        for offer in self.create_offers(skus):
            self.offers[offer.sku] = offer
        self.sold_out = [self.offers[sku] for sku in skus]
        self.stock(**{sku.replace("-", "_"): 1 for sku in skus})
        self.tell()
        refs = [self.buy(sku) for sku in skus]
        self.run_cron()
        for offer in self.sold_out:
            self.store(offer.sku, -1, location=self.shelf)
        self.account.stock_guard_count = 0
        self.tell()
        self.let_time_pass()
        self.account.stock_guard_count = 8
        self.assertEqual(self.listed_now(), [0] * 9)
        for offer in self.sold_out:  # by a list from before they were sold out
            offer.write({"listing_status": "active", "listed_quantity": 1})
        for ref in refs:
            self.world.cancel(ref)
        self.assertEqual(self.listed_now(), [1] * 9)

    def listed_now(self):
        return [self.world.listing(offer.sku).quantity for offer in self.sold_out]

    def test_j3_many_at_once_wait_for_nobody(self):
        self.read_on()
        self.assertEqual(self.listed_now(), [0] * 9)
        self.assertFalse(self.account.stock_guard_message)

    def test_j3_they_do_not_wait_while_others_do(self):
        self.account.stock_guard_count = 1
        self.stock(MUG_BLUE=0)
        self.read_on()
        self.assertEqual(self.listed_now(), [0] * 9)
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))

    def test_j3_what_ends_next_is_not_held_because_of_them(self):
        self.account.stock_now = True
        self.run_cron()
        self.minute()
        self.assertEqual(self.listed_now(), [0] * 9)
        self.stock(MUG_BLUE=0)
        self.scan()
        self.minute()
        self.assertEqual(self.listing.quantity, 0)
        self.assertFalse(self.account.stock_guard_message)
