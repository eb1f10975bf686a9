"""L1: one balanced entry per settlement, that ties to the total and to each order."""

from odoo.tests import tagged

from .case import NEXT, SettlementCase, fee, other, row

RECEIVABLE = "Account Receivable"


@tagged("post_install", "-at_install")
class TestSettlementBooking(SettlementCase):
    def test_l1_sale_against_its_invoice(self):
        order = self.order_in("MUG-BLUE")
        invoice = self.invoice(order)
        settlement = self.upload(*self.sold(order))
        self.assertEqual(settlement.state, "draft")
        total = order.amount_total
        self.assertEqual(
            self.items(settlement),
            [
                (RECEIVABLE, order.partner_id.name, -total),
                ("Amazon Fees", "", 1.5),
                ("Amazon Payouts in Transit", "", total - 1.5),
            ],
        )
        self.assertTies(settlement)
        self.assertEqual(invoice.payment_state, "not_paid", "the entry is a draft")
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.amount_residual, 0)

    def test_l1_date_journal_and_defaults(self):
        settlement = self.upload(row("10.00"), fee("-1.00"))
        move = settlement.move_ids
        self.assertEqual(str(move.date), "2026-10-17")
        self.assertEqual(move.journal_id, self.account.settlement_journal_id)
        self.assertEqual(move.journal_id.type, "general")
        again = self.upload(row("5.00"), ref="2", period=NEXT)
        self.assertEqual(again.move_ids.journal_id, move.journal_id)
        accounts = self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(self.company),
                ("name", "=like", "Amazon %"),
            ]
        )
        self.assertEqual(
            sorted(accounts.mapped("name")),
            [
                "Amazon Carried Forward",
                "Amazon Differences",
                "Amazon Fees",
                "Amazon Payouts in Transit",
                "Amazon Reserve",
                "Amazon Unmapped",
                "Amazon Withheld Tax",
            ],
        )

    def test_l1_rows_know_where_they_went(self):
        order = self.order_in("MUG-BLUE")
        self.invoice(order)
        settlement = self.upload(*self.sold(order), other("-39.00", "Subscription Fee"))
        sale, commission, subscription = settlement.line_ids
        self.assertEqual(sale.sale_order_id, order)
        self.assertEqual(sale.account_id.name, RECEIVABLE)
        self.assertEqual(sale.move_line_id.account_id, sale.account_id)
        self.assertEqual(commission.account_id.name, "Amazon Fees")
        self.assertEqual(
            (sale.kind, commission.kind, subscription.kind), ("sale", "fee", "fee")
        )

    def test_l1_the_same_file_twice(self):
        first = self.upload(row("10.00"))
        again = self.upload(row("10.00"))
        self.assertEqual(again, first)
        self.assertEqual(len(first.move_ids), 1)
        self.assertFalse(first.error_message)

    def test_l1_another_content_is_an_alarm(self):
        first = self.upload(fee("10.00"))
        again = self.upload(fee("10.01"))
        self.assertEqual((again, again.total_amount), (first, 10.0))
        self.assertIn("another content", first.error_message)
        self.assertTrue(first.activity_ids)

    def test_l1_rows_that_do_not_add_up(self):
        settlement = self.upload(row("10.00"), total="10.01")
        self.assertEqual((settlement.state, settlement.difference), ("refused", 0.01))
        self.assertFalse(settlement.move_ids)
        settlement.action_book()
        self.assertEqual((settlement.state, len(settlement.move_ids)), ("refused", 0))

    def test_l1_a_whole_file_after_a_refused_one(self):
        self.upload(row("10.00"), total="10.01")
        settlement = self.upload(row("10.00"), row("0.01"))
        self.assertEqual(settlement.state, "draft")
        self.assertEqual(len(settlement.line_ids), 2)
        self.assertTies(settlement)

    def test_l1_unknown_labels(self):
        settlement = self.upload(
            row("10.00", "Nobody Knows"), fee("-2.00", "A New Fee"), fee("-1.00")
        )
        self.assertEqual(settlement.state, "draft")
        self.assertEqual(self.balance(settlement, "Amazon Unmapped"), -8)
        self.assertEqual(settlement.unmapped_count, 2)
        self.assertEqual(len(settlement.activity_ids), 1)
        self.assertIn("A New Fee", settlement.activity_ids.note)
        self.assertTies(settlement)
        self.env["amazon.settlement.map"].create(
            [
                {
                    "amount_type": "ItemFees",
                    "amount_description": "a new *",
                    "kind": "fee",
                }
            ]
        )
        settlement.action_book_again()
        self.assertEqual(self.balance(settlement, "Amazon Unmapped"), -10)
        self.assertEqual(self.balance(settlement, "Amazon Fees"), 3)
        self.assertEqual(len(settlement.move_ids), 1)

    def test_l1_unknown_order(self):
        settlement = self.upload(row("10.00", order_id="302-0000000-0000001"))
        self.assertEqual(
            settlement.move_ids.line_ids.filtered(
                lambda item: item.account_id.name == "Amazon Unmapped"
            ).name,
            "302-0000000-0000001",
        )
        self.assertTies(settlement)
        self.assertEqual(len(settlement.activity_ids), 1)
        self.assertIn("302-0000000-0000001", settlement.activity_ids.note)
        self.assertEqual(settlement.unmapped_count, 1)

    def test_l1_reserve_returns_to_zero(self):
        first = self.upload(
            row("0.00"), other("-40.00", "Current Reserve Amount"), total="-40.00"
        )
        second = self.upload(
            other("40.00", "Previous Reserve Amount Balance"), ref="2", period=NEXT
        )
        self.assertEqual(self.balance(first, "Amazon Reserve"), 40)
        self.assertEqual(self.balance(second, "Amazon Reserve"), -40)
        self.assertTies(first)
        self.assertTies(second)

    def test_l1_zero_total(self):
        settlement = self.upload(fee("-10.00"), other("10.00", "Payable to Amazon"))
        self.assertEqual(settlement.total_amount, 0)
        self.assertTies(settlement)
        self.assertEqual(settlement.bank_state, "none")

    def test_l1_facilitator_tax_is_cleared(self):
        order = self.order_in("MUG-BLUE")
        invoice = self.invoice(order)
        ref = {"order_id": order.amazon_order_ref}
        settlement = self.upload(
            *self.sold(order),
            row("0.90", "Tax", **ref),
            row(
                "-0.90",
                "MarketplaceFacilitatorTax-Principal",
                "ItemWithheldTax",
                **ref,
            ),
        )
        self.assertEqual(self.balance(settlement, RECEIVABLE), -order.amount_total)
        self.assertEqual(self.balance(settlement, "Amazon Withheld Tax"), 0)
        self.assertEqual(
            set(settlement.line_ids[2:].account_id.mapped("name")),
            {"Amazon Withheld Tax"},
        )
        settlement.action_post()
        self.assertEqual(invoice.amount_residual, 0)

    def test_l1_difference_within_the_tolerance(self):
        order = self.order_in("MUG-BLUE")
        invoice = self.invoice(order)
        settlement = self.upload(*self.sold(order, order.amount_total - 0.02))
        self.assertEqual(self.balance(settlement, "Amazon Differences"), 0.02)
        self.assertTies(settlement)
        settlement.action_post()
        self.assertEqual(invoice.amount_residual, 0)

    def test_l1_difference_beyond_the_tolerance(self):
        order = self.order_in("MUG-BLUE")
        invoice = self.invoice(order)
        settlement = self.upload(*self.sold(order, order.amount_total - 1))
        self.assertEqual(self.balance(settlement, "Amazon Differences"), 0)
        settlement.action_post()
        self.assertEqual(invoice.amount_residual, order.amount_total)

    def test_l1_two_parcels_in_two_settlements(self):
        order = self.order_in("MUG-BLUE", "MUG-WHITE")
        invoice = self.invoice(order)
        first = self.upload(*self.sold(order, 4))
        first.action_post()
        self.assertEqual(invoice.amount_residual, order.amount_total)
        second = self.upload(
            *self.sold(order, order.amount_total - 4), ref="2", period=NEXT
        )
        second.action_post()
        self.assertEqual(invoice.amount_residual, 0)

    def test_l1_invoice_after_the_settlement(self):
        order = self.order_in("MUG-BLUE")
        settlement = self.upload(*self.sold(order))
        settlement.action_post()
        self.assertEqual(self.balance(settlement, RECEIVABLE), -order.amount_total)
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_residual, 0)

    def test_l1_refund_against_its_credit_note(self):
        order = self.order_in("MUG-BLUE")
        invoice = self.invoice(order)
        note = invoice._reverse_moves([{}], cancel=False)
        note.action_post()
        total = order.amount_total
        settlement = self.upload(
            *self.sold(order),
            row(
                f"-{total:.2f}",
                transaction="Refund",
                order_id=order.amazon_order_ref,
                adjustment_id="amzn1:crow:1",
            ),
        )
        settlement.action_post()
        self.assertEqual((invoice.amount_residual, note.amount_residual), (0, 0))
        self.assertEqual(settlement.line_ids.mapped("kind"), ["sale", "fee", "refund"])

    def test_l1_two_equal_refunds_are_two(self):
        order = self.order_in("MUG-BLUE", "MUG-WHITE")
        self.invoice(order)
        ref = {"transaction": "Refund", "order_id": order.amazon_order_ref}
        settlement = self.upload(
            row("-5.00", adjustment_id="1", **ref),
            row("-5.00", adjustment_id="2", **ref),
        )
        items = settlement.move_ids.line_ids.filtered(
            lambda item: item.account_id.name == RECEIVABLE
        )
        self.assertEqual(items.mapped("amount_currency"), [5.0, 5.0])
        self.assertTies(settlement)

    def test_l1_deleted_entry_can_be_booked_again(self):
        settlement = self.upload(fee("10.00"))
        settlement.move_ids.unlink()
        self.assertEqual((settlement.state, settlement.hold_reason), ("held", "entry"))
        settlement.action_book()
        self.assertEqual((settlement.state, len(settlement.move_ids)), ("draft", 1))
        self.assertTies(settlement)

    def test_l1_nobody_deletes_an_entry_behind_its_settlement(self):
        settlement = self.upload(fee("10.00"))
        entry = settlement.move_ids.with_context(amazon_settlement_unlink=True)
        entry.unlink()
        self.assertEqual((settlement.state, settlement.hold_reason), ("held", "entry"))

    def test_l1_reset_to_draft(self):
        settlement = self.upload(fee("10.00"))
        settlement.action_post()
        settlement.move_ids.button_draft()
        self.assertEqual(settlement.state, "draft")

    def test_l1_book_twice_is_once(self):
        settlement = self.upload(fee("10.00"))
        move = settlement.move_ids
        settlement.action_book()
        self.assertEqual(settlement.move_ids, move)
