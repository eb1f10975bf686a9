"""Posted invoices and credit notes go to Amazon once (features V1, V2)."""

from datetime import date, timedelta
from hashlib import sha256
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.amazon_connector.models.invoices.account_move import AccountMove

from .case import InvoiceCase

US = "ATVPDKIKX0DER"


@tagged("post_install", "-at_install")
class TestInvoices(InvoiceCase):
    def test_v1_posted_invoice_goes_to_amazon_once(self):
        move = self.invoiced()
        self.assertEqual(move.amazon_upload_state, "waiting")
        self.assertFalse(move.amazon_invoice_hash, "no PDF while a person waits")
        self.send()
        self.assertEqual(move.amazon_upload_state, "sent")
        self.send_later()
        self.assertEqual(move.amazon_upload_state, "done")
        self.assertFalse(move.amazon_upload_message)
        self.send_twice()
        self.assertEqual(self.at_amazon(), [self.key(move)])
        self.assertEqual(self.world.dangers, [])
        self.assertFalse(self.mails())

    def test_v1_feed_is_what_amazon_asks_for(self):
        move = self.invoiced()
        self.send()
        [feed] = self.amazon.feeds
        order = move._amazon_refund_orders()
        self.assertEqual(feed.type, "UPLOAD_VAT_INVOICE")
        self.assertEqual(
            feed.options,
            {
                "metadata:DocumentType": "Invoice",
                "metadata:InvoiceNumber": move.name,
                "metadata:OrderId": order.amazon_order_ref,
            },
        )
        self.assertEqual(feed.marketplaces, (order.amazon_marketplace_id.api_ref,))
        self.assertEqual(feed.content, move.amazon_invoice_pdf_id.raw)
        self.assertEqual(move.amazon_invoice_hash, sha256(feed.content).hexdigest())
        [document] = self.amazon.calls("createFeedDocument")
        self.assertEqual(document.json, {"contentType": "application/pdf"})

    def test_v1_credit_notes_go_too(self):
        self.account.refund_posting = "posted"
        move = self.invoiced()
        order = move._amazon_refund_orders()
        self.give_back(order, "2.00")
        self.run_returns()
        credit = self.refunds().move_id
        self.assertEqual(credit.amazon_upload_state, "waiting")
        for _time in range(3):
            self.send_later()
        self.assertEqual(self.at_amazon(), [self.key(move), self.key(credit)])

    def test_v1_each_document_has_a_feed_of_its_own(self):
        moves = [self.invoiced() for _number in range(3)]
        with patch(
            "odoo.addons.amazon_connector.models.outbox.amazon_account.time.sleep",
            lambda seconds: (
                self.env["amazon.rate.limit"]
                .search([])
                .write({"next_allowed_at": False, "tokens": 20})
            ),
        ):
            self.send()
        self.assertEqual([feed.state for feed in self.feeds()], ["submitted"] * 3)
        self.send_later()
        self.assertEqual({move.amazon_upload_state for move in moves}, {"done"})

    def test_v1_off_does_nothing(self):
        self.account.invoice_upload = "off"
        move = self.invoiced()
        self.assertFalse(move.amazon_upload_state)
        self.assertFalse(self.messages())

    def test_v1_a_manager_of_the_connector_switches_it_off(self):
        """Who may change the setting may not write the messages it withdraws."""
        self.invoiced()
        self.assertEqual(self.uploads().mapped("state"), ["todo"])
        manager = new_test_user(
            self.env,
            "invoice_manager",
            groups="amazon_connector.group_amazon_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.account.with_user(manager).invoice_upload = "off"
        self.assertEqual(self.uploads().mapped("state"), ["superseded"])

    def test_v1_what_is_left_alone_says_so(self):
        with self.subTest("VCS"):
            self.account.invoice_upload = "amazon"
            move = self.invoiced()
            self.assertEqual(move.amazon_upload_state, "left")
            self.assertIn("VCS", move.amazon_upload_message)
        self.account.invoice_upload = "us"
        with self.subTest("Invoice by Amazon"):
            move = self.invoiced(programs=("INVOICE_BY_AMAZON",))
            self.assertEqual(move.amazon_upload_state, "left")
            self.assertIn("Invoice by Amazon", move.amazon_upload_message)
        with self.subTest("marketplace"):
            order = self.shipped()
            order.amazon_marketplace_id = self.env.ref(
                "amazon_connector.marketplace_us"
            )
            move = self.invoice(order)
            self.assertEqual(move.amazon_upload_state, "left")
            self.assertIn("Amazon.com", move.amazon_upload_message)
        self.assertFalse(self.messages())
        left = self.env["account.move"].search(
            [("amazon_upload_state", "=", "left"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(left), 3)

    def test_v1_amazon_says_that_it_makes_the_invoice(self):
        move = self.invoiced()
        order = move._amazon_refund_orders()
        self.world.order(order.amazon_order_ref).programs = ("INVOICE_BY_AMAZON",)
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "left")
        self.assertIn("itself", move.amazon_upload_message)
        self.assertEqual(self.uploads().state, "superseded")
        self.assertFalse(self.env["amazon.problem"].search([("kind", "=", "invoice")]))

    def test_v1_waits_for_the_shipment(self):
        order = self.order_in("MUG-BLUE")
        order.order_line.product_id.invoice_policy = "order"
        move = self.invoice(order)
        self.send_later()
        self.assertEqual(move.amazon_upload_state, "waiting")
        self.assertIn("shipped", move.amazon_upload_message)
        self.assertFalse(move.amazon_invoice_hash)
        self.assertEqual(len(self.amazon.feeds), 0)

    def test_v1_without_the_means_to_print_nothing_is_lost(self):
        move = self.invoiced()
        with patch.object(
            AccountMove, "_amazon_print_invoice", side_effect=UserError("No printer.")
        ):
            self.send()
        self.assertEqual(move.amazon_upload_state, "waiting")
        for text in ("No printer.", "wkhtmltopdf"):
            self.assertIn(text, move.amazon_upload_message)
        self.assertTrue(self.uploads().next_try_at > fields.Datetime.now())
        with patch.object(AccountMove, "_amazon_print_invoice", lambda move: b"<p/>"):
            self.send_later()
        self.assertIn("not a PDF", move.amazon_upload_message)
        self.send_twice()
        self.assertEqual(self.at_amazon(), [self.key(move)])

    def test_v1_refused_by_amazon_is_for_a_person(self):
        move = self.invoiced()
        ref = move._amazon_refund_orders().amazon_order_ref
        self.world.feeds.refuse(ref, "The VAT number is missing")
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "failed")
        self.assertIn("The VAT number is missing", move.amazon_upload_message)
        problem = self.env["amazon.problem"].search([("kind", "=", "invoice")])
        self.assertEqual((problem.document, problem.can_retry), (move.name, True))
        self.assertEqual(len(self.mails()), 1)
        pdf = move.amazon_invoice_pdf_id
        self.world.feeds.accept(ref)
        problem.action_retry()
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "done")
        self.assertEqual(move.amazon_invoice_pdf_id, pdf, "it is made once")

    def test_v1_answer_lost_is_asked_for(self):
        move = self.invoiced()
        other = self.invoiced()
        self.amazon.faults.add("createFeed", "lost")
        self.send()
        self.assertIn("unknown", self.uploads().mapped("state"))
        for _time in range(4):
            self.send_later()
        self.assertEqual(
            {move.amazon_upload_state, other.amazon_upload_state}, {"done"}
        )
        self.assertEqual(len(self.amazon.feeds), 2)
        self.assertEqual(self.world.dangers, [])

    def test_v1_silence_is_not_answered_by_a_second_upload(self):
        move = self.invoiced()
        self.world.feeds.no_report_next()
        for _time in range(3):
            self.send_twice()
        self.assertEqual(move.amazon_upload_state, "failed")
        self.assertIn("Seller Central", move.amazon_upload_message)
        self.assertEqual(len(self.amazon.feeds), 1)

    def test_v1_changed_pdf_does_not_leave(self):
        move = self.invoiced()
        with patch.object(type(self.account), "_send_feeds", lambda *args: None):
            self.send()
        self.assertTrue(move.amazon_invoice_hash)
        move.amazon_invoice_pdf_id.raw = b"%PDF-1.4 another one"
        self.send_later()
        self.assertEqual(move.amazon_upload_state, "failed")
        self.assertIn("changed", move.amazon_upload_message)
        self.assertEqual(len(self.amazon.feeds), 0)
        move.action_upload_amazon_invoice()
        self.send_twice()
        self.assertEqual(self.at_amazon(), [self.key(move)])

    def test_v1_reset_to_draft_before_and_after(self):
        move = self.invoiced()
        move.button_draft()
        self.assertEqual(self.uploads().state, "superseded")
        move.action_post()
        self.assertEqual(self.uploads().state, "todo")
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "done")
        move.button_draft()
        move.action_post()
        self.assertIn("Upload Again", move.amazon_upload_message)
        self.send_twice()
        self.assertEqual(len(self.amazon.feeds), 1, "a person decides")
        move.action_upload_amazon_invoice()
        with self.assertRaises(UserError):
            move.action_upload_amazon_invoice()
        self.send_twice()
        self.assertEqual(len(self.amazon.feeds), 2)

    def test_v1_switched_off_nothing_waits(self):
        move = self.invoiced()
        self.account.invoice_upload = "off"
        self.send_later()
        self.assertEqual(self.uploads().state, "superseded")
        self.assertFalse(move.amazon_upload_state)
        self.assertEqual(len(self.amazon.feeds), 0)

    def test_v1_dry_run_shows_what_is_said_of_it(self):
        self.account.dry_run = True
        move = self.invoiced()
        self.send()
        self.assertEqual(self.uploads().state, "held")
        self.assertIn(f"metadata:InvoiceNumber: {move.name}", self.uploads().body)
        self.assertEqual(len(self.amazon.feeds), 0)

    def test_v1_deadline_of_business_buyers(self):
        consumer = self.invoiced()
        self.assertFalse(consumer.amazon_upload_deadline)
        order = self.shipped(programs=("AMAZON_BUSINESS",))
        for shipped, due in (
            (date(2026, 11, 12), date(2026, 11, 13)),
            (date(2026, 11, 13), date(2026, 11, 16)),
            (date(2026, 11, 14), date(2026, 11, 16)),
        ):
            with patch.object(
                type(order), "_get_amazon_shipped_date", lambda order, day=shipped: day
            ):
                move = self.env["account.move"].new({"move_type": "out_invoice"})
                self.assertEqual(move._amazon_get_deadline(order), due)
        move = self.invoice(order)
        self.assertTrue(move.amazon_upload_deadline)
        problems = self.env["amazon.problem"]
        late = [("kind", "=", "invoice_late"), ("account_id", "=", self.account.id)]
        self.assertFalse(problems.search(late))
        move.amazon_upload_deadline = fields.Date.today() - timedelta(days=1)
        problem = problems.search(late)
        self.assertEqual(problem.document, move.name)
        self.assertEqual(problem.action_open()["res_id"], move.id)
        self.send_twice()
        self.assertFalse(problems.search(late))

    def test_v1_files_are_kept_as_long_as_the_account_says(self):
        move = self.invoiced()
        self.send_twice()
        other = self.env["ir.attachment"].create(
            {
                "name": "x.pdf",
                "raw": b"%PDF-1.4 x",
                "res_model": "account.move",
                "res_id": move.id,
            }
        )
        files = move.amazon_invoice_pdf_id | other
        erase = self.account._cron_erase_buyers
        move.flush_recordset()
        self.env.cr.execute(  # later series keep the date of what is posted
            "UPDATE account_move SET invoice_date = %s WHERE id = %s",
            [fields.Date.today() - timedelta(days=11), move.id],
        )
        move.invalidate_recordset(["invoice_date"])
        erase()
        self.assertEqual(files.exists(), files, "for ever")
        self.account.invoice_keep_days = 11
        erase()
        self.assertEqual(files.exists(), files, "not yet")
        self.account.invoice_keep_days = 10
        erase()
        self.assertFalse(files.exists())
        self.assertEqual(move.amazon_upload_state, "done")
        self.send_twice()
        self.assertEqual(len(self.amazon.feeds), 1)

    def test_v2_totals_are_sent_where_amazon_calculates_the_tax(self):
        self.account.invoice_vcs = True
        self._tax_included()
        item = self.world.item
        move = self.invoiced(items=[item("MUG-BLUE", price="11.90")])
        with patch.object(
            type(self.account), "_reads_invoice_data", lambda self: False
        ):
            self.send_twice()
        [feed] = self.amazon.feeds
        self.assertEqual(feed.options["metadata:TotalAmount"], "11.90")
        self.assertEqual(feed.options["metadata:TotalVATAmount"], "1.90")
        self.assertEqual(move.amazon_upload_state, "done")

    def test_v2_cent_waits_for_a_person_where_amazon_calculates_the_tax(self):
        self.account.invoice_vcs = True
        self._tax_included()
        item = self.world.item
        move = self.invoiced(
            items=[item("MUG-BLUE", price="1.03"), item("TEA-SENCHA", price="1.03")]
        )
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "failed")
        self.assertIn("0.33", move.amazon_upload_message)
        self.assertEqual(len(self.amazon.feeds), 0)
        self.uploads().action_retry()
        with patch.object(
            type(self.account), "_reads_invoice_data", lambda self: False
        ):
            self.send()
        self.assertEqual(len(self.amazon.feeds), 1)

    def test_v2_cent_of_tax_is_said_before_the_upload(self):
        self._tax_included()
        item = self.world.item
        equal = self.invoiced(items=[item("MUG-BLUE", price="11.90")])
        self.assertFalse(equal.amazon_upload_message)
        # 0.16 % of each is 0.16 and 0.16, of both 0.33
        order = self.sold_order(
            items=[item("MUG-BLUE", price="1.03"), item("TEA-SENCHA", price="1.03")]
        )
        move = order.invoice_ids
        [row] = [row for row in move._amazon_get_taxes() if row["tax"]]
        self.assertEqual((row["base"], row["amount"]), (1.74, 0.32))
        self.assertIn("0.32", move.amazon_upload_message)
        self.assertIn("0.33", move.amazon_upload_message)
        self.assertEqual(move.amazon_upload_state, "waiting")
        order.amazon_programs = "AMAZON_BUSINESS"
        self.assertIn("0.33", move._amazon_find_tax_difference(order))
