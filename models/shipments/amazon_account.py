"""Shipments, seen from the account: carriers that Amazon does not know, programmes,
whether Amazon kept what it took (features H7, H8).
"""

import logging

from psycopg2 import Error as DatabaseError

from odoo import _, api, fields, models

from ...amazon_api import ConfigError, Retryable, Throttled
from ...tools.personal_words import describe_for_log

_logger = logging.getLogger(__name__)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    unknown_carriers_message = fields.Char(compute="_compute_unknown_carriers_message")
    invoice_by_amazon_partner_id = fields.Many2one(
        "res.partner",
        "Buyer of “Invoice by Amazon”",
        check_company=True,
        help="Of these orders Amazon itself is your customer, for example Amazon "
        "Business EU SARL: the invoice goes there. Empty: to the buyer. Ask your tax "
        "adviser.",
    )
    invoice_by_amazon_position_id = fields.Many2one(
        "account.fiscal.position",
        "Fiscal position of “Invoice by Amazon”",
        check_company=True,
        help="Empty: as for other orders.",
    )

    @api.depends_context("uid", "lang")
    def _compute_unknown_carriers_message(self):
        """Warn before the first parcel leaves, not when the tracking rate has
        fallen."""
        for account in self:
            names = account._find_unknown_carriers().mapped("name")
            account.unknown_carriers_message = bool(names) and _(
                "Amazon does not know these delivery methods and is told “Other” with "
                "their name, which does not count as tracked: %s. Choose on each the "
                "carrier at Amazon.",
                ", ".join(names),
            )

    def _find_unknown_carriers(self):
        """The delivery methods that still lack Amazon's name of their carrier.

        :return: delivery.carrier that may bring an order of the account, and of
        which nobody has said what Amazon calls its carrier
        """
        return self.env["delivery.carrier"].search(
            [
                ("amazon_carrier_id", "=", False),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )

    def action_view_unknown_carriers(self):
        """Open the delivery methods that are not mapped to a carrier of Amazon."""
        self.ensure_one()
        lines = self.env.ref("amazon_connector.delivery_carrier_view_list_unknown")
        return {
            "name": _("Delivery methods unknown to Amazon"),
            "type": "ir.actions.act_window",
            "res_model": "delivery.carrier",
            "views": [(lines.id, "tree"), (False, "form")],
            "domain": [("id", "in", self._find_unknown_carriers().ids)],
        }

    def _recheck_shipments(self, partner, budget, counts):
        """Ask for the orders that were wholly confirmed and did not become SHIPPED.

        :param Counter counts: gets failed: parcels that Amazon does not show
        """
        rows = self._run_step(self.env["amazon.submission"]._claim_checks, self)
        for mine in rows.grouped("sale_order_id").values():
            if budget.is_over or counts["stopped"]:
                return  # they are due again in some minutes
            try:
                counts["failed"] += mine._check_at_amazon(partner)
            except (Retryable, ConfigError) as error:
                if not isinstance(error, Throttled) or error.status:
                    self._note_error(error)  # beside our own count of the quota
                return
            except DatabaseError:
                raise
            except Exception as error:
                details = describe_for_log(error)
                _logger.error("message %s can not be checked\n%s", mine.ids, details)
