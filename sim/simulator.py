"""The simulator as a whole: a world behind Amazon's API."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from . import contract
from .clock import utc_now
from .faults import ANSWERS, CUT, EFFECTS, Faults, LastPage, take_effect
from .feeds import LISTINGS_FEED
from .operations import auth, find
from .operations.base import Answer, ApiError, Call
from .rates import Rates
from .server import Server
from .world import World

# with these answers Amazon names the rate
_RATE_STATED = (200, 201, 202, 204, 400, 404)


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
    remarks: list = field(default_factory=list)  # what a strict simulator refuses

    @property
    def json(self):
        """Return the body, parsed."""
        return json.loads(self.body)


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
    truth, `sim.received` the calls made, `sim.faults` and `sim.rates` the fault
    scenarios.
    `sim.url` names both the LWA host and the SP-API endpoint. What Amazon takes and
    does not document (unknown parameters, tokens asked for in JSON) is noted in
    `sim.remarks`; with `strict` it is refused.
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
        strict=False,
        world=None,
    ):
        self.world = world or World(seed, clock, settled)
        self.rates = Rates(published_rates)
        self.faults = Faults()
        self.received = []
        self.contract_violations = []
        self.strict = strict
        self.remarks = []  # "operation: what was unusual", in the order of the calls
        self.after_page_action = None  # a hook, e.g. to save the world
        self._contract = contract.load() if check_contract else None
        self._server = Server(self, host, port)
        self._served = 0
        self._unchecked = []  # feeds whose report is still to come
        self._last_page = LastPage()
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

    @property
    def feeds(self):
        """Return the feeds received, each as far as it is by now."""
        self.world.pass_time()
        return self.world.feeds

    @property
    def feeds_take(self):
        """How many seconds a feed takes; 0: it is done when one asks for it."""
        return self.world.feeds.take

    @feeds_take.setter
    def feeds_take(self, seconds):
        self.world.feeds.take = seconds

    @property
    def reports(self):
        """Return the reports requested, each as far as it is by now."""
        self.world.pass_time()
        return self.world.reports

    def calls(self, operation=None):
        """Return the calls received of `operation` (None: of all)."""
        return [r for r in self.received if operation in (None, r.operation)]

    # --- one call ---

    def serve(self, method, path, query, headers, body):
        """Answer a call; `headers` have lower-case names."""
        operation, path_parameters = find(method, path)
        pairs = parse_qsl(query, keep_blank_values=True)
        name = operation.name if operation else None
        with self.world.lock:
            self.world.pass_time()
            self._check_reports()
            record = self._record(name, method, path, pairs, headers, body)
            fault = self.faults.strike(name)
            record.fault = fault and fault.kind
            if fault and fault.kind in ANSWERS:
                return self._faulty(record, fault)
            if fault and fault.kind in CUT:
                return Reply(0, {}, b"", fault)
            call = Call(
                self.world, None, path_parameters, pairs, headers, body, self.url
            )
            call.remarks = None if self.strict else record.remarks
            answer = self._carry_out(operation, call, fault)
            record.status = answer.status
            self.remarks += [f"{name}: {text}" for text in record.remarks]
        return Reply(
            answer.status,
            self._headers(record, answer, call.plan),
            answer.payload(),
            fault,
        )

    def _record(self, name, method, path, pairs, headers, body):
        self._served += 1
        text = body.decode("utf-8", "replace")
        shown = dict(pairs) or (dict(parse_qsl(text)) if _is_form(headers) else {})
        number = f"{self.world.seed_number:08x}-sim0-4000-8000-{self._served:012d}"
        record = Request(
            name, method, path, shown, text, self.world.now(), request_id=number
        )
        self.received.append(record)
        return record

    def _carry_out(self, operation, call, fault):
        if fault and fault.kind in EFFECTS:
            take_effect(self.world, fault)
        skew = fault.seconds if fault and fault.kind == "skewed" else 0
        self.world.forgets = bool(fault and fault.kind == "unkept")
        with self.world.clock_ahead(skew):
            answer = self._answer(operation, call)
        self._check(operation, call, answer)
        self._last_page.pass_on(answer.body, fault)
        return answer

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
        call.plan = operation.plan_of(call)
        if not self.rates.take(call.plan, key, self.world.now()):
            message = "You exceeded your quota for the requested resource."
            raise ApiError(429, "QuotaExceeded", message)
        auth.check_roles(operation.name, operation.roles, call.seller)

    def _check(self, operation, call, answer):
        if self._contract and operation:
            found = self._contract.check(operation, call, answer)
            self.contract_violations.extend(found)
            if operation.name == "createFeed" and answer.status == 202:
                self._check_feed(self.world.feeds[-1])

    def _check_feed(self, feed):
        """Check what was sent; what Amazon reports is checked when it is there."""
        if feed.type == LISTINGS_FEED:
            found = self._contract.check_document(contract.FEED, feed.content)
            self.contract_violations.extend(found)
            self._unchecked.append(feed)

    def _check_reports(self):
        for feed in [feed for feed in self._unchecked if not feed.is_open]:
            self._unchecked.remove(feed)
            if feed.report is not None:
                content = json.dumps(feed.report)
                found = self._contract.check_document(contract.REPORT, content)
                self.contract_violations.extend(found)

    def _headers(self, record, answer, plan):
        headers = {"x-amzn-RequestId": record.request_id}
        if plan and answer.status in _RATE_STATED:
            rate = self.rates.header(plan)
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


def _is_form(headers):
    return "form-urlencoded" in headers.get("content-type", "")
