"""Settings by marketplace fall back to the account (feature A10); order names (D16)."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user

from ..common import DE, FR, GB, AmazonCase


class TestMarketplaceSettings(AmazonCase):
    def setUp(self):
        super().setUp()
        self.shops = self.env["amazon.marketplace"]._by_api_ref([DE, FR, GB])
        self.account.team_id = self._create_team("Amazon")

    def _create_team(self, name):
        return self.env["crm.team"].create(
            {"name": name, "company_id": self.company.id}
        )

    def _create_warehouse(self, code):
        return self.env["stock.warehouse"].create(
            {"name": f"House {code}", "code": code, "company_id": self.company.id}
        )

    def _create_fiscal_position(self, name):
        return self.env["account.fiscal.position"].create(
            {"name": name, "company_id": self.company.id}
        )

    def overrule(self, api_ref, **values):
        """Give a marketplace settings of its own.

        :return: amazon.account.marketplace
        """
        return self.env["amazon.account.marketplace"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.shops[api_ref].id,
                **values,
            }
        )

    def test_a10_new_account_delivers_from_the_usual_warehouse(self):
        self.assertEqual(self.account.warehouse_id, self.warehouse)

    def test_a10_each_marketplace_by_its_own_settings(self):
        paris, team = self._create_warehouse("PAR"), self._create_team("France")
        user = new_test_user(
            self.env,
            "amelie",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        position = self._create_fiscal_position("France")
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Paris",
                "currency_id": self.env.ref("base.EUR").id,
                "company_id": self.company.id,
            }
        )
        self.overrule(
            FR,
            warehouse_id=paris.id,
            team_id=team.id,
            user_id=user.id,
            pricelist_id=pricelist.id,
            fiscal_policy="fixed",
            fiscal_position_id=position.id,
        )
        german, french = self.buy("MUG-BLUE"), self.buy("MUG-BLUE", marketplace=FR)
        self.sync()
        order = self.sale_order(french)
        self.assertRecordValues(
            order,
            [
                {
                    "warehouse_id": paris.id,
                    "team_id": team.id,
                    "user_id": user.id,
                    "pricelist_id": pricelist.id,
                    "fiscal_position_id": position.id,
                    "amazon_total_difference": 0,
                }
            ],
        )
        self.assertEqual(order.picking_ids.location_id, paris.lot_stock_id)
        self.assertRecordValues(
            self.sale_order(german),
            [
                {
                    "warehouse_id": self.warehouse.id,
                    "team_id": self.account.team_id.id,
                    "user_id": self.account.user_id.id,
                    "fiscal_position_id": False,
                    "amazon_total_difference": 0,
                }
            ],
        )
        self.assertNotEqual(self.sale_order(german).pricelist_id, pricelist)

    def test_a10_what_is_empty_is_as_on_the_account(self):
        self.overrule(FR, team_id=self._create_team("France").id)
        self.account.warehouse_id = self._create_warehouse("ALL")
        ref = self.buy("MUG-BLUE", marketplace=FR)
        self.sync()
        self.assertEqual(self.sale_order(ref).warehouse_id, self.account.warehouse_id)

    def test_a10_fixed_fiscal_position_of_the_account_and_an_exception(self):
        general = self._create_fiscal_position("All of Amazon")
        self.account.write({"fiscal_policy": "fixed", "fiscal_position_id": general.id})
        self.overrule(FR, fiscal_policy="auto")
        german, french = self.buy("MUG-BLUE"), self.buy("MUG-BLUE", marketplace=FR)
        self.sync()
        self.assertEqual(self.sale_order(german).fiscal_position_id, general)
        self.assertFalse(self.sale_order(french).fiscal_position_id)

    def test_a10_goods_at_amazon_leave_from_the_marketplace_s_location(self):
        britain = self.account.location_id.copy({"name": "Amazon UK"})
        self.overrule(GB, location_id=britain.id)
        german = self.buy_fba("MUG-BLUE")
        british = self.buy_fba("MUG-BLUE", marketplace=GB)
        self.sync()
        for ref, location in (
            (german, self.account.location_id),
            (british, britain),
        ):
            moves = self.moves(self.sale_order(ref))
            self.assertRecordValues(
                moves, [{"state": "done", "location_id": location.id}]
            )

    def test_a10_form_shows_what_holds(self):
        position = self._create_fiscal_position("OSS")
        setting = self.overrule(FR)
        self.assertRecordValues(
            setting,
            [
                {
                    "warehouse_shown": f"as on the account: {self.warehouse.name}",
                    "team_shown": "as on the account: Amazon",
                    "fiscal_shown": "as on the account: By the buyer's address",
                }
            ],
        )
        self.account.write(
            {"fiscal_policy": "fixed", "fiscal_position_id": position.id}
        )
        self.assertEqual(setting.fiscal_shown, "as on the account: OSS")
        with Form(setting) as form:
            form.warehouse_id = self._create_warehouse("PAR")
            form.fiscal_policy = "auto"
            self.assertEqual(form.warehouse_shown, "House PAR")
            self.assertEqual(form.fiscal_shown, "By the buyer's address")

    def test_a10_senseless_settings_are_refused(self):
        dollars = self.env["product.pricelist"].create(
            {
                "name": "Dollars",
                "currency_id": self.env.ref("base.USD").id,
                "company_id": self.company.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "in EUR"):
            self.overrule(FR, pricelist_id=dollars.id)
        for record in (self.account, self.overrule(DE)):
            with self.assertRaisesRegex(ValidationError, "fiscal position"):
                record.fiscal_policy = "fixed"

    def test_a10_pricelist_in_another_currency_than_the_order_is_left_aside(self):
        pounds = self.env["product.pricelist"].create(
            {
                "name": "Pounds",
                "currency_id": self.env.ref("base.GBP").id,
                "company_id": self.company.id,
            }
        )
        self.overrule(GB, pricelist_id=pounds.id)
        changed, usual = self.buy("MUG-BLUE", marketplace=GB), self.buy("MUG-BLUE")
        self.world.tamper(changed, _pay_in_euros)
        self.addCleanup(self.amazon.contract_violations.clear)
        self.sync()
        order = self.sale_order(changed)
        self.assertEqual(order.pricelist_id, self.sale_order(usual).pricelist_id)
        self.assertEqual(order.currency_id.name, "EUR")
        self.assertEqual(order.amazon_total_difference, 0)


def _pay_in_euros(node):
    """Amazon states all amounts of an order in another currency."""
    if isinstance(node, dict):
        if "currencyCode" in node:
            node["currencyCode"] = "EUR"
        node = list(node.values())
    for child in node if isinstance(node, list) else []:
        _pay_in_euros(child)


class TestOrderNames(AmazonCase):
    def test_d16_odoo_s_numbering_is_the_default(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        order = self.sale_order(ref)
        self.assertNotIn(ref, order.name)
        self.assertEqual(order.client_order_ref, ref)

    def test_d16_orders_are_called_by_amazon_s_reference(self):
        self.account.write({"order_naming": "reference", "order_prefix": "AMZ-"})
        ref = self.buy("MUG-BLUE")
        self.sync()
        self.assertEqual(self.sale_order(ref).name, f"AMZ-{ref}")
        self.account.order_prefix = False
        ref = self.buy("MUG-BLUE")
        self.sync()
        self.assertEqual(self.sale_order(ref).name, ref)

    def test_d16_orders_are_found_by_amazon_s_reference(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        order = self.sale_order(ref)
        order.client_order_ref = "PO of the buyer"
        found = self.env["sale.order"].name_search(ref)
        self.assertEqual([found_id for found_id, _name in found], order.ids)
        found = self.env["sale.order"].name_search(order.name)
        self.assertEqual([found_id for found_id, _name in found], order.ids)
