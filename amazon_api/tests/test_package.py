import ast
import subprocess
import sys
import unittest
from pathlib import Path

from .. import __all__ as exported

PACKAGE = Path(__file__).resolve().parent.parent
PUBLIC = """
    ALL_INVOICES Address Alias AssociatedItem AssociatedOrder BUYERS Breakdown
    Bucket BucketStore Buyer CANCEL_REASONS COD_COLLECTION_METHODS CallRecord
    Cancellation ConfigError Credentials DeliveryPreference ENVIRONMENTS Endpoints
    FBA_RETURNS_REPORT FBM_RETURNS_REPORT FEED_CONTENT_TYPES FEED_STATUSES Feed
    FeedDocument FeedReport Fulfillment INVOICE_COUNTRIES INVOICE_DATA_LONGEST
    INVOICE_DATA_REPORT INVOICE_FEED Inventory InventoryPage InventorySummary
    InvoiceDataItem InvoiceUpload Issue LARGEST_FEED LINKED_MARKETPLACES
    LISTINGS_REPORT LISTINGS_REPORT_OPTIONS LISTING_STATUSES LONGEST_WINDOW
    LineAmount LinkExpired Listing MADE_BY_AMAZON MINIMUM_INTERVAL MOST_MESSAGES
    Measurement MemoryStore Money NotFound ORDERS_REPORT ORDERS_REPORT_LONGEST
    ORDER_DATA OpeningHours Order OrderAmounts OrderCancellation OrderItem
    OrderRefund OrderReport OrdersPage OutcomeUnknown PENDING_INVOICES PUBLISHED
    Package PackageItem Participation PatchResult Payment Permanent Points Proceeds
    ProceedsDetail Product Quantity Quota REFUND_COMPONENTS REFUND_REASONS REGIONS
    REPORT_STATUSES Refund RefundItem RefundPart RefundedItem Rejected Report
    ReportContent ReportFailed ReportedOrder Retryable ReturnedItem
    SETTLEMENT_REPORT SellingPartner SentParcel SettlementFile SettlementRow
    SettlementSummary Shipment ShippedItem SpApiError StockCount TaxCollection
    TaxRegistration Throttle Throttled TornSettlement TransactionsPage Unavailable
    UnreadableOrder UnreadableRow UnreadableSummary Window cancellation_feed
    check_pdf consent_url count_once endpoints exchange_code find_package
    find_report forget_tokens is_application_id is_loopback order_amounts
    parse_invoice_report parse_listings_report parse_order parse_page
    parse_processing_report parse_transactions part_kind quantity_feed
    read_fba_returns read_fbm_returns read_invoice_data read_listings read_orders
    read_settlement refund_feed refund_reason shipment_body split_tracking
    stock_pool
""".split()


def modules_named_in(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


class TestPackage(unittest.TestCase):
    def test_exports_what_it_promises(self):
        self.assertEqual(sorted(exported), sorted(PUBLIC))

    def test_every_promise_is_kept(self):
        package = sys.modules[__package__.rpartition(".")[0]]
        for name in exported:
            self.assertTrue(hasattr(package, name), name)

    def test_never_imports_odoo(self):
        for path in sorted(PACKAGE.rglob("*.py")):
            if path != Path(__file__).resolve():
                for module in modules_named_in(ast.parse(path.read_text())):
                    self.assertNotEqual(module.split(".")[0], "odoo", path)

    def test_never_sleeps(self):
        for path in sorted(PACKAGE.glob("*.py")):
            self.assertNotIn("sleep(", path.read_text(), path)

    def test_loads_neither_library_nor_httpx_before_the_first_call(self):
        check = (
            "import sys, amazon_api; "
            "print([m for m in ('odoo', 'sp_api', 'httpx') if m in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", check],
            cwd=PACKAGE.parent,
            capture_output=True,
            text=True,
            check=True,
        )
        self.assertEqual(done.stdout.strip(), "[]")
