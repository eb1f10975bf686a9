"""Tests of the recovery of orders, and of the check for missing ones."""
