"""Tests of Amazon's reports: request, download and faults."""
