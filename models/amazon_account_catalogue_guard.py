"""The guard of the catalogue: a list that leaves out too much waits for a person (C4).

Amazon's report may be cut, or of a bad day. What it leaves out would be archived, and
archived offers send no stock.
"""

from collections import defaultdict

from odoo import _, api, fields, models

# More offers than that, and more than this share of them: a person is asked.
MOST_VANISHED = 20
MOST_PERCENT = 20
ACTIVITY = "amazon_connector.mail_activity_type_catalogue_guard"


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    # Which offers a person has to decide about; empty when there are none.
    catalogue_guard_message = fields.Text(
        "Missing in Amazon's list",
        compute="_compute_catalogue_guard_message",
        compute_sudo=True,
    )

    # === COMPUTE METHODS === #

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
                "%(marketplace)s: %(missing)s of %(count)s offers are not in Amazon's "
                "list any more.",
                marketplace=shop.name,
                missing=count,
                count=all_of[account, shop],
            )
            lines[account.id].append(text)
        for account in self:
            message = "\n".join(lines[account._origin.id])
            account.catalogue_guard_message = message or False

    # === ACTION METHODS === #

    def action_archive_missing(self):
        """A person has looked: what Amazon's list leaves out is gone.

        :return dict: client action, a notification with the count
        """
        return self._decide_about_missing(
            "_archive_vanished",
            _("Archived offers: %s. Those that Amazon lists again come back."),
        )

    def action_keep_missing(self):
        """The list was wrong: the offers stay, and nobody is asked about them again.

        :return dict: client action, a notification with the count
        """
        return self._decide_about_missing(
            "_keep_vanished",
            _("Kept offers: %s. Archive them yourself if you want to."),
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
        """:param str method: of amazon.offer
        :param str text: takes the number of offers"""
        self._check_may_use()
        account = self.sudo()._in_company()
        missing = account._find_missing()
        getattr(missing, method)()
        account._note_missing()
        return self._notify(text % len(missing), "success")

    # === BUSINESS METHODS === #

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
        """:return: amazon.offer that a person has to decide about"""
        return self.env["amazon.offer"].search(
            [("account_id", "=", self.id), ("missing_at", "!=", False)]
        )

    def _note_missing(self, was_asked=True):
        """Tell the responsible once, and nobody any more when it is decided.

        :param bool was_asked: whether there was something to decide before
        """
        self.invalidate_recordset(["catalogue_guard_message"])
        message = self.catalogue_guard_message
        if not message:
            self.activity_unlink([ACTIVITY])
        elif not was_asked:
            self._ask_about_missing(message)

    def _ask_about_missing(self, message):
        responsible = self.user_id if self.user_id.active else None
        self.activity_schedule(
            ACTIVITY,
            note=_(
                "%s Odoo has not archived them, for the list may be wrong. Look into "
                "Seller Central; then press «Archive» or «Keep» on the account. When "
                "Amazon lists them again, this goes by itself.",
                message,
            ),
            user_id=(responsible or self.env.ref("base.user_admin")).id,
        )


def _is_doubtful(vanished, expected):
    """:return bool: whether so many of so many can hardly have gone at once"""
    return vanished > MOST_VANISHED and 100 * vanished > MOST_PERCENT * expected
