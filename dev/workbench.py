"""Prepare one Odoo series: its source, Python, server and addons folder."""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import port19, postgres, python_env
from .paths import NAME, ROOT, cache, checkout_folder
from .process import lock

#: the configuration of another Odoo must not affect ours
FOREIGN_VARIABLES = (
    "ODOO_RC",
    "OPENERP_SERVER",
    "PYTHONPATH",
    "PGDATABASE",
    "PGSERVICE",
)


@dataclass(frozen=True)
class Workbench:
    """Everything that a series needs, for one purpose ("run" or "test").

    Two purposes of one checkout may be at work at the same time.
    """

    source: object
    python: Path
    server: object
    purpose: str

    @property
    def folder(self):
        return checkout_folder() / f"{self.purpose}-{self.source.series}"

    @property
    def addon(self):
        """The path under which Odoo finds the addon."""
        return self.folder / "addons" / NAME

    @property
    def data(self):
        """Odoo's data folder, with the file stores; shared, since stores are cloned."""
        return cache() / f"data-{self.source.series}-{self.server.key}"

    @property
    def environ(self):
        environ = {k: v for k, v in os.environ.items() if k not in FOREIGN_VARIABLES}
        environ.update(self.server.environ, **self.source.environ)
        environ.update(models_variable())
        return environ

    @property
    def environ_of_inside(self):
        """The environment of our own programs that import Odoo."""
        paths = [str(self.source.tree), self.source.environ.get("PYTHONPATH")]
        return {**self.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}

    def odoo(self, database, *options, command=()):
        """Return the command line of an Odoo on that database.

        :param command: one of Odoo's own commands (`shell`) instead of the server.
        """
        return [
            str(self.python),
            *self.source.command,
            *command,
            *self._options(database, options),
        ]

    def odoo_tests(self, classes, database, *options):
        """Return the command line of an Odoo that runs tests of the addon there.

        :param classes: folder of the test classes, see `inside/tests.py`.
        """
        program = ROOT / "dev" / "inside" / "tests.py"
        options = self._options(database, options)
        return [str(self.python), program, NAME, classes, *options]

    def _options(self, database, options):
        return [
            f"--config={self.folder / 'odoo.conf'}",
            f"--database={database}",
            *(str(option) for option in options),
        ]

    def prepare(self):
        """Lay out the folder: the addon under its name, and a configuration."""
        shutil.rmtree(self.folder / "addons", ignore_errors=True)
        self.addon.parent.mkdir(parents=True)
        if self.source.series == "17.0":
            self.addon.symlink_to(ROOT)
        else:
            port19.port(ROOT, self.addon, self.python, self.environ)
        self._write_configuration()

    def _write_configuration(self):
        addons = [*self.source.addons, str(self.addon.parent)]
        lines = [
            "[options]",
            f"addons_path = {','.join(addons)}",
            f"data_dir = {self.data}",
            "http_interface = 127.0.0.1",
            "list_db = False",
            "max_cron_threads = 0",
            "admin_passwd = admin",
            f"screenshots = {self.folder / 'screenshots'}",
        ]
        (self.folder / "odoo.conf").write_text("\n".join(lines) + "\n")


def models_variable():
    """Return where Amazon's own API models lie, for tests that check against them."""
    models = ROOT.parent / "shared" / "spapi-models"
    if models.is_dir() and not os.environ.get("SPAPI_MODELS"):
        return {"SPAPI_MODELS": str(models)}
    return {}


@contextlib.contextmanager
def opened(source, purpose):
    """Yield the `Workbench` of a source, with PostgreSQL up.

    :raise DevError: something of it can not be had.
    """
    with setting_up():
        python = python_env.environment(source.series)
    with postgres.serving(python) as server:
        bench = Workbench(source, python, server, purpose)
        bench.prepare()
        yield bench


def setting_up():
    """Hold the lock of what checkouts share: downloads, environments, templates."""
    return lock(cache() / "setup.lock", "the set-up of another checkout to end")
