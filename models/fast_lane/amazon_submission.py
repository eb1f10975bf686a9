"""Messages of the fast lane: one quantity each, stated at once and proved afterwards
(feature J7).
"""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools import SQL

from ..outbox.amazon_submission import ASKING_TIME, IS_PRESENT
from .amazon_account import PROOF_AFTER

CLAIM_SIZE = 20
# A call takes two minutes at most: a worker that claimed a row longer ago has died.
CLAIMED_FOR = timedelta(minutes=5)
# How often a quantity is stated that Amazon accepted and the listing does not show.
MOST_TRIES = 3
# What Amazon took. While a feed with another quantity is under way nobody knows which
# of the two it works off last: then it is sent once more when the feed has ended.
KEEP_ACCEPTED = """
    UPDATE amazon_offer AS offer
       SET sent_quantity = %(quantity)s, sent_at = %(now)s,
           sent_since = CASE WHEN offer.sent_at IS NOT NULL
                              AND offer.sent_quantity = %(quantity)s
                             THEN offer.sent_since ELSE %(now)s END,
           forgotten_at = CASE WHEN EXISTS (
               SELECT 1 FROM amazon_submission AS row
                WHERE row.offer_id = offer.id AND row.kind = 'stock'
                  AND row.state IN ('sending', 'submitted', 'unknown'))
               THEN %(now)s ELSE offer.forgotten_at END
     WHERE offer.id = %(offer)s"""


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    # === BUSINESS METHODS - CLAIMS === #

    @api.model
    def _has_settled(self, account):
        """Find out whether a run has messages to go through.

        :return bool: whether urgent rows wait that may have settled by themselves
        """
        waiting = [
            ("account_id", "=", account.id),
            ("kind", "=", "stock_now"),
            ("state", "in", ("todo", "failed")),
        ]
        return bool(self.search_count(waiting, limit=1))

    @api.model
    def _claim_urgent(self, account, state):
        """Take urgent rows that are due.

        :param str state: todo (to be stated) or submitted (to be proved)
        :return: rows that no other worker has; a while later they are due again
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        states, present = (state,), SQL("TRUE")
        if state == "todo":  # a worker died: the same again does no harm
            states, present = ("todo", "unknown"), SQL(IS_PRESENT)
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM amazon_submission AS due
                 WHERE account_id = %s AND kind = 'stock_now' AND %s
                   AND (state IN %s AND coalesce(next_try_at, %s) <= %s
                        OR state = 'sending' AND sent_at < %s AND %s)
              ORDER BY quantity, id LIMIT %s FOR UPDATE SKIP LOCKED""",
                account.id,
                present,
                states,
                now,
                now,
                now - CLAIMED_FOR,
                state == "todo",
                CLAIM_SIZE,
            )
        )
        ids = [row_id for (row_id,) in self.env.cr.fetchall()]
        rows = account.env["amazon.submission"].browse(ids)
        rows.invalidate_recordset()  # another worker may have written them
        if state == "submitted":
            rows.next_try_at = now + ASKING_TIME
            return rows
        for attempts, group in rows.grouped("attempts").items():
            group.write({"state": "sending", "attempts": attempts + 1, "sent_at": now})
        return rows

    def _give_back_urgent(self):
        """Undo the claim of a row, as Amazon was not called."""
        self.filtered(lambda row: row.state == "sending")._unclaim()
        self.next_try_at = False

    # === BUSINESS METHODS - OUTCOMES === #

    def _patch(self, account, partner):
        """State the quantity (operation patchListingsItem).

        :param account: amazon.account in an environment of its company
        :return str: submitted or failed
        :raise SpApiError: nothing was written
        """
        try:
            result = partner.patch_quantity(
                account.seller_key,
                self.marketplace_id.api_ref,
                self.offer_id.sku,
                self.quantity,
            )
        except ValueError as error:
            text = _("Amazon would refuse this: %s Correct it, then retry.", error)
            return account._run_step(self._refuse_urgent, text)
        if not result.is_accepted:
            text = _("Amazon refused the quantity: %s", result.message or "-")
            return account._run_step(self._refuse_urgent, text)
        account._run_step(self._accept_urgent)
        return "submitted"

    def _accept_urgent(self):
        """Note that Amazon accepted the quantity; the proof follows."""
        now = fields.Datetime.now()
        self.write(
            {
                "state": "submitted",
                "next_try_at": now + PROOF_AFTER,
                "error_kind": False,
                "error_message": False,
                "done_at": now,
            }
        )
        self._execute_stock(
            KEEP_ACCEPTED,
            {"quantity": self.quantity, "now": now, "offer": self.offer_id.id},
        )

    def _refuse_urgent(self, text):
        """Note Amazon's refusal, and alarm nobody again about the same one.

        :param str text: cause and remedy, with Amazon's words
        :return str: failed
        """
        self._set_failed("permanent", text)
        self.is_reported = self.is_reported or self.reported_message == text
        return "failed"

    def _prove(self, account, partner):
        """Ask what buyers can order now (operation getListingsItem).

        :return str: done, postponed or failed
        :raise SpApiError: nothing was written
        """
        shown = partner.get_quantity(
            account.seller_key, self.marketplace_id.api_ref, self.offer_id.sku
        )
        return account._run_step(self._settle_urgent, shown)

    def _settle_urgent(self, shown):
        """Compare what was sent with what the listing shows, and decide how to go on.

        :param int|None shown: what the listing shows; Amazon takes off by itself
            what it sells in the meantime
        :return str: done, postponed or failed
        """
        if shown is not None and min(self.quantity, 1) <= shown <= self.quantity:
            self._set_done()
            return "done"
        if self.quantity:  # perhaps all of it is sold: the orders are read first
            self._supersede(False)
            self.offer_id._forget_sent_quantity()
            self.account_id._trigger_stock_cron()
            return "postponed"
        if (self.silence_count or 0) + 1 < MOST_TRIES:
            self.write(
                {
                    "state": "todo",
                    "next_try_at": False,
                    "silence_count": (self.silence_count or 0) + 1,
                    "error_kind": "retryable",
                    "error_message": _(
                        "Amazon accepted %(sent)s, but the listing shows %(shown)s.",
                        sent=self.quantity,
                        shown="-" if shown is None else shown,
                    ),
                }
            )
            self._state_present_quantities()
            return "postponed"
        self._set_failed(
            "permanent",
            _(
                "Amazon accepted the quantity %(sent)s %(count)s times, but the "
                "listing shows %(shown)s. Look the SKU up in Seller Central, correct "
                "it there, then retry.",
                sent=self.quantity,
                count=MOST_TRIES,
                shown="-" if shown is None else shown,
            ),
        )
        return "failed"
