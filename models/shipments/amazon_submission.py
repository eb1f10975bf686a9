"""Confirm a package, or find out whether Amazon has it (features H1, H3)."""

import json
from datetime import timedelta

from psycopg2 import Error as DatabaseError

from odoo import _, fields, models

from ...amazon_api import NotFound, Order, Permanent, find_package, shipment_body

# A date that Amazon refuses so often is wrong for another reason than our clock.
CLOCK_TRIES = 3


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    def _prepare_shipments(self):
        """Read what Amazon will be told of all these rows at once: each call is framed
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
        :return str: the verdict, which is written down: done, held, failed
        :raise SpApiError: no verdict; see SellingPartner.confirm_shipment
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
            return self._fail(self._explain_refusal(error))
        self._run_step(self._set_done)
        return "done"

    def _is_refused_by_clock(self, account, error):
        """:return bool: whether the date was wrong as our clock was, which the answer
        has told"""
        is_date = "shipdate" in error.message.replace(" ", "").lower()
        return is_date and bool(account.clock_offset) and self.attempts < CLOCK_TRIES

    def _send_by_the_right_clock(self, error):
        """:return str: the outcome: todo, with a date by Amazon's clock"""
        soon = fields.Datetime.now() + timedelta(minutes=1)
        self._run_step(self._postpone, "retryable", self._explain_refusal(error), soon)
        return "todo"

    def _find_at_amazon(self, account, partner):
        """Ask Amazon for the packages of the order (operation getOrder).

        :return str: the verdict, which is written down: done, failed; todo: Amazon does
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
        """Dry run: the row shows exactly what would be sent."""
        self._unclaim()
        self.write(
            {"state": "held", "body": body, "sent_at": False, "error_message": False}
        )

    def _explain_refusal(self, error):
        """:param Permanent error: Amazon's answer
        :return str: what it means for a shop manager"""
        return _(
            "%(text)s. Look the order up in Seller Central: if it is cancelled, get "
            "the parcel back; if it is confirmed already, press «Settled at Amazon»; "
            "else correct the delivery and retry.",
            text=error.message.rstrip("."),
        )
