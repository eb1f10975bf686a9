"""Who sees secrets, and where they must not show (feature A6)."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.sim import SELLER

from ..everything import listen
from .case import ROLES, SECRETS, SecretsCase


class TestSecretsSeen(SecretsCase):
    # === who sees them === #

    def test_a6_each_role_is_kept_from_both_halves(self):
        for login, groups in ROLES:
            user = self.person(login, groups)
            account = self.account.with_user(user)
            for name in (*SECRETS, *(f"{name}_sealed" for name in SECRETS)):
                with self.subTest(f"{login} {name}"):
                    with self.assertRaises(AccessError):
                        account.read([name])
                    with self.assertRaises(AccessError):
                        account.search([(name, "!=", False)])
                    with self.assertRaises(AccessError):
                        account.write({name: "stolen"})
                    self.assertNotIn(name, account.fields_get())

    def test_a6_administrators_read_and_write_but_never_see_the_column(self):
        admin = new_test_user(
            self.env,
            "system",
            groups="base.group_system,amazon_connector.group_amazon_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        account = self.account.with_user(admin)
        self.assertEqual(
            account.read(["refresh_token"])[0]["refresh_token"], SELLER.refresh_token
        )
        account.write({"refresh_token": "Atzr|pasted"})
        self.assertEqual(self.account.refresh_token, "Atzr|pasted")
        with self.assertRaises(AccessError):
            account.read(["refresh_token_sealed"])

    def test_a6_exports_copies_and_chatter_hold_no_secret(self):
        tracked = self.account.with_context(tracking_disable=False)
        tracked.write(SECRETS | {"seller_key": "changed"})
        self.env.flush_all()
        names = ["name", *SECRETS, *(f"{name}_sealed" for name in SECRETS)]
        exported = tracked.export_data(names)["datas"][0]
        self.assertNoSecret(repr(exported))
        self.assertEqual(exported[1:3], ["", ""])
        offered = tracked.fields_get(list(SECRETS), ["exportable"])
        self.assertEqual(offered, {name: {"exportable": False} for name in SECRETS})
        self.assertNoSecret(repr(tracked.message_ids.mapped("body")))
        self.assertFalse(tracked.message_ids.tracking_value_ids)
        copy = self.account.copy({"name": "Copy"})
        self.assertFalse(copy.is_linked)
        self.assertRecordValues(copy, [dict.fromkeys(SECRETS, False)])
        self.assertNotIn("sealed", repr(sorted(self.account.copy_data()[0])))

    # === what fails === #

    def test_a6_log_and_tracebacks_of_failing_calls_hold_no_secret(self):
        forget_tokens()
        self.amazon.stop()
        with listen() as heard:
            self.account.action_sync_orders()
            self.account.action_test_connection()
            self.run_cron()
            message = self.account.connection_message
            with patch.object(
                type(self.account),
                "_get_partner",
                side_effect=ValueError("broken"),
            ):
                self.run_cron()
        self.assertIn("broken", heard.text)
        self.assertNoSecret(heard.text + message)

    def test_a6_statement_that_fails_shows_no_secret(self):
        with listen() as heard, self.assertRaises(CheckViolation) as caught:
            with self.env.cr.savepoint():
                self.account.write({**SECRETS, "erase_after_days": 0})
                self.env.flush_all()
        self.assertNoSecret(heard.text + repr(caught.exception))
        self.assertNotIn("Atzr", heard.text + repr(caught.exception))

    # === upgrade === #

    def test_a6_plain_secrets_of_earlier_versions_are_sealed(self):
        cr = self.env.cr
        self.account.write(dict.fromkeys(SECRETS, False))
        self.env.flush_all()
        for name, secret in SECRETS.items():
            cr.execute(f"ALTER TABLE amazon_account ADD COLUMN {name} varchar")
            cr.execute(
                f"UPDATE amazon_account SET {name} = %s WHERE id = %s",
                [secret, self.account.id],
            )
        contact = self.env["res.partner"].create(
            {"name": "Erika", "amazon_email": "x@marketplace.amazon.de"}
        )
        friend = self.env["res.partner"].create({"name": "Friend"})
        self.env.flush_all()
        migration = load_migration("1.1.0", "post-migration")
        for _time in range(2):  # a second run finds nothing to do
            migration.migrate(cr, "17.0.1.0.0")
        self.forget_what_was_read()
        self.assertSecrets(self.account, SECRETS)
        self.assertFalse(SECRETS.keys() & self.raw().keys())
        self.assertEqual((contact + friend).mapped("amazon_created"), [True, False])


def load_migration(version, name):
    """Load a script of the migrations, whose folder is no package.

    :return: module of a migration script
    """
    path = Path(__file__).parents[2] / "migrations" / version / f"{name}.py"
    spec = spec_from_file_location("amazon_connector_migration", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
