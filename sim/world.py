"""The state at Amazon: sellers and orders, and what happens to them."""

import base64
import random
import threading
from contextlib import contextmanager
from datetime import timedelta

from .clock import MILLISECOND, to_text, utc_now, whole_milliseconds
from .compose import OrderWish, compose
from .consents import Consents
from .events import OrderEvents, WorldError
from .fba_stock import FbaStockBook
from .feeds import Feeds
from .listings import ListingBook
from .marketplaces import MARKETPLACES
from .model import CANCELLED, ItemWish
from .reports import Reports
from .returns import ReturnBook
from .seeds import KINDS, seed_orders
from .sellers import default_sellers, made_up_key
from .settlements import SettlementBook

HIDDEN = timedelta(minutes=2)  # Amazon does not show the changes of this time
MOMENT = timedelta(seconds=1)


class World(OrderEvents, ListingBook, FbaStockBook, SettlementBook, ReturnBook):
    """Sellers, orders, listings, Amazon's warehouses, feeds, reports and time.

    A *settled* change (the default) is dated two minutes and a moment back, so
    that a client sees it at once although Amazon hides the last two minutes. It
    is never dated before an upper bound that an answer has already stated: a
    client that follows the cursor can not miss it. With ``settled = False`` a
    change is dated now. Either way `lastUpdatedTime` only grows.
    """

    def __init__(self, seed=1, clock=utc_now, settled=True):
        self.lock = threading.RLock()
        self.seed_number = seed
        self.clock = clock
        self.settled = settled
        self.sellers = default_sellers()
        self.orders = {}
        self.access_tokens = {}
        self.consents = Consents()
        self.page_tokens = {}
        self.tampers = {}
        self.pending_shows_money = False
        self.forgets = False  # the shipment that it takes next
        self.import_carriers = None  # those accepted into the EU; None: all
        self.tax_sources = None  # ship-from of Invoice by Amazon; None: any
        self.listings = {}  # by merchant token, marketplace and SKU
        self.fba_stocks = {}  # by merchant token, pool of marketplaces and SKU
        self.inventory_tokens = {}
        self.feeds = Feeds()
        self.reports = Reports()
        self.settlements = []
        self.refund_payments = []  # which no settlement has deducted yet
        self.refunds = []  # of RefundEvent, all that ever were
        self.invoices = {}  # (order, kind, number) -> PDF
        self.invoice_data = []  # of Upload, which of them Amazon took or not
        self.calculates_vat = False  # the sellers are members of VCS
        self.refunded_by_seller = {}  # (order, own number) -> (reason, amount)
        self.returns = []  # of ReturnEvent
        self.transaction_page = 100
        self.transaction_tokens = {}
        self.reserves = {}  # by merchant token and currency
        self.patches = []  # (moment, (marketplace, SKU), quantity) stated one by one
        self.patches_ignored = set()  # SKUs: patches are accepted, nothing happens
        self.dangers = []  # what no connector must ever ask for
        self._sequence = 0
        self._secrets = 0
        self._last_change = None
        self._stated_bound = None
        self._earliest_now = None
        self._ahead = timedelta(0)
        for seller in self.sellers:
            self.list_catalogue(seller)

    # --- time ---

    def now(self):
        """Return the world's time: the clock's, never before what it has shown."""
        now = whole_milliseconds(self.clock())
        now = max(now, self._earliest_now) if self._earliest_now else now
        return now + self._ahead

    @contextmanager
    def clock_ahead(self, seconds):
        """Let Amazon's clock be ahead (or behind) for a while."""
        self._ahead = timedelta(seconds=seconds)
        try:
            yield
        finally:
            self._ahead = timedelta(0)

    def pass_time(self):
        """Process feeds and make reports whose time has come."""
        with self.lock:
            self.feeds.pass_time(self)
            self.reports.pass_time(self)

    def visible_until(self):
        """Return the moment up to which Amazon shows changes."""
        return self.now() - HIDDEN

    def note_stated_bound(self, bound):
        """Remember the upper bound of an answer: no change may be dated before it."""
        self._stated_bound = max(bound, self._stated_bound or bound)

    @contextmanager
    def settled_changes(self):
        """Date what happens inside as settled, whatever `settled` says."""
        before, self.settled = self.settled, True
        try:
            yield
        finally:
            self.settled = before

    def _date_change(self, order=None):
        now = self.now()
        moment = now - HIDDEN - MOMENT if self.settled else now
        for earlier in (self._last_change, self._stated_bound, order and order.updated):
            if earlier and moment <= earlier:
                moment = whole_milliseconds(earlier) + MILLISECOND
        if self.settled:
            self._earliest_now = max(now, moment + HIDDEN)
        self._last_change = moment
        return moment

    # --- what happens ---

    def place_order(self, channel="fbm", marketplace="A1PA6795UKMFR9", **details):
        """Place an order and return its reference.

        :param details: the words of :class:`sim.compose.OrderWish`
        """
        details["items"] = tuple(details.get("items") or ())
        wish = OrderWish(channel=channel, marketplace=marketplace, **details)
        place = MARKETPLACES[wish.marketplace]
        seller = wish.seller or self.seller_of(wish.marketplace)
        if wish.marketplace not in seller.marketplaces:
            raise WorldError(f"{seller.name} does not sell in {place.name}")
        with self.lock:
            self._sequence += 1
            rng = random.Random(f"{self.seed_number}/{self._sequence}")
            updated = wish.updated or self._date_change()
            created = whole_milliseconds(wish.created or updated)
            ref = self._new_reference(place, rng)
            order = compose(wish, place, seller, ref, rng, created)
            order.updated = whole_milliseconds(updated)
            order.history.append((order.updated, f"placed as {order.status}"))
            self.orders[ref] = order
            if order.status != CANCELLED:
                self._take_units(order)
                self._reserve_fba(order)
        return ref

    item = staticmethod(ItemWish)

    def place_kind(self, kind, channel="fbm", marketplace="A1PA6795UKMFR9", **details):
        """Place an order of one of :data:`sim.seeds.KINDS`, e.g. ``"gift"``."""
        with self.lock:
            rng = random.Random(f"{self.seed_number}/kind/{self._sequence}")
            words = KINDS[kind](rng, MARKETPLACES[marketplace])
            return self.place_order(channel, marketplace, **(words | details))

    def seed(self, count, seller=None):
        """Place `count` orders of mixed kinds, as of the last two days."""
        return seed_orders(self, count, seller or self.sellers[0])

    # --- queries ---

    def order(self, ref):
        """Return the order itself."""
        self.pass_time()
        try:
            return self.orders[ref]
        except KeyError:
            raise WorldError(f"There is no order {ref}") from None

    def shipments(self, ref=None):
        """Return the packages of an order: reference, carrier, tracking, {SKU: units}.

        Without `ref`: those of all orders that have some, by reference.
        """
        if ref is None:
            self.pass_time()
            return {o.ref: o.shipments() for o in self.orders.values() if o.packages}
        return self.order(ref).shipments()

    def cancellations(self):
        """Return what sellers cancelled: {order reference: {SKU: reason}}."""
        self.pass_time()
        found = {
            order.ref: {
                item.sku: item.cancel_reason
                for item in order.items
                if item.cancelled_by == "MERCHANT"
            }
            for order in self.orders.values()
        }
        return {ref: reasons for ref, reasons in found.items() if reasons}

    def add_seller(self, seller):
        """Add a selling account, with the catalogue listed."""
        self.sellers.append(seller)
        self.list_catalogue(seller)
        return seller

    def rotate_secret(self, client_id=None):
        """Give an application (the first seller's) a new secret, and return it.

        Refresh tokens stay valid, as at Amazon.
        """
        client_id = client_id or self.sellers[0].client_id
        mine = [seller for seller in self.sellers if seller.client_id == client_id]
        secret = f"amzn1.oa2-cs.v1.{made_up_key(mine[0].client_secret, 64)}"
        for seller in mine:
            seller.client_secret = secret
        return secret

    def seller_of(self, marketplace):
        """Return the first seller of a marketplace."""
        for seller in self.sellers:
            if marketplace in seller.marketplaces:
                return seller
        raise WorldError(f"No seller sells in marketplace {marketplace}")

    def __getstate__(self):
        return {key: value for key, value in vars(self).items() if key != "lock"}

    def __setstate__(self, state):
        self.__init__()  # what an earlier version did not know keeps its default
        vars(self).update(state, tampers={})

    # --- insides ---

    def _new_reference(self, marketplace, rng):
        while True:
            numbers = rng.randrange(10**7), rng.randrange(10**7)
            ref = "{}-{:07d}-{:07d}".format(marketplace.prefix, *numbers)
            if ref not in self.orders:
                return ref

    def new_secret(self, purpose):
        """Return a text as long as a real secret, the same for the same seed."""
        with self.lock:
            self._secrets += 1
            rng = random.Random(f"{self.seed_number}/{purpose}/{self._secrets}")
        return base64.b64encode(rng.randbytes(33)).decode()

    def new_key(self, purpose, length):
        """Return such a text that may stand in an address."""
        return made_up_key(self.new_secret(purpose), length)

    def snapshot(self):
        """Return all orders as plain texts, to compare worlds."""
        return {ref: repr(order) for ref, order in self.orders.items()} | {
            "now": to_text(self.now())
        }
