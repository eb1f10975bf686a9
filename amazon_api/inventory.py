"""The stock in Amazon's warehouses, per SKU.

Source: Amazon's FBA Inventory API v1. Amazon counts for a marketplace what could be
sent from somewhere to its buyers: the same units are counted for each of several linked
marketplaces. `count_once` counts each of them once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from .errors import Unavailable
from .operations import GET_INVENTORY_SUMMARIES
from .paging import not_asked_for
from .reader import Reader, Unreadable

# Marketplaces that sell out of one stock: BE, DE, ES, FR, IE, IT, NL, PL, SE.
LINKED_MARKETPLACES = frozenset(
    {
        "AMEN7PMS3EDWL",
        "A1PA6795UKMFR9",
        "A1RKKUPIHCS9HS",
        "A13V1IB3VIYZZH",
        "A28R8C7NBKEWEA",
        "APJ6JRA9NG5V4",
        "A1805IZSGTT6HS",
        "A1C3SOZRARQ6R3",
        "A2NODRKZP88ZB9",
    }
)


@dataclass(frozen=True)
class StockCount:
    """Units of a SKU; None where Amazon does not say.

    ``fulfillable`` can be sold. ``reserved`` is Amazon's total of what is promised to
    buyers (``reserved_orders``), on its way between warehouses (``reserved_transfer``)
    or being worked on (``reserved_processing``). Not there yet are the three of
    inbound: announced, sent, and being received. ``unfulfillable`` can not be sold,
    ``researching`` is being searched for.
    """

    fulfillable: int
    reserved: int | None = None
    reserved_orders: int | None = None
    reserved_transfer: int | None = None
    reserved_processing: int | None = None
    inbound_working: int | None = None
    inbound_shipped: int | None = None
    inbound_receiving: int | None = None
    unfulfillable: int | None = None
    researching: int | None = None

    @property
    def inbound(self) -> int | None:
        """Units that are announced or on their way."""
        return _sum(self.inbound_working, self.inbound_shipped, self.inbound_receiving)

    @property
    def at_amazon(self) -> int:
        """Units that are in Amazon's hands, in whatever state."""
        parts = (self.fulfillable, self.reserved, self.unfulfillable, self.researching)
        return _sum(*parts) or 0

    def __add__(self, other: StockCount) -> StockCount:
        if not isinstance(other, StockCount):
            return NotImplemented
        pairs = zip(astuple(self), astuple(other), strict=True)
        fulfillable, *others = (_sum(*pair) for pair in pairs)
        return StockCount(fulfillable or 0, *others)


def _sum(*numbers: int | None) -> int | None:
    """None only when nothing is known."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class InventorySummary:
    """The stock of a SKU as a marketplace sees it.

    ``fnsku`` is Amazon's own number of it, ``total`` Amazon's sum of all units, inbound
    ones among them; ``last_updated_time`` is aware UTC or None.
    """

    sku: str
    count: StockCount
    fnsku: str | None = None
    asin: str | None = None
    condition: str | None = None
    title: str | None = None
    total: int | None = None
    last_updated_time: datetime | None = None


@dataclass(frozen=True)
class UnreadableSummary:
    """A SKU whose stock could not be read.

    ``sku`` is None when it can not be read either; ``where`` and ``problem`` never hold
    what was sent.
    """

    sku: str | None
    where: str
    problem: str


@dataclass(frozen=True)
class InventoryPage:
    """One page of ``getInventorySummaries``.

    ``next_token`` is None on the last page, else good for 30 seconds.
    """

    summaries: tuple[InventorySummary, ...]
    unreadable: tuple[UnreadableSummary, ...]
    next_token: str | None


@dataclass(frozen=True)
class Inventory:
    """All that Amazon says about the stock that a marketplace sees.

    A SKU is in ``summaries`` more than once only when it has several ``fnsku``.
    """

    marketplace_id: str
    summaries: tuple[InventorySummary, ...]
    unreadable: tuple[UnreadableSummary, ...]


def stock_pool(marketplace_id: str) -> str:
    """The name of the stock that a marketplace sells out of: linked ones share one."""
    return "linked" if marketplace_id in LINKED_MARKETPLACES else marketplace_id


def count_once(inventories: Iterable[Inventory]) -> dict[str, StockCount]:
    """Count the stock of each SKU, whichever of the linked marketplaces sees it.

    Of the units that linked marketplaces see the largest count is taken; other
    marketplaces have stocks of their own, which are added.

    :param inventories: of one seller, each marketplace at most once
    :return: by SKU
    """
    best: dict[tuple, InventorySummary] = {}
    for inventory in inventories:
        pool = stock_pool(inventory.marketplace_id)
        for summary in inventory.summaries:
            key = (pool, summary.sku, summary.fnsku)
            if key not in best or _size(best[key]) < _size(summary):
                best[key] = summary
    counts: dict[str, StockCount] = {}
    for summary in best.values():
        known = counts.get(summary.sku)
        counts[summary.sku] = known + summary.count if known else summary.count
    return counts


def _size(summary: InventorySummary) -> tuple[int, int]:
    return summary.count.at_amazon, summary.count.inbound or 0


def parse_inventory_page(payload: object, marketplace_id: str) -> InventoryPage:
    """Read the answer of ``getInventorySummaries`` with details.

    :param str marketplace_id: the one that was asked for
    :raise Unavailable: reason ``answer`` when it makes no sense, or is another's
    """
    try:
        answer = Reader(payload)
        result = answer.object("payload")
        place = result.object("granularity").required_identifier("granularityId")
        entries = result.required_list("inventorySummaries")
        token = answer.object("pagination").token("nextToken")
    except Unreadable as broken:
        problem = _not_whole(broken.where)
    else:
        if place != marketplace_id:
            text = "Amazon sent the stock of another marketplace."
            raise not_asked_for(text, GET_INVENTORY_SUMMARIES)
        read = [_read(entry, number) for number, entry in enumerate(entries)]
        return InventoryPage(
            tuple(entry for entry in read if isinstance(entry, InventorySummary)),
            tuple(entry for entry in read if isinstance(entry, UnreadableSummary)),
            token,
        )
    raise problem


def _read(entry: object, number: int) -> InventorySummary | UnreadableSummary:
    place = f"inventorySummaries[{number}]"
    sku = None
    try:
        summary = Reader({} if entry is None else entry, place)
        sku = summary.required_identifier("sellerSku")
        return _summary_of(sku, summary)
    except Unreadable as broken:
        return UnreadableSummary(sku, broken.where, broken.problem)


def _summary_of(sku: str, summary: Reader) -> InventorySummary:
    summary.require("inventoryDetails")
    return InventorySummary(
        sku=sku,
        count=_count_of(summary.object("inventoryDetails")),
        fnsku=summary.identifier("fnSku"),
        asin=summary.identifier("asin"),
        condition=summary.text("condition"),
        title=summary.text("productName"),
        total=summary.count("totalQuantity"),
        last_updated_time=summary.moment("lastUpdatedTime"),
    )


def _count_of(details: Reader) -> StockCount:
    reserved = details.object("reservedQuantity")
    unfulfillable = details.object("unfulfillableQuantity")
    researching = details.object("researchingQuantity")
    return StockCount(
        fulfillable=details.required_count("fulfillableQuantity"),
        reserved=reserved.count("totalReservedQuantity"),
        reserved_orders=reserved.count("pendingCustomerOrderQuantity"),
        reserved_transfer=reserved.count("pendingTransshipmentQuantity"),
        reserved_processing=reserved.count("fcProcessingQuantity"),
        inbound_working=details.count("inboundWorkingQuantity"),
        inbound_shipped=details.count("inboundShippedQuantity"),
        inbound_receiving=details.count("inboundReceivingQuantity"),
        unfulfillable=unfulfillable.count("totalUnfulfillableQuantity"),
        researching=researching.count("totalResearchingQuantity"),
    )


def each_once(marketplace_id: str, pages: Iterable[InventoryPage]) -> Inventory:
    """Join pages. Of a SKU that moved from one to another the last count is kept.

    :param pages: in the order in which they came
    """
    summaries: dict[tuple, InventorySummary] = {}
    unreadable: list[UnreadableSummary] = []
    for page in pages:
        summaries.update({(each.sku, each.fnsku): each for each in page.summaries})
        unreadable += page.unreadable
    return Inventory(marketplace_id, tuple(summaries.values()), tuple(unreadable))


def _not_whole(where: str) -> Unavailable:
    return Unavailable(
        f"Amazon's page of FBA stock is not whole: {where} can not be read.",
        reason="answer",
        operation=GET_INVENTORY_SUMMARIES.name,
        status=GET_INVENTORY_SUMMARIES.status,
    )
