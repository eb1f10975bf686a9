"""No presigned address and nothing of what a report holds shows anywhere."""

import gzip

from .. import ORDERS_REPORT, read_orders
from .common import GERMANY, NOON, SINCE, Reply
from .secrets_case import FAILURES, PAGE_TOKEN, DocumentSecretsCase
from .sent import SIGNED_PATH
from .tables import (
    ORDER_HEADINGS,
    REPORT_ID,
    order_row,
    report,
    report_document,
    report_json,
    table,
)
from .test_inventory import inventory_page, summary_json


class TestSecretsOfReports(DocumentSecretsCase):
    def test_create_report(self):
        seller = self.seller()
        window = {"data_start_time": SINCE, "data_end_time": NOON}
        self.assert_failures_are_clean(
            lambda: seller.create_report(ORDERS_REPORT, [GERMANY], **window)
        )

    def test_download_report(self):
        seller = self.seller()
        packed = report_document(self.url, compressionAlgorithm="GZIP")
        self.assert_failures_are_clean(lambda: seller.download_report(report()), packed)

    def test_stock(self):
        seller = self.seller()
        page = inventory_page(summary_json(), token=PAGE_TOKEN)
        for reply in FAILURES:
            with self.subTest(reply):
                self.clock.pass_seconds(86_400)
                self.amazon_answers(page, reply, page, reply)
                error = self.failure(lambda: seller.get_inventory(GERMANY))
                self.assert_clean(self.shown(error), *self.hidden)

    def test_all_goes_well(self):
        seller = self.seller()
        rows = [order_row(), order_row("#")]
        body = gzip.compress(table(ORDER_HEADINGS, *rows).encode())
        self.amazon_answers(
            Reply(202, {"reportId": REPORT_ID}),
            Reply(200, report_json()),
            report_document(self.url, compressionAlgorithm="GZIP"),
            Reply(403, f"<Error>{SIGNED_PATH}</Error>"),
            report_document(self.url, compressionAlgorithm="GZIP"),
            Reply(200, body),
            inventory_page(summary_json(), token=PAGE_TOKEN),
            inventory_page(),
        )
        seller.create_report(ORDERS_REPORT, [GERMANY])
        brought = seller.download_report(seller.get_report(REPORT_ID))
        orders_read = read_orders(brought)
        seller.get_inventory(GERMANY)
        shown = f"{self.shown()}{brought!r}{orders_read!r}"
        self.assert_clean(shown, "Musterstadt", *self.hidden)
