"""No secret may show: the case that listens to all there is to hear."""

import logging
import traceback

from .. import SpApiError
from .common import ACCESS_TOKEN, RESET, SECRETS, AmazonCase, Reply, refusal
from .sent import SIGNED_PATH

PAGE_TOKEN = "cGFnaW5hdGlvbi10b2tlbi1vZi1hbWF6b24"
SIGNATURE = "5ec2e7"
TRACKING = "00340434161094042557"
ECHO = f"Bad {ACCESS_TOKEN} at https://x.s3.amazonaws.com{SIGNED_PATH} for {TRACKING}"
FAILURES = (
    refusal(400, "InvalidInput", ECHO),
    refusal(400, ECHO, ECHO, **{"x-amzn-RequestId": ECHO}),
    Reply(400, f"<Error><Code>ExpiredToken</Code><Message>{ECHO}</Message></Error>"),
    Reply(400, f"<Error><Code>{ECHO}</Code></Error>", {"x-amz-request-id": ECHO}),
    Reply(403, f"<Error><Code>AccessDenied</Code><Message>{ECHO}</Message></Error>"),
    refusal(403, "Unauthorized", ECHO),
    Reply(404, f"<Error>{ECHO}</Error>"),
    refusal(429, "QuotaExceeded", ECHO),
    Reply(503, f"<html>{ECHO}</html>"),
    Reply(200, ECHO),
    Reply(302, "", {"Location": f"https://x.y{SIGNED_PATH}"}),
    b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + ECHO.encode(),
    RESET,
)


class _Everything(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record):
        self.lines.append(f"{record.name}: {self.format(record)}")


class SecretsCase(AmazonCase):
    """With all loggers of the process at their chattiest."""

    def setUp(self):
        super().setUp()
        self.log = _Everything()
        root = logging.getLogger()
        package = logging.getLogger(__package__.rpartition(".")[0])
        for logger, level in ((root, logging.DEBUG), (package, logging.DEBUG)):
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(level)
        root.addHandler(self.log)
        self.addCleanup(root.removeHandler, self.log)

    def shown(self, error: BaseException | None = None) -> str:
        shown = list(self.log.lines) + [repr(record) for record in self.records]
        if error:
            shown += [str(error), repr(error), repr(vars(error)), repr(error.args)]
            shown += traceback.format_exception(error)
            self.assertIsNone(error.__cause__)
            self.assertIsNone(error.__context__)
        return "\n".join(shown)

    def assert_clean(self, shown: str, *more: str):
        for secret in (*SECRETS, SIGNATURE, PAGE_TOKEN, "erika@", *more):
            self.assertNotIn(secret.lower(), shown.lower())
        for line in self.log.lines:
            self.assertNotIn("?", line)


class DocumentSecretsCase(SecretsCase):
    """With a document in Amazon's storage, and all that can go wrong with it."""

    def setUp(self):
        super().setUp()
        self.url = self.amazon.url + SIGNED_PATH
        self.hidden = ("X-Amz", "/documents/d", "0434161", "quantities-of")

    def failure(self, call) -> SpApiError:
        """Out of any ``except``, as a caller's log would see it."""
        try:
            call()
        except SpApiError as error:
            return error
        self.fail("Nothing went wrong.")

    def assert_failures_are_clean(self, call, *before):
        for reply in FAILURES:
            with self.subTest(reply):
                self.log.lines.clear()
                self.clock.pass_seconds(86_400)
                self.amazon_answers(*before, reply, *before, reply)
                error = self.failure(call)
                self.assert_clean(self.shown(error), *self.hidden)
