"""Whose account it is: one seller, one environment, one company, one database
(features A12, A13)."""

import importlib.util
from contextlib import suppress
from pathlib import Path

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.sim import SELLER, SELLER_NA

from ..common import ACCOUNT_LOG
from ..stock_case import StockCase
from .case import PASTED, LinkCase

KEYS = ("lwa_client_id", "lwa_client_secret", "refresh_token")


def load_script(version):
    """Load the script that Odoo runs after an update to a version.

    :param str version: as its folder is named
    :return: the module
    """
    path = Path(__file__).parents[2] / "migrations" / version / "post-migration.py"
    spec = importlib.util.spec_from_file_location("post_migration", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestOtherSeller(LinkCase):
    """Link Again with the keys of somebody else."""

    def keys(self):
        """Read the stored keys and whose they are.

        :return dict: what the account holds
        """
        return {name: self.account.sudo()[name] for name in (*KEYS, "seller_key")}

    def paste_keys_of(self, seller, **changes):
        return self.paste(
            self.account,
            lwa_client_id=seller.client_id,
            lwa_client_secret=seller.client_secret,
            refresh_token=seller.refresh_token,
            **changes,
        )

    def assertKept(self, before, wizard, words):
        self.assertIn(words, wizard.message)
        self.assertEqual(self.keys(), before)
        self.assertEqual(
            self.account.action_test_connection()["params"]["type"], "success"
        )

    def test_a12_another_merchant_token_is_refused(self):
        other, before = self.another_seller(), self.keys()
        wizard, action = self.paste_keys_of(other, seller_key=other.merchant_token)
        self.assertEqual(action["res_id"], wizard.id)
        self.assertKept(before, wizard, "as an account of its own")
        self.assertIn(other.merchant_token, wizard.message)

    def test_a12_keys_of_another_seller_are_noticed_under_our_token(self):
        other, before = self.another_seller(), self.keys()
        wizard, _action = self.paste_keys_of(other)
        self.assertKept(before, wizard, "they are another seller's")

    def test_a12_where_offers_may_not_be_read_the_orders_tell(self):
        self.buy("MUG-BLUE")
        self.sync()
        other, before = self.another_seller(), self.keys()
        self.account.action_test_connection()
        self.account.check_ids.filtered(lambda c: c.area == "listings").state = "denied"
        wizard, _action = self.paste_keys_of(other)
        self.assertKept(before, wizard, "they are another seller's")

    def test_a12_the_sellers_own_new_keys_are_taken(self):
        self.buy("MUG-BLUE")
        self.sync()
        mine = self.world.sellers[0]
        mine.refresh_token = "Atzr|renewed"
        wizard, action = self.paste_keys_of(mine)
        self.assertEqual(action["res_model"], "amazon.account")
        self.assertEqual(self.account.refresh_token, "Atzr|renewed")
        self.assertFalse(wizard._get_pasted())

    @mute_logger(ACCOUNT_LOG)
    def test_a12_keys_that_fail_replace_no_working_ones(self):
        before = self.keys()
        for changes in (
            {"refresh_token": "Atzr|mistyped"},
            {"lwa_client_secret": "amzn1.oa2-cs.v1.mistyped"},
        ):
            wizard, _action = self.paste(self.account, **changes)
            self.assertKept(before, wizard, "Amazon does not accept")

    def test_a12_another_region_replaces_no_working_keys(self):
        before = self.keys()
        wizard, _action = self.paste_keys_of(
            SELLER_NA, seller_key=SELLER_NA.merchant_token
        )
        self.assertKept(before, wizard, "as an account of its own")

    def test_a12_while_amazon_can_not_be_asked_nothing_is_stored(self):
        before = self.keys()
        self.amazon.faults.add("getMarketplaceParticipations", "html")
        wizard, _action = self.paste_keys_of(self.world.sellers[0])
        self.assertKept(before, wizard, "try again in a minute")


class TestFirstLink(LinkCase):
    """A first link leaves an account that works, or nothing."""

    def accounts(self):
        return (
            self.env["amazon.account"].with_context(active_test=False).search_count([])
        )

    def test_a6_a_first_link_that_fails_leaves_nothing(self):
        before = self.accounts()
        for changes in (
            {"refresh_token": "Atzr|mistyped"},
            {"lwa_client_secret": "amzn1.oa2-cs.v1.mistyped"},
        ):
            wizard, action = self.paste(**changes)
            self.assertEqual(action["res_id"], wizard.id)
            self.assertFalse(wizard.account_id)
        self.amazon.stop()
        wizard, _action = self.paste()
        self.assertIn("No simulator answers", wizard.message)
        self.assertEqual(self.accounts(), before)
        self.amazon.start()

    def test_a6_a_button_offers_the_right_marketplace(self):
        before = self.accounts()
        germany = self.env.ref("amazon_connector.marketplace_de")
        wizard = self.open_wizard(base_marketplace_id=germany.id, **PASTED)
        wizard.action_link()
        self.assertIn("not in the region of Amazon.de", wizard.message)
        self.assertEqual(wizard.suggested_marketplace_id.region, "na")
        self.assertEqual(self.accounts(), before)
        wizard.action_use_suggestion()
        account = wizard.account_id
        self.assertRecordValues(
            account, [{"connection_state": "connected", "region": "na"}]
        )
        self.assertEqual(self.accounts(), before + 1)

    def test_a6_pasted_keys_rest_encrypted_until_they_are_tested(self):
        wizard, _action = self.paste(refresh_token="Atzr|mistyped")
        self.env.flush_all()
        self.env.cr.execute("SELECT row::text FROM amazon_link_account AS row")
        kept = str(self.env.cr.fetchall())
        self.assertNotIn("mistyped", kept)
        self.assertNotIn(PASTED["lwa_client_secret"], kept)
        with self.assertRaises(AccessError):
            wizard.read(["pasted_sealed"])
        wizard.refresh_token = PASTED[
            "refresh_token"
        ]  # the others need no second paste
        wizard.action_link()
        self.assertEqual(wizard.account_id.connection_state, "connected")


class TestLinkedOnce(LinkCase):
    """One seller in two accounts: each order would come in twice."""

    def setUp(self):
        super().setUp()
        self.elsewhere = self.env["res.company"].create({"name": "Elsewhere"})

    def twin(self, **values):
        """The seller once more, in another company."""
        return self._link_account(
            SELLER,
            **{
                "company_id": self.elsewhere.id,
                "location_id": False,
                "user_id": False,
                **values,
            },
        )

    def test_a13_a_seller_is_linked_once_in_the_whole_database(self):
        for values in (
            {},
            {"refresh_token": "Atzr|another"},
            {"refresh_token": False},
            {
                "seller_key": f" {SELLER.merchant_token.lower()}\n",
                "refresh_token": False,
            },
            {"company_id": self.company.id},
        ):
            with self.subTest(values), self.assertRaises(ValidationError) as caught:
                self.twin(**values)
            self.assertIn(f"“{self.account.name}”", str(caught.exception))
            self.assertIn(self.company.name, str(caught.exception))

    def test_a13_a_mistyped_merchant_token_hides_nobody(self):
        for token in ("A1MISTYPED1234", False):
            with self.subTest(token), self.assertRaises(ValidationError) as caught:
                self.twin(seller_key=token)
            self.assertIn("This refresh token is in use", str(caught.exception))

    def test_a13_no_import_nor_copy_nor_change_makes_a_second_one(self):
        accounts = self.env["amazon.account"]
        names = ["name", "company_id/.id", "seller_key", "environment", "simulator_url"]
        names += ["base_marketplace_id/.id"]
        row = ["Imported", str(self.elsewhere.id), SELLER.merchant_token, "simulator"]
        row += [self.amazon.url, str(self.account.base_marketplace_id.id)]
        result = accounts.load(names, [row])
        self.assertFalse(result["ids"])
        self.assertIn("linked already", str(result["messages"]))
        copy = self.account.copy()
        self.assertFalse(copy.seller_key)
        other = self._link_account(self.another_seller())
        for account in (copy, other):
            with self.assertRaises(ValidationError):
                account.seller_key = SELLER.merchant_token
        with self.assertRaises(ValidationError):
            other.refresh_token = SELLER.refresh_token

    def test_a13_archived_accounts_wait_until_they_are_woken(self):
        self.account.action_archive()
        twin = self.twin()
        with self.assertRaises(ValidationError):
            self.account.action_unarchive()
        twin.action_archive()
        self.account.action_unarchive()
        self.account.with_context(active_test=False).seller_key = SELLER.merchant_token

    def test_a13_an_update_keeps_a_seller_who_is_linked_twice(self):
        twin = self._link_account(self.another_seller())
        accounts = self.account + twin
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_account SET seller_key = %s, refresh_token_hash = NULL,"
            " home_database = NULL, seller_mark = NULL, token_mark = NULL"
            " WHERE id IN %s",
            [SELLER.merchant_token, tuple(accounts.ids)],
        )
        self.env.invalidate_all()
        load_script("2.0.0").migrate(self.env.cr, "17.0.1.1.0")
        known = accounts.sudo().read(["home_database", "refresh_token_hash"])
        self.assertTrue(all(all(values.values()) for values in known))
        self.assertEqual(
            accounts.sudo().mapped(lambda account: bool(account.seller_mark)),
            [True, False],
        )

    def test_a13_regions_and_environments_are_apart(self):
        self._link_account(
            SELLER,
            refresh_token="Atzr|america",
            base_marketplace_id=self.env.ref("amazon_connector.marketplace_us").id,
            available_marketplace_ids=[],
            active_marketplace_ids=[],
        )
        self._link_account(SELLER, environment="sandbox")

    def test_a13_a_manager_sees_which_account_has_the_seller(self):
        outsider = new_test_user(
            self.env,
            "identity_stranger",
            groups="amazon_connector.group_amazon_manager",
            company_id=self.elsewhere.id,
            company_ids=[(6, 0, self.elsewhere.ids)],
        )
        wizard = self.env["amazon.link.account"].with_user(outsider)
        with self.assertRaisesRegex(UserError, self.company.name):
            wizard.create(
                {
                    "company_id": self.elsewhere.id,
                    "name": "Mine",
                    "environment": "simulator",
                    "simulator_url": self.amazon.url,
                    "base_marketplace_id": self.account.base_marketplace_id.id,
                    "lwa_client_id": SELLER.client_id,
                    "lwa_client_secret": SELLER.client_secret,
                    "refresh_token": SELLER.refresh_token,
                    "seller_key": SELLER.merchant_token,
                }
            )

    def test_a13_two_transactions_do_not_link_a_seller_at_once(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT seller_mark, token_mark FROM amazon_account WHERE id = %s",
            [self.account.id],
        )
        marks = dict(
            zip(("seller_mark", "token_mark"), self.env.cr.fetchone(), strict=True)
        )
        other = self._link_account(self.another_seller())
        self.env.flush_all()
        for name, mark in marks.items():
            self.assertTrue(mark)
            with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
                with self.env.cr.savepoint():
                    self.env.cr.execute(
                        f"UPDATE amazon_account SET {name} = %s WHERE id = %s",
                        [mark, other.id],
                    )


class TestOtherEnvironment(LinkCase):
    def test_a6_no_key_goes_from_one_environment_to_another(self):
        """A manager may not read the keys, but may change the address."""
        account = self._link_account(
            self.another_seller(), environment="production", simulator_url=False
        )
        before = account.active_marketplace_ids
        account.with_user(self.manager).write(
            {"environment": "simulator", "simulator_url": self.amazon.url}
        )
        self.assertFalse(account.is_linked)
        with self.assertRaisesRegex(UserError, "not linked to Amazon yet"):
            account.with_user(self.manager).action_test_connection()
        self.assertEqual(self.amazon.received, [])
        self.assertRecordValues(account, [dict.fromkeys(KEYS, False)])
        self.assertEqual(account.active_marketplace_ids, before)

    def test_a6_leaving_an_environment_drops_the_keys_as_well(self):
        self.account.environment = "production"
        self.assertRecordValues(self.account, [dict.fromkeys(KEYS, False)])
        keys = {
            name: getattr(SELLER, name[4:] if name[:4] == "lwa_" else name)
            for name in KEYS
        }
        self.account.write({"environment": "simulator", **keys})
        self.assertRecordValues(self.account, [keys])
        self.account.environment = "simulator"  # the same as before
        self.assertRecordValues(self.account, [keys])


class TestCompanyOfAccount(LinkCase):
    def test_a1_the_company_of_an_account_with_orders_stays(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        fresh = self._link_account(self.another_seller(), team_id=False, user_id=False)
        self.assertFalse(fresh.has_orders)
        fresh.write(
            {"company_id": elsewhere.id, "location_id": False, "warehouse_id": False}
        )
        self.buy("MUG-BLUE")
        self.sync()
        self.assertTrue(self.account.has_orders)
        with self.assertRaisesRegex(UserError, "its company stays"):
            self.account.company_id = elsewhere
        self.account.write({"company_id": self.company.id, "name": "The same"})


class TestCopiedDatabase(StockCase):
    """Odoo's *Duplicate*, and a dump that was restored elsewhere."""

    def duplicate(self):
        """What `exp_duplicate_database` does in the copy."""
        self.env["ir.config_parameter"].init(force=True)
        self.env.registry.clear_all_caches()
        self.env.invalidate_all()

    def run_everything(self):
        """All crons and all buttons."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "amazon_connector"), ("model", "=", "ir.cron")]
        )
        for cron in self.env["ir.cron"].browse(data.mapped("res_id")):
            cron.ir_actions_server_id.run()
        for name in (
            "action_sync_orders",
            "action_sync_pickings",
            "action_sync_stock",
            "action_import_catalogue",
            "action_read_fba_stock",
            "action_test_connection",
            "action_update_available_marketplaces",
        ):
            with suppress(UserError):
                getattr(self.account, name)()

    def assertNothingLeaves(self):
        self.amazon.received.clear()
        with mute_logger("odoo.addons.amazon_connector"):
            self.run_everything()
        self.assertEqual(self.amazon.received, [])
        self.assertTrue(self.account.is_in_copy)
        self.assertIn("another database", self.account.connection_message)

    def test_a8_nothing_leaves_from_a_duplicate(self):
        self.buy("MUG-BLUE")
        self.sync()
        self.duplicate()
        self.assertNothingLeaves()

    def test_a8_nothing_leaves_from_a_restored_dump(self):
        """It has the same `database.uuid`, but is another database."""
        self.account.home_database = self.account.home_database + "1"
        self.assertNothingLeaves()

    def test_a8_a_manager_says_that_this_is_the_new_home(self):
        self.duplicate()
        user = new_test_user(
            self.env,
            "copy_user",
            groups="amazon_connector.group_amazon_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.account.with_user(user).action_adopt_database()
        self.assertTrue(self.account.with_user(user).is_in_copy)
        self.account.action_adopt_database()
        self.assertFalse(self.account.is_in_copy)
        ref = self.buy("MUG-BLUE")
        self.sync()
        self.assertEqual(self.sale_order(ref).state, "sale")

    def test_a8_linking_anew_makes_it_the_home_as_well(self):
        self.duplicate()
        wizard = self.env["amazon.link.account"].create({"account_id": self.account.id})
        wizard.refresh_token = SELLER.refresh_token
        wizard.action_link()
        self.assertRecordValues(
            self.account, [{"is_in_copy": False, "connection_state": "connected"}]
        )

    def test_a8_another_secret_does_not_make_it_the_home(self):
        self.duplicate()
        self.account.lwa_client_secret = SELLER.client_secret
        self.account.name = "Copy"
        self.assertTrue(self.account.is_in_copy)

    def test_a8_each_page_of_the_account_says_so(self):
        arch = self.env["amazon.account"].get_view(view_type="form")["arch"]
        before_the_pages = arch.partition("<notebook")[0]
        self.assertIn("nothing leaves for Amazon", before_the_pages)
        self.assertIn('invisible="not is_in_copy"', before_the_pages)

    def test_a8_the_mark_is_the_same_until_the_database_is_another(self):
        accounts = self.env["amazon.account"]
        mark = accounts._get_database_mark()
        self.env.registry.clear_all_caches()
        self.assertEqual(accounts._get_database_mark(), mark)
        self.assertEqual(self.account.home_database, mark)
        self.duplicate()
        self.assertNotEqual(accounts._get_database_mark(), mark)
