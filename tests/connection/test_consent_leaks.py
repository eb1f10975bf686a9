"""What comes back from Amazon's consent page is shown to nobody (features A3, A6)."""

import logging
import threading
from urllib.parse import quote, urlencode

from odoo.tests import tagged
from odoo.tools import misc, mute_logger

from odoo.addons.amazon_connector.controllers import return_address_log

from ..everything import listen
from .consent import REQUEST_LOG, RETURN, ReturnCase


@tagged("post_install", "-at_install")
class TestConsentLeaks(ReturnCase):
    def assertNothingLeaks(self, text, answer):
        """The text names none of the values that the browser brought back."""
        for name, value in answer.items():
            self.assertNotIn(value, text, name)
            self.assertNotIn(quote(value), text, name)

    def hear_the_return(self, answer):
        """Come back from Amazon and check that no secret of the answer is in the log.

        :return tuple: the page, what the log says of the return, one request
        """
        with listen() as heard:
            page = self.come_back(answer)
        self.assertNothingLeaks(heard.text, answer)
        [line] = [line for line in heard.lines if RETURN in line]
        self.assertTrue(line.startswith("INFO werkzeug: "), line)
        self.assertIn(f'"GET {RETURN}', line)
        return page, line

    def test_a6_log_of_the_server_keeps_no_code(self):
        """Threads and workers (prefork) log the same way, with werkzeug's logger."""
        answer = self.decide(self.go_to_amazon())
        page, line = self.hear_the_return(answer)
        self.assertEqual(page.status_code, 303)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn(" 303 ", line)
        self.assertTrue(self.account())
        page, line = self.hear_the_return(answer)
        self.assertRefused(page, "This was done already")
        self.assertIn(" 400 ", line)
        self.assertNothingLeaks(page.text, {"code": answer["spapi_oauth_code"]})

    @mute_logger(REQUEST_LOG)
    def test_a6_log_of_a_failing_exchange_keeps_no_code(self):
        self.amazon.faults.add("token", "html")
        answer = self.decide(self.go_to_amazon())
        page, _line = self.hear_the_return(answer)
        self.assertRefused(page, "Amazon did not complete the link")
        self.assertNothingLeaks(page.text, {"code": answer["spapi_oauth_code"]})

    def test_a6_code_does_not_travel_to_the_sign_in_page(self):
        """Odoo would put the whole address into that of the sign-in page, where other
        sites that one can sign in with see it. Nothing could be linked
        afterwards: a new session has not begun this."""
        answer = self.decide(self.go_to_amazon())
        self.authenticate(None, None)
        page, _line = self.hear_the_return(answer)
        self.assertRefused(page, "You are not signed in", 403)
        self.assertNothingLeaks(page.text, answer)
        self.assertFalse(self.account())
        self.assertEqual(self.amazon.calls("token"), [])

    # === each logger that shows addresses === #

    def hear(self, name, message, *args):
        """Log a line and listen to it.

        :return str: what the log makes of a line
        """
        with listen() as heard:
            logging.getLogger(name).info(message, *args)
        [line] = heard.lines
        return line.partition(": ")[2]

    def test_a6_evented_server_keeps_no_code(self):
        """It gives its logger a line that is written already."""
        query = "state=s%2Fs&selling_partner_id=A1&spapi_oauth_code=ANc0de%"
        line = '10.0.0.1 - - [2026-11-21 12:00:00] "GET {} HTTP/1.1" 303 412 0.1'
        self.assertEqual(
            self.hear("longpolling", line.format(f"{RETURN}?{query}")),
            line.format(RETURN),
        )
        for address in (f"https://odoo.example.com{RETURN}/?{query}", RETURN):
            shown = self.hear("longpolling", line.format(address))
            self.assertEqual(shown, line.format(address.partition("?")[0]))

    def test_a6_address_inside_another_address_keeps_no_code(self):
        query = quote(f"{RETURN}?{urlencode({'spapi_oauth_code': 'ANc0de'})}", safe="")
        shown = self.hear(
            "werkzeug", '"%s" %s', f"GET /web/login?redirect={query}", 200
        )
        self.assertEqual(
            shown, f'"GET /web/login?redirect={quote(RETURN, safe="")}" 200'
        )

    def test_a6_threads_shown_in_the_log_keep_no_code(self):
        """Odoo shows what its threads are at when one takes too long."""
        thread = threading.current_thread()
        self.addCleanup(setattr, thread, "url", getattr(thread, "url", ""))
        thread.url = f"https://odoo.example.com{RETURN}?spapi_oauth_code=ANc0de"
        with listen() as heard:
            misc.dumpstacks(thread_idents=[thread.ident])
        self.assertIn(f"(url:https://odoo.example.com{RETURN}", heard.text)
        self.assertNotIn("ANc0de", heard.text)

    def test_a6_all_other_lines_stay_as_they_are(self):
        returns = f"GET {RETURN}s?code=1 HTTP/1.1"
        code = "GET /web?spapi_oauth_code=1&x=100%25 HTTP/1.1"
        for expected, message, *args in (
            (f'"{returns}" 200', '"%s" %s', returns, 200),
            (f'"{code}" 200', '"%s" %s', code, 200),
            ("/web?x", "%(address)s", {"address": "/web?x"}),
            ("100%", "100%"),
            ("?", ValueError("?")),
        ):
            with self.subTest(expected):
                self.assertEqual(self.hear("werkzeug", message, *args), expected)

    def test_a6_filter_is_there_once(self):
        return_address_log.install()
        for name in return_address_log.LOGGERS:
            filters = logging.getLogger(name).filters
            self.assertEqual(filters.count(return_address_log.strip_answer), 1, name)
