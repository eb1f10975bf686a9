"""Lists cost the same statements, however many rows they show."""

from odoo.tests import tagged

from .watching import WatchCase

LISTS = ("sale_order_amazon_action", "amazon_order_action", "amazon_submission_action")


@tagged("post_install", "-at_install")
class TestScreenCosts(WatchCase):
    def costs(self):
        """:return dict: name of the list -> SQL statements"""
        return {name: self.sql(self._opener(name)) for name in LISTS}

    def _opener(self, name):
        """:return callable: reads what the first view of an action shows"""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"amazon_connector.{name}"
        )
        model = self.env[action["res_model"]]
        view_id, kind = action["views"][0]
        shown = model.get_views([(view_id, kind)])["models"][model._name]
        fields = list(shown.get("fields", shown))  # 19.0 has them one level below
        return lambda: model.search([], limit=80).read(fields)

    def test_k1_lists_cost_the_same_for_few_and_for_many_orders(self):
        for order in self.orders(2):
            self.ship(order)
        few = self.costs()
        for order in self.orders(10):
            self.ship(order)
        self.assertEqual(self.costs(), few)
