"""Entries that people delete, cancel, reset and book anew: never twice (feature L1)."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .case import NEXT, SettlementCase, fee, row, write

NOVEMBER = ("2026-10-20", "2026-11-03", "2026-11-05")


@tagged("post_install", "-at_install")
class TestSettlementAgain(SettlementCase):
    def two_months(self):
        """Upload a settlement that is booked in two entries."""
        self.account.settlement_split_month = True
        october, november = (
            {"posted_date": day, "posted_date_time": ""}
            for day in ("2026-10-25", "2026-11-02")
        )
        return self.upload(
            fee("-2.00", **october), fee("-3.00", **november), period=NOVEMBER
        )

    def payouts(self, settlement):
        """List what is posted on the account of payouts for a settlement."""
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.company.amazon_payout_account_id.id),
                ("parent_state", "=", "posted"),
                ("move_id.amazon_settlement_id", "=", settlement.id),
            ]
        )
        return items.mapped("amount_currency")

    def test_l1_cancelled_entry_is_booked_once(self):
        settlement = self.upload(fee("10.00"))
        settlement.action_post()
        settlement.move_ids.button_draft()
        settlement.move_ids.button_cancel()
        self.assertEqual((settlement.state, settlement.hold_reason), ("held", "entry"))
        settlement.action_book()
        settlement.action_post()
        self.assertEqual(
            (settlement.state, settlement.error_message), ("posted", False)
        )
        self.assertTrue(all(settlement.line_ids.mapped("move_line_id")))
        settlement.action_book()
        self.assertEqual(self.payouts(settlement), [10.0])

    def test_l1_deleting_a_cancelled_entry_changes_nothing(self):
        settlement = self.upload(fee("10.00"))
        cancelled = settlement.move_ids
        cancelled.button_cancel()
        settlement.action_book()
        cancelled.unlink()
        self.assertEqual((settlement.state, len(settlement.move_ids)), ("draft", 1))

    def test_l1_without_one_of_two_entries_both_are_made_anew(self):
        settlement = self.two_months()
        first, second = settlement.move_ids.sorted("date")
        first.unlink()
        self.assertEqual((settlement.state, settlement.hold_reason), ("held", "entry"))
        settlement.action_book()
        self.assertEqual((settlement.state, len(settlement.move_ids)), ("draft", 2))
        self.assertFalse(second.exists())
        self.assertTies(settlement)

    def test_l1_posted_entries_are_not_made_twice(self):
        settlement = self.two_months()
        settlement.action_post()
        first, second = settlement.move_ids.sorted("date")
        second.button_draft()
        second.button_cancel()
        params = settlement.action_book()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertIn(first.name, params["message"])
        self.assertEqual(settlement.state, "held")
        self.assertEqual(first.state, "posted")
        self.assertEqual(len(settlement.move_ids), 2)
        first.button_draft()
        settlement.action_book()
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(self.payouts(settlement), [-5.0])

    def test_l1_book_again_deletes_nothing_that_is_posted(self):
        settlement = self.two_months()
        settlement.action_post()
        first, second = settlement.move_ids.sorted("date")
        second.button_draft()
        self.assertEqual(settlement.state, "draft")
        with self.assertRaisesRegex(UserError, "is posted"):
            settlement.action_book_again()
        self.assertEqual((first.state, second.state), ("posted", "draft"))
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")

    def test_l1_a_period_without_money_is_done(self):
        empty = self.upload(total="0.00")
        self.assertEqual((empty.state, empty.row_count), ("posted", 0))
        self.assertEqual((empty.bank_state, empty.move_ids.ids), ("none", []))
        even = self.upload(fee("-1.00"), fee("1.00"), ref="2", period=NEXT)
        self.assertEqual((even.state, even.move_ids.ids), ("posted", []))

    def test_l1_what_kept_it_a_draft_is_forgotten_with_the_posting(self):
        self.account.settlement_posting = "posted"
        moves = type(self.env["account.move"])
        refusal = UserError("The month is closed.")
        with patch.object(moves, "action_post", side_effect=refusal):
            settlement = self.upload(fee("10.00"))
        self.assertEqual(settlement.state, "draft")
        self.assertIn("The month is closed.", settlement.error_message)
        self.assertTrue(settlement.activity_ids)
        settlement.action_post()
        self.assertFalse(settlement.error_message)
        self.assertFalse(settlement.activity_ids)

    def test_l1_one_activity_says_what_is_to_do_now(self):
        self.upload(fee("10.00"))
        late = self.upload(
            row("1.00", "Nobody Knows"),
            ref="3",
            period=("2026-10-29", "2026-11-12", "2026-11-14"),
        )
        self.assertIn("is missing", late.activity_ids.note)
        late.action_book()
        self.assertEqual(len(late.activity_ids), 1)
        self.assertIn("Nobody Knows", late.activity_ids.note)
        later = self.upload(
            fee("1.00"), ref="4", period=("2026-11-20", "2026-12-01", "2026-12-03")
        )
        self.assertTrue(later.activity_ids)
        later.action_book()
        self.assertFalse(later.activity_ids)

    def test_l1_another_day_of_the_deposit_is_an_alarm(self):
        first = self.upload(fee("10.00"))
        self.upload(fee("10.00"), period=("2026-10-01", "2026-10-15", "2026-10-18"))
        self.assertEqual(str(first.deposit_date), "2026-10-17")
        self.assertIn("another content", first.error_message)

    def test_l1_a_file_for_another_account_is_not_booked_twice(self):
        self.upload(fee("10.00"))
        other = self._link_account(self.another_seller(), name="Second shop")
        with self.assertRaises(UserError) as refused:
            self.upload_file(write([fee("10.00")]), other)
        self.assertIn(self.account.name, str(refused.exception))
        settlement = self.upload_file(write([fee("10.00")], ref="2"), other)
        self.assertEqual(settlement.account_id, other)

    def test_l1_numbers_that_a_spreadsheet_has_shortened(self):
        """Under another number the same settlement would be booked twice."""
        with self.assertRaisesRegex(UserError, "spreadsheet"):
            self.upload(fee("10.00"), ref="1.17749E+10")
        settlement = self.upload(fee("10.00", order_item_code="1,11122E+13"))
        self.assertEqual(settlement.state, "refused")
        self.assertIn("Line 3", settlement.error_message)
