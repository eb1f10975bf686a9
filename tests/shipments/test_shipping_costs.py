"""What it costs to tell Amazon of shipments (feature H1)."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import sql_db

from odoo.addons.amazon_connector.models.account.queue_step import QueueStep

from ..shipping_case import ShippingCase


def rows_read(node):
    """Add up the rows of a plan that was followed.

    :param dict node: of a plan that PostgreSQL has followed
    :return float: rows that passed through it and those below
    """
    fates = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    mine = sum(node.get(fate, 0) for fate in fates) * node["Actual Loops"]
    return mine + sum(map(rows_read, node.get("Plans", ())))


class TestShippingCosts(ShippingCase):
    @contextmanager
    def caches_of_a_server(self):
        """Each commit empties the caches; in a test nothing is committed."""
        commit = QueueStep._commit

        def commit_and_forget(step):
            commit(step)
            step.env.invalidate_all()

        with patch.object(QueueStep, "_commit", commit_and_forget):
            yield

    def _cost(self, count):
        """Count what shipments cost.

        :return tuple: SQL statements to write down, and to send, so many
        shipments
        """
        for _number in range(count):
            self.buy("MUG-BLUE", "TEA-SENCHA")
        self.run_cron()
        pickings = self.env["stock.picking"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        pickings.carrier_id = self.dhl
        pickings.carrier_tracking_ref = "0034001"
        for picking in pickings:
            self.pack(picking)
        with patch.object(
            type(pickings), "_amazon_enqueue_shipments", lambda deliveries: None
        ):
            pickings.move_ids._action_done()
        self.amazon.rates["confirmShipment"] = (1000, 1000)
        costs = [self.count_sql(pickings._amazon_enqueue_shipments)]
        with self.caches_of_a_server():
            costs.append(self.count_sql(self.send))
        self.assertEqual({row.state for row in self.messages()}, {"done"})
        return costs

    def test_h1_many_that_wait_make_none_of_them_dearer(self):
        """PostgreSQL knows nothing yet of what has just been written."""
        _ref, order = self.order("MUG-BLUE")
        self.ship(order)
        self.env.flush_all()
        columns = "account_id, company_id, kind, state, package_id, sale_order_id"
        self.env.cr.execute(
            f"INSERT INTO amazon_submission ({columns}, lane, dedup_key)"
            f" SELECT {columns}, 'many/' || n, 'many/' || n"
            "   FROM amazon_submission, generate_series(1, 400) AS n"
            "  WHERE account_id = %s",
            [self.account.id],
        )
        execute, plans = sql_db.Cursor.execute, []

        def explain(cr, query, *args, **kwargs):
            if "FOR UPDATE OF due" in str(query):
                analyze = "EXPLAIN (ANALYZE, FORMAT JSON) "
                execute(cr, analyze + query, *args, **kwargs)
                plans.append(cr.fetchone()[0][0]["Plan"])
            return execute(cr, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", explain):
            rows = self.env["amazon.submission"]._claim(self.account, "shipment")
        self.assertEqual(len(rows), 20)
        self.assertEqual(len(plans), 1)
        self.assertLessEqual(rows_read(plans[0]), 5000, "rows for a claim of 401")

    def test_h1_shipments_stay_below_the_goal(self):
        self._cost(12)
        # as many as are taken at a time, and three times as many
        small, large = self._cost(20), self._cost(60)
        noting, sending = ((b - a) / 40 for a, b in zip(small, large, strict=True))
        self.assertLessEqual(noting, 1.5, "SQL to write down a shipment")
        self.assertLessEqual(sending, 8, "SQL to send a shipment")
