"""The table and the plot of `python3 -m dev bench`."""

import json
import tempfile

from . import python_env
from .console import DevError
from .process import run
from .workbench import setting_up

HEAD = ("way", "channel", "orders", "old", "ms", "cpu ms", "SQL", "× ours", "KB")
SCREEN_HEAD = ("screen", "orders", "SQL", "ms", "read in full")
PLOT = """
import json, sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as pyplot
report, path = json.load(open(sys.argv[1])), sys.argv[2]
figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
plain = [r for r in report["results"] if not r["history"] and r["channel"] == "fbm"]
for way in ("naive", "Odoo in batches", "this addon"):
    mine = [r for r in plain if r["way"] == way]
    for axis, key, label in ((axes[0], "sql", "SQL per order"),
                             (axes[1], "ms", "ms per order")):
        axis.plot([r["orders"] for r in mine], [r[key] for r in mine], "o-", label=way)
        axis.set(xscale="log", xlabel="orders", ylabel=label, ylim=(0, None))
        axis.grid(alpha=0.3)
axes[0].legend()
figure.savefig(path, dpi=110)
"""


def print_table(report):
    """Print a line per measurement."""
    ours = {
        (r["orders"], r["channel"]): r["cpu_ms"]
        for r in report["results"]
        if r["way"] == "this addon" and not r["history"]
    }
    rows = [HEAD]
    for result in report["results"]:
        base = ours.get((result["orders"], result["channel"]))
        ratio = f"{result['cpu_ms'] / base:.2f}" if base else ""
        rows.append(
            (
                result["way"],
                result["channel"].upper(),
                str(result["orders"]),
                str(result["history"]),
                f"{result['ms']:.1f}",
                f"{result['cpu_ms']:.1f}",
                f"{result['sql']:.1f}",
                ratio,
                f"{result['memory_kb']:.1f}",
            )
        )
    print(f"{report['odoo']}; {report['machine']}")
    if report["results"]:
        _print_rows(rows)
    if report["screens"]:
        _print_rows([SCREEN_HEAD, *map(_screen_row, report["screens"])])


def _screen_row(result):
    return (
        result["screen"],
        str(result["orders"]),
        str(result["sql"]),
        f"{result['ms']:.0f}",
        " ".join(result["read in full"]),
    )


def _print_rows(rows):
    """:param list rows: of tuples of text, the head first"""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join([row[0].ljust(widths[0]), *list(cells)[1:]]))


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
