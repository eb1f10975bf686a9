"""Secrets rest encrypted, and the key is not in the database (feature A6)."""

import stat
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import UserError
from odoo.tools import config, mute_logger

from odoo.addons.amazon_connector.sim import SELLER
from odoo.addons.amazon_connector.tools import secret_keys

from ..common import ACCOUNT_LOG
from ..everything import find_in_database
from .case import SECRETS, SecretsCase, new_key


class TestSecrets(SecretsCase):
    # === at rest === #

    def test_a6_nothing_of_the_database_opens_the_account(self):
        self.account.name = "Renamed"
        self.env.flush_all()
        self.assertEqual(find_in_database(self.env.cr, SECRETS.values()), {})
        self.assertFalse(SECRETS.keys() & self.raw().keys())
        self.forget_what_was_read()
        self.assertSecrets(self.account, SECRETS)
        self.account.action_test_connection()
        self.assertEqual(self.account.connection_state, "connected")

    def test_a6_the_secret_of_an_app_rests_encrypted_too(self):
        self.company.amazon_app_client_secret = "amzn1.oa2-cs.v1.ofanapp"
        self.env.flush_all()
        self.assertEqual(find_in_database(self.env.cr, ["ofanapp"]), {})
        self.forget_what_was_read()
        self.assertEqual(
            self.company.amazon_app_client_secret, "amzn1.oa2-cs.v1.ofanapp"
        )

    def test_a6_the_same_secret_is_never_stored_the_same(self):
        before = self.raw()["refresh_token_sealed"]
        self.account.refresh_token = SELLER.refresh_token
        self.assertNotEqual(self.raw()["refresh_token_sealed"], before)

    def test_a6_accounts_are_found_by_whether_a_secret_is_set(self):
        unlinked = self._link_account(
            self.another_seller(), refresh_token=False, name="Unlinked"
        )
        accounts = self.account + unlinked
        mine = [("id", "in", accounts.ids)]
        for domain, found in [
            ([("refresh_token", "!=", False)], self.account),
            ([("refresh_token", "=", False)], unlinked),
            ([("refresh_token", "in", [False, ""])], unlinked),
            ([("refresh_token", "not in", [False, ""])], self.account),
            ([("is_linked", "=", True)], self.account),
            ([("is_linked", "!=", True)], unlinked),
        ]:
            self.assertEqual(self.env["amazon.account"].search(mine + domain), found)
        with self.assertRaises(UserError):
            self.env["amazon.account"].search([("refresh_token", "=", "Atzr|guess")])
        with self.assertRaises(UserError):
            self.env["amazon.account"].search([("refresh_token", "like", "Atzr")])

    def test_a6_emptied_secrets_are_gone(self):
        self.account.write(dict.fromkeys(SECRETS, False))
        self.assertFalse(self.account.is_linked)
        self.assertFalse(self.raw()["refresh_token_sealed"])
        with self.assertRaises(UserError):
            self.account.action_test_connection()
        self.assertCalls()

    # === the key === #

    def test_a6_key_file_is_made_once_for_odoos_user_only(self):
        path = secret_keys.key_file()
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        key = path.read_text()
        self.account.refresh_token = "Atzr|another"
        self.assertEqual(path.read_text(), key)
        self.assertEqual([file.name for file in self.folder.iterdir()], [path.name])

    def test_a6_two_workers_make_one_key(self):
        path = secret_keys.key_file()
        path.unlink()
        first, second = (secret_keys._make_key_file() for _worker in range(2))
        self.assertEqual(first, second)
        self.assertEqual(first, path.read_text())

    def test_a6_key_of_the_environment_comes_before_option_and_file(self):
        keys = {name: new_key() for name in ("environment", "option")}
        with patch.dict(config.options, {secret_keys.SERVER_OPTION: keys["option"]}):
            self.account.refresh_token = "Atzr|option"
            sealed = self.raw()["refresh_token_sealed"]
            Fernet(keys["option"]).decrypt(sealed.encode())
            self.use_key(keys["environment"])
            self.assertEqual(self.account.refresh_token, "Atzr|option")
            self.account.refresh_token = "Atzr|environment"
            sealed = self.raw()["refresh_token_sealed"]
            Fernet(keys["environment"]).decrypt(sealed.encode())
        # what the file once sealed is still read
        self.assertEqual(self.account.lwa_client_secret, SELLER.client_secret)

    def test_a6_keys_are_rotated(self):
        old, new = new_key(), new_key()
        self.use_key(old)
        self.account.write(SECRETS)
        self.use_key(new, old)
        self.assertEqual(self.account.refresh_token, SELLER.refresh_token)
        self.account.action_archive()
        self.env["amazon.account"]._gc_old_keys()
        self.use_key(new)
        self.assertSecrets(self.account, SECRETS)
        before = self.raw()
        self.env["amazon.account"]._gc_old_keys()
        self.assertEqual(self.raw(), before)

    def test_a6_what_is_no_key_is_refused_in_plain_words(self):
        self.use_key("changeit")
        with self.assertRaises(UserError) as caught:
            self.account.refresh_token = "Atzr|new"
            self.env.flush_all()
        self.assertIn("amazon_connector_key", str(caught.exception))
        self.assertNotIn("changeit", str(caught.exception))

    def test_a6_data_directory_that_can_not_be_written_is_explained(self):
        secret_keys.key_file().unlink()
        with patch("os.link", side_effect=PermissionError):
            with self.assertRaises(UserError) as caught:
                secret_keys.seal("Atzr|new")
        self.assertIn("amazon_connector_key", str(caught.exception))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a6_lost_key_asks_to_link_again_and_spares_other_accounts(self):
        lost = self.account
        self.use_key(new_key())
        secret_keys.key_file().unlink()
        seller = self.another_seller()
        other = self._link_account(seller, name="Sealed with the new key")
        other_ref = self.buy("MUG-BLUE", seller=seller)
        with mute_logger(ACCOUNT_LOG):
            self.run_cron()
            self.env["amazon.submission"]._enqueue(
                "stock", [{"account_id": lost.id, "dedup_key": "x"}]
            )
            self.env.ref(
                "amazon_connector.ir_cron_send_submissions"
            ).ir_actions_server_id.run()
            params = lost.action_sync_orders()["params"]
        self.assertRecordValues(
            lost + other,
            [
                {"connection_state": "error", "is_linked": True},
                {"connection_state": "connected", "is_linked": True},
            ],
        )
        self.assertIn("Link the account again", lost.connection_message)
        self.assertEqual(params["message"], lost.connection_message)
        self.assertEqual(self.row(other_ref).account_id, other)
        self.assertEqual(
            lost.read(list(SECRETS))[0], {"id": lost.id} | dict.fromkeys(SECRETS, False)
        )
        lost.write(SECRETS)
        self.assertEqual(lost.action_test_connection()["params"]["type"], "success")
        self.assertEqual(lost.connection_state, "connected")

    def test_a6_half_of_the_secrets_is_not_enough(self):
        self.use_key(new_key())
        secret_keys.key_file().unlink()
        self.account.refresh_token = SELLER.refresh_token
        with mute_logger(ACCOUNT_LOG):
            self.account.action_test_connection()
        self.assertIn("Link the account again", self.account.connection_message)
        self.assertCalls()
