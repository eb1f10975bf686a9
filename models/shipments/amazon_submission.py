"""Confirm a package, or find out whether Amazon has it (features H1, H3).

Whether Amazon kept what it took (feature H7).

The answer 204 of confirmShipment is no proof: Amazon has been seen to show no package
afterwards. An order that was wholly confirmed becomes SHIPPED within minutes, and the
sync of orders notes that. For those that do not, Amazon is asked.
"""

import json
from datetime import timedelta

from psycopg2 import Error as DatabaseError

from odoo import _, api, fields, models

from ...amazon_api import NotFound, Order, Permanent, find_package, shipment_body
from ..outbox.amazon_submission import CHECKS_AFTER
from .sale_order_line import WAITING_STATUSES

# The usual case of `_set_done`: a delivery of which Amazon knows all else already.
SET_CONFIRMED = """
    WITH confirmed AS (
        UPDATE amazon_submission AS mine
           SET state = 'done', done_at = %(now)s, next_try_at = NULL, body = NULL,
               error_kind = NULL, error_message = NULL, check_count = 0,
               check_at = %(check)s, write_uid = %(user)s,
               write_date = now() AT TIME ZONE 'UTC'
         WHERE id = %(id)s AND state = 'sending' AND NOT EXISTS (
               SELECT 1 FROM amazon_submission AS other
                WHERE other.picking_id = mine.picking_id AND other.id <> mine.id
                  AND other.state NOT IN ('done', 'superseded'))
     RETURNING picking_id)
    UPDATE stock_picking AS picking
       SET amazon_sync_status = 'done', write_uid = %(user)s,
           write_date = now() AT TIME ZONE 'UTC'
      FROM confirmed WHERE picking.id = confirmed.picking_id
"""
# How Amazon's refusal of a ship-from begins, in lower case.
INVOICE_BY_AMAZON_REFUSAL = "invoice by amazon orders can only be shipped"
# Orders checked in a run; Amazon allows one getOrder in two seconds.
CHECKED_AT_ONCE = 30
# Nobody else asks for the same order in the meantime.
ASKING_TIME = timedelta(minutes=10)
SETTLED_STATUSES = ("SHIPPED", "CANCELLED")

# A date that Amazon refuses this often is wrong for another reason than our clock.
CLOCK_TRIES = 3


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    check_at = fields.Datetime("Looked at again", readonly=True, copy=False)
    check_count = fields.Integer("Looked at so often", readonly=True, copy=False)

    def _prepare_shipments(self):
        """Read what will be sent of all these rows at once: each call is framed
        by commits, which empty the caches, so that saves 9 SQL for each row. What is
        changed on a delivery after that is a correction, and has a row of its own.

        :return dict: row -> Shipment, of the rows that can be sent
        """
        try:
            return {
                row: row.package_id._prepare_shipment()
                for row in self
                if not row.picking_id._amazon_find_gap(row.package_id)
            }
        except DatabaseError:
            raise
        except Exception:  # each by itself, so that this one alone fails
            return {}

    def _send_shipment(self, account, partner, shipment=None):
        """Confirm the package, unless the account is in dry run.

        :param SellingPartner partner:
        :param Shipment shipment: as prepared with others; None: it is prepared now
        :return str: the outcome, which is written down: done, held, failed
        :raise SpApiError: no outcome; see SellingPartner.confirm_shipment
        """
        self.ensure_one()
        if not shipment:
            if gap := self.picking_id._amazon_find_gap(self.package_id):
                return self._fail(gap)
            shipment = self.package_id._prepare_shipment()
        try:
            body = shipment_body(shipment)
            if account.dry_run:
                self._run_step(self._hold, json.dumps(body, indent=2))
                return "held"
            partner.confirm_shipment(shipment)
        except ValueError as error:
            return self._fail(
                _("Amazon would refuse this package: %s Correct it, then retry.", error)
            )
        except NotFound:
            return self._fail(
                _("Amazon does not know this order (any more) for this account.")
            )
        except Permanent as error:
            if self._is_refused_by_clock(account, error):
                return self._send_by_the_right_clock(error)
            order = self._ask_after_refusal(partner)
            if order and self._is_known_at_amazon(order):
                self._run_step(self._set_known)
                return "done"
            if order and self._run_step(self._follow_amazon, order):
                return self.state
            return self._fail(self._explain_refusal(error))
        self._run_step(self._set_confirmed)
        return "done"

    def _set_confirmed(self):
        """Settle the row and, where nothing else of it is open, its delivery: one
        statement instead of five, which each confirmation would cost."""
        self.env.flush_all()
        if "base.automation" not in self.env:  # somebody may wait for such a change
            now = fields.Datetime.now()
            values = {
                "id": self.id,
                "now": now,
                "check": now + CHECKS_AFTER[0],
                "user": self.env.uid,
            }
            self.env.cr.execute(SET_CONFIRMED, values)
            if self.env.cr.rowcount:
                self.env.invalidate_all(flush=False)
                return
        self._set_done()

    def _is_refused_by_clock(self, account, error):
        """Recognize a refused ship date that only our wrong clock explains.

        :return bool: whether the date was wrong because our clock was, as the
        answer has shown
        """
        is_date = "shipdate" in error.message.replace(" ", "").lower()
        return is_date and bool(account.clock_offset) and self.attempts < CLOCK_TRIES

    def _send_by_the_right_clock(self, error):
        """Queue the confirmation again, now that the offset of the clock is known.

        :return str: the outcome: todo, with a date by Amazon's clock
        """
        soon = fields.Datetime.now() + timedelta(minutes=1)
        self._run_step(self._postpone, "retryable", self._explain_refusal(error), soon)
        return "todo"

    def _ask_after_refusal(self, partner):
        """Read the order of a package that Amazon refuses (operation getOrder).

        :return Order|None: None: it explains nothing
        :raise SpApiError: Amazon can not be asked at the moment
        """
        packages = self.package_id.submission_ids
        if packages.filtered(lambda row: row.state == "done"):
            return None  # a correction of what Amazon has
        try:
            order = partner.get_order(self.sale_order_id.amazon_order_ref)
        except (NotFound, Permanent):
            return None
        return order if isinstance(order, Order) else None

    def _follow_amazon(self, order):
        """Count again what is to be confirmed, by what Amazon says of the order now: a
        part may have been confirmed elsewhere, or cancelled.

        :param Order order:
        :return bool: whether it is less than what Amazon refused
        """
        if order.status not in WAITING_STATUSES:
            return False
        package, before = self.package_id, self.package_id.items
        self.sale_order_id.order_line._amazon_note_account(order)
        self._reopen()  # else it would count as reported
        self.picking_id._amazon_recount()
        if package.items == before:
            return False
        if not package.items:
            self._set_known()
        return True

    def _is_known_at_amazon(self, order):
        """Check whether somebody confirmed these goods in Seller Central.

        :param Order order: as Amazon has it now
        :return bool: whether all goods of the package have left there already
        """
        pieces = self.package_id.items
        mine = [item for item in order.items if item.item_id in pieces]
        return len(mine) == len(pieces) and all(
            item.quantity_unfulfilled == 0
            and (item.quantity_fulfilled or 0) >= pieces[item.item_id]
            for item in mine
        )

    def _set_known(self):
        """Nothing is to be reported any more."""
        if not self:
            return
        self._set_done(is_sure=True)
        self.error_message = _(
            "Amazon knew already that these goods had left: somebody confirmed the "
            "shipment elsewhere, for example in Seller Central. Nothing was changed "
            "there."
        )

    def _find_at_amazon(self, account, partner):
        """Ask Amazon for the packages of the order (operation getOrder).

        :return str: the outcome, which is written down: done, failed; todo: Amazon does
            not have it as it stands here, so it is sent again, which edits the package
            if it is there after all
        :raise SpApiError: Amazon can not be asked at the moment
        """
        self.ensure_one()
        try:
            order = partner.get_order(self.sale_order_id.amazon_order_ref)
        except NotFound:
            return self._fail(
                _("Amazon does not know this order (any more) for this account.")
            )
        except Permanent:
            order = None
        is_ready = not self.picking_id._amazon_find_gap(self.package_id)
        if isinstance(order, Order) and is_ready:
            if find_package(order, self.package_id._prepare_shipment()):
                self._run_step(self._set_done)
                return "done"
        self._run_step(self._reopen)
        return "todo"

    def _fail(self, message):
        self._run_step(self._set_failed, "permanent", message)
        return "failed"

    def _hold(self, body):
        """Hold the row in a dry run: it shows exactly what would be sent."""
        self._unclaim()
        self.write(
            {"state": "held", "body": body, "sent_at": False, "error_message": False}
        )

    def _explain_refusal(self, error):
        """Add to Amazon's refusal what a person has to do about it.

        :param Permanent error: Amazon's answer
        :return str: what it means for a shop manager
        """
        words = error.message.casefold()
        if INVOICE_BY_AMAZON_REFUSAL in words:
            return _(
                "%s. An order of “Invoice by Amazon”: the ship-from must have a VAT "
                "number that Amazon has verified, in the tax region of the buyer. "
                "State its supply source on the warehouse, or correct the default of "
                "Amazon's shipping settings, then retry; or confirm the shipment in "
                "Seller Central and press “Settled at Amazon”.",
                error.message.rstrip("."),
            )
        if "carrier" in words:
            return _(
                "%s. Amazon does not accept this carrier here. Choose another carrier "
                "at Amazon on the delivery method, or another delivery method, then "
                "retry; or confirm the shipment in Seller Central and press “Settled "
                "at Amazon”.",
                error.message.rstrip("."),
            )
        return _(
            "%(text)s. Look the order up in Seller Central: if it is cancelled, get "
            "the parcel back; if it is confirmed already, press “Settled at Amazon”; "
            "else correct the delivery and retry.",
            text=error.message.rstrip("."),
        )

    # === BUSINESS METHODS === #

    @api.model
    def _has_checks(self, account):
        """Find out whether a run of checks has anything to do.

        :return bool: whether confirmations are due to be checked again
        """
        domain = [
            ("account_id", "=", account.id),
            ("check_at", "<=", fields.Datetime.now()),
        ]
        return bool(self.search(domain, limit=1))

    @api.model
    def _claim_checks(self, account):
        """Take confirmations that are due to be checked again; those of orders that
        became SHIPPED by themselves need no check.

        :return: rows of orders that Amazon has to be asked for
        """
        self.flush_model()
        self.env["sale.order"].flush_model(["amazon_status", "state"])
        now = fields.Datetime.now()
        self.env.cr.execute(
            """
            UPDATE amazon_submission AS row SET check_at = NULL
              FROM sale_order AS sale
             WHERE row.account_id = %s AND row.check_at <= %s
               AND sale.id = row.sale_order_id
               AND (sale.amazon_status IN %s OR sale.state = 'cancel')
            """,
            [account.id, now, SETTLED_STATUSES],
        )
        self.invalidate_model(["check_at"])
        self.env.cr.execute(
            "SELECT id FROM amazon_submission WHERE account_id = %s AND check_at <= %s"
            " ORDER BY check_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [account.id, now, CHECKED_AT_ONCE],
        )
        ids = [row_id for (row_id,) in self.env.cr.fetchall()]
        rows = account.env["amazon.submission"].browse(ids)
        rows.invalidate_recordset()
        partly = rows.filtered(lambda row: not row._is_wholly_confirmed())
        partly.check_at = False  # the last package of the order sees to all of them
        rows -= partly
        rows.check_at = now + ASKING_TIME
        return rows

    def _is_wholly_confirmed(self):
        """Compare all packages of the order that Amazon took with what it waits for.

        :return bool: whether all goods of the order were reported to Amazon
        """
        if self.state != "done" or not self.package_id:
            return False
        rows = self.sale_order_id.amazon_submission_ids
        boxes = rows.filtered(lambda row: row.state == "done").package_id
        return not any(
            line.amazon_due
            > line._amazon_pieces_before() + boxes._amazon_count_item(line)
            for line in self.sale_order_id.order_line
            if line.amazon_item_ref
        )

    def _check_at_amazon(self, partner):
        """Check the order of these rows at Amazon (operation getOrder).

        :return int: parcels that are not there; they are failures now
        :raise SpApiError: Amazon can not be asked at the moment
        """
        sale_order = self.sale_order_id
        try:
            order = partner.get_order(sale_order.amazon_order_ref)
        except Permanent:
            order = None
        return self._run_step(self._note_check, order)

    def _note_check(self, order):
        """Write down what a check at Amazon has shown.

        :param Order order: None or unreadable: nothing is known
        :return int: see _check_at_amazon
        """
        missing = self.browse()
        if isinstance(order, Order):
            self.sale_order_id.amazon_status = order.status
            if order.status in SETTLED_STATUSES:
                self.check_at = False
                return 0
            rows = self.sale_order_id.amazon_submission_ids.filtered("package_id")
            last = {row.package_id: row for row in rows.sorted("id")}
            missing = self.browse(
                row.id
                for row in last.values()
                if row.state == "done" and not row._is_among(order.packages)
            )
        missing._set_failed("permanent", self._describe_missing())
        for row in self - missing:
            row.check_count += 1
            later = CHECKS_AFTER[row.check_count :][:1]
            row.check_at = row.done_at + later[0] if later else False
        missing.check_at = False
        return len(missing)

    def _is_among(self, packages):
        """Look for this package among those that Amazon shows, by reference or number.

        :param packages: of the order at Amazon
        :return bool: whether one of them is this one, be it corrected there
        """
        shipment = self.package_id._prepare_shipment()
        number = "".join((shipment.tracking_number or "").split()).casefold()
        return any(
            package.reference == shipment.package_reference
            or "".join((package.tracking_number or "").split()).casefold() == number
            for package in packages
        )

    def _describe_missing(self):
        return _(
            "Amazon took the confirmation of this parcel, but does not show it: the "
            "order still counts as not shipped. Look the order up in Seller Central: "
            "if the parcel is there, press “Settled at Amazon”; else press “Retry”, or "
            "confirm it there and press “Settled at Amazon”."
        )
