"""Amazon answers 204 and keeps nothing: hours later it is looked at (feature H7)."""

from collections import Counter
from datetime import timedelta

from odoo import fields
from odoo.tools import mute_logger

from ..common import ACCOUNT_LOG
from ..shipping_case import ShippingCase


class TestShipmentsKept(ShippingCase):
    def hours_later(self, hours):
        """Time goes by: the messages were sent so many hours ago."""
        for row in self.messages():
            row.done_at = fields.Datetime.now() - timedelta(hours=hours)
            if row.check_at:
                row.check_at -= timedelta(hours=hours)
        self.amazon.received.clear()
        self.send()

    def checks(self):
        """Count how often Amazon was asked.

        :return int: so often Amazon was asked for an order
        """
        return len(self.amazon.calls("getOrder"))

    def unkept(self, **details):
        """Amazon takes a shipment and keeps nothing of it.

        :return tuple: reference, sale order, delivery
        """
        ref, order = self.order("MUG-BLUE")
        picking = self.ship(order, **details)
        self.amazon.faults.add("confirmShipment", "unkept")
        self.send()
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertEqual(self.world.shipments(ref), [])
        return ref, order, picking

    def test_h7_parcel_that_amazon_did_not_keep_is_a_failure(self):
        ref, _order, picking = self.unkept()
        self.hours_later(1)
        self.assertEqual(self.checks(), 0)
        self.hours_later(2)
        self.assertEqual(self.checks(), 1)
        self.assertEqual(picking.amazon_sync_status, "error")
        self.assertIn("does not show it", picking.amazon_sync_error)
        self.assertEqual(
            self.mails(),
            [("responsible@example.com", f"Amazon {self.account.name}: 1 failed")],
        )
        self.hours_later(30)
        self.assertEqual((self.checks(), len(self.mails())), (0, 1))

        picking.action_retry_amazon_sync()
        self.send()
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertEqual(len(self.world.shipments(ref)), 1)

    def test_h7_one_mail_for_all_parcels_of_a_run(self):
        for _parcel in range(3):
            self.unkept()
        self.hours_later(2)
        self.assertEqual(
            self.mails(),
            [("responsible@example.com", f"Amazon {self.account.name}: 3 failed")],
        )

    def test_h7_settled_in_seller_central(self):
        _ref, _order, picking = self.unkept()
        self.hours_later(2)
        picking.action_settle_amazon_sync()
        self.hours_later(24)
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertEqual(self.checks(), 0)

    def test_h7_an_ordinary_day_costs_no_look(self):
        orders = [self.order("MUG-BLUE")[1] for _order in range(5)]
        for number, order in enumerate(orders):
            self.ship(order, f"003400{number}")
        self.send()
        self.run_cron()
        self.assertEqual({order.amazon_status for order in orders}, {"SHIPPED"})
        for hours in (2, 12, 24):
            self.hours_later(hours)
            self.assertEqual(self.checks(), 0)
        self.assertFalse(any(self.messages().mapped("check_at")))

    def ship_many(self, parcels, lost=0):
        """Confirm many parcels, with a call for each and no other.

        :param int lost: so many of them are taken by Amazon and not kept
        :return tuple: references, sale orders
        """
        quota = (parcels, 10 * parcels)
        for operation in ("confirmShipment", "getOrder"):
            self.amazon.rates[operation] = quota
        refs = [self.buy("MUG-BLUE") for _parcel in range(parcels)]
        self.run_cron()
        orders = self.sale_orders()
        self.assertEqual(len(orders), parcels)
        for number, order in enumerate(orders):
            self.ship(order, f"0034{number:04d}")
        if lost:
            self.amazon.faults.add("confirmShipment", "unkept", times=lost)
        self.amazon.received.clear()
        self.send()
        calls = Counter(call.operation for call in self.amazon.received)
        calls.pop("token", None)
        self.assertEqual(calls, {"confirmShipment": parcels})
        return refs, orders

    def test_h7_goal_of_calls_on_a_day_with_lost_parcels(self):
        """Each parcel that Amazon did not keep costs one look, the others none."""
        parcels, lost = 100, 2
        _refs, orders = self.ship_many(parcels, lost)
        self.run_cron()
        self.assertEqual(
            Counter(orders.mapped("amazon_status")),
            {"SHIPPED": parcels - lost, "UNSHIPPED": lost},
        )
        for hours, checks in ((2, lost), (12, 0), (24, 0)):
            self.hours_later(hours)
            self.assertEqual((hours, self.checks()), (hours, checks))
        self.assertEqual(
            Counter(row.state for row in self.messages()),
            {"done": parcels - lost, "failed": lost},
        )
        self.assertEqual(
            self.mails(),
            [("responsible@example.com", f"Amazon {self.account.name}: 2 failed")],
        )

    def test_h7_one_of_two_parcels_of_an_order_is_lost(self):
        ref, order = self.order(items=[self.world.item("MUG-BLUE", quantity=2)])
        first = self.ship(order, MUG_BLUE=1)
        second = self.ship(order, "0034002")
        self.amazon.faults.add("confirmShipment", "unkept", after=1)
        self.send()
        self.run_cron()
        self.assertEqual(order.amazon_status, "PARTIALLY_SHIPPED")
        self.hours_later(2)
        self.assertEqual(self.checks(), 1)
        self.assertEqual(first.amazon_sync_status, "done")
        self.assertEqual(second.amazon_sync_status, "error")
        self.assertEqual(len(self.world.shipments(ref)), 1)
        second.action_retry_amazon_sync()
        self.send()
        self.assertEqual(len(self.world.shipments(ref)), 2)

    def test_h7_goal_of_calls_on_an_ordinary_day(self):
        """A call for each parcel, and a look for at most one of fifty: an ordinary day
        has some orders that Amazon needs hours for."""
        parcels, slow = 100, 2
        refs, orders = self.ship_many(parcels)
        for ref in refs[:slow]:
            self.world.order(ref).status = "UNSHIPPED"
        self.run_cron()
        self.assertEqual(
            Counter(orders.mapped("amazon_status")),
            {"SHIPPED": parcels - slow, "UNSHIPPED": slow},
        )
        self.hours_later(2)
        self.assertEqual(self.checks(), slow)
        self.assertLessEqual(self.checks(), parcels / 50)
        for ref in refs[:slow]:
            self.world.order(ref).status = "SHIPPED"
            self.world.touch(ref)
        self.run_cron()
        for hours in (12, 24):
            self.hours_later(hours)
            self.assertEqual(self.checks(), 0)

    def test_h7_order_that_does_not_turn_shipped_is_looked_at_three_times(self):
        ref, order = self.order("MUG-BLUE")
        picking = self.ship(order)
        self.send()
        self.world.order(ref).status = "UNSHIPPED"  # the parcel is there all the same
        for hours, checks in (
            (1, 0),
            (2, 1),
            (3, 0),
            (12, 1),
            (13, 0),
            (24, 1),
            (99, 0),
        ):
            for row in self.messages():
                row.check_at = row.check_at and self._check_at(row, hours)
            self.amazon.received.clear()
            self.send()
            self.assertEqual((hours, self.checks()), (hours, checks))
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertFalse(self.mails())

    def _check_at(self, row, hours):
        """Compute when a shipment is asked for, seen from now.

        :return datetime: when the next look is due, so many hours after sending
        """
        due = (2, 12, 24)[row.check_count]
        return fields.Datetime.now() + timedelta(hours=due - hours, seconds=-1)

    def test_h7_half_confirmed_order_is_not_asked_for(self):
        _ref, order = self.order(items=[self.world.item("MUG-BLUE", quantity=3)])
        self.ship(order, MUG_BLUE=1)
        self.send()
        self.hours_later(2)
        self.assertEqual(self.checks(), 0)
        self.ship(order, "0034002")
        self.amazon.faults.add("confirmShipment", "unkept")
        self.send()
        self.hours_later(2)
        self.assertEqual(self.checks(), 1)
        self.assertEqual([row.state for row in self.messages()], ["done", "failed"])

    @mute_logger(ACCOUNT_LOG)
    def test_h7_amazon_that_can_not_be_asked_is_asked_again(self):
        _ref, _order, picking = self.unkept()
        self.amazon.faults.add("getOrder", "server_error")
        self.hours_later(2)
        self.assertEqual(picking.amazon_sync_status, "done")
        self.messages().check_at = fields.Datetime.now()
        self.send()
        self.assertEqual(picking.amazon_sync_status, "error")

    def test_h7_looks_stay_inside_the_budget(self):
        self.amazon.rates["getOrder"] = (0.5, 2)
        for _parcel in range(4):
            self.unkept()
        self.hours_later(2)
        self.assertLessEqual(self.checks(), 3)
        self.assertEqual(self.account.connection_state, "connected")
