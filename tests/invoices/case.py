"""Invoices of shipped orders, and what of them Amazon has."""

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
