"""What Amazon ships leaves its location at once (feature G1)."""

from odoo.addons.amazon_connector.sim import SELLER_NA

from ..common import AmazonCase
from ..valuation import create_real_time_category


class TestFbaStock(AmazonCase):
    def test_g1_each_item_has_its_move(self):
        ref = self.buy_fba(
            items=[
                self.world.item("MUG-BLUE", quantity=2),
                self.world.item("MUG-BLUE", quantity=3),
                self.world.item("NO-SUCH", price="5.00", title="Unknown"),
            ]
        )
        self.run_cron()
        order = self.sale_order(ref)
        self.assertRecordValues(
            self.moves(order),
            [
                {
                    "product_id": product.id,
                    "quantity": quantity,
                    "sale_line_id": line.id,
                }
                for product, quantity, line in zip(
                    [
                        self.products["MUG-BLUE"],
                        self.products["MUG-BLUE"],
                        self.env.ref("amazon_connector.product_amazon_sale"),
                    ],
                    [2.0, 3.0, 1.0],
                    order.order_line.filtered("amazon_item_ref"),
                    strict=True,
                )
            ],
        )
        self.assertEqual(self.stored("MUG-BLUE"), {"": -5.0})

    def test_g1_quantity_factor_moves_units_of_the_product(self):
        self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.env.ref("amazon_connector.marketplace_de").id,
                "sku": "MUG-SIX",
                "amazon_channel": "fba",
                "product_id": self.products["MUG-BLUE"].id,
                "quantity_factor": 6,
            }
        )
        ref = self.buy_fba(
            items=[self.world.item("MUG-SIX", quantity=2, price="60.00", title="Six")]
        )
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(self.moves(order).mapped("quantity"), [12.0])
        self.assertEqual(order.order_line.mapped("qty_delivered"), [12.0])

    def test_g1_service_has_no_move(self):
        self._create_service("HONEY-500", "Engraving")
        ref = self.buy_fba("HONEY-500")
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.moves(order))
        self.assertEqual(order.amazon_move_count, 0)

    def test_g1_reserved_elsewhere_stays_reserved(self):
        self.store("MUG-BLUE", 1, location=self.warehouse.lot_stock_id)
        fbm = self.buy("MUG-BLUE")
        self.run_cron()
        delivery = self.sale_order(fbm).picking_ids
        delivery.action_assign()
        self.buy_fba("MUG-BLUE")
        self.run_cron()
        self.assertEqual(delivery.state, "assigned")
        self.assertEqual(self.stored("MUG-BLUE"), {"": -1.0})
        self.assertEqual(
            self.stored("MUG-BLUE", self.warehouse.lot_stock_id), {"": 1.0}
        )

    def test_g1_shipped_order_can_be_invoiced_by_delivered_quantity(self):
        self.products["MUG-BLUE"].invoice_policy = "delivery"
        ref = self.buy_fba(items=[self.world.item("MUG-BLUE", quantity=2)])
        self.run_cron()
        line = self.sale_order(ref).order_line.filtered("amazon_item_ref")
        self.assertRecordValues(
            line, [{"qty_to_invoice": 2.0, "invoice_status": "to invoice"}]
        )

    def test_g1_value_leaves_the_books_with_the_goods(self):
        mug = self.products["MUG-BLUE"].with_company(self.company)
        mug.standard_price = 4.5
        mug.categ_id = create_real_time_category(self.env, self.company)
        self.store("MUG-BLUE", 5)
        ref = self.buy_fba(items=[self.world.item("MUG-BLUE", quantity=2)])
        self.run_cron()
        self.assertEqual(self.row(ref).state, "done")
        move = self.moves(self.sale_order(ref))
        if "account_move_ids" in move._fields:  # until 18.0 each move has its entry
            self.assertEqual(move.account_move_ids.mapped("state"), ["posted"])
            self.assertEqual(move.account_move_ids.amount_total, 9.0)
        else:  # later the value stands on the move, the books are closed with it
            self.assertEqual(move.value, 9.0)

    def test_g1_location_is_the_accounts(self):
        shelf = self.env["stock.location"].create(
            {
                "name": "Amazon in France",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        self.account.location_id = shelf
        ref = self.buy_fba("MUG-BLUE")
        self.run_cron()
        self.assertEqual(self.moves(self.sale_order(ref)).location_id, shelf)

    def test_g1_companies_stay_apart(self):
        company = self.env["res.company"].create({"name": "Other shop"})
        self.env.user.company_ids += company
        other = self._link_account(
            SELLER_NA,
            company_id=company.id,
            user_id=False,
            base_marketplace_id=self.env.ref("amazon_connector.marketplace_us").id,
            available_marketplace_ids=[],
            active_marketplace_ids=[],
        )
        mine = self.buy_fba("MUG-BLUE")
        theirs = self.world.place_order(
            channel="fba",
            marketplace="ATVPDKIKX0DER",
            seller=self.world.sellers[1],
            items=[self.world.item("MUG-BLUE")],
        )
        self.world.ship_fba(theirs)
        self.env["amazon.account"]._cron_sync_orders()
        for ref, account in ((mine, self.account), (theirs, other)):
            move = self.moves(self.sale_order(ref))
            self.assertRecordValues(
                move,
                [
                    {
                        "company_id": account.company_id.id,
                        "location_id": account.location_id.id,
                        "state": "done",
                    }
                ],
            )
            self.assertEqual(move.location_id.company_id, account.company_id)

    def test_g1_stock_moves_of_the_order_are_shown(self):
        ref = self.buy_fba("MUG-BLUE")
        self.run_cron()
        order = self.sale_order(ref)
        action = order.action_view_amazon_moves()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self.moves(order)
        )
