"""A day of each role: what they see opens, what is not theirs is refused (A1, P3)."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..common import DE
from ..shipping_case import ShippingCase


class TestRoles(ShippingCase):
    def person(self, login, *groups):
        """Create a user with some groups.

        :return: res.users of the company
        """
        return new_test_user(
            self.env,
            login,
            groups=",".join(groups),
            company_id=self.company.id,
            company_ids=self.company.ids,
        )

    def look_at(self, records, user):
        """Open a view: all of Amazon that it shows can be read."""
        records = records.with_user(user)
        views = records.get_views([(False, "form")])
        described = views["models"][records._name]
        names = list(described.get("fields", described))
        if not records._name.startswith("amazon."):  # the rest is Odoo's business
            names = [name for name in names if name.startswith("amazon_")]
        self.assertTrue(names)
        records.read(names)

    def refuse(self, *actions):
        for action in actions:
            with self.subTest(action.__name__), self.assertRaises(AccessError):
                action()

    def test_a1_salesperson_without_groups(self):
        seller = self.person("seller", "sales_team.group_sale_salesman")
        self.account.user_id = seller
        _ref, order = self.order("MUG-BLUE")
        self.look_at(order, seller)
        self.look_at(self.account, seller)
        order.with_user(seller).note = "Called the buyer"
        account = self.account.with_user(seller)
        self.refuse(
            account.action_sync_orders,
            account.action_recover_orders,
            account.action_test_connection,
            account.action_sync_pickings,
            lambda: self.env["amazon.call"].with_user(seller).search([]),
            lambda: self.row(order.amazon_order_ref).with_user(seller).read([]),
        )

    def test_a1_packer(self):
        packer = self.person("packer", "stock.group_stock_user")
        _ref, order = self.order("MUG-BLUE")
        picking = order.picking_ids.with_user(packer)
        self.look_at(picking, packer)
        picking.carrier_tracking_ref = "0034001"
        picking.carrier_id = self.dhl.with_user(packer)
        self.pack(picking)
        picking.button_validate()
        self.assertEqual(picking.amazon_sync_status, "pending")
        self.look_at(picking, packer)
        self.send()
        self.assertEqual(picking.amazon_sync_status, "done")
        self.refuse(
            lambda: self.account.with_user(packer).read(["name"]),
            lambda: self.env["amazon.submission"].with_user(packer).search([]),
        )

    def test_a1_user_of_the_connector(self):
        user = self.person("user", "amazon_connector.group_amazon_user")
        _ref, order = self.order("MUG-BLUE")
        for records in (
            self.account,
            order,
            self.row(order.amazon_order_ref),
            order.order_line.amazon_offer_id,
        ):
            self.look_at(records, user)
        calls = self.env["amazon.call"].search([("account_id", "=", self.account.id)])
        self.look_at(calls, user)
        self.account.with_user(user).action_sync_orders()
        setting = self.env["amazon.account.marketplace"].with_user(user)
        self.refuse(
            lambda: self.account.with_user(user).write({"sync_alarm_hours": 0}),
            lambda: setting.create(
                {
                    "account_id": self.account.id,
                    "marketplace_id": self.account.base_marketplace_id.id,
                }
            ),
            lambda: calls.with_user(user).unlink(),
            lambda: (
                self.row(order.amazon_order_ref)
                .with_user(user)
                .write({"state": "done"})
            ),
        )

    def test_a1_manager(self):
        manager = self.person("manager", "amazon_connector.group_amazon_manager")
        account = self.account.with_user(manager)
        self.look_at(account, manager)
        shop = self.env["amazon.marketplace"]._by_api_ref([DE])[DE]
        team = self.env["crm.team"].create(
            {"name": "Germany", "company_id": self.company.id}
        )
        account.write(
            {
                "sync_alarm_hours": 12,
                "call_log_days": 60,
                "order_naming": "reference",
                "marketplace_setting_ids": [
                    (0, 0, {"marketplace_id": shop.id, "team_id": team.id})
                ],
            }
        )
        self.look_at(account.marketplace_setting_ids, manager)
        ref, order = self.order("MUG-BLUE")
        self.assertRecordValues(order, [{"name": ref, "team_id": team.id}])
        self.refuse(lambda: account.read(["refresh_token"]))
