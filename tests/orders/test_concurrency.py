"""Several workers at once (features D14, D15)."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.account import queue_step
from odoo.addons.amazon_connector.models.orders.amazon_order import (
    STOCK_LOCK,
    AmazonOrder,
)
from odoo.addons.amazon_connector.models.orders.sale_order import SaleOrder

from ..common import AmazonCase


class TestConcurrency(AmazonCase):
    def test_d14_goal_7_one_writer_per_company(self):
        """What two real workers do to orders and stock is shown by `dev torture`, which
        compares the books; they never write those of a company at once (goal 7)."""
        ref = self.buy("MUG-BLUE")
        with self.registry.cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [STOCK_LOCK, self.company.id]
            )
            self.assertEqual(self.sync(), "The rest follows by itself.")
            self.assertEqual(self.states(), {ref: "new"})
            self.assertFalse(self.sale_orders())

        self.run_cron()

        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(len(self.sale_orders()), 1)

    def test_d15_lost_race_is_no_failure(self):
        """Others may be quicker each time: the orders stay due, none is failed."""
        refs = {self.buy("MUG-BLUE") for _number in range(3)}

        def lose(*args):
            raise SerializationFailure("somebody was quicker")

        with patch.object(SaleOrder, "_amazon_import", lose):
            self.assertEqual(self.sync(), "The rest follows by itself.")
        self.assertEqual(self.states(), dict.fromkeys(refs, "new"))

        self.run_cron()

        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))

    def test_d14_run_that_loses_each_race_is_silent_and_goes_on_later(self):
        """Serialization failures end in a retry that nobody notices."""
        ref = self.buy("MUG-BLUE")
        cursor = self.account.last_orders_sync
        triggers = self.env["ir.cron.trigger"].search_count([])

        with (
            patch.object(AmazonOrder, "_note", self._lose),
            patch.object(queue_step.time, "sleep"),
            self.assertNoLogs(level="WARNING"),
        ):
            self.run_cron()
        self.assertEqual(self.states(), {})
        self.assertEqual(self.account.last_orders_sync, cursor)
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([]), triggers + 1, "goes on"
        )

        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})

    def _lose(self, *args):
        """Somebody else was quicker, as PostgreSQL says it."""
        with self.env.cr.savepoint():
            self.env.cr.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'race' USING ERRCODE = '40001'; END $$",
                log_exceptions=False,
            )

    def test_d14_other_companies_do_not_wait(self):
        ref = self.buy("MUG-BLUE")
        with self.registry.cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                [STOCK_LOCK, self.company.id + 1],
            )
            self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})

    def test_d14_database_refuses_a_second_order(self):
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        order = self.sale_order(ref)
        copy = order.copy()
        with self.assertRaisesRegex(Exception, "unique_amazon_order"):
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                copy.write(
                    {
                        "amazon_order_ref": ref,
                        "amazon_account_id": self.account.id,
                    }
                )
                copy.flush_recordset()

    def test_d14_database_refuses_a_second_line_of_an_item(self):
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        line = self.sale_order(ref).order_line
        with self.assertRaisesRegex(Exception, "unique_amazon_item"):
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                line.copy(
                    {
                        "order_id": line.order_id.id,
                        "amazon_item_ref": line.amazon_item_ref,
                    }
                )

    def test_d15_row_that_failed_for_a_setting_is_tried_again(self):
        ref = self.buy("MUG-BLUE", currency="XTS")
        self.run_cron()
        row = self.row(ref)
        self.assertEqual((row.state, row.error_kind), ("failed", "config"))
        self.env["res.currency"].create({"name": "XTS", "symbol": "X"})
        self.run_cron()
        self.assertEqual(row.state, "failed")

        row.next_try_at = "2026-01-01"
        self.run_cron()

        self.assertEqual(row.state, "done")
        self.assertEqual(self.sale_order(ref).currency_id.name, "XTS")
