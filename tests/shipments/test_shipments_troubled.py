"""Lost answers, crashes, refusals: each shipment reaches Amazon once, and the delivery
says what became of it (features H3, K3)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.shipments.amazon_package import AmazonPackage

from ..common import ACCOUNT_LOG, SENDING_LOG
from ..shipping_case import ShippingCase


class TestUnknownOutcome(ShippingCase):
    def setUp(self):
        super().setUp()
        self.ref, order = self.order("MUG-BLUE")
        self.picking = self.ship(order)
        self.amazon.received.clear()

    def _assert_arrived_once(self):
        [number] = self.numbers(self.picking)
        self.assertEqual(
            self.world.shipments(),
            {self.ref: [(number, "DHL", "0034001", {"MUG-BLUE": 1})]},
        )
        self.assertEqual(self.picking.amazon_sync_status, "done")
        self.assertFalse(self.picking.amazon_sync_error)
        self.assertFalse(self.mails())

    def test_h3_answer_lost_after_the_write_is_not_sent_again(self):
        self.amazon.faults.add("confirmShipment", "lost")
        self.send()
        self.assertEqual(self.outbox(), [("unknown", 1)])
        self.assertEqual(self.picking.amazon_sync_status, "processing")
        self.send()
        self.assertCalls("confirmShipment", "getOrder")
        self.assertEqual(self.outbox(), [("done", 1)])
        self._assert_arrived_once()

    def test_h3_answer_lost_before_the_write_is_sent_again(self):
        self.amazon.faults.add("confirmShipment", "reset")
        self.send()
        self.assertEqual(self.outbox(), [("unknown", 1)])
        self.send()
        self.assertCalls("confirmShipment", "getOrder", "confirmShipment")
        self.assertEqual(self.outbox(), [("done", 2)])
        self._assert_arrived_once()

    @mute_logger(ACCOUNT_LOG)
    def test_h3_nothing_is_sent_while_amazon_can_not_be_asked(self):
        self.amazon.faults.add("confirmShipment", "lost")
        self.send()
        self.amazon.faults.add("getOrder", "server_error")
        self.send()
        self.assertEqual(self.outbox(), [("unknown", 1)])
        self.assertTrue(self.messages().next_try_at)
        self.send()
        self.assertCalls("confirmShipment", "getOrder")  # it waits
        self.send_later()
        self.assertCalls("confirmShipment", "getOrder", "getOrder")
        self._assert_arrived_once()

    def test_h3_worker_that_died_before_the_call(self):
        rows = self.env["amazon.submission"]._claim(self.account, "shipment")
        self.assertEqual(rows, self.messages())
        self.send()
        self.assertCalls()  # somebody may be at it
        self._let_time_pass(rows)
        self.send()
        self.assertCalls("getOrder", "confirmShipment")
        self._assert_arrived_once()

    def test_h3_worker_that_died_after_the_call(self):
        rows = self.env["amazon.submission"]._claim(self.account, "shipment")
        with self.account._get_partner() as partner:
            partner.confirm_shipment(rows.package_id._prepare_shipment())
        self._let_time_pass(rows)
        self.send()
        self.assertCalls("confirmShipment", "getOrder")
        self._assert_arrived_once()

    def _let_time_pass(self, rows):
        rows.sent_at = fields.Datetime.now() - timedelta(minutes=21)

    @mute_logger(SENDING_LOG)
    def test_h3_result_that_could_not_be_written_is_asked_for(self):
        rows = self.messages()
        with patch.object(type(rows), "_set_confirmed", self._fail_in_database):
            self.send()
        self.assertEqual(self.outbox(), [("sending", 1)])
        self._let_time_pass(rows)
        self.send()
        self.assertCalls("confirmShipment", "getOrder")
        self._assert_arrived_once()

    @staticmethod
    def _fail_in_database(rows):
        rows.env.cr.execute("SELECT 1 / 0", log_exceptions=False)

    def test_h3_one_row_has_one_worker(self):
        claim = self.env["amazon.submission"]._claim
        self.assertEqual(claim(self.account, "shipment"), self.messages())
        self.assertFalse(claim(self.account, "shipment"))

    def test_h3_two_workers_share_the_rows(self):
        """Both see the rows as due; what one has locked the other leaves alone."""
        marketplace = self.account.base_marketplace_id.id
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            account = env["amazon.account"].create(
                {
                    "name": "Shared",
                    "company_id": env.ref("base.main_company").id,
                    "base_marketplace_id": marketplace,
                    "team_id": False,
                }
            )
            env["amazon.submission"].create(
                [
                    {"account_id": account.id, "kind": "stock", "dedup_key": str(key)}
                    for key in range(24)
                ]
            )
            env.flush_all()
            account_id = account.id
        self.addCleanup(self._forget, account_id)
        with self.registry.cursor() as cr_one, self.registry.cursor() as cr_two:
            taken = []
            for cr in (cr_one, cr_two):
                env = self.env(cr=cr)
                mine = env["amazon.account"].browse(account_id)
                rows = env["amazon.submission"]._claim(mine, "stock")
                env.flush_all()
                taken.append(set(rows.ids))
            cr_one.rollback()
            cr_two.rollback()
        self.assertEqual([len(ids) for ids in taken], [20, 4])
        self.assertFalse(taken[0] & taken[1])

    def _forget(self, account_id):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            env["amazon.account"].browse(account_id).unlink()
            env.flush_all()


class TestRefused(ShippingCase):
    def test_h3_cancelled_in_between_is_for_a_person(self):
        ref, order = self.order("MUG-BLUE")
        picking = self.ship(order)
        good, other = self.order("TEA-SENCHA")
        self.ship(other, "A2")
        self.world.cancel(ref, "AMAZON", "BuyerCanceled")
        self.send()
        self.assertEqual(self.outbox(), [("failed", 1), ("done", 1)])
        self.assertEqual(list(self.world.shipments()), [good])
        self.assertEqual(picking.amazon_sync_status, "error")
        self.assertIn("it can not be confirmed. Look", picking.amazon_sync_error)
        self.assertEqual(
            self.mails(),
            [("responsible@example.com", f"Amazon {self.account.name}: 1 failed")],
        )
        found = self.env["stock.picking"].search(
            [("amazon_sync_status", "=", "error"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(found, picking)

        self.send()
        self.assertEqual(len(self.confirmations()), 2)
        self.assertEqual(len(self.mails()), 1)

    def test_h3_retry_after_the_cause_is_mended(self):
        ref, order = self.order("MUG-BLUE")
        picking = self.ship(order)
        self.world.order(ref).programs = ("FBM_SHIP_PLUS",)
        self.send()
        self.assertEqual(picking.amazon_sync_status, "error")
        self.world.order(ref).programs = ()
        calls = len(self.amazon.received)

        picking.action_retry_amazon_sync()

        self.assertEqual(len(self.amazon.received), calls)
        self.assertEqual(picking.amazon_sync_status, "pending")
        self.send()
        self.assertEqual(self.outbox(), [("done", 2)])
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertEqual(len(self.world.shipments(ref)), 1)
        with self.assertRaisesRegex(UserError, "Only what failed"):
            picking.action_retry_amazon_sync()

    def test_h3_settled_by_hand_in_seller_central(self):
        _ref, order = self.order("MUG-BLUE")
        picking = self.ship(order)
        order.amazon_marketplace_id = self.env.ref("amazon_connector.marketplace_fr")
        self.send()
        self.assertIn("Settled at Amazon", picking.amazon_sync_error)
        picking.action_settle_amazon_sync()
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertIn("Settled in Seller Central", self.messages().error_message)
        self.send()
        self.assertEqual(len(self.confirmations()), 1)

    def test_k3_one_mail_for_all_that_failed(self):
        for _number in range(3):
            ref, order = self.order("MUG-BLUE")
            self.ship(order)
            self.world.cancel(ref, "AMAZON", "BuyerCanceled")
        self.send()
        self.assertEqual(
            [subject for _to, subject in self.mails()],
            [f"Amazon {self.account.name}: 3 failed"],
        )
        problems = self.env["amazon.problem"].search(
            [("account_id", "=", self.account.id), ("kind", "=", "shipment")]
        )
        self.assertEqual(problems.submission_id.sorted("id"), self.messages())

    def test_h3_the_unexpected_stops_nobody(self):
        bad, first = self.order("MUG-BLUE")
        self.ship(first)
        good, second = self.order("TEA-SENCHA")
        self.ship(second)
        original = AmazonPackage._prepare_shipment

        def stumble(package):
            if package.sale_order_id == first:
                raise ZeroDivisionError("in an extension")
            return original(package)

        with (
            patch.object(AmazonPackage, "_prepare_shipment", stumble),
            mute_logger(SENDING_LOG),
        ):
            self.send()
        self.assertEqual(self.outbox(), [("failed", 1), ("done", 1)])
        self.assertEqual(self.messages()[0].error_kind, "internal")
        self.assertIn("ZeroDivisionError", self.messages()[0].error_message)
        self.messages()[0].action_retry()
        self.send()
        self.assertEqual({*self.world.shipments()}, {bad, good})
