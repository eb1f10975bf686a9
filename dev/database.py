"""Databases: templates without and with the addon, and clones of them."""

import ast
import json
import os
import shutil
import time

from . import addon_digest
from .console import DevError, say
from .odoo_log import Complaint, complaints, last_error
from .paths import NAME, ROOT, cache, checkout_key, short_hash
from .process import lock, run
from .sql import query

#: without this each test run with a browser builds about 40 bundles: 15 s
BUNDLES = """
env['ir.qweb']._pregenerate_assets_bundles()
env.cr.commit()
"""
#: what the installation itself reads of `dev` when it carries the addon to 19.0
PORT = ("port19.py", "port_rules.py")
#: seconds that a template with the addon is kept for after its last use; and if there
#: are more than so many, each takes 70 MB
KEPT, KEPT_OF_MANY, MANY = 3 * 3600, 15 * 60, 12

#: keys are good in the database where they were entered: see amazon_account_identity
ADOPT = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM information_schema.columns
                WHERE table_name = 'amazon_account' AND column_name = 'home_database')
    THEN
        UPDATE amazon_account SET home_database =
               (SELECT value FROM ir_config_parameter WHERE key = 'database.uuid')
               || ' ' || (SELECT system_identifier FROM pg_control_system())
               || '/' || (SELECT oid FROM pg_database
                           WHERE datname = current_database())
         WHERE home_database IS NOT NULL;
    END IF;
END $$
"""


def manifest():
    """Return the addon's manifest as a dictionary.

    :raise DevError: it can not be read.
    """
    path = ROOT / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text())
    except (OSError, SyntaxError, ValueError) as error:
        raise DevError(f"{path.name} can not be read: {error}") from error


def demo_options(series):
    """Return what makes Odoo load demo data: 17.0 does by itself, 19.0 on request."""
    return [] if series == "17.0" else ["--with-demo"]


class Databases:
    """The databases of a `Workbench`, with their file stores."""

    def __init__(self, bench):
        self.bench = bench
        self.store = bench.data / "filestore"

    def name(self, purpose):
        """Return the name of this checkout's database for a purpose."""
        series = self.bench.source.series.partition(".")[0]
        return f"{NAME}_{purpose}_{series}_{checkout_key()}"

    def query(self, statement, values=(), database="postgres"):
        """Run one statement and return its rows."""
        bench = self.bench
        return query(bench.python, bench.server, statement, values, database)

    def exists(self, name):
        """Return whether that database is there together with its file store."""
        found = self.query("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return bool(found) and (self.store / name).is_dir()

    def drop(self, name):
        """Delete a database, if it is there, and its file store."""
        self.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )
        self.query(f'DROP DATABASE IF EXISTS "{name}"')
        shutil.rmtree(self.store / name, ignore_errors=True)

    def copy_shop(self, template, name):
        """Make a copy of a database with linked accounts that is their home as well.

        Anywhere else a copy does not speak with Amazon until somebody says so.
        """
        self.drop(name)
        self.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        (self.store / name).mkdir(parents=True, exist_ok=True)
        self.query(ADOPT, database=name)

    def clone_template(self, name, modules=()):
        """Make a fresh database: what the addon depends on, with demo data.

        :param modules: of Odoo that are installed besides.
        :raise DevError: the template could not be built.
        """
        self._copy(self.template(modules), name)

    def template(self, modules=()):
        """Return the name of the template, which is built when it is missing.

        :param modules: of Odoo besides the dependencies; they have a template of their
            own, made from the plain one.
        :raise DevError: Odoo could not install the dependencies, or has no such module.
        """
        depends = sorted(manifest()["depends"])
        name = f"{NAME}_template_{self._key(modules)}"
        with self._held(name):
            if not self.exists(name):
                self._build(name, sorted(modules) or depends, bool(modules))
        return name

    def _key(self, modules, *more):
        source = self.bench.source
        depends = sorted(manifest()["depends"])
        besides = ["with", *sorted(modules)] if modules else []
        return short_hash(
            source.series, source.identity, *depends, *besides, cache(), *more
        )

    # -- with the addon

    def clone_installed(self, name, modules=(), is_exact=True):
        """Make a fresh database in which the addon is installed, with demo data.

        :param modules: of Odoo that are installed besides.
        :param is_exact: else one is good enough that was installed from sources that
            differ in what methods do, see `addon_digest`, and that has no bundles of
            assets.
        :return: what the installation complained of, as `Complaint`s.
        :raise DevError: the addon can not be installed.
        """
        digest = [addon_digest.outline()]
        if is_exact:
            digest = [addon_digest.exact(), addon_digest.assets()]
        port = [(ROOT / "dev" / each).read_text() for each in PORT]
        port = port if self.bench.source.series != "17.0" else []
        template = f"{NAME}_installed_{self._key(modules, *digest, *port)}"
        note = self._notes / f"{template}.json"
        with self._held(template):
            if not self.exists(template) or not note.exists():
                self._install_template(template, modules, note, is_exact)
            os.utime(note)
        self._copy(template, name)
        return [Complaint(**each) for each in json.loads(note.read_text())]

    @property
    def _notes(self):
        """Where each template with the addon has a note of what was complained of."""
        return self.bench.data / "installed"

    def _held(self, template):
        """Hold one template: who builds another one does not have to wait."""
        self._notes.mkdir(parents=True, exist_ok=True)
        path = self._notes / f"{template}.lock"
        return lock(path, "another run that installs the same")

    def _install_template(self, template, modules, note, bundles):
        partial = f"{template}_tmp"
        self.clone_template(partial, modules)
        found = self.install_addon(partial)
        if bundles and not modules:
            self._make_bundles(partial)
        note.write_text(json.dumps([vars(each) for each in found]))
        self._rename(partial, template)
        self._drop_old()

    def _drop_old(self):
        """Delete the templates with the addon that nobody has used for long."""
        used = {note: note.stat().st_mtime for note in self._notes.glob("*.json")}
        for number, note in enumerate(sorted(used, key=used.get, reverse=True)):
            kept = KEPT if number < MANY else KEPT_OF_MANY
            if time.time() - used[note] > kept:
                with self._held(note.stem):
                    self.drop(note.stem)
                    note.unlink(missing_ok=True)

    def install_addon(self, name):
        """Install the addon in a database, or update it there.

        :return: what the log complains of, as `Complaint`s.
        :raise DevError: Odoo could not.
        """
        statement = "SELECT state FROM ir_module_module WHERE name = %s"
        rows = self.query(statement, [NAME], name)
        verb = "update" if rows and rows[0][0] == "installed" else "init"
        say(f"{'update' if verb == 'update' else 'install'} the addon")
        log = self.bench.folder / "install.log"
        command = self.bench.odoo(
            name,
            f"--{verb}={NAME}",
            *demo_options(self.bench.source.series),
            "--stop-after-init",
            "--no-http",
        )
        with open(log, "w") as output:
            streams = {"stdout": output, "stderr": output}
            result = run(*command, env=self.bench.environ, cwd="/", **streams)
        if result.returncode:
            reason = last_error(log)
            raise DevError(f"Odoo could not {verb} the addon:\n{reason}", f"log: {log}")
        return complaints(log)

    def _build(self, name, modules, is_more):
        """Build under another name and rename at the end: what is there is whole.

        :param is_more: the modules are installed on top of the plain template.
        """
        partial = f"{name}_tmp"
        if is_more:
            self._copy(self.template(), partial)
        else:
            self.drop(partial)
        say(f"template database: {', '.join(modules)} with demo data (about a minute)")
        self._odoo(
            *self.bench.odoo(
                partial,
                f"--init={','.join(modules)}",
                *demo_options(self.bench.source.series),
                "--stop-after-init",
                "--no-http",
            )
        )
        self._see_that_there_are(modules, partial)
        if not is_more:  # tests with a browser run in the plain one
            self._make_bundles(partial)
        self._rename(partial, name)

    def _rename(self, partial, name):
        self.drop(name)
        (self.store / partial).rename(self.store / name)
        self.query(f'ALTER DATABASE "{partial}" RENAME TO "{name}"')

    def _make_bundles(self, name):
        say("template database: asset bundles")
        shell = self.bench.odoo(name, "--no-http", command=["shell"])
        self._odoo(*shell, input=BUNDLES)

    def _see_that_there_are(self, modules, name):
        """Check that a database has these modules: Odoo goes on without unknown ones.

        :raise DevError: it lacks one.
        """
        installed = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        found = {row[0] for row in self.query(installed, database=name)}
        if missing := ", ".join(set(modules) - found):
            raise DevError(f"{self.bench.source} has no module {missing}")

    def _copy(self, template, name):
        """Make a copy of a database and its file store, in place of what is there."""
        self.drop(name)
        with lock(cache() / "copy.lock", "another database to be copied"):
            self.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        # files of a store never change: a second name for each is enough
        shutil.copytree(self.store / template, self.store / name, copy_function=os.link)
        self.query(ADOPT, database=name)

    def _odoo(self, *command, **options):
        """Run an Odoo to its end.

        :raise DevError: it failed.
        """
        log = self.bench.folder / "template.log"
        with open(log, "w") as output:
            options.update(stdout=output, stderr=output, cwd="/")
            result = run(*command, env=self.bench.environ, **options)
        if result.returncode:
            reason = last_error(log)
            raise DevError(f"the template can not be built:\n{reason}", f"log: {log}")
