"""Amazon ships: orders without a delivery, stock booked at once (feature D2)."""

from datetime import datetime, timedelta, timezone

from odoo.fields import Command

from odoo.addons.amazon_connector.sim import KINDS

from ..common import DE, AmazonCase


class TestFba(AmazonCase):
    def _books(self):
        """Every stored value of what an import writes."""
        self.env.flush_all()
        self.env.invalidate_all()  # as the database has them
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

    def test_d2_cancelled_item_of_a_shipped_order_is_not_moved(self):
        ref = self.buy("MUG-BLUE", "TEA-SENCHA", channel="fba")
        self.world.cancel_item(ref, 1)
        self.world.ship_fba(ref)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})
        moves = self.moves(self.sale_order(ref))
        self.assertEqual(moves.product_id, self.products["MUG-BLUE"])
