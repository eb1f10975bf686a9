"""The morning digest: what a shop manager has to know at the beginning of the day."""

from . import amazon_account
