"""Base class for the digest: somebody reads it, in Odoo and by mail."""

from freezegun import freeze_time

from odoo import fields

from ..overview.case import WatchCase


class DigestCase(WatchCase):
    def setUp(self):
        super().setUp()
        self.reader = self.person("user")
        self.reader.write({"email": "reader@example.com", "tz": "UTC"})
        self.account.user_id.tz = "UTC"

    def digest(self, reader=None):
        """Read the digest as a user does.

        :return str: what the digest says, without its tags
        """
        self.env.flush_all()
        self.env.invalidate_all()
        account = self.account.with_user(reader or self.reader)
        return str(account.digest_body)

    def mails(self):
        return self.env["mail.mail"].search([("subject", "=like", "Amazon on %")])

    def run_digest(self, moment=None):
        moment = moment or fields.Datetime.now().replace(hour=9, minute=0)
        cron = self.env.ref("amazon_connector.ir_cron_send_digest")
        with freeze_time(moment):
            cron.ir_actions_server_id.run()

    def ask(self):
        self.account.with_user(self.reader).action_toggle_digest()
