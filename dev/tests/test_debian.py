from unittest import mock

from dev import debian
from dev.console import DevError, Unavailable
from dev.paths import cache

from .common import DevCase

URIS = """\
'http://deb.example.org/debian-security/dists/bookworm-security/InRelease' x_InRelease 0
'http://deb.example.org/debian/dists/bookworm/InRelease' deb.example.org_InRelease 0
'https://packages.example.com/apt/dists/some/InRelease' packages.example.com_apt 0
"""
UBUNTU = (
    "'http://archive.example.com/ubuntu/dists/noble/InRelease' archive.example.com 0"
)


class TestSite(DevCase):
    def test_the_archive_among_others(self):
        self.assertEqual(debian.parse_site(URIS), "http://deb.example.org/debian")

    def test_a_mirror_below_a_folder(self):
        text = "'https://m.example.org/pub/linux/debian/dists/sid/InRelease' x 0"
        expected = "https://m.example.org/pub/linux/debian"
        self.assertEqual(debian.parse_site(text), expected)

    def test_ubuntu(self):
        self.assertIsNone(debian.parse_site(UBUNTU))
        self.program("dpkg", "exit 0")
        self.program("apt-get", f'echo "{UBUNTU}"')
        with self.assertRaisesRegex(Unavailable, "no Debian archive configured"):
            debian.site()

    def test_no_apt(self):
        with self.assertRaisesRegex(Unavailable, "this machine has no apt"):
            debian.site()


class TestDownload(DevCase):
    #: apt-get that knows our archive, and makes a package of nothing
    APT = """
case "$*" in
*print-uris*) echo "'http://deb.example.org/debian/dists/sid/InRelease' x 0" ;;
*update*) {update} ;;
*download*) echo "$*" >{asked}; touch odoo-19_19.0.0_all.deb fonts_1_all.deb ;;
esac
"""
    DPKG = 'mkdir -p "$3/usr/bin"; basename "$2" >>"$3/usr/bin/odoo"'

    def machine(self, update=":"):
        asked = self.folder / "asked"
        self.program("apt-get", self.APT.format(update=update, asked=asked))
        self.program("dpkg", self.DPKG)
        keyring = self.folder / "keyring.gpg"
        keyring.touch()
        self.patch(mock.patch.object(debian, "KEYRINGS", ("/none", str(keyring))))
        return asked

    def test_all_packages_into_one_folder(self):
        asked = self.machine()
        tree = cache() / "odoo-19.0"
        debian.download(tree)
        self.assertEqual(
            (tree / "usr/bin/odoo").read_text(),
            "fonts_1_all.deb\nodoo-19_19.0.0_all.deb\n",
        )
        self.assertEqual((tree / ".complete").read_text(), "odoo-19_19.0.0_all\n")
        self.assertIn("Selfie", (tree / debian.PACKAGES_PATH / debian.STUB).read_text())
        self.assertIn("odoo-19/sid", asked.read_text())
        self.assertIn("fonts-font-awesome/bookworm", asked.read_text())

    def test_signatures_are_checked_and_errors_are_errors(self):
        self.machine()
        debian.download(cache() / "odoo-19.0")
        sources = (cache() / "apt" / "sources.list").read_text()
        self.assertRegex(sources, r"signed-by=\S+keyring.gpg\] http://deb.example.org")
        self.assertNotIn("trusted", sources)
        configuration = (cache() / "apt" / "apt.conf").read_text()
        self.assertIn('Error-Mode "any"', configuration)

    def test_an_archive_that_can_not_be_reached(self):
        self.machine("echo 'E: Could not connect' >&2; exit 100")
        with self.assertRaisesRegex(DevError, "archive: Could not connect") as caught:
            debian.download(cache() / "odoo-19.0")
        self.assertNotIsInstance(caught.exception, Unavailable)
        self.assertFalse((cache() / "odoo-19.0").exists())

    def test_no_keyring(self):
        self.machine()
        with mock.patch.object(debian, "KEYRINGS", ("/none",)):
            with self.assertRaisesRegex(DevError, "keyring is missing"):
                debian.download(cache() / "odoo-19.0")
