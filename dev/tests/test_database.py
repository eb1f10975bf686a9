"""Templates with the addon: which are kept."""

import contextlib
import os
import time
from types import SimpleNamespace
from unittest import mock

from dev import database

from .common import DevCase


class TestOldTemplates(DevCase):
    def setUp(self):
        super().setUp()
        self.notes = self.folder / "installed"
        self.notes.mkdir()
        bench = SimpleNamespace(data=self.folder)
        self.databases = database.Databases(bench)
        self.drop = self.patch(mock.patch.object(database.Databases, "drop"))
        held = mock.patch.object(
            database.Databases, "_held", lambda *_args: contextlib.nullcontext()
        )
        self.patch(held)

    def use(self, name, minutes):
        """A template was used so many minutes ago."""
        note = self.notes / f"{name}.json"
        note.write_text("[]")
        moment = time.time() - minutes * 60
        os.utime(note, (moment, moment))

    def dropped(self):
        """Drop the old templates, with their notes.

        :return set: names of the templates that are deleted now
        """
        self.databases._drop_old()
        names = {call.args[0] for call in self.drop.call_args_list}
        kept = {note.stem for note in self.notes.glob("*.json")}
        self.assertFalse(kept & names)
        return names

    def test_what_nobody_uses_goes(self):
        self.use("now", 0)
        self.use("today", 170)
        self.use("yesterday", 1500)
        self.assertEqual(self.dropped(), {"yesterday"})

    def test_of_many_only_those_of_this_moment_stay(self):
        for number in range(14):
            self.use(f"t{number}", number * 2)
        self.assertEqual(self.dropped(), {"t12", "t13"})

    def test_of_many_that_are_at_work_none_goes(self):
        for number in range(14):
            self.use(f"t{number}", 1)
        self.assertEqual(self.dropped(), set())
