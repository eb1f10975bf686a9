"""A seller whose account was archived and who is linked anew: money and goods that come
back are booked once, and nothing of the days between is missing (feature A13).
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .case import NEXT, OCTOBER, AnewCase, fee, write


@tagged("post_install", "-at_install")
class TestLinkedAnew(AnewCase):
    def test_a13_refund_is_credited_once(self):
        order = self.shipped()
        self.invoice(order)
        self.give_back(order, "3.00")
        self.run_returns()
        refund, credit_note = self.refunds(), self._credit_notes(order)
        self.assertEqual(refund.move_id, credit_note)
        self._link_anew()
        self.world.settle()
        self.account.action_sync_settlements()  # the settlement names it once more
        self.run_returns()
        self.assertEqual(self.refunds(), refund)
        self.assertEqual(refund.line_ids.account_id, self.account)
        self.assertTrue(refund.line_ids.in_settlement)
        self.assertEqual(self._credit_notes(order), credit_note)
        self.assertEqual(order.amazon_refunded, 3)

    def test_a13_refund_that_waits_is_booked_by_the_new_account(self):
        order = self.shipped()
        self.give_back(order, "3.00")
        self.run_returns()
        self.assertEqual(self.refunds().state, "waiting")
        self._link_anew()
        self.invoice(order)
        self.run_returns()
        self.assertEqual(self.refunds().state, "draft")
        self.assertEqual(len(self._credit_notes(order)), 1)

    def test_a13_refunds_of_the_days_between_come_in(self):
        now = fields.Datetime.now()
        order = self.shipped()
        self.invoice(order)
        self.run_returns()
        self.account.transactions_read_until = now - timedelta(days=5)
        self.give_back(order, "3.00")
        self.world.refunds[-1].posted -= timedelta(days=3)  # nobody was linked
        old = self._link_anew()
        self.assertGreaterEqual(self.account.finance_from, now)
        self.run_returns()
        self.assertEqual(self.refunds().mapped("amount_total"), [3])
        self.assertEqual(self.account.finance_from, old.finance_from)
        read_until = self.account.transactions_read_until
        self.run_returns()
        self.account._finish_link()
        self.assertGreaterEqual(self.account.transactions_read_until, read_until)
        self.assertEqual(len(self.refunds()), 1)
        bodies = str(self.account.message_ids.mapped("body"))
        self.assertEqual(bodies.count("belong to this account now"), 1)

    def test_a13_day_that_a_person_chose_for_payments_stays(self):
        self.shipped()
        chosen = fields.Datetime.now() + timedelta(days=3)
        self._link_anew(finance_from=chosen)
        self.run_returns()
        self.assertEqual(self.account.finance_from, chosen)
        self.assertEqual(self.account._get_invoiced_since(), chosen)

    def test_a13_settlement_is_booked_once_and_the_next_one_follows_it(self):
        order = self.shipped()
        self.invoice(order)
        chosen = self.env["amazon.settlement.map"].create(
            {
                "account_id": self.account.id,
                "amount_type": "other-transaction",
                "amount_description": "Subscription Fee",
                "kind": "other",
            }
        )
        self.world.settle()
        self.account.action_sync_settlements()
        settlement = self.env["amazon.settlement"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(settlement.state, "draft")
        old = self._link_anew()
        self.world.settle(other=[("Subscription Fee", "-39.00")])
        self.account.action_sync_settlements()
        both = self.env["amazon.settlement"].search(
            [("account_id", "in", (old + self.account).ids)], order="start_at"
        )
        self.assertEqual(both.account_id, self.account)
        self.assertEqual(both[0], settlement)
        self.assertEqual(both.mapped("state"), ["draft", "draft"])
        self.assertEqual(len(both.move_ids), 2)
        self.assertEqual(len(both.move_ids.journal_id), 1)
        self.assertEqual(both.move_ids.journal_id.amazon_account_id, self.account)
        self.assertEqual(chosen.account_id, self.account)
        (row,) = both[1].line_ids
        self.assertEqual(row.kind, "other")
        self.assertEqual(order.invoice_ids.amount_residual, order.amount_total)

    def test_a13_file_of_a_settlement_that_is_known(self):
        raw = write([fee("-1.50")], ref="1", period=OCTOBER)
        settlement = self.upload_file(raw)
        self._link_anew()
        self.assertEqual(self.upload_file(raw), settlement)
        self.assertEqual(settlement.account_id, self.account)
        after = self.upload_file(write([fee("-1.50")], ref="2", period=NEXT))
        self.assertEqual(after.state, "draft")
        later = ("2026-11-12", "2026-11-26", "2026-11-28")
        after = self.upload_file(write([fee("-1.50")], ref="3", period=later))
        self.assertEqual((after.state, after.hold_reason), ("held", "gap"))

    def test_a13_goods_that_are_expected_are_expected_once(self):
        order = self.delivered()
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        row = self.returns()
        self.assertEqual(row.state, "expected")
        self._link_anew()
        self.read_returns()
        self.assertEqual(self.returns(), row)
        self.assertEqual(len(order.amazon_return_ids), 1)

    def test_a13_open_orders_are_invoiced_when_they_are_shipped(self):
        for before, count in (("posted", 1), ("none", 0)):
            with self.subTest(before):
                self.account.invoice_workflow = before
                self.account.flush_recordset()
                order = self.order_in("MUG-BLUE")
                self._date_back(order, 2)
                self._date_back(self.account, 9)
                self._link_anew(invoice_workflow="posted")
                self.account._take_over_all_orders()
                picking = order.picking_ids
                picking.carrier_tracking_ref = "T1"
                picking.move_ids.quantity = 1
                picking.move_ids.picked = True
                picking._action_done()
                self.account._cron_sync_settlements()
                self.assertEqual(len(order.invoice_ids), count)
                self.account.invoices_since = False

    def _date_back(self, record, days):
        """It was created so many days ago; else all of a test is of one moment."""
        record.flush_recordset()
        self.env.cr.execute(
            f"UPDATE {record._table} SET create_date = create_date - %s WHERE id = %s",
            [timedelta(days=days), record.id],
        )
        record.invalidate_recordset()

    def test_a13_what_is_at_amazon_is_asked_for_by_the_new_account(self):
        order = self.order_in("MUG-BLUE")
        place = self.account.base_marketplace_id.id
        feeds = self.env["amazon.feed"].create(
            [
                {
                    "account_id": self.account.id,
                    "kind": kind,
                    "marketplace_id": place,
                    "feed_ref": kind,
                    "state": "submitted",
                }
                for kind in ("cancellation", "stock")
            ]
        )
        messages = self.env["amazon.submission"].create(
            [
                {
                    "account_id": self.account.id,
                    "kind": kind,
                    "dedup_key": kind,
                    "sale_order_id": order.id,
                    "marketplace_id": place,
                }
                for kind in ("cancellation", "stock_now")
            ]
        )
        old = self._link_anew()
        self.account._take_over_all_orders()
        self.assertEqual(feeds.mapped("account_id"), self.account + old)
        self.assertEqual(feeds[0].account_id, self.account)
        self.assertEqual(messages[0].account_id, self.account)
        self.assertEqual(messages[1].account_id, old)

    def test_a13_what_was_held_for_a_pending_order_is_held_once(self):
        stock = self.warehouse.lot_stock_id
        self.store("MUG-BLUE", 10, location=stock)
        quants = self.env["stock.quant"].with_company(self.company)
        product = self.products["MUG-BLUE"]
        self.account.hold_pending = True
        pending = self.buy("MUG-BLUE", status="PENDING")
        paid = self.buy("MUG-BLUE")
        self.run_cron()
        self.assertEqual(quants._get_available_quantity(product, stock), 8)
        self._link_anew(hold_pending=True)
        self.run_cron()  # it notes both, and takes the paid one over
        (row,) = self.row(pending)
        self.assertEqual(row.account_id, self.account)
        self.assertEqual(row.hold_move_ids.product_uom_qty, 1)
        self.assertEqual(quants._get_available_quantity(product, stock), 8)
        self.world.authorize_payment(pending)
        self.run_cron()
        self.assertEqual(self.states(), {pending: "done", paid: "done"})
        self.assertFalse(row.held_until)
        self.assertEqual(quants._get_available_quantity(product, stock), 8)
