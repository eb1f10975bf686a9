"""Invoices of shipped orders, and what of them Amazon has."""

from odoo.fields import Command

from ..outbox.case import OrderFaultCase
from ..seller_refunds.case import SellerRefundCase


class InvoiceCase(SellerRefundCase):
    def setUp(self):
        super().setUp()
        self.account.invoice_upload = "us"

    def invoiced(self, *skus, **details):
        """An order that Amazon has shipped is invoiced.

        :return: account.move
        """
        return self.sold_order(*skus, **details).invoice_ids

    def uploads(self):
        """Find the messages about invoices.

        :return: amazon.submission, the first one first
        """
        return self.messages().filtered(lambda row: row.kind == "invoice")

    def at_amazon(self):
        """Read the documents at the simulator.

        :return list: (order, kind, number) of each
        """
        return list(self.world.invoices)

    def key(self, move):
        """Build what Amazon knows of a document.

        :return tuple: (order, kind, number)
        """
        kind = "CreditNote" if move.move_type == "out_refund" else "Invoice"
        return (move._amazon_refund_orders().amazon_order_ref, kind, move.name)

    def _tax_included(self):
        tax = self.env["account.tax"].create(
            {
                "name": "19 %",
                "amount": 19,
                "company_id": self.company.id,
                "type_tax_use": "sale",
                "price_include": True,
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        self.company.tax_calculation_rounding_method = "round_per_line"
        for sku in ("MUG-BLUE", "TEA-SENCHA"):
            self.products[sku].taxes_id = [Command.set(tax.ids)]

    # === parcels === #

    def two_parcels(self, *skus, items=None, price=None):
        """Each item of an order leaves in a parcel of its own, and Amazon knows.

        :return: sale.order
        """
        price = {} if price is None else {"price": price}
        items = items or [self.world.item(sku, **price) for sku in skus]
        order = self._order_to_send(items)
        for line in order.order_line.filtered("amazon_item_ref"):
            picking = self.delivery(order)
            picking.carrier_id = self.dhl
            picking.carrier_tracking_ref = f"T{line.id}"
            for move in picking.move_ids:
                is_mine = move.sale_line_id == line
                move.quantity = move.product_uom_qty if is_mine else 0
                move.picked = is_mine
            picking.with_context(skip_backorder=True).button_validate()
            self.send_later()
        self.sync()
        self.assertEqual(order.amazon_status, "SHIPPED")
        return order

    def one_parcel(self, items):
        """All of an order leaves in one parcel, and Amazon knows.

        :return: sale.order
        """
        order = self._order_to_send(items)
        self.ship(order)
        self.send_later()
        self.sync()
        return order

    def _order_to_send(self, items):
        stock = self.warehouse.lot_stock_id
        for item in items:
            self.products[item.sku].invoice_policy = "delivery"
            self.store(item.sku, 1, location=stock)
        order = self.order_in(items=items)
        order.picking_ids.action_assign()
        return order

    def bill_each(self, order):
        """A person invoices each item of an order for itself, and Amazon gets it.

        :return list: of account.move
        """
        self.run_returns()
        moves = []
        for line in order.order_line.filtered("amazon_item_ref"):
            move = order.with_company(self.company)._create_invoices()
            others = move.invoice_line_ids.filtered(
                lambda each, line=line: line not in each.sale_line_ids
            )
            move.write({"invoice_line_ids": [(2, other.id) for other in others]})
            move.action_post()
            moves.append(move)
        for _time in range(3):
            self.send_later()
        return moves


class InvoiceFaultCase(InvoiceCase, OrderFaultCase):
    """Invoices go to Amazon while something fails."""
