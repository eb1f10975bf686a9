"""Authorizations and secrets end (feature A7)."""

from datetime import date

from freezegun import freeze_time

from ..common import AmazonCase


class TestReminders(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls._new_user(
            "keeper",
            "amazon_connector.group_amazon_manager",
            email="keeper@example.com",
        )

    def setUp(self):
        super().setUp()
        self.account.write(
            {
                "user_id": self.keeper.id,
                "consent_date": "2026-01-01",
                "secret_date": "2026-05-01",
            }
        )

    def remind(self, day):
        """The scheduled action runs on a day.

        :return list: (who, until when, what) of the activities that are open
        """
        cron = self.env.ref("amazon_connector.ir_cron_remind")
        with freeze_time(f"{day} 08:00:00"):
            cron.ir_actions_server_id.run()
        return [
            (a.user_id, str(a.date_deadline), a.summary)
            for a in self.account.activity_ids.sorted("date_deadline")
        ]

    def mails(self):
        """Find the reminders, the oldest first.

        :return: mail.message to the responsible about the account
        """
        return self.env["mail.message"].search(
            [
                ("model", "=", "amazon.account"),
                ("res_id", "=", self.account.id),
                ("partner_ids", "in", self.keeper.partner_id.ids),
                ("subject", "like", self.account.name),
            ],
            order="id",
        )

    def test_a7_keys_are_of_the_day_they_are_entered(self):
        with freeze_time("2026-03-01 12:00:00"):
            account = self._link_account(self.another_seller())
        self.assertRecordValues(
            account,
            [
                {
                    "consent_date": date(2026, 3, 1),
                    "consent_expiry": date(2027, 3, 1),
                    "secret_date": date(2026, 3, 1),
                    "secret_expiry": date(2026, 8, 28),
                }
            ],
        )
        with freeze_time("2026-04-01 12:00:00"):
            account.name = "Renamed"
            self.assertEqual(account.secret_date, date(2026, 3, 1))
            account.lwa_client_secret = "amzn1.oa2-cs.v1.other"
        self.assertEqual(
            (account.consent_date, account.secret_date),
            (date(2026, 3, 1), date(2026, 4, 1)),
        )

    def test_a7_thirty_days_before_the_end_the_responsible_is_reminded_once(self):
        secret = (self.keeper, "2026-10-28", "Renew the client secret at Amazon")
        consent = (self.keeper, "2027-01-01", "Renew the authorization at Amazon")
        self.assertEqual(self.remind("2026-09-27"), [])
        self.assertEqual(self.remind("2026-09-28"), [secret])
        self.assertEqual(self.remind("2026-09-29"), [secret])
        self.assertEqual(self.remind("2026-12-02"), [secret, consent])
        self.assertEqual(self.remind("2027-06-01"), [secret, consent])
        subjects = self.mails().mapped("subject")
        self.assertEqual(
            subjects,
            [
                f"{self.account.name}: Renew the client secret at Amazon",
                f"{self.account.name}: Renew the authorization at Amazon",
            ],
        )
        self.assertIn("2026-10-28", self.mails()[0].body)

    def test_a7_what_was_renewed_is_done_and_reminded_of_next_time(self):
        self.remind("2026-12-02")
        with freeze_time("2026-12-03 12:00:00"):
            self.account.refresh_token = "Atzr|fresh"
        (left,) = self.account.activity_ids
        self.assertIn("client secret", left.summary)
        self.assertEqual(len(self.mails()), 2)
        self.remind("2027-11-05")
        self.assertEqual(len(self.mails()), 3)

    def test_a7_archived_and_unlinked_accounts_are_left_in_peace(self):
        self.account.active = False
        self.assertEqual(self.remind("2027-06-01"), [])
        self.account.write({"active": True, "refresh_token": False})
        self.assertEqual(self.remind("2027-06-01"), [])

    def test_a7_accounts_without_a_responsible_reach_the_administrator(self):
        self.account.user_id = False
        admin = self.env.ref("base.user_admin")
        self.assertEqual({who for who, *_rest in self.remind("2027-06-01")}, {admin})
