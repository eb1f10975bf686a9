"""Tests of accounts: access, secrets, settings, queues and archiving."""

from . import test_access
from . import test_access_models
from . import test_access_roles
from . import test_archive
from . import test_data
from . import test_marketplace_settings
from . import test_neutralize
from . import test_purge
from . import test_queue_step
from . import test_secrets
from . import test_secrets_rpc
from . import test_secrets_seen
from . import test_settings
from . import test_time_budget
