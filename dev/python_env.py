"""Python: choose one that a series runs on, and make private environments of it."""

import os
import shutil
import sys
from pathlib import Path

from .console import DevError, Unavailable, say
from .paths import cache, short_hash
from .process import run

PINS = Path(__file__).resolve().parent / "pins"
#: the versions a series runs on, the best proven one first
VERSIONS = {
    "17.0": ("3.11", "3.12", "3.10"),
    "19.0": ("3.11", "3.12", "3.13", "3.10"),
    "lint": ("3.11", "3.12", "3.13", "3.10"),
    "bench": ("3.11", "3.12", "3.13", "3.10"),
    "fuzz": ("3.11", "3.12", "3.13"),
    "pictures": ("3.11", "3.12", "3.13", "3.10"),
    "sim": ("3.11", "3.12", "3.13", "3.10"),
    "client-amzn-sp-api": ("3.11", "3.12", "3.13", "3.10"),
    "client-amzn-selling-partner": ("3.11", "3.12", "3.13", "3.10"),
    "client-python-amazon-sp-api": ("3.11", "3.12", "3.13", "3.10"),
}
#: what pip says when it can not reach its index; its last word then misleads
NO_NETWORK = ("NewConnectionError", "Max retries", "ConnectTimeout", "Retrying")
PROBE = (
    "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2], sys.executable)"
)


def candidates(version):
    """Yield what may be a Python of that version: our own, PATH's, pyenv's."""
    if version == "{}.{}".format(*sys.version_info):
        yield sys.executable
    found = shutil.which(f"python{version}")
    if found:
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for path in sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True):
        yield str(path)


def probe(path):
    """Return (version, path) of a Python that can make environments, else None."""
    result = run(path, "-c", PROBE)
    parts = result.stdout.split(maxsplit=1)
    return (
        (parts[0], parts[1].strip())
        if result.returncode == 0 and len(parts) == 2
        else None
    )


def find_python(purpose):
    """Return the path of a Python for that purpose (a series, or "lint").

    The one that runs us is taken when it suits: it is the one the user chose.

    :raise Unavailable: there is none.
    """
    own = "{}.{}".format(*sys.version_info)
    versions = VERSIONS[purpose]
    for version in sorted(versions, key=lambda each: each != own):
        for path in candidates(version):
            found = probe(path)
            if found and found[0] == version:
                return found[1]
    if own in versions:
        raise Unavailable(
            f"this Python {own} can not make virtual environments",
            "apt-get install python3-venv",
        )
    low, high = min(versions, key=_order), max(versions, key=_order)
    raise Unavailable(
        f"Odoo {purpose} needs Python {low} to {high}; there is none (this is {own})",
        f"apt-get install python{versions[0]} python{versions[0]}-venv   (or pyenv)",
    )


def _order(version):
    return tuple(int(part) for part in version.split("."))


def environment(purpose):
    """Return the Python of the environment for that purpose; make it if missing.

    :raise DevError: there is no suitable Python, or pip could not install.
    """
    name = f"odoo-{purpose}" if "." in purpose else purpose
    pins = PINS / f"{name}.txt"
    base = find_python(purpose)
    folder = cache() / f"venv-{purpose}-{short_hash(pins.read_text(), base)}"
    python = folder / "bin" / "python"
    if not (folder / ".complete").exists() or not python.exists():
        _make(folder, base, pins)
    return python


def _make(folder, base, pins):
    say(f"virtual environment with {base}")
    shutil.rmtree(folder, ignore_errors=True)
    made = run(base, "-m", "venv", folder)
    if made.returncode:
        raise DevError(
            f"{base} could not make a virtual environment",
            "apt-get install python3-venv",
        )
    # docopt has no wheel, and is one plain Python file
    pip_install(folder / "bin" / "python", "--no-binary", "docopt", "-r", pins)
    (folder / ".complete").touch()


def pip_install(python, *what):
    """Install with that Python's pip, from wheels.

    :raise DevError: with pip's own last word.
    """
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    result = run(*pip, "--only-binary", ":all:", *what)
    if result.returncode == 0:
        return
    if any(word in result.stderr for word in NO_NETWORK):
        advice = "check the network (pip config list), try again"
        raise DevError("pip could not reach its package index", advice)
    errors = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
    reason = errors[-1] if errors else result.stderr.strip()[-300:]
    raise DevError(f"pip failed: {reason}", f"wanted: {what[-1]}")
