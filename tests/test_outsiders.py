"""People attack what only the addon writes, in ways that RPC offers."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.tools.by_code import BY_CODE, is_by_code

from .access_case import QUIET, MatrixCase
from .invoices.case import InvoiceCase

TAX = {"untaxed": 1.0, "taxes": {}}


class TestOutsiders(MatrixCase, InvoiceCase):
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

    def test_a1_nobody_sends_a_mark_of_the_code(self):
        marked = self.env["sale.order"].with_context(amazon_import=BY_CODE)
        self.assertTrue(is_by_code(marked.env, "amazon_import"))
        for value in (True, 1, "BY_CODE", {}, []):
            sent = marked.with_context(amazon_import=value)
            self.assertFalse(is_by_code(sent.env, "amazon_import"))

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
