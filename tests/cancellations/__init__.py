from . import test_cancellations
from . import test_cancellations_refused
