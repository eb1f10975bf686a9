"""Tests that no order is missing, imported twice or from the wrong seller."""
