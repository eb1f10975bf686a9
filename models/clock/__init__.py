"""How far the server's clock is from Amazon's."""

from . import amazon_account
