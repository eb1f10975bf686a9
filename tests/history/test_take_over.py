"""What another connector left is taken over (feature U2)."""

import base64
from datetime import datetime, timedelta, timezone

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..common import DE
from .take_over import REFS, TakeOverCase


class TestTakeOver(TakeOverCase):
    def test_u2_order_taken_over_is_not_imported_again(self):
        """Amazon still offers the reference; no second order, no change, no problem."""
        ref = self.buy("MUG-BLUE")
        order = self.sell(ref=ref, delivered=1)
        lines = self.lines(order)
        self.take(
            orders=f"name,amazon_order_ref,amazon_channel\n{order.name},{ref},fbm\n"
        )
        self.assertEqual(self.states(), {ref: "done"})
        self.run_cron()
        self.assertEqual(self.sale_orders(), order)
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(self.lines(order), lines)
        self.assertRecordValues(
            order,
            [
                {
                    "amazon_order_ref": ref,
                    "amazon_channel": "fbm",
                    "amazon_account_id": self.account.id,
                    "amazon_marketplace_id": self.account.base_marketplace_id.id,
                    "amazon_total": order.amount_total,
                    "amazon_total_difference": 0.0,
                    "amazon_problem_since": False,
                    "amazon_review": False,
                    "state": "sale",
                }
            ],
        )
        self.send()
        self.assertEqual(order.picking_ids.mapped("amazon_sync_status"), [False])
        self.assertFalse(self.messages())

    def test_u2_looking_writes_nothing(self):
        order = self.sell()
        wizard = self.wizard(
            orders="name,amazon_order_ref,amazon_channel\n"
            f"{order.name},{REFS[0]},fba\nS-NONE,{REFS[1]},fba\n"
            f"{order.name},nonsense,fba\n{order.name},{REFS[2]},drone\n",
            offers="sku,marketplace_id\nMUG-BLUE,Amazon.de\nX,Amazon.moon\n",
        )
        wizard.action_look()
        self.assertEqual(
            self.results(wizard),
            [
                (f"{order.name} nonsense", "wrong"),
                (f"{order.name} {REFS[2]}", "wrong"),
                ("X", "missing"),
                (f"S-NONE {REFS[1]}", "missing"),
                ("MUG-BLUE Amazon.de FBM", "ready"),
                (f"{order.name} {REFS[0]}", "ready"),
            ],
        )
        self.assertFalse(order.amazon_order_ref)
        self.assertEqual((self.offers(), self.states()), ([], {}))
        wizard.action_take_over()
        self.assertEqual(order.amazon_order_ref, REFS[0])
        self.assertEqual(self.states(), {REFS[0]: "done"})
        self.assertCalls()

    def test_u2_taking_over_twice_changes_nothing(self):
        order, other = self.sell(), self.sell()
        head = "Order Reference;Amazon Reference;Fulfillment Channel\n"
        text = f"{head}{order.name};{REFS[0]};Fulfilled by Merchant\n"
        self.take(orders=text)
        again = self.take(orders=text + f"{other.name};{REFS[0]};Fulfilled by Amazon\n")
        self.assertEqual(
            self.results(again),
            [
                (f"{other.name} {REFS[0]}", "refused"),
                (f"{order.name} {REFS[0]}", "here"),
            ],
        )
        self.assertFalse(other.amazon_order_ref)
        swapped = self.take(orders=f"{head}{order.name};{REFS[1]};FBM\n")
        self.assertEqual(swapped.line_ids.result, "refused")
        self.assertEqual(order.amazon_order_ref, REFS[0])

    def test_u2_half_delivered_order_tells_amazon_the_rest_only(self):
        """By external IDs, with the items: what had left is not reported again."""
        bought = datetime.now(timezone.utc) - timedelta(hours=2)
        mugs = [self.world.item("MUG-BLUE", quantity=3)]
        ref = self.buy(items=mugs, created=bought)
        order = self.sell(ref=ref, quantity=3, delivered=1)
        xmlids = [
            self.env["ir.model.data"]
            .create(
                {
                    "module": "__export__",
                    "name": f"{record._table}_1",
                    "model": record._name,
                    "res_id": record.id,
                }
            )
            .complete_name
            for record in (order, order.order_line)
        ]
        self.take(
            orders="id,amazon_order_ref,amazon_channel,amazon_marketplace_id,"
            "order_line/id,order_line/amazon_item_ref\n"
            f"{xmlids[0]},{ref},fbm,{DE},,\n,,,,{xmlids[1]},{self.item(ref)}\n"
        )
        done = order.picking_ids.filtered(lambda p: p.state == "done")
        self.assertEqual(order.order_line.amazon_item_ref, self.item(ref))
        self.assertFalse(done.amazon_sync_status)
        left = self.ship(order)
        self.send()
        self.assertEqual(
            (done.amazon_sync_status, left.amazon_sync_status),
            (False, "done"),
            left.amazon_sync_error,
        )
        [confirmed] = self.confirmations()
        self.assertEqual(
            confirmed["packageDetail"]["orderItems"],
            [{"orderItemId": self.item(ref), "quantity": 2}],
        )

    def test_u2_open_delivery_without_items_is_pointed_out(self):
        order = self.sell()
        wizard = self.take(
            orders=f"name,amazon_order_ref,amazon_channel\n{order.name},{REFS[0]},fbm\n"
        )
        self.assertIn("Seller Central", wizard.line_ids.message)

    def test_u2_orders_of_another_company_stay(self):
        order = self.sell()
        order_of_others = self.env["sale.order"].create(
            {"partner_id": order.partner_id.id, "name": "OTHER-1"}
        )
        wizard = self.take(
            orders=f"name,amazon_order_ref,amazon_channel\nOTHER-1,{REFS[0]},fba\n"
        )
        self.assertEqual(wizard.line_ids.result, "missing")
        self.assertFalse(order_of_others.amazon_order_ref)

    def test_u2_noted_row_is_settled(self):
        """The account had seen the order already, and could not import it."""
        ref = REFS[0]
        row = self.env["amazon.order"].create(
            {
                "account_id": self.account.id,
                "amazon_order_ref": ref,
                "state": "failed",
                "error_kind": "config",
                "error_message": "Settings",
            }
        )
        order = self.sell()
        self.take(
            orders=f"name,amazon_order_ref,amazon_channel\n{order.name},{ref},fbm\n"
        )
        self.assertRecordValues(
            row, [{"state": "done", "sale_order_id": order.id, "error_message": False}]
        )

    def test_u2_managers_only(self):
        user = new_test_user(
            self.env,
            "taker",
            groups="amazon_connector.group_amazon_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["amazon.take.over"].with_user(user).create(
                {"account_id": self.account.id}
            )
        manager = new_test_user(
            self.env,
            "taking_manager",
            groups="amazon_connector.group_amazon_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        order = self.sell()
        text = f"name,amazon_order_ref,amazon_channel\n{order.name},{REFS[0]},fbm\n"
        self.env["amazon.take.over"].with_user(manager).create(
            {
                "account_id": self.account.id,
                "orders_file": base64.b64encode(text.encode()),
            }
        ).action_take_over()
        self.assertEqual(order.amazon_order_ref, REFS[0])
