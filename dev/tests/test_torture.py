import unittest
from unittest import mock

from dev.torture import books, command, money_days, schedule
from dev.torture.play import Amazon, Play, Totals
from dev.torture.schedule import SIDES
from dev.torture.stories import LONG, MEETINGS, STORIES
from sim import SELLER
from sim.faults import KINDS
from sim.operations import OPERATIONS
from sim.reports import LISTINGS_REPORT

GERMANY = "A1PA6795UKMFR9"


class TestSchedules(unittest.TestCase):
    def test_a_seed_is_the_same_day_each_time(self):
        self.assertEqual(schedule.draw("5"), schedule.draw("5"))
        self.assertNotEqual(schedule.draw("5"), schedule.draw("6"))

    def test_all_that_is_drawn_can_be_played(self):
        seeds = [str(number) for number in range(300)]
        seeds += [*MEETINGS, *(schedule.commit_seed(s, "after", 3) for s in STORIES)]
        seeds += [money_days.seed(number) for number in range(100)]
        operations = {*OPERATIONS, "*"}
        seen = set()
        for seed in seeds:
            for step in schedule.draw(seed).steps:
                seen.add(step.verb)
                self.assertTrue(callable(getattr(Play, f"_{step.verb}")))
                if step.verb == "fault":
                    self.assertIn(step.words["kind"], KINDS)
                    self.assertIn(step.words["operation"], operations)
        named = {"copy", "swap", "jump", "pay"}  # have days of their own
        self.assertEqual(seen, {*schedule.VERBS, *named, *money_days.VERBS})

    def test_each_story_ends_with_the_kill_that_its_seed_names(self):
        for story in STORIES:
            last = schedule.draw(schedule.commit_seed(story, "before", 7)).steps[-1]
            [worker] = last.words["workers"]
            kill = {"place": "before commit", "number": 7}
            self.assertEqual(worker["kill"], kill)

    def test_a_story_is_killed_at_each_commit_until_there_is_none_left(self):
        totals, played = Totals(), []
        for seed in command.with_commits([command.Commits()], totals):
            played.append(seed)
            totals.kills += int(seed.split(",")[2]) <= 3
        self.assertEqual(len(played), len(STORIES) * 2 * 4)

    def test_long_stories_of_one_side_are_killed_at_every_third_commit(self):
        totals, played = Totals(), []
        for seed in command.with_commits([command.Commits(("after",))], totals):
            story, _side, number = seed.split(",")
            played.append((story, int(number)))
            totals.kills += int(number) <= 4
        for story in STORIES:
            numbers = [number for name, number in played if name == story]
            self.assertEqual(numbers, [1, 4, 7] if story in LONG else [1, 2, 3, 4, 5])

    def test_two_series_share_the_sides_of_the_kills(self):
        played = [
            list(command.with_commits([command.Commits((side,))], Totals()))
            for side in SIDES
        ]
        self.assertEqual([len(seeds) for seeds in played], [len(STORIES)] * 2)
        self.assertFalse({*played[0]} & {*played[1]})


class TestBooks(unittest.TestCase):
    """Books that are right, and each kind of mistake in them."""

    def setUp(self):
        super().setUp()
        self.amazon = Amazon()
        self.amazon.begin_world("1")
        self.world = self.amazon.world
        ref = self.world.place_order(items=[self.world.item("MUG-BLUE", quantity=2)])
        self.order = self.world.order(ref)
        self.world.put_package(
            ref, "7", "DHL", "0034", [(self.order.items[0].id, 2)], shipped="now"
        )
        item = self.order.items[0].id
        self.row = {"ref": ref, "state": "done", "held": {}}
        self.line = {"item": item, "ordered": 2, "before": 0, "moved": 2, "done": 2}
        self.line.update(stored=True, pieces=2, open=0, waiting=0)
        self.package = {"reference": "7", "done": True, "tracking": "0034"}
        self.package["items"] = {item: 2}
        self.booked = {
            "ref": ref,
            "state": "sale",
            "total": f"{self.order.total:.2f}",
            "currency": "EUR",
            "review": False,
            "edited": False,
            "lines": [self.line],
            "packages": [self.package],
        }
        self.message = {"kind": "shipment", "state": "done", "ref": ref, "package": "7"}
        self.books = {
            "rows": [self.row],
            "orders": [self.booked],
            "messages": [self.message],
            "offers": [],
            "listings": [self.listed("MUG-BLUE", "fbm")],
            "FBA stock": [],
            "settlements": [],
            "unkept": [],
            **dict.fromkeys(books.FAULTS, []),
        }

    def listed(self, sku, channel):
        """Return an offer of Germany, all of whose listings but this one are gone."""
        for key, listing in list(self.world.listings.items()):
            if (listing.marketplace, listing.sku) == (GERMANY, sku):
                found = listing
            elif listing.marketplace == GERMANY:
                del self.world.listings[key]
        return {
            "marketplace": GERMANY,
            "sku": sku,
            "channel": channel,
            "asin": found.asin,
            "title": found.title,
            "price": f"{found.price:.2f}",
        }

    def assert_wrong(self, *said):
        found = books.compare(self.world, self.books)
        self.assertEqual(len(found), len(said), found)
        for text, words in zip(found, said, strict=True):
            self.assertIn(words, text)

    def test_all_is_well(self):
        self.assert_wrong()

    def test_buyers_see_what_is_sold_out(self):
        offer = {"sku": "MUG-BLUE", "marketplace": GERMANY}
        key = (SELLER.merchant_token, GERMANY, "MUG-BLUE")
        self.world.listings[key].quantity = 3
        [words] = books.find_oversold(self.world, [offer])
        self.assertIn("buyers see 3", words)
        self.world.listings[key].quantity = 0
        self.assertEqual([*books.find_oversold(self.world, [offer])], [])

    def test_settlement_is_missing_or_twice_or_another(self):
        self.order.status = "SHIPPED"
        made = self.world.settle(reserve="1.00")
        right = {
            "ref": made.ref,
            "state": "posted",
            "message": False,
            "rows": len(made.rows),
            "entries": ["posted"],
            "booked": {
                self.order.ref: f"{made.sales[self.order.ref]:.2f}",
                "Amazon Fees": f"{-made.fees:.2f}",
                "Amazon Reserve": "-1.00",
                "Amazon Payouts in Transit": f"{-made.total:.2f}",
            },
        }
        self.books["settlements"] = [right]
        self.assert_wrong()
        twice = {**right, "entries": ["posted", "posted"]}
        for found in ([], [right, right], [twice], [{**right, "booked": {}}]):
            with self.subTest(found=len(found)):
                self.books["settlements"] = found
                self.assert_wrong(f"'ref': '{made.ref}'")

    def test_order_is_lost(self):
        self.books.update(rows=[], orders=[])
        self.assert_wrong("never noted")

    def test_order_is_noted_and_not_imported(self):
        self.row["state"] = "new"
        self.assert_wrong("stuck")

    def test_order_is_doubled(self):
        self.books["orders"] *= 2
        self.assert_wrong("2 times in the books")

    def test_order_of_nobody(self):
        self.books["orders"].append({**self.booked, "ref": "302-1"})
        self.assert_wrong("302-1 is not known")

    def test_a_cent_is_missing(self):
        self.booked["total"] = "0.01"
        self.assert_wrong("0.01 EUR in Odoo")

    def test_goods_are_delivered_twice(self):
        self.line["moved"] = 4
        self.assert_wrong("4 on the way")

    def test_more_is_reported_than_left(self):
        self.booked["edited"] = True
        self.line.update(ordered=1, moved=1, done=1)
        self.assert_wrong("1 left, 2 is what Amazon knows")

    def test_nobody_hears_of_what_nobody_delivers(self):
        self.booked["edited"] = True
        item = self.order.items[0].id
        self.order.status = "UNSHIPPED"
        self.order.packages[0]["items"] = [(item, 1)]
        self.package["items"] = {item: 1}
        self.line.update(ordered=1, moved=1, done=1)
        self.assert_wrong("nobody delivers 1 pieces, 0 in Odoo")
        self.line["open"] = 1
        self.assert_wrong()

    def test_package_was_never_told(self):
        self.order.packages.clear()
        self.assert_wrong("None is what Amazon knows")

    def test_package_was_told_twice(self):
        self.order.packages.append({**self.order.packages[0], "reference": "8"})
        self.assert_wrong("package 8: None left")

    def test_message_is_stuck(self):
        for state in ("todo", "sending", "submitted", "unknown", "failed", "held"):
            self.message["state"] = state
            self.assert_wrong("is stuck")

    def test_cancelled_order_is_delivered(self):
        ref = self.world.place_order()
        item = self.world.order(ref).items[0].id
        self.world.cancel(ref)
        self.books["rows"].append({**self.row, "ref": ref})
        line = {**self.line, "item": item, "done": 0}
        other = {**self.booked, "ref": ref, "lines": [line], "packages": []}
        self.books["orders"].append(other)
        self.assert_wrong("cancelled at Amazon, sale in Odoo")

    def test_pending_order_holds_its_goods_and_no_other_does(self):
        ref = self.world.place_order(
            items=[self.world.item("A", quantity=2), self.world.item("B")],
            status="PENDING",
        )
        self.books["offers"] = [{"sku": "A", "marketplace": "X"}]
        row = {"ref": ref, "state": "waiting", "held": {"A": 2}}
        self.books["rows"].append(row)
        with mock.patch.object(books, "_stock", return_value=[]):
            self.assert_wrong()
            row["held"] = {}
            self.assert_wrong("keeps {} aside")
            row["held"], self.row["held"] = {"A": 2}, {"A": 1}
            self.assert_wrong("keeps {'A': 1} aside")

    def test_stock_is_not_what_was_told(self):
        offer = {"sku": "A", "marketplace": "X", "available": 3, "sent": 3}
        self.books["offers"] = [offer]
        self.assert_wrong("Amazon was told None")

    def test_listing_is_missing_doubled_or_another(self):
        for rows in ([], self.books["listings"] * 2, [{"price": "0.01"}]):
            offers = [{**self.books["listings"][0], **row} for row in rows]
            self.assertEqual(len([*books._listings(self.world, offers)]), bool(offers))
            self.books["listings"] = self.books["listings"][:1]

    def test_fba_stock_is_not_what_amazon_counts(self):
        stock = self.world.fba_stock("MUG-BLUE")
        self.world.fba_stocks = {1: stock}
        row = {"sku": "MUG-BLUE", "marketplace": GERMANY, "reserved": stock.reserved}
        self.books["FBA stock"] = [{**row, "fulfillable": stock.fulfillable}]
        self.assert_wrong()
        self.books["FBA stock"] = [{**row, "fulfillable": 3}]
        self.assert_wrong("FBA stock EU MUG-BLUE")

    def test_report_was_asked_for_twice(self):
        for _time in range(2):
            self.world.reports.add("A", LISTINGS_REPORT, (GERMANY,), self.world.now())
        self.assert_wrong("was asked for twice")

    def test_shelf_is_wrong(self):
        self.books["over-reserved"] = [["1", "2"]]
        self.assert_wrong("over-reserved")


class TestKills(unittest.TestCase):
    def test_worker_is_killed_when_its_request_comes_in(self):
        with Amazon() as amazon:
            amazon.begin_world("1")
            killed = []
            worker = type("Worker", (), {"kill": lambda self: killed.append(1)})()
            amazon.kill_at_request(worker, 2)
            for expected in (0, 1, 1):
                amazon.serve("GET", "/nowhere", "", {}, b"")
                self.assertEqual(len(killed), expected)
