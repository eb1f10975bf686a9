"""What the tests of going live build on: an account that has just been linked."""

from ..connection.case import LinkCase
from ..connection.consent import ConsentCase

__all__ = ["ConsentCase", "LinkCase"]
