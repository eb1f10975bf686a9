"""Tests of access rights and of accounts' identity: who may do what, whose account it
is.
"""

from . import test_access_matrix, test_attacks, test_identity, test_own_fields
from . import test_rights, test_updates, test_views_as_roles
