"""`python3 -m dev stop` and `clean`: end processes that were left behind, delete what
was stored.
"""

import contextlib
import shutil

from . import process, running
from .console import DevError, human_size, say
from .paths import cache, server_folder, tree_size
from .postgres import Cluster

#: what took the longest to download
SOURCES = ("odoo-17.0", "odoo-19.0")


def stop(_options):
    """Stop what an earlier run of this checkout left behind; return the exit code."""
    stopped = running.stop_left_behind()
    if stop_postgres():
        stopped.append("PostgreSQL")
    say("stopped: " + ", ".join(stopped) if stopped else "nothing was running")
    return 0


def stop_postgres():
    """Stop the private PostgreSQL unless somebody uses it; return whether it ran."""
    with contextlib.suppress(DevError):
        cluster = Cluster.find()
        with open(cluster.users, "w") as handle:
            if cluster.is_running():
                if not process.last_holder(handle):
                    say("PostgreSQL is in use by another run, and goes on")
                    return False
                cluster.stop()
                return True
    return False


def clean(options):
    """Free the cache as far as asked for; return the exit code.

    :raise DevError: something of it is in use.
    """
    running.stop_left_behind()
    stop_postgres()
    see_that_nothing_is_used()
    freed = 0
    for path in victims(options):
        if not path.exists():  # lay in one that is gone already
            continue
        size = tree_size(path) if path.is_dir() else path.stat().st_size
        print(f"{human_size(size):>10}  {path}")
        freed += size
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    print(f"{human_size(freed):>10}  freed", flush=True)
    kept = [name for name in SOURCES if (cache() / name).exists()]
    if kept and not options.databases:
        print(f"kept: {', '.join(kept)} (clean --all takes them, too)", flush=True)
    return 0


def see_that_nothing_is_used():
    """Check that no other process works with the cache.

    :raise DevError: one does.
    """
    for path in [*cache().glob("pg-*.lock"), cache() / "setup.lock"]:
        with open(path, "w") as handle:
            if not process.last_holder(handle):
                raise DevError("the cache is in use by another run", "stop that first")


def victims(options):
    """Return what to delete: databases only, or all, with or without the sources."""
    folder = server_folder()
    databases = [*folder.glob("pg-*"), *cache().glob("data-*")]
    databases += cache().glob("checkouts/*/*/installed.json")
    if options.databases:
        return databases
    if folder != cache():
        databases = [folder, *cache().glob("data-*")] if folder.exists() else databases
    kept = () if options.all else SOURCES
    paths = {path for path in cache().iterdir() if path.name not in kept}
    return sorted(paths | {path for path in databases if path.parent != cache()})
