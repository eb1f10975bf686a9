"""The addon comes to a shop that lives: what installing and updating cost beside old
orders, and that none of them is written to.

usage of the process: python -m dev.install_tests RESULT_FILE SERIES ORDERS
(from the checkout)
"""

import json
import re
import sys
import time
from dataclasses import dataclass

from . import parts
from .console import DevError, elapsed, say
from .database import Databases
from .odoo_tests import Outcome
from .parts import Part
from .paths import NAME
from .workbench import opened

#: old orders of the shop; one statement for each of them would be seen at once
ORDERS = 3000
#: statements that an installation may need beyond those in an empty shop
MOST_MORE = 200
#: tables of Odoo whose rows nobody may write to, and which nobody may write anew
TABLES = (
    "account_move",
    "account_move_line",
    "product_product",
    "product_template",
    "res_partner",
    "sale_order",
    "sale_order_line",
    "stock_move",
    "stock_move_line",
    "stock_picking",
    "stock_quant",
)
LOADED = re.compile(
    rf"Module {NAME} loaded in ([\d.]+)s.*?, (\d+) queries(?: \(\+(\d+) other\))?"
)
COLUMNS = """
    SELECT column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'"""
#: a confirmed order of the demo data with its delivery, so many times
COPY = """
    INSERT INTO "{table}" ({columns})
    SELECT {values} FROM "{table}" AS old, generate_series(1, {count}) AS n
     WHERE {which}"""
PATTERN = """
    SELECT sale.id, min(picking.id)
      FROM sale_order AS sale JOIN stock_picking AS picking ON picking.sale_id = sale.id
     WHERE sale.state = 'sale' GROUP BY sale.id ORDER BY sale.id LIMIT 1"""
#: a row that is written to is another version of itself
NOTE = """
    DROP TABLE IF EXISTS old_{table};
    CREATE TABLE old_{table} AS SELECT id, xmin::text AS version, write_date
      FROM "{table}" WHERE id IN (SELECT id FROM first_{table})"""
CHANGED = """
    SELECT old.id, old.write_date, now.write_date
      FROM old_{table} AS old LEFT JOIN "{table}" AS now USING (id)
     WHERE now.xmin::text IS DISTINCT FROM old.version ORDER BY old.id LIMIT 5"""
FILE = "SELECT relfilenode FROM pg_class WHERE oid = '{table}'::regclass"
OURS = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name LIKE 'amazon\\_%%'
       AND table_name = ANY(%s)"""
#: far above all numbers of the demo data
SPAN = 10_000_000


@dataclass(frozen=True)
class Cost:
    """What one loading of the addon took."""

    seconds: float
    statements: int


class Shop:
    """A database without the addon, with so many old orders."""

    def __init__(self, databases, orders):
        self._databases, self._orders = databases, orders
        self.name = databases.name(f"install{orders}")

    def __enter__(self):
        self._databases.clone_template(self.name)
        if self._orders:
            self._grow()
        for table in TABLES:
            self._query(f'CREATE TABLE first_{table} AS SELECT id FROM "{table}"')
        # Odoo itself writes to the contact of a user who gets rights.
        self._query(
            "DELETE FROM first_res_partner WHERE id IN"
            " (SELECT partner_id FROM res_users)"
        )
        return self

    def __exit__(self, *_error):
        self._databases.drop(self.name)

    def _query(self, statement, values=()):
        return self._databases.query(statement, values, self.name)

    def _grow(self):
        """Copy one order of the demo data; the references within a copy are its own."""
        [[order, picking]] = self._query(PATTERN)
        sale, delivery = f"{SPAN} + n", f"{SPAN} + n"
        inside = f"old.id * 100000 + {SPAN} + n"
        for table, which, changes in (
            ("sale_order", f"old.id = {order}", {"id": sale}),
            (
                "sale_order_line",
                f"old.order_id = {order}",
                {"id": inside, "order_id": sale},
            ),
            (
                "stock_picking",
                f"old.id = {picking}",
                {"id": delivery, "sale_id": sale, "name": "old.name || '-' || n"},
            ),
            (
                "stock_move",
                f"old.picking_id = {picking}",
                {"id": inside, "picking_id": delivery},
            ),
        ):
            names = [name for (name,) in self._query(COLUMNS, [table])]
            values = [changes.get(name, f'old."{name}"') for name in names]
            copy = COPY.format(
                table=table,
                columns=", ".join(f'"{name}"' for name in names),
                values=", ".join(values),
                count=self._orders,
                which=which,
            )
            self._query(copy)
            self._query(f'ANALYZE "{table}"')

    def note_rows(self):
        """Note how the old rows are now, and in which files they are."""
        for table in TABLES:
            self._query(NOTE.format(table=table))
        self._files = {t: self._query(FILE.format(table=t)) for t in TABLES}

    def changed_rows(self):
        """Compare the old rows with what was noted.

        :return dict: table -> its first rows that were written to since
        """
        found = {t: self._query(CHANGED.format(table=t)) for t in TABLES}
        for table, before in self._files.items():
            if self._query(FILE.format(table=table)) != before:
                found[table] = "the whole table was written anew"
        return {table: rows for table, rows in found.items() if rows}

    def load(self):
        """Install the addon, or update it.

        :return Cost:
        :raise DevError: Odoo could not, or complained
        """
        began = time.monotonic()
        found = self._databases.install_addon(self.name)
        if found:
            raise DevError("\n".join(each.message for each in found))
        log = self._databases.bench.folder / "install.log"
        loaded = LOADED.search(log.read_text())
        statements = sum(int(count or 0) for count in loaded.groups()[1:])
        return Cost(time.monotonic() - began, statements)

    def forget_columns(self):
        """Take away what the addon adds to Odoo's tables, as if a later version brought
        it."""
        for table, column in self._query(OURS, [list(TABLES)]):
            self._query(f'ALTER TABLE "{table}" DROP COLUMN "{column}" CASCADE')


def compare(databases, orders, outcome):
    """Install and update beside old orders and without them."""
    with Shop(databases, 0) as empty, Shop(databases, orders) as full:
        steps = {
            "install": lambda shop: None,
            "update": lambda shop: None,
            "update with new columns": Shop.forget_columns,
        }
        for title, prepare in steps.items():
            costs = []
            for shop in (empty, full):
                prepare(shop)
                shop.note_rows()
                costs.append(shop.load())
                note(outcome, f"{title}: old rows stay", shop.changed_rows())
            less, more = costs
            say(
                f"{title}: {less.statements} statements, {less.seconds:.1f} s; beside "
                f"{orders} old orders {more.statements}, {more.seconds:.1f} s"
            )
            extra = more.statements - less.statements
            note(outcome, f"{title}: statements", extra if extra > MOST_MORE else None)


def note(outcome, title, failure):
    """Count one check as passed, or as failed with what is wrong."""
    if failure:
        outcome.failed += 1
        outcome.failures[title] = str(failure)
    else:
        outcome.passed += 1


class InstallTests(Part):
    """The checks of one series, running in the background until they are needed."""

    def __init__(self, source):
        super().__init__(title_of(source), f"install-{source.series}")
        say(self.title)
        self.start("-m", "dev.install_tests", self.target, source.series, ORDERS)


def title_of(source):
    return f"installing beside old orders on {source}"


def main(target, series, orders):
    """Do all checks and write their `Outcome` to the target; return the exit code."""

    def test(source):
        outcome = Outcome(title_of(source))
        with opened(source, "install") as bench:
            compare(Databases(bench), int(orders), outcome)
        outcome.seconds = elapsed()
        return outcome

    outcome = parts.run(target, series, test)
    print(json.dumps(outcome.failures, indent=1) if outcome else "", flush=True)
    return 0 if outcome else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
