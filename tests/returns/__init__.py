"""Tests of refunds and returns."""
