"""The shipping desk in the browser: with a scanner, on a phone, and a worker who is
asked (features W3, W5)."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..common import DE
from ..tour_case import TourCase
from .case import WORKER


class DeskTour(TourCase):
    def setUp(self):
        super().setUp()
        company = self.account.company_id
        self.product = self.env["product.product"].create(
            {
                "name": "Desk mug",
                "default_code": "DESK-MUG",
                "detailed_type": "product",
            }
        )
        self.warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.warehouse.lot_stock_id, 50
        )
        # Nothing of the demo data is on the desk.
        old = self.env["stock.picking"].search(
            [("state", "not in", ("done", "cancel")), ("amazon_order_ref", "!=", False)]
        )
        old.action_cancel()
        self.worker = new_test_user(
            self.env,
            "desk_worker",
            password="desk_worker",
            groups=f"base.group_user,{WORKER}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def deliveries(self, *items, **details):
        """Buyers order one item each.

        :return: stock.picking of the new orders, with a carrier
        """
        refs = [
            self.amazon.world.place_order(
                channel="fbm", marketplace=DE, items=[item], **details
            )
            for item in items
        ]
        self.account.action_sync_orders()
        orders = self.env["sale.order"].search([("amazon_order_ref", "in", refs)])
        pickings = orders.picking_ids
        pickings.carrier_id = self.env["delivery.carrier"].search([], limit=1)
        return pickings

    def mugs(self, count):
        """Let buyers order so many mugs.

        :return: stock.picking of the new orders
        """
        item = self.amazon.world.item
        return self.deliveries(*(item("DESK-MUG") for _number in range(count)))

    def open_desk(self, tour):
        """Run a tour that begins at the shipping desk, as the worker."""
        action = self.env.ref("amazon_connector.stock_picking_amazon_desk_action")
        menu = self.env.ref("stock.menu_stock_root")
        url = f"/web#menu_id={menu.id}&action={action.id}&model=stock.picking"
        self.start_tour(url, f"amazon_connector_{tour}", login="desk_worker")
        self.env.invalidate_all()
        self.assertEqual(self.amazon.contract_violations, [])


@tagged("post_install", "-at_install")
class TestTourDesk(DeskTour):
    def test_w3_labels_are_scanned_down_the_list(self):
        pickings = self.mugs(10)
        order = "date_deadline, amazon_one_item, id"
        first = pickings.search([("id", "in", pickings.ids)], order=order, limit=1)
        carrier = first.carrier_id
        (pickings - first).carrier_id = False  # the others take it from the line above
        self.open_desk("shipping_desk")
        self.assertEqual({*pickings.mapped("state")}, {"done"})
        self.assertEqual(pickings.carrier_id, carrier)
        self.assertEqual(
            sorted(pickings.mapped("carrier_tracking_ref")),
            [f"00340434161094000{number}" for number in range(100, 110)],
        )

    def test_w5_a_worker_is_asked_about_an_unknown_sku(self):
        item = self.amazon.world.item("CUP-9", title="Cup with a cat")
        picking = self.deliveries(item, programs=("PRIME",))
        menu = self.env.ref("stock.menu_stock_root")
        url = (
            f"/web#menu_id={menu.id}&model=stock.picking&view_type=form&id={picking.id}"
        )
        self.start_tour(url, "amazon_connector_unknown_sku", login="desk_worker")
        self.env.invalidate_all()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.carrier_tracking_ref, "00340434161094000042")


@tagged("post_install", "-at_install")
class TestTourDeskPhone(DeskTour):
    browser_size = "390x844"
    touch_enabled = True

    def test_w3_a_parcel_is_shipped_on_a_phone(self):
        picking = self.mugs(1)
        self.open_desk("desk_on_phone")
        self.assertEqual(picking.state, "done")
