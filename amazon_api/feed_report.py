"""What Amazon reports on a feed it has processed, message by message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .errors import Unavailable

SEVERITIES = ("ERROR", "WARNING", "INFO")


@dataclass(frozen=True)
class Issue:
    """A remark of Amazon's; ``message`` is Amazon's own text, for people.

    ``severity`` is one of `SEVERITIES`; only ``ERROR`` means that a message was not
    accepted. ``message_id`` is None when the feed as a whole is meant.
    """

    severity: str
    message: str
    code: str | None = None
    message_id: int | None = None
    sku: str | None = None
    attribute: str | None = None

    @property
    def is_error(self) -> bool:
        return self.severity == "ERROR"


@dataclass(frozen=True)
class FeedReport:
    """The processing report of a feed.

    ``issues`` are those of each message, by its number; messages without any are not
    in it. ``feed_issues`` are about the feed as a whole. The counts are Amazon's own.
    """

    feed_id: str | None
    issues: dict[int, tuple[Issue, ...]]
    feed_issues: tuple[Issue, ...]
    processed: int
    accepted_count: int
    invalid_count: int

    def accepted(self, message_ids: Iterable[int]) -> dict[int, bool | None]:
        """The outcome of the messages that were sent.

        A report names only messages with issues. That the others were
        accepted is believed when the counts agree with it and no error speaks of the
        feed as a whole or of a message that was never sent; that none was, when it
        says so of the feed or counts all of them as invalid.

        :param message_ids: of all messages of the feed
        :return: for each True, False, or None where the report does not say
        """
        sent = set(message_ids)
        refused = {number for number in self.issues if self._has_error(number)}
        rest = None
        if self._adds_up(sent, refused):
            rest = True
        elif self._refuses_all(sent):
            rest = False
        return {number: False if number in refused else rest for number in sent}

    def unknown_issues(
        self, message_ids: Iterable[int]
    ) -> dict[int, tuple[Issue, ...]]:
        """Issues of messages that were not sent: the report may be another feed's.

        :param message_ids: of all messages of the feed
        """
        sent = set(message_ids)
        return {
            number: issues
            for number, issues in self.issues.items()
            if number not in sent
        }

    def _has_error(self, number: int) -> bool:
        return any(issue.is_error for issue in self.issues[number])

    def _refuses_all(self, sent: set[int]) -> bool:
        """Whether the feed was refused as a whole; a report on messages that were never
        sent belongs to another feed.
        """
        return (
            self.accepted_count == 0
            and not self.unknown_issues(sent)
            and (
                any(issue.is_error for issue in self.feed_issues)
                or self.processed == self.invalid_count == len(sent)
            )
        )

    def _adds_up(self, sent: set[int], refused: set[int]) -> bool:
        return (
            refused <= sent
            and not any(issue.is_error for issue in self.feed_issues)
            and self.processed == len(sent)
            and self.invalid_count == len(refused)
            and self.accepted_count == self.processed - self.invalid_count
        )


def by_message(
    issues: Iterable[Issue],
) -> tuple[dict[int, tuple[Issue, ...]], tuple[Issue, ...]]:
    """Those of messages by their number, and those of the feed as a whole."""
    found: dict[int, list[Issue]] = {}
    of_feed: list[Issue] = []
    for issue in issues:
        number = issue.message_id
        (of_feed if number is None else found.setdefault(number, [])).append(issue)
    return {number: tuple(listed) for number, listed in found.items()}, tuple(of_feed)


def not_a_report(problem: str) -> Unavailable:
    return Unavailable(
        f"Amazon's report on the feed can not be trusted: {problem}.",
        reason="answer",
        operation="getFeedDocument",
    )
