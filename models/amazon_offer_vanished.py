"""What Amazon does not list any more: archived, asked about, or back again (C4)."""

from odoo import api, fields, models

# An order, or a person, may have told of an offer that is younger than the report.
EXPECTED = """
    SELECT id, sku, missing_at IS NOT NULL
      FROM amazon_offer
     WHERE account_id = %s AND marketplace_id = %s AND active AND vanished_at IS NULL
       AND create_date <= %s"""
# Without a new write_date: no quantity changes by it.
SET_MISSING = """
    UPDATE amazon_offer SET missing_at = %(now)s
     WHERE id = ANY(%(ids)s) AND missing_at IS NULL"""
SET_FOUND = "UPDATE amazon_offer SET missing_at = NULL WHERE id = ANY(%(ids)s)"


class AmazonOffer(models.Model):
    _inherit = "amazon.offer"

    active = fields.Boolean(default=True)
    vanished_at = fields.Datetime(
        "Gone from Amazon",
        readonly=True,
        copy=False,
        help="Since then Amazon does not list it any more, and it is archived. When it "
        "comes back, it is active again. If you take it out of the archive yourself, "
        "it stays.",
    )
    missing_at = fields.Datetime(
        "Missing in Amazon's list",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Amazon's list left out so many offers at once that a person decides: "
        "archive them, or keep them. Until then it stays as it is.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _vals_for_archiving(self, vals):
        """Return that a person archives it: only a person takes it out again."""
        if vals.get("active") is False and "vanished_at" not in vals:
            return {"vanished_at": False, "missing_at": False}
        return {}

    @api.model
    def _find_expected(self, report):
        """:param report: amazon.report of all listings of a marketplace
        :return list: (id, SKU, whether it was missing before) of those that should be
            in it"""
        account, marketplace = report.account_id, report.marketplace_id
        self.flush_model()
        self.env.cr.execute(EXPECTED, [account.id, marketplace.id, report.requested_at])
        return self.env.cr.fetchall()

    def _archive_vanished(self):
        """Amazon does not list them any more; what waits to be said of their stock is
        withdrawn."""
        now = fields.Datetime.now()
        self.write({"active": False, "vanished_at": now, "missing_at": False})

    def _keep_vanished(self):
        """They stay although Amazon does not list them, as if a person had taken them
        out of the archive: nobody is asked again."""
        self.write({"vanished_at": fields.Datetime.now(), "missing_at": False})

    def _set_missing(self):
        """A person has to decide; it stands since the first time."""
        self._execute_update(SET_MISSING)

    def _set_found(self):
        """Amazon lists them again, there is nothing to decide."""
        self._execute_update(SET_FOUND)

    def _execute_update(self, query):
        if self:
            self.flush_model(["missing_at"])
            now = fields.Datetime.now()
            self.env.cr.execute(query, {"ids": self.ids, "now": now})
            self.invalidate_recordset(["missing_at"])

    def _return(self):
        """They are listed again; what Amazon has of them nobody knows.

        :return set: their ids"""
        if self:
            self.write({"active": True, "vanished_at": False})
            self._forget_sent_quantity()
        return set(self.ids)
