"""Amazon ships: orders without a delivery, stock booked at once (features D2, G1)."""

from datetime import datetime, timedelta, timezone

from odoo.fields import Command

from odoo.addons.amazon_connector.sim import KINDS, SELLER_NA

from .common import DE, AmazonCase


class TestFba(AmazonCase):
    def _books(self):
        """Every stored value of what an import writes."""
        self.env.flush_all()
        return {
            name: self.env[name].search(domain, order="id").read(load=None)
            for name, domain in {
                "amazon.order": [("company_id", "=", self.company.id)],
                "sale.order": [("company_id", "=", self.company.id)],
                "sale.order.line": [("company_id", "=", self.company.id)],
                "stock.move": [("company_id", "=", self.company.id)],
                "stock.move.line": [("company_id", "=", self.company.id)],
                "stock.quant": [("company_id", "=", self.company.id)],
            }.items()
        }

    def test_d2_g1_shipped_order_is_confirmed_and_booked_without_a_delivery(self):
        created = datetime(2026, 11, 1, 9, 15, tzinfo=timezone.utc)
        self.store("MUG-BLUE", 5)
        ref = self.buy_fba(
            items=[
                self.world.item("MUG-BLUE", quantity=2, price="11.99", shipping="4.00"),
                self.world.item("TEA-SENCHA", price="12.90"),
            ],
            created=created,
        )

        self.assertEqual(self.sync(), "Imported: 1.")

        order = self.sale_order(ref)
        self.assertRecordValues(
            order,
            [
                {
                    "state": "sale",
                    "amazon_channel": "fba",
                    "amount_total": 40.88,
                    "amazon_total_difference": 0.0,
                    "date_order": created.replace(tzinfo=None),
                    "picking_ids": [],
                    "amazon_move_count": 2,
                    "amazon_stock_message": False,
                }
            ],
        )
        customers = order.partner_shipping_id.property_stock_customer
        common = {
            "state": "done",
            "picking_id": False,
            "picking_type_id": False,
            "origin": order.name,
            "company_id": self.company.id,
            "partner_id": order.partner_shipping_id.id,
            "location_id": self.account.location_id.id,
            "location_dest_id": customers.id,
            "date": created.replace(tzinfo=None),
        }
        mug, tea = order.order_line.filtered("amazon_item_ref")
        moves = self.moves(order)
        self.assertRecordValues(
            moves,
            [
                {
                    **common,
                    "product_id": self.products["MUG-BLUE"].id,
                    "product_uom_qty": 2.0,
                    "quantity": 2.0,
                    "sale_line_id": mug.id,
                },
                {
                    **common,
                    "product_id": self.products["TEA-SENCHA"].id,
                    "product_uom_qty": 1.0,
                    "quantity": 1.0,
                    "sale_line_id": tea.id,
                },
            ],
        )
        self.assertEqual(moves.move_line_ids.mapped("date"), [order.date_order] * 2)
        self.assertEqual([mug.qty_delivered, tea.qty_delivered], [2.0, 1.0])
        self.assertEqual(self.stored("MUG-BLUE"), {"": 3.0})
        self.assertEqual(self.stored("TEA-SENCHA"), {"": -1.0})
        self.assertEqual(self.states(), {ref: "done"})

    def test_d2_order_waits_until_amazon_has_shipped_it(self):
        ref = self.buy("MUG-BLUE", channel="fba")
        self.assertEqual(self.sync(), "Waiting at Amazon: 1.")
        self.assertFalse(self.sale_order(ref))
        self.assertRecordValues(
            self.row(ref),
            [
                {
                    "state": "waiting",
                    "error_message": "Amazon ships it; Odoo books it when it is "
                    "shipped.",
                }
            ],
        )

        self.world.ship_fba(ref)
        self.run_cron()

        order = self.sale_order(ref)
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(self.moves(order).mapped("state"), ["done"])

    def test_d2_pending_order_waits_for_its_payment(self):
        ref = self.buy("MUG-BLUE", channel="fba", status="PENDING")
        self.run_cron()
        self.assertEqual(self.states(), {ref: "waiting"})
        self.assertFalse(self.sale_order(ref))

    def test_d14_reading_it_again_changes_nothing(self):
        ref = self.buy_fba("MUG-BLUE", "TEA-SENCHA")
        start = self.account.last_orders_sync
        self.run_cron()
        before = self._books()
        self.assertEqual(len(before["stock.move"]), 2)

        self.account.last_orders_sync = start
        self.run_cron()
        self.assertEqual(self._books(), before)

        self.world.touch(ref)
        self.account.last_orders_sync = start
        self.run_cron()
        after = self._books()
        for model in ("sale.order", "stock.move", "stock.move.line", "stock.quant"):
            self.assertEqual(after[model], before[model], model)

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

    def test_d2_no_route_makes_a_delivery_or_a_purchase(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        to_order = self.warehouse.mto_pull_id.route_id
        to_order.active = True
        self.products["MUG-BLUE"].route_ids = [Command.link(to_order.id)]
        pickings = self.env["stock.picking"].search_count([])
        ref = self.buy_fba("MUG-BLUE")
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(self.moves(order).mapped("state"), ["done"])
        self.assertEqual(self.env["stock.picking"].search_count([]), pickings)

        order.order_line.filtered("amazon_item_ref").product_uom_qty = 3
        self.assertEqual(self.env["stock.picking"].search_count([]), pickings)

    def test_d2_other_orders_are_delivered_as_ever(self):
        fbm, fba = self.buy("MUG-BLUE"), self.buy_fba("MUG-BLUE")
        own = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ann"}).id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.products["MUG-BLUE"].id})
                ],
            }
        )
        self.run_cron()
        own.action_confirm()
        mixed = own + self.sale_order(fba)
        mixed.order_line.filtered("product_id").product_uom_qty = 2
        self.assertEqual(
            [
                self.sale_order(fbm).picking_ids.move_ids.mapped("product_uom_qty"),
                self.sale_order(fba).picking_ids.ids,
                own.picking_ids.move_ids.mapped("product_uom_qty"),
            ],
            [[1.0], [], [2.0]],
        )

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
        category = self.env["product.category"].with_company(self.company)
        mug.categ_id = category.create({"name": "Real-time", **self._valuation()})
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

    def _valuation(self):
        """:return dict: values of a category with real-time valuation"""
        journal = (
            self.env["account.journal"]
            .with_company(self.company)
            .create({"name": "Stock", "code": "STK", "type": "general"})
        )
        values = {
            "property_valuation": "real_time",
            "property_stock_journal": journal.id,
        }
        for number, name in enumerate(
            (
                "property_stock_valuation_account_id",
                "property_stock_account_input_categ_id",
                "property_stock_account_output_categ_id",
            )
        ):
            account = (
                self.env["account.account"]
                .with_company(self.company)
                .create(
                    {
                        "name": name,
                        "code": f"99900{number}",
                        "account_type": "asset_current",
                    }
                )
            )
            values[name] = account.id
        known = self.env["product.category"]._fields
        return {name: value for name, value in values.items() if name in known}

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

    def test_d2_every_kind_of_order_that_amazon_ships(self):
        waiting = {"pending", "pre-order", "partly shipped"}
        ignored = {"sold off Amazon"}
        refs = {}
        for kind in KINDS:
            refs[kind] = self.world.place_kind(kind, channel="fba", marketplace=DE)
            if self.world.order(refs[kind]).status == "UNSHIPPED":
                self.world.ship_fba(refs[kind])
        self.run_cron()
        for kind, ref in refs.items():
            with self.subTest(kind):
                state = "waiting" if kind in waiting else "done"
                state = "ignored" if kind in ignored else state
                self.assertEqual(self.row(ref).state, state)
                order = self.sale_order(ref)
                items = order.order_line.filtered("amazon_item_ref")
                moves = self.moves(order)
                self.assertEqual(bool(items), state == "done")
                self.assertEqual(moves.sale_line_id, items)
                self.assertEqual(
                    moves.mapped("quantity"), items.mapped("qty_delivered")
                )
                self.assertFalse(order.picking_ids)
                self.assertEqual(order.amazon_total_difference, 0.0)

    def test_g1_stock_moves_of_the_order_are_shown(self):
        ref = self.buy_fba("MUG-BLUE")
        self.run_cron()
        order = self.sale_order(ref)
        action = order.action_view_amazon_moves()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self.moves(order)
        )

    def test_d2_many_of_one_page_come_in_together(self):
        start = datetime.now(timezone.utc) - timedelta(days=2)
        refs = [
            (self.buy if number % 3 else self.buy_fba)(
                "MUG-BLUE", marketplace=DE, created=start + timedelta(minutes=number)
            )
            for number in range(60)
        ]
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        for ref in refs:
            order = self.sale_order(ref)
            self.assertEqual(
                (len(order.picking_ids), order.amazon_move_count),
                (0, 1) if order.amazon_channel == "fba" else (1, 0),
            )
        self.assertEqual(self.stored("MUG-BLUE"), {"": -20.0})
