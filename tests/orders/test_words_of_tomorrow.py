"""What Amazon publishes next stops no order (feature D15)."""

from odoo.addons.amazon_connector.amazon_api.tests.test_models_of_tomorrow import (
    changed,
    places,
)

from ..common import AmazonCase

# What decides whether, and by whom, the order is to be delivered, and kinds of money.
DECISIVE = ("fulfillmentStatus", "fulfilledBy", "type", "subtype")


class TestWordsOfTomorrow(AmazonCase):
    """Each word of Amazon's answer is replaced by one that nobody knows."""

    def buy_with(self, *names):
        """Place an order and replace words of its answer.

        :return tuple: reference, names of the words that were replaced
        """
        ref = self.buy(
            items=[self.world.item("MUG-BLUE", shipping="4.00", gift_wrap="1.00")],
            programs=("PRIME",),
        )
        found = []

        def replace(shown):
            for path in places(shown):
                if path[-1] in names if names else path[-1] not in DECISIVE:
                    found.append(path[-1])
                    shown.update(changed(shown, path))

        self.world.tamper(ref, replace)
        self.run_cron()
        self.amazon.contract_violations.clear()
        return ref, found

    def test_d15_unknown_words_stop_no_order(self):
        plain = self.buy(
            items=[self.world.item("MUG-BLUE", shipping="4.00", gift_wrap="1.00")]
        )
        ref, found = self.buy_with()
        self.assertGreater(len(found), 3, found)
        self.assertEqual(self.states(), {plain: "done", ref: "done"})
        order = self.sale_order(ref)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_total, self.sale_order(plain).amount_total)

    def test_d15_money_of_an_unknown_kind_is_missing_in_sight(self):
        ref, found = self.buy_with("type")
        self.assertTrue(found)
        self.assertEqual(self.states(), {ref: "done"})
        order = self.sale_order(ref)
        self.assertEqual((order.state, order.amount_total), ("sale", 11.99))
        self.assertEqual(order.amazon_total_difference, -5.0)

    def test_d15_unknown_status_waits(self):
        ref, found = self.buy_with("fulfillmentStatus")
        self.assertTrue(found)
        self.assertEqual(self.states(), {ref: "waiting"})
