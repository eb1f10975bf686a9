"""Tests of the stock that is sent to Amazon."""
