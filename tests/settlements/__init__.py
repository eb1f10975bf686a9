"""Tests of settlements: download, booking, reconciliation and costs."""
