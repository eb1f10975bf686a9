"""Compares refunds, invoices, payments, returns and the stock in Odoo with what the
simulator paid, took back and sent back, both as plain data.
"""

from collections import Counter, defaultdict
from decimal import Decimal

from sim import SELLER
from sim.model import SHIPPED

ZERO = Decimal(0)
#: of a refund or a return that a person has to decide about in any case
DECIDED = ("a_to_z", "chargeback")


def compare(world, found):
    """Return what is wrong, in words; empty when all is well.

    :param dict found: as `inside.trade` reads it, and ``began``: the stock of before
    """
    wrong = [f"entry is not balanced: {entry}" for entry in found["unbalanced"]]
    invoiced = _invoices(world, found["documents"], wrong)
    events = _events(world)
    wrong += _refunds(events, found["refunds"], invoiced)
    wrong += _notes(found)
    wrong += _receivables(world, events, found)
    wrong += _refunded(world, events, found["refunded"])
    wrong += _returns(world, found["returns"])
    wrong += _stock(world, found)
    return wrong


def _events(world):
    """Return the refunds by number: a deferred one is listed again when it is
    released."""
    return {event.number: event for event in world.refunds}


def _invoices(world, documents, wrong):
    """Return the posted invoices: order -> total."""
    invoiced = {}
    for document in documents:
        if document["type"] != "out_invoice":
            continue
        ref, total = document["order"], Decimal(document["total"])
        order = world.orders.get(ref)
        if document["state"] != "posted" or not order or ref in invoiced:
            wrong.append(
                f"{ref}: invoice {document} is not the only one that is posted"
            )
        elif total != order.total:
            wrong.append(f"{ref}: invoice {document}, the buyer paid {order.total}")
        invoiced[ref] = total
    return invoiced


def _refunds(events, refunds, invoiced):
    """Yield refunds that are not known once, or that nobody books or hears of."""
    wanted, known = Counter(), Counter()
    for event in events.values():
        wanted[event.order, f"{event.total:.2f}"] += 1
    for refund in refunds:
        known[refund["order"], refund["amount"]] += 1
    for key in sorted({*wanted, *known}, key=str):
        if wanted[key] != known[key]:
            ref, amount = key
            yield (
                f"{ref}: {wanted[key]} refunds of {amount} at Amazon, "
                f"{known[key]} in Odoo"
            )
    for refund in refunds:
        if text := _refund(refund, invoiced):
            yield f"{refund['order']}: {text}: {refund}"


def _refund(refund, invoiced):
    """Return what is wrong with a refund; None when nothing is."""
    state, notes = refund["state"], refund["notes"]
    if len(notes) > 1:
        return "credited more than once"
    if state == "posted":
        is_right = notes == [f"posted {refund['amount']}"]
        return None if is_right else "its credit note is another"
    if notes:
        return "it has a credit note and does not say so"
    if state == "waiting":
        return "waits, and is invoiced" if refund["order"] in invoiced else None
    if state != "person" or not refund["message"]:
        return "nobody hears of it"
    is_hard = refund["hold"] == refund["reason"] and refund["reason"] in DECIDED
    return None if is_hard else "a person is asked without need"


def _notes(found):
    """Yield credit notes that belong to no refund."""
    notes = [each for each in found["documents"] if each["type"] == "out_refund"]
    for note in notes:
        if not note["is_refund"] or note["state"] != "posted":
            yield f"{note['order']}: credit note of nothing that is booked: {note}"


def _receivables(world, events, found):
    """Yield orders of which more or less is open than what was sold, paid, given back
    and taken back leaves."""
    is_open = defaultdict(Counter)
    for entry in (*found["documents"], *found["payments"]):
        amount = Decimal(entry["open"])
        if amount:
            is_open[entry["order"]][amount] += 1
    documents, payments = _by_order(found["documents"]), _paid(world, events)
    for ref in sorted({*is_open, *documents, *payments}):
        wanted = Counter()
        for kind, sign in (("out_invoice", 1), ("out_refund", -1)):
            ours, theirs = documents[ref][kind], payments[ref][kind]
            for amount, count in (ours - theirs).items():
                wanted[sign * amount] += count
            for amount, count in (theirs - ours).items():
                wanted[-sign * amount] += count
        if is_open[ref] != wanted:
            yield (
                f"{ref}: {_list(is_open[ref])} is open in Odoo, "
                f"{_list(wanted)} is what Amazon's figures leave"
            )


def _by_order(documents):
    """Return order -> type -> how often each amount is posted."""
    found = defaultdict(lambda: defaultdict(Counter))
    for document in documents:
        total = Decimal(document["total"])
        if document["state"] == "posted" and total:
            found[document["order"]][document["type"]][total] += 1
    return found


def _paid(world, events):
    """Return order -> type of what it pays -> how often each amount was settled."""
    found = defaultdict(lambda: defaultdict(Counter))
    for made in world.settlements:
        if made.merchant == SELLER.merchant_token:
            for ref, amount in made.sales.items():
                if amount:
                    found[ref]["out_invoice"][amount] += 1
    still_to_take = {payment[0] for payment in world.refund_payments}
    for number, event in events.items():
        if number not in still_to_take:
            found[event.order]["out_refund"][event.total] += 1
    return found


def _list(amounts):
    return ", ".join(f"{amount:+.2f}" for amount in sorted(amounts.elements())) or "0"


def _refunded(world, events, known):
    """Yield orders in the company's currency that show another sum of refunds."""
    sums = defaultdict(Decimal)
    for event in events.values():
        sums[event.order] += event.total
    for ref, amount in sorted(known.items()):
        order = world.orders.get(ref)
        if order and order.currency == "EUR" and Decimal(amount) != sums[ref]:
            yield f"{ref}: {sums[ref]:.2f} went back, {amount} in Odoo"


def _returns(world, rows):
    """Yield what came back and is not known once, or lies nowhere."""
    known = defaultdict(list)
    for row in rows:
        known[row["ref"]].append(row)
    for event in world.returns:
        found = known.pop(event.number, [])
        is_wanted = event.order.channel == "fba" or event.status == "Approved"
        if len(found) != is_wanted:
            yield f"return {event.number} ({event.status}): {found} in Odoo"
        for row in found:
            if text := _return(event, row):
                yield f"{event.order.ref}: return {event.number}: {text}: {row}"
    for ref, found in known.items():
        yield f"return {ref} is not known at Amazon: {found}"


def _return(event, row):
    """Return what is wrong with a return; None when nothing is."""
    said = (row["order"], row["sku"], row["channel"], row["quantity"])
    order = event.order
    if said != (order.ref, event.item.sku, order.channel, event.quantity):
        return f"{event.quantity} × {event.item.sku} came back"
    has_come = {"fba": ("booked",), "fbm": ("received",)}[order.channel]
    if row["state"] in has_come:
        is_right = (row["done"], row["open"]) == (event.quantity, 0)
        return None if is_right else "other goods were received"
    if row["state"] == "expected" and order.channel == "fbm":
        is_right = (row["done"], row["open"]) == (0, event.quantity)
        return None if is_right else "other goods are expected"
    return "nobody waits for it"


def _stock(world, found):
    """Yield SKUs of which another quantity lies somewhere than what left and came back
    since the day began."""
    wanted = _moved(world, found["returns"])
    for sku, began in found["began"].items():
        for place, before in began.items():
            change = found["stock"][sku][place] - before
            if change != wanted[sku, place]:
                yield (
                    f"{sku}, {place}: {change:+g} in Odoo, "
                    f"{wanted[sku, place]:+g} is what left and came back"
                )


def _moved(world, rows):
    """Return (SKU, place) -> how many pieces came, less those that left."""
    moved = Counter()
    for order in world.orders.values():
        if order.channel == "fba" and order.status == SHIPPED:
            for item in order.items:
                moved[item.sku, "Amazon"] -= item.fulfilled
        for package in order.packages:
            for code, units in package["items"]:
                moved[order.item(code).sku, "shelf"] -= units
    received = {row["ref"] for row in rows if row["state"] == "received"}
    for event in world.returns:
        if event.order.channel == "fba":
            # what is unsellable lies below what is sold from
            moved[event.item.sku, "Amazon"] += event.quantity
            if event.disposition != "SELLABLE":
                moved[event.item.sku, "unsellable"] += event.quantity
        elif event.number in received:
            moved[event.item.sku, "shelf"] += event.quantity
    return moved
