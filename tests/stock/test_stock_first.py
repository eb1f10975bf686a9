"""The first quantities of an account, and those that would end what sells, are shown
before they leave (feature J9)."""

from odoo import fields
from odoo.exceptions import UserError

from ..stock_case import StockCase


class TestFirstPush(StockCase):
    """Amazon sells 48 and 50 pieces of two goods that Odoo has none of."""

    def setUp(self):
        super().setUp()
        self.account.stock_confirmed_at = False
        self.stock(MUG_BLUE=10, MUG_WHITE=0, TEA_SENCHA=0)
        self.list_at_amazon(MUG_BLUE=10, MUG_WHITE=48, TEA_SENCHA=50)

    def list_at_amazon(self, **quantities):
        """Amazon's list of offers was read."""
        for name, quantity in quantities.items():
            offer = self.offers[name.replace("_", "-")]
            offer.write({"listing_status": "active", "listed_quantity": quantity})
            self.world.listing(offer.sku).quantity = quantity

    def at_amazon(self):
        return {sku: self.world.quantities()[sku] for sku in self.offers}

    def shown(self):
        """Open the list of quantities that are held back.

        :return list: (SKU, Amazon has, would be) in the order of the list
        """
        action = self.account.action_view_held_stock()
        rows = self.env[action["res_model"]].search(
            action["domain"], order="quantity, offer_id"
        )
        return [(row.offer_id.sku, row.at_amazon, row.quantity) for row in rows]

    def test_j9_first_push_that_ends_what_sells_is_shown(self):
        self.scan()
        self.send()
        self.assertEqual(self.sent(), [])
        self.assertEqual(
            self.shown(),
            [("MUG-WHITE", "48", 0), ("TEA-SENCHA", "50", 0), ("MUG-BLUE", "10", 10)],
        )
        self.assertEqual(
            self.account.stock_guard_message,
            "Amazon.de: these are the first quantities from Odoo. Listings that would "
            "fall to zero or by more than half: 2 of 3.",
        )
        self.scan()  # nobody is asked twice, nothing goes by itself
        self.send()
        self.assertEqual(self.sent(), [])

    def test_j9_lists_of_some_sellers_say_less(self):
        """Without states, or without quantities: what sells is shown all the same."""
        self.account.stock_confirmed_at = fields.Datetime.now()
        for offer in self.offers.values():
            offer.listing_status = False
        tea = self.offers["TEA-SENCHA"]
        tea.listing_status = "active"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_offer SET listed_quantity = NULL WHERE id = %s", [tea.id]
        )
        self.env.invalidate_all()
        self.scan()
        self.assertEqual(
            [(sku, quantity) for sku, _amazon_has, quantity in self.shown()],
            [("MUG-WHITE", 0), ("TEA-SENCHA", 0)],
        )
        self.assertEqual(self.offers["MUG-WHITE"].at_amazon, "48")

    def test_j9_button_says_so(self):
        self.assertIn("these are the first quantities", self.press())

    def test_j9_all_are_confirmed(self):
        self.scan()
        self.press("action_release_stock")
        self.send()
        self.send_later()
        self.assertEqual(
            self.at_amazon(), {"MUG-BLUE": 10, "MUG-WHITE": 0, "TEA-SENCHA": 0}
        )
        self.assertFalse(self.account.stock_guard_message)

    def test_j9_some_are_confirmed(self):
        self.scan()
        rows = self.messages("MUG-BLUE", "MUG-WHITE")
        answer = rows.with_user(self.account.user_id).action_confirm_stock()
        self.assertIn(
            "Quantities on their way to Amazon: 2", answer["params"]["message"]
        )
        self.assertEqual(self.outbox()["TEA-SENCHA"], ("held", 0))
        self.send()
        self.send_later()
        self.assertEqual(
            self.at_amazon(), {"MUG-BLUE": 10, "MUG-WHITE": 0, "TEA-SENCHA": 50}
        )
        self.let_time_pass()
        self.scan()
        self.assertEqual(self.outbox()["TEA-SENCHA"], ("held", 0))
        self.assertIn("from Odoo: 1.", self.account.stock_guard_message)

    def test_j9_what_was_confirmed_stays_confirmed_while_it_waits(self):
        self.scan()
        self.messages("MUG-WHITE").action_confirm_stock()
        self.messages("MUG-WHITE").next_try_at = "2099-01-01"
        self.scan()
        self.assertEqual(self.outbox()["MUG-WHITE"], ("todo", 0))

    def test_j9_none_is_confirmed(self):
        self.scan()
        self.messages("MUG-WHITE", "TEA-SENCHA").action_stop_stock()
        self.assertEqual(self.outbox()["MUG-WHITE"][0], "superseded")
        self.assertFalse(self.offers["MUG-WHITE"].sync_stock)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 10))
        self.send()
        self.send_later()
        self.assertEqual(
            self.at_amazon(), {"MUG-BLUE": 10, "MUG-WHITE": 48, "TEA-SENCHA": 50}
        )

    def test_j9_only_what_is_held_can_be_confirmed(self):
        self.scan()
        self.press("action_release_stock")
        with self.assertRaises(UserError):
            self.messages().action_confirm_stock()

    def test_j9_first_push_that_takes_nothing_away_goes(self):
        self.stock(MUG_WHITE=48, TEA_SENCHA=30)
        self.scan()
        self.assertEqual({state for state, _q in self.outbox().values()}, {"todo"})
        self.assertFalse(self.account.stock_guard_message)

    def test_j9_stock_that_is_corrected_goes_by_itself(self):
        self.scan()
        self.stock(MUG_WHITE=48, TEA_SENCHA=50)
        self.scan()
        self.assertEqual({state for state, _q in self.outbox().values()}, {"todo"})
        self.assertFalse(self.account.stock_guard_message)

    def test_j9_offer_that_is_ticked_later_is_shown_when_it_would_end(self):
        self.account.stock_confirmed_at = fields.Datetime.now()
        self.offers["MUG-WHITE"].sync_stock = False
        self.offers["TEA-SENCHA"].sync_stock = False
        self.tell()
        self.assertEqual(self.outbox(), {"MUG-BLUE": ("done", 10)})
        (self.offers["MUG-WHITE"] + self.offers["TEA-SENCHA"]).action_send_stock()
        self.scan()
        self.assertEqual(
            self.shown(), [("MUG-WHITE", "48", 0), ("TEA-SENCHA", "50", 0)]
        )
        self.assertIn("from Odoo: 2.", self.account.stock_guard_message)
        self.stock(TEA_SENCHA=3)
        self.scan()
        self.assertEqual(self.outbox()["TEA-SENCHA"], ("todo", 3))
        self.messages("MUG-WHITE").action_confirm_stock()
        self.scan()
        self.assertFalse(self.account.stock_guard_message)
        self.tell()
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 0)

    def test_j9_what_sells_out_later_is_no_first_push(self):
        self.stock(MUG_WHITE=48, TEA_SENCHA=50)
        self.tell()
        self.let_time_pass()
        self.stock(MUG_WHITE=0)
        self.tell()
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 0)

    def sell_by_hand(self):
        """Somebody looks after a good in Seller Central again."""
        self.list_at_amazon(MUG_BLUE=10, MUG_WHITE=48, TEA_SENCHA=50)
        self.let_time_pass()

    def push_all(self):
        """Amazon has accepted all quantities from Odoo, white mugs were sold out."""
        self.account.stock_confirmed_at = fields.Datetime.now()
        self.stock(TEA_SENCHA=50)
        self.tell()
        self.messages().filtered(lambda row: row.state == "held").action_confirm_stock()
        self.tell()
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 0)
        self.let_time_pass()

    def begin_again(self, sold_out):
        """The account sends stock again, after Seller Central was used for a while."""
        self.push_all()
        self.account.sync_stock = False
        self.sell_by_hand()
        self.stock(MUG_WHITE=48, TEA_SENCHA=50)
        self.stock(**{sold_out.replace("-", "_"): 0})
        self.account.sync_stock = True
        self.account.last_full_stock_run = False
        self.tell()
        self.assertIn("first quantities", self.account.stock_guard_message)
        self.assertTrue(self.at_amazon()[sold_out])
        self.press("action_release_stock")
        self.send_later()
        self.send_later()
        self.assertEqual(self.at_amazon()[sold_out], 0)

    def test_j9_account_that_sends_stock_again_begins_anew(self):
        self.begin_again("TEA-SENCHA")

    def test_j9_zero_that_odoo_sent_before_the_pause_is_shown_too(self):
        self.begin_again("MUG-WHITE")

    def test_j9_offer_that_sends_stock_again_begins_anew(self):
        self.push_all()
        mug = self.offers["MUG-WHITE"]
        mug.action_stop_stock()
        self.scan()
        self.sell_by_hand()
        mug.action_send_stock()
        self.account.last_full_stock_run = False
        self.tell()
        self.assertEqual(self.outbox()["MUG-WHITE"], ("held", 0))
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 48)
        self.account.stock_now = True
        cron = self.env.ref("amazon_connector.ir_cron_send_stock_now")
        cron.ir_actions_server_id.run()
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 48)
        self.messages("MUG-WHITE").action_confirm_stock()
        self.tell()
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 0)

    def test_j9_feed_that_ends_after_the_stop_says_nothing(self):
        self.account.stock_confirmed_at = fields.Datetime.now()
        self.stock(MUG_WHITE=48, TEA_SENCHA=50)
        self.scan()
        self.world.feeds.take = 10**6
        self.send()
        mug = self.offers["MUG-WHITE"]
        self.assertEqual(self.outbox()["MUG-WHITE"], ("submitted", 48))
        mug.action_stop_stock()
        self.world.feeds.take = 0
        self.send_later()
        self.assertEqual(self.outbox()["MUG-WHITE"], ("done", 48))
        self.assertFalse(mug.sent_at)
        self.assertTrue(self.offers["TEA-SENCHA"].sent_at)
        self.sell_by_hand()
        self.stock(MUG_WHITE=0)
        mug.action_send_stock()
        self.tell()
        self.assertEqual(self.outbox()["MUG-WHITE"], ("held", 0))
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 48)

    def test_j9_offer_that_comes_out_of_the_archive_begins_anew(self):
        self.push_all()
        mug = self.offers["MUG-WHITE"]
        mug.action_archive()
        self.scan()
        self.sell_by_hand()
        mug.action_unarchive()
        self.tell()
        self.assertEqual(self.outbox()["MUG-WHITE"], ("held", 0))
        self.assertEqual(self.at_amazon()["MUG-WHITE"], 48)

    def test_j9_account_that_is_opened_again_begins_anew(self):
        self.push_all()
        self.account.action_archive()
        self.sell_by_hand()
        self.stock(MUG_WHITE=48, TEA_SENCHA=0)
        self.account.action_unarchive()
        self.tell()
        self.assertIn("first quantities", self.account.stock_guard_message)
        self.assertEqual(self.at_amazon()["TEA-SENCHA"], 50)

    def test_j9_dry_run_shows_the_first_push_too(self):
        self.account.dry_run = True
        self.scan()
        self.send()
        self.assertEqual(self.sent(), [])
        self.assertEqual(len(self.shown()), 3)


class TestFirstRefused(StockCase):
    """Amazon accepts nothing of the first quantities, then the goods are sold out: that
    is no wrong count that a person has to see."""

    def setUp(self):
        super().setUp()
        self.mug = self.offers["MUG-BLUE"]
        self.stock(MUG_BLUE=5, MUG_WHITE=20, TEA_SENCHA=30)
        self.mug.write({"listing_status": "active", "listed_quantity": 48})
        self.listing = self.world.listing("MUG-BLUE")
        self.listing.quantity = 48

    def refuse(self):
        """Amazon refuses the first quantity."""
        self.world.feeds.refuse("MUG-BLUE")
        self.tell()
        self.world.feeds.accept("MUG-BLUE")
        self.assertEqual(self.outbox()["MUG-BLUE"], ("failed", 5))
        self.assertFalse(self.mug.sent_at)
        self.let_time_pass()

    def minute(self):
        cron = self.env.ref("amazon_connector.ir_cron_send_stock_now")
        cron.ir_actions_server_id.run()

    def test_j9_sold_out_after_a_refusal_is_not_held(self):
        self.refuse()
        self.stock(MUG_BLUE=0)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 0))
        self.assertFalse(self.account.stock_guard_message)
        self.send()
        self.send_later()
        self.assertEqual(self.listing.quantity, 0)
        self.assertEqual(self.outbox()["MUG-BLUE"], ("done", 0))

    def test_j9_zero_that_is_refused_too_goes_again_by_itself(self):
        self.refuse()
        self.stock(MUG_BLUE=0)
        self.world.feeds.refuse("MUG-BLUE")
        self.tell()
        self.world.feeds.accept("MUG-BLUE")
        self.assertEqual(self.outbox()["MUG-BLUE"], ("failed", 0))
        self.press()
        self.send_later()
        self.assertEqual(self.listing.quantity, 0)

    def test_j9_sold_out_after_a_feed_without_a_result(self):
        self.world.feeds.fatal_next()
        self.tell()
        self.assertEqual(self.listing.quantity, 48)
        self.stock(MUG_BLUE=0)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 0))
        self.send_later()
        self.send_later()
        self.assertEqual(self.listing.quantity, 0)

    def test_j9_sold_out_while_the_first_quantity_waits(self):
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 5))
        self.stock(MUG_BLUE=0)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 0))

    def test_j9_sold_out_after_a_refusal_goes_at_once(self):
        self.refuse()
        self.account.stock_now = True
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.listing.quantity, 0)

    def test_j9_sold_out_while_the_first_feed_is_under_way_goes_at_once(self):
        self.scan()
        self.world.feeds.take = 3600
        self.send()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("submitted", 5))
        self.account.stock_now = True
        self.stock(MUG_BLUE=0)
        self.minute()
        self.assertEqual(self.listing.quantity, 0)

    def test_j9_first_count_of_zero_still_waits_for_a_person(self):
        self.stock(MUG_BLUE=0)
        self.account.stock_now = True
        self.minute()
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))
        self.minute()
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))
        self.assertEqual(self.listing.quantity, 48)

    def test_j9_what_a_person_stopped_is_a_first_quantity_again(self):
        self.refuse()
        self.mug.action_stop_stock()
        self.stock(MUG_BLUE=0)
        self.mug.action_send_stock()
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))


class TestSmallGuard(StockCase):
    """A shop of less than twenty offers has a guard, too."""

    def setUp(self):
        super().setUp()
        for number in range(9):
            sku = f"ART-{number}"
            self.products[sku] = self._create_product(sku, sku)
            self.offers[sku] = self.create_offer(sku)
        self.set_stock(5)
        self.tell()
        self.let_time_pass()

    def set_stock(self, quantity, count=12):
        for sku in sorted(self.products)[:count]:
            self.stock(**{sku.replace("-", "_"): quantity})

    def test_j9_eight_offers_that_would_end_wait(self):
        self.set_stock(0, 8)
        self.scan()
        self.assertEqual(
            self.account.stock_guard_message,
            "Amazon.de: listings that sell and would end: 8.",
        )
        self.assertEqual(self.account.held_stock_count, 8)

    def test_j9_seven_go(self):
        self.set_stock(0, 7)
        self.scan()
        self.assertFalse(self.account.stock_guard_message)

    def test_j9_number_can_be_changed_and_switched_off(self):
        self.account.stock_guard_count = 0
        self.set_stock(0)
        self.scan()
        self.assertFalse(self.account.stock_guard_message)
        self.account.stock_guard_count = 3
        self.scan()
        self.assertFalse(self.account.stock_guard_message)  # it passed already
