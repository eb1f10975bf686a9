"""Packages of npm, pinned by a lock file, installed when they are needed."""

import shutil

from .console import DevError
from .paths import cache, short_hash
from .process import lock, run


def modules(folder):
    """Install what the lock file of a folder names and return the modules' folder.

    :raise DevError: there is no Node, or npm could not install
    """
    for command in ("node", "npm"):
        if not shutil.which(command):
            raise DevError(f"there is no {command} here", "apt-get install nodejs npm")
    wanted = (folder / "package-lock.json").read_text()
    target = cache() / f"{folder.name}-{short_hash(wanted)}"
    with lock(cache() / f"{folder.name}.lock", f"another set-up of {folder.name}"):
        if not (target / ".complete").exists():
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(folder / name, target)
            options = ("--ignore-scripts", "--no-audit", "--no-fund")
            made = run("npm", "ci", *options, cwd=target)
            if made.returncode:
                raise DevError(f"npm failed: {made.stderr.strip()[-300:]}")
            (target / ".complete").touch()
    return target / "node_modules"
