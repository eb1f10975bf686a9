"""The results of the processing of a feed."""

from dataclasses import dataclass


class FeedRefused(Exception):
    """A feed can not be processed at all."""


@dataclass(frozen=True)
class Result:
    """The outcome of one message of a feed; without problems it was accepted."""

    message_id: int | None
    subject: str | None  # SKU or order reference
    problems: list
