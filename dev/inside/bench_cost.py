"""How `python3 -m dev bench` measures, inside Odoo's shell. Nothing of the addon is
needed here."""

import json
import resource
import time

MARK = "BENCH RESULT "
PROGRESS = "BENCH PROGRESS "
EVERY_SECONDS = 10


def measured(env, title, count, work, *arguments):
    """Do some work, as after a restart of its transaction.

    :param str title: what is done
    :param int count: how many are done
    :return dict: what one of them cost: milliseconds, those of this thread's CPU
        (Amazon's simulator and PostgreSQL are others), statements, KB that stayed
    """
    env.flush_all()
    env.cr.commit()
    statements, memory = env.cr.sql_log_count, _memory()
    wall, cpu = time.perf_counter(), time.thread_time()
    work(*arguments)
    env.flush_all()
    env.cr.commit()
    spent = time.perf_counter() - wall, time.thread_time() - cpu
    return {
        "work": title,
        "count": count,
        "ms": spent[0] * 1000 / count,
        "cpu_ms": spent[1] * 1000 / count,
        "sql": (env.cr.sql_log_count - statements) / count,
        "memory_kb": (_memory() - memory) / count,
    }


def with_progress(items):
    """Yield the items of a list, and say now and then how far that is."""
    last = time.monotonic()
    for position, item in enumerate(items):
        if time.monotonic() - last >= EVERY_SECONDS:
            last = time.monotonic()
            print(f"{PROGRESS}{position} of {len(items)}", flush=True)
        yield item


def report(*results):
    """Print what was measured; the last word of a measurement."""
    print(MARK + json.dumps(results), flush=True)


def _memory():
    """Read the resident memory of this process.

    :return float: memory that this process holds now, in KB
    """
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * resource.getpagesize() / 1024
