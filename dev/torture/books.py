"""Compares Odoo's records with the simulator's world, both as plain data."""

from collections import Counter, defaultdict

from sim import SELLER
from sim.fba_stock import pool_of
from sim.feeds import LISTINGS_FEED
from sim.model import (
    CANCELLED,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    SHIPPED,
)

from . import trade_books


def compare(world, books):
    """Return what is wrong with the records, in words; empty when all is well."""
    wrong = [f"{name}: {books[name]}" for name in FAULTS if books[name]]
    rows = _once(books["rows"], "noted", wrong)
    orders = _once(books["orders"], "in the books", wrong)
    for ref in sorted({*rows, *orders} - {*world.orders}):
        wrong.append(f"{ref} is not known at Amazon")
    failed = _stuck(world, books["messages"], wrong)
    wrong += _stock(world, books["offers"])
    wrong += _listings(world, books["listings"])
    wrong += _fba_stock(world, books["FBA stock"])
    wrong += _settlements(world, books["settlements"])
    if "trade" in books:  # only of days on which it was looked at
        wrong += trade_books.compare(world, books["trade"])
    wrong += [
        f"report {report.id} ({report.type}) was asked for twice"
        for report in world.reports
        if report.outcome == ("cancelled",)
    ]
    skus = {offer["sku"] for offer in books["offers"]}
    for ref, order in sorted(world.orders.items()):
        booked = orders.get(ref)
        # what Amazon did not keep is found when all of the order is confirmed
        lost = books["unkept"] if booked and _is_partly_open(booked) else ()
        found = [*_order(order, rows.get(ref), booked, failed.union(lost), skus)]
        found = found or _pieces(order, booked, failed, books["unkept"])
        wrong += [f"{ref} ({order.channel} {order.status}): {text}" for text in found]
    return wrong


FAULTS = (
    "double quants",
    "over-reserved",
    "wrongly reserved",
    "stray holds",
    "contacts with buyers",
)


def _is_partly_open(booked):
    return any(line["open"] or line["waiting"] for line in booked["lines"])


def _once(records, where, wrong):
    counts = Counter(record["ref"] for record in records)
    wrong += [f"{ref} is {n} times {where}" for ref, n in counts.items() if n > 1]
    return {record["ref"]: record for record in records}


def _stuck(world, messages, wrong):
    """Return the packages and cancelled orders that Amazon had a reason to refuse."""
    refused = set()
    for message in messages:
        state = message["state"]
        order = world.orders.get(message["ref"])
        if state == "failed" and order and _may_refuse(order, message):
            refused.add(message["package"] or message["ref"])
        elif state != "done" and (message["kind"], state) not in SETTLED:
            wrong.append(f"message {message} is stuck")
    return refused


#: ends beside *done* that need no reason
SETTLED = (
    ("stock", "superseded"),
    ("stock_now", "superseded"),
    ("cancellation", "superseded"),
    ("shipment", "superseded"),
)


def _may_refuse(order, message):
    """Whether there is a reason at Amazon: what is cancelled can not be shipped, and
    what is shipped can not be cancelled."""
    if message["kind"] == "cancellation":
        return order.status in (SHIPPED, PARTIALLY_SHIPPED)
    known = {package["reference"] for package in order.packages}
    if order.status == CANCELLED:
        return True
    cancelled = any(item.cancelled_by for item in order.items)
    return cancelled and message["package"] not in known


def _stock(world, offers):
    """Yield offers whose quantity at Amazon is not the available one, or that are sold
    out here and not there.
    """
    stated = {key: quantity for _moment, key, quantity in sorted(_stated(world))}
    shared = {}
    for offer in offers:  # one quantity for a SKU, wherever it is offered
        known = shared.get(offer["sku"], offer["available"])
        shared[offer["sku"]] = min(known, offer["available"])
    for offer in offers:
        at_amazon = stated.get((offer["marketplace"], offer["sku"]))
        if not shared[offer["sku"]] == offer["sent"] == at_amazon:
            yield f"offer {offer}: Amazon was told {at_amazon}"
        key = SELLER.merchant_token, offer["marketplace"], offer["sku"]
        listing = world.listings.get(key)
        if listing and listing.quantity and not shared[offer["sku"]]:
            yield f"offer {offer}: sold out, yet buyers see {listing.quantity}"


def find_oversold(world, offers):
    """Yield offers that are sold out in Odoo and that buyers still see.

    :param offers: as `ledger.sold_out` reads them
    """
    for offer in offers:
        key = SELLER.merchant_token, offer["marketplace"], offer["sku"]
        listing = world.listings.get(key)
        if listing and listing.quantity:
            yield f"offer {offer}: sold out, and buyers see {listing.quantity}"


def _stated(world):
    """Yield (moment, (marketplace, SKU), quantity) of all that was carried out."""
    for feed in world.feeds:
        if feed.type == LISTINGS_FEED and feed.results:
            refused = {result.subject for result in feed.results if result.problems}
            for message in feed.json["messages"]:
                if message["sku"] not in refused:
                    key = feed.marketplaces[0], message["sku"]
                    yield feed.ended, key, _quantity(message)
    yield from world.patches


def _listings(world, offers):
    """Yield listings that differ in Odoo, in the marketplaces it reads."""
    wanted = ("asin", "title", "price")
    known = defaultdict(list)
    for offer in offers:
        key = offer["marketplace"], offer["sku"], offer["channel"]
        known[key].append(tuple(offer[name] for name in wanted))
    read = {offer["marketplace"] for offer in offers}
    for listing in world.listings.values():
        if listing.seller != SELLER.merchant_token or listing.marketplace not in read:
            continue
        channel = "fbm" if listing.channel == "DEFAULT" else "fba"
        found = known[listing.marketplace, listing.sku, channel]
        if found != [(listing.asin, listing.title, f"{listing.price:.2f}")]:
            yield f"listing {listing.sku} in {listing.marketplace}: {found} in Odoo"


def _fba_stock(world, rows):
    """Yield the FBA stock that differs from what Odoo knows."""
    known = {
        (pool_of(row["marketplace"]), row["sku"]): (row["fulfillable"], row["reserved"])
        for row in rows
    }
    read = {pool for pool, _sku in known}
    for stock in world.fba_stocks.values():
        if stock.seller == SELLER.merchant_token and stock.pool in read:
            found = known.get((stock.pool, stock.sku))
            if found != (stock.fulfillable, stock.reserved) and stock.total:
                yield f"FBA stock {stock.pool} {stock.sku}: {found} in Odoo"


def _settlements(world, found):
    """Yield settlements that are not booked once, or not as Amazon's figures say."""
    known = defaultdict(list)
    for settlement in found:
        known[settlement["ref"]].append(settlement)
    for made in world.settlements:
        if made.merchant != SELLER.merchant_token:
            continue
        wanted = {
            "ref": made.ref,
            "state": "posted",
            "message": False,
            "rows": len(made.rows),
            "entries": ["posted"] if made.rows else [],
            "booked": _figures(made),
        }
        if known[made.ref] != [wanted]:
            yield f"settlement {wanted}: {known[made.ref]} in Odoo"


def _figures(made):
    """Return what the books of a settlement have to be, by account or order."""
    found = defaultdict(int, {ref: +amount for ref, amount in made.sales.items()})
    for ref, amount in made.refunds.items():
        found[ref] -= amount
    found["Amazon Fees"] -= made.fees
    found["Amazon Reserve"] += made.reserve
    found["Amazon Unmapped"] += made.unmapped
    found["Amazon Payouts in Transit"] -= made.total
    return {name: f"{amount:.2f}" for name, amount in found.items() if amount}


def _quantity(message):
    return message["patches"][0]["value"][0]["quantity"]


def _order(order, row, booked, failed, skus):
    """Yield what is wrong with one order."""
    if row is None:
        yield "never noted"
        return
    wanted = _to_hold(order, skus)
    if row["held"] != wanted:
        yield f"keeps {row['held']} aside instead of {wanted}"
    if row["state"] in ("new", "failed"):
        yield f"stuck: {row}"
        return
    if (row["state"] == "done") != bool(booked):
        yield f"row {row['state']}, sale order: {booked and booked['state']}"
        return
    if booked:
        yield from _booked(order, booked, failed)
    elif not _may_be_left_out(order, row["state"]):
        yield f"not imported: {row}"


def _to_hold(order, skus):
    """Return what Odoo has to reserve for a pending order, by SKU."""
    held = defaultdict(int)
    if order.status == PENDING and order.channel == "fbm":
        for item in order.items:
            if item.sku in skus and item.quantity:
                held[item.sku] += item.quantity
    return dict(held)


def _may_be_left_out(order, state):
    if order.status in (PENDING, PENDING_AVAILABILITY):
        return state == "waiting"
    if order.channel == "fba" and order.status != SHIPPED:
        return state == ("ignored" if order.status == CANCELLED else "waiting")
    return state == "ignored" and order.status in (CANCELLED, SHIPPED)


def _booked(order, booked, failed):
    """Yield what is wrong with a sale order."""
    if order.status in (PENDING, PENDING_AVAILABILITY):
        yield "imported although it is pending"
    has_left = any(line["done"] for line in booked["lines"])
    if booked["review"] and not has_left and not booked["edited"]:
        yield f"a person is asked although nothing has left: {booked['review']}"
    if order.status == CANCELLED:
        is_asked = booked["review"] and (has_left or booked["edited"])
        if booked["state"] != "cancel" and not is_asked:
            yield f"cancelled at Amazon, {booked['state']} in Odoo"
        return
    if booked["state"] != "sale":
        if order.ref not in failed:
            yield f"{booked['state']} in Odoo"
        return
    if not booked["review"] and not booked["edited"]:
        yield from _contents(order, booked)
    yield from _packages(order, booked, failed)


def _contents(order, booked):
    """Yield what is wrong with amounts and quantities."""
    if booked["total"] != f"{order.total:.2f}" or booked["currency"] != order.currency:
        yield (
            f"worth {order.total} {order.currency} at Amazon, "
            f"{booked['total']} {booked['currency']} in Odoo"
        )
    lines = {line["item"]: line for line in booked["lines"]}
    if len(lines) < len(booked["lines"]):
        yield "an item has two lines"
    for item in order.items:
        line = lines.pop(item.id, None)
        ordered = line["ordered"] if line else 0
        if ordered != item.quantity:
            yield f"{item.quantity} × {item.sku} at Amazon, {ordered} in Odoo"
        elif line and line["stored"] and line["moved"] + line["before"] != ordered:
            yield f"{item.sku}: {ordered} ordered, {line['moved']} on the way"
    if lines:
        yield f"lines that Amazon does not know: {lines}"


def _pieces(order, booked, failed, unkept):
    """Yield items of which Amazon knows more or less than what left, or waits for
    pieces that nobody delivers without a word about it."""
    if not booked or booked["state"] != "sale" or booked["review"]:
        return
    numbers = {package["reference"] for package in booked["packages"]}
    is_left_out = numbers & {*failed, *unkept} or order.ref in failed
    if is_left_out or order.channel != "fbm" or order.status == CANCELLED:
        return
    stated = Counter()
    for items, _tracking in _confirmed(order).values():
        stated.update(items)
    items = {item.id: item for item in order.items}
    for line in booked["lines"]:
        item = items.get(line["item"])
        if not item or not line["stored"]:
            continue
        most = line["pieces"] - line["before"]
        left = max(0, min(line["done"], most))
        if stated[item.id] != left:
            yield f"{item.sku}: {left} left, {stated[item.id]} is what Amazon knows"
        coming = line["before"] + max(0, min(line["done"] + line["open"], most))
        missing = max(0, item.quantity - coming)
        if order.status == SHIPPED:
            missing = 0
        if line["waiting"] != missing:
            yield (
                f"{item.sku}: nobody delivers {missing} pieces, "
                f"{line['waiting']} in Odoo"
            )


def _confirmed(order):
    """Return {reference: (its items, tracking)} of what a seller confirmed."""
    found = {}
    for package in order.packages:
        if "shipped" in package:  # else it was made with the order
            items = defaultdict(int)
            for code, units in package["items"]:
                items[code] += units
            found[package["reference"]] = (dict(items), package["tracking"])
    return found


def _packages(order, booked, failed):
    """Yield packages that are missing on one side, or differ."""
    at_amazon = _confirmed(order)
    in_odoo = {
        package["reference"]: (package["items"], package["tracking"])
        for package in booked["packages"]
        if package["done"] and package["items"]
    }
    for reference in sorted({*at_amazon, *in_odoo}):
        stated, packed = at_amazon.get(reference), in_odoo.get(reference)
        if stated != packed and reference not in failed:
            yield f"package {reference}: {packed} left, {stated} is what Amazon knows"
