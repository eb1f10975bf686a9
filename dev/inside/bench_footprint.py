"""What a worker holds that has loaded all modules, and how large Odoo's forms are: in a
database with the addon and in one without it (`dev bench --footprint`). So nothing of
the addon is used here.
"""

import time

from .bench_cost import memory, report

FORMS = (
    "sale.order",
    "stock.picking",
    "account.move",
    "product.template",
    "product.product",
    "res.partner",
    "delivery.carrier",
    "stock.warehouse",
)


def run(env, _way, _count, _history):
    """Measure this process and the forms, and print them as JSON."""
    results = [_result("worker, all modules loaded", memory())]
    for name in FORMS:
        start, before = time.thread_time(), env.cr.sql_log_count
        size = len(env[name].get_view(view_type="form")["arch"].encode()) / 1024
        spent = 1000 * (time.thread_time() - start), env.cr.sql_log_count - before
        results.append(_result(f"form of {name}", size, *spent))
    report(*results)


def _result(work, kilobytes, milliseconds=0.0, statements=0):
    """Put one size into the columns of the bench.

    :return dict: as `measured` has it
    """
    return {
        "work": work,
        "count": 1,
        "ms": milliseconds,
        "cpu_ms": milliseconds,
        "sql": statements,
        "memory_kb": kilobytes,
    }
