"""The browser of the browser tests."""

import os
import re
import shutil

from .console import DevError, say
from .process import run

#: what Odoo searches for, in this order
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
#: the reasons for which Odoo skips a browser test
BROWSER_SKIP = re.compile(r"chrom|websocket", re.I)


def find():
    """Return the path of the browser that Odoo will use, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def require():
    """Check that there is a browser; root installs one by apt.

    :raise DevError: there is none, and we can not install it.
    """
    if find():
        return
    hint = "apt-get install chromium"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise DevError(
            "the browser tests need Chromium, and with CI=true all run", hint
        )
    say("installing Chromium")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ("update", "-q"),
        ("install", "-q", "-y", "--no-install-recommends", "chromium"),
    ):
        result = run("apt-get", *arguments, env=environ)
    if not find():
        reason = result.stderr.strip().rpartition("\n")[2]
        raise DevError(f"Chromium could not be installed: {reason}", hint)
