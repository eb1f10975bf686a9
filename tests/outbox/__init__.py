"""Tests of feeds: sending, results, and feeds that are lost or late."""
