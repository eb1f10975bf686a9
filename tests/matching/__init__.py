"""Tests of matching: unknown SKUs, suggested products and waiting orders."""
