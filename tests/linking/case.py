"""What the tests of linking build on: pasted keys, and Amazon's consent page."""

from ..connection.case import PASTED, LinkCase
from ..connection.consent import ConsentCase

__all__ = ["PASTED", "ConsentCase", "LinkCase"]
