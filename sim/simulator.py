"""The simulator as a whole: a world behind Amazon's doors."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from . import contract
from .clock import utc_now
from .faults import ANSWERS, Faults
from .operations import OPERATIONS, auth, find
from .operations.base import Answer, ApiError, Call
from .rates import Rates
from .server import Server
from .world import World

_RATE_STATED = (200, 204, 400, 404)  # with these answers Amazon names the rate


@dataclass
class Request:
    """A call that came in."""

    operation: str | None  # None: nothing is at this path
    method: str
    path: str
    parameters: dict  # of the query, for the token of the form
    body: str
    at: object
    status: int | None = None
    fault: str | None = None
    request_id: str = ""


@dataclass
class Reply:
    """What the server sends: a whole answer, or what a fault leaves of it."""

    status: int
    headers: dict
    payload: bytes
    fault: object = None


class Simulator:
    """A world, reachable by HTTP on a loopback address.

    ``with Simulator(seed=1) as sim: …`` serves at `sim.url`; `sim.world` is the
    truth, `sim.received` the calls made, `sim.faults` and `sim.rates` the bad days.
    `sim.url` names both the LWA host and the SP-API endpoint.
    """

    def __init__(
        self,
        seed=1,
        *,
        host="127.0.0.1",
        port=0,
        orders=0,
        clock=utc_now,
        settled=True,
        published_rates=False,
        check_contract=False,
        world=None,
    ):
        self.world = world or World(seed, clock, settled)
        self.rates = Rates(published_rates)
        self.faults = Faults()
        self.received = []
        self.contract_violations = []
        self.after_page_action = None  # a hook, e.g. to save the world
        self._contract = contract.load() if check_contract else None
        self._server = Server(self, host, port)
        self._served = 0
        if orders:
            self.world.seed(orders)

    # --- up and down ---

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc_info):
        self.stop()

    @property
    def url(self):
        """Return the address, e.g. ``http://127.0.0.1:8199``."""
        return self._server.url

    def start(self):
        """Serve in a thread; after a stop, on the same port as before."""
        self._server.start()

    def stop(self):
        """Stop serving and cut every connection; the world stays as it is."""
        self._server.stop()

    def calls(self, operation=None):
        """Return the calls received of `operation` (None: of all)."""
        return [r for r in self.received if operation in (None, r.operation)]

    # --- one call ---

    def serve(self, method, path, query, headers, body):
        """Answer a call; `headers` have lower-case names."""
        operation, path_parameters = find(method, path)
        pairs = parse_qsl(query, keep_blank_values=True)
        text = body.decode("utf-8", "replace")
        shown = dict(pairs) or (dict(parse_qsl(text)) if method == "POST" else {})
        name = operation.name if operation else None
        with self.world.lock:
            self._served += 1
            number = f"{self.world.seed_number:08x}-sim0-4000-8000-{self._served:012d}"
            record = Request(
                name, method, path, shown, text, self.world.now(), request_id=number
            )
            self.received.append(record)
            fault = self.faults.strike(name)
            record.fault = fault and fault.kind
            if fault and fault.kind in ANSWERS:
                return self._faulty(record, fault)
            if fault and fault.kind == "reset":
                return Reply(0, {}, b"", fault)
            call = Call(self.world, None, path_parameters, pairs, headers, body)
            answer = self._answer(operation, call)
            record.status = answer.status
            self._check(operation, call, answer)
        return Reply(
            answer.status, self._headers(record, answer), answer.payload(), fault
        )

    def _answer(self, operation, call):
        try:
            if operation is None:
                raise ApiError(404, "NotFound", "There is no such operation.")
            if operation.needs_token:
                self._let_in(operation, call)
            return operation.handler(call)
        except ApiError as error:
            return Answer(error.status, error.body())

    def _let_in(self, operation, call):
        access = call.headers.get("x-amz-access-token")
        call.seller = auth.seller_of_token(self.world, access)
        key = call.seller.merchant_token
        if not self.rates.take(operation.name, key, self.world.now()):
            message = "You exceeded your quota for the requested resource."
            raise ApiError(429, "QuotaExceeded", message)
        auth.check_roles(operation, call.seller)

    def _check(self, operation, call, answer):
        if self._contract and operation:
            found = self._contract.check(operation, call, answer)
            self.contract_violations.extend(found)

    def _headers(self, record, answer):
        headers = {"x-amzn-RequestId": record.request_id}
        rated = record.operation and OPERATIONS[record.operation].needs_token
        if rated and answer.status in _RATE_STATED:
            rate = self.rates.header(record.operation)
            if rate is not None:
                headers["x-amzn-RateLimit-Limit"] = rate
        if answer.body is not None:
            headers["Content-Type"] = "application/json"
        return {**headers, **answer.headers}

    def _faulty(self, record, fault):
        record.status, kind, payload = ANSWERS[fault.kind]
        headers = {"x-amzn-RequestId": record.request_id}
        if kind:
            headers["Content-Type"] = kind
        return Reply(record.status, headers, payload, fault)
