"""Erasing on demand, in batches, and while Amazon goes on (feature P2)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget

from ..everything import listen
from .case import ERASED, ERIKA, PLANTED, ErasureCase

# Beside what a batch costs anyway.
MOST_STATEMENTS_PER_ORDER = 7


class TestErasureWork(ErasureCase):
    # === on demand === #

    def test_p2_manager_erases_a_buyer_on_demand(self):
        order = self.shipped_order(days=1)
        manager, user = (
            new_test_user(
                self.env,
                login,
                groups=f"amazon_connector.group_amazon_{login}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for login in ("manager", "user")
        )
        with self.assertRaises(AccessError):
            order.with_user(user).action_amazon_erase_buyer()
        self.assertFalse(order.amazon_erased_at)
        params = order.with_user(manager).action_amazon_erase_buyer()["params"]
        self.assertIn("Gift messages: 2", params["message"])
        self.assertEqual(self.found(), {})
        self.assertRecordValues(
            self.proofs(), [{"user_id": manager.id, "reason": "request"}]
        )
        with self.assertRaises(AccessError):
            self.proofs().with_user(manager).write({"reason": "age"})
        with self.assertRaises(AccessError):
            self.proofs().with_user(manager).unlink()
        with self.assertRaises(AccessError):
            self.proofs().with_user(user).read(["erased"])

    # === Amazon goes on === #

    def test_p2_reading_the_order_again_does_not_bring_the_buyer_back(self):
        order = self.shipped_order()
        ref = order.amazon_order_ref
        self.run_erasure()
        moved = self.address(addressLine1="Kohlweg 3")
        self.world.change_address(ref, **moved)
        self.run_cron()
        self.assertEqual(self.row(ref).state, "done")
        self.account.last_orders_sync = fields.Datetime.now() - timedelta(days=7)
        self.row(ref).write({"remote_updated_iso": False})
        self.run_cron()
        self.row(ref).write({"state": "failed"})
        self.row(ref).action_retry()
        self.assertEqual(self.row(ref).state, "done")
        self.assertEqual(self.found(*PLANTED, "Kohlweg"), {})
        self.assertEqual(self.sale_orders(), order)

    def test_p2_updates_of_an_erased_order_still_work(self):
        order = self.erikas_order()
        # erased by somebody before the cancellation of Amazon came
        order._amazon_erase("request")
        self.world.cancel(order.amazon_order_ref)
        self.run_cron()
        self.assertRecordValues(
            order, [{"state": "cancel", "amazon_status": "CANCELLED"}]
        )
        self.assertEqual(self.found(), {})

    def test_p2_same_buyer_comes_again_as_a_new_customer(self):
        old = self.shipped_order()
        self.run_erasure()
        new = self.erikas_order()
        self.assertNotEqual(new.partner_id, old.partner_id)
        self.assertEqual(new.partner_id.name, ERIKA["name"])
        self.assertEqual(old.partner_id.name, ERASED)

    # === the work itself === #

    def test_p2_work_is_done_in_batches_and_goes_on_later(self):
        orders = self.env["sale.order"]
        for number in range(5):
            buyer = {
                "name": f"Erika Zwiebelmann {number}",
                "key": f"zwiebelkey{number}",
            }
            orders += self.shipped_order(
                buyer=buyer, address=self.address(name=buyer["name"])
            )
        module = "odoo.addons.amazon_connector.models.privacy.amazon_account"
        with patch(f"{module}.BATCH_SIZE", 2):
            budget = TimeBudget(60)
            over = iter([False, True])
            with patch.object(TimeBudget, "is_over", property(lambda self: next(over))):
                outcomes = self.account._erase_due(budget)
            self.assertEqual(outcomes, {"erased": 2, "left": 1})
            self.assertEqual(len(orders.filtered("amazon_erased_at")), 2)
            self.run_erasure()
        self.assertEqual(self.found(), {})
        self.assertEqual(len(self.proofs()), 5)

    def test_p2_cost_grows_little_with_the_orders(self):
        def erase(number):
            orders = self.env["sale.order"]
            for _number in range(number):
                count = self.env["sale.order"].search_count([])
                buyer = {"name": f"Erika {count}", "key": f"key{count}"}
                address = self.address(name=buyer["name"], addressLine1=f"Weg {count}")
                orders += self.erikas_order(buyer=buyer, address=address)
            orders.amazon_status = "CANCELLED"
            orders._amazon_cancel()
            cost = self.count_sql(lambda: self.account._erase_due(TimeBudget(60)))
            self.assertTrue(all(orders.mapped("amazon_erased_at")))
            return cost

        erase(1)
        few, many = erase(4), erase(12)
        self.assertLessEqual((many - few) / 8, MOST_STATEMENTS_PER_ORDER, (few, many))

    def test_p2_one_order_that_fails_stops_no_other(self):
        bad = self.shipped_order()
        good = self.shipped_order(
            buyer={"name": "Karl", "key": "karl"},
            address=self.address(name="Karl", addressLine1="Beetweg 9"),
        )
        original = type(bad)._amazon_erase_texts

        def fail(order, words):
            if order == bad:
                text = f"no luck with {ERIKA['name']}"
                raise UserError(text)
            return original(order, words)

        with patch.object(type(bad), "_amazon_erase_texts", fail), listen() as heard:
            self.run_erasure()
        self.assertTrue(good.amazon_erased_at)
        self.assertFalse(bad.amazon_erased_at)
        self.assertEqual(
            bad.amazon_review,
            "The buyer's data could not be erased: no luck with … Mend the cause; Odoo "
            "tries again every day.",
        )
        self.assertIn("no luck with …", heard.text)
        self.assertNotIn("Zwiebelmann", heard.text)
        self.run_erasure()
        self.assertTrue(bad.amazon_erased_at)
        self.assertEqual(self.found(), {})
