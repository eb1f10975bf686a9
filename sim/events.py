"""What can happen to an order at Amazon."""

import functools

from .model import (
    CANCELLED,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    SHIPPED,
    UNSHIPPED,
)


class WorldError(Exception):
    """A test wants something that can not happen at Amazon."""


def _at_once(event):
    """Hold the world's lock during an event, so that nobody sees it half done."""

    @functools.wraps(event)
    def whole_event(world, *args, **kwargs):
        with world.lock:
            return event(world, *args, **kwargs)

    return whole_event


class OrderEvents:
    """The part of the world that changes orders; each event dates them anew."""

    @_at_once
    def authorize_payment(self, ref):
        """Let the payment of a pending order (or pre-order) succeed."""
        order = self._expect(ref, PENDING, PENDING_AVAILABILITY)
        order.status = UNSHIPPED
        self._changed(order, "payment authorised")

    @_at_once
    def ship_fba(self, ref):
        """Let Amazon ship an order from its own warehouse."""
        order = self._expect(ref, PENDING_AVAILABILITY, PENDING, UNSHIPPED)
        if order.channel != "fba":
            raise WorldError(f"Order {ref} is not fulfilled by Amazon")
        for item in order.items:
            self._send_fba(order, item, item.quantity - item.fulfilled)
            item.fulfilled = item.quantity
        order.status = SHIPPED
        self._changed(order, "shipped by Amazon")

    @_at_once
    def ship_fbm(self, ref, quantities=None, carrier="DHL", tracking="", package=None):
        """Confirm a package of the seller; `quantities`: {item: units}, None: all."""
        order = self._expect(ref, UNSHIPPED, PARTIALLY_SHIPPED)
        if order.channel != "fbm":
            raise WorldError(f"Order {ref} is not fulfilled by the seller")
        if quantities is None:
            quantities = {
                item.id: item.quantity - item.fulfilled for item in order.items
            }
        found = [(order.item(which), units) for which, units in quantities.items()]
        for item, units in found:
            if not 0 <= units <= item.quantity - item.fulfilled:
                raise WorldError(f"{units} units of {item.sku} are not left to ship")
        self.put_package(
            ref,
            reference=package or str(len(order.packages) + 1),
            carrier=carrier,
            tracking=tracking,
            items=[(item.id, units) for item, units in found if units],
        )

    @_at_once
    def put_package(self, ref, reference, carrier, tracking, items, **more):
        """Note a package of the seller; one with the same reference is edited.

        :param items: pairs of item id and units
        :param more: ``shipped`` (a moment), ``method`` and ``codes`` (transparency
            codes by item id), when they were stated
        """
        order = self._expect(ref, UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED)
        moment = self._changed(order, f"package with {carrier} {tracking}".rstrip())
        package = {
            "reference": reference,
            "time": moment,
            "carrier": carrier,
            "tracking": tracking,
            "items": list(items),
            **more,
        }
        for number, known in enumerate(order.packages):
            if known["reference"] == reference:
                package["time"] = known["time"]
                order.packages[number] = package
                break
        else:
            order.packages.append(package)
        for item in order.items:
            item.fulfilled = order.packed(item)
        done = all(item.fulfilled == item.quantity for item in order.items)
        order.status = SHIPPED if done else PARTIALLY_SHIPPED

    @_at_once
    def cancel(self, ref, by="BUYER", reason="No longer needed"):
        """Cancel a whole order."""
        order = self._expect(
            ref, PENDING_AVAILABILITY, PENDING, UNSHIPPED, PARTIALLY_SHIPPED
        )
        for item in order.items:
            self._cancel_units(order, item, item.fulfilled, by, reason)
        shipped = any(item.fulfilled for item in order.items)
        order.status = SHIPPED if shipped else CANCELLED
        self._changed(order, f"cancelled by {by}: {reason}")

    @_at_once
    def cancel_item(
        self, ref, which=0, quantity=None, by="MERCHANT", reason="NoInventory"
    ):
        """Cancel a line, or `quantity` units of it; the last one cancels the order."""
        order = self._expect(ref, PENDING, UNSHIPPED, PARTIALLY_SHIPPED)
        item = order.item(which)
        left = 0 if quantity is None else item.quantity - quantity
        if left < item.fulfilled:
            raise WorldError(f"{item.fulfilled} units of {item.sku} have already left")
        self._cancel_units(order, item, left, by, reason)
        if all(item.quantity == 0 for item in order.items):
            order.status = CANCELLED
        elif all(item.fulfilled == item.quantity for item in order.items):
            order.status = SHIPPED
        self._changed(order, f"{item.sku} cancelled by {by}: {reason}")

    @_at_once
    def cancel_for_seller(self, ref, reasons):
        """Cancel a whole order as the seller wants it; `reasons`: {item id: why}."""
        order = self._expect(ref, UNSHIPPED)
        for item in order.items:
            if item.quantity:
                self._cancel_units(order, item, 0, "MERCHANT", reasons[item.id])
        order.status = CANCELLED
        texts = ", ".join(dict.fromkeys(reasons.values()))
        self._changed(order, f"cancelled by MERCHANT: {texts}")

    @_at_once
    def request_cancellation(self, ref, reason="Ordered by mistake"):
        """Let the buyer ask the seller to cancel."""
        order = self._expect(ref, PENDING, UNSHIPPED, PARTIALLY_SHIPPED)
        for item in order.items:
            if item.fulfilled < item.quantity:
                item.cancel_request = reason
        self._changed(order, f"buyer asks to cancel: {reason}")

    @_at_once
    def change_address(self, ref, **fields):
        """Change parts of the delivery address, e.g. ``addressLine1="…"``."""
        order = self.order(ref)
        order.address.update(fields)
        self._changed(order, "address changed")

    @_at_once
    def touch(self, ref):
        """Date an order anew, although nothing visible has changed."""
        self._changed(self.order(ref), "touched")

    @_at_once
    def tamper(self, ref, change=None):
        """Spoil how an order is shown: `change` edits its JSON. None: undo it."""
        self._changed(self.order(ref), "spoiled" if change else "healed")
        self.tampers[ref] = change

    def _expect(self, ref, *statuses):
        order = self.order(ref)
        if order.status not in statuses:
            raise WorldError(f"Order {ref} is {order.status}: that can not happen now")
        return order

    def _cancel_units(self, order, item, left, by, reason):
        self._give_back(order, item, item.quantity - left, reason)
        self._release_fba(order, item, item.quantity - left)
        item.cancelled_by, item.cancel_reason = by, reason
        item.shrink_to(left, order.currency)

    def _changed(self, order, event):
        order.updated = self._date_change(order)
        order.history.append((order.updated, event))
        return order.updated
