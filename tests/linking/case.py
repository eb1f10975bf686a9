"""What the tests of linking build on: pasted keys, and Amazon's consent page."""

from ..connection.case import PASTED, LinkCase
from ..connection.consent import REQUEST_LOG, ConsentCase

__all__ = ["PASTED", "REQUEST_LOG", "ConsentCase", "LinkCase"]
