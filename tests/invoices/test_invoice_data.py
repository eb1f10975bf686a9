"""Amazon's numbers of shipments and refunds, and what it says of uploads (V1, V2)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..everything import find_in_database
from .case import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceData(InvoiceCase):
    def option(self, name, position=-1):
        """Read an option of a feed as Amazon got it."""
        feeds = [feed for feed in self.amazon.feeds if feed.type.startswith("UPLOAD")]
        return feeds[position].options.get(f"metadata:{name}")

    def shipping_ids(self, order):
        return list(self.world.order(order.amazon_order_ref).parcels())

    def data(self):
        return self.env["amazon.invoice.data"].search(
            [("account_id", "=", self.account.id)]
        )

    # === the numbers of those whose VAT Amazon does not calculate === #

    def test_v1_shipment_out_of_the_transactions(self):
        order = self.shipped()
        self.run_returns()
        self.invoice(order)
        self.send_twice()
        self.assertEqual(self.option("ShippingId"), self.shipping_ids(order)[0])
        self.assertIsNone(self.option("OrderId"))
        move = order.invoice_ids
        self.assertEqual(move.amazon_upload_state, "done")
        self.assertEqual(move.amazon_shipping_ref, self.shipping_ids(order)[0])
        self.run_returns()
        self.assertEqual(len(self.data()), 1, "each shipment is stored once")

    def test_v1_nothing_is_stored_where_nothing_is_uploaded(self):
        self.account.invoice_upload = "off"
        self.shipped()
        self.run_returns()
        self.assertFalse(self.data())

    def test_v1_each_parcel_has_its_own_invoice(self):
        order = self.two_parcels("MUG-BLUE", "TEA-SENCHA")
        first, second = self.bill_each(order)
        self.assertEqual(
            [first.amazon_shipping_ref, second.amazon_shipping_ref],
            self.shipping_ids(order),
        )
        self.assertEqual(
            [self.option("ShippingId", number) for number in (0, 1)],
            self.shipping_ids(order),
        )
        self.assertEqual(len(self.at_amazon()), 2)

    def test_v1_equal_parcels_are_told_apart_by_their_order(self):
        order = self.two_parcels("MUG-BLUE", "MUG-BLUE")
        first, second = self.bill_each(order)
        self.assertEqual(
            [first.amazon_shipping_ref, second.amazon_shipping_ref],
            self.shipping_ids(order),
        )

    def test_v1_invoice_of_two_parcels_goes_by_the_order(self):
        order = self.two_parcels("MUG-BLUE", "TEA-SENCHA")
        self.run_returns()
        self.invoice(order)
        self.send_twice()
        self.assertIsNone(self.option("ShippingId"))
        self.assertEqual(self.option("OrderId"), order.amazon_order_ref)

    def test_v1_credit_note_names_the_refund(self):
        self.account.refund_posting = "posted"
        order = self.shipped()
        self.invoice(order)
        number = self.give_back(order, "2.00")
        self.run_returns()
        for _time in range(3):
            self.send_later()
        credit = self.refunds().move_id
        self.assertEqual(self.option("DocumentType"), "CreditNote")
        self.assertEqual(self.option("TransactionId"), number)
        self.assertEqual(self.option("ShippingId"), self.shipping_ids(order)[0])
        self.assertEqual(credit.amazon_transaction_ref, number)
        self.assertEqual(credit.amazon_upload_state, "done")

    def test_v1_number_that_amazon_refuses_is_left_out(self):
        order = self.shipped()
        self.run_returns()
        move = self.invoice(order)
        self.data().shipping_ref = "UNKNOWN"
        for _time in range(3):
            self.send_later()
        self.assertEqual(move.amazon_upload_state, "done")
        self.assertEqual(self.option("ShippingId", 0), "UNKNOWN")
        self.assertEqual(self.option("OrderId"), order.amazon_order_ref)
        self.assertEqual(len(self.amazon.feeds), 2)
        self.assertFalse(self.mails())

    def test_v1_refused_by_order_too_is_for_a_person(self):
        order = self.shipped()
        self.run_returns()
        move = self.invoice(order)
        self.world.feeds.refuse(order.amazon_order_ref, "Not like this")
        for _time in range(4):
            self.send_later()
        self.assertEqual(move.amazon_upload_state, "failed")
        self.assertEqual(len(self.amazon.feeds), 2)

    # === where Amazon calculates the VAT === #

    def member(self):
        """The seller takes part in Amazon's VAT Calculation Service."""
        self._tax_included()
        self.account.invoice_vcs = True
        self.world.calculates_vat = True
        self.amazon.reports.minimum_interval = timedelta(0)

    def read_data(self):
        """Hours pass: Amazon's invoice data is asked for, made and read."""
        self.account.write(
            {"invoice_data_asked_at": False, "invoice_status_asked_at": False}
        )
        reports = self.env["amazon.report"].search(
            [("report_type", "=", "invoice_data")]
        )
        reports.unlink()
        self.run_returns()
        cron = self.env.ref("amazon_connector.ir_cron_read_reports")
        for _step in ("ask for it", "read it"):
            self.env["amazon.report"].search([]).next_try_at = False
            self.env["amazon.rate.limit"].search([]).next_allowed_at = False
            cron.ir_actions_server_id.run()

    def test_v1_waits_for_the_number_of_the_shipment(self):
        self.member()
        move = self.invoiced()
        order = move._amazon_refund_orders()
        self.send()
        self.assertEqual(move.amazon_upload_state, "waiting")
        self.assertIn("invoice data", move.amazon_upload_message)
        self.assertEqual(len(self.amazon.feeds), 0)
        self.read_data()
        self.assertFalse(self.uploads().next_try_at)
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "done")
        self.assertEqual(self.option("ShippingId"), self.shipping_ids(order)[0])
        self.assertEqual(self.world.dangers, [])

    def test_v1_does_not_wait_for_ever(self):
        self.member()
        move = self.invoiced()
        order = move._amazon_refund_orders()
        self.send()
        self.age(self.uploads(), hours=13)
        self.send_later()
        self.send_later()
        self.assertEqual(move.amazon_upload_state, "done")
        self.assertEqual(self.option("OrderId"), order.amazon_order_ref)

    def age(self, rows, **times):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE amazon_submission SET create_date = %s WHERE id IN %s",
            [fields.Datetime.now() - timedelta(**times), tuple(rows.ids)],
        )
        rows.invalidate_recordset()

    def test_v1_document_is_read_with_a_token_of_its_own(self):
        self.member()
        self.invoiced()
        self.read_data()
        report = self.env["amazon.report"].search(
            [("report_type", "=", "invoice_data")]
        )
        self.assertEqual(report.state, "done")
        self.assertEqual(len(self.amazon.calls("createRestrictedDataToken")), 1)

    def test_v1_nothing_of_the_buyer_is_stored(self):
        self.member()
        move = self.invoiced()
        order = move._amazon_refund_orders()
        seen = self.world.order(order.amazon_order_ref).address
        self.read_data()
        self.assertTrue(self.data())
        words = ("DE136695976", seen["addressLine1"])
        self.env.flush_all()
        found = find_in_database(self.env.cr, words)
        self.assertFalse({"amazon_invoice_data", "amazon_report"} & found.keys())
        report = next(
            report for report in self.amazon.reports if "VAT_INVOICE" in report.type
        )
        for word in words:
            self.assertIn(word, report.text)

    def test_v1_without_the_role_documents_go_nevertheless(self):
        self.member()
        move = self.invoiced()
        self.amazon.faults.add("createRestrictedDataToken", "forbidden", times=2)
        self.read_data()
        report = self.env["amazon.report"].search(
            [("report_type", "=", "invoice_data")]
        )
        self.assertEqual(report.state, "failed")
        self.assertIn("Tax Invoicing", report.error_message)
        self.assertNotEqual(self.account.connection_state, "error")
        self.send_later()
        self.send_later()
        self.assertEqual(move.amazon_upload_state, "done")

    def test_v1_what_amazon_refuses_later_is_for_a_person(self):
        self.member()
        move = self.invoiced()
        self.read_data()
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "done")
        self.say(move, "The VAT number is missing on it")
        self.read_data()
        self.assertEqual(move.amazon_upload_state, "failed")
        self.assertEqual(move.amazon_invoice_status, "refused")
        self.assertIn("The VAT number is missing", move.amazon_upload_message)
        self.send()
        self.assertEqual(len(self.mails()), 1)
        self.say(move, "")
        order = self.world.order(move._amazon_refund_orders().amazon_order_ref)
        order.created -= timedelta(hours=1)
        self.read_data()
        self.assertEqual(move.amazon_upload_state, "done")
        self.assertEqual(move.amazon_invoice_status, "accepted")

    def say(self, move, problem):
        """Amazon says something else of an upload by now."""
        uploads = self.world.invoice_data
        uploads[:] = [
            type(upload)(**{**vars(upload), "problem": problem})
            if upload.number == move.name
            else upload
            for upload in uploads
        ]
        self.uploads().done_at = fields.Datetime.now() - timedelta(hours=1)

    def test_v1_report_that_is_older_than_the_upload_says_nothing(self):
        self.member()
        move = self.invoiced()
        self.read_data()
        self.send_twice()
        self.say(move, "Wrong")
        self.uploads().done_at = fields.Datetime.now() + timedelta(hours=1)
        self.read_data()
        self.assertEqual(move.amazon_upload_state, "done")

    def test_v1_amazon_invoices_it_itself(self):
        self.member()
        move = self.invoiced()
        order = move._amazon_refund_orders()
        self.world.order(order.amazon_order_ref).programs = ("INVOICE_BY_AMAZON",)
        self.read_data()
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "left")
        self.assertEqual(len(self.amazon.feeds), 0)

    def test_v1_credit_note_of_a_person_finds_its_refund(self):
        self.member()
        order = self.sold_order()
        self.read_data()
        self.send_twice()
        number = self.give_back(order, "4.00")
        self.read_data()
        self.refunds().move_id.unlink()
        self.credit(order, "4.00")
        self.send_twice()
        self.assertEqual(self.option("TransactionId"), number)
        self.assertEqual(self.option("ShippingId"), self.shipping_ids(order)[0])
        self.assertEqual(self.world.dangers, [])

    def test_v2_amazon_states_another_tax(self):
        self.member()
        move = self.invoiced(items=[self.world.item("MUG-BLUE", price="11.90")])
        order = self.world.order(move._amazon_refund_orders().amazon_order_ref)
        self.read_data()
        self.data().amount_tax = 1.89
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "failed")
        for amount in ("1.90", "1.89"):
            self.assertIn(amount, move.amazon_upload_message)
        self.assertEqual(len(self.amazon.feeds), 0)
        self.uploads().action_retry()
        self.send_twice()
        self.assertEqual(move.amazon_upload_state, "done", order.ref)

    # === the tax of each parcel === #

    def test_v2_tax_is_rounded_for_each_parcel(self):
        self._tax_included()
        # 0.16 % of 1.03 each: 0.16 and 0.16 in two parcels, 0.33 in one
        items = [self.world.item(sku, price="1.03") for sku in ("MUG-BLUE",) * 2]
        apart = self.two_parcels(items=items)
        move = self.invoice(apart)
        self.assertEqual(move.amount_tax, 0.32)
        self.assertFalse(move.amazon_upload_note)
        together = self.one_parcel(items=items)
        move = self.invoice(together)
        self.assertEqual(move.amount_tax, 0.32)
        self.assertIn("0.33", move.amazon_upload_note)

    def test_v2_second_invoice_is_about_the_second_parcel(self):
        self._tax_included()
        order = self.two_parcels("MUG-BLUE", "TEA-SENCHA", price="1.03")
        first, second = order.picking_ids.sorted("id")
        self.assertTrue(first.amazon_package_ids and second.amazon_package_ids)
        moves = self.bill_each(order)
        for move in moves:
            self.assertEqual(move.amount_tax, 0.16)
            self.assertFalse(move.amazon_upload_note)

    def test_v2_shares_add_up(self):
        move = self.invoiced()
        for amount, shares in (("10.00", 3), ("0.01", 2), ("-7.77", 7)):
            rows = move._amazon_share(dict.fromkeys(range(shares), 1), [float(amount)])
            self.assertEqual(f"{sum(row[1] for row in rows):.2f}", amount)

    # === business buyers without an invoice === #

    def missing(self):
        self.env.flush_all()
        problems = self.env["amazon.problem"].search(
            [("kind", "=", "invoice_missing"), ("account_id", "=", self.account.id)]
        )
        problems.invalidate_recordset()
        return problems

    def listed(self):
        orders = self.env["sale.order"]
        return orders.search(
            [
                ("amazon_invoice_missing", "=", True),
                ("amazon_account_id", "=", self.account.id),
            ]
        )

    def test_v1_business_order_without_an_invoice_is_a_problem(self):
        consumer = self.shipped()
        order = self.shipped(programs=("AMAZON_BUSINESS",))
        self.run_returns()
        self.assertFalse(consumer.amazon_invoice_due)
        due = order._amazon_next_business_day(order._get_amazon_shipped_date())
        self.assertEqual(order.amazon_invoice_due, due)
        self.assertEqual(self.listed(), order)
        self.assertTrue(order.amazon_invoice_missing)
        self.assertFalse(self.missing(), "not due yet")
        order.amazon_invoice_due = fields.Date.today() - timedelta(days=1)
        problem = self.missing()
        self.assertEqual(problem.document, order.name)
        self.assertEqual(problem.sale_order_id, order)
        self.assertIn("one business day", problem.reason)
        draft = order.with_company(self.company)._create_invoices()
        self.assertTrue(self.missing(), "the buyer does not see a draft")
        draft.action_post()
        self.assertFalse(self.missing())
        self.assertFalse(self.listed())
        draft.button_draft()
        self.assertTrue(self.missing())

    def test_v1_what_amazon_invoices_is_not_missing(self):
        order = self.shipped(programs=("AMAZON_BUSINESS", "INVOICE_BY_AMAZON"))
        self.run_returns()
        self.assertFalse(order.amazon_invoice_due)
        other = self.shipped(programs=("AMAZON_BUSINESS",))
        self.account.invoice_upload = "amazon"
        self.run_returns()
        self.assertFalse(other.amazon_invoice_due)

    def test_v1_only_what_has_left_is_due(self):
        order = self.order_in("MUG-BLUE", programs=("AMAZON_BUSINESS",))
        self.run_returns()
        self.assertFalse(order.amazon_invoice_due)
