"""What an order without Amazon costs: with the addon, and in a database without it
(`dev bench`). So nothing of the addon is used here.
"""

from odoo.fields import Command

from .bench_cost import measured, report, with_progress

WARM = 20


def run(env, _way, count, _history):
    """Sell and deliver so many orders as people do, and print the costs as JSON."""
    shop = Shop(env)
    shop.sell(range(WARM))
    report(measured(env, "order of others", count, shop.sell, range(count)))


class Shop:
    def __init__(self, env):
        self.env = env
        self.buyer = env["res.partner"].create({"name": "Buyer in the shop"})
        goods = env["product.product"]
        storable = (
            {"is_storable": True}  # 19.0
            if "is_storable" in goods._fields
            else {"detailed_type": "product"}
        )
        self.product = goods.create({"name": "Jug", "list_price": 10, **storable})
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", env.company.id)], limit=1
        )
        env["stock.quant"]._update_available_quantity(
            self.product, warehouse.lot_stock_id, 1_000_000
        )

    def sell(self, numbers):
        """One transaction per order: enter, confirm, deliver."""
        for _number in with_progress(numbers):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.buyer.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
            )
            order.action_confirm()
            moves = order.picking_ids.move_ids
            moves.quantity = 1
            moves.picked = True
            order.picking_ids.button_validate()
            if order.picking_ids.state != "done":
                raise AssertionError("the delivery is not done")
            self.env.cr.commit()
