from . import test_fault_reports
from . import test_reports
