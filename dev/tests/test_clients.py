import json
import sys
from unittest import mock

from dev import client_tests, python_env
from dev.console import DevError

from .common import DevCase

#: sees the world as it is, but for the orders, of which it loses one
SEES = """
import json, os, urllib.parse, urllib.request
task = json.loads(os.environ["TASK"])
keys = ("client_id", "client_secret", "refresh_token")
form = {"grant_type": "refresh_token", **{key: task[key] for key in keys}}
def send(path, data=None, **headers):
    request = urllib.request.Request(task["url"] + path, data, headers)
    return json.load(urllib.request.urlopen(request))
access = send("/auth/o2/token", urllib.parse.urlencode(form).encode())["access_token"]
token = {"X-Amz-Access-Token": access}
page = send("/orders/2026-01-01/orders?lastUpdatedAfter=" + task["since"], **token)
print(json.dumps({"orders": {page["orders"][0]["orderId"]: "SHIPPED"}}))
"""


class TestClients(DevCase):
    """What the check of other clients says; the clients themselves are `--only
    clients`."""

    def test_what_a_client_saw_wrongly_is_named(self):
        self.patch(mock.patch.object(client_tests, "STEPS", ("orders",)))
        truth = {"orders": {"302-1": "SHIPPED", "302-2": "SHIPPED"}}
        self.patch(mock.patch.object(client_tests, "_truth", lambda _sim: truth))
        problems = client_tests.compare("one", [sys.executable, "-c", SEES], {})
        self.assertEqual(list(problems), ["one: orders"])
        self.assertIn("302-2", problems["one: orders"])

    def test_a_client_that_breaks_off_is_named_with_its_last_words(self):
        command = [sys.executable, "-c", "import sys; sys.exit('no idea')"]
        problems = client_tests.compare("one", command, {})
        self.assertEqual(list(problems), ["one"])
        self.assertIn("no idea", problems["one"])

    def test_what_can_not_be_installed_is_skipped_by_name(self):
        def refuse(*_args):
            raise DevError("pip could not reach its package index")

        self.patch(mock.patch.object(python_env, "environment", refuse))
        self.patch(mock.patch.object(client_tests.shutil, "which", lambda _name: None))
        part = client_tests.play()
        self.assertEqual((part.passed, part.failed, part.skipped), (0, 0, 5))
        self.assertIn("there is no node here", part.skips["@sp-api-sdk"])
        self.assertIn("pip could not", part.skips["amzn-sp-api"])
        json.dumps(vars(part))
