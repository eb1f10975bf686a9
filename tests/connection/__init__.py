"""Tests of the connection: consent, roles and rate limits."""

from . import test_call_log
from . import test_connection
from . import test_consent_leaks
from . import test_consent_return
from . import test_granted_roles
from . import test_rate_limit
