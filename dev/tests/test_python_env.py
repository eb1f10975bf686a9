import sys
from unittest import mock

from dev import python_env
from dev.console import DevError, Unavailable
from dev.paths import cache

from .common import DevCase


class TestChoice(DevCase):
    def setUp(self):
        super().setUp()
        self.own(3, 14)

    def own(self, *version):
        """Have the workbench run under a Python of that version."""
        self.patch(mock.patch.object(sys, "version_info", (*version, 0, "final", 0)))
        path = self.python("{}.{}".format(*version), "own")
        self.patch(mock.patch.object(sys, "executable", str(path)))
        path.rename(self.folder / "own")
        sys.executable = str(self.folder / "own")

    def python(self, version, name=None, answer=None):
        """Put a Python of that version on the PATH; `answer` is what it prints."""
        name = name or f"python{version}"
        answer = f"{version} /real/{name}" if answer is None else answer
        return self.program(name, f"echo {answer}" if answer else "exit 1")

    def test_our_own_comes_first(self):
        self.own(3, 12)
        self.python("3.11")
        self.assertEqual(python_env.find_python("17.0"), "/real/own")

    def test_the_path(self):
        self.python("3.12")
        self.python("3.13")
        self.assertEqual(python_env.find_python("17.0"), "/real/python3.12")

    def test_a_shim_that_does_not_run(self):
        self.python("3.11", answer="")
        self.python("3.10")
        self.assertEqual(python_env.find_python("17.0"), "/real/python3.10")

    def test_one_that_is_not_what_its_name_says(self):
        self.python("3.11", answer="3.13 /real/python")
        with self.assertRaises(Unavailable):
            python_env.find_python("17.0")

    def test_pyenv(self):
        path = self.folder / ".pyenv/versions/3.11.7/bin/python"
        path.parent.mkdir(parents=True)
        self.python("3.11").rename(path)
        self.assertEqual(python_env.find_python("17.0"), "/real/python3.11")

    def test_17_can_not_use_3_13(self):
        self.own(3, 13)
        with self.assertRaises(Unavailable) as caught:
            python_env.find_python("17.0")
        self.assertEqual(
            caught.exception.what,
            "Odoo 17.0 needs Python 3.10 to 3.12; there is none (this is 3.13)",
        )
        self.assertIn("apt-get install python3.11", caught.exception.to_type)
        self.assertEqual(python_env.find_python("19.0"), "/real/own")

    def test_debian_without_venv(self):
        self.own(3, 11)
        sys.executable = str(self.program("bare", "exit 1"))
        with self.assertRaises(Unavailable) as caught:
            python_env.find_python("19.0")
        self.assertEqual(caught.exception.to_type, "apt-get install python3-venv")


class TestEnvironment(DevCase):
    #: makes what `python -m venv` makes, with a pip that fails as told
    BASE = """
case "$*" in
*venv*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
*pip*) echo x >>"{log}"; {pip} ;;
*) echo "3.11 {path}" ;;
esac
"""

    def base(self, pip=":"):
        path = self.programs / "python3.11"
        log = self.folder / "pip.log"
        self.program("python3.11", self.BASE.format(pip=pip, path=path, log=log))
        self.patch(mock.patch.object(python_env, "find_python", return_value=str(path)))
        self.patch(mock.patch.object(python_env, "say"))
        return log

    def test_it_is_made_once(self):
        log = self.base()
        python = python_env.environment("17.0")
        self.assertTrue(python.exists())
        self.assertEqual(python_env.environment("17.0"), python)
        self.assertEqual(log.read_text(), "x\n")

    def test_half_a_one_is_made_again(self):
        log = self.base()
        python = python_env.environment("17.0")
        (python.parent.parent / ".complete").unlink()
        python_env.environment("17.0")
        self.assertEqual(log.read_text(), "x\nx\n")

    def test_no_network(self):
        self.base("echo 'WARNING: Retrying (Retry(total=4' >&2; exit 1")
        with self.assertRaisesRegex(DevError, "pip could not reach its package index"):
            python_env.environment("17.0")
        (folder,) = cache().glob("venv-*")
        self.assertFalse((folder / ".complete").exists())

    def test_another_failure(self):
        self.base("echo 'ERROR: No matching distribution found for x' >&2; exit 1")
        with self.assertRaisesRegex(DevError, "No matching distribution found for x"):
            python_env.environment("17.0")

    def test_all_is_pinned(self):
        for path in python_env.PINS.glob("*.txt"):
            for line in path.read_text().splitlines():
                if not line.startswith("#"):
                    self.assertRegex(line, r"^[a-z0-9-]+==[^ ]+( ; .*)?$")
