"""Workers who take turns see what the one before them has written (feature D14)."""

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestStockTurn(TransactionCase):
    """With real transactions beside ours, and nothing but the lock in them."""

    def take_turn(self):
        """Another worker writes stock of the main company, and has ended."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            self.assertTrue(env["amazon.order"]._lock_stock(company))

    def test_d14_who_began_before_the_last_writer_ended_begins_again(self):
        """He would not see quants that are new, and write a second one beside each."""
        company = self.env.ref("base.main_company")
        self.assertTrue(company.name)  # from here on, our view of the database stands
        self.take_turn()
        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env["amazon.order"]._lock_stock(company)
        self.take_turn()
        self.take_turn()  # who begins after that has nothing to wait for

    def test_d14_two_at_once_take_turns(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            self.assertTrue(env["amazon.order"]._lock_stock(company))
            mine = self.env["amazon.order"]._lock_stock(company.with_env(self.env))
            self.assertFalse(mine, "nobody waits for the other: the rows stay due")
