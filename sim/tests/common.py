"""A small client, so that tests read as calls and answers."""

import json
import unittest
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from .. import SELLER, FakeClock, Simulator, contract, to_text

ORDERS = "/orders/2026-01-01/orders"
EVERYTHING = (
    "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,"
    "TAX,PAYMENT,FULFILLMENT_ORDERS"
)
needs_contract = unittest.skipUnless(contract.available(), contract.missing())

GERMANY, FRANCE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
# whatever a test sends, it is held against Amazon's models where they are at hand
CHECKED = {"check_contract": contract.available()}


class Answer:
    """Status, headers (lower case) and text of an answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.raw = response.read()

    @property
    def text(self):
        """Return the body as text."""
        return self.raw.decode()

    @property
    def json(self):
        """Return the body as parsed JSON."""
        return json.loads(self.text)

    @property
    def error(self):
        """Return the first error of an error list."""
        return self.json["errors"][0]


class SimulatorCase(unittest.TestCase):
    """Each test has a fresh simulator, a clock of its own and a client."""

    options = {}

    def setUp(self):
        super().setUp()
        self.clock = FakeClock()
        self.sim = Simulator(
            seed=1, clock=self.clock, **{"strict": True} | self.options
        )
        self.sim.start()
        self.addCleanup(self.sim.stop)
        self.world = self.sim.world
        self.access = None

    def send(self, method, path, body=None, headers=None):
        """Send one request over a connection of its own."""
        connection = HTTPConnection(urlsplit(self.sim.url).netloc, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def form(self, path, **fields):
        """Post a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(fields), kind)

    def ask_token(self, seller=SELLER, **fields):
        """Ask for an access token."""
        keys = {
            "grant_type": "refresh_token",
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
            "refresh_token": seller.refresh_token,
        }
        return self.form("/auth/o2/token", **(keys | fields))

    def link(self, seller=SELLER):
        """Speak for `seller` from now on."""
        self.access = self.ask_token(seller).json["access_token"]

    def get(self, path, **parameters):
        """Call an operation with an access token."""
        return self.call("GET", path, **parameters)

    def call(self, method, path, body=None, **parameters):
        """Call an operation with an access token, `body` as JSON."""
        if self.access is None:
            self.link()
        query = f"?{urlencode(parameters)}" if parameters else ""
        headers = {"x-amz-access-token": self.access}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        return self.send(method, path + query, body, headers)

    def search(self, **parameters):
        """Search orders; by default all that were ever updated."""
        if not {"createdAfter", "lastUpdatedAfter"} & set(parameters):
            parameters["lastUpdatedAfter"] = "2026-01-01T00:00:00Z"
        return self.get(ORDERS, **parameters)

    def found(self, **parameters):
        """Return the references that a search finds, in their order."""
        answer = self.search(**parameters)
        self.assertEqual(answer.status, 200, answer.text)
        return [order["orderId"] for order in answer.json["orders"]]

    def shown(self, ref, included=EVERYTHING):
        """Return an order as getOrder shows it."""
        answer = self.get(f"{ORDERS}/{ref}", includedData=included)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json["order"]

    def ago(self, **duration):
        """Write the time that long ago, e.g. ``self.ago(minutes=3)``."""
        clock = FakeClock(to_text(self.clock()))
        clock.advance(**{unit: -amount for unit, amount in duration.items()})
        return to_text(clock())

    def assertInvalid(self, answer, said):
        """Check for a 400 whose message contains `said`."""
        self.assertEqual(answer.status, 400, answer.text)
        self.assertEqual(answer.error["code"], "InvalidInput")
        self.assertIn(said, answer.error["message"])

    def assertContractKept(self):
        """Check that nothing sent or answered offends Amazon's models."""
        self.assertEqual(self.sim.contract_violations, [])
