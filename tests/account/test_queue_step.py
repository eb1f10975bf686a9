"""The driver: all of a step or nothing, and again when somebody was quicker."""

from unittest.mock import patch

from psycopg2 import errors

from odoo.addons.amazon_connector.models.account import queue_step

from ..common import AmazonCase

STEP_LOG = "odoo.addons.amazon_connector.models.account.queue_step"


class TestQueueStep(AmazonCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(queue_step.time, "sleep"))

    def test_failed_step_leaves_nothing_and_spares_what_was_before(self):
        self.account.name = "Before"

        def rename_and_fail():
            self.account.name = "Half-written"
            self.account.flush_recordset()
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            self.account._run_step(rename_and_fail)
        self.assertEqual(self.account.name, "Before")

    def _lost_race(self):
        """An error as PostgreSQL raises it when another transaction was quicker."""
        with self.env.cr.savepoint():
            self.env.cr.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'race' USING ERRCODE = '40001'; END $$"
            )

    def test_d14_lost_race_begins_again_and_nobody_notices(self):
        """Odoo complains in the log of each statement that fails; not of these."""
        tries = []

        def step():
            tries.append(1)
            if len(tries) < queue_step.ATTEMPTS:
                self._lost_race()
            return "done"

        with self.assertNoLogs(level="WARNING"):
            self.assertEqual(self.account._run_step(step), "done")
        self.assertEqual(len(tries), queue_step.ATTEMPTS)

    def test_d14_race_that_odoo_loses_after_a_step_is_no_news(self):
        """Odoo 19.0 counts the invoices of a customer after the commit, with a cursor
        of its own, and leaves it when somebody else does so at the moment."""

        def commit(_account):
            with self.assertRaises(errors.SerializationFailure):
                self._lost_race()

        with (
            patch.object(type(self.account), "_commit", commit),
            self.assertNoLogs(level="WARNING"),
        ):
            self.assertEqual(self.account._run_step(lambda: "done"), "done")

    def test_race_that_is_never_won_is_an_error(self):
        with self.assertRaises(errors.SerializationFailure):
            self.account._run_step(self._lost_race)

    def test_d14_statement_that_is_wrong_is_noticed(self):
        with self.assertLogs("odoo.sql_db", "ERROR") as heard:
            with self.assertRaises(errors.DivisionByZero):
                self.account._run_step(self.env.cr.execute, "SELECT 1 / 0")
        self.assertIn("a statement of a step failed", heard.output[0])

    def test_budget_ends(self):
        with patch.object(queue_step.time, "monotonic", side_effect=[0, 9, 10]):
            budget = queue_step.TimeBudget(10)
            self.assertFalse(budget.is_over)
            self.assertTrue(budget.is_over)
