"""What a role is for works for it, and nothing else does (features A1, A14, P3)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..shipping_case import ShippingCase

SHOWN = '<img src="https://example.com/x.png"><b>Mug</b>'


class TestRights(ShippingCase):
    def person(self, login, *groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=",".join(groups),
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    # === deliveries === #

    def test_a1_who_may_only_read_a_delivery_tells_amazon_nothing(self):
        self.env["ir.model.access"].create(
            {
                "name": "who may look at deliveries",
                "model_id": self.env["ir.model"]._get("stock.picking").id,
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
                "perm_write": False,
                "perm_create": False,
                "perm_unlink": False,
            }
        )
        reader = self.person("reader", "base.group_user")
        _ref, order = self.order("MUG-BLUE")
        picking = order.picking_ids.with_user(reader)
        self.assertTrue(picking.read(["name"]))
        for action in (
            picking.action_retry_amazon_sync,
            picking.action_settle_amazon_sync,
        ):
            with self.subTest(action.__name__), self.assertRaises(AccessError):
                action()

    def test_a1_of_a_package_people_change_the_tracking_number_only(self):
        _ref, order = self.order("MUG-BLUE")
        package = self.env["amazon.package"].create(
            {"picking_id": order.picking_ids.id, "box_number": 0}
        )
        for login, group in (
            ("package_packer", "stock.group_stock_user"),
            ("package_user", "amazon_connector.group_amazon_user"),
        ):
            mine = package.with_user(self.person(login, group))
            for vals in ({"items": {"1": 99}}, {"box_number": 7}, {"name": "x"}):
                with self.subTest(f"{login} {vals}"), self.assertRaises(AccessError):
                    mine.write({"tracking_ref": "1", **vals})
            mine.tracking_ref = login
            self.assertEqual(package.tracking_ref, login)

    # === wizards === #

    def test_a1_each_wizard_is_of_who_opened_it(self):
        for name, model in self.env.items():
            if not name.startswith("amazon.") or not model._transient:
                continue
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
            with self.subTest(name):
                self.assertIn("create_uid", " ".join(rules.mapped("domain_force")))

    def test_a1_nobody_reads_the_window_of_somebody_else(self):
        first, second = (
            self.person(login, "amazon_connector.group_amazon_manager")
            for login in ("first_manager", "second_manager")
        )
        wizards = self.env["amazon.recover.orders"].with_user(first)
        wizard = wizards.create({"account_id": self.account.id, "references": "303"})
        self.assertTrue(wizard.read(["references"]))
        with self.assertRaises(AccessError):
            wizard.with_user(second).read(["references"])
        self.assertFalse(wizard.with_user(second).search([("id", "=", wizard.id)]))

    # === managers === #

    def test_a1_a_manager_changes_marketplaces_and_where_orders_are_read_from(self):
        manager = self.person("manager", "amazon_connector.group_amazon_manager")
        account = self.account.with_user(manager)
        germany = self.env.ref("amazon_connector.marketplace_de")
        self.account.orders_page_token = "Amazon's"
        account.active_marketplace_ids = germany
        self.assertFalse(self.account.orders_page_token)
        self.account.orders_page_token = "Amazon's"
        moment = fields.Datetime.now() - timedelta(days=3)
        account.last_orders_sync = moment
        self.assertRecordValues(
            self.account, [{"last_orders_sync": moment, "orders_page_token": False}]
        )

    def test_a1_everybody_who_sees_accounts_finds_the_linked_ones(self):
        for login, group in (
            ("find_seller", "sales_team.group_sale_salesman"),
            ("find_user", "amazon_connector.group_amazon_user"),
            ("find_manager", "amazon_connector.group_amazon_manager"),
            ("find_admin", "base.group_system,sales_team.group_sale_salesman"),
        ):
            accounts = self.env["amazon.account"].with_user(self.person(login, group))
            mine = [("id", "=", self.account.id)]
            linked, unlinked = ([("is_linked", "=", value)] for value in (True, False))
            with self.subTest(login):
                self.assertEqual(accounts.search(mine + linked), self.account)
                self.assertFalse(accounts.search(mine + unlinked))
                found = accounts.name_search(self.account.name, linked)
                self.assertIn(self.account.id, [found_id for found_id, _name in found])
        admin = self.env["amazon.account"].with_user(
            self.env["res.users"].search([("login", "=", "find_admin")])
        )
        self.assertIn(self.account, admin.search([("refresh_token", "!=", False)]))

    # === marketplaces === #

    def test_a1_marketplaces_are_kept_by_administrators(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        group = "amazon_connector.group_amazon_manager"
        outsider = self.person("stranger", group, company=elsewhere)
        germany = self.env.ref("amazon_connector.marketplace_de")
        for vals in ({"active": False}, {"api_ref": "A0"}, {"name": "Mine"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                germany.with_user(outsider).write(vals)
        with self.assertRaises(AccessError):
            germany.with_user(outsider).unlink()
        with self.assertRaisesRegex(UserError, self.account.name):
            germany.action_archive()
        with self.assertRaisesRegex(UserError, self.account.name):
            self.env.ref("amazon_connector.marketplace_fr").unlink()
        self.account.action_archive()
        germany.action_archive()
        self.assertFalse(germany.active)

    def test_a1_a_marketplace_of_an_archived_account_is_free_in_each_context(self):
        germany = self.env.ref("amazon_connector.marketplace_de")
        self.env["amazon.account"].search([]).active = False
        germany.with_context(active_test=False).active = False
        self.assertFalse(germany.active)

    # === what all companies share === #

    def shared(self):
        """Find what belongs to no company, though accounts of each work with it.

        :return list: of (record, values that would change what it means)
        """
        return [
            (
                self.env.ref("amazon_connector.map_itemprice_principal"),
                {"kind": "fee"},
            ),
            (self.env.ref("amazon_connector.carrier_bpost"), {"code": "Other"}),
        ]

    def shared_manager(self, company):
        return self.person(
            f"shared_{company.id}",
            "amazon_connector.group_amazon_manager",
            "stock.group_stock_manager",
            company=company,
        )

    def test_a1_a_manager_of_another_company_changes_nothing_that_is_shared(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = self.shared_manager(elsewhere)
        others = [("company_id", "!=", self.company.id)]
        self.env["amazon.account"].search(others).active = False
        for record, vals in self.shared():
            theirs = record.with_user(outsider)
            with self.subTest(record._name):
                with self.assertRaises(AccessError):
                    theirs.write(vals)
                with self.assertRaises(AccessError):
                    theirs.unlink()
        general = {"amount_type": "ItemPrice", "amount_description": "Principal"}
        with self.assertRaises(AccessError):
            theirs.env["amazon.settlement.map"].create({**general, "kind": "fee"})
        outsider.company_ids |= self.company  # who sees both companies may
        for record, vals in self.shared():
            record.with_user(outsider).write(vals)

    def test_a1_where_there_is_one_company_its_manager_changes_what_is_shared(self):
        others = [("company_id", "!=", self.company.id)]
        self.env["amazon.account"].search(others).active = False
        manager = self.shared_manager(self.company)
        for record, vals in self.shared():
            record.with_user(manager).write(vals)
            self.assertRecordValues(record, [vals])
        self.env["amazon.settlement.map"].with_user(manager).create(
            {"amount_type": "New", "amount_description": "*", "kind": "fee"}
        )

    def test_a13_no_order_is_put_under_an_account_of_another_company(self):
        """By RPC: its shipment would be confirmed with the keys of that account."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        group = "sales_team.group_sale_salesman_all_leads"
        orders = self.env["sale.order"].with_user(
            self.person("seller", group, company=elsewhere)
        )
        partner = self.env["res.partner"].create({"name": "Somebody"})
        order = orders.create({"partner_id": partner.id})
        vals = {"amazon_account_id": self.account.id, "amazon_order_ref": "303-1"}
        with self.assertRaises(UserError):
            order.write(vals)
        with self.assertRaises(UserError):
            orders.create({"partner_id": partner.id, **vals})

    def test_a1_nothing_moves_to_an_account_of_another_company(self):
        """An offer of ours would send our stock to their listing."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        own = self._link_account(
            self.another_seller(),
            company_id=elsewhere.id,
            location_id=False,
            user_id=False,
        )
        outsider = self.shared_manager(elsewhere)
        germany = self.env.ref("amazon_connector.marketplace_de")
        place = {"account_id": own.id, "marketplace_id": germany.id}
        label = {"amount_type": "New", "amount_description": "*", "kind": "fee"}
        for name, vals in (
            ("amazon.offer", {**place, "sku": "OURS"}),
            ("amazon.account.marketplace", place),
            ("amazon.settlement.map", {"account_id": own.id, **label}),
        ):
            record = self.env[name].with_user(outsider).create(vals)
            with self.subTest(name), self.assertRaises(AccessError):
                record.account_id = self.account
            record.account_id = own

    # === people who are called === #

    def test_d8_titles_are_text_wherever_a_person_is_called(self):
        _ref, order = self.order("MUG-BLUE")
        order._amazon_ask_person(f"{SHOWN}\nLook at it.")
        [activity] = order.activity_ids
        self.assertNotIn("<img", activity.note)
        self.assertNotIn("<b>", activity.note)
        self.assertIn("&lt;img", activity.note)
        self.account._call_responsible(
            self.account, "amazon_connector.mail_activity_type_no_sync", SHOWN
        )
        self.assertNotIn("<img", self.account.activity_ids.note)

    def test_d8_nobody_who_left_is_called(self):
        gone = self.person("gone", "amazon_connector.group_amazon_user")
        self.account.user_id = gone
        gone.active = False
        admin = self.env.ref("base.user_admin")
        _ref, order = self.order("MUG-BLUE")
        order.user_id = gone
        order._amazon_ask_person("Look at it.")
        self.assertEqual(order.activity_ids.user_id, admin)
        self.assertEqual(self.account._get_responsible(), admin)
        manager = self.person("stays", "amazon_connector.group_amazon_manager")
        self.assertEqual(self.account._get_responsible(manager), manager)

    # === what is declared === #

    def test_a6_what_is_imported_is_declared(self):
        module = self.env["ir.module.module"]
        declared = module.get_module_info("amazon_connector")["external_dependencies"]
        self.assertIn("cryptography", declared["python"])
