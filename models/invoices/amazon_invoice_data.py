"""Amazon's numbers of shipments and refunds, and what became of uploaded invoices
(features V1, V2)."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models

# Amazon wants invoices of the last 90 days; refunds come later.
KEPT = timedelta(days=400)


class AmazonInvoiceData(models.Model):
    """An item of a shipment or of a refund, as Amazon counts them.

    Sellers whose VAT Amazon calculates get a report of them (VIDR), which names the
    buyers, too: of it only numbers and states are stored. Others learn the numbers of
    shipments from the transactions.
    """

    _name = "amazon.invoice.data"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon's Invoice Data"
    _order = "id"
    _rec_name = "shipping_ref"
    _sql_constraints = [
        (
            "unique_key",
            "UNIQUE(account_id, key)",
            "An item of a shipment is stored once.",
        ),
    ]

    account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    key = fields.Char(required=True, readonly=True)
    source = fields.Selection(
        [("report", "Invoice data"), ("finances", "Transactions")],
        required=True,
        readonly=True,
    )
    kind = fields.Selection(
        [("shipment", "Shipment"), ("refund", "Refund")], required=True, readonly=True
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        "Sale order",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    currency_id = fields.Many2one(related="sale_order_id.currency_id")
    shipping_ref = fields.Char("Shipment at Amazon", readonly=True)
    transaction_ref = fields.Char("Transaction at Amazon", readonly=True)
    item_ref = fields.Char("Amazon item", readonly=True)
    sku = fields.Char("SKU", readonly=True)
    quantity = fields.Integer(readonly=True)
    has_amounts = fields.Boolean("Amounts are known", readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)
    amount_tax = fields.Monetary("Tax", readonly=True)
    is_made_by_amazon = fields.Boolean("Invoiced by Amazon", readonly=True)

    @api.autovacuum
    def _gc_invoice_data(self):
        """Delete what is too old for an upload."""
        self.search([("create_date", "<", fields.Datetime.now() - KEPT)]).unlink()

    # === BUSINESS METHODS - WHAT AMAZON SAYS === #

    @api.model
    def _note_items(self, account, items):
        """Store the items of the report.

        :param list items: of InvoiceDataItem
        """
        orders = self._find_orders(account, {item.order_id for item in items})
        self._upsert(
            account,
            {
                self._get_key(item): {
                    "source": "report",
                    "kind": item.kind,
                    "sale_order_id": orders[item.order_id].id,
                    "shipping_ref": item.shipping_id or False,
                    "transaction_ref": item.transaction_id or False,
                    "item_ref": item.item_id or False,
                    "sku": item.sku or False,
                    "quantity": item.quantity,
                    "has_amounts": item.tax is not None,
                    "amount_total": float(item.total or 0),
                    "amount_tax": float(item.tax or 0),
                    "is_made_by_amazon": item.is_made_by_amazon,
                }
                for item in items
                if item.order_id in orders
            },
        )

    def _get_key(self, item):
        """Name an item of the report: the same in each report.

        :param InvoiceDataItem item:
        :return str: the key of its row
        """
        parts = (item.shipping_id, item.transaction_id, item.item_id or item.sku)
        return "/".join(["report", item.kind, *(part or "" for part in parts)])

    @api.model
    def _note_parcels(self, account, parcels):
        """Store the shipments that the transactions name, where they are wanted.

        :param parcels: of SentParcel
        """
        if account.invoice_upload != "us" or account.invoice_vcs:
            return
        orders = self._find_orders(account, {parcel.order_ref for parcel in parcels})
        self._upsert(
            account,
            {
                f"finances/{parcel.shipping_id}/{sku}": {
                    "source": "finances",
                    "kind": "shipment",
                    "sale_order_id": orders[parcel.order_ref].id,
                    "shipping_ref": parcel.shipping_id,
                    "sku": sku,
                    "quantity": quantity,
                }
                for parcel in parcels
                if parcel.order_ref in orders
                for sku, quantity in parcel.items
            },
        )

    def _find_orders(self, account, refs):
        """Find the sales orders.

        :param set refs: Amazon's references
        :return dict: reference -> sale.order
        """
        if not refs:
            return {}
        orders = self.env["sale.order"].search(
            [
                ("amazon_account_id", "=", account.id),
                ("amazon_order_ref", "in", list(refs)),
            ]
        )
        return {order.amazon_order_ref: order for order in orders}

    def _upsert(self, account, values):
        """Create what is new, and write what has changed.

        :param dict values: key -> values
        """
        known = self.search(
            [("account_id", "=", account.id), ("key", "in", list(values))]
        )
        fresh = dict(values)
        for row in known:
            vals = fresh.pop(row.key)
            changed = {
                name: value
                for name, value in vals.items()
                if row._fields[name].convert_to_write(row[name], row) != value
            }
            if changed:
                row.write(changed)
        self.create(
            [
                {"account_id": account.id, "key": key, **vals}
                for key, vals in fresh.items()
            ]
        )

    # === BUSINESS METHODS - WHAT BECAME OF UPLOADS === #

    @api.model
    def _follow_uploads(self, account, items, asked_at):
        """Take over what Amazon says of uploaded documents: its feed says less.

        :param list items: of InvoiceDataItem
        :param datetime asked_at: when the report was asked for: what was uploaded
            later is not in it, UTC
        """
        said = {
            (item.order_id, item.invoice_number): item
            for item in items
            if item.invoice_number and item.status
        }
        rows = self.env["amazon.submission"].search(
            [
                ("account_id", "=", account.id),
                ("kind", "=", "invoice"),
                ("state", "in", ("done", "failed")),
                ("done_at", "<", asked_at),
                ("move_id.name", "in", [number for _order, number in said]),
            ]
        )
        for row in rows:
            item = said.get((row.sale_order_id.amazon_order_ref, row.move_id.name))
            if item:
                row._follow_invoice_status(item)

    def _count_pieces(self):
        """Count the pieces of a shipment.

        :return dict: SKU -> Decimal
        """
        counts = defaultdict(Decimal)
        for row in self:
            counts[row.sku or ""] += row.quantity
        return dict(counts)
