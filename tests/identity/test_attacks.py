"""What people try who do not press buttons: calls by RPC with values that no form sends
(features A1, A6, A8, A12, A14)."""

import re
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.connection.amazon_link_request import (
    LinkRefused,
)
from odoo.addons.amazon_connector.sim import SELLER, SELLER_NA

from ..access_matrix import METHODS
from .case import ACCOUNT, AttackCase, NothingLeaves

ADDON = Path(__file__).parents[2]
SESSION = "odoo.addons.amazon_connector.wizards.amazon_link_account.get_session_key"


class TestLinkWizardAttacks(AttackCase):
    def test_a6_link_again_shows_no_stored_key_to_an_address_of_ones_own(self):
        """The form shows where an account is, but RPC writes it."""
        account, listener = self.production(), self.listener()
        before = {
            name: account[name]
            for name in ("environment", "refresh_token", "lwa_client_secret")
        }
        wizard = self.open_wizard(account)
        wizard.write({"environment": "simulator", "simulator_url": listener.url})
        seen = self.opened()
        with self.assertRaises(NothingLeaves):
            wizard.action_link()
        self.assertEqual([place[1:] for place in seen], [("production", "eu")])
        self.assertEqual(listener.received, [])
        self.assertRecordValues(account, [before])

    def test_a6_an_account_that_is_written_on_the_wizard_later_stays_where_it_is(self):
        account, listener = self.production(), self.listener()
        wizard = self.open_wizard(simulator_url=listener.url)
        wizard.write({"account_id": account.id, "seller_key": account.seller_key})
        seen = self.opened()
        with self.assertRaises(NothingLeaves):
            wizard.action_link()
        self.assertEqual([place[1:] for place in seen], [("production", "eu")])
        self.assertEqual(listener.received, [])

    def test_a12_keys_are_not_tested_elsewhere_than_they_are_used(self):
        """A listener that says yes to everything is no proof for Amazon."""
        account = self.production()
        us = self.env.ref("amazon_connector.marketplace_us")
        wizard = self.open_wizard(account)
        wizard.write(
            {
                "environment": "simulator",
                "simulator_url": self.amazon.url,
                "base_marketplace_id": us.id,
                "refresh_token": "Atzr|other",
            }
        )
        seen = self.opened()
        with self.assertRaises(NothingLeaves):
            wizard.action_link()
        self.assertEqual([place[1:] for place in seen], [("production", "eu")])

    def test_a6_the_secret_of_an_app_in_use_goes_to_no_simulator(self):
        account = self.production()
        self.company.write(
            {
                "amazon_app_ref": SELLER.application_id,
                "amazon_app_client_id": account.lwa_client_id,
                "amazon_app_client_secret": account.lwa_client_secret,
            }
        )
        wizard = self.open_wizard(method="oauth")
        with patch(SESSION, return_value="browser"):
            url = wizard.action_consent()["url"]  # nobody works with the app yet
            self.assertTrue(url.startswith(self.amazon.url))
            account.link_method = "oauth"
            with self.assertRaises(AccessError):
                wizard.action_consent()
            account.environment = "sandbox"
            account.write(
                {"lwa_client_id": self.company.amazon_app_client_id, "active": False}
            )
            with self.assertRaises(AccessError):
                wizard.action_consent()
            wizard.environment = "sandbox"
            with self.assertRaisesRegex(UserError, "https"):
                wizard.action_consent()  # the way to Amazon itself is not closed

    def amazons_app(self):
        """An app of Amazon, of which nobody is linked yet; the listener is a manager's.

        :return Simulator: where the manager would have the secret sent
        """
        self.company.write(
            {
                "amazon_app_ref": SELLER.application_id,
                "amazon_app_client_id": SELLER.client_id,
                "amazon_app_client_secret": SELLER.client_secret,
            }
        )
        return self.listener()

    def test_a6_the_secret_of_an_app_of_amazon_goes_to_no_simulator(self):
        """Also when nobody is linked by it yet, and whoever it is that links."""
        listener = self.amazons_app()
        self.company.amazon_app_environment = "production"
        admin = self.person(
            "app_admin", "amazon_connector.group_amazon_manager", "base.group_system"
        )
        for user in (admin, self.manager):
            self.manager = user  # who opens the form
            wizard = self.open_wizard(method="oauth", simulator_url=listener.url)
            with self.subTest(user.login), patch(SESSION, return_value="browser"):
                with self.assertRaisesRegex(UserError, "no simulator"):
                    wizard.action_consent()
        self.company.amazon_app_environment = "simulator"
        with patch(SESSION, return_value="browser"):
            url = wizard.action_consent()["url"]
        self.assertTrue(url.startswith(listener.url))
        self.assertEqual(listener.received, [])

    def test_a6_an_app_becomes_one_of_amazon_on_the_way_back(self):
        listener = self.amazons_app()
        wizard = self.open_wizard(method="oauth", simulator_url=listener.url)
        with patch(SESSION, return_value="browser"):
            url = wizard.action_consent()["url"]
        self.company.amazon_app_environment = "production"
        answer = {
            "state": parse_qs(urlsplit(url).query)["state"][0],
            "spapi_oauth_code": "anything",
            "selling_partner_id": SELLER_NA.merchant_token,
        }
        requests = self.env["amazon.link.request"].with_user(self.manager)
        with self.assertRaisesRegex(LinkRefused, "exchange") as refused:
            requests._complete(answer, "browser")
        self.assertIn("no simulator", refused.exception.detail)
        self.assertEqual(listener.received, [])

    def test_a6_a_new_secret_of_amazon_is_not_copied_to_a_simulator(self):
        self.amazons_app()
        self.account.link_method = "oauth"
        self.assertEqual(self.account.lwa_client_id, self.company.amazon_app_client_id)
        self.company.amazon_app_environment = "production"
        self.company.amazon_app_client_secret = "amzn1.oa2-cs.v1.new"
        self.assertEqual(self.account.lwa_client_secret, SELLER.client_secret)
        self.company.amazon_app_environment = "simulator"
        self.company.amazon_app_client_secret = "amzn1.oa2-cs.v1.newer"
        self.assertEqual(self.account.lwa_client_secret, "amzn1.oa2-cs.v1.newer")

    def test_a6_settings_take_an_app_for_one_of_amazon(self):
        settings = self.env["res.config.settings"]
        self.env.company.amazon_app_environment = False
        self.assertEqual(settings.create({}).amazon_app_environment, "production")
        arch = settings.get_view(view_type="form")["arch"]
        self.assertIn('name="amazon_app_environment"', arch)
        for value in ("production", "simulator"):
            settings.create({"amazon_app_environment": value}).execute()
            self.assertEqual(self.env.company.amazon_app_environment, value)
        self.assertEqual(settings.create({}).amazon_app_environment, "simulator")

    @mute_logger(ACCOUNT.rpartition(".")[0])
    def test_a8_stored_keys_of_a_copy_are_not_tried_by_link_again(self):
        self.account.home_database = "another one"
        self.amazon.received.clear()
        wizard = self.open_wizard(self.account)
        wizard.action_link()
        self.assertIn("another database", wizard.message)
        self.assertEqual(self.amazon.received, [])
        wizard.lwa_client_secret = SELLER.client_secret
        wizard.action_link()
        self.assertIn("another database", wizard.message)
        self.assertEqual(self.amazon.received, [])
        self.assertTrue(self.account.is_in_copy)
        wizard.refresh_token = SELLER.refresh_token
        wizard.action_link()
        self.assertFalse(self.account.is_in_copy)


class TestSellerKept(AttackCase):
    def test_a12_a_merchant_token_that_is_proven_is_not_changed(self):
        """Else the keys of the other seller would be those of the account."""
        self.account.action_test_connection()
        account = self.account.with_user(self.manager)
        other = self.another_seller()
        for value in (other.merchant_token, "", False, other.merchant_token.lower()):
            with self.subTest(value), self.assertRaisesRegex(UserError, "of its own"):
                account.seller_key = value
        account.seller_key = f" {SELLER.merchant_token.lower()}\n"  # is the same
        self.assertEqual(self.account.seller_key, SELLER.merchant_token)
        account.write({"environment": "sandbox", "seller_key": other.merchant_token})
        self.assertRecordValues(
            self.account, [{"is_linked": False, "seller_key": other.merchant_token}]
        )

    def test_a12_an_account_with_orders_stays_the_sellers_without_its_keys(self):
        """Its listings and open deliveries are theirs: our stock would be written on
        another seller's listing, by the detour of another environment."""
        self.account.action_test_connection()
        self.buy("MUG-BLUE")
        self.sync()
        account = self.account.with_user(self.manager)
        other = self.another_seller().merchant_token
        with self.assertRaisesRegex(UserError, "of its own"):
            account.write({"environment": "sandbox", "seller_key": other})
        account.environment = "sandbox"
        account.environment = "simulator"
        self.assertFalse(self.account.is_linked)
        with self.assertRaisesRegex(UserError, "of its own"):
            account.seller_key = other

    def test_a12_a_mistyped_merchant_token_can_be_corrected(self):
        self.account.seller_key = "A1MISTYPED00"
        self.account.action_test_connection()
        self.assertEqual(self.checks(self.account)["listings"], "denied")
        self.account.with_user(self.manager).seller_key = SELLER.merchant_token
        self.account.action_test_connection()
        self.assertEqual(self.checks(self.account)["listings"], "ok")

    def test_a12_the_form_changes_no_key_of_a_linked_account(self):
        arch = self.env["amazon.account"].get_view(view_type="form")["arch"]
        for name in ("lwa_client_id", "lwa_client_secret", "refresh_token"):
            [node] = re.findall(rf"<field[^>]*name=\"{name}\"[^>]*>", arch)
            self.assertIn('readonly="is_linked"', node)

    def test_a1_what_is_refused_says_nothing_of_another_company(self):
        self.account.action_test_connection()
        self.buy("MUG-BLUE")
        self.sync()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = self.person(
            "stranger", "amazon_connector.group_amazon_manager", company=elsewhere
        )
        account = self.account.with_user(outsider)
        for vals in (
            {"company_id": elsewhere.id},
            {"seller_key": "A1OTHERSELLER"},
            {"environment": "production"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                account.write(vals)


class TestWindowsOfOtherCompanies(AttackCase):
    def setUp(self):
        super().setUp()
        self.elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.outsider = self.person(
            "stranger",
            "amazon_connector.group_amazon_manager",
            "account.group_account_invoice",
            "account.group_account_manager",
            company=self.elsewhere,
        )

    def wizards(self):
        """Find the windows that are about an account.

        :return list: names of models
        """
        return [
            name
            for name, model in self.env.items()
            if name.startswith("amazon.")
            and model._transient
            and "account_id" in model._fields
        ]

    def values(self, name):
        values = {"account_id": self.account.id, "name": "x"}
        values |= {"references": "303-1234567-1234567", "file": "eA=="}
        values |= {"date_to": fields.Datetime.now()}
        return {key: v for key, v in values.items() if key in self.env[name]._fields}

    def test_a1_no_window_is_opened_for_an_account_of_another_company(self):
        tried = 0
        for name in self.wizards():
            tried += 1
            with self.subTest(name), self.assertRaises(AccessError):
                with mute_logger("odoo.addons.base.models.ir_rule"):
                    self.env[name].with_user(self.outsider).create(self.values(name))
                    self.env.flush_all()
        self.assertGreater(tried, 7)

    def test_a1_no_window_is_turned_to_an_account_of_another_company(self):
        """Odoo checks the rule before it writes, not what is written."""
        own = self._link_account(
            self.another_seller(),
            company_id=self.elsewhere.id,
            location_id=False,
            user_id=False,
        )
        for name in self.wizards():
            wizard = self.env[name].with_user(self.outsider)
            wizard = wizard.create({**self.values(name), "account_id": own.id})
            wizard.write({"account_id": self.account.id})
            self.env.flush_all()
            self.env.invalidate_all()  # the next call of RPC
            with self.subTest(name), self.assertRaises(AccessError):
                with mute_logger("odoo.addons.base.models.ir_rule"):
                    wizard.read()
                    for line in METHODS:
                        if line.startswith(f"{name}.action_"):
                            getattr(wizard, line.rpartition(".")[2])()

    def test_l1_a_settlement_is_uploaded_to_an_own_account_only(self):
        """Even where the rule of the window is an older one."""
        rule = self.env.ref("amazon_connector.amazon_import_settlement_rule_own")
        rule.domain_force = "[('create_uid', '=', user.id)]"
        wizard = self.env["amazon.import.settlement"].with_user(self.outsider)
        wizard = wizard.create(self.values(wizard._name))
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            wizard.action_import()


class TestClockAttacks(AttackCase):
    def test_a14_no_value_of_amazon_by_rpc_opens_the_future(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        account = self.account.with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "future"):
            account.write({"last_orders_sync": tomorrow, "orders_read_until": tomorrow})

    def test_a14_messages_that_an_account_keeps_have_their_day(self):
        account = self.account.with_context(tz="Asia/Tokyo", lang="en_US")
        soon = fields.Datetime.now() + timedelta(minutes=1)
        day = r"\d\d/\d\d/\d{4} \d\d:\d\d"
        self.assertRegex(account._describe_moment(soon, is_kept=True), day)
        account._note_cursor_ahead()
        self.assertRegex(account.connection_message, day)


class TestOneWayToPeople(AttackCase):
    def test_d8_only_one_method_finds_who_is_called(self):
        """Others forget that people leave."""
        found = {
            str(path.relative_to(ADDON))
            for folder in ("models", "wizards", "controllers")
            for path in (ADDON / folder).rglob("*.py")
            if "user_admin" in path.read_text()
        }
        self.assertEqual(found, {"models/account/amazon_account.py"})

    def test_d8_missing_names_reach_somebody_who_works_here(self):
        gone = self.person("gone", "amazon_connector.group_amazon_user")
        self.account.user_id = gone
        gone.active = False
        self.env.ref("base.user_admin").active = False
        self.account._call_for_recipients()
        message = self.account.message_ids[0]
        self.assertIn(message.partner_ids, self._active_partners())

    def _active_partners(self):
        users = self.env["res.users"].search(
            [("company_ids", "in", self.company.ids), ("active", "=", True)]
        )
        return users.partner_id
