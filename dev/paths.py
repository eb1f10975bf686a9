"""Paths: the checkout, the shared cache, and the checkout's part of it."""

import hashlib
import os
from pathlib import Path

NAME = "amazon_connector"
#: the checkout; its root folder is the addon
ROOT = Path(__file__).resolve().parent.parent


def cache():
    """Return the cache folder, which is created when it is missing."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / NAME
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def short_hash(*parts):
    """Return eight hexadecimal digits that stand for the given values."""
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()[
        :8
    ]


def checkout_key():
    """Return what distinguishes this checkout's databases from those of another."""
    return short_hash(ROOT, cache())


def checkout_folder():
    """Return this checkout's part of the cache: links, ported copies, logs, notes."""
    folder = cache() / "checkouts" / checkout_key()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "path").write_text(f"{ROOT}\n")
    return folder


def server_folder():
    """Return the folder of the private PostgreSQL.

    It can not run as root, and its user can not enter root's home: root's is elsewhere.
    """
    if os.geteuid() != 0:
        return cache()
    return Path("/var/tmp") / f"{NAME}-{short_hash(cache())}"


def tree_size(folder):
    """Return the bytes that a folder takes; a file with several names counts once."""
    total, seen = 0, set()
    for parent, _dirs, files in os.walk(folder):
        for name in files:
            try:
                stat = os.lstat(os.path.join(parent, name))
            except OSError:
                continue
            if (stat.st_dev, stat.st_ino) not in seen:
                seen.add((stat.st_dev, stat.st_ino))
                total += stat.st_blocks * 512
    return total
