"""No secret may show: the case that listens to all there is to hear."""

import logging
import traceback

from .common import SECRETS, AmazonCase

PAGE_TOKEN = "cGFnaW5hdGlvbi10b2tlbi1vZi1hbWF6b24"
SIGNATURE = "5ec2e7"


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
