"""Credit notes of Amazon orders, and what Amazon makes of them."""

from ..outbox.case import FeedCase, OrderFaultCase
from ..returns.case import ReturnsCase


class SellerRefundCase(ReturnsCase, FeedCase):
    def sold_order(self, *skus, **details):
        """An order that Amazon has shipped, and that is invoiced.

        :return: sale.order
        """
        order = self.shipped(*skus, **details)
        self.invoice(order)
        return order

    def credit(self, order, amount=None, post=True):
        """A person credits the invoice of an order.

        :param str amount: of its first line; None: all of it
        :return: account.move
        """
        invoices = order.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
        move = invoices[0].with_company(self.company)._reverse_moves()
        if amount is not None:
            first, *others = move.invoice_line_ids
            move.write(
                {
                    "invoice_line_ids": [
                        (1, first.id, {"price_unit": float(amount), "quantity": 1}),
                        *[(2, other.id) for other in others],
                    ]
                }
            )
        if post:
            move.action_post()
        return move

    def tell(self, move, reason="CustomerReturn"):
        """A person presses *Refund at Amazon*, chooses a reason and confirms.

        :return: amazon.tell.refund
        """
        action = move.action_tell_amazon_refund()
        wizards = move.env[action["res_model"]].with_context(**action["context"])
        wizard = wizards.create({"reason": reason})
        wizard.action_confirm()
        return wizard

    def given(self):
        """Read what Amazon gave back because the seller reported it.

        :return list: (reason, amount) of each item
        """
        return [
            (reason, f"{amount:.2f}")
            for reason, amount in self.world.refunded_by_seller.values()
        ]

    def assertGivenOnce(self, move, reason="CustomerReturn"):
        """The buyer got the money once, Odoo knows, and there is one credit note."""
        self.assertEqual(self.given(), [(reason, f"{move.amount_total:.2f}")])
        self.assertEqual(self.world.dangers, [])
        self.assertEqual(move.amazon_refund_status, "done")
        self.run_returns()
        self.assertRecordValues(
            self.refunds(), [{"state": "posted", "move_id": move.id}]
        )


class SellerRefundFaultCase(SellerRefundCase, OrderFaultCase):
    """Refunds go to Amazon while something fails."""
