import os
from pathlib import Path
from unittest import mock

from dev import postgres
from dev.console import DevError
from dev.postgres import Cluster, Server

from .common import DevCase


class TestNamed(DevCase):
    def test_nothing_is_named(self):
        self.assertIsNone(postgres.from_environment({}))

    def test_host(self):
        server = postgres.from_environment({"PGHOST": "db"})
        self.assertEqual((server.environ, server.description), ({}, "PGHOST"))

    def test_url(self):
        url = "postgresql://o%40o:p%3Aw@db.example.org:5433/x?sslmode=require"
        server = postgres.from_environment({"DATABASE_URL": url, "PGHOST": "other"})
        self.assertEqual(
            server.environ,
            {
                "PGHOST": "db.example.org",
                "PGPORT": "5433",
                "PGUSER": "o@o",
                "PGPASSWORD": "p:w",
                "PGSSLMODE": "require",
            },
        )

    def test_url_of_a_socket(self):
        environ = postgres.parse_url("postgres://odoo@/x?host=/run/postgresql")
        self.assertEqual(environ, {"PGHOST": "/run/postgresql", "PGUSER": "odoo"})

    def test_url_of_something_else(self):
        with self.assertRaisesRegex(DevError, "not one of PostgreSQL"):
            postgres.parse_url("mysql://x")

    def check(self, *row):
        with mock.patch.object(postgres, "query", return_value=[row]):
            postgres.check(Server({}, "PGHOST", "k"), "python")

    def test_what_odoo_needs(self):
        self.check("odoo", 130000, True)
        for row, message in (
            (("postgres", 150000, True), "refuses"),
            (("odoo", 120009, True), "PostgreSQL 12 is too old"),
            (("odoo", 150000, False), "may not create databases"),
        ):
            with self.assertRaisesRegex(DevError, message):
                self.check(*row)


class TestPrivate(DevCase):
    def cluster(self, home):
        return Cluster(Path("/bin"), "15", Path(home), None)

    def test_the_socket_lies_with_the_data(self):
        cluster = self.cluster("/home/x/.cache/a")
        self.assertEqual(cluster.socket, cluster.home)
        self.assertEqual(cluster.server().environ["PGHOST"], str(cluster.home))

    def test_a_long_path_has_a_short_socket(self):
        cluster = self.cluster("/home/" + "x" * 90)
        path = f"{cluster.socket}/.s.PGSQL.5432.lock"
        self.assertLessEqual(len(path), 107)
        self.assertNotEqual(cluster.socket, self.cluster("/home/" + "y" * 90).socket)

    def test_it_never_listens_to_the_network(self):
        self.assertIn("listen_addresses = ''", postgres.SETTINGS)

    def test_binaries_on_the_path(self):
        self.program("initdb", "")
        self.program("pg_ctl", "")
        with mock.patch.object(postgres.glob, "glob", return_value=[]):
            self.assertEqual(postgres.installed_binaries(), self.programs.resolve())

    def test_the_newest_installed_is_taken(self):
        found = []
        for version in ("9.6", "15", "14"):
            folder = self.folder / version / "bin"
            folder.mkdir(parents=True)
            (folder / "initdb").touch()
            (folder / "pg_ctl").touch()
            found.append(str(folder / "initdb"))
        with mock.patch.object(postgres.glob, "glob", return_value=found):
            self.assertEqual(postgres.installed_binaries().parent.name, "15")

    def test_without_binaries_nothing_is_downloaded_unasked(self):
        with self.assertRaisesRegex(DevError, "no PostgreSQL here yet"):
            postgres.wheel_binaries(self.folder, None)

    def test_a_folder_of_somebody_else_is_not_used(self):
        folder = mock.MagicMock()
        folder.stat.return_value.st_uid = os.geteuid() + 1
        with mock.patch.object(postgres, "server_folder", return_value=folder):
            with self.assertRaisesRegex(DevError, "belongs to another user"):
                Cluster.find()
