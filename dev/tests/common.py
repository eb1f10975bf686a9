"""What the tests of the workbench share."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from dev import debian, odoo_source, paths


class DevCase(unittest.TestCase):
    """A test with a cache, a PATH and an environment of its own."""

    def setUp(self):
        super().setUp()
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.programs = self.folder / "bin"
        self.programs.mkdir()
        environ = {
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "HOME": str(self.folder),
            "PATH": str(self.programs),
        }
        self.patch(mock.patch.dict(os.environ, environ))
        for name in ("ODOO_SOURCE", "PGHOST", "DATABASE_URL", "PYENV_ROOT", "CI"):
            os.environ.pop(name, None)
        for module in (debian, odoo_source, paths):
            if hasattr(module, "say"):
                self.patch(mock.patch.object(module, "say"))

    def patch(self, patcher):
        """Start a patcher until the end of the test and return what it made."""
        self.addCleanup(patcher.stop)
        return patcher.start()

    def program(self, name, script):
        """Put a shell script of that name on the PATH."""
        path = self.programs / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)
        return path

    def odoo_tree(self, name="odoo", version="17, 0", entry="odoo-bin"):
        """Make what looks like an Odoo source tree."""
        tree = self.folder / name
        (tree / "odoo").mkdir(parents=True)
        (tree / "odoo" / "release.py").write_text(
            f"version_info = ({version}, 0, FINAL, 0, '')\n"
        )
        (tree / entry).parent.mkdir(exist_ok=True)
        (tree / entry).touch()
        return tree
