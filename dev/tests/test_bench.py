"""What the bench measures, prints and keeps."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from dev import bench
from dev.bench_table import print_table
from dev.console import Stopped

IMPORT = {"work": "FBM import", "way": "naive", "count": 200, "history": 0}
COST = {"ms": 120.0, "cpu_ms": 80.0, "sql": 165.5, "memory_kb": 0.5}


def options(**values):
    nothing = dict.fromkeys(
        (
            "orders",
            "history",
            "offers",
            "pickings",
            "screens",
            "settlements",
            "bulk",
            "footprint",
            "accounts",
            "events",
        ),
        (),
    )
    return SimpleNamespace(**{**nothing, "series": None, "plot": None, **values})


class TestBench(unittest.TestCase):
    def plan(self, **values):
        """Plan a bench with these options.

        :return list: of what is measured, as text without the module
        """
        return [" ".join(map(str, step[1:])) for step in bench.plan(options(**values))]

    def test_each_way_has_each_size_and_the_smallest_has_a_past(self):
        self.assertEqual(
            [
                step
                for step in self.plan(orders=[200, 1000], history=[50])
                if "this" in step
            ],
            [
                "this addon 200 0 fbm",
                "this addon 1000 0 fbm",
                "this addon 200 50 fbm",
                "this addon 200 0 first",
                "this addon 200 0 fba",
                "this addon 200 0 re-read",
                "this addon 100 0",
            ],
        )
        self.assertEqual(
            self.plan(offers=[5000], pickings=[1000]),
            [
                "naive 5000 0",
                "Odoo in batches 5000 0",
                "this addon 5000 0",
                "naive 1000 0",
                "this addon 1000 0",
            ],
        )

    def test_what_only_this_addon_has_is_measured_once(self):
        self.assertEqual(
            self.plan(screens=[200], settlements=[20], bulk=[30]),
            ["this addon 200 0", "this addon 20 0", "this addon 30 0"],
        )

    def test_who_stops_it_keeps_what_was_measured(self):
        def measure(this, _options):
            this.report["results"].append({**IMPORT, **COST})
            raise Stopped(15)

        patches = (
            mock.patch.object(bench, "opened", mock.MagicMock()),
            mock.patch.object(bench, "Databases"),
            mock.patch.object(bench, "setting_up", contextlib.nullcontext),
            mock.patch.object(bench.Bench, "measure", measure),
            mock.patch.object(
                bench.odoo_source, "choose", lambda _series: (["Odoo 17.0"], [])
            ),
            contextlib.redirect_stdout(io.StringIO()),
        )
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            for patch in patches:
                stack.enter_context(patch)
            path = Path(folder) / "bench.json"
            with self.assertRaises(Stopped):
                bench.measure(options(json=path))
            self.assertEqual([path], list(path.parent.iterdir()))
            kept = json.loads(path.read_text())
        self.assertEqual(kept["results"], [{**IMPORT, **COST}])
        self.assertFalse(kept["is_whole"])

    def test_table_compares_the_ways_and_names_what_amazon_imposes(self):
        amazon = [{"design": "this addon", "calls": {"searchOrders": 2}, "seconds": 90}]
        ours = {"way": "this addon", "cpu_ms": 17.6, "amazon": amazon}
        report = {
            "odoo": "Odoo 17.0",
            "machine": "2 cores",
            "results": [{**IMPORT, **COST}, {**IMPORT, **COST, **ours}],
            "screens": [],
            "accounts": [],
            "events": [
                {"event": "move done", "limit": 2, "seconds": [0.71, 1.2]},
            ],
        }
        with contextlib.redirect_stdout(io.StringIO()) as output:
            print_table(report)
        lines = [" ".join(line.split()) for line in output.getvalue().splitlines()]
        self.assertIn(
            "FBM import naive 200 0 120.00 80.00 165.50 33100 1.000 0.5", lines
        )
        self.assertIn(
            "FBM import this addon 200 0 120.00 17.60 165.50 33100 0.220 0.5", lines
        )
        self.assertIn("FBM import this addon 200 2 searchOrders 0:01:30", lines)
        self.assertIn("move done 2 0.71 1.20", lines)
