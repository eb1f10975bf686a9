"""Tests of the dashboard, the list of problems and the sales report."""
