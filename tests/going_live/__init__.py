from . import test_going_live
