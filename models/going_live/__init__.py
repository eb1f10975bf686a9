"""What is left to do between linking an account and going live (feature W1)."""

from . import amazon_account
