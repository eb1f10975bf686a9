"""Tests of the timeline of orders and deliveries."""

from . import test_timeline
