"""Runs a schedule: Amazon's side in this process, Odoo's in others."""

import random
import threading
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sim import SELLER, Simulator, World, WorldError
from sim.catalogue import CATALOGUE
from sim.faults import LastPage
from sim.sellers import Seller

from .books import find_oversold
from .trade import SETTLEMENTS, Trade

#: that pass at once
HOURS = 3
#: rounds without faults until nothing is left to do
MOST_ROUNDS = 24
#: after the third feed without a result a person has to decide: not tested here
MOST_SPOILT = 2
MACHINES = ("cron", "direct", "settle")
#: Runs of the scheduled actions after which nothing that is sold out is on sale: in the
#: first the orders are read, the next run of the fast lane states what they took; two
#: more for orders that only a report shows, and for what a killed worker had begun.
LANE = 4
BUTTONS = ("action_sync_orders", "action_sync_pickings", "action_sync_stock")
LINK_KEYS = {
    "lwa_client_id": "client_id",
    "lwa_client_secret": "client_secret",
    "refresh_token": "refresh_token",
    "seller_key": "merchant_token",
}
#: these change the stock
PACKERS = ("deliver", "recount", "cancel", "edit", "amend", "receive")
PLACES = ("A1PA6795UKMFR9", "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A1F83G8C2ARO7P")
#: so long before Amazon shows an order it was placed: the download is past it
LATE = timedelta(hours=5)
#: of each SKU in Amazon's warehouses
FBA_STOCK = 60
#: of the marketplaces, each of them has settlements of its own
CURRENCIES = ("EUR", "GBP")
KEYS = ("name", "client_id", "client_secret", "refresh_token", "merchant_token")


class Failure(Exception):
    """Odoo's records differ from what happened, or a process failed."""


@dataclass
class Totals:
    """The counts of a torture so far."""

    schedules: int = 0
    kills: int = 0
    requests: int = 0
    faults: Counter = field(default_factory=Counter)
    orders: int = 0
    packages: int = 0
    races: int = 0
    deadlocks: int = 0
    began: float = 0
    ended: float = 0

    def __str__(self):
        return (
            f"{self.kills} kills, {self.requests} requests, {self.faults.total()} "
            f"faults, {self.orders} orders, {self.packages} packages, {self.races} "
            f"races lost and run again, {self.deadlocks} deadlocks"
        )


class Play(Trade):
    """One schedule on one database, with a world and an account of its own."""

    def __init__(self, nursery, simulator, totals, schedule):
        self.nursery = nursery
        self.simulator = simulator
        self.totals = totals
        self.schedule = schedule
        self.spoilt = 0
        # Odoo lets two of them write a quant beside the one that is locked, and merges
        # them each night: whoever packs while orders come in has such quants by day.
        self.met = False
        self.is_late = False  # Amazon showed an order too late for the download
        self.is_paid = False  # Amazon has made settlements
        self.events = []  # what happened, for whoever has to find the cause
        simulator.begin_world(schedule.seed)
        self.world = simulator.world
        self.account = nursery.do(
            "open_account",
            url=simulator.url,
            seller={key: getattr(SELLER, key) for key in KEYS},
            stock=schedule.stock,
        )
        self.began = {}  # what lies where, by SKU; of days on which that is compared
        if schedule.trades:
            self.began = nursery.do("open_shop", account=self.account)

    def run(self):
        """Run all steps, then let it become quiet.

        :raise Failure: a process failed, or it never becomes quiet.
        """
        for step in self.schedule.steps:
            self.play(step)
        self.settle()

    def play(self, step):
        """Let one step happen.

        :raise Failure: a process failed.
        """
        self.events.append(str(step))
        rng = random.Random(f"{self.schedule.seed}/{step.number}")
        getattr(self, f"_{step.verb}")(rng, **step.words)

    def count(self):
        """Add to the counts what has happened in the world."""
        received = self.simulator.received
        self.totals.requests += len(received)
        self.totals.faults.update(call.fault for call in received if call.fault)
        orders = self.world.orders.values()
        self.totals.packages += sum(len(order.packages) for order in orders)

    def books(self):
        """Return what Odoo has stored, see `ledger.read`."""
        books = self.nursery.do("read", account=self.account)
        if self.schedule.trades:
            trade = self.nursery.do("read_trade", account=self.account)
            books["trade"] = {**trade, "began": self.began}
        return {**books, "unkept": self._unkept()}

    def _unkept(self):
        """Return the references of the packages that Amazon took and did not keep."""
        calls = [call for call in self.simulator.received if call.fault == "unkept"]
        return [call.json["packageDetail"]["packageReferenceId"] for call in calls]

    # -- at Amazon

    def _place(self, rng, orders, **details):
        for channel, kind in orders:
            ref = self.world.place_kind(kind, channel, rng.choice(PLACES), **details)
            self.events.append(f"    {ref} {channel} {kind}")
            self.totals.orders += 1

    def _place_late(self, rng, orders):
        """Only the nightly comparison can find what Amazon shows so late."""
        self.is_late = True
        moment = self.world.now() - LATE
        self._place(rng, orders, created=moment, updated=moment)

    def _change(self, rng, events):
        for event in events:
            refs = sorted(self.world.orders)
            rng.shuffle(refs)
            for ref in refs:
                if self._happens(event, ref):
                    self.events.append(f"    {ref} {event}")
                    break

    def _happens(self, event, ref):
        """Let it happen to an order; return False when it can not."""
        words = {"addressLine1": "Neuer Weg 7"} if event == "change_address" else {}
        try:
            getattr(self.world, event)(ref, **words)
        except WorldError:
            return False
        return True

    def _spoil_feed(self, _rng, end):
        self.spoilt += 1
        if self.spoilt <= MOST_SPOILT:
            getattr(self.world.feeds, end)()

    def _fault(self, _rng, operation, kind, **words):
        self.simulator.faults.add(operation, kind, **words)

    # -- in Odoo

    def _cron(self, _rng, is_due=False, kill=None):
        if is_due:
            self._pass_time()
        self._work("cron", {}, kill)

    def _together(self, _rng, workers, is_due=False):
        if is_due:
            self._pass_time()
        self.met = self.met or any(worker["job"][0] in PACKERS for worker in workers)
        begun = [self._begin(*worker["job"], worker["kill"]) for worker in workers]
        answers = [(worker, worker.wait()) for worker in begun]
        for worker, answer in answers:
            self._judge(worker, answer)

    def _press(self, _rng, button):
        self._work("press", {"button": button})

    def _deliver(self, _rng, **words):
        self._work("deliver", words)

    def _correct(self, _rng, seed):
        self._work("correct", {"seed": seed})

    def _edit(self, _rng, seed):
        self._work("edit", {"seed": seed})

    def _amend(self, _rng, seed):
        self._work("amend", {"seed": seed})

    def _cancel(self, _rng, **words):
        self._work("cancel", words)

    def _decide(self, _rng, **words):
        self._work("decide", words)

    def _recount(self, _rng, **words):
        self._work("recount", words)

    def _pay(self, _rng, reserve="0"):
        """Amazon closes a period in each currency, and makes the reports of it."""
        if self.schedule.trades:
            self._catch_up()
        else:
            self.nursery.do("open_books", account=self.account)
        self.is_paid = True
        for currency in CURRENCIES:
            made = self.world.settle(currency, reserve=Decimal(reserve))
            self.events.append(f"    {made.ref}: {made.total} {currency}")

    def _copy(self, _rng):
        """The database is a copy for a while: nothing leaves it."""
        before = self.nursery.do("rename_database")
        calls = len(self.simulator.received)
        self._work("cron", {})
        for button in BUTTONS:
            self._work("press", {"button": button})
        if left := self.simulator.received[calls:]:
            names = sorted({call.operation for call in left})
            raise Failure(f"a copied database called Amazon: {names}")
        self.nursery.do("rename_database", uuid=before)

    def _swap(self, _rng):
        """Somebody links the account again, with the keys of another seller."""
        number = len(self.world.sellers)
        other = Seller(f"Shop {number}", "eu", f"A1SIMSELLER{number}")
        self.world.add_seller(other)
        keys = {key: getattr(other, name) for key, name in LINK_KEYS.items()}
        if not self._work("swap_keys", {"keys": keys}):
            raise Failure("the keys of another seller were taken")

    def _jump(self, _rng, hours):
        """The server's clock was wrong until now, and is right again."""
        self.nursery.do("jump_clock", hours=hours)
        with self.world.lock:  # else Odoo asks once more, and Amazon says so
            for report in self.world.reports:
                report.created += timedelta(hours=min(hours, 0))

    def _pass_time(self):
        """So many hours that Amazon may be asked for the same reports again, also when
        a clock was an hour ahead.
        """
        self.nursery.do("pass_time", account=self.account, hours=HOURS)
        with self.world.lock:
            for report in self.world.reports:
                report.created -= timedelta(hours=HOURS)

    def _work(self, what, words, kill=None):
        """Have one process do something while no other works; return the result.

        :raise Failure: an exception, or a complaint in the log.
        """
        if kill:
            worker = self._begin(what, words, kill)
        else:
            worker = self.nursery.begin_alone(what, **self._complete(what, words))
        return self._judge(worker, worker.wait())

    def _complete(self, what, words):
        """Return the words of a job with those that all of its kind have."""
        words = dict(words)
        if what in MACHINES:
            words["page_size"] = self.schedule.page_size
        if what not in ("cron", "direct", "refuse"):
            words["account"] = self.account
        return words

    def _begin(self, what, words, kill):
        """Have a process of its own do something, and die as it is told."""
        words = self._complete(what, words)
        inside = kill and kill["place"] not in ("request", "moment") and kill or None
        worker = self.nursery.begin(what, kill=inside, **words)
        if kill and kill["place"] == "moment":
            threading.Timer(kill["number"] / 1000, worker.kill).start()
        elif kill and kill["place"] == "request":
            self.simulator.kill_at_request(worker, kill["number"])
        return worker

    def _judge(self, worker, answer):
        """Note the result of a worker.

        :raise Failure: an exception, or a complaint in the log.
        """
        self.simulator.spare()
        if answer is None:
            self.totals.kills += 1
            self.events.append(f"    {worker.job['do']} was killed")
            return None
        self.events.append(f"    {worker.job['do']}: {answer['counted']}")
        self.totals.races += answer["races"]
        complaints = answer["complaints"] if worker.job["do"] != "refuse" else []
        wrong = [answer.get("failure"), *complaints]
        if any(wrong):
            raise Failure("\n".join(filter(None, wrong)))
        if answer["value"]:
            self.events.append(f"    {worker.job['do']}: {answer['value']}")
        return answer["value"]

    # -- the end

    def settle(self):
        """Go on without faults until nothing is left to do.

        :raise Failure: something is left for ever, or buyers see goods that are gone.
        """
        self.simulator.heal()
        self.events.append("settle")
        if self.schedule.trades:
            self._retry_reports()
        for _night in range(2 if self.is_late else 1):
            self._pass_time()  # what was compared before it was shown is the next one's
            left = self._become_quiet(LANE)
            self._check_sold_out()
            if left:
                self._end_quietly()
        if self.schedule.trades:
            self._end_trade()
        elif self.is_paid:
            self._pass_time()
            self._work(*SETTLEMENTS)
        if self._unkept():
            self._find_unkept()
        if self.met:
            self.nursery.do("tidy")

    def _become_quiet(self, rounds):
        """Let each scheduled action run once in so many rounds, or until nothing is
        left to do; return what is left.
        """
        return self._work("settle", {"rounds": rounds})[-1]

    def _end_quietly(self):
        """Wait until all is quiet.

        :raise Failure: something is left for ever
        """
        if left := self._become_quiet(MOST_ROUNDS):
            raise Failure(f"never done: {left}")

    def _check_sold_out(self):
        """Compare what buyers can see with what is there.

        :raise Failure: they see goods that are gone
        """
        offers = self.nursery.do("sold_out", account=self.account)
        if wrong := [*find_oversold(self.world, offers)]:
            raise Failure("\n".join(wrong))

    def _find_unkept(self):
        """Hours later it is found what Amazon did not keep, and people send it again.

        :raise Failure: something is left for ever.
        """
        self.nursery.do("age_shipments", account=self.account, hours=3)
        self._pass_time()
        self._end_quietly()
        self._work("retry", {"model": "amazon.submission"})
        self._pass_time()
        self._end_quietly()


class Amazon(Simulator):
    """The simulator with a world for each schedule; it can kill workers."""

    def __init__(self):
        super().__init__(strict=True)
        self._victims = []

    def begin_world(self, seed):
        """Begin a new world that knows nothing of the earlier ones."""
        self.faults.clear()
        self._last_page = LastPage()
        self.world = World(zlib.crc32(seed.encode()))
        for shop in dict.fromkeys(PLACES):
            for sku in CATALOGUE:
                self.world.fba_stock(sku, shop, fulfillable=FBA_STOCK)
        self.received.clear()

    def heal(self):
        """End all faults."""
        self.faults.clear()
        for seller in self.world.sellers:
            seller.consent_revoked = False

    def kill_at_request(self, worker, number):
        """Kill a worker when so many requests have come in, before their answer."""
        self._victims.append([number, worker])

    def spare(self):
        """Kill nobody any more: a worker has come to its end."""
        self._victims.clear()

    def serve(self, *request):
        """Answer a call; it may be the last that somebody waits for."""
        reply = super().serve(*request)
        for victim in self._victims:
            victim[0] -= 1
            if victim[0] == 0:
                victim[1].kill()
        return reply
