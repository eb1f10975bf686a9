"""Tests of orders: import, changes, amounts and concurrency."""
