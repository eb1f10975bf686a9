"""Base class for the secrets: keys of the server, users, and the stored columns."""

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.addons.amazon_connector.sim import SELLER
from odoo.addons.amazon_connector.tools import secret_keys

from ..common import AmazonCase

SECRETS = {
    "lwa_client_secret": SELLER.client_secret,
    "refresh_token": SELLER.refresh_token,
}
ROLES = (
    ("visitor", "base.group_public"),
    ("customer", "base.group_portal"),
    ("clerk", "base.group_user"),
    ("seller", "base.group_user,sales_team.group_sale_manager"),
    ("amazon_user", "base.group_user,amazon_connector.group_amazon_user"),
    ("amazon_manager", "base.group_user,amazon_connector.group_amazon_manager"),
    ("settings", "base.group_user,base.group_erp_manager"),
)


def new_key():
    return Fernet.generate_key().decode()


class SecretsCase(AmazonCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(lambda: self.use_key(None))
        patcher = patch.object(
            secret_keys, "key_file", lambda: self.folder / secret_keys.FILE_NAME
        )
        patcher.start()
        self.addCleanup(patcher.stop)
        super().setUp()

    def use_key(self, *keys):
        """Whoever runs the server sets the environment variable, or takes it away."""
        os.environ.pop(secret_keys.ENVIRONMENT_VARIABLE, None)
        if any(keys):
            os.environ[secret_keys.ENVIRONMENT_VARIABLE] = ",".join(keys)
        self.forget_what_was_read()

    @classmethod
    def person(cls, login, groups):
        """Create a user with the given groups.

        :return: res.users of the company
        """
        return cls._new_user(login, groups)

    def forget_what_was_read(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def raw(self, account=None):
        """Read an account from the database, past the ORM.

        :return dict: the row as the table holds it
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM amazon_account WHERE id = %s", [(account or self.account).id]
        )
        return self.env.cr.dictfetchone()

    def assertSecrets(self, account, secrets):
        self.assertEqual(account.read(list(SECRETS)), [{"id": account.id, **secrets}])

    def assertNoSecret(self, text):
        for secret in SECRETS.values():
            self.assertNotIn(secret, text)
