"""The sources of Odoo: find a tree of a series, or download one."""

import contextlib
import os
import re
import shutil
import subprocess
import tarfile
import urllib.request
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from . import debian, python_env
from .console import DevError, Unavailable, say
from .paths import cache, short_hash
from .process import run

SERIES = ("17.0", "19.0")
TARBALL = "https://nightly.odoo.com/17.0/nightly/src/odoo_17.0.latest.tar.gz"
REPOSITORY = "https://github.com/odoo/odoo.git"
#: seconds after which upstream counts as unreachable
TIMEOUT = 8
HINT = "set ODOO_SOURCE=/path/to/odoo (a checkout of branch 17.0)"


@dataclass(frozen=True)
class OdooSource:
    """An Odoo source tree and how to start it.

    `command` is given to a Python, with `environ` added to the environment;
    `identity` changes when the tree is another one.
    """

    series: str
    origin: str
    tree: Path
    command: tuple
    addons: tuple
    identity: str
    environ: dict = field(default_factory=dict)

    def __str__(self):
        return f"Odoo {self.series} ({self.origin})"


def find(series):
    """Return the `OdooSource` of a series, which is downloaded when need be.

    :raise Unavailable: it can not be had on this machine.
    :raise DevError: it could be had, but getting it failed.
    """
    python_env.find_python(series)
    named = from_variable()
    if named and named.series == series:
        return named
    return _find_17() if series == "17.0" else _find_19()


def from_variable():
    """Return the tree that ODOO_SOURCE names, or None when it is not set.

    :raise DevError: it is set, and there is no Odoo that we know.
    """
    value = os.environ.get("ODOO_SOURCE")
    if not value:
        return None
    tree = Path(value).expanduser().resolve()
    source = from_tree(tree, "ODOO_SOURCE")
    if source is None:
        raise DevError(f"ODOO_SOURCE={value} is not an Odoo source tree", HINT)
    if source.series not in SERIES:
        raise DevError(
            f"ODOO_SOURCE={value} is Odoo {source.series}; known here: "
            + ", ".join(SERIES),
            HINT,
        )
    return source


def from_tree(tree, origin):
    """Return the `OdooSource` of a git checkout or an unpacked tarball, else None."""
    release = tree / "odoo" / "release.py"
    entry = next(
        (tree / name for name in ("odoo-bin", "setup/odoo") if (tree / name).exists()),
        None,
    )
    if entry is None or not release.exists():
        return None
    text = release.read_text()
    version = re.search(r"^version_info = \((?:'saas~)?(\d+)'?, (\d+)", text, re.M)
    if not version:
        return None
    addons = tree / "addons"
    return OdooSource(
        series=f"{version[1]}.{version[2]}",
        origin=origin,
        tree=tree,
        command=(str(entry),),
        addons=(str(addons),) if addons.is_dir() else (),
        identity=short_hash(tree, text, _git_head(tree), _stamp(tree)),
        environ={} if entry.name == "odoo-bin" else {"PYTHONPATH": str(tree)},
    )


def _git_head(tree):
    if not (tree / ".git").exists():
        return ""
    return run("git", "-C", tree, "rev-parse", "HEAD").stdout.strip()


def _stamp(tree):
    marker = tree / ".complete"
    return marker.read_text() if marker.exists() else ""


# -- 17.0


def _find_17():
    tree = cache() / "odoo-17.0"
    if not (tree / ".complete").exists():
        _download(tree)
        return from_tree(tree, "downloaded from upstream")
    source = from_tree(tree, "cached download")
    if source is None:
        raise DevError(f"{tree} is not an Odoo source tree", f"rm -r {tree}")
    return source


def _download(tree):
    """Get 17.0 from upstream: the nightly tarball, else a shallow clone."""
    partial = tree.with_name("odoo-17.0.partial")
    reasons = []
    for get in (get_tarball, get_clone):
        shutil.rmtree(partial, ignore_errors=True)
        try:
            origin = get(partial)
        except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
            reasons.append(str(error).replace("<urlopen error ", "").rstrip(">"))
            continue
        (partial / ".complete").write_text(f"{origin}\n")
        shutil.rmtree(tree, ignore_errors=True)
        partial.rename(tree)
        return
    shutil.rmtree(partial, ignore_errors=True)
    raise Unavailable(f"Odoo 17.0: upstream can not be reached ({reasons[0]})", HINT)


def get_tarball(folder, url=None):
    """Unpack the nightly tarball into the folder and return where it came from.

    :raise OSError: it can not be reached or breaks off.
    """
    url = url or TARBALL
    with contextlib.closing(urllib.request.urlopen(url, timeout=TIMEOUT)) as answer:
        say("Odoo 17.0: nightly tarball of upstream")
        archive = folder.with_name("odoo-17.0.tar.gz")
        with open(archive, "wb") as output:
            shutil.copyfileobj(answer, output)
    unpacked = folder.with_name("odoo-17.0.unpacked")
    try:
        with tarfile.open(archive) as tar:
            kwargs = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            tar.extractall(unpacked, **kwargs)
        next(unpacked.iterdir()).rename(folder)
    finally:
        archive.unlink()
        shutil.rmtree(unpacked, ignore_errors=True)
    if from_tree(folder, "") is None:
        raise OSError("the tarball holds no Odoo")
    return url


def get_clone(folder, url=None):
    """Make a shallow clone in the folder and return where it came from.

    :raise OSError: the repository can not be reached.
    """
    url = url or REPOSITORY
    if not shutil.which("git"):
        raise OSError("git is not installed")
    environ = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    probe = ("git", "ls-remote", "--heads", url, "17.0")
    try:
        answer = run(*probe, env=environ, timeout=TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise OSError("no answer") from error
    if answer.returncode or not answer.stdout:
        raise OSError(answer.stderr.strip().rpartition("\n")[2] or "no branch 17.0")
    say("Odoo 17.0: shallow clone of upstream's repository")
    clone = ("git", "clone", "-q", "--depth", "1", "--branch", "17.0", url, folder)
    result = run(*clone, env=environ)
    if result.returncode:
        raise OSError(result.stderr.strip()[-200:])
    return f"{url} {_git_head(folder)}"


# -- 19.0


def _find_19():
    tree = cache() / "odoo-19.0"
    if not (tree / ".complete").exists():
        debian.download(tree)
    packages = tree / debian.PACKAGES_PATH
    return OdooSource(
        series="19.0",
        origin=f"Debian {' '.join(_stamp(tree).split('_')[:2])}, addon ported",
        tree=packages,
        command=(str(tree / "usr/bin/odoo"),),
        addons=(),
        identity=short_hash(tree, _stamp(tree)),
        environ={"PYTHONPATH": str(packages)},
    )


# -- choice


def choose(wanted):
    """Return ([OdooSource, …], [why another one can not be had, …]).

    :param wanted: a series; "all" for each that can be had; None for the first.
    :raise DevError: nothing at all can be had.
    """
    if wanted in SERIES:
        return [find(wanted)], []
    order = list(SERIES)
    named = from_variable()
    if named:
        order.sort(key=lambda series: series != named.series)
    found, missing = [], []
    for series in order:
        try:
            found.append(find(series))
        except Unavailable as error:
            missing.append(error.what)
            continue
        if wanted is None:
            break
    if not found:
        raise DevError("no Odoo can be had: " + "; ".join(missing), HINT)
    return found, missing
