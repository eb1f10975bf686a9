"""The command line: `python3 -m dev COMMAND`."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036
    sys.exit("dev: Python 3.10 or newer is needed, this is " + sys.version.split()[0])

import argparse  # noqa: E402

from . import (  # noqa: E402
    accessibility,
    bench,
    clean,
    doctor,
    features,
    fuzz_command,
    lint,
    models,
    run_command,
    screenshots,
    shell_command,
    tests_command,
    translations,
)
from .console import DevError, Stopped, stop_on_signals  # noqa: E402
from .odoo_source import SERIES  # noqa: E402
from .torture import command as torture_command  # noqa: E402
from .torture import soak as soak_command  # noqa: E402
from .torture.schedule import SIDES  # noqa: E402


def _add_modules(command, more=""):
    command.add_argument(
        "--with",
        dest="modules",
        type=lambda names: names.split(","),
        default=[],
        metavar="MODULES",
        help=f"of Odoo, installed besides{more}",
    )


def parser():
    """Return the parser; each command names the function that does it."""
    main = argparse.ArgumentParser(prog="python3 -m dev", description=__doc__)
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="PostgreSQL, Odoo and the Amazon simulator")
    run.add_argument("--series", choices=SERIES)
    run.add_argument("--port", type=int, help="of Odoo (8069)")
    run.add_argument("--simulator-port", type=int, help="(8199)")
    run.add_argument("--seed", type=int, help="of the simulator")
    run.add_argument("--fresh", action="store_true", help="begin with a new database")
    run.add_argument("--exit-after", type=float, metavar="SECONDS")
    run.set_defaults(do=run_command.serve)

    test = commands.add_parser("test", help="all tests, on a real Odoo")
    test.add_argument("--series", choices=(*SERIES, "all"))
    only = ("unit", "odoo", "install", "torture", "clients")
    test.add_argument("--only", choices=only)
    test.add_argument("--tags", help="as Odoo's --test-tags; no unit tests")
    _add_modules(test, "; alone: the tests that are for them")
    test.add_argument(
        "--everything",
        action="store_true",
        help="besides: with further modules of Odoo, old orders, and the torture",
    )
    test.add_argument("-k", action="append", default=[], metavar="NAME", help="by name")
    test.add_argument(
        "--changed",
        nargs="?",
        const="HEAD",
        metavar="COMMIT",
        help="the tests nearest to the files that differ from it (HEAD), in a minute",
    )
    test.add_argument("--slowest", type=int, default=0, metavar="N", help="show them")
    test.add_argument("--keep", action="store_true", help="keep the test database")
    test.set_defaults(do=tests_command.test)
    add_small_commands(commands)
    add_commands_of_makers(commands)
    return main


def add_small_commands(commands):
    """Add the commands beside `run` and `test`."""
    check = commands.add_parser("lint", help="ruff, mypy, pylint-odoo, OCA's checks")
    check.add_argument("--fix", action="store_true", help="what ruff can mend")
    check.set_defaults(do=lint.lint)

    torture = commands.add_parser("torture", help="faults and SIGKILL, then the books")
    torture.add_argument("--series", choices=SERIES)
    torture.add_argument("--schedules", type=int, metavar="N", help="how many (100)")
    torture.add_argument("--seconds", type=float, metavar="N", help="how long")
    torture.add_argument("--seed", metavar="S", help="of the first schedule")
    torture.add_argument(
        "--commits",
        nargs="*",
        choices=SIDES,
        help="before them: who meets whom, and a kill before and after each commit",
    )
    torture.add_argument(
        "--shrink", metavar="S", help="the least of this seed that still fails"
    )
    torture.add_argument(
        "--money",
        nargs=2,
        type=int,
        metavar=("FIRST", "COUNT"),
        help="besides: so many days of refunds and returns (seed 'money FIRST' …)",
    )
    torture.add_argument("--result", metavar="FILE", help=argparse.SUPPRESS)
    torture.set_defaults(do=torture_command.torture)

    soak = commands.add_parser("soak", help="a long run, memory watched")
    soak.add_argument("--series", choices=SERIES)
    soak.add_argument("--minutes", type=float, default=30, metavar="N", help="(30)")
    soak.add_argument("--seed", metavar="S", help="of what happens")
    soak.set_defaults(do=soak_command.soak)

    fuzz = commands.add_parser("fuzz", help="strange answers, for a long time")
    fuzz.add_argument("--minutes", type=float, default=10, metavar="N", help="(10)")
    fuzz.set_defaults(do=fuzz_command.fuzz)

    shell = commands.add_parser("shell", help="Odoo's shell on the database of run")
    shell.add_argument("--series", choices=SERIES)
    shell.set_defaults(do=shell_command.shell)

    look = commands.add_parser("doctor", help="what was found and would be chosen")
    look.set_defaults(do=doctor.doctor)

    stop = commands.add_parser("stop", help="what an earlier run left behind")
    stop.set_defaults(do=clean.stop)

    free = commands.add_parser("clean", help="delete the cache, say what that frees")
    free.add_argument("--all", action="store_true", help="Odoo's sources, too")
    free.add_argument("--databases", action="store_true", help="only the databases")
    free.set_defaults(do=clean.clean)


def add_commands_of_makers(commands):
    """Add what makes the documentation, the translations and the figures."""
    texts = commands.add_parser("translations", help="bring i18n up to the sources")
    texts.set_defaults(do=translations.update)

    page = commands.add_parser("features", help="which tests prove which feature")
    page.set_defaults(do=features.update)

    news = commands.add_parser("models", help="what Amazon has published since")
    news.add_argument("--seen", action="store_true", help="it was looked at")
    news.set_defaults(do=models.print_news)

    pictures = commands.add_parser("screenshots", help="pictures of the documentation")
    pictures.set_defaults(do=screenshots.make)

    axe = commands.add_parser("accessibility", help="axe-core looks at our screens")
    axe.add_argument("--series", choices=SERIES)
    axe.set_defaults(do=accessibility.check)

    costs = commands.add_parser("bench", help="what orders, stock, shipments cost")
    costs.add_argument("--series", choices=SERIES)
    for name, default, what in (
        ("--orders", [200, 1000], "how many come in"),
        ("--history", [50_000], "old orders in the database, besides none"),
        ("--offers", [5000], "whose stock Amazon gets"),
        ("--pickings", [1000], "whose shipment is reported to Amazon"),
        ("--screens", [], "orders, among five times as many, whose lists are opened"),
        ("--settlements", [], "rows of a settlement that is booked and reconciled"),
        ("--bulk", [], "orders and listings that PostgreSQL has not analyzed yet"),
        ("--footprint", [], "times that a worker and Odoo's forms are measured"),
        ("--accounts", [], "whose orders one process reads, then two"),
        ("--events", [], "rounds in which goods are sold out with a real server"),
    ):
        costs.add_argument(
            name, type=int, nargs="*", default=default, metavar="N", help=what
        )
    costs.add_argument(
        "--ways", nargs="*", default=bench.WAYS, choices=bench.WAYS, help="(all)"
    )
    _add_modules(costs)
    costs.add_argument("--json", metavar="FILE")
    costs.add_argument("--plot", metavar="FILE", help="PNG")
    costs.set_defaults(do=bench.measure)


def main():
    """Do what the command line says; return the exit code."""
    options = parser().parse_args()
    stop_on_signals()
    try:
        return options.do(options)
    except DevError as error:
        print(f"dev: {error}", file=sys.stderr, flush=True)
        return 1
    except Stopped as stopped:
        print("dev: stopped", file=sys.stderr, flush=True)
        return 128 + stopped.signum


if __name__ == "__main__":
    sys.exit(main())
