from . import test_refunds
