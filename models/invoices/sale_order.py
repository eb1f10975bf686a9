"""What of an order decides about its invoices."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models

from ...amazon_api import INVOICE_COUNTRIES
from .amazon_submission import SHIPPED

SATURDAY = 5
# Amazon wants invoices for orders of the last 90 days.
WANTED = timedelta(days=90)
# Orders of which the deadline is noted in one step.
ORDERS_PER_STEP = 500


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_invoice_data_ids = fields.One2many(
        "amazon.invoice.data", "sale_order_id", "Invoice data", readonly=True
    )
    amazon_invoice_due = fields.Date(
        "Invoice due at Amazon",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Business buyers get their invoice within one business day of the "
        "shipment.",
    )
    amazon_invoice_missing = fields.Boolean(
        "Business invoice is missing",
        compute="_compute_amazon_invoice_missing",
        search="_search_amazon_invoice_missing",
        compute_sudo=True,
        help="A business has bought it, it is shipped, and no invoice is posted.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "amazon_invoice_due",
        "amazon_settled_to_income",
        "order_line.invoice_lines.parent_state",
        "state",
    )
    def _compute_amazon_invoice_missing(self):
        for order in self:
            order.amazon_invoice_missing = (
                bool(order.amazon_invoice_due)
                and order.state == "sale"
                and not order.amazon_settled_to_income
                and not order._amazon_find_invoices()
            )

    def _search_amazon_invoice_missing(self, operator, value):
        wanted = set(value) if operator in ("in", "not in") else {value}
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT sale.id
              FROM sale_order AS sale
             WHERE sale.amazon_invoice_due IS NOT NULL AND sale.state = 'sale'
               AND sale.amazon_settled_to_income IS NOT TRUE
               AND NOT EXISTS (
                   SELECT FROM sale_order_line AS line
                     JOIN sale_order_line_invoice_rel AS link
                       ON link.order_line_id = line.id
                     JOIN account_move_line AS item ON item.id = link.invoice_line_id
                     JOIN account_move AS move ON move.id = item.move_id
                    WHERE line.order_id = sale.id AND move.state = 'posted'
                      AND move.move_type = 'out_invoice')"""
        )
        ids = [order_id for (order_id,) in self.env.cr.fetchall()]
        is_in = (operator in ("in", "=")) == (True in wanted)
        return [("id", "in" if is_in else "not in", ids)]

    # === BUSINESS METHODS === #

    def _amazon_is_business(self):
        """Whether a business bought it at Amazon Business.

        :return bool: the tax is computed from the net total, and the invoice is urgent
        """
        self.ensure_one()
        return "AMAZON_BUSINESS" in (self.amazon_programs or "").split(",")

    def _amazon_find_invoices(self, move_type="out_invoice"):
        """Find the posted documents of the order.

        :param str move_type: out_invoice or out_refund
        :return: account.move, the first one first
        """
        moves = self.order_line.invoice_lines.move_id.filtered(
            lambda move: move.move_type == move_type and move.state == "posted"
        )
        return moves.sorted("id")

    @api.model
    def _amazon_next_business_day(self, day):
        """Add one business day.

        :return date: no Saturday, no Sunday
        """
        day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        return day

    @api.model
    def _amazon_note_invoice_due(self, account):
        """Note until when business buyers want the invoices of what has left, for the
        orders of an account that uploads them."""
        if account.invoice_upload != "us":
            return
        orders = self.search(
            [
                ("amazon_account_id", "=", account.id),
                ("date_order", ">", fields.Datetime.now() - WANTED),
                ("amazon_programs", "ilike", "AMAZON_BUSINESS"),
                ("amazon_programs", "not ilike", "INVOICE_BY_AMAZON"),
                ("amazon_status", "in", SHIPPED),
                ("amazon_invoice_due", "=", False),
                ("amazon_is_history", "!=", True),
                ("state", "=", "sale"),
                (
                    "amazon_marketplace_id.country_id.code",
                    "in",
                    list(INVOICE_COUNTRIES),
                ),
            ],
            order="id",
            limit=ORDERS_PER_STEP,
        )
        for order in orders:
            day = order._get_amazon_shipped_date()
            order.amazon_invoice_due = order._amazon_next_business_day(day)

    def _amazon_get_parcels(self):
        """Find what each parcel holds: what was reported to Amazon, else what Amazon
        names; one parcel where neither is known.

        :return list: of dict Amazon item -> Decimal, the first parcel first
        """
        done = self.picking_ids.filtered(lambda picking: picking.state == "done")
        packages = done.sorted(
            lambda each: (each.date_done, each.id)
        ).amazon_package_ids
        parcels = [package.items for package in packages if package.items]
        if not parcels:
            parcels = self._amazon_get_named_parcels()
        return [
            {item: Decimal(str(count)) for item, count in parcel.items()}
            for parcel in parcels
        ]

    def _amazon_get_named_parcels(self):
        """Read the parcels out of Amazon's invoice data.

        :return list: of dict Amazon item -> pieces
        """
        data = self.amazon_invoice_data_ids.filtered(lambda row: row.kind == "shipment")
        data = data.filtered(lambda row: row.source == "report") or data
        items = {
            line.amazon_offer_id.sku: line.amazon_item_ref
            for line in self.order_line
            if line.amazon_item_ref
        }
        parcels = []
        for rows in data.grouped("shipping_ref").values():
            parcel = {}
            for row in rows:
                item = row.item_ref or items.get(row.sku)
                parcel[item] = parcel.get(item, 0) + row.quantity
            parcels.append(parcel)
        return parcels
