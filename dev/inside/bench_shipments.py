"""What it costs to confirm shipments to Amazon, and to find out whether it kept them
(`dev bench`)."""

import requests

from odoo import fields

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget
from odoo.addons.amazon_connector.sim import SELLER

from . import bench_imports, bench_rates
from .bench_cost import measured, report, with_progress
from .bench_shop import GERMANY, Shop

WARM = 20
SECONDS = 30
#: of so many shipments Amazon loses one, on a bad day
LOST_OF = 50
DAYS = {"all turn SHIPPED": 0, "2 % not kept": 1}
#: hours after a shipment at which Amazon may be asked for it
CHECKS = (2, 12, 24)


def run(env, way, count, _history):
    """Confirm so many shipments one way and print what it cost as JSON."""
    shipments = Shipments(env)
    shipments.measure(way, WARM)
    if way != "this addon":
        report(shipments.measure(way, count))
        return
    found = []
    for day, share in DAYS.items():
        lost = share * count // LOST_OF
        cost = shipments.measure(way, count, lost)
        found += [*([] if found else [cost]), shipments.check(day, count, lost)]
    report(*found)


class Shipments(Shop):
    """Deliveries that left, of which Amazon knows nothing yet."""

    def __init__(self, env):
        super().__init__(env)
        self.fill_stock()
        product = env["product.product"].search([("type", "=", "service")], limit=1)
        self.carrier = env["delivery.carrier"].create(
            {"name": "DHL Paket", "product_id": product.id, "delivery_type": "fixed"}
        )
        env.cr.commit()

    def measure(self, way, count, lost=0):
        """Measure one way of confirming shipments.

        :param int lost: so many of them are taken by Amazon and not kept
        :return dict: what it cost to confirm so many
        """
        if lost:
            self.amazon.faults.add("confirmShipment", "unkept", times=lost)
        pickings = self._deliver(count)
        work = {"naive": self._one_by_one, "this addon": self._ours}[way]
        with self.counted() as calls:
            result = measured(self.env, "shipments", count, work, pickings)
        if calls["confirmShipment"] != count:
            raise AssertionError(f"{calls} for {count} shipments")
        if way == "this addon":
            result["amazon"] = [bench_rates.imposed(way, calls)]
        return result

    def check(self, day, count, lost):
        """Count the calls that find out whether Amazon has what was confirmed.

        :param str day: what kind of day it is
        :param int lost: how many of these shipments it does not have
        :return dict: what the checks of so many cost, by shipment
        """
        self._read_statuses()
        with self.counted() as calls:
            result = measured(self.env, "shipments checked", count, self._let_day_pass)
        self._expect_checks(calls.get("getOrder", 0), lost)
        asked = {"getOrder": calls.get("getOrder", 0)}
        result["amazon"] = [bench_rates.imposed(day, asked)]
        return result

    def _read_statuses(self):
        """Have the orders become SHIPPED, as the sync of orders notes it."""
        counts = self.account.sudo()._sync_orders(TimeBudget(3600))
        if counts["errors"]:
            raise AssertionError(f"orders: {dict(counts)}")

    def _let_day_pass(self):
        """Run the scheduled action at each moment at which shipments are checked."""
        rows = self.env["amazon.submission"].sudo()
        for _hours in CHECKS:
            rows.search([("check_at", "!=", False)]).check_at = fields.Datetime.now()
            self.env.cr.commit()
            while rows._has_checks(self.account):
                self._ours(None)

    def _expect_checks(self, asked, lost):
        """Stop where the figures are not those of such a day.

        :raise AssertionError: a lost parcel was not found, or others were asked for
        """
        failed = self.env["amazon.submission"].search_count([("state", "=", "failed")])
        if (asked, failed) != (lost, lost):
            raise AssertionError(f"{lost} lost, {failed} found, {asked} asked for")

    def _deliver(self, count):
        """Deliver new orders, so that each has a shipment to confirm.

        :return: stock.picking, done; each with its message to Amazon
        """
        orders, _calls = self.buy(count)
        bench_imports.ours(self.env, self.account, orders)
        refs = [order.order_id for order in orders]
        sale_orders = self.env["sale.order"].search([("amazon_order_ref", "in", refs)])
        pickings = sale_orders.picking_ids
        for start in with_progress(range(0, count, 50)):
            batch = pickings[start : start + 50]
            batch.carrier_id = self.carrier
            batch.carrier_tracking_ref = "0034001"
            batch.move_ids.picked = True
            batch._action_done()
            self.env.cr.commit()
        return pickings

    def _ours(self, _pickings):
        counts = self.account.sudo()._send_submissions(TimeBudget(3600))
        if counts["errors"]:
            raise AssertionError(f"shipments: {dict(counts)}")

    def _one_by_one(self, pickings):
        """What most connectors do: a call, then a mark on the delivery; no list of what
        is owed, so an answer that is lost is lost."""
        session = requests.Session()
        session.headers["x-amz-access-token"] = self._get_token(session)
        for picking_id in with_progress(pickings.ids):
            picking = self.env["stock.picking"].browse(picking_id)
            session.post(
                f"{self.amazon.url}/orders/v0/orders/"
                f"{picking.sale_id.amazon_order_ref}/shipmentConfirmation",
                json=self._body(picking),
                timeout=SECONDS,
            ).raise_for_status()
            picking.note = "Confirmed to Amazon"
            self.env.cr.commit()

    def _get_token(self, session):
        answer = session.post(
            f"{self.amazon.url}/auth/o2/token",
            data={
                "grant_type": "refresh_token",
                "client_id": SELLER.client_id,
                "client_secret": SELLER.client_secret,
                "refresh_token": SELLER.refresh_token,
            },
            timeout=SECONDS,
        )
        return answer.json()["access_token"]

    def _body(self, picking):
        return {
            "marketplaceId": GERMANY,
            "packageDetail": {
                "packageReferenceId": "1",
                "carrierCode": "DHL",
                "shippingMethod": picking.carrier_id.name,
                "trackingNumber": picking.carrier_tracking_ref,
                "shipDate": picking.date_done.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "orderItems": [
                    {
                        "orderItemId": move.sale_line_id.amazon_item_ref,
                        "quantity": int(move.quantity),
                    }
                    for move in picking.move_ids
                ],
            },
        }
