"""Nothing of Amazon is kept for longer than 18 months that is no business document
(feature P2)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from odoo.addons.amazon_connector.models.account import amazon_purge

from ..common import DE
from ..shipping_case import ShippingCase

OLD, YOUNG = timedelta(days=545), timedelta(days=530)


class TestPurge(ShippingCase):
    def ago(self, records, name, age):
        """A moment of some records lies so long in the past."""
        self.env.flush_all()
        self.env.cr.execute(
            f'UPDATE "{records._table}" SET {name} = %s WHERE id = ANY(%s)',
            [fields.Datetime.now() - age, records.ids],
        )
        self.env.invalidate_all()

    def purge(self):
        with patch.object(amazon_purge, "PURGED_AT_ONCE", 1):
            self.env["amazon.purge"]._gc_old()

    def test_p2_old_messages_about_stock_go(self):
        messages = self.env["amazon.submission"]._enqueue(
            "stock",
            [
                {"account_id": self.account.id, "dedup_key": f"stock/{DE}/{number}"}
                for number in range(5)
            ],
        )
        old, young, failed, waiting, other = messages
        (old + young + failed + other).write({"done_at": fields.Datetime.now()})
        (old + young).state, other.state = "done", "superseded"
        failed._set_failed("permanent", "Amazon does not know this SKU.")
        self.ago(old + failed + other, "done_at", OLD)
        self.ago(young, "done_at", YOUNG)
        self.purge()
        self.assertEqual(messages.exists(), young + failed + waiting)

    def test_p2_what_amazon_knows_of_a_delivery_stays(self):
        _ref, order = self.order("MUG-BLUE")
        picking = self.ship(order)
        self.send()
        message = self.messages()
        self.assertEqual((message.state, picking.amazon_sync_status), ("done",) * 2)
        self.ago(message, "done_at", OLD)
        noted = self.row(order.amazon_order_ref)
        for name in ("remote_updated_at", "write_date"):
            self.ago(noted, name, OLD)
        self.purge()
        self.assertTrue(message.exists() and noted.exists())
        self.assertEqual(picking.amazon_sync_status, "done")

    def test_p2_orders_that_were_none_of_ours_go_and_may_come_again(self):
        refs = [self.buy("MUG-BLUE") for _number in range(3)]
        for ref in refs:
            self.world.cancel(ref)
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "ignored"))
        for ref, seen, judged in zip(
            refs, (OLD, YOUNG, OLD), (OLD, OLD, YOUNG), strict=True
        ):
            self.ago(self.row(ref), "remote_updated_at", seen)
            self.ago(self.row(ref), "write_date", judged)
        self.purge()
        self.assertEqual(set(self.states()), {*refs[1:]})
        self.account.last_orders_sync = fields.Datetime.now() - timedelta(days=7)
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "ignored"))

    def test_p2_settled_feeds_calls_and_checks_go(self):
        now = fields.Datetime.now()
        germany = self.account.base_marketplace_id
        feeds = self.env["amazon.feed"].create(
            [
                {
                    "account_id": self.account.id,
                    "marketplace_id": germany.id,
                    "kind": "stock",
                    "state": state,
                    "done_at": state != "submitted" and now,
                }
                for state in ("done", "failed", "done", "submitted")
            ]
        )
        checks = self.env["amazon.order.check"].create(
            [{"account_id": self.account.id} for _number in range(2)]
        )
        self.account.call_log_days = 1000
        self.account.action_update_available_marketplaces()
        calls = self.env["amazon.call"].search([("account_id", "=", self.account.id)])
        for records, name in (
            (feeds[:2], "done_at"),
            (feeds[3], "create_date"),
            (checks[0], "create_date"),
            (calls[0], "called_at"),
        ):
            self.ago(records, name, OLD)
        self.purge()
        self.assertEqual(feeds.exists(), feeds[2:])
        self.assertEqual(checks.exists(), checks[1])
        self.assertEqual(calls.exists(), calls[1:])

    def test_p2_finished_history_goes_and_its_orders_stay(self):
        start = fields.Datetime.now() - timedelta(days=900)
        values = {
            "account_id": self.account.id,
            "date_from": start,
            "date_to": start + timedelta(days=9),
            "cursor": start,
            "marketplaces": DE,
            "run_at": start,
        }
        old, paused = self.env["amazon.history"].create(
            [
                {**values, "state": "done", "finished_at": start},
                {**values, "state": "paused"},
            ]
        )
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        self.row(ref).history_id = old
        self.purge()
        self.assertEqual((old + paused).exists(), paused)
        self.assertEqual(self.states(), {ref: "done"})
