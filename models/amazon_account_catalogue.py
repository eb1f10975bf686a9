"""The catalogue, read from the top down: cron or button -> marketplace -> report -> its
rows, page by page (feature C4). How a report comes here: see amazon_account_reports."""

import logging
from functools import partial

from odoo import _, api, fields, models

from ..amazon_api import UnreadableRow, read_listings
from .amazon_report import OPEN_STATES

_logger = logging.getLogger(__name__)

# So many rows that can not be read are named in the result.
MOST_NAMED = 10


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    import_catalogue = fields.Boolean(
        "Import the catalogue daily",
        default=True,
        help="Once a day Amazon is asked for all listings: new ones become offers, "
        "what is gone is archived.",
    )
    catalogue_progress = fields.Text(
        "Catalogue", compute="_compute_catalogue_progress", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_catalogue_progress(self):
        reports = self.env["amazon.report"].search(
            [
                ("account_id", "in", self.ids),
                ("report_type", "=", "catalogue"),
                ("state", "in", OPEN_STATES),
            ],
            order="id",
        )
        for account in self:
            own = reports.filtered(lambda report, me=account: report.account_id == me)
            account.catalogue_progress = "\n".join(own._describe_progress())

    # === ACTION METHODS === #

    def action_import_catalogue(self):
        """Ask Amazon for all listings of the synchronized marketplaces.

        :return dict: client action, a notification
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        self._check_linked()
        reports = self._run_step(self._ask_for_catalogue)
        places = ", ".join(reports.marketplace_ids.mapped("name"))
        if all(report.state not in OPEN_STATES for report in reports):
            message = _(
                "The listings of %(places)s were read in the last half hour: Amazon "
                "makes no newer list yet. Try again later.",
                places=places,
            )
            return self._notify(message, "warning")
        message = _(
            "Amazon makes the list of your offers in %(places)s. That takes minutes; "
            "this page shows how far it is.",
            places=places,
        )
        return self._notify(message, "success")

    # === BUSINESS METHODS === #

    @api.model
    def _cron_import_catalogue(self):
        """Ask for the listings of all accounts; no call leaves yet."""
        accounts = self.sudo().search(
            [("is_linked", "=", True), ("import_catalogue", "=", True)], order="id"
        )
        self._for_each_account(
            accounts,
            lambda account: account._run_step(account._ask_for_catalogue),
            _logger,
            partial(self._wake_cron, "import_catalogue"),
        )

    def _ask_for_catalogue(self):
        """:return: amazon.report of each synchronized marketplace"""
        reports = self.env["amazon.report"]
        # one by one, and a handful: Amazon makes each of them by itself
        for marketplace in self.active_marketplace_ids or self.base_marketplace_id:
            reports |= self._ask_for_report("catalogue", marketplace)
        return reports

    def _read_catalogue_rows(self, report, rows):
        """Keep what a page of listings says. Of a row that can not be read nothing is
        taken over: its offer stays as it is.

        :param report: amazon.report
        :param list rows: of Listing and UnreadableRow
        :return int: how many offers are new, or changed
        """
        listings = [row for row in rows if not isinstance(row, UnreadableRow)]
        offers = self.env["amazon.offer"]
        return offers._take_listings(self, report.marketplace_id, listings)

    def _end_catalogue_report(self, report, content):
        """Archive what is not listed any more.

        :param report: amazon.report, all of its rows are read
        :param ReportContent content: once more from its start
        :return str: what came of it, for people
        """
        skus, unreadable = set(), []
        for row in read_listings(content):
            if isinstance(row, UnreadableRow):
                unreadable.append(row)
            else:
                skus.add(row.sku)
        named = {row.reference for row in unreadable}
        lines = [_("Listings read: %(count)s.", count=len(skus))]
        if None in named:  # a row of which not even the SKU is known may be any offer
            lines.append(
                _("Nothing was archived, as not every SKU in the report is readable.")
            )
        else:
            archived, missing = self._settle_vanished(report, skus | named)
            report.changed_count += archived
            lines += self._describe_vanished(archived, missing)
        self._trigger_matching_cron()
        return "\n".join(lines + self._describe_unreadable(unreadable))

    @api.model
    def _describe_vanished(self, archived, missing):
        """:param int missing: offers that a person decides about
        :return list: of str"""
        if missing:
            return [
                _(
                    "Not in the list, too many to archive unseen: %(count)s. Decide on "
                    "the account.",
                    count=missing,
                )
            ]
        if archived:
            return [_("Gone from Amazon, now archived: %(count)s.", count=archived)]
        return []

    @api.model
    def _describe_unreadable(self, unreadable):
        """:param list unreadable: of UnreadableRow
        :return list: of str"""
        lines = []
        if unreadable:
            lines.append(
                _("Rows that can not be read: %(count)s.", count=len(unreadable))
            )
        for row in unreadable[:MOST_NAMED]:
            words = {"row": row.row, "sku": row.reference or "?", "why": row.problem}
            lines.append(_("Line %(row)s, SKU %(sku)s: %(why)s", **words))
        return lines
