"""What the shipping desk costs (feature W3)."""

import time

from .case import DeskCase


class TestShippingDeskCosts(DeskCase):
    def _cost_of_screen(self, pickings):
        """Read what the list shows, as the browser asks for it.

        :return int: SQL statements
        """
        view = self.env.ref("amazon_connector.stock_picking_view_list_desk")
        model = pickings.with_user(self.worker)
        shown = model.get_views([(view.id, view.type)])["models"]
        names = shown["stock.picking"]
        names = list(names.get("fields", names))  # 19.0 has them one level below
        model = model.with_context(allowed_company_ids=self.company.ids)
        return self.count_sql(lambda: model.browse(pickings.ids).read(names))

    def test_w3_eighty_rows_cost_what_ten_cost(self):
        pickings = self.deliveries(80, "MUG-BLUE", "TEA-SENCHA")
        self._cost_of_screen(pickings[:10])
        few = self._cost_of_screen(pickings[:10])
        many = self._cost_of_screen(pickings)
        self.assertLessEqual(many, few + 2, "SQL for 80 rows")
        self.assertLessEqual(many, 40, "SQL for 80 rows")

    def test_w3_a_hundred_orders_are_validated_in_time(self):
        pickings = self.deliveries(100, "MUG-BLUE", "TEA-SENCHA")
        self.scan(pickings)
        self.env.flush_all()
        self.env.invalidate_all()
        start = time.monotonic()
        sql = self.count_sql(self.as_worker(pickings).action_amazon_ship_all)
        seconds = time.monotonic() - start
        self.assertEqual({*pickings.mapped("state")}, {"done"})
        self.assertLess(seconds, 20, f"seconds for 100 deliveries, {sql} SQL")
