"""The guard: a look that would empty the shop waits for a person (feature J3)."""

from odoo import _, fields, models

from .amazon_account_stock import Look

# Fewer offers than that tell nothing about a share.
FEWEST_OFFERS = 20
ACTIVITY = "amazon_connector.mail_activity_type_stock_guard"


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    # Why quantities are held back; empty when none are.
    stock_guard_message = fields.Text("Stock is held back", readonly=True, copy=False)

    # === ACTION METHODS === #

    def action_release_stock(self):
        """A person has looked at it: what the guard holds back goes, this once.

        :return dict: client action, a notification with the counts
        """
        return self._look_and_send(Look(everything=True, guarded=False))

    def action_view_held_stock(self):
        """Open the quantities that are held back."""
        return self.env["amazon.submission"]._open(
            [
                ("account_id", "=", self.id),
                ("kind", "=", "stock"),
                ("state", "=", "held"),
            ]
        )

    # === BUSINESS METHODS === #

    def _find_falls(self, tally=None):
        """Find the marketplaces where too many offers would fall at once.

        An offer falls from what Amazon accepted last, or from what is already on its
        way to Amazon: that passed this guard, or a person let it go. Where nobody knows
        what Amazon has, zero is a fall.

        :param Counter tally: gets the number of offers that take part
        :return dict: id of amazon.marketplace -> the reason, for people
        """
        self.env["amazon.submission"].flush_model()
        self.env["amazon.offer"].flush_model()
        self.env.cr.execute(
            """
            SELECT marketplace_id, count(*),
                   count(*) FILTER (
                     WHERE quantity < coalesce(known, 1)
                       AND (quantity = 0 OR 2 * quantity::bigint < known))
              FROM (SELECT offer.marketplace_id, offer.stock_quantity AS quantity,
                           least(CASE WHEN offer.sent_at IS NOT NULL
                                      THEN offer.sent_quantity END,
                                 min(row.quantity)) AS known
                      FROM amazon_offer AS offer
                 LEFT JOIN amazon_submission AS row
                        ON row.offer_id = offer.id AND row.kind = 'stock'
                       AND (row.state IN ('todo', 'sending', 'submitted', 'unknown')
                            OR %s AND row.state = 'held' AND row.body IS NOT NULL)
                     WHERE offer.account_id = %s AND offer.stock_quantity IS NOT NULL
                  GROUP BY offer.id) AS change
          GROUP BY marketplace_id
            """,
            [self.dry_run, self.id],
        )
        found = self.env.cr.fetchall()
        if tally is not None:
            tally["offers"] = sum(count for _shop, count, _falls in found)
        return {
            marketplace_id: self._explain_falls(marketplace_id, falls, count)
            for marketplace_id, count, falls in found
            if count >= FEWEST_OFFERS and 100 * falls > self.stock_guard_share * count
        }

    def _explain_falls(self, marketplace_id, falls, count):
        return _(
            "%(marketplace)s: %(falls)s of %(count)s offers would fall to zero or by "
            "more than half.",
            marketplace=self.env["amazon.marketplace"].browse(marketplace_id).name,
            falls=falls,
            count=count,
        )

    def _note_guard(self, reasons):
        """Tell the responsible once, and nobody any more when it is over.

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
        responsible = self.user_id if self.user_id.active else None
        self.activity_schedule(
            ACTIVITY,
            note=_(
                "%s Odoo holds these quantities back. Check the stock in Odoo; if it "
                "is right, press «Release» on the account, else correct it: then the "
                "quantities go by themselves.",
                message,
            ),
            user_id=(responsible or self.env.ref("base.user_admin")).id,
        )
