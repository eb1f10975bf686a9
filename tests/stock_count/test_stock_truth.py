"""What is offered is what a new order could really get (feature J6)."""

import random
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .case import TruthCase


class TestStockTruth(TruthCase):
    def sell(self, quantity, sku="MUG-BLUE"):
        """Sell goods past Amazon.

        :return: the delivery of an order that is none of Amazon's
        """
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Neighbour"}).id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": self.products[sku].id,
                            "product_uom_qty": quantity,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order.picking_ids

    def test_j6_delivery_that_reserves_by_hand_takes_from_what_is_offered(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        delivery = self.sell(9)
        self.assertEqual(delivery.move_ids.state, "confirmed")
        self.assertEqual(self.offered(), 1)
        delivery.action_assign()
        self.assertEqual(self.offered(), 1)

    def test_j6_delivery_that_reserves_before_its_date_takes_too(self):
        self.warehouse.out_type_id.write(
            {"reservation_method": "by_date", "reservation_days_before": 1}
        )
        delivery = self.sell(4)
        delivery.scheduled_date = fields.Datetime.now() + timedelta(days=20)
        self.assertEqual(self.offered(), 6)

    def test_j6_delivery_that_somebody_unreserved_takes_too(self):
        delivery = self.sell(9)
        self.assertEqual(self.offered(), 1)
        delivery.do_unreserve()
        self.assertEqual(self.offered(), 1)
        delivery.action_cancel()
        self.assertEqual(self.offered(), 10)

    def test_j6_part_that_is_reserved_counts_once(self):
        delivery = self.sell(14)
        self.assertEqual(delivery.move_ids.state, "partially_available")
        self.assertEqual(self.offered(), 0)
        self.stock(MUG_BLUE=20)  # nobody has reserved the rest yet
        self.assertEqual(self.offered(), 6)

    def test_j6_goods_that_are_ordered_for_a_delivery_are_not_taken_from_the_shelf(
        self,
    ):
        delivery = self.create_move(
            "MUG-BLUE", 9, self.shelf, self.customers, procure_method="make_to_order"
        )
        suppliers = self.env.ref("stock.stock_location_suppliers")
        receipt = self.create_move(
            "MUG-BLUE",
            9,
            suppliers,
            self.shelf,
            move_dest_ids=[fields.Command.link(delivery.id)],
        )
        (delivery + receipt)._action_confirm(merge=False)
        self.assertEqual(self.offered(), 10)
        receipt._action_assign()
        receipt.move_line_ids.quantity = 9
        receipt.picked = True
        receipt._action_done()
        delivery._do_unreserve()
        self.assertEqual(sum(self.stored("MUG-BLUE", self.shelf).values()), 19)
        self.assertEqual(self.offered(), 10)

    def test_j6_steps_of_a_delivery_take_once(self):
        """Picking, packing and shipping, with and without the output in the account's
        locations; reserved, in part, and not at all."""
        self.warehouse.delivery_steps = "pick_pack_ship"
        output = self.warehouse.wh_output_stock_loc_id
        packing = self.warehouse.wh_pack_stock_loc_id
        pickings = self.sell(4)
        first = pickings.move_ids.filtered(lambda move: move.location_id == self.shelf)
        self.assertTrue(first)
        for locations in (self.shelf, self.shelf + packing + output):
            self.account.stock_location_ids = locations
            self.assertEqual(self.offered(), 6)
            first._do_unreserve()
            self.assertEqual(self.offered(), 6)
            first._action_assign()

    def test_j6_rest_of_a_delivery_that_nobody_reserves_takes_too(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        delivery = self.sell(9)
        delivery.action_assign()
        delivery.move_ids.quantity = 4
        delivery.move_ids.picked = True
        delivery._action_done()
        rest = delivery.backorder_ids
        rest.do_unreserve()
        self.assertEqual(self.stored("MUG-BLUE", self.shelf), {"": 6})
        self.assertEqual(self.offered(), 1)
        rest.action_cancel()
        self.assertEqual(self.offered(), 6)

    def test_j6_transfer_to_another_warehouse_takes_before_it_is_reserved(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Other", "code": "OTHER", "company_id": self.company.id}
        )
        move = self.create_move("MUG-BLUE", 7, self.shelf, other.lot_stock_id)
        self.assertEqual(self.offered(), 10)  # a draft
        move._action_confirm()
        self.assertEqual(self.offered(), 3)
        move._action_assign()
        self.assertEqual(self.offered(), 3)
        self.account.stock_location_ids = self.shelf + other.lot_stock_id
        self.assertEqual(self.offered(), 3)  # Odoo gives what is reserved to nobody

    def test_j6_more_is_needed_than_there_is(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        self.sell(6)
        last = self.sell(6)
        self.assertEqual(self.offered(), 0)
        last.action_cancel()
        self.assertEqual(self.offered(), 4)

    def hand_over(self, place, quantity):
        """Do a part of what is to leave a place; the rest follows."""
        move = self.open_moves(place)
        move._action_assign()
        move.quantity = quantity
        move.picked = True
        move._action_done()

    def open_moves(self, place, sku="MUG-BLUE"):
        return self.env["stock.move"].search(
            [
                ("product_id", "=", self.products[sku].id),
                ("location_id", "=", place.id),
                ("state", "not in", ("done", "cancel")),
            ]
        )

    def test_j6_rest_of_a_delivery_in_steps_takes_once(self):
        """Five of nine were picked and have left: four more are taken, not eight."""
        self.warehouse.delivery_steps = "pick_ship"
        output = self.warehouse.wh_output_stock_loc_id
        self.account.stock_location_ids = self.shelf + output
        self.sell(9)
        self.hand_over(self.shelf, 5)
        self.assertEqual(self.offered(), 1)
        self.hand_over(output, 5)
        self.assertEqual(self.offered(), 1)
        self.open_moves(self.shelf)._do_unreserve()
        self.assertEqual(self.offered(), 1)
        self.hand_over(self.shelf, 2)
        self.assertEqual(self.offered(), 1)

    def test_j6_dozens_that_are_not_reserved_take_twelve_each(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        self.stock(MUG_BLUE=30)
        dozen = self.env.ref("uom.product_uom_dozen")
        move = self.create_move(
            "MUG-BLUE", 2, self.shelf, self.customers, product_uom=dozen.id
        )
        move._action_confirm()
        self.assertEqual(self.offered(), 6)
        self.stock(MUG_BLUE=20)
        move._action_assign()
        self.assertEqual(self.offered(), 0)

    def test_j6_negative_stock_beside_is_never_offered(self):
        corner = self.create_place("Corner", self.shelf)
        product = self.products["MUG-BLUE"]
        self.env["stock.quant"]._update_available_quantity(product, corner, -3)
        self.assertEqual(self.offered(), 7)
        self.env["stock.quant"]._update_available_quantity(product, corner, -9)
        self.assertEqual(self.offered(), 0)

    def test_j6_move_between_two_shelves_takes_nothing(self):
        corner = self.create_place("Corner", self.shelf)
        move = self.create_move("MUG-BLUE", 4, self.shelf, corner)
        move._action_confirm()
        self.assertEqual(self.offered(), 10)

    def test_j6_need_of_a_new_delivery_is_seen_as_a_change(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        self.compute()
        self.let_time_pass()
        self.sell(9)
        self.env.flush_all()
        self.compute()
        self.assertEqual(self.mug.stock_quantity, 1)

    # === places === #

    def test_j6_goods_in_the_input_count_when_the_account_says_so(self):
        self.warehouse.reception_steps = "two_steps"
        entry = self.warehouse.wh_input_stock_loc_id
        self.stock(entry, MUG_BLUE=5)
        self.assertEqual(self.offered(), 10)
        self.account.stock_location_ids = self.shelf + entry
        self.assertEqual(self.offered(), 15)

    def test_j6_scrap_below_the_shelf_is_for_nobody(self):
        scrap = self.create_place("Broken", self.shelf, usage="inventory")
        self.env["stock.quant"]._update_available_quantity(
            self.products["MUG-BLUE"], scrap, 5
        )
        self.assertEqual(self.offered(), 10)

    def test_j6_scrap_below_the_shelf_that_odoo_takes_as_internal_is_for_nobody(self):
        """17.0 has a tick for it, beside the kind of location."""
        tick = self.env["stock.location"]._fields.get("scrap_location")
        kind = {"usage": "internal", tick.name: True} if tick else {}
        scrap = self.create_place(
            "Broken", self.shelf, **kind or {"usage": "inventory"}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.products["MUG-BLUE"], scrap, 5
        )
        self.assertEqual(self.offered(), 10)
        delivery = self.sell(12)
        self.assertEqual(self.offered(), 0)
        delivery.do_unreserve()
        self.assertEqual(self.offered(), 0)

    def test_j6_goods_that_odoo_reserved_in_scrap_are_taken_from_the_shelf(self):
        scrap = self.create_place("Broken", self.shelf, usage="inventory")
        delivery = self.sell(4)
        delivery.move_ids.move_line_ids.location_id = scrap
        self.assertEqual(self.offered(), 6)

    def test_j6_goods_that_somebody_takes_from_another_warehouse_are_not_ours(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Other", "code": "OTH", "company_id": self.company.id}
        )
        delivery = self.sell(4)
        delivery.move_ids.move_line_ids.location_id = other.lot_stock_id
        self.assertEqual(self.offered(), 10)

    # === deliveries from above === #

    def need(self, quantity, source, sku="MUG-BLUE"):
        """Create what has to leave.

        :return: a confirmed delivery that has reserved nothing
        """
        move = self.create_move(sku, quantity, source, self.customers)
        move._action_confirm()
        move._do_unreserve()
        return move

    def test_j6_delivery_from_the_whole_warehouse_takes_from_its_stock(self):
        move = self.need(9, self.warehouse.view_location_id)
        self.assertEqual(self.offered(), 1)
        self.assertEqual(self.mug.stock_needed, 9)
        move._action_assign()
        self.assertEqual(self.offered(), 1)
        self.account.stock_basis = "forecast"
        self.assertEqual(self.offered(), 1)
        move._do_unreserve()
        self.assertEqual(self.offered(), 1)
        move._action_cancel()
        self.assertEqual(self.offered(), 10)

    def test_j6_delivery_from_the_shelf_takes_from_a_part_of_it(self):
        """What lies beside, and is free, goes first: more is not taken away."""
        corner = self.create_place("For Amazon", self.shelf)
        other = self.create_place("For others", self.shelf)
        self.account.stock_location_ids = corner
        self.stock(MUG_BLUE=0)
        self.stock(corner, MUG_BLUE=10)
        move = self.need(9, self.shelf)
        self.assertEqual(self.offered(), 1)
        self.stock(other, MUG_BLUE=6)
        self.assertEqual(self.offered(), 7)
        second = self.need(2, other)
        self.assertEqual(self.offered(), 5)
        self.stock(other, MUG_BLUE=30)
        self.assertEqual(self.offered(), 10)
        (move + second)._action_cancel()
        self.assertEqual(self.offered(), 10)

    def test_j6_forecast_of_a_part_of_the_shelf(self):
        corner = self.create_place("For Amazon", self.shelf)
        self.account.write(
            {
                "stock_location_ids": [fields.Command.set(corner.ids)],
                "stock_basis": "forecast",
            }
        )
        self.stock(MUG_BLUE=0)
        self.stock(corner, MUG_BLUE=10)
        move = self.need(4, self.shelf)
        self.assertEqual(self.offered(), 6)
        move._action_assign()  # all of it lies in the corner
        self.assertEqual(self.offered(), 6)

    def test_j6_delivery_from_another_warehouse_takes_nothing(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Other", "code": "OTH", "company_id": self.company.id}
        )
        self.need(9, other.view_location_id)
        self.need(9, other.lot_stock_id)
        self.assertEqual(self.offered(), 10)

    def test_j6_what_was_drawn_is_never_more_than_odoo_reserves(self):
        """Deliveries of all kinds are drawn; then Odoo reserves all of them, and a new
        one gets no less than what was offered."""
        corner = self.create_place("Corner", self.shelf)
        other = self.create_place("Other", self.shelf)
        sources = (self.warehouse.view_location_id, self.shelf, corner, other)
        for seed in range(25):
            rng = random.Random(seed)
            with self.subTest(seed=seed), self.env.cr.savepoint() as point:
                chosen = rng.choice((self.shelf, corner))
                self.account.stock_location_ids = chosen
                for place in (corner, other):
                    self.stock(place, MUG_BLUE=rng.randrange(15))
                moves = self.env["stock.move"]
                for _number in range(rng.randrange(5)):
                    moves += self.need(rng.randrange(1, 9), rng.choice(sources))
                for move in moves:
                    if rng.random() < 0.3:
                        move._action_assign()
                offered = self.offered()
                moves._action_assign()
                new = self.create_move("MUG-BLUE", 1000, self.shelf, self.customers)
                new._action_confirm()
                new._action_assign()
                self.assertGreaterEqual(new.quantity, offered)
                point.rollback()
                self.env.invalidate_all()

    def test_j6_goods_of_a_vendor_count_where_they_lie_and_are_shown(self):
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        self.env["stock.quant"]._update_available_quantity(
            self.products["MUG-BLUE"], self.shelf, 3, owner_id=vendor
        )
        self.assertEqual(self.offered(), 13)
        self.assertEqual(self.mug.stock_owned, 3)
        corner = self.create_place("Own goods", self.warehouse.view_location_id)
        self.stock(corner, MUG_BLUE=2)
        self.account.stock_location_ids = corner
        self.assertEqual(self.offered(), 2)
        self.assertEqual(self.mug.stock_owned, 0)

    # === pieces === #

    def test_j6_factor_of_a_twelfth_is_exact(self):
        unit = self.products["MUG-BLUE"].uom_id
        unit.rounding = 0.01
        self.stock(MUG_BLUE=3.5)
        self.mug.quantity_factor = 1 / 12
        self.mug.flush_recordset()
        self.mug.invalidate_recordset()
        self.assertEqual(self.offered(), 42)
        for parts in range(2, 60):
            self.mug.quantity_factor = 1 / parts
            self.mug.flush_recordset()
            self.mug.invalidate_recordset()
            self.assertEqual(self.offered(), int(3.5 * parts), parts)

    def test_j6_figures_that_make_the_quantity_are_shown(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        self.sell(2).action_assign()
        self.sell(3)
        self.mug.write({"stock_buffer": 1, "quantity_factor": 2})
        self.env.invalidate_all()
        self.assertRecordValues(
            self.mug,
            [
                {
                    "stock_on_hand": 10,
                    "stock_reserved": 2,
                    "stock_needed": 3,
                    "stock_expired": 0,
                    "stock_in_odoo": 5,
                    "available_quantity": 2,
                }
            ],
        )
        self.account.stock_basis = "forecast"
        self.env.invalidate_all()
        self.assertEqual(self.mug.stock_outgoing, 5)
        self.assertEqual(self.mug.stock_in_odoo, 5)


# `python3 -m dev test --with product_expiry` runs them, and so does CI.
@tagged("-standard", "amazon_with_product_expiry")
class TestStockTruthOnExpiry(TruthCase):
    def setUp(self):
        super().setUp()
        self.tea = self.products["TEA-SENCHA"]
        self.stock(TEA_SENCHA=0)
        self.tea.write({"tracking": "lot", "use_expiration_date": True})
        self.lots = {
            name: self.put_lot(name, quantity, hours)
            for name, quantity, hours in (("OLD", 5, -12), ("GOOD", 4, 1000))
        }

    def put_lot(self, name, quantity, hours):
        lot = self.env["stock.lot"].create(
            {
                "name": name,
                "product_id": self.tea.id,
                "company_id": self.company.id,
            }
        )
        date = fields.Datetime.now() + timedelta(hours=hours)
        lot.expiration_date = lot.removal_date = date
        self.env["stock.quant"]._update_available_quantity(
            self.tea, self.shelf, quantity, lot_id=lot
        )
        return lot

    def reservable(self, **values):
        """Ask Odoo itself how much can be had.

        :return float: what Odoo reserves for a new delivery of very many
        """
        move = self.create_move(
            "TEA-SENCHA", 1000, self.shelf, self.customers, **values
        )
        move._action_confirm()
        move._action_assign()
        quantity = move.quantity
        move._action_cancel()
        return quantity

    def test_j6_expired_lots_are_not_offered(self):
        self.assertEqual(self.reservable(), 4)
        self.assertEqual(self.offered("TEA-SENCHA"), 4)
        self.assertEqual(self.offers["TEA-SENCHA"].stock_expired, 5)

    def test_j6_order_that_gets_no_goods_leaves_nothing_to_offer(self):
        move = self.create_move("TEA-SENCHA", 6, self.shelf, self.customers)
        move._action_confirm()
        move._action_assign()
        self.assertEqual(self.offered("TEA-SENCHA"), 0)

    def test_j6_forecast_leaves_expired_lots_out_too(self):
        self.account.stock_basis = "forecast"
        self.assertEqual(self.offered("TEA-SENCHA"), 4)

    def test_j6_date_without_the_tick_on_the_product_is_ignored(self):
        self.tea.use_expiration_date = False
        self.assertEqual(self.offered("TEA-SENCHA"), self.reservable())

    def test_j6_lot_whose_time_runs_out_is_a_change(self):
        """Nobody writes anything at that moment."""
        self.compute()
        self.assertEqual(self.offers["TEA-SENCHA"].stock_quantity, 4)
        self.let_time_pass()
        column = self.account._get_expiry_column()
        self.env.cr.execute(
            f"UPDATE stock_quant SET {column} = now() AT TIME ZONE 'UTC'"
            " - interval '1 minute' WHERE lot_id = %s",
            [self.lots["GOOD"].id],
        )
        self.env.invalidate_all()
        self.compute()
        self.assertEqual(self.offers["TEA-SENCHA"].stock_quantity, 0)

    def test_j6_lot_that_expires_before_a_new_order_leaves_is_not_offered(self):
        """Odoo plans the delivery for the day by which Amazon wants it to leave."""
        self.put_lot("SOON", 7, 30)
        later = fields.Datetime.now() + timedelta(days=2)
        self.assertEqual(self.reservable(), 11)
        self.assertEqual(self.reservable(date=later), 4)
        self.assertEqual(self.offered("TEA-SENCHA"), 4)
        self.buy(items=[self.world.item("TEA-SENCHA", quantity=1)])
        self.sync()
        order = self.env["sale.order"].search([], order="id desc", limit=1)
        self.assertEqual(order.commitment_date, order.amazon_ship_by)
        self.assertEqual(order.picking_ids.move_ids.lot_ids, self.lots["GOOD"])
        self.assertEqual(self.offered("TEA-SENCHA"), 3)

    def test_j6_orders_that_leave_soon_take_what_expires_after(self):
        self.put_lot("SOON", 7, 30)
        self.buy(items=[self.world.item("TEA-SENCHA", quantity=1)])
        self.sync()
        order = self.env["sale.order"].search([], order="id desc", limit=1)
        order.amazon_ship_by = order.date_order + timedelta(hours=20)
        self.assertEqual(self.offered("TEA-SENCHA"), 10)

    def test_j6_lot_that_begins_to_expire_too_soon_is_a_change(self):
        lot = self.put_lot("SOON", 7, 49)
        self.compute()
        self.assertEqual(self.offers["TEA-SENCHA"].stock_quantity, 11)
        self.let_time_pass()
        column = self.account._get_expiry_column()
        self.env.cr.execute(
            f"UPDATE stock_quant SET {column} = {column} - interval '2 hours'"
            " WHERE lot_id = %s",
            [lot.id],
        )
        self.env.invalidate_all()
        self.compute()
        self.assertEqual(self.offers["TEA-SENCHA"].stock_quantity, 4)
