"""Base classes for the shipments: orders of several pieces."""

from ..import_speed.case import LeverCase
from ..outbox.case import FeedCase
from ..shipping_case import ShippingCase

__all__ = ["BatchPiecesCase", "FeedCase", "PiecesCase"]


class PiecesCase(ShippingCase):
    def mugs(self, count):
        """Place and import an order of one line.

        :return tuple: reference and sale order of so many mugs
        """
        return self.order(items=[self.world.item("MUG-BLUE", quantity=count)])

    def confirmed(self, ref):
        """Read the shipments at Amazon.

        :return list: what Amazon knows, one dict of SKUs for each package
        """
        return [
            items for _number, _carrier, _tracking, items in self.world.shipments(ref)
        ]

    def waiting(self, order):
        """Find the problems of an order that waits for a delivery.

        :return list: (document, reason) of what nobody delivers, as people see it
        """
        self.env.flush_all()
        problems = self.env["amazon.problem"].search(
            [("kind", "=", "waits"), ("sale_order_id", "=", order.id)]
        )
        problems.invalidate_recordset()
        return [(problem.document, problem.reason) for problem in problems]

    def assertWaits(self, order, text):
        [(document, reason)] = self.waiting(order)
        self.assertEqual(document, order.name)
        self.assertIn(f"Amazon waits for {text}", reason)
        self.assertTrue(order.amazon_problem_since)


class BatchPiecesCase(LeverCase, PiecesCase):
    """The same import runs with and without the batch optimisations."""
