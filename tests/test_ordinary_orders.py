"""An order that is not from Amazon costs no statement of this addon's own."""

import re
import sys
from functools import partial
from unittest.mock import patch

from odoo.fields import Command

from .common import AmazonCase
from .settlements.case import SettlementCase

# The table that a statement is about is the first that it names.
OURS = re.compile(
    r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|SELECT.*? FROM) "?amazon_', re.S
)


class Listening:
    """Hears which statements are this addon's."""

    def _asked_by_us(self):
        """Find out who sends a statement, by the frames above.

        :return bool: whether code of this addon asked, not Odoo's below it
        """
        frame = sys._getframe(2)
        while frame and "/addons/" not in frame.f_code.co_filename:
            frame = frame.f_back
        return frame and "/amazon_connector/models/" in frame.f_code.co_filename

    def _assert_form_asks_nothing(self, record, more=0):
        """Check that the form of a record costs no statement of this addon's.

        :param int more: statements on Odoo's own tables that it may cost
        """
        views = record.get_views([(None, "form")])["models"][record._name]
        names = views.get("fields", views)  # 19.0 has them one level below
        self.assertTrue([name for name in names if name.startswith("amazon_")])
        with_ours = {name: {} for name in names}
        without = {name: {} for name in names if not name.startswith("amazon_")}
        record.web_read(with_ours)  # what is remembered for ever
        costs = []
        for specification in (without, with_ours):
            self.env.invalidate_all()
            work = partial(record.web_read, specification)
            costs.append(self._listen(work)[0])
        plain, ours = costs
        with self.subTest(record._name):
            self.assertGreater(len(plain), 2)
            self.assertEqual([query for query in ours if OURS.search(query)], [])
            self.assertLessEqual(len(ours), len(plain) + more)

    def _listen(self, work):
        """Collect the statements of some work.

        :return tuple: all statements of some work, and those of this addon
        """
        self.env.flush_all()
        cursor, every, ours = type(self.env.cr), [], []
        execute = cursor.execute

        def listen(cr, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if isinstance(text, bytes):
                text = text.decode()
            elif not isinstance(text, str):
                text = query.as_string(cr._cnx)
            every.append(text)
            if self._asked_by_us():
                ours.append(text)
            return execute(cr, query, *args, **kwargs)

        with patch.object(cursor, "execute", listen):
            work()
            self.env.flush_all()
        return every, ours


class TestOrdinaryOrders(Listening, AmazonCase):
    def test_confirming_and_delivering_asks_nothing_more(self):
        order = self._create_order()

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

    def _create_order(self):
        """Create an order that is none of Amazon's.

        :return: sale.order, of goods in stock
        """
        self.store("MUG-BLUE", 5, location=self.warehouse.lot_stock_id)
        return self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.products["MUG-BLUE"].id})
                ],
            }
        )

    def test_forms_ask_nothing_more(self):
        order = self._create_order()
        order.action_confirm()
        order.picking_ids.move_ids.quantity = 1
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        self._assert_form_asks_nothing(order)
        # what the shipping desk shows of goods is read of each delivery
        self._assert_form_asks_nothing(order.picking_ids, more=2)

    def test_packages_are_shown_where_there_are_any(self):
        self._create_order().action_confirm()
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        ours = self.sale_order(ref).picking_ids
        ours._amazon_note_packages(is_final=True)
        self.assertTrue(ours.amazon_package_ids)
        others = self.env["stock.picking"].search(
            [("company_id", "=", self.company.id), ("id", "!=", ours.id)]
        )
        specification = {"name": {}, "amazon_package_ids": {}}
        for pickings in (ours, others, ours + others):
            self.assertEqual(
                [
                    [values["name"], values["amazon_package_ids"]]
                    for values in pickings.web_read(specification)
                ],
                [[each.name, each.amazon_package_ids.ids] for each in pickings],
            )

    def test_listening_hears_an_import(self):
        self.buy("MUG-BLUE")
        _every, ours = self._listen(self.run_cron)
        self.assertTrue(ours)


class TestOrdinaryInvoices(Listening, SettlementCase):
    """A shop with accounting, and invoices of other buyers."""

    def test_invoices_ask_nothing_more(self):
        """Posted and reconciled: nothing is read of Amazon's refunds, settlements and
        returns."""
        partner = self.env["res.partner"].create({"name": "Buyer"})
        line = {"product_id": self.products["MUG-BLUE"].id, "price_unit": 12}
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": kind,
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "invoice_line_ids": [Command.create(line)],
                }
                for kind in ("out_invoice", "out_refund")
            ]
        )

        def work():
            invoices[0].action_post()
            invoices[1]._post()  # the button looks for the order of a credit note
            lines = invoices.line_ids.filtered(
                lambda each: each.account_id.account_type == "asset_receivable"
            )
            lines.reconcile()
            lines.remove_move_reconcile()

        every, ours = self._listen(work)
        self.assertEqual({*invoices.mapped("state")}, {"posted"})
        self.assertGreater(len(every), 20)
        self.assertEqual(ours, [])
        self.assertEqual([query for query in every if OURS.search(query)], [])
