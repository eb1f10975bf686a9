"""What every flow builds on: accounts, marketplaces, steps of work, stored secrets."""

# The mixins before the models that use them.
from . import own_fields
from . import amazon_queue_row
from . import queue_step
from . import secret_field
from . import amazon_marketplace
from . import amazon_account
from . import amazon_account_marketplace
from . import amazon_purge
from . import res_company
from . import res_config_settings
