"""An order that is not from Amazon costs no statement of this addon's own."""

import sys
from unittest.mock import patch

from odoo.fields import Command

from ..common import AmazonCase


class TestOrdinaryOrders(AmazonCase):
    def _asked_by_us(self):
        """Find out who sends a statement, by the frames above.

        :return bool: whether code of this addon asked, not Odoo's below it
        """
        frame = sys._getframe(2)
        while frame and "/addons/" not in frame.f_code.co_filename:
            frame = frame.f_back
        return frame and "/amazon_connector/models/" in frame.f_code.co_filename

    def test_confirming_and_delivering_asks_nothing_more(self):
        self.store("MUG-BLUE", 5, location=self.warehouse.lot_stock_id)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.products["MUG-BLUE"].id})
                ],
            }
        )

        def work():
            order.action_confirm()
            order.picking_ids.move_ids.quantity = 1
            order.picking_ids.move_ids.picked = True
            order.picking_ids.button_validate()

        # Asked once per process, then remembered (ormcache): nothing for each order.
        self.env["amazon.account"]._get_stock_companies()
        every, ours = self._listen(work)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertGreater(len(every), 20)
        self.assertEqual(ours, [])

    def test_listening_hears_an_import(self):
        self.buy("MUG-BLUE")
        _every, ours = self._listen(self.run_cron)
        self.assertTrue(ours)

    def _listen(self, work):
        """Collect the statements of some work.

        :return tuple: all statements of some work, and those of this addon
        """
        self.env.flush_all()
        cursor, every, ours = type(self.env.cr), [], []
        execute = cursor.execute

        def listen(cr, query, *args, **kwargs):
            every.append(str(query))
            if self._asked_by_us():
                ours.append(str(query))
            return execute(cr, query, *args, **kwargs)

        with patch.object(cursor, "execute", listen):
            work()
            self.env.flush_all()
        return every, ours
