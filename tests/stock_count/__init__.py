"""Tests of the calculation of available stock."""
