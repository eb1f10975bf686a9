"""What becomes of pending orders that hold stock (feature D12)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import _
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.amazon_connector import uninstall_hook
from odoo.addons.amazon_connector.models.orders.sale_order import SaleOrder

from ..kits import KITS, PartsList
from .case import HoldCase

IMPORT_LOG = "odoo.addons.amazon_connector.models.orders.amazon_order"


class TestPendingOrders(HoldCase):
    # === the order comes === #

    def test_d12_paid_order_gets_its_own_goods(self):
        ref = self.mugs(4)
        self.pay(ref)
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(self.delivered(ref), [("MUG-BLUE", 4, 4)])
        self.assertNothingHeld(MUG_BLUE=6)

    def test_d12_in_shortage_units_go_to_the_order_that_held_them(self):
        waiting = self.buy(items=[self.world.item("MUG-BLUE", quantity=8)])
        self.run_cron()
        pending = self.mugs(2)
        short = self.buy(items=[self.world.item("MUG-BLUE", quantity=5)])
        self.run_cron()
        self.assertEqual(self.delivered(short), [("MUG-BLUE", 5, 0)])

        # a third buyer pays in the same moment, and Amazon names him first
        late = self.buy(items=[self.world.item("MUG-BLUE", quantity=1)])
        self.pay(pending)

        self.assertEqual(self.delivered(pending), [("MUG-BLUE", 2, 2)])
        self.assertEqual(self.delivered(waiting), [("MUG-BLUE", 8, 8)])
        self.assertEqual(self.delivered(short), [("MUG-BLUE", 5, 0)])
        self.assertEqual(self.delivered(late), [("MUG-BLUE", 1, 0)])
        self.assertNothingHeld(MUG_BLUE=0)

    def test_d12_two_orders_race_for_the_last_unit(self):
        self.stock(MUG_BLUE=1)
        self.all["MUG-BLUE"] = 1
        first = self.buy("MUG-BLUE", status="PENDING")
        second = self.buy("MUG-BLUE", status="PENDING")
        self.run_cron()
        self.assertEqual(self.held(first), [("MUG-BLUE", 1, 1)])
        self.assertEqual(self.held(second), [("MUG-BLUE", 1, 0)])

        self.pay(second)
        self.assertEqual(self.held(first), [("MUG-BLUE", 1, 1)])
        self.assertEqual(self.delivered(second), [("MUG-BLUE", 1, 0)])

        self.world.cancel(first)
        self.run_cron()
        self.assertEqual(self.delivered(second), [("MUG-BLUE", 1, 1)])
        self.assertNothingHeld(MUG_BLUE=0)

    def test_d12_paid_orders_of_a_batch_come_before_pending_ones(self):
        self.stock(MUG_BLUE=1)
        pending = self.buy("MUG-BLUE", status="PENDING")
        paid = self.buy("MUG-BLUE")
        self.run_cron()
        self.assertEqual(self.delivered(paid), [("MUG-BLUE", 1, 1)])
        self.assertEqual(self.held(pending), [("MUG-BLUE", 1, 0)])

    def test_d12_goods_that_come_in_are_held_too(self):
        ref = self.mugs(12)
        self.assertEqual(self.held(ref), [("MUG-BLUE", 12, 10)])
        self.receive("MUG-BLUE", 5)
        self.assertEqual(self.held(ref), [("MUG-BLUE", 12, 12)])
        self.assertEqual(self.free()["MUG-BLUE"], 3)

    def receive(self, sku, quantity):
        """A supplier delivers."""
        product = self.products[sku]
        operation = self.warehouse.in_type_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": operation.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.shelf.id,
                "company_id": self.company.id,
            }
        )
        move = self.env["stock.move"].create(
            {
                "name": _("Amazon move in"),
                "picking_id": picking.id,
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "company_id": self.company.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        picking.action_confirm()
        move.quantity = quantity
        move.picked = True
        picking.button_validate()

    def test_d12_kit_holds_its_parts(self):
        kit = self._create_product("GIFT-BOX", "Tea for two")
        self.products["GIFT-BOX"] = kit
        parts = {self.products["MUG-WHITE"]: 2, self.products["TEA-SENCHA"]: 1}
        bom = PartsList(kit, parts)
        with patch(KITS, lambda products: {kit: bom}):
            ref = self.order_unpaid(items=[self.world.item("GIFT-BOX", quantity=3)])
        self.assertEqual(self.held(ref), [("MUG-WHITE", 6, 6), ("TEA-SENCHA", 3, 3)])
        self.assertEqual(self.free(), {**self.all, "MUG-WHITE": 14, "TEA-SENCHA": 27})
        self.world.cancel(ref)
        self.run_cron()
        self.assertNothingHeld()

    def test_d12_quantity_changed_while_pending_is_held_anew(self):
        self.stock(MUG_BLUE=3)
        first, second = self.mugs(2), self.mugs(2)
        self.assertEqual(self.held(first, second)[1], ("MUG-BLUE", 2, 1))
        since = self.row(first).held_at
        self.change_quantity(first, 3)
        self.run_cron()
        self.assertEqual(self.held(first), [("MUG-BLUE", 3, 2)])
        self.assertEqual(self.held(second), [("MUG-BLUE", 2, 1)])
        self.change_quantity(first, 1)
        self.world.touch(second)
        self.run_cron()
        self.assertEqual(self.held(first), [("MUG-BLUE", 1, 1)])
        self.assertEqual(self.held(second), [("MUG-BLUE", 2, 2)])
        self.assertEqual(self.row(first).held_at, since)

    def change_quantity(self, ref, quantity):
        self.world.order(ref).items[0].quantity = quantity
        self.world.touch(ref)

    @mute_logger(IMPORT_LOG)
    def test_d12_order_that_can_not_be_imported_keeps_its_goods(self):
        ref = self.mugs(4)
        refusal = UserError("Not today.")
        with patch.object(SaleOrder, "_amazon_import", side_effect=refusal):
            self.pay(ref)
        self.assertEqual(self.states(), {ref: "failed"})
        self.assertEqual(self.held(ref), [("MUG-BLUE", 4, 4)])
        self.row(ref).action_retry()
        self.assertEqual(self.delivered(ref), [("MUG-BLUE", 4, 4)])
        self.assertNothingHeld(MUG_BLUE=6)

    # === the order does not come === #

    def test_d12_cancelled_order_frees_its_goods(self):
        ref = self.mugs(4)
        self.world.cancel(ref)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "ignored"})
        self.assertNothingHeld()

    def test_d12_cancelled_order_serves_the_next_of_the_same_batch(self):
        cancelled = self.mugs(10)
        self.world.cancel(cancelled)
        paid = self.buy("MUG-BLUE")
        self.run_cron()
        self.assertEqual(self.delivered(paid), [("MUG-BLUE", 1, 1)])
        self.assertNothingHeld(MUG_BLUE=9)

    def test_d12_shipped_elsewhere_frees_its_goods(self):
        ref = self.mugs(4)
        self.world.order(ref).status = "SHIPPED"
        self.world.touch(ref)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "ignored"})
        self.assertNothingHeld()

    def test_d12_after_the_days_allowed_the_goods_are_free_for_ever(self):
        ref = self.mugs(4)
        self.let_days_pass(ref, 6)
        self.release_overdue()
        self.assertEqual(self.held(ref), [("MUG-BLUE", 4, 4)])
        self.let_days_pass(ref, 1)
        self.release_overdue()
        self.assertNothingHeld()
        self.assertEqual(self.states(), {ref: "waiting"})

        self.world.touch(ref)
        self.run_cron()
        self.assertNothingHeld()

        self.pay(ref)
        self.assertEqual(self.delivered(ref), [("MUG-BLUE", 4, 4)])

    def test_d12_other_number_of_days_counts_for_what_is_pending(self):
        ref = self.mugs(4)
        self.let_days_pass(ref, 5)
        self.account.hold_days = 10
        self.run_cron()
        row = self.row(ref)
        self.assertEqual(row.held_until, row.held_at + timedelta(days=10))
        self.account.hold_days = 4
        self.run_cron()
        self.assertNothingHeld()

    def test_d12_release_waits_while_orders_come_in(self):
        ref = self.mugs(4)
        self.let_days_pass(ref, 8)
        triggers = self.env["ir.cron.trigger"].search_count([])
        rows = type(self.env["amazon.order"])
        with patch.object(rows, "_lock_stock", lambda row, company: False):
            self.release_overdue()
        self.assertEqual(self.held(ref), [("MUG-BLUE", 4, 4)])
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers + 1)
        self.release_overdue()
        self.assertNothingHeld()

    def test_d12_option_switched_off_frees_all(self):
        self.mugs(4)
        self.account.hold_pending = False
        self.assertNothingHeld()

    def test_d12_archived_account_holds_nothing(self):
        ref = self.mugs(4)
        self.account.action_archive()
        self.assertNothingHeld()
        self.account.action_unarchive()
        self.run_cron()
        self.assertEqual(self.held(ref), [("MUG-BLUE", 4, 4)])

    def test_d12_account_without_a_key_holds_nothing(self):
        self.mugs(4)
        self.account.refresh_token = False
        self.assertNothingHeld()

    def test_d12_deleted_account_leaves_nothing_held(self):
        self.mugs(4)
        self.account.unlink()
        self.assertNothingHeld()

    def test_d12_hold_that_met_the_switch_is_found(self):
        """An import that began before somebody switched it off knows nothing of it."""
        self.mugs(4)
        self.env.flush_all()
        self.env.cr.execute("UPDATE amazon_account SET hold_pending = FALSE")
        self.env.invalidate_all()
        self.release_overdue()
        self.assertNothingHeld()

    def test_d12_uninstalling_leaves_nothing_held(self):
        self.mugs(4)
        uninstall_hook(self.env)
        self.assertFalse(self.holds())
        self.assertEqual(self.free(), self.all)
        self.assertFalse(self.company.amazon_pending_location_id.active)

    # === what Amazon gets === #

    def test_d12_held_goods_are_not_reported_to_amazon(self):
        self.tell()
        ref = self.mugs(4)
        self.tell()
        self.assertEqual(self.sent()[1:], [{"MUG-BLUE": 6}])

        self.pay(ref)
        self.tell()
        self.assertEqual(self.sent()[1:], [{"MUG-BLUE": 6}], "counted once")

        self.let_time_pass()
        other = self.mugs(1)
        self.world.cancel(other)
        self.tell()
        self.assertEqual(self.sent()[2:], [{"MUG-BLUE": 6}], "whatever Amazon added")
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 6)

    def test_d12_forecast_leaves_out_what_pending_orders_wait_for(self):
        self.account.stock_basis = "forecast"
        self.stock(MUG_BLUE=1)
        first, second = self.mugs(1), self.mugs(1)
        self.receive("MUG-WHITE", 1)
        self.scan()
        self.accept()
        self.assertEqual(self.outbox()["MUG-BLUE"][1], 0)
        self.stock(MUG_BLUE=3)
        self.world.cancel(second)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 2))
        self.assertEqual(self.held(first), [("MUG-BLUE", 1, 1)])
