"""Tests of the fast lane: stock that is sent at once."""
