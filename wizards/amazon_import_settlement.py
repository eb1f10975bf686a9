"""Upload the file of a settlement that Amazon's API does not provide."""

import base64
import codecs

from odoo import _, fields, models
from odoo.exceptions import UserError

from ..amazon_api import ReportContent, Unavailable

# More of them are booked by the scheduled action: nobody waits for minutes.
BOOKED_AT_ONCE = 5000
GZIP = b"\x1f\x8b"
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class AmazonImportSettlement(models.TransientModel):
    """Upload a settlement report (feature L1): for periods that Amazon's API does not
    provide any more, and for sellers whose application has no role for payments.
    """

    _name = "amazon.import.settlement"
    _description = "Import Amazon settlement"

    account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        required=True,
        ondelete="cascade",
        default=lambda self: self._get_only_account(),
    )
    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char("File name")

    def _get_only_account(self):
        accounts = self.env["amazon.account"].search([], limit=2)
        return accounts if len(accounts) == 1 else False

    def action_import(self):
        """Import the file, and book it as the account's settings say.

        :return dict: window action, the settlement
        :raise UserError: nothing of the file can be read
        """
        self.ensure_one()
        settlements = self.env["amazon.settlement"]
        settlements._check_may_book()
        self.account_id.read(["name"])  # the sudo must not open other companies
        account = self.account_id.sudo()._in_company()
        account._take_over_all_orders()  # an archived one may have the same settlement
        settlement = account.env["amazon.settlement"]._read_content(
            account, self._get_content(account)
        )
        if settlement.state == "read":
            if settlement.row_count > BOOKED_AT_ONCE:
                account._wake_cron("sync_settlements")
            else:
                settlement._book_or_hold()
                account._wake_cron("sync_settlements")  # one that waited for this
        return {
            "type": "ir.actions.act_window",
            "name": _("Settlement"),
            "res_model": "amazon.settlement",
            "res_id": settlement.id,
            "view_mode": "form",
        }

    def _get_content(self, account):
        """Unpack and decode the uploaded file, and check that it is complete.

        :return ReportContent: what the file says
        :raise UserError: it is not complete"""
        body = base64.b64decode(self.file or b"")
        if body.startswith(WIDE):  # “Unicode text” as spreadsheets save it
            body = body.decode("utf-16", "replace").encode()
        place = account.base_marketplace_id.api_ref
        try:
            return ReportContent(body, body.startswith(GZIP), None, place).checked()
        except Unavailable:
            raise UserError(
                _("The file is cut off or broken. Download it again at Amazon.")
            ) from None
