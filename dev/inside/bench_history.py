"""A database with old orders: some imported ones, multiplied by SQL."""

#: what an imported order leaves behind
TABLES = (
    "res_partner",
    "sale_order",
    "sale_order_line",
    "procurement_group",
    "stock_picking",
    "stock_move",
    "stock_move_line",
    "amazon_order",
)
#: what has to differ from copy to copy
UNIQUE = {
    "res_partner": ("name", "amazon_email"),
    "sale_order": ("name", "amazon_order_ref"),
    "stock_picking": ("name",),
    "procurement_group": ("name",),
    "amazon_order": ("amazon_order_ref",),
}
#: new numbers of records: far above all that are in use
SPAN = 100_000

#: what there is of orders that are not Amazon's: columns that differ
OTHERS = {
    "sale_order": {
        "delivery_status": "'full'",
        "date_order": "now() AT TIME ZONE 'UTC'"
        " - abs(hashint4((old.id + copy)::int) % 365) * interval '1 day'",
    },
    "sale_order_line": {},
    "stock_picking": {"state": "'done'"},
}

COLUMNS = """
    SELECT column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'"""
REFERENCES = """
    SELECT a.attname, f.relname
      FROM pg_constraint c
      JOIN pg_class t ON t.oid = c.conrelid
      JOIN pg_class f ON f.oid = c.confrelid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND t.relname = %s"""


def without_autovacuum(cr):
    """Have PostgreSQL not look at what is written from now on: as it is within the
    first minutes after a bulk write."""
    cr.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace ="
        " 'public'::regnamespace"
    )
    for (table,) in cr.fetchall():
        cr.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = off)')
    cr.commit()


def newest(cr):
    """Note where each table ends before orders are imported.

    :return dict: table -> its highest id
    """
    found = {}
    for table in TABLES:
        cr.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
        [found[table]] = cr.fetchone()
    return found


def multiply(cr, before, times, is_analyzed=True):
    """Copy what came after ``before`` so many times, with all that holds it together.

    :param dict before: of `newest`
    :param bool is_analyzed: whether PostgreSQL gets to know of them
    :return dict: `newest` before the copies
    """
    after = newest(cr)
    # The tables refer to each other in a circle: checked by what is copied, not here.
    cr.execute("SET session_replication_role = replica")
    for table in TABLES:
        expressions = _expressions(cr, table, before, after)
        _insert_copies(cr, table, expressions, before, after, (1, times))
    cr.execute("RESET session_replication_role")
    for table in TABLES if is_analyzed else ():
        cr.execute(f'ANALYZE "{table}"')
    return after


def add_others(cr, before, after, first, last):
    """Copy orders with their lines and deliveries as orders that are not Amazon's.

    :param dict before, after: `newest` around the orders that are copied
    :param int first, last: numbers of the copies, which no other copies have
    """
    cr.execute("SET session_replication_role = replica")
    for table in OTHERS:
        expressions = _expressions(cr, table, before, after, OTHERS)
        for name in expressions:
            if name.startswith("amazon_"):
                expressions[name] = "NULL"
        expressions.update(OTHERS[table])
        _insert_copies(cr, table, expressions, before, after, (first, last))
    cr.execute("RESET session_replication_role")


def _insert_copies(cr, table, expressions, before, after, numbers):
    """Insert copies of rows.

    :param dict expressions: of `_expressions`
    :param tuple numbers: first and last number of the copies
    """
    columns = ", ".join(f'"{column}"' for column in expressions)
    values = ", ".join(expressions.values())
    cr.execute(
        f'INSERT INTO "{table}" ({columns})'
        f' SELECT {values} FROM "{table}" AS old,'
        f" generate_series({numbers[0]}, {numbers[1]}) AS copy"
        f" WHERE old.id > {before[table]} AND old.id <= {after[table]}"
    )
    cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM \"{table}\"))")


def _expressions(cr, table, before, after, copied=TABLES):
    """Compose the columns of a copy, whose references lead to copies.

    :param copied: tables of which there are copies
    :return dict: column -> SQL of its value in a copy
    """
    cr.execute(COLUMNS, [table])
    expressions = {name: f'old."{name}"' for (name,) in cr.fetchall()}
    cr.execute(REFERENCES, [table])
    for column, other in cr.fetchall():
        if other in copied and column in expressions:
            expressions[column] = (
                f'CASE WHEN old."{column}" > {before[other]}'
                f' AND old."{column}" <= {after[other]}'
                f' THEN old."{column}" + copy * {SPAN} ELSE old."{column}" END'
            )
    expressions["id"] = f"old.id + copy * {SPAN}"
    for column in UNIQUE.get(table, ()):
        if column in expressions:
            expressions[column] = f"old.\"{column}\" || '-' || copy"
    return expressions


def copies_of(cr, record, count, **changes):
    """Copy a row so many times.

    :param record: its Odoo record
    :param changes: column -> SQL of its value, where n is the number of the copy
    :return list: the new ids, one after the other
    """
    table = record._table
    cr.execute(COLUMNS, [table])
    values = {name: f'old."{name}"' for (name,) in cr.fetchall()}
    values.update(changes)
    del values["id"]
    columns = ", ".join(f'"{name}"' for name in values)
    cr.execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {", ".join(values.values())}'
        f' FROM "{table}" AS old, generate_series(1, %s) AS n'
        " WHERE old.id = %s ORDER BY n RETURNING id",
        [count, record.id],
    )
    return [row_id for (row_id,) in cr.fetchall()]
