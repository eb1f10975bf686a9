"""How `python3 -m dev bench` measures, inside Odoo's shell. Nothing of the addon is
needed here."""

import contextlib
import ctypes
import gc
import json
import os
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
        (Amazon's simulator is another), those of PostgreSQL's CPU for this session
        (None where it runs elsewhere), statements, KB that stayed
    """
    env.flush_all()
    env.cr.commit()
    statements, held = env.cr.sql_log_count, memory()
    backend = env.cr._cnx.info.backend_pid
    server = cpu_of(backend)
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
        "pg_ms": server and (cpu_of(backend) - server) * 1000 / count,
        "sql": (env.cr.sql_log_count - statements) / count,
        "memory_kb": (memory() - held) / count,
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


def cpu_of(pid):
    """Read the CPU that a process of this machine has used.

    :return float|None: seconds; None: there is no such process here
    """
    try:
        with open(f"/proc/{pid}/stat") as stat:
            ticks = stat.read().rpartition(")")[2].split()[11:13]
    except OSError:
        return None
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def memory():
    """Read the resident memory of this process, without what is only not given back.

    :return float: memory that this process holds now, in KB
    """
    gc.collect()
    with contextlib.suppress(AttributeError, OSError):  # glibc only
        ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * resource.getpagesize() / 1024
