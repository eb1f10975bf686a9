"""Who may do what (features A1, A6)."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..common import AmazonCase

SECRETS = ("lwa_client_id", "lwa_client_secret", "refresh_token")


class TestAccess(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def user(login, groups):
            return new_test_user(
                cls.env,
                login,
                groups=groups,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )

        cls.seller = user("amazon_seller", "sales_team.group_sale_salesman_all_leads")
        cls.user = user("amazon_user", "amazon_connector.group_amazon_user")
        cls.manager = user("amazon_manager", "amazon_connector.group_amazon_manager")
        cls.clerk = user("amazon_clerk", "base.group_user")

    def test_d7_users_of_the_connector_sync_orders(self):
        for user in (self.user, self.manager):
            ref = self.buy("MUG-BLUE")
            self.account.with_user(user).action_sync_orders()
            self.assertEqual(self.sale_order(ref).state, "sale")

    def test_others_may_not_sync_but_see_the_orders(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        with self.assertRaises(AccessError):
            self.account.with_user(self.seller).action_sync_orders()
        order = self.sale_order(ref).with_user(self.seller)
        self.assertEqual(
            order.read(["amazon_order_ref", "amazon_account_id"])[0][
                "amazon_order_ref"
            ],
            ref,
        )
        self.assertEqual(order.amazon_account_id.display_name, self.account.name)
        self.assertEqual(order.order_line[0].amazon_offer_id.display_name, "MUG-BLUE")

    def test_accounts_are_kept_by_managers(self):
        self.account.with_user(self.manager).name = "Renamed"
        for user in (self.user, self.seller, self.clerk):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.account.with_user(user).name = "Mine"
        with self.assertRaises(AccessError):
            self.account.with_user(self.clerk).read(["name"])

    def test_a6_secrets_are_for_administrators(self):
        for user in (self.manager, self.user, self.seller):
            account = self.account.with_user(user)
            for name in SECRETS:
                with self.subTest(f"{user.login} {name}"):
                    with self.assertRaises(AccessError):
                        account.read([name])
            self.assertFalse(set(SECRETS) & set(account.fields_get()))

    def test_a1_other_companies_stay_out_of_sight(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        setting = self.env["amazon.account.marketplace"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.account.base_marketplace_id.id,
            }
        )
        recovery = self.account._open_recovery(
            self.account.last_orders_sync - timedelta(days=9), False
        )
        self.account.action_test_connection()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = new_test_user(
            self.env,
            "amazon_stranger",
            groups="amazon_connector.group_amazon_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        for record in (
            self.account,
            self.row(ref),
            self.sale_order(ref).order_line[0].amazon_offer_id,
            self.env["amazon.rate.limit"].search([], limit=1),
            self.env["amazon.call"].search(
                [("account_id", "=", self.account.id)], limit=1
            ),
            setting,
            recovery,
            self.account.check_ids[0],
        ):
            with self.subTest(record._name):
                self.assertTrue(record)
                model = record.with_user(outsider).with_context(
                    allowed_company_ids=elsewhere.ids
                )
                self.assertFalse(model.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    model.read([])
        with self.assertRaises(AccessError):
            self.account.with_user(outsider).with_context(
                allowed_company_ids=elsewhere.ids
            ).action_sync_orders()
        with self.assertRaises(AccessError):
            self.row(ref).with_user(outsider).with_context(
                allowed_company_ids=elsewhere.ids
            ).action_retry()
