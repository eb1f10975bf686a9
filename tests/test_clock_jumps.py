"""The server's clock was a day ahead, or behind, and is right again (feature A14): what
it has written in the meantime holds nobody."""

from datetime import timedelta

from odoo import fields

from odoo.addons.amazon_connector.models.stock.amazon_account import Scan

from .fast_lane.case import StockNowCase

DAY = timedelta(days=1)
#: Amazon's own times, which our clock does not make
AMAZONS = {
    "amazon_account": {
        *("last_orders_sync", "orders_read_until", "orders_page_from"),
        *("orders_page_until", "orders_begin_at", "go_live_date"),
        *("transactions_read_until", "finance_from"),
    },
    "amazon_order": {"remote_updated_at"},
}


class TestClockJumps(StockNowCase):
    def jump(self, offset):
        """All that our clock has written until now was so far from the right time, in
        each table of this addon and where Odoo plans and counts."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT columns.table_name, column_name
              FROM information_schema.columns JOIN information_schema.tables
             USING (table_schema, table_name)
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
               AND data_type = 'timestamp without time zone'
               AND (table_name LIKE 'amazon\\_%%' OR table_name = 'stock_quant'
                    OR table_name = 'stock_move' OR table_name = 'product_template')
            """
        )
        found = [
            (table, column)
            for table, column in self.env.cr.fetchall()
            if column not in AMAZONS.get(table, ())
        ]
        self.assertGreater(len(found), 80)
        for table, column in found:
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = {column} + %s", [offset]
            )
        self.env.invalidate_all()

    def hours(self):
        """Some minutes pass, and the scheduled actions run."""
        for _time in range(3):
            self.run_cron()
            self.scan()
            self.minute()
            self.send()

    def test_a14_sold_out_is_seen_after_a_jump(self):
        for offset in (DAY, -DAY, timedelta(hours=1), -timedelta(hours=1)):
            with self.subTest(offset=offset):
                self.stock(MUG_BLUE=10)
                self.hours()
                self.send_later()
                self.jump(offset)
                self.stock(MUG_BLUE=0)
                self.minute()
                self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)

    def test_a14_changed_stock_leaves_by_feed_after_a_jump(self):
        self.jump(DAY)
        self.stock(MUG_BLUE=7)
        self.scan()
        self.send()
        self.send_later()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 7)

    def test_a14_what_was_under_way_when_a_worker_died_goes_again(self):
        self.stock(MUG_BLUE=0)
        self.account._compute_stock()
        rows = self.env["amazon.submission"]
        account = self.account.sudo()._in_company()
        self.assertTrue(account._note_urgent(Scan()))
        claimed = rows._claim_urgent(account, "todo")
        self.assertEqual(claimed.state, "sending")
        self.jump(DAY)
        self.run_cron()
        self.assertLessEqual(
            claimed.sent_at, fields.Datetime.now() + timedelta(minutes=2)
        )
        claimed.sent_at -= timedelta(minutes=6)
        self.minute()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 0)

    def test_a14_orders_are_read_after_a_jump(self):
        for offset in (DAY, -DAY):
            with self.subTest(offset=offset):
                self.run_cron()
                self.jump(offset)
                ref = self.buy("MUG-WHITE")
                self.run_cron()
                self.assertEqual(self.sale_order(ref).state, "sale")

    def test_a14_scheduled_actions_that_slept_until_tomorrow_wake(self):
        crons = self.env["ir.cron"]
        for name in ("sync_stock", "send_stock_now", "check_orders"):
            crons += self.env.ref(f"amazon_connector.ir_cron_{name}")
        crons.filtered("active").nextcall = fields.Datetime.now() + 3 * DAY
        self.jump(DAY)
        self.run_cron()
        self.env.invalidate_all()
        for cron in crons.filtered("active"):
            self.assertLess(cron.nextcall, fields.Datetime.now() + DAY / 24)

    def test_a14_what_a_person_planned_stays_without_a_jump(self):
        cron = self.env.ref("amazon_connector.ir_cron_check_orders")
        cron.nextcall = planned = fields.Datetime.now() + 10 * DAY
        self.run_cron()
        self.assertEqual(cron.nextcall, planned)
