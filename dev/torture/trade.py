"""The steps of days on which the money and the returned goods are compared, as parts of
a `play.Play`.
"""

from decimal import ROUND_DOWN, Decimal

from sim.model import SHIPPED

from . import money_days

CENT = Decimal("0.01")
LITTLE = Decimal("2.00")
ORDERS = ("direct", {"method": "_cron_sync_orders"})
#: none of the scheduled actions of a day, so that the other days stay what they were
RETURNS = ("direct", {"method": money_days.RETURNS})
SETTLEMENTS = ("direct", {"method": money_days.SETTLEMENTS})
REPORTS = ("direct", {"method": money_days.REPORTS})
FAILED_REPORTS = ("retry", {"model": "amazon.report"})


class Trade:
    """Buyers get money back and send goods; people invoice and receive."""

    # -- at Amazon

    def _refund(self, rng, refunds):
        with self.world.lock:
            for wish in refunds:
                self._refund_one(rng, **wish)

    def _refund_one(self, rng, share, more, status, kind, again):
        """Let a buyer get something of an order that was shipped, no more than it cost.

        :param str share: of what is left of the item
        :param dict more: beside the goods, by a settlement's label
        :param bool again: of an order that was refunded before, if there is one
        """
        orders = [o for o in self.world.orders.values() if o.status == SHIPPED]
        before = {event.order for event in self.world.refunds}
        earlier = [order for order in orders if order.ref in before]
        orders = (again and earlier) or orders
        if not orders:
            return
        order = rng.choice(orders)
        item = rng.choice(order.items)
        left = item.parts["ITEM"] - item.discount - self._refunded(item.id)
        amount = {
            "all": left,
            "half": (left / 2).quantize(CENT, ROUND_DOWN),
            "little": min(left, LITTLE),
            "nothing": Decimal(0),
        }[share]
        more = {"Goodwill": "3.00"} if share == "nothing" else more
        total = amount + sum(map(Decimal, more.values()))
        paid = order.total - self._refunded(order.ref)
        if total <= 0 or total > paid or (share != "nothing" and amount <= 0):
            return
        number = self.world.refund_payment(
            order.ref, amount, item.id, more, status, kind
        )
        self.events.append(f"    {number} {order.ref} {total} {kind} {status}")

    def _refunded(self, which):
        """Add up what went back of an order, or for the goods of an item."""
        events = {event.number: event for event in self.world.refunds}.values()
        return sum(
            event.total if which == event.order else event.amount
            for event in events
            if which in (event.order, event.item)
        )

    def _release(self, _rng):
        with self.world.lock:
            for event in list(self.world.refunds):
                if event.status == "DEFERRED":
                    self.world.release_refund(event.number)

    def _send_back(self, rng, goods):
        with self.world.lock:
            for wish in goods:
                self._send_back_one(rng, **wish)

    def _send_back_one(self, rng, condition, status):
        """Let a buyer send back pieces of what they got, of goods that Odoo stores."""
        left = [
            (order, item, item.fulfilled - self._sent_back(item.id))
            for order in self.world.orders.values()
            for item in order.items
            if item.sku in self.began
        ]
        left = [entry for entry in left if entry[2] > 0]
        if not left:
            return
        order, item, most = rng.choice(left)
        quantity = rng.randint(1, min(most, 3))
        words = {"disposition": condition} if order.channel == "fba" else {}
        event = self.world.return_goods(
            order.ref, item.id, quantity, status=status, **words
        )
        self.events.append(f"    {event.number} {order.ref} {quantity} × {item.sku}")

    def _sent_back(self, item_id):
        return sum(e.quantity for e in self.world.returns if e.item.id == item_id)

    def _approve(self, _rng):
        with self.world.lock:
            for event in self.world.returns:
                event.status = "Approved"

    # -- in Odoo

    def _invoice(self, _rng, **words):
        self._work("invoice", words)

    def _receive(self, _rng, **words):
        self._work("receive", words)

    def _book(self, _rng, **words):
        self._work("book", words)

    def _catch_up(self):
        """All that was shipped is in Odoo when a period of two weeks ends."""
        faults = self.simulator.faults
        later, faults.waiting = faults.waiting, []
        self._pass_time()
        self._work(*ORDERS)
        faults.waiting = later

    # -- the end

    def _retry_reports(self):
        """People have what failed read again."""
        self._work(*FAILED_REPORTS)

    def _end_trade(self):
        """The day after, all that Amazon shows is read and booked."""
        self._pass_time()
        for work in (RETURNS, SETTLEMENTS, REPORTS):
            self._work(*work)
        self._pass_time()  # Amazon has made the reports
        for work in (REPORTS, RETURNS):
            self._work(*work)
