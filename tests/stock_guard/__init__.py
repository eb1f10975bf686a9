"""Tests of quantities that wait for a person."""
