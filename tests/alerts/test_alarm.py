"""The dead-man check: one activity when no orders come in (feature K3)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from ..common import ACCOUNT_LOG, AmazonCase

ALARM_LOG = "odoo.addons.amazon_connector.models.alerts.amazon_account"


class TestAlarm(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.responsible = cls._create_responsible("awake")

    def setUp(self):
        super().setUp()
        self.account.user_id = self.responsible
        self.sync()
        self.silence(hours=0)

    def silence(self, hours, account=None):
        """Nothing was read for so many hours."""
        (account or self.account).write(
            {
                "last_orders_run": fields.Datetime.now() - timedelta(hours=hours),
                "sync_watched_since": fields.Datetime.now() - timedelta(days=9),
            }
        )

    def check(self):
        """The scheduled action runs, as Odoo runs it."""
        cron = self.env.ref("amazon_connector.ir_cron_check_sync")
        cron.ir_actions_server_id.run()

    def alarms(self, account=None):
        """Find what people are asked to do about an account.

        :return: the activities on an account
        """
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "amazon.account"),
                ("res_id", "=", (account or self.account).id),
            ]
        )

    def test_k3_silence_becomes_one_activity_for_the_responsible(self):
        self.silence(hours=5)
        self.check()
        self.assertFalse(self.alarms())
        self.silence(hours=7)
        self.check()
        self.check()
        self.assertRecordValues(self.alarms(), [{"user_id": self.responsible.id}])
        self.assertIn("for more than 6 h.", self.alarms().note)
        self.assertIn("Sync Orders", self.alarms().note)

    @mute_logger(ACCOUNT_LOG)
    def test_k3_the_cause_is_named(self):
        self.amazon.faults.add("searchOrders", "server_error")
        self.sync()
        self.silence(hours=7)
        self.check()
        self.assertIn("Amazon has a fault", self.alarms().note)

    def test_k3_a_sync_that_is_switched_off_is_noticed(self):
        self.env.ref("amazon_connector.ir_cron_sync_orders").active = False
        self.silence(hours=7)
        self.check()
        self.assertIn("is switched off", self.alarms().note)

    def test_k3_it_goes_by_itself_when_orders_come_in_again(self):
        self.silence(hours=7)
        self.check()
        self.sync()
        self.assertFalse(self.alarms())
        self.check()
        self.assertFalse(self.alarms())
        self.silence(hours=7)
        self.check()
        self.assertEqual(len(self.alarms()), 1)

    def test_k3_whom_nobody_waits_for_is_silent(self):
        archived, unlinked, unwatched = (
            self._link_account(self.another_seller()) for _number in range(3)
        )
        archived.action_archive()
        unlinked.refresh_token = False
        unwatched.sync_alarm_hours = 0
        for account in (archived, unlinked, unwatched):
            self.silence(hours=99, account=account)
        self.check()
        for account in (archived, unlinked, unwatched):
            self.assertFalse(self.alarms(account))

    def test_k3_alarm_ends_when_nobody_waits_any_more(self):
        for values in (
            {"active": False},
            {"refresh_token": False},
            {"sync_alarm_hours": 0},
        ):
            account = self._link_account(self.another_seller())
            self.silence(hours=7, account=account)
            self.check()
            self.assertEqual(len(self.alarms(account)), 1)
            account.write(values)
            self.check()
            self.assertFalse(self.alarms(account))
            self.assertFalse(account.sync_alarm_at)

    def test_k3_linking_or_waking_an_account_begins_anew(self):
        self.account.action_archive()
        self.silence(hours=99)
        self.account.action_unarchive()
        self.check()
        self.assertFalse(self.alarms())
        fresh = self._link_account(self.another_seller())
        self.check()
        self.assertFalse(self.alarms(fresh))

    def test_k3_without_a_responsible_the_administrator_is_called(self):
        self.account.user_id = False
        self.silence(hours=7)
        self.check()
        self.assertEqual(self.alarms().user_id, self.env.ref("base.user_admin"))

    @mute_logger(ALARM_LOG)
    def test_k3_one_account_stops_no_other(self):
        other = self._link_account(self.another_seller(), name="Aardvark")
        self.silence(hours=7)
        self.silence(hours=7, account=other)
        raising = type(self.account)._raise_sync_alarm

        def fail_first(account):
            if account == other:
                raise ZeroDivisionError
            return raising(account)

        with patch.object(type(self.account), "_raise_sync_alarm", fail_first):
            self.check()
        self.assertEqual(len(self.alarms()), 1)
        self.assertFalse(self.alarms(other))

    def test_k3_hours_can_not_be_negative(self):
        with self.assertRaises(ValidationError):
            self.account.sync_alarm_hours = -1
