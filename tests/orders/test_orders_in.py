"""Orders of Amazon become sale orders (features B1, C1, C2, D1, D4, D7, D9)."""

from datetime import datetime, timedelta, timezone

from odoo import fields

from ..common import AmazonCase


class TestOrdersIn(AmazonCase):
    def test_d1_fbm_order_becomes_confirmed_order_with_delivery(self):
        ref = self.buy(
            items=[
                self.world.item("MUG-BLUE", quantity=2, price="11.99", shipping="4.00"),
                self.world.item("TEA-SENCHA", price="12.90"),
            ]
        )

        self.assertEqual(self.sync(), "Imported: 1.")

        order = self.sale_order(ref)
        self.assertRecordValues(
            order,
            [
                {
                    "state": "sale",
                    "company_id": self.company.id,
                    "client_order_ref": ref,
                    "amazon_channel": "fbm",
                    "amazon_account_id": self.account.id,
                    "amazon_marketplace_id": self.env.ref(
                        "amazon_connector.marketplace_de"
                    ).id,
                    "currency_id": self.env.ref("base.EUR").id,
                    "amount_total": 40.88,
                    "amazon_total": 40.88,
                    "amazon_total_difference": 0.0,
                    "user_id": self.account.user_id.id,
                }
            ],
        )
        self.assertEqual(
            self.lines(order),
            [
                ("MUG-BLUE", 2.0, 23.98),
                ("Amazon Shipping", 1.0, 4.0),
                ("TEA-SENCHA", 1.0, 12.9),
            ],
        )
        self.assertRecordValues(
            order.picking_ids.move_ids.sorted("id"),
            [
                {
                    "product_id": self.products["MUG-BLUE"].id,
                    "product_uom_qty": 2.0,
                    "partner_id": order.partner_shipping_id.id,
                },
                {
                    "product_id": self.products["TEA-SENCHA"].id,
                    "product_uom_qty": 1.0,
                    "partner_id": order.partner_shipping_id.id,
                },
            ],
        )
        self.assertNotIn(order.picking_ids.state, ("done", "cancel", "draft"))
        self.assertEqual(self.states(), {ref: "done"})

    def test_d1_date_of_the_order_is_amazons(self):
        created = datetime(2026, 11, 1, 9, 15, 0, 123000, tzinfo=timezone.utc)
        ref = self.buy("MUG-BLUE", created=created)
        self.sync()
        self.assertEqual(
            self.sale_order(ref).date_order, datetime(2026, 11, 1, 9, 15, 0)
        )

    def test_d4_gift_wrap_is_a_line_of_its_own(self):
        ref = self.buy(
            items=[
                self.world.item(
                    "MUG-BLUE",
                    price="11.99",
                    gift_wrap="2.50",
                    gift_wrap_level="Classic",
                    gift_message="Happy birthday",
                )
            ]
        )
        self.sync()
        order = self.sale_order(ref)
        self.assertEqual(
            self.lines(order),
            [("MUG-BLUE", 1.0, 11.99), ("Amazon Gift Wrap", 1.0, 2.5)],
        )
        self.assertEqual(order.order_line[1].name, "Amazon Gift Wrap: Classic")
        self.assertEqual(order.amazon_total_difference, 0.0)

    def test_d7_button_reads_one_page_and_leaves_the_rest_to_the_cron(self):
        self.set_page_size(5)
        refs = {self.buy("MUG-BLUE") for _number in range(7)}
        cursor = self.account.last_orders_sync

        message = self.sync()

        self.assertEqual(message, "Imported: 5. The rest follows by itself.")
        self.assertEqual(self.account.last_orders_sync, cursor)
        self.assertCalls("searchOrders")

        self.run_cron()

        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertCalls("searchOrders", "searchOrders")
        self.assertEqual(len(self.sale_orders()), 7)
        self.assertGreater(self.account.last_orders_sync, cursor)

    def test_goal_6_cron_reads_two_pages_and_then_moves_the_cursor(self):
        """A call brings a hundred orders, none is asked for by itself (goal 6)."""
        refs = {self.buy("MUG-BLUE") for _number in range(104)}

        self.run_cron()

        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertCalls("searchOrders", "searchOrders")
        first, second = self.amazon.calls("searchOrders")
        for name in ("lastUpdatedAfter", "marketplaceIds"):
            self.assertEqual(first.parameters[name], second.parameters[name])
        bound = self.account.last_orders_sync
        self.assertAlmostEqual(
            bound,
            fields.Datetime.now() - timedelta(minutes=2),
            delta=timedelta(seconds=30),
        )
        self.assertFalse(self.account.orders_page_token)

    def test_d14_same_window_twice_changes_nothing(self):
        for _number in range(3):
            self.buy("MUG-BLUE", "TEA-SENCHA")
        start = self.account.last_orders_sync
        self.run_cron()
        before = self._books()

        self.account.last_orders_sync = start
        self.assertEqual(self.sync(), "No order has changed at Amazon.")
        self.run_cron()

        self.assertEqual(self._books(), before)
        self.assertEqual(len(self.sale_orders()), 3)

    def _books(self):
        """Every stored value that an import writes."""
        self.env.flush_all()
        self.env.invalidate_all()  # as the database has them
        return {
            name: self.env[name]
            .search([("company_id", "=", self.company.id)], order="id")
            .read(load=None)
            for name in (
                "amazon.order",
                "amazon.offer",
                "sale.order",
                "sale.order.line",
                "stock.picking",
                "stock.move",
                "res.partner",
            )
        }

    def test_pending_order_waits_until_it_is_paid(self):
        ref = self.buy("MUG-BLUE", status="PENDING")
        self.assertEqual(self.sync(), "Waiting at Amazon: 1.")
        self.assertFalse(self.sale_order(ref))
        self.assertEqual(
            self.row(ref).error_message,
            "The payment is not settled yet. Amazon tells when it is.",
        )

        self.world.authorize_payment(ref)
        self.run_cron()

        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(self.sale_order(ref).state, "sale")

    def test_what_is_not_for_odoo_is_ignored_with_the_reason(self):
        cancelled = self.buy("MUG-BLUE")
        self.world.cancel(cancelled)
        shipped = self.buy("MUG-BLUE")
        self.world.ship_fbm(shipped)
        elsewhere = self.buy("MUG-BLUE", channel_name="NON_AMAZON")

        self.assertEqual(self.sync(), "Not for Odoo: 3.")

        self.assertEqual(
            {ref: self.row(ref).error_message for ref in self.states()},
            {
                cancelled: "Cancelled at Amazon before it came to Odoo.",
                shipped: "Already shipped when Odoo first saw it: nothing to deliver.",
                elsewhere: "Not sold on Amazon: only Amazon's warehouse ships it.",
            },
        )
        self.assertFalse(self.sale_orders())

    def test_changes_are_told_apart_to_the_millisecond(self):
        ref = self.buy("MUG-BLUE", status="PENDING")
        self.run_cron()
        row = self.row(ref)
        seen = datetime.strptime(row.remote_updated_iso, "%Y-%m-%dT%H:%M:%S.%fZ")
        row.remote_updated_iso = (seen - timedelta(milliseconds=1)).isoformat(
            timespec="milliseconds"
        ) + "Z"
        self.world.authorize_payment(ref)
        later = self.world.order(ref).updated
        self.assertGreater(later.replace(tzinfo=None), seen)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})

    def test_d9_order_links_to_seller_central(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        self.assertEqual(
            self.sale_order(ref).action_open_at_amazon()["url"],
            f"https://sellercentral-europe.amazon.com/orders-v3/order/{ref}",
        )

    def test_duplicate_of_an_order_is_no_amazon_order(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        copy = self.sale_order(ref).copy()
        self.assertRecordValues(
            copy,
            [
                {
                    "amazon_order_ref": False,
                    "amazon_account_id": False,
                    "amazon_total": 0.0,
                    "amazon_total_difference": 0.0,
                }
            ],
        )
