"""Whose keys an account holds, and in which database they may be used."""

from . import amazon_account
