"""What is written down for Amazon, and when it may leave (feature J1)."""

from datetime import timedelta

from odoo import fields

from ..common import FR
from ..stock_case import StockFeedCase


class TestStockMessages(StockFeedCase):
    """Nothing is sent here: results are written down as the feeds would do it."""

    def test_j1_first_look_writes_down_everything(self):
        self.scan()
        self.assertRecordValues(
            self.messages(),
            [
                {
                    "kind": "stock",
                    "state": "todo",
                    "dedup_key": f"stock/A1PA6795UKMFR9/{sku}",
                    "offer_id": self.offers[sku].id,
                    "marketplace_id": self.offers[sku].marketplace_id.id,
                    "company_id": self.company.id,
                    "quantity": quantity,
                    "attempts": 0,
                    "error_message": False,
                }
                for sku, quantity in (
                    ("MUG-BLUE", 10),
                    ("MUG-WHITE", 20),
                    ("TEA-SENCHA", 30),
                )
            ],
        )
        self.assertTrue(self.account.last_stock_run)
        self.assertTrue(self.account.last_full_stock_run)

    def test_j1_nothing_changed_makes_no_call_and_no_message(self):
        self.scan()
        self.accept()
        self.amazon.received.clear()
        self.scan()
        self.scan()
        self.assertCalls()
        self.assertEqual({row[0] for row in self.outbox().values()}, {"done"})

    def test_j1_only_what_changed_is_written_down_again(self):
        self.scan()
        self.accept()
        self.stock(MUG_BLUE=7)
        self.scan()
        self.assertEqual(
            self.outbox(),
            {
                "MUG-BLUE": ("todo", 7),
                "MUG-WHITE": ("done", 20),
                "TEA-SENCHA": ("done", 30),
            },
        )
        self.assertEqual(self.messages("MUG-BLUE").attempts, 0)

    def test_j1_later_quantity_takes_the_place_of_the_earlier(self):
        self.scan()
        row = self.messages("MUG-BLUE")
        row.write({"next_try_at": "2099-01-01", "attempts": 2})
        self.stock(MUG_BLUE=7)
        self.scan()
        self.assertEqual(self.messages("MUG-BLUE"), row)
        self.assertRecordValues(row, [{"state": "todo", "quantity": 7, "attempts": 2}])
        self.assertEqual(row.next_try_at.year, 2099)  # what made it wait still holds

    def test_j1_quantity_that_came_back_is_not_sent(self):
        self.scan()
        self.accept()
        self.stock(MUG_BLUE=7)
        self.scan()
        self.stock(MUG_BLUE=10)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("superseded", 7))

    def test_j1_what_is_under_way_is_left_alone(self):
        self.scan()
        for state in ("sending", "submitted", "unknown"):
            self.messages().state = state
            self.stock(MUG_BLUE=self.stored("MUG-BLUE", self.shelf)[""] + 1)
            self.amazon.received.clear()
            self.scan()
            self.assertEqual(self.outbox()["MUG-BLUE"], (state, 10))
            self.assertCalls()

    def test_j1_daily_look_sends_everything_again(self):
        self.scan()
        self.accept()
        self.account.last_full_stock_run = fields.Datetime.now() - timedelta(days=1)
        self.scan()
        self.assertEqual(
            self.outbox(),
            {
                "MUG-BLUE": ("todo", 10),
                "MUG-WHITE": ("todo", 20),
                "TEA-SENCHA": ("todo", 30),
            },
        )
        self.scan()  # and a look that finds nothing does not take it back
        self.assertEqual({row[0] for row in self.outbox().values()}, {"todo"})

    def test_j1_forgotten_quantity_is_sent_although_it_is_the_same(self):
        self.scan()
        self.accept()
        self.offers["MUG-BLUE"]._forget_sent_quantity()
        self.let_time_pass()
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 10))
        self.assertEqual(self.outbox()["MUG-WHITE"], ("done", 20))

    def test_j4_refused_quantity_waits_for_another_or_for_a_person(self):
        self.scan()
        self.accept()
        self.stock(MUG_BLUE=7)
        self.scan()
        row = self.messages("MUG-BLUE")
        row._set_failed("permanent", "No such SKU.")
        row.is_reported = True
        self.amazon.received.clear()
        self.scan()
        self.assertEqual(row.state, "failed")
        self.assertCalls()

        self.stock(MUG_BLUE=6)
        self.scan()
        self.assertEqual((row.state, row.quantity), ("todo", 6))
        self.assertTrue(row.is_reported)  # the same again is no news

        row._set_failed("permanent", "No such SKU.")
        self.account.last_full_stock_run = False
        self.scan()
        self.assertEqual((row.state, row.quantity), ("todo", 6))

        row._set_failed("permanent", "No such SKU.")
        self.press()
        self.assertNotEqual(row.state, "failed")

    # === who stops taking part === #

    def test_j3_offer_that_is_fba_now_is_withdrawn_at_once(self):
        for values in (
            {"amazon_channel": "fba"},
            {"sync_stock": False},
            {"product_id": False},
            {"sku": "MUG-BLAU"},
        ):
            with self.subTest(values):
                self.scan()
                row = self.messages("MUG-BLUE")
                offer = self.offers["MUG-BLUE"]
                before = {name: offer[name] for name in values}
                offer.write(values)
                self.assertEqual(row.state, "superseded")
                self.scan()
                self.assertEqual(row.state, "superseded")
                offer.write(before)
                self.scan()
                self.assertEqual((row.state, row.quantity), ("todo", 10))

    def test_j3_renamed_offer_has_a_message_of_its_own(self):
        self.scan()
        self.accept()
        self.offers["MUG-BLUE"].sku = "MUG-BLAU"
        self.scan()
        self.assertEqual(
            self.messages("MUG-BLAU").mapped("dedup_key"),
            ["stock/A1PA6795UKMFR9/MUG-BLUE", "stock/A1PA6795UKMFR9/MUG-BLAU"],
        )
        self.assertEqual(self.messages("MUG-BLAU").mapped("state"), ["done", "todo"])

    def test_j3_account_that_sends_no_stock_withdraws_everything(self):
        self.scan()
        self.account.sync_stock = False
        self.assertEqual({row[0] for row in self.outbox().values()}, {"superseded"})
        self.amazon.received.clear()
        self.scan()
        self.assertEqual(
            self.press(),
            "This account sends no stock: tick “Send stock to Amazon” on the page "
            "Stock first.",
        )
        self.assertCalls()
        self.assertEqual({row[0] for row in self.outbox().values()}, {"superseded"})
        self.account.sync_stock = True
        self.scan()
        self.assertEqual({row[0] for row in self.outbox().values()}, {"todo"})

    def test_j3_product_that_is_not_stored_any_more(self):
        self.scan()
        service = self._create_service("WRAP", "Wrapping")
        self.offers["MUG-BLUE"].product_id = service
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("superseded", 10))

    def test_j1_deleted_offer_takes_its_message_along(self):
        self.scan()
        self.offers["MUG-BLUE"].unlink()
        self.scan()
        self.assertEqual(sorted(self.outbox()), ["MUG-WHITE", "TEA-SENCHA"])

    def leave_and_come_back(self, leave, come_back):
        """Quantities wait when the account stops; days later it goes on."""
        self.scan()
        self.assertEqual({state for state, _q in self.outbox().values()}, {"todo"})
        leave()
        self.stock(MUG_BLUE=1)
        self.let_time_pass(60 * 72)
        come_back()
        self.send()
        self.send_later()
        self.assertEqual(self.sent(), [])
        self.account.last_full_stock_run = False
        self.tell()
        self.assertEqual([feed["MUG-BLUE"] for feed in self.sent()], [1])

    def test_j1_quantities_of_before_an_archive_do_not_leave(self):
        self.leave_and_come_back(
            self.account.action_archive, self.account.action_unarchive
        )

    def test_j1_quantities_of_before_the_link_was_cut_do_not_leave(self):
        token = self.account.refresh_token

        def link(value):
            self.account.refresh_token = value

        self.leave_and_come_back(lambda: link(False), lambda: link(token))

    def test_j5_one_message_for_each_marketplace(self):
        self.create_offer("MUG-BLUE", FR, stock_buffer=1)
        self.scan()
        self.assertEqual(self.messages("MUG-BLUE").mapped("quantity"), [9, 9])
        self.assertEqual(
            self.messages("MUG-BLUE").marketplace_id.mapped("name"),
            ["Amazon.de", "Amazon.fr"],
        )
