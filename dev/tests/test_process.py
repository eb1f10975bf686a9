import json
import os
import socket
import subprocess
import sys
import time
from unittest import mock

from dev import process, running

from .common import DevCase

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
#: starts a child that does not care for SIGTERM, and says its number
PARENT = """
import signal, subprocess, sys, time
child = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
print(subprocess.Popen([sys.executable, "-c", child]).pid, flush=True)
time.sleep(60)
"""


class ProcessCase(DevCase):
    def begin(self, *command, **options):
        child = process.start(*command, **options)
        self.addCleanup(process.stop, child, 1)
        return child

    def assertGone(self, birth, pid):
        end = time.monotonic() + 5
        while process.birth(pid) == birth and time.monotonic() < end:
            time.sleep(0.02)
        self.assertNotEqual(process.birth(pid), birth)


class TestProcess(ProcessCase):
    def test_run_captures_and_has_no_input(self):
        code = "import sys; print(sys.stdin.read(), 'x'); sys.exit(3)"
        result = process.run(sys.executable, "-c", code)
        self.assertEqual((result.stdout, result.returncode), (" x\n", 3))
        result = process.run(sys.executable, "-c", code, input="in")
        self.assertEqual(result.stdout, "in x\n")

    def test_stop_takes_the_whole_group(self):
        parent = self.begin(sys.executable, "-c", PARENT, stdout=subprocess.PIPE)
        with parent.stdout:
            pid = int(parent.stdout.readline())
        birth = process.birth(pid)
        self.assertTrue(birth)
        process.stop(parent)
        self.assertGone(birth, pid)

    def test_time_limit(self):
        child = self.begin(*SLEEP)
        with process.time_limit(child, 0.1) as over:
            child.wait(10)
        self.assertTrue(over.is_set())

    def test_within_the_time_limit(self):
        child = self.begin(sys.executable, "-c", "")
        with process.time_limit(child, 30) as over:
            child.wait(10)
        self.assertFalse(over.is_set())

    def test_birth_tells_processes_apart(self):
        one, two = self.begin(*SLEEP), self.begin(*SLEEP)
        self.assertEqual(process.birth(one.pid), process.birth(one.pid))
        process.stop(two)
        self.assertIsNone(process.birth(two.pid))

    def test_a_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            other = process.free_port(port)
            self.assertNotEqual(other, port)
        self.assertEqual(process.free_port(port), port)

    def test_the_last_holder_of_a_shared_lock(self):
        path = self.folder / "lock"
        with process.lock(path, "it", shared=True) as one:
            with process.lock(path, "it", shared=True) as two:
                self.assertFalse(process.last_holder(two))
            self.assertTrue(process.last_holder(one))

    def test_waiting_for_a_lock_is_said(self):
        path = self.folder / "lock"
        code = (
            "import fcntl, sys, time; f = open(sys.argv[1], 'w');"
            "fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); time.sleep(0.3)"
        )
        holder = self.begin(sys.executable, "-c", code, path, stdout=subprocess.PIPE)
        with holder.stdout:
            holder.stdout.readline()
            said = self.patch(mock.patch.object(process, "say"))
            with process.lock(path, "the other"):
                said.assert_called_once_with("waiting for the other")


class TestRunning(ProcessCase):
    def test_what_was_left_behind_is_stopped(self):
        child = self.begin(*SLEEP)
        birth = process.birth(child.pid)
        notes = {"dev": [999999999, "1"], "Odoo": [child.pid, birth]}
        running.note_path().write_text(json.dumps(notes))
        self.assertEqual(running.stop_left_behind(), ["Odoo"])
        self.assertGone(birth, child.pid)
        self.assertFalse(running.note_path().exists())

    def test_another_process_of_that_number_is_spared(self):
        child = self.begin(*SLEEP)
        notes = {"Odoo": [child.pid, "another birth"]}
        running.note_path().write_text(json.dumps(notes))
        self.assertEqual(running.stop_left_behind(), [])
        self.assertIsNone(child.poll())

    def test_no_notes_and_broken_notes(self):
        self.assertEqual(running.stop_left_behind(), [])
        running.note_path().write_text("{")
        self.assertEqual(running.stop_left_behind(), [])

    def test_leaving_stops_all(self):
        child = self.begin(*SLEEP)
        with running.Noted(self.folder) as noted:
            noted.add("Odoo", child)
            noted.check()
            notes = json.loads(running.note_path().read_text())
            self.assertEqual(notes["dev"][0], os.getpid())
            self.assertEqual(notes["Odoo"], [child.pid, process.birth(child.pid)])
        self.assertIsNotNone(child.poll())
        self.assertFalse(running.note_path().exists())

    def test_a_process_that_ends_by_itself(self):
        child = self.begin(sys.executable, "-c", "raise SystemExit(7)")
        child.wait(10)
        (self.folder / "simulator.log").write_text("no such port\n")
        noted = running.Noted(self.folder)
        noted.add("Amazon simulator", child)
        with self.assertRaisesRegex(Exception, "(?s)exit code 7.*no such port"):
            noted.check()
