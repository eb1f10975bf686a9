"""Link by pasted keys (features A3, A6)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.sim import SELLER, SELLER_NA

from ..common import ACCOUNT_LOG
from .case import PASTED, LinkCase


class TestPastedKeys(LinkCase):
    def test_a3_pasted_keys_end_in_a_tested_account(self):
        padded = {
            name: f"  {value[:9]}\n{value[9:]} " for name, value in PASTED.items()
        }
        wizard, action = self.paste(**padded)
        account = wizard.account_id
        america = self.env["amazon.marketplace"].search([("region", "=", "na")])
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("amazon.account", account.id)
        )
        self.assertRecordValues(
            account.sudo(),
            [
                {
                    "name": "America",
                    "company_id": self.company.id,
                    "lwa_client_id": SELLER_NA.client_id,
                    "lwa_client_secret": SELLER_NA.client_secret,
                    "refresh_token": SELLER_NA.refresh_token,
                    "seller_key": SELLER_NA.merchant_token,
                    "link_method": "own",
                    "connection_state": "connected",
                    "available_marketplace_ids": america.ids,
                    "active_marketplace_ids": america.ids,
                    "user_id": self.manager.id,
                }
            ],
        )
        self.assertEqual(
            self.checks(account),
            {
                "marketplaces": "ok",
                "orders": "ok",
                "buyer": "untried",
                "listings": "ok",
                "feeds": "ok",
                "reports": "ok",
                "finance": "ok",
            },
        )
        self.assertIn("Amazon.com", account.message_ids[0].body)

    def test_a6_no_key_rests_in_the_wizard(self):
        wizard, _action = self.paste()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM amazon_link_account WHERE id = %s", [wizard.id]
        )
        kept = str(self.env.cr.fetchall())
        for name in ("lwa_client_secret", "refresh_token", "lwa_client_id"):
            self.assertNotIn(PASTED[name], kept)
            wizard.invalidate_recordset()
            self.assertFalse(wizard[name])

    def test_a3_a_wizard_is_of_who_opened_it(self):
        wizard = self.open_wizard()
        other = new_test_user(
            self.env, "other_manager", groups="amazon_connector.group_amazon_manager"
        )
        with self.assertRaises(AccessError):
            wizard.with_user(other).read(["name"])
        clerk = new_test_user(
            self.env, "link_user", groups="amazon_connector.group_amazon_user"
        )
        with self.assertRaises(AccessError):
            self.env["amazon.link.account"].with_user(clerk).create({})
        with self.assertRaises(AccessError):
            self.env["amazon.link.request"].with_user(self.manager).search([])

    def test_a3_what_can_not_be_right_is_refused_in_words(self):
        before = self.env["amazon.account"].search_count([])
        for changes, said in (
            ({"refresh_token": "Atza|x"}, "Refresh token: this is an access token"),
            ({"refresh_token": "Bearer"}, "Refresh token: this does not look right"),
            (
                {"lwa_client_id": PASTED["lwa_client_secret"]},
                "Client ID: this is a client secret",
            ),
            (
                {"lwa_client_secret": PASTED["lwa_client_id"]},
                "Client secret: this is a client ID",
            ),
            (
                {"lwa_client_id": "amzn1.sp.solution.1"},
                "Client ID: this is the ID of an application",
            ),
            ({"seller_key": "ATVPDKIKX0DER"}, "the number of a marketplace"),
            ({"seller_key": "my shop"}, "Merchant token: this does not look right"),
            ({"seller_key": ""}, "Merchant token: this is missing"),
            ({"lwa_client_secret": ""}, "paste all three"),
        ):
            with self.subTest(said), self.assertRaisesRegex(UserError, said):
                self.paste(**changes)
            self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Paste the client ID"):
            self.open_wizard().action_link()
        with self.assertRaisesRegex(UserError, "has to run on this machine"):
            self.open_wizard(simulator_url="http://10.0.0.1", **PASTED)
        self.assertEqual(self.env["amazon.account"].search_count([]), before)
        self.assertCalls()

    @mute_logger(ACCOUNT_LOG)
    def test_a3_refused_keys_can_be_pasted_again(self):
        wizard, action = self.paste(refresh_token="Atzr|mistyped")
        self.assertEqual(
            (action["res_model"], action["res_id"]), (wizard._name, wizard.id)
        )
        self.assertIn("paste the new refresh token", wizard.message)
        self.assertFalse(wizard.account_id)
        wizard.refresh_token = PASTED["refresh_token"]
        wizard.action_link()
        self.assertEqual(wizard.account_id.connection_state, "connected")

    def test_a3_a_seller_is_not_linked_twice(self):
        self.paste()
        with self.assertRaisesRegex(UserError, "“America”.*Link Again"):
            self.paste()

    @mute_logger(ACCOUNT_LOG)
    def test_a3_linking_again_keeps_the_account(self):
        account = self.account
        seller = self.world.sellers[0]
        seller.consent_revoked = True
        account.consent_date = "2025-12-01"
        self.assertEqual(account.action_test_connection()["params"]["type"], "danger")
        self.assertIn("Link Again", account.connection_message)
        action = account.with_user(self.manager).action_link()
        self.assertEqual(action["context"]["default_account_id"], account.id)
        seller.refresh_token, seller.consent_revoked = "Atzr|fresh", False
        before = account.lwa_client_secret, account.active_marketplace_ids
        wizard, _action = self.paste(account, refresh_token="Atzr|fresh")
        self.assertEqual(wizard.account_id, account)
        self.assertRecordValues(
            account,
            [
                {
                    "name": SELLER.name,
                    "refresh_token": "Atzr|fresh",
                    "connection_state": "connected",
                    "lwa_client_secret": before[0],
                    "active_marketplace_ids": before[1].ids,
                    "consent_date": account.create_date.date(),
                }
            ],
        )

    def test_a1_an_account_of_another_company_is_not_linked(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        seller = self.another_seller()
        foreign = self._link_account(seller, company_id=elsewhere.id, location_id=False)
        with self.assertRaises(AccessError):
            self.paste(foreign, refresh_token="Atzr|mine")
        self.assertEqual(foreign.refresh_token, seller.refresh_token)
