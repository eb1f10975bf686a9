"""Base class for the timeline: its points, and the notes in the chatter."""

from datetime import timedelta

from odoo import fields

from ..packing.case import PackingCase


class TimelineCase(PackingCase):
    def states(self, record):
        """Read the timeline.

        :return dict: point -> state
        """
        record.invalidate_recordset()
        return {step["name"]: step["state"] for step in record.amazon_timeline}

    def step(self, record, name):
        """Read one point of the timeline.

        :return dict: the point
        """
        record.invalidate_recordset()
        [step] = [one for one in record.amazon_timeline if one["name"] == name]
        return step

    def ready(self):
        """Receive an order whose goods are there.

        :return: sale.order
        """
        self.store("MUG-BLUE", 9, location=self.warehouse.lot_stock_id)
        _ref, order = self.order("MUG-BLUE")
        order.amazon_ship_by = fields.Datetime.now() + timedelta(days=1)
        return order

    def notes(self, record):
        """Read the chatter.

        :return str: all texts of it
        """
        record.invalidate_recordset(["message_ids"])
        return "\n".join(record.message_ids.mapped("body"))
