"""All orders are here: compared at night with Amazon's own report (feature D13)."""

from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.exceptions import AccessError

from odoo.addons.amazon_connector.sim import SELLER_NA

from ..shipping_case import ShippingCase


class TestOrderCheck(ShippingCase):
    def setUp(self):
        super().setUp()
        self.make_older(self.account)

    def make_older(self, account, days=30):
        """The account was linked some time ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_account"
            " SET create_date = create_date - %s * interval '1 day'"
            " WHERE id = %s",
            [days, account.id],
        )
        self.env.invalidate_all()

    def ago(self, **duration):
        return datetime.now(timezone.utc) - timedelta(**duration)

    def buy_before(self, *skus, hours=5, **details):
        """A buyer ordered some hours ago.

        :return str: Amazon's reference
        """
        moment = self.ago(hours=hours)
        details = {"created": moment, "updated": moment, **details}
        return self.buy(*skus, **details)

    def miss(self, hours=0):
        """Nobody knows why, but the orders up to then were never read."""
        self.account.last_orders_sync = fields.Datetime.now() - timedelta(hours=hours)

    def change(self, ref, event, hours=3):
        """Something happens at Amazon some hours ago, and Odoo does not hear of it."""
        event(ref)
        self.world.order(ref).updated = self.ago(hours=hours)
        self.miss()

    def check(self):
        """The night goes by: the report is asked for, made, and read."""
        for name in ("check_orders", "read_reports", "read_reports"):
            self.env["amazon.report"].search([]).next_try_at = False
            cron = self.env.ref(f"amazon_connector.ir_cron_{name}")
            cron.ir_actions_server_id.run()
        self.env.flush_all()

    def found(self):
        """Read what the nightly comparison has stored.

        :return: amazon.order.check of the account, the newest first
        """
        return self.env["amazon.order.check"].search(
            [("account_id", "=", self.account.id)]
        )

    def notices(self):
        """Find what the account's chatter says.

        :return: mail.message about it
        """
        return self.account.message_ids.filtered(
            lambda message: "nightly comparison" in (message.body or "")
        )

    def assertSilence(self):
        report = self.env["amazon.report"].search([])[:1]
        self.assertIn(report.state, ("done", "empty"))
        self.assertFalse(self.found())
        self.assertFalse(self.notices())
        self.assertFalse(self.account.order_check_message)

    def test_d13_nothing_is_missing_nobody_hears_of_it(self):
        self.buy_before("MUG-BLUE")
        self.buy_before("TEA-SENCHA", "MUG-WHITE")
        self.run_cron()
        self.miss()
        self.check()
        self.assertSilence()
        report = self.env["amazon.report"].search([])
        self.assertEqual(report.position, 2)
        self.assertEqual(report.summary, "All orders that Amazon reports are in Odoo.")

    def test_d13_missing_orders_are_fetched_and_reported_once(self):
        here = self.buy_before("MUG-BLUE")
        self.run_cron()
        lost = self.buy_before("TEA-SENCHA")
        stored = self.buy_before("MUG-BLUE", channel="fba", status="SHIPPED")
        self.miss()
        self.run_cron()
        self.assertEqual(self.states(), {here: "done"})

        self.check()

        check = self.found()
        self.assertRecordValues(
            check,
            [
                {
                    "missing_ids": (self.row(lost) + self.row(stored)).ids,
                    "differing_ids": [],
                    "missing_count": 2,
                    "differing_count": 0,
                    "checked_count": 3,
                    "open_count": 2,
                }
            ],
        )
        self.assertIn("Still open: 2.", self.account.order_check_message)
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys([here, lost, stored], "done"))
        self.assertEqual(self.sale_order(lost).state, "sale")
        self.assertEqual(check.open_count, 0)
        [notice] = self.notices()
        self.assertEqual(notice.partner_ids, self.account.user_id.partner_id)
        for words in (lost, stored, "fetched now: 2."):
            self.assertIn(words, notice.body)
        self.env.invalidate_all()
        self.assertIn("fetched now: 2.", self.account.order_check_message)
        self.assertIn("nothing left to do", self.account.order_check_message)

        for report in self.env["amazon.report"].search([]):
            report.requested_at -= timedelta(days=1)
        self.amazon.reports.minimum_interval = timedelta()
        self.check()
        self.assertEqual(self.found(), check, "the next night all is well")
        self.assertEqual(len(self.notices()), 1)

    def test_d13_changed_orders_are_read_once_more(self):
        ref = self.buy_before("MUG-BLUE")
        same = self.buy_before("MUG-BLUE")
        self.run_cron()
        self.change(ref, self.world.cancel)
        self.check()
        self.assertRecordValues(
            self.found(),
            [{"missing_count": 0, "differing_ids": self.row(ref).ids}],
        )
        self.run_cron()
        self.assertEqual(self.sale_order(ref).state, "cancel")
        self.assertEqual(self.sale_order(same).state, "sale")
        self.assertIn("read once more: 1.", self.notices().body)

    def test_d13_what_is_on_its_way_is_no_difference(self):
        self.buy_before("MUG-BLUE", hours=0)  # Amazon's report does not have it yet
        self.buy_before("MUG-BLUE", hours=2)  # the reading has not come to it yet
        self.buy_before("MUG-BLUE", hours=24 * 5)  # too long ago
        self.miss(hours=4)
        self.check()
        self.assertSilence()

    def test_d13_what_was_noted_in_the_meantime_is_no_difference(self):
        ref = self.buy_before("MUG-BLUE")
        self.miss()
        self.env["amazon.order"]._note_references(self.account, [ref])
        self.check()
        self.assertSilence()

    def test_d13_what_odoo_set_aside_or_would_stays_aside(self):
        ignored = self.buy_before("MUG-BLUE", status="SHIPPED")
        self.run_cron()
        self.assertEqual(self.states(), {ignored: "ignored"})
        self.world.order(ignored).status = "CANCELLED"
        self.world.order(ignored).updated = self.ago(hours=2)
        self.buy_before("MUG-BLUE", status="CANCELLED")
        self.buy_before("MUG-BLUE", channel="fba", channel_name="NON_AMAZON")
        self.account.go_live_date = fields.Datetime.now() - timedelta(hours=10)
        self.buy_before("MUG-BLUE", hours=20)
        self.miss()
        self.check()
        self.assertSilence()
        self.assertEqual(self.states(), {ignored: "ignored"})

    def test_d13_row_that_can_not_be_read_is_looked_up_by_its_number(self):
        ref = self.buy_before("MUG-BLUE")
        self.miss()
        self.amazon.reports.edit_next(lambda text: text.replace("Unshipped", ""))
        self.check()
        self.assertEqual(self.found().missing_ids, self.row(ref))

    def test_d13_older_than_the_account_is_nobodys_business(self):
        self.make_older(self.account, days=-30)
        self.buy_before("MUG-BLUE")
        self.miss()
        self.env.ref("amazon_connector.ir_cron_check_orders").ir_actions_server_id.run()
        self.assertFalse(self.env["amazon.report"].search([]))

    def test_d13_each_account_says_whether_it_wants_it(self):
        other = self._link_account(
            SELLER_NA,
            base_marketplace_id=self.env.ref("amazon_connector.marketplace_us").id,
            available_marketplace_ids=[],
            active_marketplace_ids=[],
            last_orders_sync=fields.Datetime.now(),
        )
        self.make_older(other)
        self.account.check_orders = False
        cron = self.env.ref("amazon_connector.ir_cron_check_orders")
        cron.ir_actions_server_id.run()
        cron.ir_actions_server_id.run()
        report = self.env["amazon.report"].search([])
        self.assertRecordValues(
            report,
            [
                {
                    "account_id": other.id,
                    "report_type": "orders",
                    "marketplace_ids": other.base_marketplace_id.ids,
                }
            ],
        )
        self.assertLessEqual(
            report.date_to, fields.Datetime.now() - timedelta(minutes=30)
        )
        self.assertEqual(report.date_to - report.date_from, timedelta(days=3))
        self.assertCalls()

    def test_d13_rights_and_screens(self):
        self.buy_before("MUG-BLUE")
        self.miss()
        self.check()
        user, seller = self.person("user"), self.person("own")
        self.account.user_id = seller
        for person, is_warned in ((user, True), (seller, False)):
            account = self.account.with_user(person)
            self.env.invalidate_all()
            self.assertEqual(bool(account.order_check_message), is_warned)
        action = self.account.with_user(user).action_view_order_checks()
        self.assertEqual(self.listed(action), self.found())
        listed = self.listed(self.found().with_user(user).action_view_orders())
        self.assertEqual(listed, self.found().missing_ids)
        with self.assertRaises(AccessError):
            self.found().with_user(seller).read(["missing_count"])
        with self.assertRaises(AccessError):
            self.found().with_user(user).write({"checked_count": 0})
        company = self.env["res.company"].create({"name": "Other shop"})
        stranger = self.person("user", company)
        checks = self.env["amazon.order.check"].with_user(stranger).search([])
        self.assertFalse(checks & self.found())

    def test_d13_costs_do_not_grow_with_the_number_of_orders(self):
        def cost(count):
            for _number in range(count):
                self.buy_before("MUG-BLUE")
            self.miss()
            self.env["amazon.report"].search([]).unlink()
            self.amazon.reports.minimum_interval = timedelta()
            for name in ("check_orders", "read_reports"):
                cron = self.env.ref(f"amazon_connector.ir_cron_{name}")
                cron.ir_actions_server_id.run()
            self.env["amazon.report"].search([]).next_try_at = False
            reading = self.env.ref("amazon_connector.ir_cron_read_reports")
            return self.count_sql(reading.ir_actions_server_id.run)

        cost(2)
        few = cost(10)
        self.assertLessEqual(cost(90), few + 6, "80 missing orders more")
        self.assertLessEqual(cost(0), few, "nothing is missing")
