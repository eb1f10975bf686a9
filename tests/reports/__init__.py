"""Tests of Amazon's reports: request, download and faults."""

from . import test_fault_reports
from . import test_reports
