"""Recover orders by references in any shape (feature D8)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.wizards.amazon_references import read_references

from ..common import ACCOUNT_LOG, FR
from .case import RecoverCase

STRANGE = "999-1234567-7654321"


class TestReferences(RecoverCase):
    def test_d8_missed_order_comes_in(self):
        ref = self.long_ago("MUG-BLUE")
        cursor = self.account.last_orders_sync
        wizard = self.recover(ref)
        order = self.sale_order(ref)
        self.assertEqual(order.state, "sale")
        self.assertRecordValues(
            wizard.line_ids,
            [
                {
                    "name": ref,
                    "result": "imported",
                    "message": False,
                    "sale_order_id": order.id,
                    "amazon_order_id": self.row(ref).id,
                }
            ],
        )
        self.assertEqual(wizard.summary, "Imported: 1")
        self.assertEqual(wizard.line_ids.action_open()["res_id"], order.id)
        self.assertEqual(self.account.last_orders_sync, cursor)
        self.assertCalls("getOrder")

    def test_d8_every_kind_of_reference_gets_its_line(self):
        here = self.buy("MUG-BLUE")
        self.sync()
        new, cancelled = self.long_ago("TEA-SENCHA"), self.long_ago("MUG-BLUE")
        self.world.cancel(cancelled)
        pending = self.long_ago("MUG-BLUE", status="PENDING")
        self.amazon.received.clear()
        wizard = self.recover(here, new, "nonsense 4711", cancelled, pending, STRANGE)
        self.assertEqual(
            self.results(wizard),
            [
                ("4711", "wrong"),
                (STRANGE, "unknown"),
                (pending, "waiting"),
                (cancelled, "ignored"),
                (new, "imported"),
                (here, "here"),
            ],
        )
        for line in wizard.line_ids[:4]:
            self.assertTrue(line.message)
        self.assertIn("Line 3", wizard.line_ids[0].message)
        self.assertFalse(self.row(STRANGE))
        self.assertEqual(wizard.line_ids[3].action_open()["res_model"], "amazon.order")
        self.assertCalls(*["getOrder"] * 4)

    def test_d8_failed_order_is_tried_again(self):
        ref = self.buy("MUG-BLUE", marketplace=FR)
        france = self.env["amazon.marketplace"]._by_api_ref([FR])[FR]
        france.api_ref = "AMISTYPED"
        wizard = self.recover(ref)
        self.assertEqual(self.results(wizard), [(ref, "failed")])
        self.assertIn("not known in Odoo", wizard.line_ids.message)
        france.api_ref = FR
        self.assertEqual(self.results(self.recover(ref)), [(ref, "imported")])
        self.assertEqual(self.states(), {ref: "done"})

    def test_d15_retry_after_the_marketplace_was_corrected(self):
        ref = self.buy("MUG-BLUE", marketplace=FR)
        france = self.env["amazon.marketplace"]._by_api_ref([FR])[FR]
        france.api_ref = "AMISTYPED"
        self.recover(ref)
        france.api_ref = FR
        self.row(ref).action_retry()
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(self.sale_order(ref).amazon_marketplace_id, france)

    def test_d8_deleted_sale_order_comes_again(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        order = self.sale_order(ref)
        order.amazon_status = "CANCELLED"  # so that nothing is reported to Amazon
        order._amazon_cancel()
        order.unlink()
        self.assertEqual(self.results(self.recover(ref)), [(ref, "imported")])
        self.assertEqual(self.sale_order(ref).state, "sale")

    def test_d8_used_up_quota_leaves_the_rest_to_the_cron(self):
        refs = [self.long_ago("MUG-BLUE") for _number in range(4)]
        self.env["amazon.rate.limit"].create(
            {
                "account_id": self.account.id,
                "operation": "getOrder",
                "rate": 5,
                "burst": 2,
                "tokens": 2,
                "updated_at": fields.Datetime.now(),
            }
        )
        self.amazon.rates["getOrder"] = 0.01, 9
        cron = self.env.ref("amazon_connector.ir_cron_sync_orders")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        wizard = self.recover(*refs)
        self.assertEqual(
            self.results(wizard),
            [(ref, "later") for ref in refs[2:]]
            + [(ref, "imported") for ref in refs[:2]],
        )
        self.assertEqual(list(self.states().values()).count("new"), 2)
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers,
        )
        self.env["amazon.rate.limit"].search([]).write(
            {"next_allowed_at": False, "tokens": 9}
        )
        self.run_cron()
        self.assertEqual(set(self.states().values()), {"done"})
        self.assertEqual(len(self.sale_orders()), 4)

    @mute_logger(ACCOUNT_LOG)
    def test_d8_leftovers_come_although_the_reading_has_to_wait(self):
        ref = self.long_ago("MUG-BLUE")
        self.env["amazon.order"]._note_references(self.account, [ref])
        self.amazon.faults.add("searchOrders", "throttled")
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})

    @mute_logger(ACCOUNT_LOG)
    def test_d8_withdrawn_consent_is_said_on_each_line(self):
        self.account.refresh_token = "Atzr|withdrawn"
        wizard = self.recover(STRANGE)
        self.assertEqual(self.results(wizard), [(STRANGE, "failed")])
        self.assertIn("was withdrawn", wizard.line_ids.message)
        self.assertEqual(self.account.connection_state, "error")
        self.assertEqual(self.states(), {})

    def test_d8_whatever_people_paste(self):
        one, two = "302-1234567-1234567", "S02-7654321-7654321"
        for text, found, wrong, repeated in (
            (f"{one},{two}", [one, two], [], 0),
            (f"{one};{two}|{one}", [one, two], [], 1),
            (f"Orders: «{one}» and\t'{two}'.", [one, two], [], 0),
            (f"{one} - {two}", [one, two], [], 0),
            ("302\u20131234567\u20131234567", [one], [], 0),
            ("302 - 1234567 - 1234567", [one], [], 0),
            (f"\ufeff{one}\u200b\r\n\r\n{two.lower()}", [one, two], [], 0),
            (f"{one}9", [], [(1, f"{one}9")], 0),
            ("x\n302-123-1234567\n12", [], [(2, "302-123-1234567"), (3, "12")], 0),
            ("", [], [], 0),
            (False, [], [], 0),
        ):
            with self.subTest(text):
                references = read_references(text)
                self.assertEqual(
                    (references.found, references.wrong, references.repeated),
                    (found, wrong, repeated),
                )

    def test_d8_senseless_wishes_are_refused(self):
        now = fields.Datetime.now()
        for values in (
            {},
            {"date_to": now},
            {"date_from": now},
            {"date_from": now - timedelta(days=1), "date_to": now - timedelta(days=2)},
            {"references": " ".join(f"302-{n:07d}-1234567" for n in range(1001))},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.recover(**values)
        self.account.action_archive()
        with self.assertRaises(UserError):
            self.recover(STRANGE)
        self.assertCalls()

    def test_d8_is_for_users_of_the_connector(self):
        ref = self.long_ago("MUG-BLUE")
        company = {"company_id": self.company.id, "company_ids": self.company.ids}
        user = new_test_user(
            self.env,
            "recoverer",
            groups="amazon_connector.group_amazon_user",
            **company,
        )
        seller = new_test_user(
            self.env,
            "only_seller",
            groups="sales_team.group_sale_salesman_all_leads",
            **company,
        )
        with self.assertRaises(AccessError):
            self.account.with_user(seller).action_recover_orders()
        with self.assertRaises(AccessError):
            self.env["amazon.recover.orders"].with_user(seller).create(
                {"account_id": self.account.id, "references": ref}
            )
        wizard = (
            self.env["amazon.recover.orders"]
            .with_user(user)
            .create({"account_id": self.account.id, "references": ref})
        )
        wizard.action_recover()
        self.assertEqual(wizard.line_ids.mapped("result"), ["imported"])
