"""Dashboard, progress and the list of problems (features D6, K1, K2, K4)."""

from . import amazon_problem_kinds
from . import amazon_problem
from . import amazon_account
from . import amazon_history
from . import amazon_order
from . import amazon_report
from . import sale_order
