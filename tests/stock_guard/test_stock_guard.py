"""A look that would empty the shop waits for a person (features J3, K3)."""

from odoo import fields

from ..common import DE, FR
from ..stock_case import StockCase

GUARD = "amazon_connector.mail_activity_type_stock_guard"


class TestStockGuard(StockCase):
    """Thirty offers in Germany; the guard's share is 30 %."""

    def setUp(self):
        super().setUp()
        for number in range(27):
            sku = f"ART-{number:02}"
            self.products[sku] = self._create_product(sku, sku)
        more = list(self.products)[3:]
        for offer in self.create_offers(more):
            self.offers[offer.sku] = offer
        self.skus = sorted(self.products)
        self.stock_all(10)

    def stock_all(self, quantity, count=None):
        """The first so many have this quantity."""
        for sku in self.skus[:count]:
            there = sum(self.stored(sku, self.shelf).values())
            if there != quantity:
                self.store(sku, quantity - there, location=self.shelf)

    def accept(self):
        """Amazon took all that was written down."""
        for row in self.messages().filtered(lambda row: row.state == "todo"):
            row.write({"state": "done"})
            row.offer_id.write(
                {"sent_quantity": row.quantity, "sent_at": fields.Datetime.now()}
            )
        self.let_time_pass()

    def states(self):
        """Count the messages by state.

        :return dict: state -> number of messages
        """
        rows = self.messages()
        return {state: len(group) for state, group in rows.grouped("state").items()}

    def activities(self):
        return self.account.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(GUARD)
        )

    def _trip(self, count=10, quantity=0):
        self.scan()
        self.accept()
        self.stock_all(quantity, count)
        self.scan()

    def test_j3_first_push_with_goods_goes(self):
        self.scan()
        self.assertEqual(self.states(), {"todo": 30})

    def test_j3_first_push_with_an_empty_stock_waits(self):
        self.stock_all(0)
        self.scan()
        self.assertEqual(self.states(), {"held": 30})
        self.assertEqual(
            self.account.stock_guard_message,
            "Amazon.de: listings that would fall to zero or by more than half: "
            "30 of 30.",
        )

    def test_j3_share_decides(self):
        self.account.stock_guard_count = 0
        self._trip(count=9)  # 30 % is not more than 30 %
        self.assertEqual(self.states(), {"todo": 9, "done": 21})
        self.assertFalse(self.account.stock_guard_message)
        self.accept()
        self.stock_all(10)
        self.scan()
        self.accept()
        self.stock_all(0, 10)
        self.scan()
        self.assertEqual(self.states(), {"held": 10, "done": 20})

    def test_j3_fall_by_more_than_half_counts(self):
        self._trip(count=30, quantity=5)  # just half
        self.assertEqual(self.states(), {"todo": 30})
        self.accept()
        self.stock_all(2)
        self.scan()
        self.assertEqual(self.states(), {"held": 30})

    def test_j3_everything_of_the_marketplace_waits_and_the_others_go(self):
        for sku in self.skus[:25]:
            self.create_offer(sku, FR, stock_cap=20)
        self.scan()
        self.accept()
        france = self.messages().filtered(lambda row: row.marketplace_id.api_ref == FR)
        self.assertEqual(len(france), 25)
        france.offer_id.write({"sent_quantity": 0})
        self.stock_all(0, 10)
        self.stock_all(12, None)
        self.stock_all(0, 10)
        self.scan()
        germany = self.messages() - france
        self.assertEqual(set(germany.mapped("state")), {"held"})
        self.assertEqual(set(france.mapped("state")), {"todo", "done"})

    def test_j3_share_of_few_offers_says_nothing(self):
        """Their number does, see TestSmallGuard."""
        self.account.stock_guard_count = 0
        some = [self.offers[sku] for sku in self.skus[19:]]
        for offer in some:
            offer.sync_stock = False
        self.stock_all(0)
        self.scan()
        self.assertEqual(self.states(), {"todo": 19})

    def test_j3_share_of_a_hundred_switches_the_guard_off(self):
        self.account.stock_guard_share = 100
        self.stock_all(0)
        self.scan()
        self.assertEqual(self.states(), {"todo": 30})

    def test_j3_k3_responsible_is_asked_once(self):
        self._trip()
        [activity] = self.activities()
        self.assertEqual(activity.user_id, self.account.user_id)
        self.assertIn("half: 10 of 30", activity.note)
        self.stock_all(0, 12)
        self.scan()
        self.assertEqual(self.activities(), activity)
        self.assertIn("12 of 30", self.account.stock_guard_message)
        self.assertEqual(self.states(), {"held": 12, "done": 18})

    def test_j3_nothing_is_read_for_what_is_held_back(self):
        self._trip()
        self.amazon.received.clear()
        self.let_time_pass()
        self.scan()
        self.assertCalls()

    def test_j3_it_goes_by_itself_when_the_stock_is_right_again(self):
        self._trip()
        self.stock_all(9, 10)
        self.scan()
        self.assertEqual(self.states(), {"todo": 10, "done": 20})
        self.assertFalse(self.account.stock_guard_message)
        self.assertFalse(self.activities())
        self.assertFalse(any(self.messages().mapped("error_message")))

    def test_j3_what_is_as_amazon_has_it_is_not_sent(self):
        self._trip()
        self.stock_all(10)
        self.scan()
        self.assertEqual(self.states(), {"superseded": 10, "done": 20})
        self.assertFalse(self.account.stock_guard_message)

    def test_j3_release_lets_go_this_once(self):
        self._trip()
        message = self.press("action_release_stock")
        self.assertIn("Quantities on their way to Amazon: 10.", message)
        self.assertNotIn("held", self.states())
        self.assertFalse(self.account.stock_guard_message)
        self.assertFalse(self.activities())

    def test_j3_what_was_released_stays_released(self):
        """Also while it waits to be sent, and when Amazon did not say what became of
        it."""
        self._trip()
        account = self.account.sudo()._in_company()
        for row in self.messages():
            row.offer_id.stock_buffer = 0.0
        self.env["amazon.submission"].search([]).next_try_at = "2099-01-01"
        account.action_release_stock()
        rows = self.messages().filtered(lambda row: row.quantity == 0)
        for state in ("todo", "submitted", "unknown", "todo"):
            rows.state = state
            self.scan()
            self.assertEqual(set(rows.mapped("state")), {state})
        self.stock_all(0, 20)  # ten more
        self.scan()
        self.assertEqual(self.states(), {"todo": 10, "held": 10, "done": 10})
        self.assertEqual(set(rows.mapped("state")), {"todo"})

    def test_j3_button_says_what_is_held_back(self):
        self._trip()
        self.assertIn("half: 10 of 30.", self.press())
        self.assertEqual(self.states(), {"held": 10, "done": 20})
        self.assertEqual(self.account.held_stock_count, 10)

    def test_j3_daily_look_is_guarded_too(self):
        self._trip()
        self.account.last_full_stock_run = False
        self.scan()
        self.assertEqual(self.states(), {"held": 30})
        self.stock_all(10)
        self.scan()
        self.assertEqual(self.states(), {"todo": 20, "superseded": 10})

    def test_j3_two_accounts_have_a_guard_each(self):
        self._trip()
        self.assertEqual(DE, self.messages().marketplace_id.api_ref)
        other = self.account.copy({"name": "Other"})
        self.assertFalse(other.stock_guard_message)
