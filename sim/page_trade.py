"""What the page shows of trade: packages, feeds, reports, stock."""

from . import report_fba_returns, report_fbm_returns, settlements
from .fba_stock import pool_of
from .feeds import ACKNOWLEDGEMENT_FEED, LISTINGS_FEED
from .marketplaces import BY_COUNTRY, MARKETPLACES
from .reports import LISTINGS_REPORT, ORDERS_REPORT

_MOST_DOCUMENTS = 8
_MOST_LISTINGS = 200
_FEED_TYPES = {LISTINGS_FEED: "Listings", ACKNOWLEDGEMENT_FEED: "Cancellations"}
_REPORT_TYPES = {
    LISTINGS_REPORT: "All listings",
    ORDERS_REPORT: "Orders",
    settlements.TYPE: "Settlement",
    report_fba_returns.TYPE: "Returns to Amazon (FBA)",
    report_fbm_returns.TYPE: "Return requests (FBM)",
}
_STEPS = {
    "IN_QUEUE": "in the queue",
    "IN_PROGRESS": "in progress",
    "DONE": "done",
    "FATAL": "fatal",
    "CANCELLED": "cancelled",
}


def values(world, chosen):
    """Return what the template needs.

    :param chosen: the marketplace whose listings are shown, if it has some
    """
    in_use = {listing.marketplace for listing in world.listings.values()}
    place = chosen if chosen in in_use else BY_COUNTRY["DE"].id
    listings = [row for row in world.listings.values() if row.marketplace == place]
    return {
        "listed": place,
        "listings": listings[:_MOST_LISTINGS],
        "has_sellers": len({row.seller for row in listings}) > 1,
        "feeds": _newest(world.feeds),
        "reports": _newest(world.reports),
        "feed_types": _FEED_TYPES,
        "report_types": _REPORT_TYPES,
        "steps": _STEPS,
        "content": _content,
        "reasons": _reasons,
        "countries": _countries,
        "fba_stock": lambda row: world.fba_stocks.get(
            (row.seller, pool_of(row.marketplace), row.sku)
        ),
    }


def _newest(documents):
    return list(documents)[: -_MOST_DOCUMENTS - 1 : -1]


def _content(order, package):
    units = (f"{count} × {order.item(code).sku}" for code, count in package["items"])
    return ", ".join(units)


def _reasons(feed):
    """Return why messages were refused."""
    return "\n".join(
        f"{result.subject}: {result.problems[0].message}"
        for result in feed.results
        if result.problems
    )[:2000]


def _countries(report):
    return [MARKETPLACES[code].country for code in report.marketplaces]
