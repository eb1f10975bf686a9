"""What another connector left is taken over (feature U2)."""

import base64
from datetime import datetime, timedelta, timezone

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import DE
from .shipping import ShippingCase

REFS = [f"302-1234567-000000{number}" for number in range(10)]


class TakeOverCase(ShippingCase):
    def sell(self, sku="MUG-BLUE", ref=False, quantity=1, delivered=0):
        """An order that another connector made, some pieces of it delivered."""
        order = self.env["sale.order"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.env["res.partner"].create({"name": "A buyer"}).id,
                "client_order_ref": ref,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.products[sku].id,
                            "product_uom_qty": quantity,
                            "price_unit": 9.99,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        order.date_order -= timedelta(hours=1)
        if delivered:
            self.store(sku, quantity, location=self.warehouse.lot_stock_id)
            picking = order.picking_ids
            picking.move_ids.quantity = delivered
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True).button_validate()
            self.assertEqual(picking.state, "done")
        return order

    def wizard(self, orders=None, offers=None, **values):
        """:param orders: text or bytes of the file, as ``offers``"""

        def encode(text):
            text = text.encode() if isinstance(text, str) else text
            return text is not None and base64.b64encode(text)

        return self.env["amazon.take.over"].create(
            {
                "account_id": self.account.id,
                "orders_file": encode(orders),
                "orders_filename": "orders.csv",
                "offers_file": encode(offers),
                "offers_filename": "offers.csv",
                **values,
            }
        )

    def results(self, wizard):
        return [(line.name, line.result) for line in wizard.line_ids.sorted("id")]

    def take(self, **files):
        wizard = self.wizard(**files)
        wizard.action_take_over()
        return wizard

    def offers(self):
        return sorted(
            (
                offer.sku,
                offer.marketplace_id.name,
                offer.amazon_channel,
                offer.product_id.default_code or "",
            )
            for offer in self.env["amazon.offer"].search(
                [("account_id", "=", self.account.id)]
            )
        )


class TestTakeOver(TakeOverCase):
    def test_u2_order_taken_over_is_not_imported_again(self):
        """Amazon still offers the reference; no second order, no change, no problem."""
        ref = self.buy("MUG-BLUE")
        order = self.sell(ref=ref, delivered=1)
        lines = self.lines(order)
        self.take(
            orders=f"name,amazon_order_ref,amazon_channel\n{order.name},{ref},fbm\n"
        )
        self.assertEqual(self.states(), {ref: "done"})
        self.run_cron()
        self.assertEqual(self.sale_orders(), order)
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(self.lines(order), lines)
        self.assertRecordValues(
            order,
            [
                {
                    "amazon_order_ref": ref,
                    "amazon_channel": "fbm",
                    "amazon_account_id": self.account.id,
                    "amazon_marketplace_id": self.account.base_marketplace_id.id,
                    "amazon_total": order.amount_total,
                    "amazon_total_difference": 0.0,
                    "amazon_problem_since": False,
                    "amazon_review": False,
                    "state": "sale",
                }
            ],
        )
        self.send()
        self.assertEqual(order.picking_ids.mapped("amazon_sync_status"), [False])
        self.assertFalse(self.messages())

    def test_u2_looking_writes_nothing(self):
        order = self.sell()
        wizard = self.wizard(
            orders="name,amazon_order_ref,amazon_channel\n"
            f"{order.name},{REFS[0]},fba\nS-NONE,{REFS[1]},fba\n"
            f"{order.name},nonsense,fba\n{order.name},{REFS[2]},drone\n",
            offers="sku,marketplace_id\nMUG-BLUE,Amazon.de\nX,Amazon.moon\n",
        )
        wizard.action_look()
        self.assertEqual(
            self.results(wizard),
            [
                (f"{order.name} nonsense", "wrong"),
                (f"{order.name} {REFS[2]}", "wrong"),
                ("X", "missing"),
                (f"S-NONE {REFS[1]}", "missing"),
                ("MUG-BLUE Amazon.de FBM", "ready"),
                (f"{order.name} {REFS[0]}", "ready"),
            ],
        )
        self.assertFalse(order.amazon_order_ref)
        self.assertEqual((self.offers(), self.states()), ([], {}))
        wizard.action_take_over()
        self.assertEqual(order.amazon_order_ref, REFS[0])
        self.assertEqual(self.states(), {REFS[0]: "done"})
        self.assertCalls()

    def test_u2_taking_over_twice_changes_nothing(self):
        order, other = self.sell(), self.sell()
        head = "Order Reference;Amazon Reference;Fulfillment Channel\n"
        text = f"{head}{order.name};{REFS[0]};Fulfilled by Merchant\n"
        self.take(orders=text)
        again = self.take(orders=text + f"{other.name};{REFS[0]};Fulfilled by Amazon\n")
        self.assertEqual(
            self.results(again),
            [
                (f"{other.name} {REFS[0]}", "refused"),
                (f"{order.name} {REFS[0]}", "here"),
            ],
        )
        self.assertFalse(other.amazon_order_ref)
        swapped = self.take(orders=f"{head}{order.name};{REFS[1]};FBM\n")
        self.assertEqual(swapped.line_ids.result, "refused")
        self.assertEqual(order.amazon_order_ref, REFS[0])

    def test_u2_half_delivered_order_tells_amazon_the_rest_only(self):
        """By external IDs, with the items: what had left is not told again."""
        bought = datetime.now(timezone.utc) - timedelta(hours=2)
        mugs = [self.world.item("MUG-BLUE", quantity=3)]
        ref = self.buy(items=mugs, created=bought)
        order = self.sell(ref=ref, quantity=3, delivered=1)
        xmlids = [
            self.env["ir.model.data"]
            .create(
                {
                    "module": "__export__",
                    "name": f"{record._table}_1",
                    "model": record._name,
                    "res_id": record.id,
                }
            )
            .complete_name
            for record in (order, order.order_line)
        ]
        self.take(
            orders="id,amazon_order_ref,amazon_channel,amazon_marketplace_id,"
            "order_line/id,order_line/amazon_item_ref\n"
            f"{xmlids[0]},{ref},fbm,{DE},,\n,,,,{xmlids[1]},{self.item(ref)}\n"
        )
        done = order.picking_ids.filtered(lambda p: p.state == "done")
        self.assertEqual(order.order_line.amazon_item_ref, self.item(ref))
        self.assertFalse(done.amazon_sync_status)
        left = self.ship(order)
        self.send()
        self.assertEqual(
            (done.amazon_sync_status, left.amazon_sync_status),
            (False, "done"),
            left.amazon_sync_error,
        )
        [told] = self.confirmations()
        self.assertEqual(
            told["packageDetail"]["orderItems"],
            [{"orderItemId": self.item(ref), "quantity": 2}],
        )

    def test_u2_open_delivery_without_items_is_pointed_out(self):
        order = self.sell()
        wizard = self.take(
            orders=f"name,amazon_order_ref,amazon_channel\n{order.name},{REFS[0]},fbm\n"
        )
        self.assertIn("Seller Central", wizard.line_ids.message)

    def test_u2_orders_of_another_company_stay(self):
        order = self.sell()
        order_of_others = self.env["sale.order"].create(
            {"partner_id": order.partner_id.id, "name": "OTHER-1"}
        )
        wizard = self.take(
            orders=f"name,amazon_order_ref,amazon_channel\nOTHER-1,{REFS[0]},fba\n"
        )
        self.assertEqual(wizard.line_ids.result, "missing")
        self.assertFalse(order_of_others.amazon_order_ref)

    def test_u2_noted_row_is_settled(self):
        """The account had seen the order already, and could not import it."""
        ref = REFS[0]
        row = self.env["amazon.order"].create(
            {
                "account_id": self.account.id,
                "amazon_order_ref": ref,
                "state": "failed",
                "error_kind": "config",
                "error_message": "Settings",
            }
        )
        order = self.sell()
        self.take(
            orders=f"name,amazon_order_ref,amazon_channel\n{order.name},{ref},fbm\n"
        )
        self.assertRecordValues(
            row, [{"state": "done", "sale_order_id": order.id, "error_message": False}]
        )

    def test_u2_managers_only(self):
        user = new_test_user(
            self.env,
            "taker",
            groups="amazon_connector.group_amazon_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["amazon.take.over"].with_user(user).create(
                {"account_id": self.account.id}
            )
        manager = new_test_user(
            self.env,
            "taking_manager",
            groups="amazon_connector.group_amazon_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        order = self.sell()
        text = f"name,amazon_order_ref,amazon_channel\n{order.name},{REFS[0]},fbm\n"
        self.env["amazon.take.over"].with_user(manager).create(
            {
                "account_id": self.account.id,
                "orders_file": base64.b64encode(text.encode()),
            }
        ).action_take_over()
        self.assertEqual(order.amazon_order_ref, REFS[0])


class TestTakeOverOffers(TakeOverCase):
    def test_u2_offers_find_their_products(self):
        self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.account.base_marketplace_id.id,
                "sku": "KEPT",
                "product_id": self.products["MUG-WHITE"].id,
            }
        )
        wizard = self.take(
            offers="SKU\tMarketplace\tProduct\tASIN\n"
            "KEPT\tAmazon.de\t[MUG-BLUE] Blue mug\t\n"
            "A-1\tAmazon.de\t[MUG-BLUE] Blue mug\tB000000001\n"
            f"A-2\t{DE}\tSencha\t\n"
            "MUG-WHITE\tamazon.fr\t\t\n"
            "A-3\tAmazon.fr\tNo such thing\t\n"
            "'-A\tAmazon.com\t\t\n"
        )
        self.assertEqual(
            self.offers(),
            [
                ("A-1", "Amazon.de", "fbm", "MUG-BLUE"),
                ("A-2", "Amazon.de", "fbm", "TEA-SENCHA"),
                ("A-3", "Amazon.fr", "fbm", ""),
                ("KEPT", "Amazon.de", "fbm", "MUG-WHITE"),
                ("MUG-WHITE", "Amazon.fr", "fbm", "MUG-WHITE"),
            ],
        )
        self.assertEqual(
            self.results(wizard)[0], ("-A Amazon.com", "refused"), wizard.summary
        )
        self.assertEqual(self.results(wizard)[-1][1], "here")

    def test_u2_next_order_takes_the_product_of_the_offer(self):
        self.take(offers="sku,marketplace_id,product_id\nOLD,Amazon.de,Sencha\n")
        ref = self.buy(items=[self.world.item("OLD")])
        self.run_cron()
        self.assertEqual(
            self.sale_order(ref).order_line.product_id, self.products["TEA-SENCHA"]
        )

    def test_u2_files_of_any_program(self):
        """Delimiters, encodings and marks at the beginning of a file."""
        head, row = "SKU{0}Marketplace{0}Product\n", "TEE-Ü{0}Amazon.de{0}Sencha\n"
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            for delimiter in ",;\t|":
                with self.subTest(encoding=encoding, delimiter=delimiter):
                    text = (head + row).format(delimiter).encode(encoding)
                    wizard = self.wizard(offers=text)
                    wizard.action_look()
                    self.assertEqual(
                        self.results(wizard), [("TEE-Ü Amazon.de FBM", "ready")]
                    )

    def test_u2_bad_files_are_refused_in_words(self):
        for content, words in [
            (b"PK\x03\x04....", "spreadsheet"),
            (b"sku,\x00\x01\x02", "no text"),
            (b"", "Choose a file"),
            (b"  \n", "is empty"),
            (b'sku,marketplace_id\n"A,Amazon.de\n', "quotation mark"),
            (b"a,b\n1,2\n", "no column «sku»"),
            (b"sku,marketplace_id\n", "no rows"),
        ]:
            with self.subTest(words), self.assertRaises(UserError) as caught:
                self.wizard(offers=content).action_take_over()
            self.assertIn(words, str(caught.exception))
        self.assertEqual(self.offers(), [])


class TestTakeOverCosts(TakeOverCase):
    def _cost(self, orders, action):
        head = "name,amazon_order_ref,amazon_channel\n"
        rows = [f"{order.name},302-7654321-{order.id:07d},fba\n" for order in orders]
        wizard = self.wizard(orders=head + "".join(rows))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        getattr(wizard, action)()
        self.env.flush_all()
        result = {"action_look": "ready", "action_take_over": "taken"}[action]
        self.assertEqual({*wizard.line_ids.mapped("result")}, {result})
        return self.env.cr.sql_log_count - before

    def test_u2_looking_asks_the_same_for_many(self):
        """Nothing is searched per row; what is written, is written once per order."""
        partner = self.env["res.partner"].create({"name": "A buyer"})
        orders = self.env["sale.order"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for _number in range(310)
            ]
        )
        self._cost(orders[:10], "action_look")
        few = self._cost(orders[:50], "action_look")
        many = self._cost(orders[:250], "action_look")
        self.assertLessEqual(many - few, 4)
        few = self._cost(orders[:10], "action_take_over")
        many = self._cost(orders[10:], "action_take_over")
        self.assertLessEqual((many - few) / 290, 1.1)
