"""Tests of adjustments of FBA stock."""

from . import test_fba_adjustment
