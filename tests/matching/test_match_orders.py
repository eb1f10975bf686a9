"""Past orders get the product that their SKU has by now (feature C5)."""

from odoo.fields import Command

from ..common import FR
from .case import STAND_IN, PastOrdersCase


class TestPastOrders(PastOrdersCase):
    def test_c5_open_order_gets_the_product_in_the_same_delivery(self):
        kettle = self.kettle()
        order = self.sell(
            "K-1",
            items=[
                self.world.item("K-1", title="Kettle 1.7 l", price="10.01", quantity=3),
                self.world.item("MUG-BLUE", price="8.00"),
            ],
        )
        other = self.sell("K-9")
        delivery = order.picking_ids
        self.assertEqual(self.row("K-1").order_count, 1)
        self.assertEqual(
            self.match("K-1", kettle),
            "SKUs that have their product now: 1. Orders that get the product in a "
            "moment: 1.",
        )
        self.assertEqual(
            self.account.matching_progress,
            "Orders that are still to get their product: 1.",
        )
        works = self.account.get_progress()["works"]
        self.assertEqual([work["name"] for work in works], ["matching"])
        self.run_matching()
        self.assertEqual(
            self.lines(order), [("KETTLE", 3.0, 30.03), ("MUG-BLUE", 1.0, 8.0)]
        )
        self.assertEqual(order.order_line[0].name, "Kettle 1.7 l")
        self.assertRecordValues(
            order,
            [
                {
                    "state": "sale",
                    "amount_total": 38.03,
                    "amazon_total_difference": 0.0,
                    "picking_ids": delivery.ids,
                }
            ],
        )
        self.assertEqual(
            sorted(self.waiting(order)), [("KETTLE", 3.0, 3.0), ("MUG-BLUE", 1.0, 0.0)]
        )
        self.assertEqual(len(delivery.move_ids), 2)
        self.assertEqual(delivery.move_ids.sale_line_id, order.order_line)
        self.assertEqual(self.lines(other), [(STAND_IN, 1.0, 10.0)])
        self.assertFalse(self.account.matching_progress)
        self.assertIn("SKU K-1: [KETTLE] Kettle instead of", order.message_ids[0].body)
        self.assertIn("have their product now: 1.", self.notes())
        self.ship(order)
        self.assertEqual(order.order_line[0].qty_delivered, 3.0)

    def test_c5_running_again_changes_nothing(self):
        order = self.sell("K-1")
        self.match("K-1", self.kettle())
        self.run_matching()
        self.env.flush_all()
        before = self._books(order)
        order.order_line.amazon_offer_id.action_apply_to_past_orders()
        self.run_matching()
        self.env.flush_all()
        self.assertEqual(self._books(order), before)
        self.assertEqual(self.lines(order), [("KETTLE", 1.0, 10.0)])

    def _books(self, order):
        """All that putting a product on an order writes."""
        return (
            order.order_line.read(load=None),
            order.picking_ids.ids,
            order.picking_ids.move_ids.read(["product_id", "quantity", "state"]),
            order.message_ids.ids,
            self.notes(),
        )

    def test_c5_pack_of_six_is_delivered_as_six(self):
        order = self.sell("MUG-6", items=[self.world.item("MUG-6", price="60.00")])
        action = self.row("MUG-6").action_choose()
        wizard = self.env["amazon.choose.product"].browse(action["res_id"])
        wizard.write({"product_id": self.products["MUG-BLUE"].id, "quantity_factor": 6})
        wizard.action_confirm()
        self.run_matching()
        self.assertEqual(self.lines(order), [("MUG-BLUE", 6.0, 60.0)])
        self.assertEqual(order.order_line.price_unit, 10.0)
        self.assertEqual(self.waiting(order), [("MUG-BLUE", 6.0, 0.0)])

    def test_c5_decision_holds_for_marketplaces_that_come_later(self):
        self.sell("MUG-6", price="60.00")
        self.match("MUG-6", self.products["MUG-BLUE"])
        offers = self.env["amazon.offer"].search([("sku", "=", "MUG-6")])
        offers.quantity_factor = 6
        order = self.sell("MUG-6", price="60.00", marketplace=FR)
        self.assertEqual(self.lines(order), [("MUG-BLUE", 6.0, 60.0)])
        self.assertFalse(self.open_list())

    def test_c5_several_steps_of_delivery_are_made_anew(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.sell("K-1")
        count = len(order.picking_ids)
        self.match("K-1", self.kettle())
        self.run_matching()
        open_moves = self.moves(order).filtered(lambda move: move.state != "cancel")
        self.assertEqual(open_moves.product_id, self.products["KETTLE"])
        self.assertEqual(len(order.picking_ids), count)
        self.assertNotIn("cancel", order.picking_ids.mapped("state"))

    def test_c5_service_needs_no_delivery(self):
        order = self.sell("K-1")
        self.match("K-1", self._create_service("HELP", "Help"))
        self.run_matching()
        self.assertEqual(self.lines(order), [("HELP", 1.0, 10.0)])
        self.assertEqual(self.waiting(order), [])

    def test_c5_amounts_stay_to_the_cent_with_taxes_of_the_product(self):
        for price_include in (True, False):
            with self.subTest(price_include=price_include):
                tax = self.tax(19, price_include)
                sku = f"T-{price_include}"
                product = self.product(
                    f"P-{sku}", "Taxed", taxes_id=[Command.set(tax.ids)]
                )
                order = self.sell(
                    sku,
                    items=[
                        self.world.item(
                            sku,
                            price="9.99",
                            quantity=7,
                            shipping="4.01",
                            discount="1.11",
                        )
                    ],
                )
                total = order.amount_total
                self.assertEqual(order.amount_tax, 0.0)
                self.match(sku, product)
                self.run_matching()
                self.assertEqual(order.amount_total, total)
                self.assertEqual(order.amazon_total_difference, 0.0)
                taxed = order.order_line.filtered(
                    lambda line: line.amazon_kind in ("product", "shipping", "discount")
                )
                self.assertEqual(len(taxed), 3, "charges are taxed as their goods")
                for line in taxed:
                    self.assertEqual(line.tax_id, tax)
                self.assertAlmostEqual(
                    order.amount_tax,
                    sum(taxed.mapped("price_total")) * 19 / 119,
                    delta=0.02,
                )

    def test_c5_fba_order_books_the_stock_at_amazon(self):
        kettle = self.product("KETTLE", "Kettle")
        self.store("KETTLE", 5)
        order = self.sell("K-1", channel="fba")
        self.assertEqual(self.moves(order).product_id, self.stand_in)
        self.match("K-1", kettle)
        self.run_matching()
        self.assertEqual(self.stored("KETTLE"), {"": 4.0})
        self.assertRecordValues(
            self.moves(order),
            [
                {
                    "product_id": kettle.id,
                    "state": "done",
                    "quantity": 1.0,
                    "location_id": self.account.location_id.id,
                    "date": order.date_order,
                }
            ],
        )
        self.assertEqual(order.order_line.qty_delivered, 1.0)
        self.assertEqual(order.amazon_move_count, 1)
        self.assertFalse(order.picking_ids)
        self.run_matching()
        self.assertEqual(self.stored("KETTLE"), {"": 4.0})

    def test_c5_what_is_reserved_is_reported_to_amazon(self):
        kettle = self.kettle()
        self.account.sync_stock = True
        order = self.sell("K-1", items=[self.world.item("K-1", quantity=2)])
        offer = order.order_line.amazon_offer_id
        offer.sync_stock = True
        self.match("K-1", kettle)
        self.assertEqual(offer.available_quantity, 5)
        self.run_matching()
        self.assertEqual(offer.available_quantity, 3)
        changed = self.account._find_changed_skus(order.create_date)
        self.assertIn("K-1", changed)

    def test_c5_product_that_came_later_by_itself_reaches_past_orders(self):
        """The seller creates the product; the next order finds it by its reference."""
        order = self.sell("LATER")
        self.product("LATER", "Came later")
        self.sell("LATER")
        self.run_matching()
        self.assertEqual(self.lines(order), [("LATER", 1.0, 10.0)])

    def test_c5_product_given_on_the_offer_reaches_past_orders(self):
        order = self.sell("K-1")
        order.order_line.amazon_offer_id.product_id = self.kettle()
        self.run_matching()
        self.assertEqual(self.lines(order), [("KETTLE", 1.0, 10.0)])

    def test_c5_quotation_gets_the_product_without_a_delivery(self):
        order = self.sell("K-1")
        order.picking_ids.action_cancel()
        order.state = "draft"
        self.match("K-1", self.kettle())
        self.run_matching()
        self.assertEqual(self.lines(order), [("KETTLE", 1.0, 10.0)])
        self.assertEqual(self.waiting(order), [])
