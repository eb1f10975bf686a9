"""Many deliveries on one screen, validated in one go (feature W3)."""

from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.shipping_desk.stock_picking import FILL_OPEN

from .case import DeskCase

DESK_LOG = "odoo.addons.amazon_connector.models.shipping_desk.stock_picking"


class TestShippingDesk(DeskCase):
    def test_w3_due_first_and_equal_parcels_together(self):
        mugs, tea = "MUG-BLUE", "TEA-SENCHA"
        pickings = [
            self.deliveries(1, *skus)
            for skus in ((tea,), (mugs, tea), (mugs,), (tea,), (mugs,))
        ]
        day = fields.Datetime.now() + timedelta(days=2)
        for picking in pickings:
            picking.sale_id.commitment_date = day
        pickings[3].sale_id.commitment_date = day - timedelta(days=1)
        first, *rest = self.desk()
        self.assertEqual(first, pickings[3])
        order = [pickings.index(picking) for picking in rest]
        self.assertEqual(order, [2, 4, 0, 1])

    def test_w3_one_item_orders_name_their_article(self):
        one = self.deliveries(1)
        both = self.deliveries(1, "MUG-BLUE", "TEA-SENCHA")
        self.assertEqual(one.amazon_one_item, "[MUG-BLUE] Blue mug")
        self.assertFalse(both.amazon_one_item)
        one.move_ids.product_uom_qty = 3
        self.assertEqual(one.amazon_one_item, "[MUG-BLUE] Blue mug × 3")
        unknown = self.order_unknown().picking_ids
        self.assertEqual(unknown.amazon_one_item, "CUP-9 · Cup with a cat, 0.3 l")

    def test_w3_open_deliveries_from_before_the_desk_have_their_article(self):
        one = self.deliveries(1)
        both = self.deliveries(1, "MUG-BLUE", "TEA-SENCHA")
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_picking SET amazon_one_item = NULL")
        self.env.cr.execute(FILL_OPEN)
        self.env.invalidate_all()
        self.assertEqual(one.amazon_one_item, "MUG-BLUE")
        self.assertFalse(both.amazon_one_item)

    def test_w3_deliveries_of_others_have_no_entry(self):
        order = self.plain_order()
        order.action_confirm()
        self.assertFalse(order.picking_ids.amazon_one_item)
        self.assertNotIn(order.picking_ids, self.desk())

    def test_w3_what_to_pick_with_place_and_quantity(self):
        picking = self.as_worker(self.deliveries(1, "MUG-BLUE", "TEA-SENCHA"))
        self.assertEqual(
            [
                (one["name"], one["quantity"], one["place"])
                for one in picking.amazon_to_pick
            ],
            [
                ("[MUG-BLUE] Blue mug", "1", self.warehouse.lot_stock_id.display_name),
                ("[TEA-SENCHA] Sencha", "1", self.warehouse.lot_stock_id.display_name),
            ],
        )
        self.assertEqual(picking.amazon_readiness, "ready")

    def test_w3_ready_or_why_not(self):
        lots = self.env["stock.quant"].search(
            [("product_id", "=", self.products["MUG-WHITE"].id)]
        )
        lots.sudo().quantity = 0
        short = self.deliveries(1, "MUG-WHITE")
        self.assertEqual(short.amazon_readiness, "short")
        [part] = short.amazon_to_pick
        self.assertTrue(part["is_missing"])
        self.assertEqual(self.order_unknown().picking_ids.amazon_readiness, "unknown")
        wish = self.deliveries(1)
        wish.sale_id.amazon_cancel_requested = True
        self.assertEqual(wish.amazon_readiness, "cancel")

    def test_w3_all_with_a_number_are_shipped(self):
        pickings = self.deliveries(4)
        self.scan(pickings[:3])
        action = self.as_worker(pickings).action_amazon_ship_all()
        self.assertEqual(self.words(action), "3 shipped. Without a tracking number: 1.")
        self.assertEqual(pickings[:3].mapped("state"), ["done"] * 3)
        self.assertFalse(pickings[3].amazon_ship_error)
        self.send()
        self.assertEqual({*pickings[:3].mapped("amazon_sync_status")}, {"done"})

    def test_w3_one_that_can_not_be_shipped_stops_nobody(self):
        pickings = self.deliveries(6)
        self.scan(pickings)
        pickings[1].carrier_id = False
        pickings[2].sale_id.amazon_cancel_requested = True
        pickings[4].move_ids.quantity = 0
        action = self.as_worker(pickings).action_amazon_ship_all()
        self.assertEqual(
            self.words(action),
            "3 shipped. 3 could not be shipped: the reason stands there in red.",
        )
        left = pickings[1] | pickings[2] | pickings[4]
        self.assertEqual({*(pickings - left).mapped("state")}, {"done"})
        words = ("carrier is missing", "wants to cancel", "Goods are missing")
        for picking, text in zip(left, words, strict=True):
            self.assertIn(text, picking.amazon_ship_error)
            self.assertNotEqual(picking.state, "done")

    def test_w3_what_is_shipped_in_the_end_has_no_complaint_any_more(self):
        picking = self.deliveries(1)
        self.as_worker(picking).action_amazon_ship()
        self.assertTrue(picking.amazon_ship_error)
        self.scan(picking)
        self.as_worker(picking).action_amazon_ship()
        self.assertFalse(picking.amazon_ship_error)
        self.assertEqual(picking.state, "done")

    def test_w3_the_culprit_of_a_batch_is_found(self):
        pickings = self.deliveries(7)
        self.scan(pickings)
        culprit, secret = pickings[4], "Erika"
        action_done = type(pickings)._action_done

        def break_down(some):
            if culprit in some:
                raise ZeroDivisionError(secret)
            return action_done(some)

        with (
            patch.object(type(pickings), "_action_done", break_down),
            mute_logger("odoo.sql_db"),
            self.assertLogs(DESK_LOG, "ERROR") as log,
        ):
            pickings.action_amazon_ship()
        self.assertEqual({*(pickings - culprit).mapped("state")}, {"done"})
        self.assertNotEqual(culprit.state, "done")
        self.assertIn("Something went wrong", culprit.amazon_ship_error)
        self.assertNotIn(secret, "".join(log.output))
        self.assertEqual(len(self.messages()), 6)

    def ship_with_labels(self, pickings, culprit, error):
        """Ship with a carrier that makes the labels, and breaks down at one delivery.

        :return Counter: labels that were paid, by delivery
        """
        labels = Counter()

        def send(carrier, delivery):
            if delivery == culprit:
                raise error
            labels[delivery.id] += 1
            number = f"LABEL-{delivery.id}-{labels[delivery.id]}"
            return [{"exact_price": 5.0, "tracking_number": number}]

        self.maker.integration_level = "rate_and_ship"
        pickings.picking_type_id.print_label = True
        with (
            patch.object(type(self.maker), "send_shipping", send),
            patch.object(
                type(self.maker),
                "_makes_labels",
                lambda carrier, _type: carrier == self.maker,
            ),
            mute_logger(DESK_LOG, "odoo.sql_db"),
        ):
            pickings.action_amazon_ship()
        return labels

    def test_w3_label_is_paid_once_whatever_happens_to_other_deliveries(self):
        self.maker = self._create_method("UPS labels")
        for error in (ZeroDivisionError(), UserError("The address is not known.")):
            with self.subTest(error):
                pickings = self.deliveries(5)
                pickings.carrier_id = self.maker
                labels = self.ship_with_labels(pickings, pickings[3], error)
                others = pickings - pickings[3]
                self.assertEqual(labels, dict.fromkeys(others.ids, 1))
                self.assertEqual({*others.mapped("state")}, {"done"})
                self.assertEqual(
                    others.mapped("carrier_tracking_ref"),
                    [f"LABEL-{delivery.id}-1" for delivery in others],
                )

    def test_w3_delivery_without_its_label_has_not_left(self):
        """Odoo goes on without the label where another delivery went before."""
        self.maker = self._create_method("UPS labels")
        pickings = self.deliveries(2)
        self.scan(pickings[0])
        pickings[1].carrier_id = self.maker
        reason = "The address is not known."
        self.ship_with_labels(pickings, pickings[1], UserError(reason))
        self.assertEqual(pickings[0].state, "done")
        self.assertNotEqual(pickings[1].state, "done")
        self.assertEqual(pickings[1].amazon_ship_error, reason)

    def test_w3_refusal_that_leads_to_its_remedy_says_why(self):
        picking = self.deliveries(1)
        self.scan(picking)
        error = RedirectWarning("The quantity is not right.", 1, "Go there")
        with patch.object(type(picking), "_action_done", side_effect=error):
            picking.action_amazon_ship()
        self.assertEqual(picking.amazon_ship_error, "The quantity is not right.")

    def test_w3_unknown_skus_are_asked_about_after_the_others(self):
        known, unknown = self.deliveries(1), self.order_unknown().picking_ids
        both = known | unknown
        self.scan(both)
        action = self.as_worker(both).action_amazon_ship_all()
        self.assertEqual(known.state, "done")
        self.assertNotEqual(unknown.state, "done")
        window = self.open_window(action)
        self.assertIn("CUP-9", window.unmatched_goods)
        self.assertEqual(self.words(window.save().action_confirm()), "1 shipped.")
        self.assertEqual(unknown.state, "done")

    def test_w3_a_card_on_the_phone_asks_for_the_number(self):
        picking = self.as_worker(self.deliveries(1))
        window = self.open_window(picking.action_amazon_ask())
        window.carrier_id = self.dhl
        window.tracking_ref = "0034007"
        window.save().action_confirm()
        self.assertEqual(picking.state, "done")

    def test_w3_who_may_only_read_ships_nothing(self):
        picking = self.deliveries(1)
        reader = self._new_user("reader", "base.group_user")
        with self.assertRaises(AccessError):
            picking.with_user(reader).action_amazon_ship()

    def test_w3_picking_list_and_slips_have_the_reference_as_barcode(self):
        pickings = self.deliveries(2)
        reports = self.env["ir.actions.report"]
        # Odoo's own barcode of the transfer needs a library that not each machine has.
        self.patch(type(reports), "barcode", lambda *args, **options: b"")
        for name in (
            "amazon_connector.pick_list",
            "stock.report_deliveryslip",
            "stock.report_picking",
        ):
            html, _kind = reports._render_qweb_html(name, pickings.ids)
            text = html.decode()
            for picking in pickings:
                with self.subTest(name):
                    self.assertIn(picking.amazon_order_ref, text)
                    self.assertIn(f"value={picking.amazon_order_ref}", text)

    def test_w3_picking_list_sums_up_by_place(self):
        pickings = self.deliveries(3)
        values = self.env["report.amazon_connector.pick_list"]._get_report_values(
            pickings.ids
        )
        [shelf] = values["shelves"]
        self.assertEqual((shelf["quantity"], len(shelf["orders"])), (3, 3))
