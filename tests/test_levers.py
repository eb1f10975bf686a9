"""The small levers of an import change what it costs, never what the books say."""

import re
from collections import defaultdict
from itertools import chain
from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.amazon_connector.models import sale_order

from .common import AmazonCase

# What differs from run to run by itself.
UNLIKE = {
    "id",
    "create_date",
    "write_date",
    "access_token",
    "message_ids",
    "message_follower_ids",
    "message_partner_ids",
    "website_message_ids",
    "date",
    "date_deadline",
    "scheduled_date",
    "reservation_date",
    "inventory_date",
    "in_date",
    "last_count_date",
}
MODELS = (
    "sale.order",
    "sale.order.line",
    "stock.picking",
    "stock.move",
    "stock.move.line",
    "stock.quant",
)


class _Undo(Exception):
    pass


class TestLevers(AmazonCase):
    def _books(self):
        """:return dict: model -> list of all stored values of its records; records are
        told by their position, names by whose they are"""
        self.env.flush_all()
        self.env.invalidate_all()
        found = {
            model: self.env[model].search(
                [("company_id", "=", self.company.id)], order="id"
            )
            for model in MODELS
        }
        self.seen = defaultdict(set)
        names = {
            record.name: f"{model} {position}"
            for model in ("sale.order", "stock.picking")
            for position, record in enumerate(found[model])
        }
        books = {
            model: [self._values(record, names) for record in records]
            for model, records in found.items()
        }
        for values in chain.from_iterable(books.values()):
            for name, value in values.items():
                if isinstance(value, tuple):
                    model, *numbers = value
                    ranks = sorted(self.seen[model])
                    values[name] = [ranks.index(number) for number in numbers]
        return books

    def _values(self, record, names):
        values = {}
        for name, field in record._fields.items():
            if not field.store or name in UNLIKE or field.type == "one2many":
                continue
            value = record[name]
            if field.relational:
                self.seen[field.comodel_name].update(value.ids)
                value = (field.comodel_name, *value.ids)
            elif isinstance(value, str):
                value = re.sub(
                    "|".join(map(re.escape, names)) or "$^",
                    lambda match: names[match.group()],
                    value,
                )
            values[name] = value
        return values

    def _imported(self, with_levers):
        """:return dict: the books after an import that is then undone"""
        context = {**sale_order.IMPORT_CONTEXT, "amazon_import": with_levers}
        try:
            with (
                self.env.cr.savepoint(),
                patch.object(sale_order, "IMPORT_CONTEXT", context),
            ):
                self.run_cron()
                books = self._books()
                raise _Undo
        except _Undo:
            self.env.invalidate_all()
        return books

    def _assert_same_books(self, orders):
        plain, ours = self._imported(False), self._imported(True)
        self.assertEqual(len(ours["sale.order"]), orders)
        for model in MODELS:
            with self.subTest(model):
                self.assertEqual(ours[model], plain[model])
        return ours

    def _put(self, sku, quantity, location=None, lot=None):
        return self.store(sku, quantity, lot, location or self.warehouse.lot_stock_id)

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
        route = self.warehouse.mto_pull_id.route_id
        route.active = True
        self.products["TEA-SENCHA"].route_ids = [Command.link(route.id)]
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
