import http.server
import os
import subprocess
import tarfile
import threading
from functools import partial
from unittest import mock

from dev import odoo_source, paths, python_env
from dev.console import DevError, Unavailable

from .common import DevCase


class SourceCase(DevCase):
    def setUp(self):
        super().setUp()
        self.patch(mock.patch.object(python_env, "find_python"))

    def cached(self, series, text=""):
        folder = paths.cache() / f"odoo-{series}"
        tree = self.odoo_tree(folder, f"{series.partition('.')[0]}, 0")
        (tree / ".complete").write_text(text)
        return tree

    def no_upstream(self):
        """Make upstream unreachable."""
        reason = OSError("no route")
        for name in ("get_tarball", "get_clone"):
            self.patch(mock.patch.object(odoo_source, name, side_effect=reason))

    def no_debian(self):
        """Make this a machine without apt."""
        reason = Unavailable("Odoo 19.0: this machine has no apt")
        self.patch(mock.patch("dev.debian.download", side_effect=reason))


class TestTrees(SourceCase):
    def test_a_checkout(self):
        tree = self.odoo_tree()
        (tree / "addons").mkdir()
        source = odoo_source.from_tree(tree, "ODOO_SOURCE")
        self.assertEqual(source.series, "17.0")
        self.assertEqual(source.command, (str(tree / "odoo-bin"),))
        self.assertEqual(source.addons, (str(tree / "addons"),))
        self.assertEqual(source.environ, {})
        self.assertEqual(str(source), "Odoo 17.0 (ODOO_SOURCE)")

    def test_an_unpacked_tarball_has_its_addons_inside(self):
        tree = self.odoo_tree(entry="setup/odoo")
        source = odoo_source.from_tree(tree, "")
        self.assertEqual(source.command, (str(tree / "setup/odoo"),))
        self.assertEqual(source.addons, ())
        self.assertEqual(source.environ, {"PYTHONPATH": str(tree)})

    def test_something_else(self):
        self.assertIsNone(odoo_source.from_tree(self.folder, ""))

    def test_another_version_is_another_identity(self):
        tree = self.odoo_tree()
        before = odoo_source.from_tree(tree, "").identity
        (tree / ".complete").write_text("nightly of today")
        self.assertNotEqual(odoo_source.from_tree(tree, "").identity, before)


class TestVariable(SourceCase):
    def test_no_odoo(self):
        with mock.patch.dict(os.environ, ODOO_SOURCE=str(self.folder)):
            with self.assertRaisesRegex(DevError, "is not an Odoo source tree"):
                odoo_source.choose(None)

    def test_an_unknown_series(self):
        tree = self.odoo_tree(version="16, 0")
        with mock.patch.dict(os.environ, ODOO_SOURCE=str(tree)):
            with self.assertRaisesRegex(DevError, r"is Odoo 16.0; known here: 17.0"):
                odoo_source.choose(None)

    def test_it_comes_first(self):
        self.cached("17.0")
        tree = self.odoo_tree(version="19, 0")
        with mock.patch.dict(os.environ, ODOO_SOURCE=str(tree)):
            (source,), missing = odoo_source.choose(None)
            self.assertEqual(source.tree, tree.resolve())
            (source,), missing = odoo_source.choose("17.0")
        self.assertEqual(source.origin, "cached download")
        self.assertEqual(missing, [])


class TestChoice(SourceCase):
    def test_the_cached_download(self):
        self.cached("17.0")
        (source,), missing = odoo_source.choose(None)
        self.assertEqual(str(source), "Odoo 17.0 (cached download)")
        self.assertEqual(missing, [])

    def test_debian_when_upstream_is_silent(self):
        self.no_upstream()
        self.cached("19.0", "odoo-19_19.0.0+dfsg-1_all\n")
        (source,), missing = odoo_source.choose(None)
        self.assertEqual(
            str(source), "Odoo 19.0 (Debian odoo-19 19.0.0+dfsg-1, addon ported)"
        )
        self.assertEqual(missing, ["Odoo 17.0: upstream can not be reached (no route)"])

    def test_all_that_can_be_had(self):
        self.cached("17.0")
        self.cached("19.0", "odoo-19_19.0.0+dfsg-1_all\n")
        sources, missing = odoo_source.choose("all")
        self.assertEqual([source.series for source in sources], ["17.0", "19.0"])
        self.assertEqual(missing, [])

    def test_a_series_that_was_asked_for_is_not_replaced(self):
        self.no_upstream()
        self.cached("19.0", "odoo-19_19.0.0+dfsg-1_all\n")
        with self.assertRaisesRegex(DevError, "upstream can not be reached"):
            odoo_source.choose("17.0")

    def test_nothing_at_all(self):
        self.no_upstream()
        self.no_debian()
        with self.assertRaisesRegex(DevError, "no Odoo can be had: .*17.0.*no apt"):
            odoo_source.choose("all")

    def test_a_broken_archive_is_no_silent_pass(self):
        self.cached("17.0")
        broken = DevError("Odoo 19.0 from Debian's archive: unreachable")
        with mock.patch("dev.debian.download", side_effect=broken):
            with self.assertRaisesRegex(DevError, "unreachable"):
                odoo_source.choose("all")

    def test_too_new_a_python_leads_to_19(self):
        self.cached("17.0")
        self.cached("19.0", "odoo-19_19.0.0+dfsg-1_all\n")

        def find_python(series):
            if series == "17.0":
                raise Unavailable("Odoo 17.0 needs Python 3.10 to 3.12")

        with mock.patch.object(python_env, "find_python", find_python):
            (source,), missing = odoo_source.choose(None)
        self.assertEqual(source.series, "19.0")
        self.assertEqual(missing, ["Odoo 17.0 needs Python 3.10 to 3.12"])


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *args):
        """Write no line for each request."""


class TestUpstream(SourceCase):
    def tarball(self):
        """Pack what the nightly tarball looks like."""
        self.odoo_tree("odoo-17.0.post1", entry="setup/odoo")
        archive = self.folder / "served" / "odoo.tar.gz"
        archive.parent.mkdir()
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(self.folder / "odoo-17.0.post1", "odoo-17.0.post1")
        return archive

    def serve(self, folder):
        """Serve a folder over HTTP and return the address."""
        handler = partial(QuietHandler, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    def test_the_tarball(self):
        address = self.serve(self.tarball().parent)
        url = f"{address}/odoo.tar.gz"
        with mock.patch.object(odoo_source, "TARBALL", url):
            source = odoo_source.find("17.0")
        self.assertEqual(source.origin, "downloaded from upstream")
        self.assertEqual(odoo_source.find("17.0").origin, "cached download")
        self.assertEqual((source.tree / ".complete").read_text(), f"{url}\n")
        self.assertEqual(os.listdir(paths.cache()), ["odoo-17.0"])

    def test_the_clone_when_there_is_no_tarball(self):
        address = self.serve(self.folder)
        tree = self.odoo_tree("repository")
        os.environ["PATH"] = "/usr/bin:/bin"
        git = ("git", "-C", str(tree), "-c", "user.name=a", "-c", "user.email=a@b")
        for command in (
            ("init", "-q", "-b", "17.0"),
            ("add", "."),
            ("commit", "-q", "-m", "x"),
        ):
            subprocess.run([*git, *command], check=True)
        with (
            mock.patch.object(odoo_source, "TARBALL", f"{address}/none.tar.gz"),
            mock.patch.object(odoo_source, "REPOSITORY", tree.as_uri()),
        ):
            source = odoo_source.find("17.0")
        self.assertEqual(source.series, "17.0")

    def test_neither(self):
        os.environ["PATH"] = "/usr/bin:/bin"
        address = self.serve(self.folder)
        with (
            mock.patch.object(odoo_source, "TARBALL", f"{address}/none.tar.gz"),
            mock.patch.object(odoo_source, "REPOSITORY", f"{self.folder}/none"),
        ):
            with self.assertRaisesRegex(Unavailable, "HTTP Error 404"):
                odoo_source.find("17.0")
        self.assertEqual(os.listdir(paths.cache()), [])

    def test_a_broken_tarball(self):
        archive = self.tarball()
        archive.write_bytes(archive.read_bytes()[:100])
        address = self.serve(archive.parent)
        with (
            mock.patch.object(odoo_source, "TARBALL", f"{address}/odoo.tar.gz"),
            mock.patch.object(odoo_source, "get_clone", side_effect=OSError("no git")),
        ):
            with self.assertRaises(Unavailable):
                odoo_source.find("17.0")
        self.assertEqual(os.listdir(paths.cache()), [])
