"""The web page and the command line."""

import subprocess
import sys
import tempfile
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from unittest import mock
from urllib.parse import unquote_plus, urlsplit

from dev.console import DevError

from .. import CATALOGUE, SELLER
from .. import __main__ as command
from ..seeds import KINDS
from .common import SimulatorCase
from .feed_case import StockCase, quantity

GERMANY, JAPAN = "A1PA6795UKMFR9", "A1VC38T7YXB528"
ROOT = Path(__file__).resolve().parents[2]


class TestPage(SimulatorCase):
    """What a person does by mouse."""

    options = {"settled": False}

    def press(self, action, said="visible to your connector at once", **fields):
        answer = self.form(f"/page/{action}", **fields)
        self.assertEqual(answer.status, 303)
        self.assertIn(said, unquote_plus(answer.headers["location"]))
        return answer

    def place(self, channel="fbm", marketplace=GERMANY, kind="plain"):
        known = set(self.world.orders)
        self.press("place", channel=channel, marketplace=marketplace, kind=kind)
        (ref,) = set(self.world.orders) - known
        return ref

    def page(self, path="/"):
        answer = self.send("GET", path)
        self.assertEqual(answer.status, 200)
        self.assertIn("text/html", answer.headers["content-type"])
        return answer.text

    def test_settlement(self):
        ref = self.place("fba")
        self.press("ship", order=ref)
        self.press("settle", marketplace=GERMANY)
        (made,) = self.world.settlements
        self.assertEqual(list(made.sales), [ref])
        self.assertIn("Settlement</b>", self.page())
        self.press("settle", "Choose a marketplace", marketplace="nowhere")

    def test_settlement_with_a_reserve_and_a_subscription(self):
        self.press("ship", order=self.place("fba"))
        kept = {"reserve": "25.00", "subscription": "39.00"}
        self.press("settle", marketplace=GERMANY, **kept)
        (made,) = self.world.settlements
        self.assertEqual(made.reserve, Decimal("-25.00"))
        others = {
            row["amount-description"]: row["amount"]
            for row in made.rows
            if row["amount-type"] == "other-transaction"
        }
        paid = {"Subscription Fee": "-39.00", "Current Reserve Amount": "-25.00"}
        self.assertEqual(others, {name: Decimal(text) for name, text in paid.items()})

    def test_a_reserve_that_is_no_amount(self):
        for text in ("much", "NaN"):
            self.press("settle", "such as 25.00", marketplace=GERMANY, reserve=text)
        self.assertFalse(self.world.settlements)

    def test_it_shows_keys_orders_and_calls(self):
        self.world.seed(20)
        self.link()
        text = self.page()
        for key in (SELLER.client_id, SELLER.client_secret, SELLER.refresh_token):
            self.assertIn(key, text)
        self.assertIn(SELLER.merchant_token, text)
        for ref in self.world.orders:
            self.assertIn(ref, text)
        self.assertIn("<td>token</td>", text)
        self.assertNotIn("$", text.split("</style>")[1])

    def test_empty_world(self):
        self.assertIn("No orders yet", self.page())

    def test_placed_orders_are_found_at_once(self):
        refs = []
        for channel in ("fbm", "fba"):
            refs.append(self.place(channel))
            self.assertEqual(self.found(), refs)
        bound = self.search().json["lastUpdatedBefore"]
        self.press("ship", order=refs[1])
        self.press("cancel", order=refs[0])
        self.assertEqual(self.found(lastUpdatedAfter=bound), [refs[1], refs[0]])
        states = [self.world.order(ref).status for ref in refs]
        self.assertEqual(states, ["CANCELLED", "SHIPPED"])

    def test_pay_and_ask(self):
        ref = self.place(kind="pending")
        self.press("pay", order=ref)
        self.assertEqual(self.world.order(ref).status, "UNSHIPPED")
        self.press("ask", order=ref)
        self.assertTrue(self.world.order(ref).items[0].cancel_request)
        self.assertIn("buyer asks to cancel</span>", self.page())

    def test_each_kind_can_be_placed(self):
        for kind in KINDS:
            ref = self.place(kind=kind, marketplace=JAPAN)
            self.assertEqual(self.world.order(ref).currency, "JPY")
        self.page()

    def test_the_choice_is_kept(self):
        answer = self.press("place", channel="fbm", marketplace=JAPAN, kind="gift")
        text = self.page(answer.headers["location"])
        self.assertIn(f'<option value="{JAPAN}" selected>', text)
        self.assertIn('<option value="gift" selected>', text)

    def test_what_can_not_be(self):
        ref = self.place()
        self.press("ship", order=ref, said="not fulfilled by Amazon")
        self.press("cancel", order="302-0", said="There is no order 302-0")
        self.press("place", channel="fbm", marketplace="X", said="Choose a marketplace")
        self.press(
            "place", channel="own", marketplace=JAPAN, said="Choose a marketplace"
        )
        self.assertEqual(self.send("POST", "/page/nothing").status, 404)
        self.assertEqual(self.send("GET", "/page/cancel").status, 404)

    def test_packages(self):
        ref = self.place()
        self.assertNotIn('class="package"', self.page())
        self.world.ship_fbm(ref, carrier="Bike & Co", tracking="<T1>")
        text = self.page()
        self.assertIn("Bike &amp; Co <code>&lt;T1&gt;</code>", text)

    def test_listings(self):
        self.world.listing("MUG-BLUE").quantity = 4321
        self.world.listing("MUG-BLUE", JAPAN).quantity = 1234
        self.assertIn(">4321<", self.page())
        text = self.page(f"/?listings={JAPAN}")
        self.assertIn(">1234<", text)
        self.assertNotIn(">4321<", text)
        self.assertIn(">4321<", self.page("/?listings=X"))
        self.world.listings.clear()
        self.assertIn("Nothing is listed here", self.page())

    def test_dangers(self):
        self.assertNotIn("dangerous", self.page())
        self.world.dangers.append("<b>: DELETE in a feed")
        self.assertIn("<li>&lt;b&gt;: DELETE in a feed</li>", self.page())

    def test_texts_are_escaped(self):
        self.world.place_order(items=[self.world.item("<b>&")])
        self.assertIn("&lt;b&gt;&amp;", self.page("/?problem=%3Cscript%3E"))
        self.assertNotIn("<script", self.page("/?problem=%3Cscript%3E"))

    def test_other_machines_are_refused(self):
        fields = f"channel=fbm&marketplace={GERMANY}"
        for headers in (
            {"Host": "evil.example"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
        ):
            answer = self.send("POST", "/page/place", fields, headers)
            self.assertEqual(answer.status, 403)
        self.assertEqual(
            self.send("GET", "/", None, {"Host": "evil.example"}).status, 403
        )
        self.assertEqual(self.world.orders, {})
        own = {"Origin": self.sim.url}
        self.assertEqual(self.send("POST", "/page/place", fields, own).status, 303)

    def test_pages_are_not_calls(self):
        self.page()
        self.place()
        self.assertEqual(self.sim.received, [])


class TestWithoutJinja(SimulatorCase):
    """A Python that has only its own library."""

    def setUp(self):
        super().setUp()
        # mock.patch.dict would forget each module that is imported meanwhile.
        if there := sys.modules.get("jinja2"):
            self.addCleanup(sys.modules.__setitem__, "jinja2", there)
        else:
            self.addCleanup(sys.modules.pop, "jinja2")
        sys.modules["jinja2"] = None

    def test_clients_are_served_and_the_page_says_what_it_lacks(self):
        answer = self.send("GET", "/")
        self.assertEqual(answer.status, 501)
        self.assertIn("needs Jinja2", answer.text)
        self.link()
        self.assertEqual(self.search().status, 200)

    def test_command_goes_on_with_a_python_that_has_it(self):
        with (
            mock.patch(
                "dev.python_env.environment", return_value="/env/python"
            ) as made,
            mock.patch("os.execv") as execv,
            mock.patch.object(sys, "argv", ["sim", "--port", "0"]),
        ):
            command._with_jinja()
        made.assert_called_once_with("sim")
        line = ["/env/python", "-m", "sim", "--port", "0"]
        execv.assert_called_once_with("/env/python", line)

    def test_command_goes_on_where_no_other_python_can_be_had(self):
        error = DevError("pip could not reach its package index")
        with (
            mock.patch("dev.python_env.environment", side_effect=error),
            mock.patch("os.execv") as execv,
            mock.patch("sys.stderr") as said,
        ):
            command._with_jinja()
        execv.assert_not_called()
        self.assertIn("no page without Jinja2", said.write.call_args[0][0])


class TestPageOfFeeds(StockCase):
    """The feeds on the page."""

    def test_status_and_counts(self):
        self.push(quantity(1), quantity(2, "<OLD>", 2))
        self.sim.feeds.fatal_next()
        self.push(quantity(1))
        self.create("POST_ORDER_ACKNOWLEDGEMENT_DATA", "<x/>")
        text = self.send("GET", "/").text
        self.assertIn("1 accepted", text)
        self.assertIn('title="&lt;OLD&gt;: This SKU does not exist', text)
        self.assertIn("1 refused", text)
        self.assertEqual(text.count('class="feed fatal"'), 2)
        self.assertIn("<b>Cancellations</b>", text)


class TestCommand(SimulatorCase):
    """``python3 -m sim``."""

    def run_command(self, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        return process

    def page_of(self, process):
        line = process.stdout.readline()
        self.assertRegex(line, r"^Amazon simulator: http://127\.0\.0\.1:\d+\n$")
        connection = HTTPConnection(urlsplit(line.split()[-1]).netloc, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/")
        return connection, connection.getresponse().read().decode()

    def test_one_line_and_some_orders(self):
        process = self.run_command("--port", "0", "--seed", "3", "--orders", "4")
        _connection, text = self.page_of(process)
        self.assertEqual(text.count('class="ref"'), 4)
        process.terminate()
        self.assertEqual((process.stdout.read(), process.wait(10)), ("", 0))

    def test_empty_and_kept_state(self):
        with tempfile.TemporaryDirectory() as folder:
            state = ("--port", "0", "--empty", "--state", f"{folder}/world")
            process = self.run_command(*state)
            connection, text = self.page_of(process)
            self.assertEqual(text.count('class="ref"'), 0)
            connection.request(
                "POST", "/page/place", f"channel=fbm&marketplace={JAPAN}"
            )
            self.assertEqual(connection.getresponse().status, 303)
            process.terminate()
            process.wait(10)
            _connection, text = self.page_of(self.run_command(*state))
            self.assertEqual(text.count('class="ref"'), 1)

    def test_other_hosts_are_refused(self):
        process = self.run_command("--host", "0.0.0.0")
        self.assertIn("must be a loopback address", process.stdout.read())
        self.assertEqual(process.wait(10), 2)

    def test_port_taken(self):
        process = self.run_command("--port", str(urlsplit(self.sim.url).port))
        self.assertIn("can not listen on", process.stdout.read())
        self.assertEqual(process.wait(10), 1)


class TestCatalogue(SimulatorCase):
    """The fixed constants."""

    def test_prices(self):
        mug = CATALOGUE["MUG-BLUE"]
        self.assertEqual(str(mug.price("EUR")), "11.99")
        self.assertEqual(str(mug.price("JPY")), "1920")
        self.assertEqual(len(CATALOGUE), 8)
        for key in ("sku", "asin", "ean", "title"):
            values = {getattr(product, key) for product in CATALOGUE.values()}
            self.assertEqual(len(values), 8)
