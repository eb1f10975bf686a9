"""What only the addon writes on Odoo's own records is refused to people; what Odoo does
for them with these records goes on: copies, credit notes, backorders, merged contacts.
"""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.account.own_fields import MAY_WRITE
from odoo.addons.amazon_connector.tools.fixed_tax import setup_of

from .access_case import QUIET, MatrixCase
from .invoices.case import InvoiceCase

OWN = "by itself"


class TestOwnFields(MatrixCase, InvoiceCase):
    def bookkeeper(self):
        return self.people["a", self.company]

    def packer(self):
        return self.people["p", self.company]

    def invoice_with_tax(self):
        """An invoice whose line keeps Amazon's tax.

        :return: account.move.line, with sudo
        """
        line = self.invoiced().invoice_line_ids.filtered("sale_line_ids")[0]
        line.amazon_fixed_tax = {
            **setup_of(line),
            "untaxed": line.price_subtotal,
            "taxes": {},
        }
        return line

    def delivery_of_two(self):
        """A delivery of two mugs that are there.

        :return: stock.picking
        """
        self.store("MUG-BLUE", 2, location=self.warehouse.lot_stock_id)
        order = self.order_in(items=[self.world.item("MUG-BLUE", 2)])
        picking = order.picking_ids
        picking.action_assign()
        picking.carrier_id = self.dhl
        picking.carrier_tracking_ref = "T-1"
        return picking

    @mute_logger(*QUIET)
    def test_a1_what_only_the_addon_writes_of_odoos_records(self):
        move, picking = self.invoiced(), self.delivery_of_two()
        records = [
            move,
            move.invoice_line_ids[0],
            move.journal_id,
            self.company,
            picking,
            picking.move_ids[0],
            picking.sale_id.partner_id,
        ]
        tried = self.try_own_fields(records)
        for record in records:
            for right in ("write", "create"):
                with self.subTest(f"{right} {record._name}"):
                    self.assertGreater(tried[right, record._name], 0)
        # those of orders have a test of their own
        ours = {name for name in self.extended_models() if not name.startswith("sale.")}
        closed = {name for name in ours if self.our_fields(self.env[name], True)}
        self.assertEqual(closed, {record._name for record in records})

    @mute_logger(*QUIET)
    def test_a1_lines_within_a_document_are_refused(self):
        line = self.invoice_with_tax()
        move = line.move_id.with_user(self.bookkeeper())
        move.button_draft()
        tax = {"untaxed": 1.0, "taxes": {}}
        new = {"name": "x", "price_unit": 1.0, "amazon_fixed_tax": tax}
        for command in (
            Command.update(line.id, {"amazon_fixed_tax": tax}),
            Command.create(new),
        ):
            with self.assertRaisesRegex(AccessError, OWN):
                move.write({"invoice_line_ids": [command]})
        with self.assertRaisesRegex(AccessError, OWN):
            move.copy({"line_ids": [Command.create(new)]})
        with self.assertRaisesRegex(AccessError, OWN):
            line.with_user(self.bookkeeper()).copy({"amazon_fixed_tax": tax})

    def test_a1_credit_notes_and_copies_keep_the_tax(self):
        line = self.invoice_with_tax()
        kept = line.amazon_fixed_tax
        move = line.move_id.with_user(self.bookkeeper())
        move = move.with_company(self.company)
        for copied in (move._reverse_moves(), move.copy()):
            lines = copied.sudo().invoice_line_ids
            self.assertIn(kept, lines.mapped("amazon_fixed_tax"))
            self.assertEqual(copied.amount_total, move.amount_total)
            self.assertFalse(copied.sudo().amazon_upload_deadline)

    def test_a1_invoices_without_a_kept_tax_are_copied(self):
        move = self.invoiced().with_user(self.bookkeeper())
        copied = move.with_company(self.company).copy()
        self.assertEqual(copied.amount_total, move.amount_total)
        self.assertFalse(any(copied.sudo().line_ids.mapped("amazon_fixed_tax")))

    def test_a1_packers_split_and_leave_a_backorder(self):
        picking = self.delivery_of_two().with_user(self.packer())
        copied = picking.copy()
        self.assertEqual(len(copied.move_ids), 1)
        copied.action_confirm()
        self.assertTrue(copied.move_ids._split(1))
        self.pack(picking, MUG_BLUE=1)
        picking.move_ids.amazon_transparency_codes = "C1"
        picking.amazon_any_carrier = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        rest = picking.sudo().backorder_ids.move_ids
        self.assertEqual(rest.mapped("product_uom_qty"), [1])
        self.assertEqual(picking.amazon_sync_status, "pending")

    def test_a1_packers_merge_moves(self):
        move = self.delivery_of_two().move_ids.with_user(self.packer())
        other = move.create(move._split(1))
        other._action_confirm(merge=True)
        picking = move.sudo().picking_id
        self.assertEqual(picking.move_ids.mapped("product_uom_qty"), [2])

    def test_a1_the_desk_says_to_packers_why_not(self):
        _ref, order = self.order("MUG-BLUE")
        picking = order.picking_ids
        picking.with_user(self.packer()).action_amazon_ship()
        self.assertTrue(picking.amazon_ship_error)

    def test_a1_merged_contacts_stay_known(self):
        _ref, order = self.order("MUG-BLUE")
        buyer = order.partner_id
        self.assertTrue(buyer.amazon_created)
        remaining = self.env["res.partner"].create({"name": buyer.name})
        person = new_test_user(
            self.env,
            "merger",
            groups="base.group_partner_manager,sales_team.group_sale_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(person)
        wizard.create({})._merge([buyer.id, remaining.id], remaining.with_user(person))
        self.env.invalidate_all()
        self.assertFalse(buyer.exists())
        self.assertEqual(order.partner_id, remaining)
        self.assertTrue(remaining.amazon_created)
        with self.assertRaisesRegex(AccessError, OWN):
            remaining.with_user(person).with_context(**{MAY_WRITE: True}).write(
                {"amazon_created": False}
            )
