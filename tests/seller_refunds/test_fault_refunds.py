"""Each fault in the call that carries a refund to Amazon, with the outcome that
``docs/faults.rst`` promises (feature R4)."""

from .case import SellerRefundFaultCase


class TestFaultRefunds(SellerRefundFaultCase):
    def message(self):
        return self.messages().filtered(lambda row: row.kind == "refund")

    def see_outcome(self, operation):
        return super().see_outcome(operation.split(",")[0])

    def test_r4_sending_a_refund(self):
        self.try_column("createFeed, refunds", self._tell_of_a_refund)

    def _tell_of_a_refund(self):
        """A credit note is to be reported."""
        order = self.sold_order()
        self.refs = [order.amazon_order_ref]
        self.tell(self.credit(order, "4.00"))
        return self.send
