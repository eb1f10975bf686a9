from types import SimpleNamespace
from unittest import mock

from dev import __main__ as command_line
from dev import fuzz_command, paths
from dev.console import DevError

from .common import DevCase


class TestFuzz(DevCase):
    def fuzz(self, exit_code):
        """Run the command with a Python that only writes down what it was asked."""
        asked = self.folder / "asked"
        python = self.folder / "python"
        python.write_text(f'#!/bin/sh\necho "$@" > {asked}\nexit {exit_code}\n')
        python.chmod(0o755)
        self.patch(mock.patch.object(fuzz_command, "say"))
        with mock.patch("dev.python_env.environment", return_value=python):
            options = SimpleNamespace(minutes=0.5)
            return fuzz_command.fuzz(options), asked.read_text()

    def test_it_goes_on_for_so_long_and_keeps_what_it_found(self):
        code, asked = self.fuzz(0)
        self.assertEqual(code, 0)
        self.assertIn("-max_total_time=30 ", asked)
        self.assertIn(f"dev.fuzz_runner {paths.cache() / 'fuzz'} ", asked)

    def test_what_was_found_is_a_failure_that_says_how_to_see_it_again(self):
        with self.assertRaises(DevError) as caught:
            self.fuzz(77)
        self.assertIn("dev.fuzz_runner", caught.exception.to_type)

    def test_the_command_line_knows_it(self):
        options = command_line.parser().parse_args(["fuzz", "--minutes", "3"])
        self.assertEqual((options.minutes, options.do), (3, fuzz_command.fuzz))
