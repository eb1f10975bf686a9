"""Whatever way Amazon states an order, its worth comes out (feature F1).

A falsifying example names the seed of the order and the way it was stated.
"""

import os
import unittest
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..amounts import order_amounts
from .order_statements import Truth, Way

CI = os.environ.get("CI", "").lower() in ("true", "1")

#: so large that no two readings fit by mere chance
TELLING = (1000, 10**10)
SMALL = (0, 300)

seeds = st.integers(0, 2**32)
plain_ways = st.builds(
    Way,
    tax_included=st.booleans(),
    discount_sign=st.sampled_from((1, -1)),
    discount_subtotal=st.sampled_from(("all", "goods")),
    tax_details=st.sampled_from(("all", "not_discount")),
    tip_in_total=st.just(True),
)


def consistently(way):
    """The discount's tax can be beside the subtotal only where details state it."""
    if way.tax_details == "all":
        return way
    return replace(way, tax_subtotal="net")


taxes_beside = st.sampled_from(("net", "before_discount", "with_discount_added"))
proven_ways = st.one_of(
    # each item's total tells
    st.builds(
        lambda way, subtotal, grand: consistently(
            replace(way, tax_subtotal=subtotal, grand_total=grand)
        ),
        plain_ways,
        taxes_beside,
        st.sampled_from(("gross", "without_remitted", "none")),
    ),
    # only the order's total tells, or the items' are before tax
    st.builds(
        lambda way, subtotal, item: consistently(
            replace(way, tax_subtotal=subtotal, item_total=item)
        ),
        plain_ways,
        taxes_beside,
        st.sampled_from(("net", "none")),
    ),
)


def examples(count):
    return settings(
        max_examples=count,
        derandomize=CI,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )


def stated_lines(amounts):
    return [(line.item_id, line.kind, line.amount) for line in amounts.lines]


class TestAmountsProperties(unittest.TestCase):
    maxDiff = None

    def assertWorth(self, truth, way, **options):
        amounts = order_amounts(truth.order(way), **options)
        self.assertEqual(stated_lines(amounts), truth.lines)
        self.assertEqual(
            (amounts.total, amounts.facilitator_tax, amounts.unexplained),
            (truth.total, truth.remitted, 0),
        )

    @examples(1200)
    @given(seeds, proven_ways)
    def test_f1_the_worth_of_each_line(self, seed, way):
        self.assertWorth(Truth(seed, TELLING), way)

    @examples(800)
    @given(seeds, proven_ways)
    def test_f3_all_tax_is_remitted(self, seed, way):
        self.assertWorth(Truth(seed, TELLING, remitted=(True,)), way)

    @examples(800)
    @given(seeds, proven_ways)
    def test_f3_some_tax_is_remitted(self, seed, way):
        self.assertWorth(Truth(seed, TELLING, remitted=(True, False)), way)

    @examples(300)
    @given(seeds, plain_ways)
    def test_f3_remitted_tax_as_a_line(self, seed, way):
        truth = Truth(seed, TELLING, remitted=(True, False))
        amounts = order_amounts(truth.order(way), show_facilitator_tax=True)
        shown = [(None, "facilitator_tax", truth.remitted)] if truth.remitted else []
        self.assertEqual(stated_lines(amounts), truth.lines + shown)
        self.assertEqual(amounts.total, truth.total + truth.remitted)
        self.assertEqual(amounts.unexplained, 0)

    @examples(600)
    @given(seeds, proven_ways)
    def test_f1_small_amounts_where_several_readings_fit(self, seed, way):
        """Which line has what is then open, but not what the order is worth."""
        truth = Truth(seed, SMALL)
        amounts = order_amounts(truth.order(way))
        self.assertEqual((amounts.total, amounts.unexplained), (truth.total, 0))

    @examples(400)
    @given(seeds, plain_ways, st.integers(-(10**9), 10**9))
    def test_f1_a_wrong_order_total_is_stated_exactly(self, seed, way, error):
        truth = Truth(seed, TELLING, remitted=(True, False))
        amounts = order_amounts(truth.order(way, tamper=error))
        wrong = truth.money(error)
        self.assertEqual(amounts.total, truth.total + wrong)
        tip = truth.money(truth.tip)  # not proven, so part of what is unexplained
        if error:
            self.assertIn(amounts.unexplained, (wrong, wrong + tip))

    @examples(400)
    @given(seeds, plain_ways)
    def test_f1_tax_without_details(self, seed, way):
        """The share of each charge is a guess, the whole is not."""
        way = replace(way, tax_details="none")
        truth = Truth(seed, TELLING, remitted=(True, False))
        amounts = order_amounts(truth.order(way))
        self.assertEqual(
            (amounts.total, amounts.facilitator_tax, amounts.unexplained),
            (truth.total, truth.remitted, 0),
        )

    @examples(300)
    @given(seeds, plain_ways, st.booleans())
    def test_f1_only_the_order_states_money(self, seed, way, remitted):
        way = replace(way, where="order", discount_subtotal="all", item_total="none")
        truth = Truth(seed, TELLING, remitted=(remitted,))
        amounts = order_amounts(truth.order(way))
        self.assertEqual(
            (amounts.total, amounts.facilitator_tax, amounts.unexplained),
            (truth.total, truth.remitted, 0),
        )
        goods = [line for line in amounts.lines if line.kind == "product"]
        self.assertEqual(
            [line.item_id for line in goods],
            [str(number) for number in range(len(truth.items))],
        )

    @examples(300)
    @given(seeds, plain_ways)
    def test_f1_tip_that_is_charged_apart(self, seed, way):
        truth = Truth(seed, TELLING)
        amounts = order_amounts(truth.order(replace(way, tip_in_total=False)))
        self.assertEqual(amounts.total, truth.total - truth.money(truth.tip))
        self.assertEqual(amounts.unexplained, 0)


if __name__ == "__main__":
    unittest.main()
