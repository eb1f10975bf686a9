"""People of each role attack what only the addon writes, in all ways of RPC."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.account.own_fields import OF_ODOO, is_own_field
from odoo.addons.amazon_connector.tools.by_code import BY_CODE, is_by_code

from .access_case import QUIET, MatrixCase
from .invoices.case import InvoiceCase

OWN = "by itself"
# What people set up themselves.
SETTINGS = {"amazon.marketplace", "amazon.carrier"}
# What they set up, and the addon completes.
COMPLETED = {"amazon.account", "amazon.offer", "amazon.settlement.map"}
TAX = {"untaxed": 1.0, "taxes": {}}


class TestOutsiders(MatrixCase, InvoiceCase):
    def seller(self):
        return self.people["s", self.company]

    def administrator(self):
        return new_test_user(
            self.env,
            "administrator",
            groups="base.group_system,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def refuses(self, message=OWN):
        return self.assertRaisesRegex(UserError, message)

    def a_quotation(self, **context):
        """A salesperson makes an order that is not Amazon's.

        :param context: that they send with it
        """
        orders = self.env["sale.order"].with_user(self.seller())
        return orders.with_context(**context).create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Mia"}).id,
                "order_line": [
                    Command.create({"product_id": self.products["MUG-BLUE"].id})
                ],
            }
        )

    # === written === #

    @mute_logger(*QUIET)
    def test_a1_nothing_is_written_by_a_command_of_a_document(self):
        _ref, order = self.order("MUG-BLUE")
        line, buyer = order.order_line[0], order.partner_id
        picking = order.picking_ids
        move = picking.move_ids[0]
        self.assertTrue(line.amazon_item_ref)
        own = {"amazon_item_ref": "1"}
        seller, packer = self.seller(), self.people["p", self.company]
        mine, packed = order.with_user(seller), picking.with_user(packer)
        for command in (
            Command.update(line.id, own),
            Command.create({"product_id": line.product_id.id, **own}),
        ):
            for write in (mine.write, lambda vals: mine.web_save(vals, {"name": {}})):
                with self.refuses():
                    write({"order_line": [command]})
        with self.refuses():
            packed.write(
                {"move_ids": [Command.update(move.id, {"amazon_return_id": 1})]}
            )
        contact = buyer.with_user(self.administrator())
        child = Command.create({"name": "x", "amazon_created": True})
        transaction = self.env.transaction
        if hasattr(transaction, "default_env"):
            # Later series create contacts as whoever began the transaction.
            self.addCleanup(
                setattr, transaction, "default_env", transaction.default_env
            )
            transaction.default_env = contact.env
        with self.refuses():
            contact.write({"child_ids": [child]})
        with self.refuses():
            mine.copy({"amazon_order_ref": "028-0000000-0000001"})

    @mute_logger(*QUIET)
    def test_a1_users_do_not_open_the_way_to_contacts(self):
        person = new_test_user(self.env, "somebody", groups="base.group_user")
        users = self.env["res.users"].with_user(self.administrator())
        with self.refuses():
            person.with_user(users.env.user).write({"amazon_created": True})
        with self.refuses():
            users.create({"name": "x", "login": "x", "amazon_created": True})
        portal = new_test_user(self.env, "guest", groups="base.group_portal")
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).write({"amazon_created": True})

    @mute_logger(*QUIET)
    def test_a1_translations_and_imports_write_nothing(self):
        _ref, order = self.order("MUG-BLUE")
        mine = order.with_user(self.seller())
        ref = order.amazon_order_ref
        with self.refuses():
            mine.update_field_translations("amazon_order_ref", {"en_US": "x"})
        found = mine.browse().load(
            [".id", "amazon_order_ref"], [[str(order.id), "028-0000000-0000001"]]
        )
        self.assertFalse(found["ids"])
        found = mine.browse().load(
            ["partner_id/.id", "amazon_order_ref"],
            [[str(order.partner_id.id), "028-0000000-0000001"]],
        )
        self.assertFalse(found["ids"])
        order.invalidate_recordset()
        self.assertEqual(order.amazon_order_ref, ref)
        self.assertFalse(self.sale_order("028-0000000-0000001"))

    @mute_logger(*QUIET)
    def test_a1_packages_are_neither_made_nor_moved_nor_dropped(self):
        _ref, order = self.order("MUG-BLUE")
        package = self.ship(order).amazon_package_ids
        self.assertTrue(package)
        _other, another = self.order("MUG-BLUE")
        for letter in "pum":
            person = self.people[letter, self.company]
            picking = another.picking_ids.with_user(person)
            shipped = order.picking_ids.with_user(person)
            for where, command in (
                (picking, Command.link(package.id)),
                (picking, Command.create({"package_ref": "9"})),
                (shipped, Command.update(package.id, {"package_ref": "9"})),
                (shipped, Command.unlink(package.id)),
                (shipped, Command.delete(package.id)),
                (shipped, Command.clear()),
            ):
                with self.subTest(f"{letter} {command}"):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        where.write({"amazon_package_ids": [command]})
                    self.env.invalidate_all()
        self.assertEqual(package.picking_id, order.picking_ids)

    @mute_logger(*QUIET)
    def test_a1_a_manager_drops_no_rows_by_the_account(self):
        self.order("MUG-BLUE")
        account = self.account.with_user(self.people["m", self.company])
        rows = self.account.order_ids
        for command in (
            Command.clear(),
            Command.delete(rows.id),
            Command.unlink(rows.id),
            Command.update(rows.id, {"state": "done"}),
            Command.create({"amazon_order_ref": "028-0000000-0000001"}),
        ):
            with self.subTest(command), self.assertRaises(UserError):
                with self.env.cr.savepoint():
                    account.write({"order_ids": [command]})
            self.env.invalidate_all()
        self.assertEqual(self.account.order_ids, rows)

    # === defaults === #

    @mute_logger(*QUIET)
    def test_a1_a_default_of_ones_own_is_refused(self):
        order = self.a_quotation()
        seller = self.seller()
        defaults = self.env["ir.default"].with_user(seller)
        defaults.set("sale.order", "amazon_order_ref", "028-0000000-0000001", True)
        with self.refuses():
            self.a_quotation()
        with self.refuses():
            order.copy()
        sudo = order.sudo().copy()
        self.assertFalse(sudo.amazon_order_ref)
        self.assertEqual(sudo.amazon_cancel_refused, order.amazon_cancel_refused)

    def test_a1_no_default_of_a_call_gets_into_what_odoo_makes_with_sudo(self):
        order = self.a_quotation(default_note="x").with_context(
            default_amazon_fixed_tax=TAX,
            default_amazon_upload_deadline="2020-01-01",
            default_amazon_pending_ref="x",
            default_amazon_is_history=True,
        )
        self.products["MUG-BLUE"].invoice_policy = "order"
        order.action_confirm()
        self.assertTrue(order.sudo().picking_ids)
        move = order._create_invoices().sudo()
        self.assertFalse(move.amazon_upload_deadline)
        self.assertFalse(any(move.line_ids.mapped("amazon_fixed_tax")))
        self.assertFalse(order.sudo().amazon_is_history)

    def test_a1_no_default_of_a_call_gets_into_what_goes_to_amazon(self):
        _ref, order = self.order("MUG-BLUE")
        picking = order.picking_ids
        picking.carrier_id = self.dhl
        picking.carrier_tracking_ref = "T-1"
        self.pack(picking)
        picking.with_user(self.people["p", self.company]).with_context(
            skip_backorder=True,
            default_next_try_at="2099-01-01 00:00:00",
            default_done_at="2020-01-01 00:00:00",
            default_attempts=3,
        ).button_validate()
        row = self.messages()
        expected = {"next_try_at": False, "attempts": 0, "done_at": False}
        self.assertRecordValues(row, [expected])
        self.send()
        self.assertEqual(len(self.confirmations()), 1)

    def test_a1_no_row_of_the_addon_takes_a_default_of_a_call(self):
        tried = {}
        for name in sorted(self.env.registry):
            model = self.env[name]
            kept = (
                name.startswith("amazon.")
                and not (model._abstract or model._transient)
                and model._auto
            )
            if not kept or name in SETTINGS | COMPLETED:
                continue
            with self.subTest(name):
                plain = [
                    field.name
                    for field in model._fields.values()
                    if field.store
                    and not field.compute
                    and field.name not in OF_ODOO
                    and (model._amazon_rows or is_own_field(field))
                ]
                tried[name] = len(plain)
                sent = {f"default_{field}": "sent" for field in plain}
                rows = model.with_context(**sent)
                [values] = rows._prepare_create_values([{}])
                self.assertNotIn("sent", [values.get(field) for field in plain])
        # all but the settings of a marketplace have such fields
        self.assertEqual(
            {name for name, count in tried.items() if not count},
            {"amazon.account.marketplace"},
        )

    def test_a1_no_setting_takes_a_default_of_a_call_for_what_the_addon_writes(self):
        marketplace = self.account.base_marketplace_id
        account = {"name": "Second", "base_marketplace_id": marketplace.id}
        offer = {
            "account_id": self.account.id,
            "marketplace_id": marketplace.id,
            "sku": "NEW-1",
        }
        for name, values in (("amazon.offer", offer), ("amazon.account", account)):
            model = self.env[name]
            sent = {
                field: {"integer": 7, "char": "sent"}[model._fields[field].type]
                for field in self.our_fields(model, is_closed=True)
                if model._fields[field].type in ("integer", "char")
            }
            self.assertTrue(sent)
            context = {f"default_{field}": value for field, value in sent.items()}
            record = model.with_context(**context).create(values)
            for field, value in sent.items():
                with self.subTest(f"{name}.{field}"):
                    self.assertNotEqual(record[field], value)

    # === marks in the context === #

    def test_a1_nobody_sends_a_mark_of_the_code(self):
        marked = self.env["sale.order"].with_context(amazon_import=BY_CODE)
        self.assertTrue(is_by_code(marked.env, "amazon_import"))
        for value in (True, 1, "BY_CODE", {}, []):
            sent = marked.with_context(amazon_import=value)
            self.assertFalse(is_by_code(sent.env, "amazon_import"))

    def test_a1_nobody_says_how_an_order_is_imported(self):
        """As history, or as shipped without Odoo: nobody would deliver it."""
        account = self.account.with_user(self.people["m", self.company])
        for sent in ({"amazon_history": True}, {"amazon_shipped_without": "none"}):
            with self.subTest(sent):
                ref = self.buy("MUG-BLUE")
                account.with_context(**sent).action_sync_orders()
                order = self.sale_order(ref)
                self.assertFalse(order.amazon_is_history)
                self.assertFalse(order.amazon_shipped_without)
                self.assertEqual(order.picking_ids.state, "confirmed")

    def test_a1_nobody_sends_a_tax(self):
        tax = self.env["account.tax"].create(
            {
                "name": "19 %",
                "amount": 19,
                "company_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        tax = tax.with_user(self.people["a", self.company])
        forged = tax.with_context(amazon_fixed_tax={**TAX, "untaxed": 5.0})
        for usual in ("total_excluded", "total_included"):
            self.assertEqual(
                forged.compute_all(100)[usual], tax.compute_all(100)[usual]
            )
