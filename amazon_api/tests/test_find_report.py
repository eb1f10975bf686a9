from datetime import timedelta

from .. import LISTINGS_REPORT, ORDERS_REPORT, find_report
from .common import GERMANY, NOON, SINCE, AmazonCase, at
from .tables import report

FRANCE = "A13V1IB3VIYZZH"


class TestFindReport(AmazonCase):
    """After an answer was lost: is the report there?"""

    window = {
        "data_start_time": at(2026, 11, 18, ms=250),
        "data_end_time": at(2026, 11, 20, ms=250),
    }
    stated = {
        "report_type": ORDERS_REPORT,
        "data_start_time": at(2026, 11, 18),
        "data_end_time": at(2026, 11, 20),
    }

    def find(self, *reports, places=(GERMANY,), since=SINCE, **window):
        window = window or self.window
        return find_report(
            reports, ORDERS_REPORT, places, created_since=since, **window
        )

    def test_the_very_one(self):
        mine = report(**self.stated)
        self.assertIs(self.find(mine), mine)
        self.assertIsNone(self.find())

    def test_others(self):
        for changes in (
            {"report_type": LISTINGS_REPORT},
            {"marketplace_ids": (GERMANY, FRANCE)},
            {"created_time": SINCE - timedelta(seconds=1)},
            {"data_start_time": at(2026, 11, 17)},
            {"data_end_time": None},
        ):
            with self.subTest(changes):
                self.assertIsNone(self.find(report(**{**self.stated, **changes})))

    def test_without_a_window(self):
        mine = report(data_start_time=NOON)
        found = find_report([mine], LISTINGS_REPORT, [GERMANY], created_since=SINCE)
        self.assertIs(found, mine)

    def test_the_newest(self):
        older, newer = (
            report(**self.stated, created_time=at(2026, 11, 20, hour))
            for hour in (10, 11)
        )
        self.assertIs(self.find(older, newer), newer)
        self.assertIs(self.find(newer, older), newer)
