"""The table and the plot of `python3 -m dev bench`."""

import json
import tempfile
from datetime import timedelta

from . import python_env
from .bench_accounts import FAULTS
from .console import DevError
from .process import run
from .workbench import setting_up

HEAD = (
    "work",
    "way",
    "count",
    "old",
    "ms each",
    "cpu each",
    "PostgreSQL",
    "SQL each",
    "SQL in all",
    "cpu x naive",
    "KB each",
)
RATES_HEAD = ("work", "design", "count", "calls", "Amazon's rates impose")
SCREEN_HEAD = ("screen", "orders", "SQL", "ms", "cpu", "read in full")
EVENTS_HEAD = ("sold out by", "goal s", "s until Amazon knew")
#: head -> key of what was measured
ACCOUNTS = {
    "accounts": "accounts",
    "processes": "processes",
    "had turns": "turned",
    "rounds": "rounds",
    "runs": "runs",
    "s a round": "seconds",
    "longest wait": "wait",
    "turns' spread": "spread",
    "overshoot": "overshoot",
    "calls": "calls",
    "side by side": "side_by_side",
    "busy": "busy",
    "imported": "imported",
}
PLOT = """
import json, sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as pyplot
report, path = json.load(open(sys.argv[1])), sys.argv[2]
plain = [r for r in report["results"]
         if not r["history"] and r["work"] == "FBM import"]
figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
sizes = sorted({r["count"] for r in plain})
top = {}
for way in dict.fromkeys(r["way"] for r in plain):
    mine = [r for r in plain if r["way"] == way]
    for axis, key in zip(axes, ("sql", "cpu_ms")):
        costs = [r[key] for r in mine]
        axis.plot([r["count"] for r in mine], costs, "o-")
        axis.annotate(way, (mine[0]["count"], costs[0]), (0, 6),
                      textcoords="offset points")
        top[key] = max(top.get(key, 0), *costs, 0)
for axis, key, title in ((axes[0], "sql", "SQL statements per order"),
                         (axes[1], "cpu_ms", "CPU per order, milliseconds")):
    axis.set(xscale="log", xlabel="orders imported", title=title,
             ylim=(0, 1.15 * top.get(key, 1)))
    axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axis.minorticks_off()
    axis.grid(alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)
figure.savefig(path, dpi=110)
"""


def print_table(report):
    """Print a line per measurement, then what Amazon's rates impose, then the lists."""
    results = report["results"]
    print(f"{report['odoo']}; {report['machine']}")
    if results:
        naive = {
            _comparable(result): result["cpu_ms"]
            for result in results
            if result["way"] == "naive"
        }
        rows = [_row(result, naive.get(_comparable(result))) for result in results]
        _print_rows([HEAD, *rows])
    rates = [
        _rate_row(result, design)
        for result in results
        for design in result.get("amazon", ())
        if not result["history"]
    ]
    if rates:
        print()
        _print_rows([RATES_HEAD, *rates])
    if report["screens"]:
        print()
        _print_rows([SCREEN_HEAD, *map(_screen_row, report["screens"])])
    if report["accounts"]:
        print()
        _print_accounts(report["accounts"])
    if report["events"]:
        print()
        rows = [
            (each["event"], f"{each['limit']}", _list_seconds(each["seconds"]))
            for each in report["events"]
        ]
        _print_rows([EVENTS_HEAD, *rows])


def _list_seconds(seconds):
    return " ".join(f"{number:.2f}" for number in seconds)


def _print_accounts(results):
    """Two tables: what was measured, and what must be zero."""
    heads = (
        ACCOUNTS,
        {"processes": "processes"} | {name.replace("_", " "): name for name in FAULTS},
    )
    for head in heads:
        rows = [[_figure(result[key]) for key in head.values()] for result in results]
        _print_rows([tuple(head), *rows])


def _figure(value):
    """Format one figure of the table.

    :param value: a count, seconds, or a list of seconds
    """
    if isinstance(value, list):
        return " ".join(f"{number:.0f}" for number in value)
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _comparable(result):
    return result["work"], result["count"], result["history"]


def _row(result, naive):
    """Format the line of one measurement.

    :param float naive: CPU of the usual way for the same, None: not measured
    """
    return (
        result["work"],
        result["way"],
        str(result["count"]),
        str(result["history"]),
        f"{result['ms']:.2f}",
        f"{result['cpu_ms']:.2f}",
        f"{result['pg_ms']:.2f}" if result.get("pg_ms") else "",
        f"{result['sql']:.2f}",
        f"{result['sql'] * result['count']:.0f}",
        f"{result['cpu_ms'] / naive:.3f}" if naive else "",
        f"{result['memory_kb']:.1f}",
    )


def _rate_row(result, design):
    """Format the line of what Amazon's rates impose.

    :param dict design: whose calls, and how long they take at least
    """
    calls = (f"{count} {operation}" for operation, count in design["calls"].items())
    return (
        result["work"],
        design["design"],
        str(result["count"]),
        ", ".join(calls),
        str(timedelta(seconds=round(design["seconds"]))),
    )


def _screen_row(result):
    return (
        result["screen"],
        str(result["orders"]),
        str(result["sql"]),
        f"{result['ms']:.0f}",
        f"{result.get('cpu_ms', 0):.0f}",
        " ".join(result["read in full"]),
    )


def _print_rows(rows):
    """Print a table with aligned columns.

    :param list rows: of tuples of text, the head first; numbers go to the right
    """
    columns = []
    for column in zip(*rows, strict=True):
        width = max(map(len, column))
        is_text = any(map(str.isalpha, "".join(column[1:])))
        adjust = str.ljust if is_text else str.rjust
        columns.append([adjust(cell, width) for cell in column])
    for row in zip(*columns, strict=True):
        print("  ".join(row).rstrip())


def plot(report, path):
    """Draw SQL and time per order against the number of orders, as PNG.

    :raise DevError: matplotlib could not be installed or failed.
    """
    with setting_up():
        python = python_env.environment("bench")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as content:
        json.dump(report, content)
        content.flush()
        drawn = run(python, "-c", PLOT, content.name, path)
    if drawn.returncode:
        raise DevError("the plot could not be drawn:\n" + drawn.stderr[-2000:])
