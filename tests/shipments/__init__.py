"""Tests of shipments: confirmation to Amazon, packages and refusals."""
