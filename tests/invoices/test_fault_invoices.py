"""Each fault in the call that carries an invoice to Amazon, with the outcome that
``docs/faults.rst`` promises (feature V1)."""

from ..test_fault_table import OrderFaultCase
from .case import InvoiceCase


class TestFaultInvoices(InvoiceCase, OrderFaultCase):
    def message(self):
        return self.uploads()

    def see_outcome(self, operation):
        return super().see_outcome(operation.split(",")[0])

    def test_v1_uploading_an_invoice(self):
        self.try_column("createFeed, invoices", self._post_an_invoice)

    def _post_an_invoice(self):
        """An invoice is posted, and its PDF is made."""
        order = self.sold_order()
        self.refs = [order.amazon_order_ref]
        self.uploads()._make_invoice_pdf()
        return self.send
