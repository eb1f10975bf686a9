"""The vocabulary of levers: an import with and without them, and its books."""

import re
from collections import defaultdict
from itertools import chain
from unittest.mock import patch

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
    "account.move",
    "account.move.line",
)


class _Undo(Exception):
    pass


class LeverCase(AmazonCase):
    def setUp(self):
        super().setUp()
        self.companies = self.company

    def _books(self):
        """:return dict: model -> list of all stored values of its records; records are
        told by their position, names by whose they are"""
        self.env.flush_all()
        self.env.invalidate_all()
        found = {
            model: self.env[model].search(
                [("company_id", "in", self.companies.ids)], order="id"
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
