"""Many accounts and few processes: is everybody served, and are the stored records
right?

Real processes of Odoo run the scheduled action on one database, beside a simulator that
has all sellers; nothing is shortened but the time of a run.
"""

import socket
import threading
import time
from collections import Counter

from sim import Simulator, World
from sim.sellers import Seller

from . import bench_turns
from .console import DevError, say
from .process import free_port
from .torture import stage

COMPANIES = 4
#: of each account in the first round, and one more in each of the others
ORDERS = 3
ROUNDS = 2
#: of each product in each company: some orders find nothing left
STOCK = 50
#: the time of a run, so that a round takes several
SECONDS = 20
#: seconds that Amazon takes for an answer
LATENCY = 0.1
#: runs after the last round, for what lost a race
MOST_RUNS = 6
GERMANY = "A1PA6795UKMFR9"
SKUS = ("MUG-BLUE", "MUG-WHITE", "TEA-SENCHA")
KEYS = ("name", "client_id", "client_secret", "refresh_token", "merchant_token")
#: counts that must be zero
FAULTS = (
    "missing",
    "doubled",
    "elsewhere",
    "out_of_turn",
    "at_once",
    "late_turns",
    "double_quants",
    "over_reserved",
    "wrongly_reserved",
)


class Market(Simulator):
    """A simulator that takes its time, and notes when it was called."""

    def __init__(self):
        super().__init__(published_rates=True)
        self.spans = []

    def begin(self, count):
        """Begin a world of so many sellers, each time the same.

        :return list: of Seller
        """
        self.world = World(seed=1)
        self.world.sellers.clear()
        self.rates.forget()
        self.received.clear()
        self.spans.clear()
        for number in range(count):
            seller = Seller(
                f"Seller {number + 1}",
                "eu",
                f"A1SIMMANY{number + 1:05}",
                marketplaces=(GERMANY,),
            )
            self.world.add_seller(seller)
        return self.world.sellers

    def buy(self, seller, number):
        """Place an order of a seller at the simulator.

        :return str: reference of an order of one to three lines
        """
        items = [self.world.item(sku) for sku in SKUS[: 1 + number % len(SKUS)]]
        return self.world.place_order(marketplace=GERMANY, seller=seller, items=items)

    def serve(self, *request):
        """Answer a call, after a while."""
        began = time.time()
        time.sleep(LATENCY)
        reply = super().serve(*request)
        self.spans.append((began, time.time()))
        return reply


class Accounts:
    """Cases on copies of one database."""

    def __init__(self, bench, databases, market, silent_url, count):
        self.bench, self.databases, self.market = bench, databases, market
        self.base = databases.name("bench_accounts")
        self.name = databases.name("bench")
        self.count = count
        #: whose Amazon can not be reached, and whose says nothing
        self.urls = {1: f"http://127.0.0.1:{free_port()}", 2: silent_url}

    def prepare(self, template, processes):
        """Link all accounts in a copy of a database.

        :param int processes: the most that will work
        """
        self.databases.copy_shop(template, self.base)
        sellers = [
            {
                **{key: getattr(seller, key) for key in KEYS},
                "url": self.urls.get(number, self.market.url),
            }
            for number, seller in enumerate(self.market.begin(self.count))
        ]
        with stage.Nursery(self.bench, self.base) as nursery:
            nursery.do(
                "open_shops",
                sellers=sellers,
                companies=COMPANIES,
                stock=STOCK,
                processes=processes,
            )

    def measure(self, processes):
        """Let processes work on a fresh copy of the database.

        :return dict: what so many processes came to, see `Case.result`
        """
        self.databases.copy_shop(self.base, self.name)
        as_in_life = {"is_patient": True, "is_heard": True}
        with stage.Nursery(self.bench, self.name, **as_in_life) as nursery:
            sellers = self.market.begin(self.count)
            served = [s for n, s in enumerate(sellers) if n not in self.urls]
            case = Case(nursery, self.market, served, processes)
            for number in range(ROUNDS):
                case.play_round(number)
            case.settle()
            return case.result()

    def close(self):
        for name in (self.base, self.name):
            self.databases.drop(name)


class Case:
    """So many processes at work on one database.

    :ivar list visits: of (account, begin, end), of all runs
    """

    def __init__(self, nursery, market, served, processes):
        self.nursery, self.market, self.processes = nursery, market, processes
        self.served = served
        self.accounts = nursery.do("read_shops")["accounts"]
        self.placed, self.visits, self.runs, self.totals = [], [], [], Counter()
        self.visits_of_runs, self.visits_of_rounds = [], []
        self.failures = []

    # -- at work

    def play_round(self, number):
        """Sell, let the crons be due, and work until all accounts were scheduled."""
        for seller in self.served:
            for _order in range(1 if number else ORDERS):
                ref = self.market.buy(seller, len(self.placed))
                self.placed.append((seller.merchant_token, ref))
        self.nursery.do("round_is_due")
        accounts, before = self.accounts.values(), len(self.visits)
        self._work_until(
            lambda: bench_turns.count_turns(self.visits[before:], accounts) > 0
        )
        self.visits_of_rounds.append(self.visits[before:])
        say(f"accounts, {self.processes} at work: round {number + 1} of {ROUNDS}")

    def settle(self):
        """Continue until what had to wait is in Odoo, too."""
        for _run in range(MOST_RUNS):
            books = self.nursery.do("read_shops")
            if len(books["orders"]) >= len(self.placed) and "new" not in books["rows"]:
                return
            before = len(self.runs)
            self.nursery.do("round_is_due")
            self._work_until(lambda before=before: len(self.runs) > before)

    def _work_until(self, is_over):
        """Let all processes work until a condition holds.

        :raise DevError: a process failed
        """
        threads = [
            threading.Thread(target=self._work, args=[is_over])
            for _process in range(self.processes)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise DevError("\n".join(self.failures))

    def _work(self, is_over):
        """One process after the other does what is due, as a cron worker does."""
        idle = 0
        while not (is_over() or self.failures) and idle < SECONDS:
            try:
                answer = self.nursery.begin("work", seconds=SECONDS).wait()
            except DevError as error:
                self.failures.append(str(error))
                return
            idle = 0 if self._note(answer) else idle + 1
            time.sleep(bool(idle))

    def _note(self, answer):
        """Note the outcome of one run of a process.

        :return bool: whether there was anything to do
        """
        wrong = [answer.get("failure"), *answer["complaints"]] if answer else ["died"]
        self.failures += filter(None, wrong)
        self.totals["races"] += answer["races"] if answer else 0
        done = answer and answer.get("value") or {"runs": [], "visits": []}
        for run in done["runs"]:
            begin, end = run
            mine = [v[:3] for v in done["visits"] if begin <= v[1] <= end]
            self.visits_of_runs.append(mine)
            self.visits += mine
            self.runs.append(run)
        for *_visit, counts in done["visits"]:
            self.totals.update(counts)
        return bool(done["runs"])

    # -- results

    def result(self):
        """Compare what was sold with what is stored, and evaluate the scheduling.

        :return dict: counts and seconds; those named in FAULTS should be 0
        """
        books = self.nursery.do("read_shops")
        turned = {account for account, _begin, _end in self.visits}
        all_turns = bench_turns.count_turns(self.visits, self.accounts.values())
        rounds = self.visits_of_rounds
        return {
            "processes": self.processes,
            "accounts": len(self.accounts),
            "companies": COMPANIES,
            "seconds": [bench_turns.seconds_of_round(visits) for visits in rounds],
            "turned": len(turned),
            "rounds": all_turns,
            "runs": len(self.runs),
            "wait": bench_turns.longest_wait(self.visits),
            "spread": books["turns"],
            "overshoot": bench_turns.overshoot(self.runs, SECONDS),
            "calls": len(self.market.spans),
            "side_by_side": bench_turns.side_by_side(self.market.spans),
            "busy": self.totals["busy"],
            "races": self.totals["races"],
            "out_of_turn": sum(map(bench_turns.out_of_turn, rounds)),
            "at_once": bench_turns.at_once(self.visits),
            "late_turns": bench_turns.late_turns(
                self.runs, self.visits_of_runs, SECONDS
            ),
            **count_orders(self.placed, books["orders"]),
            **{name: books[name] for name in FAULTS[-3:]},
        }


def count_orders(placed, found):
    """Compare the orders that were placed with those in Odoo.

    :param list placed: of (seller, reference)
    :param list found: of (seller, reference, whether its company is the account's)
    :return dict: how many were imported, are missing, doubled, or in another company
    """
    counts = Counter((seller, ref) for seller, ref, _is_here in found)
    return {
        "imported": sum(key in counts for key in placed),
        "missing": sum(key not in counts for key in placed),
        "doubled": sum(count - 1 for count in counts.values()),
        "elsewhere": sum(not is_here for *_key, is_here in found)
        + len(counts.keys() - set(placed)),
    }


def measure(bench, databases, template, counts, note):
    """Measure with one process, then with two, from the same start.

    :param str template: database with the addon
    :param list counts: of accounts
    :param note: function that is given each result
    """
    for count in counts:
        with Market() as market, socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            accounts = Accounts(bench, databases, market, url, count)
            try:
                accounts.prepare(template, 2)
                for processes in (1, 2):
                    note(accounts.measure(processes))
            finally:
                accounts.close()
