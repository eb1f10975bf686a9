"""Lots and serial numbers of what Amazon ships never keep an order out (feature G2)."""

from odoo.fields import Command
from odoo.tests import new_test_user

from ..common import AmazonCase


class TestFbaLots(AmazonCase):
    def setUp(self):
        super().setUp()
        self.account.user_id = self._create_responsible("lots")
        self.products["MUG-BLUE"].tracking = "lot"
        self.products["TEA-SENCHA"].tracking = "serial"

    def _order(self, sku="MUG-BLUE", quantity=1):
        """Amazon ships an order, and it comes in.

        :return: sale.order
        """
        ref = self.buy_fba(items=[self.world.item(sku, quantity=quantity)])
        self.run_cron()
        self.assertEqual(self.row(ref).state, "done")
        order = self.sale_order(ref)
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.picking_ids)
        return order

    def _booked(self, order):
        """Check that the moves of an order are done, and read their lots.

        :return list: (lot, quantity) of the done move lines
        """
        moves = self.moves(order)
        self.assertEqual(set(moves.mapped("state")) - {"done"}, set())
        return [
            (line.lot_id.name or "", line.quantity)
            for line in moves.move_line_ids.sorted("id")
        ]

    def assertFlagged(self, order, *words):
        """The order says what is missing, its responsible hears of it once."""
        for word in words:
            self.assertIn(word, order.amazon_stock_message)
        self.assertRecordValues(
            order.activity_ids,
            [
                {
                    "user_id": self.account.user_id.id,
                    "summary": "Book what Amazon shipped",
                }
            ],
        )

    def test_g2_oldest_lots_in_stock_are_taken(self):
        self.store("MUG-BLUE", 2, "L1")
        self.store("MUG-BLUE", 5, "L2")
        order = self._order(quantity=3)
        self.assertEqual(self._booked(order), [("L1", 2.0), ("L2", 1.0)])
        self.assertEqual(len(self.moves(order)), 1)
        self.assertEqual(self.stored("MUG-BLUE"), {"L2": 4.0})
        self.assertFalse(order.amazon_stock_message)
        self.assertEqual(order.order_line[0].qty_delivered, 3.0)

    def test_g2_orders_of_one_batch_share_the_lots(self):
        self.store("MUG-BLUE", 2, "L1")
        self.store("MUG-BLUE", 1, "L2")
        refs = [self.buy_fba("MUG-BLUE") for _number in range(4)]
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        orders = [self.sale_order(ref) for ref in refs]
        lots = [self._booked(order) for order in orders]
        self.assertCountEqual(lots, [[("L1", 1.0)], [("L1", 1.0)], [("L2", 1.0)], []])
        self.assertEqual(
            [bool(order.amazon_stock_message) for order in orders],
            [not lot for lot in lots],
        )
        self.assertEqual(self.stored("MUG-BLUE"), {})

    def test_g2_several_pieces_of_a_serial_product(self):
        for name in ("S1", "S2", "S3"):
            self.store("TEA-SENCHA", 1, name)
        order = self._order("TEA-SENCHA", quantity=2)
        self.assertEqual(self._booked(order), [("S1", 1.0), ("S2", 1.0)])
        self.assertEqual(len(self.moves(order)), 1)
        self.assertEqual(self.stored("TEA-SENCHA"), {"S3": 1.0})

    def test_g2_too_few_lots_flag_the_order_until_it_is_mended(self):
        self.store("TEA-SENCHA", 1, "S1")
        order = self._order("TEA-SENCHA", quantity=2)
        self.assertFalse(self.moves(order))
        self.assertEqual(order.order_line[0].qty_delivered, 0.0)
        self.assertFlagged(
            order, "Sencha: 2 Units shipped, 1 with a lot or serial number", "Amazon."
        )

        action = order.action_book_amazon_stock()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertFlagged(order, "Sencha: 2 Units shipped, 1 with")

        self.store("TEA-SENCHA", 1, "S2")
        action = order.action_book_amazon_stock()
        self.assertEqual(action["params"]["message"], "The stock is booked.")
        self.assertEqual(self._booked(order), [("S1", 1.0), ("S2", 1.0)])
        self.assertRecordValues(
            order, [{"amazon_stock_message": False, "activity_ids": []}]
        )
        self.assertEqual(order.order_line[0].qty_delivered, 2.0)
        self.assertEqual(self.moves(order).date, order.date_order)

        order.action_book_amazon_stock()
        self.assertEqual(len(self.moves(order)), 1)

    def test_g2_what_can_be_booked_is_booked(self):
        ref = self.buy_fba("MUG-BLUE", "MUG-WHITE")
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(self.moves(order).product_id, self.products["MUG-WHITE"])
        self.assertFlagged(order, "Blue mug: 1 Units shipped, 0 with")

    def test_g2_seller_lets_the_operations_go_without_lots(self):
        self.store("MUG-BLUE", 2, "L1")
        self.warehouse.out_type_id.write(
            {"use_existing_lots": False, "use_create_lots": False}
        )
        pickings = self.env["stock.picking"].search_count([])
        order = self._order(quantity=3)
        self.assertEqual(self._booked(order), [("", 3.0)])
        self.assertEqual(self.stored("MUG-BLUE"), {"": -3.0, "L1": 2.0})
        self.assertEqual(self.env["stock.picking"].search_count([]), pickings)

    def test_g2_policy_oldest_in_stock_asks_for_lots_always(self):
        self.account.fba_lot_policy = "stock"
        self.warehouse.out_type_id.write(
            {"use_existing_lots": False, "use_create_lots": False}
        )
        self.assertFlagged(self._order(), "Blue mug: 1 Units shipped, 0 with")

    def test_g2_policy_without_a_lot_never_asks(self):
        self.account.fba_lot_policy = "none"
        self.store("MUG-BLUE", 2, "L1")
        orders = self._order(quantity=3) + self._order("TEA-SENCHA", quantity=2)
        self.assertEqual(
            [self._booked(order) for order in orders], [[("", 3.0)], [("", 2.0)]]
        )
        self.assertFalse(any(orders.mapped("amazon_stock_message")))
        operation = self.moves(orders).picking_type_id
        self.assertRecordValues(
            operation, [{"company_id": self.company.id, "active": False}]
        )

    def test_g2_changed_policy_mends_a_flagged_order(self):
        order = self._order()
        self.assertFlagged(order, "Blue mug")
        self.account.fba_lot_policy = "none"
        order.action_book_amazon_stock()
        self.assertEqual(self._booked(order), [("", 1.0)])
        self.assertFalse(order.amazon_stock_message)

    def test_g2_lots_of_others_and_lots_elsewhere_are_left_alone(self):
        lot = self.store("MUG-BLUE", 5, "L1", self.warehouse.lot_stock_id)
        self.env["stock.quant"]._update_available_quantity(
            self.products["MUG-BLUE"],
            self.account.location_id,
            5,
            lot_id=lot,
            owner_id=self.company.partner_id,
        )
        order = self._order()
        self.assertFlagged(order, "Blue mug: 1 Units shipped, 0 with")
        self.assertFalse(self.moves(order))

    def test_g2_reserved_lots_are_left_alone(self):
        lot = self.store("MUG-BLUE", 3, "L1")
        self.env["stock.quant"]._update_reserved_quantity(
            self.products["MUG-BLUE"], self.account.location_id, 2, lot_id=lot
        )
        self.assertFlagged(self._order(quantity=2), "2 Units shipped, 1 with")

    def test_g2_user_of_the_connector_books_the_stock(self):
        order = self._order()
        self.store("MUG-BLUE", 1, "L1")
        user = new_test_user(
            self.env,
            "amazon_clerk",
            groups="amazon_connector.group_amazon_user,"
            "sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        order.with_user(user).action_book_amazon_stock()
        self.assertEqual(self._booked(order), [("L1", 1.0)])
