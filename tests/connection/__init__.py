"""Tests of the connection: consent, roles and rate limits."""
