"""Prices stay Amazon's, whatever becomes of the quantities (features F1, D10)."""

from odoo.fields import Command
from odoo.tests import Form

from ..common import DE
from .case import ChangesCase


class TestPricesKept(ChangesCase):
    """Odoo sells the mug for 99, and Amazon has sold three of them for 10 each."""

    def setUp(self):
        super().setUp()
        self.products["MUG-BLUE"].list_price = 99.0

    def import_mugs(self):
        """Amazon sells three mugs.

        :return tuple: Amazon's reference, the sale order
        """
        mugs = self.world.item("MUG-BLUE", quantity=3, price="10.00")
        return self.import_order(items=[mugs])

    def sell_at_a_discount(self):
        """The pricelist of the marketplace shows a discount of ten percent."""
        values = {
            "name": "A tenth off",
            "currency_id": self.env.ref("base.EUR").id,
            "company_id": self.company.id,
            "item_ids": [
                Command.create({"compute_price": "percentage", "percent_price": 10.0})
            ],
        }
        pricelists = self.env["product.pricelist"]
        if "discount_policy" in pricelists._fields:  # later series always show it
            values["discount_policy"] = "without_discount"
        shop = self.env["amazon.marketplace"]._by_api_ref([DE])[DE]
        self.env["amazon.account.marketplace"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": shop.id,
                "pricelist_id": pricelists.create(values).id,
            }
        )

    def assertPriced(self, order, quantity):
        self.assertRecordValues(
            order.order_line,
            [
                {
                    "product_uom_qty": quantity,
                    "price_unit": 10.0,
                    "discount": 0.0,
                    "price_total": 10.0 * quantity,
                }
            ],
        )

    def test_f1_salesperson_lowers_the_quantity_at_the_same_price(self):
        _ref, order = self.import_mugs()
        seller = self.person("seller")
        with Form(order.with_user(seller)) as form:
            with form.order_line.edit(0) as line:
                line.product_uom_qty = 2
                self.assertEqual(line.price_unit, 10.0)
        self.assertPriced(order, 2)
        self.assertEqual(self.open_moves(order), [("MUG-BLUE", 2.0)])

    def test_f1_another_program_lowers_the_quantity_at_the_same_price(self):
        self.sell_at_a_discount()
        _ref, order = self.import_mugs()
        order.order_line.product_uom_qty = 1
        self.assertPriced(order, 1)

    def test_f1_prices_are_not_updated_by_a_pricelist(self):
        self.sell_at_a_discount()
        _ref, order = self.import_mugs()
        order._recompute_prices()
        self.assertPriced(order, 3)
        self.assertQuiet(order)

    def test_d10_quantity_changed_at_amazon_takes_no_discount_of_a_pricelist(self):
        self.sell_at_a_discount()
        ref, order = self.import_mugs()
        self.world.cancel_item(ref, "MUG-BLUE", 2)
        self.run_cron()
        self.assertPriced(order, 1)
        self.assertQuiet(order)

    def test_f1_other_orders_follow_their_pricelist(self):
        cheaper = {"compute_price": "fixed", "fixed_price": 5.0, "min_quantity": 10}
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Ten and more",
                "currency_id": self.env.ref("base.EUR").id,
                "company_id": self.company.id,
                "item_ids": [Command.create(cheaper)],
            }
        )
        mug = self.products["MUG-BLUE"]
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "company_id": self.company.id,
                "pricelist_id": pricelist.id,
                "order_line": [Command.create({"product_id": mug.id})],
            }
        )
        self.assertEqual(order.order_line.price_unit, 99.0)
        order.order_line.product_uom_qty = 10
        self.assertEqual(order.order_line.price_unit, 5.0)
