"""How the turns of many accounts are counted, and shown."""

import contextlib
import io
import json
import unittest
from unittest import mock

from dev import bench_accounts, bench_turns
from dev.bench_accounts import FAULTS, Case, Market, count_orders
from dev.bench_table import print_table

#: two rounds over three accounts by one process
VISITS = [(1, 0, 4), (2, 4, 8), (3, 8, 12), (1, 12, 14), (2, 14, 16), (3, 16, 18)]


class TestTurns(unittest.TestCase):
    def test_rounds_last_from_the_first_turn_to_the_end_of_the_last(self):
        self.assertEqual(bench_turns.seconds_of_round(VISITS), 12)
        self.assertEqual(bench_turns.seconds_of_round(VISITS[3:]), 6)
        self.assertEqual(bench_turns.seconds_of_round([]), 0)

    def test_all_had_as_many_turns_as_who_had_the_fewest(self):
        self.assertEqual(bench_turns.count_turns(VISITS, [1, 2, 3]), 2)
        self.assertEqual(bench_turns.count_turns(VISITS[:5], [1, 2, 3]), 1)
        self.assertEqual(bench_turns.count_turns(VISITS, [1, 4]), 0)

    def test_who_waits_is_passed_by_nobody(self):
        self.assertEqual(bench_turns.longest_wait(VISITS), 12)
        self.assertEqual(bench_turns.out_of_turn(VISITS), 0)
        greedy = [(1, 0, 4), (1, 4, 8), (2, 8, 12)]
        self.assertEqual(bench_turns.out_of_turn(greedy), 1)
        self.assertEqual(bench_turns.out_of_turn([]), 0)

    def test_two_at_the_same_account_are_seen(self):
        self.assertEqual(bench_turns.at_once(VISITS), 0)
        self.assertEqual(bench_turns.at_once([*VISITS, (3, 17, 19)]), 1)

    def test_time_of_a_run_is_for_what_begins(self):
        runs, visits = [(0, 23), (23, 40)], [VISITS[:3], [(1, 46, 47)]]
        self.assertEqual(bench_turns.overshoot(runs, 20), 3)
        self.assertEqual(bench_turns.overshoot([], 20), 0)
        self.assertEqual(bench_turns.late_turns(runs, visits, 20), 1)
        self.assertEqual(bench_turns.late_turns(runs, [VISITS, []], 20), 0)

    def test_calls_side_by_side_are_both_counted(self):
        self.assertEqual(bench_turns.side_by_side([(0, 1), (1, 2), (3, 4)]), 0)
        self.assertEqual(bench_turns.side_by_side([(5, 6), (0, 3), (1, 2)]), 2)
        self.assertEqual(bench_turns.side_by_side([(0, 9), (1, 2), (3, 4)]), 3)


class TestAccounts(unittest.TestCase):
    def test_each_order_is_to_be_there_once_and_in_its_books(self):
        placed = [("A", "1"), ("A", "2"), ("B", "3")]
        found = [("A", "1", True), ("A", "1", True), ("B", "3", False)]
        counts = {"imported": 2, "missing": 1, "doubled": 1, "elsewhere": 1}
        self.assertEqual(count_orders(placed, found), counts)
        self.assertEqual(count_orders([], [("C", "9", True)])["elsewhere"], 1)

    def test_world_is_the_same_for_each_case(self):
        market, seen = Market(), []
        for _case in range(2):
            sellers = market.begin(4)
            refs = [market.buy(seller, n) for n, seller in enumerate(sellers)]
            orders = market.world.orders
            items = [[item.sku for item in orders[ref].items] for ref in refs]
            seen.append((items, [orders[ref].seller for ref in refs]))
        self.assertEqual(*seen)
        self.assertEqual([len(items) for items in seen[0][0]], [1, 2, 3, 1])

    def test_what_processes_did_is_kept_and_a_death_is_a_failure(self):
        case = Case(mock.MagicMock(), Market(), [], 1)
        visits = [[7, 1.0, 2.0, {"done": 3}], [8, 2.0, 3.0, {"errors": 1}]]
        value = {"runs": [[0.5, 3.5]], "visits": visits}
        answer = {"value": value, "complaints": [], "races": 2}
        self.assertTrue(case._note(answer))
        self.assertFalse(case._note({**answer, "value": {"runs": [], "visits": []}}))
        self.assertEqual(case.visits, [[7, 1.0, 2.0], [8, 2.0, 3.0]])
        self.assertEqual(case.totals, {"done": 3, "errors": 1, "races": 4})
        self.assertFalse(case._note(None))
        self.assertEqual(case.failures, ["died"])

    def test_case_with_one_process_comes_before_that_with_two(self):
        noted = []
        accounts = mock.Mock(measure=lambda processes: processes)
        with mock.patch.object(bench_accounts, "Accounts", lambda *_words: accounts):
            bench_accounts.measure(None, None, "base", [200], noted.append)
        self.assertEqual(noted, [1, 2])
        accounts.prepare.assert_called_once_with("base", 2)
        accounts.close.assert_called_once_with()

    def test_table_shows_what_was_measured_and_what_must_be_nought(self):
        keys = "turned rounds runs wait spread overshoot calls side_by_side busy"
        result = dict.fromkeys([*keys.split(), "imported", *FAULTS], 0)
        result.update(accounts=200, processes=2, seconds=[61.2, 58.7], missing=5)
        head = {"odoo": "Odoo 17.0", "machine": "2 cores"}
        report = {
            **head,
            "results": [],
            "screens": [],
            "accounts": [result],
            "events": [],
        }
        with contextlib.redirect_stdout(io.StringIO()) as output:
            print_table(json.loads(json.dumps(report)))
        lines = [" ".join(line.split()) for line in output.getvalue().splitlines()]
        self.assertIn("200 2 0 0 0 61 59 0 0 0 0 0 0 0", lines)
        self.assertIn("2 5 0 0 0 0 0 0 0 0", lines)
