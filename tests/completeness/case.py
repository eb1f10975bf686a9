"""Base classes for what must not be missing: accounts that begin, and begin anew."""

from odoo.addons.amazon_connector.sim import SELLER

from ..connection.case import PASTED, LinkCase
from ..returns.case import ReturnsCase
from ..settlements.case import NEXT, OCTOBER, fee, write

__all__ = ["NEXT", "OCTOBER", "PASTED", "AnewCase", "LinkCase", "fee", "write"]


class AnewCase(ReturnsCase):
    def _link_anew(self, **values):
        """The account is archived, and the seller linked again by hand.

        :return: amazon.account that was archived
        """
        old = self.account
        old.action_archive()
        self.account = self._link_account(SELLER, name="Anew", **values)
        return old

    def _credit_notes(self, order):
        moves = order.order_line.invoice_lines.move_id
        return moves.filtered(lambda move: move.move_type == "out_refund")
