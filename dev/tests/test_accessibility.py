import contextlib
import io
from types import SimpleNamespace

from dev import accessibility, axe_views

from .common import DevCase

FINDING = {
    "rule": "color-contrast",
    "impact": "serious",
    "nodes": [{"html": "<b>pale</b>", "message": "contrast of 2.1"}],
}
RECORDS = {"account": 1, "order": 2, "delivery": 3, "to cancel": 4}


class TestAccessibility(DevCase):
    def report(self, screens):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = accessibility._report(screens)
        return code, output.getvalue()

    def test_what_is_found_fails_and_is_named(self):
        code, output = self.report({"orders": [], "problems": [FINDING]})
        self.assertEqual(code, 1)
        self.assertIn("problems: color-contrast (serious)\n    <b>pale</b>", output)
        self.assertIn("2 screens, 1 with findings", output)
        self.assertEqual(self.report({"orders": []})[0], 0)

    def test_each_view_is_opened_once(self):
        views = {"list": [[False, "tree"], [False, "form"]], "other": [[7, "tree"]]}
        actions = [
            {
                "id": number,
                "name": name,
                "res_model": "amazon.call",
                "views": views[name],
                "target": "current",
                "context": context,
            }
            for number, name, context in (
                (1, "list", "{}"),
                (2, "list", "{}"),
                (3, "other", "{}"),
                (4, "other", "{'x': active_id}"),
            )
        ]
        answers = {"search_read": [], "read": actions, "search": [9]}
        shop = SimpleNamespace(call=lambda _model, method, *_args, **_: answers[method])
        found = [where for _name, where, _ready in axe_views.find_views(shop, RECORDS)]
        self.assertEqual(
            found,
            [
                "action=1&model=amazon.call&view_type=list",
                "action=1&model=amazon.call&view_type=form&id=9",
                "action=3&model=amazon.call&view_type=list",
            ],
        )
