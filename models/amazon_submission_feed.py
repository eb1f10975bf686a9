"""Messages that go by feed, whatever they tell; what is special about a kind stands in
a file of its own."""

from odoo import _, api, fields, models


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    def _prepare_feed(self, account):
        """:param account: amazon.account in an environment of its company
        :return bytes: the feed that tells what these rows of one kind say; each row's
            id is the number of its message
        :raise ValueError: Amazon would refuse it"""
        if self[:1].kind == "stock":
            return self._prepare_stock_feed(account)
        return self._prepare_cancellation_feed(account)

    def _end_feed(self, feed, refused):
        """What follows once Amazon has said what became of a feed. ``self`` is what it
        accepted; the states of all rows are written.

        :param feed: amazon.feed that has ended
        :param refused: amazon.submission that Amazon refused
        """
        account = feed.account_id
        if feed.kind == "stock":
            self._end_stock_feed(account, refused)
        else:
            self._end_cancellation_feed(account, refused)

    @api.model
    def _hold_due(self, account, kind):
        """Dry run: each due row of a marketplace shows exactly what would be sent.

        :return dict: how many rows are held, failed; empty: none was due
        """
        rows = self.env["amazon.feed"]._lock_rows(account, kind)
        if not rows:
            return {}
        bodies, words = {}, {}
        for row in rows:
            try:
                bodies[row.id] = row._prepare_feed(account).decode()
            except ValueError as error:
                words[row.id] = _(
                    "Amazon would refuse this: %s Correct it, then retry.", error
                )
        self.env.cr.execute(
            "UPDATE amazon_submission SET state = 'held', body = told.body,"
            " next_try_at = NULL, error_kind = NULL, error_message = NULL"
            " FROM unnest(%s::int[], %s::text[]) AS told(id, body)"
            " WHERE amazon_submission.id = told.id",
            [list(bodies), list(bodies.values())],
        )
        self.env.invalidate_all()
        for row_id, text in words.items():
            self.browse(row_id)._set_failed("permanent", text)
        return {"held": len(bodies), "failed": len(words)}

    @api.model
    def _wait_for_setting(self, account, kind, message):
        """A setting is missing without which no feed can be made: due rows wait.

        :param str message: which one, and where it is entered
        :return int: how many wait
        """
        now = fields.Datetime.now()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_submission SET error_kind = 'config', error_message = %s,"
            " next_try_at = %s + interval '1 hour'"
            " WHERE account_id = %s AND kind = %s AND state = 'todo'"
            " AND coalesce(next_try_at, %s) <= %s",
            [message, now, account.id, kind, now, now],
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        return count
