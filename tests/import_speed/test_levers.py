"""The small levers of an import change what it costs, never what the books say."""

import re
from collections import Counter
from unittest.mock import patch

from odoo import sql_db
from odoo.fields import Command

from odoo.addons.amazon_connector.models.import_speed import (
    stock_move as stock_move_import,
)
from odoo.addons.amazon_connector.models.import_speed.reservation import plan
from odoo.addons.amazon_connector.models.import_speed.stock_move import NewOrders
from odoo.addons.amazon_connector.sim import SELLER_NA
from odoo.addons.sale_stock.models.stock import StockMove as SaleStockMove

from ..valuation import create_real_time_category
from .case import LeverCase

CHANGED = re.compile(r"\s*((?:INSERT INTO|UPDATE) \S+)")


class TestLevers(LeverCase):
    def test_shortage_and_several_places(self):
        shelves = self.env["stock.location"].create(
            [
                {
                    "name": name,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "company_id": self.company.id,
                }
                for name in ("Shelf A", "Shelf B")
            ]
        )
        self._put("MUG-BLUE", 2, shelves[0])
        self._put("MUG-BLUE", 3, shelves[1])
        self._put("TEA-SENCHA", 4)
        for _number in range(4):
            item = self.world.item
            self.buy(items=[item("MUG-BLUE", quantity=2), item("TEA-SENCHA")])
        books = self._assert_same_books(4)
        reserved = [line["quantity"] for line in books["stock.move.line"]]
        self.assertEqual(sum(reserved), 9.0)

    def test_lots_and_removal_strategies(self):
        self.products["TEA-SENCHA"].tracking = "lot"
        self._put("TEA-SENCHA", 2, lot="L1")
        self._put("TEA-SENCHA", 5, lot="L2")
        self._put("MUG-BLUE", 10)
        for strategy in self.env["product.removal"].search([]):
            with self.subTest(strategy.method):
                self.warehouse.lot_stock_id.removal_strategy_id = strategy
                self.buy("TEA-SENCHA", "MUG-BLUE")
                self.buy(items=[self.world.item("TEA-SENCHA", quantity=3)])
                orders = len(self.world.orders)
                self._assert_same_books(orders)

    def test_goods_for_all_and_goods_for_some(self):
        """Enough blue mugs for all are reserved together; tea is there for two."""
        self._put("MUG-BLUE", 100)
        self._put("MUG-WHITE", 3)
        self._put("TEA-SENCHA", 2)
        for number in range(6):
            item = self.world.item
            white = [item("MUG-WHITE")] * (number % 2)
            blue = item("MUG-BLUE", quantity=1 + number % 3)
            self.buy(items=[item("TEA-SENCHA"), blue, *white])
        books = self._assert_same_books(6)
        reserved = [line["quantity"] for line in books["stock.move.line"]]
        self.assertEqual(sum(reserved), 12 + 3 + 2)

    def test_enough_goods_of_which_some_are_reserved_already(self):
        self._put("MUG-BLUE", 7)
        for _number in range(3):
            self.buy("MUG-BLUE")
        self.run_cron()
        for _number in range(4):
            self.buy(items=[self.world.item("MUG-BLUE", quantity=1)])
        books = self._assert_same_books(7)
        [quant] = [q for q in books["stock.quant"] if q["quantity"] == 7]
        self.assertEqual(quant["reserved_quantity"], 7)

    def test_parts_of_a_unit_and_other_units(self):
        for sku in ("MUG-BLUE", "TEA-SENCHA"):
            self._put(sku, 40.3)
        for number in range(3):
            self.buy(items=[self.world.item("MUG-BLUE", quantity=number + 1)])
            self.buy("TEA-SENCHA", "MUG-BLUE")
        self._assert_same_books(6)

    def test_packages_in_stock(self):
        kind = "stock.quant.package"
        kind = kind if kind in self.env else "stock.package"
        box = self.env[kind].create({"name": "Box 7"})
        self.env["stock.quant"]._update_available_quantity(
            self.products["MUG-BLUE"],
            self.warehouse.lot_stock_id,
            9,
            package_id=box,
        )
        self._put("TEA-SENCHA", 9)
        for _number in range(3):
            self.buy("MUG-BLUE", "TEA-SENCHA")
        books = self._assert_same_books(3)
        packed = [line for line in books["stock.move.line"] if line["package_id"]]
        self.assertEqual(len(packed), 3)

    def test_each_lever_is_pulled(self):
        """One statement makes all groups, all move lines, and writes all moves."""
        for sku in ("MUG-BLUE", "TEA-SENCHA"):
            self._put(sku, 100)
        for _number in range(10):
            self.buy("MUG-BLUE", "TEA-SENCHA")
        execute, seen = sql_db.Cursor.execute, Counter()

        def note(cr, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if found := CHANGED.match(text):
                seen[found.group(1).replace('"', "")] += 1
            return execute(cr, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", note):
            self.run_cron()
            self.env.flush_all()
        made = ("INSERT INTO procurement_group", "INSERT INTO stock_move_line")
        most = 4
        if "procurement.group" not in self.env:  # 19.0 reserves otherwise
            made, most = (), 12
        for change in (*made, "UPDATE stock_move", "UPDATE stock_picking"):
            with self.subTest(change):
                self.assertLessEqual(seen[change], most)
        self.assertTrue(seen["INSERT INTO stock_move_line"])

    def test_strangers_are_left_alone(self):
        """Another addon that has a say in the reservation is asked for each move."""
        asked = []
        update = type(self.env["stock.move"])._update_reserved_quantity

        def count(move, *args, **kwargs):
            asked.append(move)
            return update(move, *args, **kwargs)

        self._put("MUG-BLUE", 100)
        for _number in range(3):
            self.buy("MUG-BLUE")
        with patch.object(
            type(self.env["stock.move"]), "_update_reserved_quantity", count
        ):
            self.assertIsNone(plan(self.env["stock.move"]))
            self.run_cron()
        self.assertEqual(len(asked), 3)
        self.assertEqual(
            sum(self.sale_orders().picking_ids.move_ids.mapped("quantity")), 3
        )

    def test_two_steps_and_negative_stock(self):
        self.warehouse.delivery_steps = "pick_ship"
        self._put("MUG-BLUE", 3)
        self._put("TEA-SENCHA", -2)
        for _number in range(3):
            self.buy("MUG-BLUE", "TEA-SENCHA")
        books = self._assert_same_books(3)
        self.assertGreaterEqual(len(books["stock.picking"]), 3)

    def test_three_steps(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self._put("MUG-BLUE", 3)
        for _number in range(3):
            self.buy(items=[self.world.item("MUG-BLUE", quantity=2)])
        books = self._assert_same_books(3)
        self.assertGreaterEqual(len(books["stock.picking"]), 3)

    def test_made_to_order_beside_what_is_in_stock(self):
        if "mrp.bom" in self.env:  # then Odoo refuses orders for what nothing brings
            self._manufacture("TEA-SENCHA", {"MUG-WHITE": 1})
        self._make_to_order("TEA-SENCHA")
        self._put("MUG-BLUE", 3)
        self.warehouse.delivery_steps = "pick_ship"
        for _number in range(3):
            self.buy("MUG-BLUE", "TEA-SENCHA")
        books = self._assert_same_books(3)
        methods = {move["procure_method"] for move in books["stock.move"]}
        self.assertIn("make_to_order", methods)

    def test_two_units_of_a_line_and_goods_of_an_owner(self):
        owner = self.env["res.partner"].create({"name": "Owner"})
        self.env["stock.quant"]._update_available_quantity(
            self.products["MUG-BLUE"], self.warehouse.lot_stock_id, 3, owner_id=owner
        )
        self._put("MUG-BLUE", 2)
        for _number in range(3):
            self.buy(items=[self.world.item("MUG-BLUE", quantity=2)])
        self._assert_same_books(3)

    def test_kits_beside_plain_goods(self):
        """Without Manufacturing the gift box is a product like others."""
        box = self._create_product("GIFT-BOX", "Tea for two")
        self.products = {**self.products, "GIFT-BOX": box}
        if "mrp.bom" in self.env:
            self._create_bom("GIFT-BOX", {"MUG-WHITE": 2, "TEA-SENCHA": 1})
        for sku, quantity in {"MUG-WHITE": 5, "TEA-SENCHA": 2, "GIFT-BOX": 2}.items():
            self._put(sku, quantity)
        for _number in range(3):
            self.buy("GIFT-BOX", "MUG-WHITE")
        books = self._assert_same_books(3)
        moves = 3 if "mrp.bom" in self.env else 2
        self.assertEqual(len(books["stock.move"]), 3 * moves)

    def test_several_companies_in_one_run(self):
        company = self.env["res.company"].create({"name": "Other shop"})
        self.env.user.company_ids += company
        us = self.env.ref("amazon_connector.marketplace_us")
        account = self._link_account(
            SELLER_NA,
            company_id=company.id,
            base_marketplace_id=us.id,
            available_marketplace_ids=[Command.set(us.ids)],
            active_marketplace_ids=[Command.set(us.ids)],
        )
        self.companies = self.company + company
        theirs = self._create_product("MUG-BLUE", "Their mug", company_id=company.id)
        self.env["stock.quant"]._update_available_quantity(
            theirs, account._get_warehouse().lot_stock_id, 2
        )
        self._put("MUG-BLUE", 2)
        for _number in range(3):
            self.buy("MUG-BLUE")
            self.buy("MUG-BLUE", marketplace=us.api_ref, seller=self.world.sellers[1])
        books = self._assert_same_books(6)
        reserved = {
            (line["company_id"][0], line["product_id"][0], line["quantity"])
            for line in books["stock.move.line"]
        }
        self.assertEqual(len(reserved), 2)

    def test_value_of_stock_in_real_time(self):
        mug = self.products["MUG-BLUE"]
        mug.standard_price = 4.5
        mug.categ_id = create_real_time_category(self.env, self.company)
        self._put("MUG-BLUE", 3)
        self.store("MUG-BLUE", 5)
        for _number in range(2):
            self.buy("MUG-BLUE")
            self.buy_fba(items=[self.world.item("MUG-BLUE", quantity=2)])
        books = self._assert_same_books(4)
        done = [move for move in books["stock.move"] if move["state"] == "done"]
        self.assertEqual(len(done), 2)

    def test_lots_at_amazon(self):
        self.products["TEA-SENCHA"].tracking = "lot"
        self.store("TEA-SENCHA", 1, lot="L1")
        self.store("TEA-SENCHA", 5, lot="L2")
        for _number in range(3):
            self.buy_fba(items=[self.world.item("TEA-SENCHA", quantity=2)])
        books = self._assert_same_books(3)
        self.assertGreater(len(books["stock.move.line"]), 3)

    def test_two_deliveries_of_an_order(self):
        """An import knows that a new order has no delivery yet; what leaves from
        elsewhere gets one of its own all the same."""
        second, route = self._open_second_warehouse()
        for sku in ("MUG-WHITE", "TEA-SENCHA"):
            self.products[sku].route_ids = [Command.link(route.id)]
            self._put(sku, 2, second.lot_stock_id)
        self._put("MUG-BLUE", 2)
        for _number in range(3):
            self.buy("MUG-BLUE", "MUG-WHITE", "TEA-SENCHA")
        books = self._assert_same_books(3)
        self.assertEqual(len(books["stock.picking"]), 6)

    def test_packs_leave_from_elsewhere(self):
        """A packaging may have a route of its own; the same product, or another one in
        the same category, has none when it is sold by the piece."""
        _second, route = self._open_second_warehouse()
        tea = self.products["TEA-SENCHA"]
        if "product.packaging" in self.env:  # until 18.0 six pieces make a pack
            route.packaging_selectable = True
            self.env["product.packaging"].create(
                {
                    "name": "Six",
                    "product_id": tea.id,
                    "company_id": self.company.id,
                    "qty": 6,
                    "sales": True,
                    "route_ids": [Command.link(route.id)],
                }
            )
        else:  # later a pack is a unit like others
            kind = self.env["stock.package.type"].create(
                {"name": "Six", "route_ids": [Command.link(route.id)]}
            )
            tea.uom_id = self.env["uom.uom"].create(
                {"name": "Six", "package_type_id": kind.id}
            )
        for _number in range(2):
            self.buy("MUG-BLUE")
            self.buy(items=[self.world.item("TEA-SENCHA", quantity=6)])
        books = self._assert_same_books(4)
        sources = {tuple(move["location_id"]) for move in books["stock.move"]}
        self.assertEqual(len(sources), 2)

    def _open_second_warehouse(self):
        """Create another warehouse with a route of its own.

        :return tuple: stock.warehouse, the stock.route of what leaves from there
        """
        second = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": self.company.id}
        )
        rule = self.warehouse.delivery_route_id.rule_ids[0].copy(
            {
                "picking_type_id": second.out_type_id.id,
                "location_src_id": second.lot_stock_id.id,
                "warehouse_id": False,
            }
        )
        route = self.env["stock.route"].create(
            {
                "name": "From the second",
                "company_id": self.company.id,
                "rule_ids": [Command.link(rule.id)],
            }
        )
        return second, route

    def test_deliveries_that_odoo_does_not_ask_for_are_taken_back(self):
        """Other addons may put the goods elsewhere: the delivery made for them goes."""
        for _number in range(3):
            self.buy("MUG-BLUE", "TEA-SENCHA")
        refused = patch.object(NewOrders, "hand_out", lambda made, order: None)
        with refused:
            self.run_cron()
        deliveries = self.sale_orders().picking_ids
        self.assertEqual(len(deliveries), 3)
        self.assertEqual(
            deliveries,
            self.env["stock.picking"].search([("company_id", "=", self.company.id)]),
        )

    def test_other_orders_are_not_looked_at(self):
        """Who confirms goods outside of an import may not be allowed to see orders."""
        goods = {"product_id": self.products["MUG-BLUE"].id}
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Somebody"}).id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [Command.create(goods)],
            }
        )
        with patch.object(stock_move_import, "_order_of", side_effect=AssertionError):
            order.action_confirm()
        self.assertEqual(len(order.picking_ids), 1)

    def test_deliveries_made_at_once_are_new_for_other_addons(self):
        created = []
        process = SaleStockMove._assign_picking_post_process

        def note(moves, new=False):
            created.append((moves.sale_line_id.order_id.amazon_order_ref, new))
            return process(moves, new=new)

        refs = [self.buy("MUG-BLUE", "TEA-SENCHA") for _number in range(3)]
        with patch.object(SaleStockMove, "_assign_picking_post_process", note):
            self.run_cron()
        self.assertEqual(sorted(created), sorted((ref, True) for ref in refs))
