from . import test_access_matrix, test_identity
from . import test_rights, test_views_as_roles
