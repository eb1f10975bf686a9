"""Money that goes back to buyers is known once and credited once (feature R1)."""

import random
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.sim.sellers import ROLE_FINANCE

from .case import ReturnsCase, row

LOG = "odoo.addons.amazon_connector.models.returns.amazon_account"


@tagged("post_install", "-at_install")
class TestRefunds(ReturnsCase):
    def test_r1_draft_credit_note_of_exactly_the_amount(self):
        order = self.shipped()
        invoice = self.invoice(order)
        number = self.give_back(order, "4.37")
        self.run_returns()
        refund = self.refunds()
        self.assertEqual(
            (refund.refund_ref, refund.state, refund.sale_order_id),
            (number, "draft", order),
        )
        self.assertEqual(refund.amount_total, 4.37)
        move = refund.move_id
        self.assertEqual((move.move_type, move.amount_total), ("out_refund", 4.37))
        self.assertEqual(move.reversed_entry_id, invoice)
        self.assertEqual(move.invoice_line_ids.quantity, 1)
        self.assertEqual(move.invoice_line_ids.sale_line_ids, order.order_line[0])
        self.assertEqual(order.amazon_refunded, 4.37)
        move.action_post()
        self.assertEqual(refund.state, "posted")
        self.assertEqual(invoice.amount_residual, invoice.amount_total)

    def test_r1_refund_that_can_not_be_booked_stops_no_other(self):
        """A localization refuses with a reason that leads to the place of the remedy:
        an error of another kind."""
        self.account.refund_posting = "posted"
        orders = [self.shipped(), self.shipped()]
        for order in orders:
            self.invoice(order)
            self.give_back(order, "1.00")
        moves = type(self.env["account.move"])
        post = moves._post
        for error, words in (
            (RedirectWarning("The state is missing.", 1, "Go there"), "The state is"),
            (ZeroDivisionError(), "(ZeroDivisionError)"),
        ):
            with self.subTest(words):

                def refuse(some, soft=True, error=error):
                    if some.amazon_refund_id.sale_order_id == orders[0]:
                        raise error
                    return post(some, soft=soft)

                with patch.object(moves, "_post", refuse), mute_logger(LOG):
                    self.run_returns()
                refunds = {each.sale_order_id: each for each in self.refunds()}
                bad, good = (refunds[order] for order in orders)
                self.assertEqual((bad.state, bad.hold_reason), ("person", "not_booked"))
                self.assertIn(words, bad.message)
                self.assertFalse(bad.move_id)
                self.assertEqual(good.state, "posted")
        self.run_returns()
        self.assertEqual(bad.state, "posted")

    def test_r1_read_again_is_known(self):
        order = self.shipped()
        self.invoice(order)
        number = self.give_back(order, "4.00", status="DEFERRED")
        self.run_returns()
        self.world.release_refund(number)
        self.run_returns()
        self.assertEqual(len(self.refunds()), 1)
        self.assertEqual(order.amazon_refunded, 4)

    def test_r1_posted_and_several_per_item(self):
        self.account.refund_posting = "posted"
        order = self.shipped()
        self.invoice(order)
        for amount in ("1.00", "1.00", "2.00"):
            self.give_back(order, amount)
        self.run_returns()
        self.assertEqual(self.refunds().mapped("state"), ["posted"] * 3)
        self.assertEqual(order.amazon_refunded, 4)
        self.assertEqual(len(self.refunds().move_id), 3)

    def test_r1_nothing_has_to_be_invoiced_anew(self):
        self.account.refund_posting = "posted"
        order = self.shipped()
        self.invoice(order)
        status = order.invoice_status
        self.give_back(order)
        self.run_returns()
        self.assertEqual(self.refunds().state, "posted")
        self.assertEqual((order.invoice_status, status), ("invoiced", "invoiced"))

    def test_r1_parts_are_lines_of_their_own(self):
        order = self.shipped()
        self.invoice(order)
        parts = {"Goodwill": "0.50", "RestockingFee": "-1.20"}
        self.give_back(order, "5.00", parts=parts)
        self.run_returns()
        refund = self.refunds()
        self.assertEqual(refund.amount_total, 4.3)
        self.assertEqual(
            sorted(refund.move_id.invoice_line_ids.mapped("price_total")),
            [-1.2, 0.5, 5.0],
        )

    def test_r1_settlement_and_transactions_are_one(self):
        for first in ("settlement", "transactions"):
            with self.subTest(first):
                order = self.shipped()
                self.invoice(order)
                before = self.refunds()
                self.give_back(order, "3.00")
                self.give_back(order, "3.00")
                if first == "transactions":
                    self.run_returns()
                self.world.settle()
                self.account.action_sync_settlements()
                self.account._in_company()._note_settled_rows()
                if first == "settlement":
                    self.assertTrue(
                        all((self.refunds() - before).line_ids.mapped("in_settlement"))
                    )
                self.run_returns()
                made = self.refunds() - before
                self.assertEqual(made.mapped("amount_total"), [3.0, 3.0])
                self.assertTrue(all(made.line_ids.mapped("in_finances")))
                self.assertTrue(all(made.line_ids.mapped("in_settlement")))
                self.assertEqual(len(made.move_id), 2)

    def test_r1_rows_without_a_number_two_equal_ones_are_two(self):
        order = self.shipped()
        self.invoice(order)
        cells = {
            "transaction": "Refund",
            "order_id": order.amazon_order_ref,
            "order_item_code": order.order_line[0].amazon_item_ref,
            "sku": "MUG-BLUE",
        }
        self.account.finance_from = "2026-01-01"
        self.upload(row("-2.00", **cells), row("-2.00", **cells))
        self.run_returns()
        self.assertEqual(self.refunds().mapped("amount_total"), [2.0, 2.0])
        self.give_back(order, "2.00")
        for _window in range(6):  # a run reads half a year at most
            self.run_returns()
        self.assertEqual(len(self.refunds()), 2, "one of them is named again")

    def test_r1_gift_wrap_only(self):
        self.account.refund_posting = self.account.settlement_posting = "posted"
        wrapped = self.world.item(
            "MUG-BLUE", gift_wrap="3.50", gift_wrap_level="Classic"
        )
        order = self.shipped(items=[wrapped])
        invoice = self.invoice(order)
        self.give_back(order, "0", parts={"GiftWrap": "3.50"})
        self.run_returns()
        refund = self.refunds()
        self.assertEqual(refund.line_ids.mapped("kind"), ["gift_wrap"])
        move = refund.move_id
        self.assertEqual((refund.state, move.amount_total), ("posted", 3.5))
        line = move.invoice_line_ids
        self.assertEqual(line.sale_line_ids.amazon_kind, "gift_wrap")
        self.world.settle()
        self.account.action_sync_settlements()
        self.run_returns()
        self.assertEqual(self.refunds(), refund)
        self.assertTrue(refund.line_ids.in_settlement)
        self.assertEqual((invoice.amount_residual, move.amount_residual), (0, 0))

    def test_r1_cancelled_invoice_is_none(self):
        order = self.shipped()
        invoice = self.invoice(order)
        invoice.button_draft()
        invoice.button_cancel()
        self.give_back(order, "3.00")
        self.run_returns()
        refund = self.refunds()
        self.assertEqual((refund.state, refund.hold_reason), ("waiting", False))
        again = self.invoice(order)
        self.run_returns()
        self.assertEqual(refund.state, "draft")
        self.assertEqual(refund.move_id.reversed_entry_id, again)

    def test_r1_in_pounds_and_at_another_rate(self):
        """The refund is known by its amount in pounds, whatever a pound is worth."""
        self.account.refund_posting = self.account.settlement_posting = "posted"
        order = self.shipped("MUG-WHITE", marketplace="A1F83G8C2ARO7P")
        invoice = self.invoice(order)
        self.give_back(order, "3.33")
        self.run_returns()
        refund = self.refunds()
        self.assertEqual(order.amazon_refunded, 4.16)
        self.rate("GBP", 0.7, fields.Date.today())
        self.world.settle("GBP")
        self.account.action_sync_settlements()
        self.run_returns()
        self.assertEqual(self.refunds(), refund)
        self.assertTrue(refund.line_ids.in_finances and refund.line_ids.in_settlement)
        move = refund.move_id
        self.assertEqual((invoice.amount_residual, move.amount_residual), (0, 0))

    def test_r1_reimbursement_is_no_refund(self):
        order = self.shipped()
        self.invoice(order)
        cells = {
            "transaction": "other-transaction",
            "order_id": order.amazon_order_ref,
            "sku": "MUG-BLUE",
        }
        self.account.finance_from = "2026-01-01"
        self.upload(
            row("7.00", "WAREHOUSE_DAMAGE", "FBA Inventory Reimbursement", **cells),
            row("6.00", "REVERSAL_REIMBURSEMENT", "other-transaction", **cells),
        )
        self.run_returns()
        self.assertFalse(self.refunds())
        self.assertEqual(order.amazon_refunded, 0)

    def test_r1_settlement_is_reconciled_with_the_credit_note(self):
        self.account.refund_posting = "posted"
        self.account.settlement_posting = "posted"
        order = self.shipped()
        invoice = self.invoice(order)
        self.give_back(order, "3.00")
        self.run_returns()
        self.world.settle()
        self.account.action_sync_settlements()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.refunds().move_id.amount_residual, 0)

    def test_r1_waits_for_the_invoice(self):
        order = self.shipped()
        self.give_back(order, "3.00")
        self.run_returns()
        refund = self.refunds()
        self.assertEqual((refund.state, refund.move_id.ids), ("waiting", []))
        with self.assertRaises(UserError):
            refund.action_book()
        self.invoice(order)
        self.run_returns()
        self.assertEqual(refund.state, "draft")

    def test_r1_nothing_invoiced_for_a_week_asks_a_person(self):
        order = self.shipped()
        self.give_back(order, "3.00")
        self.run_returns()
        refund = self.refunds()
        refund.posted_at -= timedelta(days=8)
        self.run_returns()
        self.assertEqual((refund.state, refund.hold_reason), ("person", "not_invoiced"))
        self.assertIn("Invoice it", refund.message)
        with self.assertRaises(UserError):
            refund.action_book()
        self.invoice(order)
        self.run_returns()
        self.assertEqual((refund.state, refund.hold_reason), ("draft", False))

    def test_r1_more_than_the_invoice_asks_a_person(self):
        order = self.shipped()
        self.invoice(order)
        self.give_back(order, f"{order.amount_total + 1:.2f}")
        self.run_returns()
        refund = self.refunds()
        self.assertEqual((refund.state, refund.hold_reason), ("person", "above"))
        self.assertFalse(refund.move_id)
        self.run_returns()
        self.assertFalse(refund.move_id, "not by itself")
        refund.action_book()
        self.assertEqual(refund.state, "draft")
        self.assertEqual(refund.move_id.amount_total, refund.amount_total)

    def credited(self, amount=None):
        """An order of which a person has credited something by hand.

        :param str amount: of its first line; None: all of it
        :return: sale.order, account.move
        """
        order = self.shipped()
        note = self.invoice(order).with_company(self.company)._reverse_moves()
        if amount:
            first, *others = note.invoice_line_ids
            changed = Command.update(
                first.id, {"price_unit": float(amount), "quantity": 1}
            )
            gone = [Command.delete(line.id) for line in others]
            note.write({"invoice_line_ids": [changed, *gone]})
        note.action_post()
        return order, note

    def test_r1_credit_note_of_a_person_is_not_made_again(self):
        """Refunded in Seller Central, and credited by hand."""
        self.account.settlement_posting = "posted"
        for amount in ("4.00", None):
            with self.subTest(amount):
                order, note = self.credited(amount)
                self.assertEqual(note.amazon_refund_status, "offer")
                self.give_back(order, amount)
                self.run_returns()
                refund = self.refunds()[-1]
                self.assertEqual((refund.state, refund.move_id), ("posted", note))
                self.assertFalse(note.amazon_refund_status)
                self.assertEqual(len(order.invoice_ids), 2)
                self.world.settle()
                self.account.action_sync_settlements()
                self.run_returns()
                self.assertEqual(self.refunds()[-1], refund)
                self.assertEqual(order.invoice_ids.mapped("amount_residual"), [0, 0])

    def test_r1_invoice_that_was_corrected_is_no_refund(self):
        order, mistake = self.credited()
        self.invoice(order)
        self.give_back(order)
        self.run_returns()
        refund = self.refunds()
        self.assertEqual(refund.state, "draft")
        self.assertNotEqual(refund.move_id, mistake)

    def test_r1_second_refund_of_the_amount_is_another_one(self):
        order, note = self.credited("4.00")
        self.give_back(order, "4.00")
        self.give_back(order, "4.00")
        self.run_returns()
        first, second = self.refunds().sorted("id")
        self.assertEqual((first.move_id, first.state), (note, "posted"))
        self.assertEqual((second.state, second.move_id.amount_total), ("draft", 4))

    def test_r1_claims_ask_a_person(self):
        for kind, reason in (
            ("A-to-z Guarantee Refund", "a_to_z"),
            ("Chargeback Refund", "chargeback"),
        ):
            with self.subTest(kind):
                order = self.shipped()
                self.invoice(order)
                self.give_back(order, "2.00", kind=kind)
                self.run_returns()
                refund = self.refunds()[-1]
                self.assertEqual((refund.state, refund.hold_reason), ("person", reason))
                problems = self.env["amazon.problem"].search([("kind", "=", "refund")])
                self.assertIn(refund.amazon_order_ref, problems.mapped("document"))

    def test_r1_unknown_order_asks_a_person_until_it_comes(self):
        ref = self.buy_fba("MUG-BLUE")
        self.world.refund_payment(ref, "2.00")
        self.run_returns()
        refund = self.refunds()
        self.assertEqual((refund.state, refund.hold_reason), ("person", "no_order"))
        self.sync()
        order = self.sale_order(ref)
        self.invoice(order)
        self.run_returns()
        self.assertEqual((refund.state, refund.sale_order_id), ("draft", order))
        self.assertEqual(order.amazon_refunded, 2)

    def test_r1_deleted_credit_note_does_not_come_again(self):
        order = self.shipped()
        self.invoice(order)
        self.give_back(order, "2.00")
        self.run_returns()
        refund = self.refunds()
        refund.move_id.unlink()
        self.assertEqual((refund.state, refund.hold_reason), ("person", "removed"))
        self.run_returns()
        self.assertFalse(refund.move_id)
        refund.action_book()
        self.assertEqual(refund.state, "draft")

    def test_r1_nothing_older_is_read(self):
        order = self.shipped()
        self.invoice(order)
        self.give_back(order, "2.00")
        self.account.finance_from = self.world.now().replace(tzinfo=None, microsecond=0)
        self.world.refunds[-1].posted -= self.world.now() - self.world.now().replace(
            year=self.world.now().year - 1
        )
        self.run_returns()
        self.assertFalse(self.refunds())

    def test_r1_page_by_page(self):
        self.world.transaction_page = 1
        order = self.shipped()
        self.invoice(order)
        for amount in ("1.00", "2.00", "0.50"):
            self.give_back(order, amount)
        self.run_returns()
        self.assertEqual(sum(self.refunds().mapped("amount_total")), 3.5)

    def test_r1_tax_is_that_of_the_invoice(self):
        tax = self.env["account.tax"].create(
            {
                "name": "19 %",
                "amount": 19,
                "company_id": self.company.id,
                "type_tax_use": "sale",
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        self.products["MUG-BLUE"].taxes_id = [Command.set(tax.ids)]
        order = self.shipped()
        self.invoice(order)
        rng = random.Random(22)
        amounts = [Decimal(rng.randrange(1, 60)) / 100 for _number in range(12)]
        for amount in amounts:
            self.give_back(order, amount)
        self.run_returns()
        moves = self.refunds().move_id
        self.assertEqual(
            [f"{move.amount_total:.2f}" for move in moves],
            [f"{a:.2f}" for a in amounts],
        )
        self.assertEqual(moves.invoice_line_ids.filtered("sale_line_ids").tax_ids, tax)

    def test_r1_without_the_role(self):
        self.world.sellers[0].roles.discard(ROLE_FINANCE)
        self.account.connection_state = "connected"
        params = self.account.action_sync_returns()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertEqual(self.account.connection_state, "connected")

    def test_r1_who_may_book(self):
        order = self.shipped()
        self.invoice(order)
        self.give_back(order, "2.00", kind="Chargeback Refund")
        self.run_returns()
        user = self._new_user("reader", "amazon_connector.group_amazon_user")
        with self.assertRaises(AccessError):
            self.refunds().with_user(user).action_book()
        manager = self._new_user("keeper", "amazon_connector.group_amazon_manager")
        self.refunds().with_user(manager).action_book()
        self.assertEqual(self.refunds().state, "draft")

    def test_r1_item_that_is_not_invoiced_yet_waits(self):
        order = self.shipped("MUG-BLUE", "TEA-SENCHA")
        mug, tea = order.order_line.filtered("amazon_item_ref")
        first = self.invoice_alone(order, mug)
        self.give_back(order, "1.00", item="TEA-SENCHA")
        self.run_returns()
        refund = self.refunds()
        self.assertEqual((refund.state, refund.move_id.ids), ("waiting", []))
        refund.posted_at -= timedelta(days=8)
        self.run_returns()
        self.assertEqual((refund.state, refund.hold_reason), ("person", "not_invoiced"))
        second = self.invoice_alone(order, tea)
        self.run_returns()
        self.assertEqual(refund.state, "draft")
        self.assertEqual(refund.move_id.reversed_entry_id, second)
        self.assertNotEqual(first, second)

    def test_r1_person_may_book_what_is_invoiced_in_part(self):
        order = self.shipped("MUG-BLUE", "TEA-SENCHA")
        mug, _tea = order.order_line.filtered("amazon_item_ref")
        first = self.invoice_alone(order, mug)
        self.give_back(order, "1.00", item="TEA-SENCHA")
        self.run_returns()
        self.refunds().action_book()
        self.assertEqual(self.refunds().state, "draft")
        self.assertEqual(self.refunds().move_id.reversed_entry_id, first)

    def invoice_alone(self, order, line):
        """A person invoices one line of an order.

        :return: account.move
        """
        move = order.with_company(self.company)._create_invoices()
        others = move.invoice_line_ids.filtered(
            lambda each: line not in each.sale_line_ids
        )
        move.write({"invoice_line_ids": [(2, other.id) for other in others]})
        move.action_post()
        return move
