"""The guard: a scan that would empty the shop waits for a person (feature J3)."""

from datetime import timedelta
from typing import NamedTuple

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..stock.amazon_account import Scan

# Fewer offers than that are no basis for a share.
FEWEST_OFFERS = 20
# Of many offers some end each day: so large a part of them has to end at once.
SMALLEST_PART = 100
# What ended by itself within this time counts together.
RECENTLY = timedelta(minutes=15)
# The offers that are not as Amazon has it are selected first, and for each of them the
# messages by the offer and by nothing else (OFFSET 0): no plan that depends on what
# PostgreSQL knows of a table that was just filled.
FALLS = """
    WITH change AS (
      SELECT offer.marketplace_id, offer.stock_quantity AS quantity,
             least(CASE WHEN offer.sent_at IS NOT NULL
                          OR offer.forgotten_at IS NOT NULL
                         AND offer.sent_since IS NOT NULL THEN offer.sent_quantity
                        WHEN offer.listed_quantity IS NOT NULL
                        THEN offer.listed_quantity
                        WHEN offer.listing_status <> 'active' THEN 0 END,
                   (SELECT min(row.quantity)
                      FROM (SELECT kind, state, quantity, silence_count,
                                   is_confirmed, body
                              FROM amazon_submission
                             WHERE offer_id = offer.id OFFSET 0) AS row
                     WHERE row.kind IN ('stock', 'stock_now')
                       AND (row.state IN ('sending', 'submitted', 'unknown')
                            OR row.state = 'todo'
                               AND (coalesce(row.silence_count, 0) = 0
                                    OR row.is_confirmed)
                            OR %(dry_run)s AND row.state = 'held'
                               AND row.body IS NOT NULL))) AS known
        FROM (SELECT * FROM amazon_offer
               WHERE account_id = %(account)s AND stock_quantity IS NOT NULL
                 AND (sent_at IS NULL OR stock_quantity <> sent_quantity)
              OFFSET 0) AS offer),
    fall AS (
      SELECT marketplace_id, count(*) AS falls,
             count(*) FILTER (WHERE quantity = 0) AS ends
        FROM change
       WHERE quantity < coalesce(known, 1)
         AND (quantity = 0 OR 2 * quantity::bigint < known)
    GROUP BY marketplace_id),
    recent AS (
      SELECT marketplace_id, count(*) AS recent
        FROM amazon_submission
       WHERE account_id = %(account)s AND kind = 'stock_now' AND quantity = 0
         AND state IN ('submitted', 'done') AND is_confirmed IS NOT TRUE
         AND sent_at >= %(since)s
    GROUP BY marketplace_id)
    SELECT fall.marketplace_id,
           (SELECT count(*) FROM amazon_offer AS offer
             WHERE offer.account_id = %(account)s AND offer.stock_quantity IS NOT NULL
               AND offer.marketplace_id = fall.marketplace_id),
           fall.falls, fall.ends, coalesce(recent.recent, 0)
      FROM fall
 LEFT JOIN recent ON recent.marketplace_id = fall.marketplace_id
  ORDER BY fall.marketplace_id"""
TAKING_PART = """
    SELECT marketplace_id, count(*), bool_or(sent_at IS NOT NULL)
      FROM amazon_offer
     WHERE account_id = %s AND stock_quantity IS NOT NULL
  GROUP BY marketplace_id
  ORDER BY marketplace_id"""
ACTIVITY = "amazon_connector.mail_activity_type_stock_guard"


class Falls(NamedTuple):
    """What a scan would do to the offers of a marketplace: how many take part, fall to
    zero or by more than half, end; how many ended within the last minutes."""

    marketplace_id: int
    count: int
    falls: int = 0
    ends: int = 0
    recent: int = 0


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    stock_guard_share = fields.Integer(
        "Hold back when",
        required=True,
        default=30,
        help="When more than this share of a marketplace's listings would fall to zero "
        "or by more than half at once, nothing is sent until a person looks at it. It "
        "guards against a wrong count. Below 20 listings the share says nothing; at "
        "100 % nothing is held back.",
    )
    stock_guard_count = fields.Integer(
        "Hold back when so many end",
        required=True,
        default=8,
        help="When so many listings of a marketplace that sell would fall to zero at "
        "once (and at least one in a hundred), nothing is sent until a person looks at "
        "it. 0: the number does not matter.",
    )
    # Why quantities are held back; empty when none are.
    stock_guard_message = fields.Text("Stock is held back", readonly=True, copy=False)
    # Somebody has checked the first quantities of this account, and released them.
    stock_confirmed_at = fields.Datetime(
        "First quantities confirmed", readonly=True, copy=False
    )

    # === CONSTRAINTS === #

    @api.constrains("stock_guard_count", "stock_now_limit")
    def _check_stock_counts(self):
        if any(
            min(account.stock_guard_count, account.stock_now_limit) < 0
            for account in self
        ):
            raise ValidationError(_("A number of listings or pieces is not negative."))

    @api.constrains("stock_guard_share")
    def _check_stock_guard_share(self):
        if any(not 0 <= account.stock_guard_share <= 100 for account in self):
            raise ValidationError(
                _(
                    "The share of listings that may fall at once is a percentage: 0 to "
                    "100"
                )
            )

    # === ACTION METHODS === #

    def action_release_stock(self):
        """Release once, after a person has checked it, what the guard holds back.

        :return dict: client action, a notification with the counts
        """
        self._check_may_use()
        self.sudo().stock_confirmed_at = fields.Datetime.now()
        return self._scan_and_send(Scan(everything=True, guarded=False))

    def action_view_held_stock(self):
        """Show the quantities that are held back: what Amazon has and what it would
        have, what would be sold out first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_held_stock_action"
        )
        return {
            **action,
            "domain": [
                ("account_id", "=", self.id),
                ("kind", "=", "stock"),
                ("state", "=", "held"),
            ],
            "context": {"create": False},
        }

    # === BUSINESS METHODS === #

    def _find_reasons(self, scan):
        """Ask the guard, unless it is switched off for this scan.

        :return dict: see _find_falls; empty when a person lets all of it go
        """
        return self._find_falls() if scan.guarded else {}

    def _find_falls(self):
        """Find the marketplaces where too many offers would fall at once.

        An offer falls from what Amazon accepted last, or from what is already on its
        way to Amazon: that passed this guard, or a person let it go. That holds, too,
        where Amazon has changed its quantity by itself since. For what nobody ever
        sent, the list of offers counts. Where nobody knows what Amazon has, zero
        is a fall. What ended by itself within the last minutes counts, too: many small
        falls add up.

        :return dict: id of amazon.marketplace -> the reason, for people
        """
        self.env["amazon.submission"].flush_model()
        self.env["amazon.offer"].flush_model()
        now = fields.Datetime.now()
        self.env.cr.execute(
            FALLS,
            {"account": self.id, "dry_run": self.dry_run, "since": now - RECENTLY},
        )
        found = {row[0]: Falls(*row) for row in self.env.cr.fetchall()}
        if not found:
            return {}
        first = self._find_first(found)
        return {
            shop.marketplace_id: self._explain_falls(shop, bool(first))
            for shop in first or found.values()
            if first or self._is_too_much(shop)
        }

    def _find_first(self, found):
        """Hold the first quantities of an account back together.

        :param dict found: id of amazon.marketplace -> Falls
        :return list: of Falls, of all marketplaces; empty when Amazon has accepted
            something before, or somebody has seen it
        """
        if self.stock_confirmed_at:
            return []
        self.env.cr.execute(TAKING_PART, [self.id])
        shops = self.env.cr.fetchall()
        if any(is_known for _shop, _count, is_known in shops):
            return []
        return [found.get(shop, Falls(shop, count)) for shop, count, _known in shops]

    def _is_too_much(self, shop):
        """Compare a marketplace's falls with the limits of the account.

        :param Falls shop: of a marketplace
        :return bool: whether a person has to decide about it
        """
        if self.stock_guard_share == 100:
            return False
        falls, ends = shop.falls + shop.recent, shop.ends + shop.recent
        most = max(self.stock_guard_count, shop.count // SMALLEST_PART)
        is_share = 100 * falls > self.stock_guard_share * shop.count
        return (shop.count >= FEWEST_OFFERS and is_share) or (
            self.stock_guard_count > 0 and ends >= most
        )

    def _explain_falls(self, shop, is_first):
        """Say how many offers would fall, and how much, so that a person can decide.

        :param Falls shop: of a marketplace
        :param bool is_first: nothing was ever sent
        :return str: why its quantities wait
        """
        figures = {
            "marketplace": self.env["amazon.marketplace"]
            .browse(shop.marketplace_id)
            .name,
            "falls": shop.falls + shop.recent,
            "ends": shop.ends + shop.recent,
            "count": shop.count,
        }
        if is_first:
            return _(
                "%(marketplace)s: these are the first quantities from Odoo. Listings "
                "that would fall to zero or by more than half: %(falls)s of %(count)s.",
                **figures,
            )
        share = 100 * figures["falls"] > self.stock_guard_share * shop.count
        if shop.count >= FEWEST_OFFERS and share:
            return _(
                "%(marketplace)s: listings that would fall to zero or by more than "
                "half: %(falls)s of %(count)s.",
                **figures,
            )
        return _(
            "%(marketplace)s: listings that sell and would end: %(ends)s.", **figures
        )

    def _explain_held_offers(self):
        """Count the offers of which only the first quantity is held back.

        :return dict: what to say of single offers that are held back, see
        WOULD_END; empty when none is
        """
        count = self.env["amazon.submission"].search_count(
            [
                ("account_id", "=", self.id),
                ("kind", "=", "stock"),
                ("state", "=", "held"),
                ("body", "=", False),
            ]
        )
        if not count:
            return {}
        return {
            0: _(
                "Listings that sell at Amazon and would end with their first quantity "
                "from Odoo: %s.",
                count,
            )
        }

    def _note_guard(self, reasons):
        """Notify the responsible once, and nobody any more when it is over.

        :param dict reasons: see _find_falls
        """
        for account in self:
            message = "\n".join(reasons.values()) or False
            if message == account.stock_guard_message:
                continue
            was_held = bool(account.stock_guard_message)
            account.stock_guard_message = message
            if not message:
                account.activity_unlink([ACTIVITY])
            elif not was_held:
                account._ask_to_release(message)

    def _ask_to_release(self, message):
        self._call_responsible(
            self,
            ACTIVITY,
            _(
                "%s Odoo holds these quantities back. Check the stock in Odoo; if it "
                "is right, press “Release” on the account, else correct it: then the "
                "quantities go by themselves.",
                message,
            ),
        )
