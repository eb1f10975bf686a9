"""Tests of adjustments of FBA stock."""
