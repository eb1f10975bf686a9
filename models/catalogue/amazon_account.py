"""The catalogue, read from the top down: cron or button -> marketplace -> report -> its
rows, page by page (feature C4). How a report comes here: see `models/reports`.

A list that leaves out too much waits for a person: Amazon's report may be cut, or
incomplete. What it leaves out would be archived, and archived offers send no stock.
"""

import logging
from collections import defaultdict
from functools import partial

from odoo import _, api, fields, models

from ...amazon_api import UnreadableRow, read_listings
from ..reports.amazon_report import OPEN_STATES

_logger = logging.getLogger(__name__)
# How many rows that can not be read are named in the result.
MOST_NAMED = 10
# More offers than that, and more than this share of them: a person is asked.
MOST_VANISHED = 20
MOST_PERCENT = 20
ACTIVITY = "amazon_connector.mail_activity_type_catalogue_guard"


def _is_doubtful(vanished, expected):
    """Recognize a list that is rather cut than right.

    :return bool: whether so many of so many can hardly have gone at once
    """
    return vanished > MOST_VANISHED and 100 * vanished > MOST_PERCENT * expected


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    import_catalogue = fields.Boolean(
        "Import the catalogue daily",
        default=True,
        help="Once a day Amazon is asked for all listings: new ones come into Odoo, "
        "what is gone is archived.",
    )
    catalogue_progress = fields.Text(
        "Catalogue", compute="_compute_catalogue_progress", compute_sudo=True
    )
    # Which offers a person has to decide about; empty when there are none.
    catalogue_guard_message = fields.Text(
        "Missing in Amazon's list",
        compute="_compute_catalogue_guard_message",
        compute_sudo=True,
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

    @api.depends_context("lang")
    def _compute_catalogue_guard_message(self):
        own = [("account_id", "in", self.ids)]
        places = ["account_id", "marketplace_id"]
        offers = self.env["amazon.offer"]
        missing = offers._read_group(
            [*own, ("missing_at", "!=", False)], places, ["__count"]
        )
        counts = missing and offers._read_group(own, places, ["__count"])
        all_of = {(account, shop): count for account, shop, count in counts}
        lines = defaultdict(list)
        for account, shop, count in missing:
            text = _(
                "%(marketplace)s: listings that are not in Amazon's report any more: "
                "%(missing)s of %(count)s.",
                marketplace=shop.name,
                missing=count,
                count=all_of[account, shop],
            )
            lines[account.id].append(text)
        for account in self:
            message = "\n".join(lines[account._origin.id])
            account.catalogue_guard_message = message or False

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
            "Amazon makes the report of your listings in %(places)s. That takes "
            "minutes; this page shows how far it is.",
            places=places,
        )
        return self._notify(message, "success")

    def action_archive_missing(self):
        """Archive what Amazon's list leaves out, as a person has decided.

        :return dict: client action, a notification with the count
        """
        return self._decide_about_missing(
            "_archive_vanished",
            _("Archived listings: %s. Those that Amazon lists again come back."),
        )

    def action_keep_missing(self):
        """Keep the offers that a wrong list leaves out, and do not ask about them
        again.

        :return dict: client action, a notification with the count
        """
        return self._decide_about_missing(
            "_keep_vanished",
            _("Kept listings: %s. Archive them yourself if you want to."),
        )

    def action_view_missing(self):
        """Open the offers that Amazon's list leaves out."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_offer_action"
        )
        domain = [("account_id", "=", self.id), ("missing_at", "!=", False)]
        return {**action, "domain": domain, "context": {"create": False}}

    def _decide_about_missing(self, method, text):
        """Carry out what a person decided about the offers that the list leaves out.

        :param str method: of amazon.offer
        :param str text: takes the number of offers
        """
        self._check_may_use()
        account = self.sudo()._in_company()
        missing = account._find_missing()
        getattr(missing, method)()
        account._note_missing()
        return self._notify(text % len(missing), "success")

    # === BUSINESS METHODS === #

    @api.model
    def _cron_import_catalogue(self):
        """Ask for the listings of all accounts; Amazon is not called yet."""
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
        """Request the list of offers of every marketplace.

        :return: amazon.report of each synchronized marketplace
        """
        reports = self.env["amazon.report"]
        # one by one, and a handful: Amazon makes each of them by itself
        for marketplace in self.active_marketplace_ids or self.base_marketplace_id:
            reports |= self._ask_for_report("catalogue", marketplace)
        return reports

    def _read_catalogue_rows(self, report, rows):
        """Keep what a page of listings says. Nothing is taken over from a row that can
        not be read: its offer stays as it is.

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
            lines += self._describe_drift(report)
        self._trigger_matching_cron()
        return "\n".join(lines + self._describe_unreadable(unreadable))

    def _describe_drift(self, report):
        """Compare the quantities of the list with those that were sent (feature J8).

        :return list: of str"""
        if not self.sync_stock:
            return []
        found = self.env["amazon.offer"]._compare_listed(
            self, report.marketplace_id, report.requested_at
        )
        lines = []
        if found["again"]:
            lines.append(
                _("Listed twice with another quantity: %(again)s, sent again.", **found)
            )
        if found["wrong"]:
            lines.append(
                _("Still another quantity, see the problems: %(wrong)s.", **found)
            )
        return lines

    @api.model
    def _describe_vanished(self, archived, missing):
        """Say what has become of the offers that the list leaves out.

        :param int missing: offers that a person decides about
        :return list: of str
        """
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
        """Say how many rows were left out, and name the first of them.

        :param list unreadable: of UnreadableRow
        :return list: of str
        """
        lines = []
        if unreadable:
            lines.append(
                _("Rows that can not be read: %(count)s.", count=len(unreadable))
            )
        for row in unreadable[:MOST_NAMED]:
            words = {"row": row.row, "sku": row.reference or "?", "why": row.problem}
            lines.append(_("Line %(row)s, SKU %(sku)s: %(why)s", **words))
        return lines

    def _settle_vanished(self, report, listed):
        """Archive what Amazon does not list any more, or ask a person whether that can
        be.

        :param report: amazon.report, all of its rows are read
        :param set listed: SKUs that are in it
        :return tuple: number of offers that were archived; that a person is asked about
        """
        offers = self.env["amazon.offer"]
        expected = offers._find_expected(report)
        vanished = offers.browse([row[0] for row in expected if row[1] not in listed])
        found = [row[0] for row in expected if row[1] in listed and row[2]]
        was_asked = bool(self.catalogue_guard_message)
        offers.browse(found)._set_found()
        is_doubtful = _is_doubtful(len(vanished), len(expected))
        if is_doubtful:
            vanished._set_missing()
        elif vanished:
            vanished._archive_vanished()
        self._note_missing(was_asked)
        return (0, len(vanished)) if is_doubtful else (len(vanished), 0)

    def _find_missing(self):
        """The offers whose absence the guard did not believe.

        :return: amazon.offer that a person has to decide about
        """
        return self.env["amazon.offer"].search(
            [("account_id", "=", self.id), ("missing_at", "!=", False)]
        )

    def _note_missing(self, was_asked=True):
        """Notify the responsible once, and nobody any more when it is decided.

        :param bool was_asked: whether there was something to decide before
        """
        self.invalidate_recordset(["catalogue_guard_message"])
        message = self.catalogue_guard_message
        if not message:
            self.activity_unlink([ACTIVITY])
        elif not was_asked:
            self._ask_about_missing(message)

    def _ask_about_missing(self, message):
        self._call_responsible(
            self,
            ACTIVITY,
            _(
                "%s Odoo has not archived them, for the list may be wrong. Look into "
                "Seller Central; then press “Archive” or “Keep” on the account. When "
                "Amazon lists them again, this goes by itself.",
                message,
            ),
        )
