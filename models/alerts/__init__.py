"""What calls a person: failed reports, dates that expire, orders that stay out."""

from . import amazon_account
