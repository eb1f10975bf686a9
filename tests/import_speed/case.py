"""Base class for the batch optimisations: an import with and without them, and a
comparison of what it stores.
"""

import re
from collections import defaultdict
from itertools import chain
from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.amazon_connector.models.orders import sale_order
from odoo.addons.amazon_connector.tools.by_code import BY_CODE

from ..common import AmazonCase

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
    "date_done",
    "date_finished",
    "date_start",
    "effective_date",
    "scheduled_date",
    "reservation_date",
    "inventory_date",
    "in_date",
    "last_count_date",
    "amazon_problem_since",
}
MODELS = (
    "sale.order",
    "sale.order.line",
    "stock.picking",
    "stock.move",
    "stock.move.line",
    "stock.quant",
    "account.move",
    "account.move.line",
    # not in each series, or only with further modules of Odoo
    "stock.valuation.layer",
    "mrp.production",
    "purchase.order",
    "purchase.order.line",
)
# Their names are numbers that no transaction gives back.
NAMED = ("sale.order", "stock.picking", "mrp.production", "purchase.order")


class _Undo(Exception):
    pass


class LeverCase(AmazonCase):
    def setUp(self):
        super().setUp()
        self.companies = self.company

    def _books(self):
        """Read all that an import has stored, in a form that is equal for equal
        imports.

        :return dict: model -> list of all stored values of its records; records are
            named by their position, document numbers by their owner"""
        self.env.flush_all()
        self.env.invalidate_all()
        found = {
            model: self.env[model].search(
                [("company_id", "in", self.companies.ids)], order="id"
            )
            for model in MODELS
            if model in self.env
        }
        self.seen = defaultdict(set)
        names = {
            record.name: f"{model} {position}"
            for model in NAMED
            for position, record in enumerate(found.get(model, ()))
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
                if name == "origin":  # a purchase names its orders in any order
                    value = ", ".join(sorted(value.split(", ")))
            values[name] = value
        return values

    def _imported(self, with_levers, follow_up):
        """Import with or without the batch optimisations, then undo it.

        :return dict: the stored records, as _books, before the import is undone
        """
        mark = BY_CODE if with_levers else False
        context = {**sale_order.IMPORT_CONTEXT, "amazon_import": mark}
        try:
            with (
                self.env.cr.savepoint(),
                patch.object(sale_order, "IMPORT_CONTEXT", context),
            ):
                self.run_cron()
                result = follow_up and follow_up()
                books = {**self._books(), "follow_up": result}
                raise _Undo
        except _Undo:
            self.env.invalidate_all()
        return books

    def _assert_same_books(self, orders, follow_up=None):
        """Check that an import stores the same with batch optimisations as without.

        :param int orders: how many come in
        :param callable follow_up: what happens after the import; what it returns has to
            be the same, too
        :return dict: the stored records, as _books, and what was reported
        """
        plain, ours = self._imported(False, follow_up), self._imported(True, follow_up)
        self.assertEqual(len(ours["sale.order"]), orders)
        for model in ours:
            with self.subTest(model):
                self.assertEqual(ours[model], plain[model])
        return ours

    def _create_bom(self, sku, parts, *services, kind="phantom", **values):
        """Create a bill of materials; only where Manufacturing is installed.

        :param dict parts: SKU -> quantity
        :param services: product.product that are no goods
        :param str kind: phantom for a kit, normal for what is manufactured
        :return: mrp.bom
        """
        needs = [(self.products[part], count) for part, count in parts.items()]
        needs += [(service, 1) for service in services]
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.products[sku].product_tmpl_id.id,
                "type": kind,
                "company_id": self.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": count})
                    for part, count in needs
                ],
                **values,
            }
        )

    def _manufacture(self, sku, parts, **values):
        """Let a product be supplied by manufacturing only."""
        self._create_bom(sku, parts, kind="normal", **values)
        route = self.env.ref("mrp.route_warehouse0_manufacture")
        self.products[sku].route_ids = [Command.set(route.ids)]

    def _make_to_order(self, sku):
        route = self.warehouse.mto_pull_id.route_id
        route.active = True
        self.products[sku].route_ids = [Command.link(route.id)]

    def _put(self, sku, quantity, location=None, lot=None):
        return self.store(sku, quantity, lot, location or self.warehouse.lot_stock_id)
