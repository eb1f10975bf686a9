"""A part of the tests: a process of its own, in the background until it is needed."""

import dataclasses
import json
import os
import sys

from . import odoo_source
from .console import DevError, last_lines, say, stop_on_signals
from .odoo_tests import Outcome
from .paths import ROOT, checkout_folder
from .process import start, stop
from .workbench import setting_up


def _yield_to_others():
    os.nice(10)


class Part:
    """A process, and the file to which it writes its result.

    :param title: what is said of it.
    :param name: of its files; two parts at the same time have different ones.
    """

    def __init__(self, title, name):
        self.title = title
        self.target = checkout_folder() / f"{name}.json"
        self.target.unlink(missing_ok=True)
        self.log = self.target.with_suffix(".log")
        self._process = None

    def start(
        self, *command, python=sys.executable, has_log=True, is_patient=False, **options
    ):
        """Start Python with these words; without a log it says all itself.

        :param bool is_patient: it takes the time that the other parts leave
        """
        if is_patient:
            options["preexec_fn"] = _yield_to_others
        if has_log:
            with open(self.log, "w") as log:
                outputs = {"stdout": log, "stderr": log}
                self._process = start(python, *command, cwd=ROOT, **outputs, **options)
        else:
            self._process = start(python, *command, cwd=ROOT, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        stop(self._process)
        self.target.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)

    def has_ended(self):
        return self._process.poll() is not None

    def result(self):
        """Wait for the end and return what the process wrote.

        :raise DevError: it did not come to its end.
        """
        self._process.wait()
        if not self.target.exists():
            words = last_lines(self.log, 12) or "see above"
            raise DevError(f"{self.title} broke off:\n{words}")
        return json.loads(self.target.read_text())

    def outcomes(self):
        """Wait for the end and return the `Outcome`s, one as a rule.

        :raise DevError: it did not come to its end.
        """
        return [Outcome(**self.result())]


def run(target, series, test):
    """Do the work of a part and write its `Outcome` to the target.

    :param test: function of a source of Odoo that returns the `Outcome`.
    :return: the `Outcome`; None when the set-up failed, of which it was said why.
    """
    stop_on_signals()
    try:
        with setting_up():
            (source,), _missing = odoo_source.choose(series)
        outcome = test(source)
    except DevError as error:
        print(f"dev: {error}", file=sys.stderr, flush=True)
        return None
    with open(target, "w") as output:
        json.dump(dataclasses.asdict(outcome), output)
    say(outcome.line())
    return outcome
