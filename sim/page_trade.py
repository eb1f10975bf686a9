"""The parts of the page about trade: packages, feeds, reports, stock."""

from html import escape

from . import report_fba_returns, report_fbm_returns, settlements
from .fba_stock import pool_of
from .feeds import ACKNOWLEDGEMENT_FEED, LISTINGS_FEED
from .listings import DEFAULT
from .marketplaces import BY_COUNTRY, MARKETPLACES
from .reports import LISTINGS_REPORT, ORDERS_REPORT

_MOST_FEEDS = 8
_MOST_LISTINGS = 200
_TYPES = {LISTINGS_FEED: "Listings", ACKNOWLEDGEMENT_FEED: "Cancellations"}
_REPORT_TYPES = {
    LISTINGS_REPORT: "All listings",
    ORDERS_REPORT: "Orders",
    settlements.TYPE: "Settlement",
    report_fba_returns.TYPE: "Returns to Amazon (FBA)",
    report_fbm_returns.TYPE: "Return requests (FBM)",
}
_STATUSES = {
    "IN_QUEUE": "in the queue",
    "IN_PROGRESS": "in progress",
    "DONE": "done",
    "FATAL": "fatal",
    "CANCELLED": "cancelled",
}


def packages(order):
    """Write the packages of the seller, under the items."""
    rows = []
    for package in order.packages if order.channel == "fbm" else ():
        units = [
            f"{count} × {order.item(code).sku}" for code, count in package["items"]
        ]
        tracking = package["tracking"] or "no tracking number"
        rows.append(
            f'<span class="package" title="{escape(", ".join(units))}">'
            f"<b>{escape(package['reference'])}</b> {escape(package['carrier'])} "
            f"<code>{escape(tracking)}</code></span>"
        )
    return "".join(rows)


def feeds(world):
    """Write the rows of the feeds, the newest first."""
    shown = list(world.feeds)[: -_MOST_FEEDS - 1 : -1]
    return "".join(_feed(feed) for feed in shown) or (
        '<tr><td class="none">None so far.</td></tr>'
    )


def _feed(feed):
    status = _STATUSES[feed.status]
    return (
        f"<tr><td><b>{_TYPES.get(feed.type, escape(feed.type))}</b><br>"
        f'<span class="feed {feed.status.lower()}">{status}</span> '
        f'<span class="time">{feed.id}</span></td>'
        f"<td>{_counts(feed)}</td>"
        f'<td class="when">{feed.created:%H:%M:%S}</td></tr>'
    )


def _counts(feed):
    if not feed.results:
        return ""
    accepted = f'<span class="fine">{feed.accepted} accepted</span>'
    if not feed.refused:
        return accepted
    why = "\n".join(
        f"{result.subject}: {result.problems[0].message}"
        for result in feed.results
        if result.problems
    )
    return (
        f'{accepted}<br><span class="wrong" title="{escape(why[:2000])}">'
        f"{feed.refused} refused</span>"
    )


def reports(world):
    """Write the rows of the reports, the newest first."""
    shown = list(world.reports)[: -_MOST_FEEDS - 1 : -1]
    return "".join(_report(report) for report in shown) or (
        '<tr><td class="none">None so far.</td></tr>'
    )


def _report(report):
    status = _STATUSES[report.status]
    places = [MARKETPLACES[code].country for code in report.marketplaces]
    more = f" +{len(places) - 3}" if len(places) > 3 else ""
    made = report.rows is not None
    rows = f'<span class="fine">{report.rows:,} rows</span>' if made else ""
    return (
        f"<tr><td><b>{_REPORT_TYPES[report.type]}</b> "
        f'<span class="time" title="{", ".join(places)}">'
        f"{', '.join(places[:3])}{more}</span><br>"
        f'<span class="feed {report.status.lower()}">{status}</span> '
        f'<span class="time">{report.id}</span></td>'
        f"<td>{rows}</td>"
        f'<td class="when">{report.created:%H:%M:%S}</td></tr>'
    )


def listed_place(world, chosen):
    """Return the marketplace whose listings are shown."""
    in_use = {listing.marketplace for listing in world.listings.values()}
    return chosen if chosen in in_use else BY_COUNTRY["DE"].id


def listings(world, place):
    """Write the rows of the listings in a marketplace."""
    found = [row for row in world.listings.values() if row.marketplace == place]
    several = len({row.seller for row in found}) > 1
    rows = "".join(_listing(world, row, several) for row in found[:_MOST_LISTINGS])
    return rows or '<tr><td colspan="5" class="none">Nothing is listed here.</td></tr>'


def _listing(world, listing, several):
    seller = f" · {escape(listing.seller)}" if several else ""
    by_seller = listing.channel == DEFAULT
    channel = "FBM" if by_seller else "FBA"
    handling = "–" if listing.lead_time is None else f"{listing.lead_time} days"
    empty = " empty" if listing.quantity == 0 else ""
    quantity = f'<span class="quantity{empty}">{listing.quantity}</span>'
    if not by_seller:
        quantity = _fba_quantity(world, listing)
    return (
        f'<tr><td><span class="sku">{escape(listing.sku)}</span>'
        f'<span class="time">{escape(listing.title)}{seller}</span></td>'
        f'<td><span class="channel {channel.lower()}">{channel}</span></td>'
        f'<td class="total">{quantity}</td>'
        f'<td class="total">{handling if by_seller else "–"}</td>'
        f'<td class="total">{listing.price:,} <small>{listing.currency}</small></td>'
        "</tr>"
    )


def _fba_quantity(world, listing):
    key = listing.seller, pool_of(listing.marketplace), listing.sku
    stock = world.fba_stocks.get(key)
    if stock is None:
        return "none at Amazon"
    reserved = f" <small>+{stock.reserved} reserved</small>" if stock.reserved else ""
    empty = "" if stock.fulfillable else " empty"
    return (
        f'<span class="quantity{empty}" title="at Amazon">{stock.fulfillable}</span>'
        f"{reserved}"
    )


def dangers(world):
    """Write what no connector may ask for, when one did."""
    if not world.dangers:
        return ""
    rows = "".join(f"<li>{escape(text)}</li>" for text in world.dangers[-10:])
    return (
        f'<div class="problem" role="alert"><b>Asked of Amazon, and dangerous</b>'
        f"<ul>{rows}</ul></div>"
    )
