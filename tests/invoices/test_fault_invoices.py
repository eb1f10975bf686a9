"""Each fault in the calls that carry invoices to Amazon and read what it wants them
for, with the outcome that ``docs/faults.rst`` promises (feature V1)."""

from datetime import timedelta

from ..fault_case import FaultCase
from .case import InvoiceCase, InvoiceFaultCase


class TestFaultInvoices(InvoiceFaultCase):
    def message(self):
        return self.uploads()

    def see_outcome(self, operation):
        return super().see_outcome(operation.split(",")[0])

    def test_v1_uploading_an_invoice(self):
        self.try_column("createFeed, invoices", self._post_an_invoice)

    def _post_an_invoice(self):
        """An invoice is posted, and its PDF is made."""
        order = self.sold_order()
        self.refs = [order.amazon_order_ref]
        self.uploads()._make_invoice_pdf()
        return self.send


class TestFaultInvoiceData(InvoiceCase, FaultCase):
    """Amazon calculates the VAT; its report of what is to be invoiced is made."""

    def setUp(self):
        super().setUp()
        self.account.invoice_vcs = True
        self.world.calculates_vat = True
        self.amazon.reports.minimum_interval = timedelta(0)

    def test_v1_opening_the_invoice_data(self):
        self.try_column("createRestrictedDataToken", self._await_the_data)

    def read_reports(self):
        cron = self.env.ref("amazon_connector.ir_cron_read_reports")
        cron.ir_actions_server_id.run()

    def machines(self):
        return (self.read_reports, self.run_cron)

    def reports(self):
        return self.env["amazon.report"].search([("report_type", "=", "invoice_data")])

    def _await_the_data(self):
        """A shipment is to be invoiced; Amazon has made the report."""
        self.sold_order()
        self.account._ask_for_invoice_data()
        self.read_reports()
        self._let_time_pass()
        return self._read

    def _read(self):
        """A person presses Retry where the app lacked the role."""
        if self.reports().state == "failed":
            self.reports().action_retry()
        self.read_reports()

    def is_quiet(self):
        """The invoice itself is not sent here."""
        return self.reports().state == "done" and not self.account.connection_message

    def books(self):
        """Read the books; what a person tries again, Amazon makes anew."""
        books = super().books()
        made = "reports at Amazon"
        return {**books, made: sorted(set(books[made]))}

    def see_outcome(self, operation):
        report = self.reports()
        if self.account.connection_state == "error":
            return "config"
        if report.state == "failed":
            return "unread"
        if report.state == "done":
            return self.see_detour(operation)
        return self.see_problem(operation)
