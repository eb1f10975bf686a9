"""Tests of old orders: their import, and data of another connector."""
