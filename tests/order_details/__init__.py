"""Tests of what else Amazon says of an order."""
