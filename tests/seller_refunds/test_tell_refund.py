"""Credit notes that are reported to Amazon (feature R4)."""

from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .case import SellerRefundCase


@tagged("post_install", "-at_install")
class TestTellRefund(SellerRefundCase):
    def test_r4_posting_a_credit_note_offers_to_tell_amazon(self):
        order = self.sold_order()
        move = self.credit(order, "4.00", post=False)
        self.assertFalse(move.amazon_refund_status)
        with self.assertRaises(UserError):
            move.action_tell_amazon_refund()
        action = move.action_post()
        self.assertEqual(
            (action["res_model"], action["context"]),
            ("amazon.tell.refund", {"default_move_id": move.id}),
        )
        self.assertEqual(move.amazon_refund_status, "offer")
        self.assertEqual(self.messages().ids, [])

    def test_r4_amazon_gives_the_money_back(self):
        order = self.sold_order()
        move = self.credit(order, "4.00")
        self.operations()
        wizard = self.tell(move)
        self.assertEqual(wizard.amount_left, order.amazon_total - 4)
        self.assertEqual(move.amazon_refund_status, "pending")
        self.assertEqual(self.operations(), [])  # nothing leaves while a user waits
        self.assertEqual(self.refunds().state, "told")
        self.assertEqual(order.amazon_refunded, 0)
        self.send()
        self.assertEqual(move.amazon_refund_status, "processing")
        self.send_later()
        self.assertGivenOnce(move)
        self.assertEqual(order.amazon_refunded, 4)
        self.assertIn("accepted the refund", order.message_ids[0].body)
        self.assertEqual(move.amazon_refund_id.refund_ref, self.world.refunds[0].number)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertFalse(self.mails())
        with self.assertRaisesRegex(UserError, "already"):
            move.action_tell_amazon_refund()

    def test_r4_feed_is_what_amazon_asks_for(self):
        order = self.sold_order()
        move = self.credit(order, "4.00")
        self.tell(move, "PriceError")
        self.send()
        [feed] = self.amazon.feeds
        self.assertEqual(feed.type, "POST_PAYMENT_ADJUSTMENT_DATA")
        item = self.world.order(order.amazon_order_ref).items[0].id
        refund = move.amazon_refund_id
        self.assertIn(
            f"<Message><MessageID>{self.messages().id}</MessageID><OrderAdjustment>"
            f"<AmazonOrderID>{order.amazon_order_ref}</AmazonOrderID><AdjustedItem>"
            f"<AmazonOrderItemCode>{item}</AmazonOrderItemCode>"
            f"<MerchantAdjustmentItemID>{refund.id}-1</MerchantAdjustmentItemID>"
            "<AdjustmentReason>PriceError</AdjustmentReason><ItemPriceAdjustments>"
            '<Component><Type>Principal</Type><Amount currency="EUR">4.00</Amount>'
            "</Component></ItemPriceAdjustments>",
            feed.text,
        )

    def test_r4_amounts_by_part(self):
        item = self.world.item
        order = self.sold_order(
            items=[
                item("MUG-BLUE", price="20", shipping="4.00", gift_wrap="2.00"),
                item("TEA-SENCHA", price="10", discount="1.00"),
            ]
        )
        move = self.credit(order)
        self.tell(move)
        self.send_twice()
        given = {
            (event.item, event.amount, *sorted(event.more.items()))
            for event in self.world.refunds
        }
        mug, tea = self.world.order(order.amazon_order_ref).items
        self.assertEqual(
            [
                (each[0], f"{each[1]:.2f}", [(k, f"{v:.2f}") for k, v in each[2:]])
                for each in sorted(given, key=lambda each: each[1], reverse=True)
            ],
            [
                (mug.id, "20.00", [("GiftWrap", "2.00"), ("Shipping", "4.00")]),
                (tea.id, "9.00", []),
            ],
        )
        self.run_returns()
        self.assertEqual(len(self.refunds()), 1)
        self.assertEqual(self.refunds().state, "posted")
        self.assertEqual(order.amazon_refunded, move.amount_total)

    def test_r4_tax_is_in_the_price_or_apart(self):
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
        order = self.sold_order()
        move = self.credit(order)
        self.tell(move)
        row = self.messages()
        [item] = row._prepare_refund().items
        total = Decimal(str(move.amount_total))
        self.assertEqual({**item.amounts}, {"Principal": total})
        row.marketplace_id = self.env.ref("amazon_connector.marketplace_us")
        [item] = row._prepare_refund().items
        self.assertEqual([*item.amounts], ["Principal", "Tax"])
        self.assertEqual(f"{item.amounts['Tax']:.2f}", f"{move.amount_tax:.2f}")
        self.assertEqual(sum(item.amounts.values()), total)

    def test_r4_what_belongs_to_no_item_is_goodwill(self):
        order = self.sold_order()
        move = self.credit(order, "2.00", post=False)
        move.write(
            {
                "invoice_line_ids": [
                    Command.create({"name": "Sorry", "price_unit": 1, "tax_ids": []})
                ]
            }
        )
        move.action_post()
        self.tell(move)
        self.send_twice()
        [event] = self.world.refunds
        self.assertEqual(
            (f"{event.amount:.2f}", {**event.more}), ("2.00", {"Goodwill": 1})
        )
        self.assertGivenOnce(move)

    def test_r4_without_reason_nothing_is_reported(self):
        move = self.credit(self.sold_order(), "4.00")
        with self.assertRaisesRegex(UserError, "reason"):
            self.tell(move, False)
        self.assertFalse(self.messages())
        self.assertFalse(self.refunds())

    def test_r4_more_than_is_left_is_refused_before_it_is_sent(self):
        order = self.sold_order()
        with self.assertRaisesRegex(UserError, "more than what is left"):
            self.tell(self.credit(order, f"{order.amount_total + 0.01:.2f}"))
        self.give_back(order, f"{order.amount_total - 3:.2f}")
        self.run_returns()
        move = self.credit(order, "3.01")
        with self.assertRaisesRegex(UserError, "more than what is left"):
            self.tell(move)
        self.assertFalse(self.messages())
        self.tell(self.credit(order, "3.00"))
        with self.assertRaisesRegex(UserError, "more than what is left"):
            self.tell(self.credit(order, "0.01"))
        self.send_twice()
        self.assertEqual(self.given(), [("CustomerReturn", "3.00")])

    def test_r4_more_than_is_left_of_an_item(self):
        item = self.world.item
        order = self.sold_order(
            items=[item("MUG-BLUE", price="20"), item("TEA-SENCHA", price="10")]
        )
        with self.assertRaisesRegex(UserError, "“"):
            self.tell(self.credit(order, "20.01"))
        self.tell(self.credit(order, "20.00"))

    def test_r4_amazons_own_refunds_do_not_offer_it(self):
        self.account.refund_posting = "posted"
        order = self.sold_order()
        self.give_back(order, "2.00")
        self.run_returns()
        move = self.refunds().move_id
        self.assertFalse(move.amazon_refund_status)
        with self.assertRaisesRegex(UserError, "made itself"):
            move.action_tell_amazon_refund()

    def test_r4_other_credit_notes_do_not_offer_it(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "company_id": self.company.id,
                "partner_id": self.company.partner_id.id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 1})],
            }
        )
        self.assertFalse(move.action_post())
        self.assertFalse(move.amazon_refund_status)

    def test_r4_two_people_tell_it_once(self):
        move = self.credit(self.sold_order(), "4.00")
        windows = [
            self.env["amazon.tell.refund"].create(
                {"move_id": move.id, "reason": "CustomerReturn"}
            )
            for _number in range(2)
        ]
        for window in windows:
            window.action_confirm()
        self.send_twice()
        self.assertEqual(len(self.messages()), 1)
        self.assertGivenOnce(move)

    def test_r4_refused_by_amazon_is_for_a_person(self):
        order = self.sold_order()
        move = self.credit(order, "4.00")
        self.world.feeds.refuse(order.amazon_order_ref, "Refunds are closed")
        self.tell(move)
        self.send_twice()
        self.assertEqual(move.amazon_refund_status, "error")
        for text in ("Refunds are closed.", "Seller Central", "retry"):
            self.assertIn(text, move.amazon_refund_message)
        self.assertEqual(
            [mail for mail, _subject in self.mails()], [self.responsible.email]
        )
        self.assertIn("Refunds are closed", order.message_ids[0].body)
        problem = self.env["amazon.problem"].search([("kind", "=", "refund_refused")])
        self.assertEqual((problem.document, problem.can_retry), (move.name, True))
        self.assertEqual(problem.action_open()["res_id"], move.id)
        self.world.feeds.accept(order.amazon_order_ref)
        move.action_retry_amazon_refund()
        self.send_twice()
        self.assertGivenOnce(move)

    def test_r4_refunded_in_seller_central_meanwhile(self):
        order = self.sold_order()
        move = self.credit(order, "4.00")
        self.world.feeds.refuse(order.amazon_order_ref, "Refunds are closed")
        self.tell(move)
        self.send_twice()
        self.give_back(order, "4.00")
        self.run_returns()
        self.assertEqual(move.amazon_refund_status, "done")
        self.assertEqual(self.refunds().state, "posted")
        self.assertEqual(len(order.invoice_ids), 2)

    def test_r4_answer_lost_is_asked_for(self):
        move = self.credit(self.sold_order(), "4.00")
        self.tell(move)
        self.amazon.faults.add("createFeed", "lost")
        self.send()
        self.assertEqual(self.messages().state, "unknown")
        self.send_twice()
        self.send_twice()
        self.assertEqual(len(self.amazon.feeds), 1)
        self.assertGivenOnce(move)

    def test_r4_silence_is_never_answered_by_a_second_refund(self):
        for number, silence in enumerate(
            ("fatal_after_work_next", "no_report_next", "report_with_gaps_next")
        ):
            with self.subTest(silence):
                move = self.credit(self.sold_order(), "4.00")
                getattr(self.world.feeds, silence)()
                self.tell(move)
                for _time in range(4):
                    self.send_twice()
                self.assertEqual(len(self.given()), number + 1)
                self.assertEqual(self.messages()[-1].state, "failed")
                self.assertIn("does not send it again", move.amazon_refund_message)
                self.run_returns()
                self.assertEqual(move.amazon_refund_status, "done")
                self.assertEqual(self.refunds()[-1].state, "posted")
        self.assertEqual(self.world.dangers, [])

    def test_r4_what_is_done_without_a_report_is_settled_before_a_retry(self):
        move = self.credit(self.sold_order(), "4.00")
        self.world.feeds.no_report_next()
        self.tell(move)
        self.send()
        self.run_returns()  # Amazon's transactions are quicker than its report
        self.send_later()
        self.send_later()
        self.assertEqual(move.amazon_refund_status, "done")
        self.assertGivenOnce(move)

    def test_r4_shown_item_by_item_it_is_settled(self):
        item = self.world.item
        order = self.sold_order(
            items=[item("MUG-BLUE", price="20"), item("TEA-SENCHA", price="10")]
        )
        move = self.credit(order)
        self.world.feeds.no_report_next()
        self.tell(move)
        for _time in range(3):
            self.send_later()
        self.assertEqual(move.amazon_refund_status, "error")
        self.run_returns()
        self.assertEqual(move.amazon_refund_status, "done")
        self.assertEqual(self.refunds().state, "posted")

    def test_r4_settlement_names_it_too(self):
        self.account.settlement_posting = "posted"
        for first in ("transactions", "settlement"):
            with self.subTest(first):
                order = self.sold_order()
                invoice = order.invoice_ids
                move = self.credit(order, "4.00")
                self.tell(move)
                self.send_twice()
                if first == "transactions":
                    self.run_returns()
                self.world.settle()
                self.account.action_sync_settlements()
                self.run_returns()
                refund = move.amazon_refund_id
                self.assertEqual(refund, self.refunds()[-1])
                self.assertTrue(all(refund.line_ids.mapped("in_settlement")))
                self.assertTrue(all(refund.line_ids.mapped("in_finances")))
                self.assertEqual(len(order.invoice_ids), 2)
                self.assertEqual(
                    (invoice.amount_residual, move.amount_residual), (0, 0)
                )

    def test_r4_read_again_is_known(self):
        item = self.world.item
        order = self.sold_order(
            items=[item("MUG-BLUE", price="20", shipping="4.00", discount="2.00")]
        )
        move = self.credit(order)
        self.tell(move)
        self.send_twice()
        for _time in range(3):
            self.run_returns()
        self.assertGivenOnce(move)

    def test_r4_another_amount_asks_a_person(self):
        order = self.sold_order()
        move = self.credit(order, "4.00")
        self.tell(move)
        self.give_back(order, "3.50")
        self.run_returns()
        other = self.refunds() - move.amazon_refund_id
        self.assertEqual((other.state, other.hold_reason), ("person", "reported"))
        self.assertFalse(other.move_id)
        other.action_join_reported()
        self.assertRecordValues(
            self.refunds(),
            [{"state": "posted", "move_id": move.id, "amount_total": 3.5}],
        )
        self.assertEqual(order.amazon_refunded, 3.5)
        self.assertEqual(move.amazon_refund_status, "done")
        self.run_returns()
        self.assertEqual(len(self.refunds()), 1)
        with self.assertRaises(UserError):
            self.refunds().action_join_reported()

    def test_r4_a_further_refund_is_booked(self):
        order = self.sold_order()
        move = self.credit(order, "4.00")
        self.tell(move)
        self.give_back(order, "3.50")
        self.run_returns()
        other = self.refunds() - move.amazon_refund_id
        self.send_twice()
        self.run_returns()
        self.assertEqual(move.amazon_refund_id.state, "posted")
        self.run_returns()
        self.assertEqual((other.state, other.move_id.amount_total), ("draft", 3.5))

    def test_r4_dry_run_shows_what_would_be_sent(self):
        self.account.dry_run = True
        move = self.credit(self.sold_order(), "4.00")
        self.tell(move)
        self.send()
        self.assertEqual(self.messages().state, "held")
        self.assertIn("<Type>Principal</Type>", self.messages().body)
        self.assertEqual(len(self.amazon.feeds), 0)
        self.account.dry_run = False
        self.account.action_send_held()
        self.send_twice()
        self.assertGivenOnce(move)

    def test_r4_reset_to_draft_withdraws_it_until_amazon_has_it(self):
        order = self.sold_order()
        move = self.credit(order, "4.00")
        self.tell(move)
        move.button_draft()
        self.assertEqual(self.messages().state, "superseded")
        self.assertFalse(self.refunds())
        move.action_post()
        self.assertEqual(move.amazon_refund_status, "offer")
        self.tell(move)
        self.send()
        with self.assertRaisesRegex(UserError, "told"):
            move.button_draft()
        self.send_later()
        self.assertGivenOnce(move)
        with self.assertRaisesRegex(UserError, "told"):
            move.button_draft()

    def test_r4_cancelled_at_amazon_was_never_charged(self):
        order = self.sold_order()
        order.amazon_status = "CANCELLED"
        with self.assertRaisesRegex(UserError, "not charged"):
            self.credit(order, "4.00").action_tell_amazon_refund()

    def test_r4_who_may_tell(self):
        move = self.credit(self.sold_order(), "4.00")
        reader = self._new_user("reader", "amazon_connector.group_amazon_user")
        with self.assertRaises(AccessError):
            self.env["amazon.tell.refund"].with_user(reader).create(
                {"move_id": move.id, "reason": "Other"}
            )
        accountant = self._new_user("keeper", "account.group_account_invoice")
        self.tell(move.with_user(accountant), "Other")
        self.send_twice()
        self.assertGivenOnce(move, "Other")
