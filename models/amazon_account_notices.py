"""Who is told what: one mail per run and account, silence otherwise (feature K3)."""

from markupsafe import Markup

from odoo import _, models

# More of them would not be read; the list in Odoo has them all.
LISTED = 20


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def _report_failures(self):
        """Tell the responsible what failed and what to do, once for each row."""
        failed = self.env["amazon.submission"].search(
            [
                ("account_id", "=", self.id),
                ("state", "=", "failed"),
                ("is_reported", "=", False),
            ]
        )
        if not failed:
            return
        failed._note_reported()
        admin = self.env.ref("base.user_admin")
        responsible = self.user_id if self.user_id.active else admin
        self.with_context(mail_notify_author=True).message_notify(
            partner_ids=responsible.partner_id.ids,
            subject=_(
                "Amazon %(name)s: %(count)s failed", name=self.name, count=len(failed)
            ),
            body=self._prepare_failure_body(failed),
            force_send=False,  # by the queue of mails: no mail server in this step
        )

    def _prepare_failure_body(self, failed):
        """:return Markup: the text of the mail"""
        items = Markup().join(
            Markup("<li><b>%s</b>: %s</li>") % (row.display_name, row.error_message)
            for row in failed[:LISTED]
        )
        return Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (
            _("Amazon could not be told of the following; it is waiting for you:"),
            items,
            _(
                "Mend the cause, then press «Retry» on the document or under Sales > "
                "Amazon > Problems, where all of them stand."
            ),
        )
