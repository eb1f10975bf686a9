"""Linking an account to a seller."""

from . import amazon_account
