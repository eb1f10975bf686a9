"""Databases: a template with everything below the addon, and clones of it."""

import ast
import os
import shutil

from .console import DevError, say
from .odoo_log import last_error
from .paths import NAME, ROOT, cache, checkout_key, short_hash
from .process import run
from .sql import query
from .workbench import setting_up

#: without this each test run with a browser builds about 40 bundles: 15 s
BUNDLES = """
env['ir.qweb']._pregenerate_assets_bundles()
env.cr.commit()
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
    """Return what makes Odoo load demo data: 17.0 does by itself, 19.0 when told."""
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

    def clone_template(self, name, modules=()):
        """Make a fresh database: what the addon depends on, with demo data.

        :param modules: of Odoo that are installed besides.
        :raise DevError: the template could not be built.
        """
        with setting_up():
            self._copy(self.template(modules), name)

    def template(self, modules=()):
        """Return the name of the template, which is built when it is missing.

        :param modules: of Odoo besides the dependencies; they have a template of their
            own, made from the plain one.
        :raise DevError: Odoo could not install the dependencies, or has no such module.
        """
        source = self.bench.source
        depends = sorted(manifest()["depends"])
        besides = ["with", *sorted(modules)] if modules else []
        key = short_hash(source.series, source.identity, *depends, *besides, cache())
        name = f"{NAME}_template_{key}"
        if not self.exists(name):
            self._build(name, sorted(modules) or depends, bool(modules))
        return name

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
            say("template database: asset bundles")
            shell = self.bench.odoo(partial, "--no-http", command=["shell"])
            self._odoo(*shell, input=BUNDLES)
        self.drop(name)
        (self.store / partial).rename(self.store / name)
        self.query(f'ALTER DATABASE "{partial}" RENAME TO "{name}"')

    def _see_that_there_are(self, modules, name):
        """See that a database has these modules: Odoo goes on without unknown ones.

        :raise DevError: it lacks one.
        """
        installed = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        found = {row[0] for row in self.query(installed, database=name)}
        if missing := ", ".join(set(modules) - found):
            raise DevError(f"{self.bench.source} has no module {missing}")

    def _copy(self, template, name):
        """Make a copy of a database and its file store, in place of what is there."""
        self.drop(name)
        self.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        # files of a store never change: a second name for each is enough
        shutil.copytree(self.store / template, self.store / name, copy_function=os.link)

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
