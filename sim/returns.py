"""Goods that come back, to the seller or to Amazon's warehouses."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass
class ReturnEvent:
    """An item that comes back; `number` is the RMA or the number on the unit."""

    number: str
    order: object
    item: object
    quantity: int
    reason: str
    status: str
    disposition: str
    carrier: str
    tracking: str
    comment: str
    at: object


class ReturnBook:
    """The part of the world where goods come back."""

    def return_goods(
        self,
        ref,
        item=0,
        quantity=1,
        reason="DEFECTIVE",
        status="Approved",
        disposition="SELLABLE",
        carrier="DHL",
        tracking="",
        comment="",
    ):
        """Let a buyer send something back.

        :param status: of the request to the seller; it can be changed later
        :param disposition: how Amazon's warehouse found it
        """
        order = self.order(ref)
        number = f"{'LPN' if order.channel == 'fba' else 'D'}{len(self.returns) + 1:06}"
        event = ReturnEvent(
            number,
            order,
            order.item(item),
            quantity,
            reason,
            status,
            disposition,
            carrier,
            tracking,
            comment,
            self.now() - timedelta(minutes=3),
        )
        self.returns.append(event)
        return event

    def find_returns(self, report, channel):
        """Return the goods that a report of returns lists."""
        return [
            event
            for event in self.returns
            if event.order.seller == report.merchant
            and event.order.channel == channel
            and event.order.marketplace.id in report.marketplaces
            and report.start <= event.at <= report.end
        ]
