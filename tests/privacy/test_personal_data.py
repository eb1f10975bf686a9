"""Nothing personal outside of the business documents, and not all of it for everybody
(features P1, P3)."""

import gzip
import re
from unittest.mock import patch

from psycopg2.errors import UndefinedColumn

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.amazon_connector.sim import SELLER

from ..everything import listen
from .case import DOCUMENTS, ERIKA, PLANTED, STREET, ErasureCase


class TestPersonalData(ErasureCase):
    def _hear_a_working_day(self):
        """Orders come, change, leave, are cancelled; calls and orders fail.

        :return str: what the log says
        """
        with listen() as heard:
            shipped, moved, cancelled = (self.erikas_order() for _number in range(3))
            self.world.change_address(
                moved.amazon_order_ref,
                **self.address(addressLine1=f"{STREET} b"),
            )
            self.world.cancel(cancelled.amazon_order_ref)
            self.ship(shipped)
            self.account.dry_run = True
            self.send()
            self.account.dry_run = False
            self.env["amazon.submission"].search([])._retry()
            self.send()
            self.run_cron()
            self.account.action_sync_orders()
            self.account.action_sync_pickings()
        return heard.text

    def test_p1_a_working_day_leaves_buyers_in_the_documents_only(self):
        text = self._hear_a_working_day()
        self.assertEqual(self.found(), DOCUMENTS)
        self.assertIn("orders", text)
        for word in PLANTED:
            self.assertNotIn(word, text)

    def test_p1_what_is_looked_for_would_be_found_in_files(self):
        """Files lie beside the database: Odoo notes of most of them only the kind."""
        order = self.shipped_order()
        letter = f"\x00Dear {ERIKA['name'].upper()}".encode()
        for number, content in enumerate((letter, gzip.compress(letter))):
            with self.subTest(number):
                file = self.env["ir.attachment"].create(
                    {
                        "name": "letter.bin",
                        "raw": content,
                        "res_model": "sale.order",
                        "res_id": order.id,
                    }
                )
                self.assertEqual(self.found()["files"], {"Zwiebelmann"})
                file.unlink()
                self.assertEqual(self.found(), DOCUMENTS)
        file = file.create(
            {"name": "x", "raw": letter, "res_model": "sale.order", "res_id": order.id}
        )
        self.run_erasure()
        self.assertFalse(file.exists())
        self.assertEqual(self.found(), {})

    def _fail_with(self, breakage):
        """An order fails on its way into Odoo.

        :param callable breakage: is given the partners of the order
        :return tuple: the row of the inbox, the log
        """
        partners = type(self.env["res.partner"])
        original = partners._amazon_find_or_create

        def find_and_break(model, account, orders):
            found = original(model, account, orders)
            model.env.flush_all()
            breakage(model.browse(found[orders[0].order_id][0].id))
            return found

        ref = self.buy(
            items=[self.world.item("MUG-BLUE", gift_message="Radieschen for you!")],
            buyer=ERIKA,
            address=self.address(),
        )
        with patch.object(partners, "_amazon_find_or_create", find_and_break):
            with listen() as heard:
                self.run_cron()
        row = self.row(ref)
        self.assertEqual((row.state, row.error_kind), ("failed", "internal"))
        self.assertIn(f"order row {row.id} can not be imported", heard.text)
        self.assertIn("Traceback", heard.text)
        self.assertEqual(self.found(), {})
        for word in PLANTED:
            self.assertNotIn(word, heard.text)
        return row, heard.text

    def test_p1_refused_statement_shows_no_buyer(self):
        def break_row(partner):
            partner.env.cr.execute(
                "UPDATE res_partner SET type = 'contact', name = NULL,"
                " street2 = 'Zwiebelmann' WHERE id = %s",
                [partner.id],
            )

        row, log = self._fail_with(break_row)
        self.assertIn("CheckViolation", log)
        self.assertIn("its values are not logged", log)
        self.assertIn("Something unexpected happened", row.error_message)

    def test_p1_words_of_odoo_are_shown_without_the_buyer(self):
        def refuse(partner):
            text = (
                f"The VAT number of {partner.name} ({partner.street},"
                f" {partner.phone}, {partner.amazon_email}) is wrong."
            )
            raise UserError(text)

        row, _log = self._fail_with(refuse)
        self.assertEqual(
            re.sub(r"[…, ]+", " ", row.error_message),
            "The VAT number of ( ) is wrong.",
        )

    def test_p1_statements_of_others_are_logged_as_ever(self):
        with listen() as heard, self.assertRaises(UndefinedColumn):
            with self.env.cr.savepoint():
                self.env.cr.execute("SELECT unheard_of")
        self.assertIn("unheard_of", heard.text)

    # === who sees what === #

    def _user(self, login, *groups):
        return new_test_user(
            self.env,
            login,
            groups=",".join(groups),
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_p3_buyer_data_is_for_its_group(self):
        order = self.erikas_order()
        packer = self._user(
            "packer",
            "stock.group_stock_user",
            "amazon_connector.group_amazon_user",
        )
        trusted = self._user(
            "trusted",
            "amazon_connector.group_amazon_user",
            "amazon_connector.group_amazon_buyer_data",
        )
        lists = self.env.ref("amazon_connector.sale_order_view_list_amazon")
        for user, sees in ((packer, False), (trusted, True)):
            with self.subTest(user.login):
                mine = order.with_user(user)
                partner_fields = mine.partner_id.fields_get()
                self.assertEqual("amazon_email" in partner_fields, sees)
                views = mine.get_views([(lists.id, "list")])["views"]
                self.assertEqual('name="partner_id"' in views["list"]["arch"], sees)
                # no promise that order line and delivery would not keep
                self.assertIn("Radieschen", mine.amazon_gift_message)
        # who packs has to read the address and the gift card, and to deliver
        picking = order.picking_ids.with_user(packer)
        self.assertIn("Radieschen", picking.note)
        self.assertEqual(picking.partner_id.street, STREET)
        picking.move_ids.quantity = 1
        picking.carrier_tracking_ref = "1"
        picking.carrier_id = self.dhl
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_p3_people_without_the_group_import_and_change_orders_all_the_same(self):
        user = self._user("importer", "amazon_connector.group_amazon_user")
        ref = self.buy(
            items=[self.world.item("MUG-BLUE", gift_message="Radieschen")],
            buyer=ERIKA,
            seller=SELLER,
        )
        self.account.with_user(user).action_sync_orders()
        self.assertEqual(self.sale_order(ref).amazon_gift_message, "Radieschen")
        self.world.cancel(ref)
        self.account.with_user(user).action_sync_orders()
        self.assertEqual(self.sale_order(ref).state, "cancel")
