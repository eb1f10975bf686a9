"""Odoo 19 as Debian packages it, unpacked into a folder without installing anything.

The archive is the one that the machine's own apt uses; apt checks its signatures. All
of apt's state is private (a `-c` file is read after the machine's own configuration,
so that its proxies hold), hence no root is needed and nothing on the machine changes.
"""

import os
import re
import shutil
from pathlib import Path

from .console import DevError, Unavailable, say
from .paths import cache
from .process import run

ODOO_PACKAGE = "odoo-19"
#: what the package links to: without it symlinks dangle, and bundles do not build
LINKED_PACKAGES = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
)
#: from an older release: sid's font-awesome 7 lacks the files that the icons use
OLD_RELEASE = "bookworm"
OLD_PACKAGES = ("fonts-font-awesome", "fonts-inconsolata")
PACKAGES_PATH = "usr/lib/python3/dist-packages"
#: dropped by Debian, yet listed in a bundle: its absence fails every browser test
STUB = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
STUB_TEXT = "window.SelfieSegmentation = window.SelfieSegmentation || class {};\n"
KEYRINGS = tuple(
    f"/usr/share/keyrings/debian-archive-keyring.{suffix}" for suffix in ("gpg", "pgp")
)
APT_CONF = """\
#clear APT::Update;
#clear DPkg::Post-Invoke;
Dir::State "{state}/state";
Dir::State::lists "{state}/lists";
Dir::State::status "{state}/status";
Dir::Cache "{state}/cache";
Dir::Etc::sourcelist "{state}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
Acquire::PDiffs "false";
Acquire::Retries "2";
Acquire::http::Timeout "20";
APT::Update::Error-Mode "any";
APT::Sandbox::User "root";
"""
HINT = "set ODOO_SOURCE=/path/to/odoo (a checkout of branch 17.0)"


def parse_site(text):
    """Return the Debian archive among the addresses that apt prints, or None."""
    for address in re.findall(r"'(\S+?)/dists/[^']*'", text):
        if address.rstrip("/").endswith("/debian"):
            return address
    return None


def site():
    """Return the address of the Debian archive that this machine's apt uses.

    `apt-get indextargets` would print nothing where no list was ever fetched.

    :raise Unavailable: no apt here, or no Debian archive in its configuration.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Unavailable("Odoo 19.0: this machine has no apt", HINT)
    found = parse_site(run("apt-get", "--print-uris", "update").stdout)
    if not found:
        raise Unavailable("Odoo 19.0: apt has no Debian archive configured", HINT)
    return found


def keyring():
    """Return the path of Debian's archive keyring.

    :raise DevError: it is not installed.
    """
    for path in KEYRINGS:
        if os.path.exists(path):
            return path
    raise DevError(
        "Debian's archive keyring is missing", "apt-get install debian-archive-keyring"
    )


def download(tree):
    """Fill the folder `tree` with the unpacked packages.

    :raise Unavailable: no Debian archive is configured here.
    :raise DevError: the archive can not be reached, or does not hold the package.
    """
    state = cache() / "apt"
    configuration = _prepare(state, site())
    say("Debian archive: index of packages")
    _apt(configuration, "update")
    say(f"Debian archive: {ODOO_PACKAGE} (123 MB)")
    files = state / "files"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    old = [f"{name}/{OLD_RELEASE}" for name in OLD_PACKAGES]
    wanted = [f"{name}/sid" for name in (ODOO_PACKAGE, *LINKED_PACKAGES)]
    _apt(configuration, "download", *wanted, *old, cwd=files)
    _unpack(files, tree)
    shutil.rmtree(files)


def _prepare(state, address):
    """Lay out a private state folder for apt; return the path of its configuration."""
    for name in ("lists/partial", "cache/archives/partial", "state"):
        (state / name).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    # everything we want is `arch=all`: half the index, and any processor
    lines = [
        f"deb [arch=all signed-by={keyring()}] {address} {suite} main\n"
        for suite in ("sid", OLD_RELEASE)
    ]
    (state / "sources.list").write_text("".join(lines))
    configuration = state / "apt.conf"
    configuration.write_text(APT_CONF.format(state=state))
    return configuration


def _apt(configuration, *arguments, **options):
    result = run("apt-get", "-q", "-c", configuration, *arguments, **options)
    if result.returncode:
        errors = re.findall(r"^[EW]: (.*)", result.stderr, re.M)
        reason = errors[0] if errors else f"apt-get {arguments[0]} failed"
        raise DevError(f"Odoo 19.0 from Debian's archive: {reason}", HINT)


def _unpack(files, tree):
    say("Debian archive: unpack")
    partial = Path(f"{tree}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(tree, ignore_errors=True)
    for package in sorted(files.glob("*.deb")):
        result = run("dpkg", "-x", package, partial)
        if result.returncode:
            raise DevError(f"dpkg -x {package.name}: {result.stderr.strip()[-200:]}")
    stub = partial / PACKAGES_PATH / STUB
    stub.parent.mkdir(parents=True, exist_ok=True)
    if not stub.exists():
        stub.write_text(STUB_TEXT)
    (version,) = (path.stem for path in files.glob(f"{ODOO_PACKAGE}_*.deb"))
    (partial / ".complete").write_text(f"{version}\n")
    partial.rename(tree)
