"""What has to be invoiced, for sellers whose VAT Amazon calculates."""

from ..feed_invoices import Upload
from ..sellers import ROLE_DELIVERY, ROLE_TAX
from .common import GERMANY
from .report_case import REPORT_DOCUMENTS, ReportCase

TYPE = "GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT"
TOKENS = "/tokens/2021-03-01/restrictedDataToken"
ALL = {"ReportOption=All": "true"}


class TestInvoiceData(ReportCase):
    """The report lists shipments and refunds, and opens with a token of its own."""

    def setUp(self):
        super().setUp()
        self.world.calculates_vat = True
        item = self.world.item("MUG-BLUE", price="11.90")
        self.ref = self.world.place_order(items=[item], channel="fba")
        self.world.ship_fba(self.ref)

    def read(self, **fields):
        number = self.create(TYPE, **fields)
        report = self.world.reports.get(number, self.world.sellers[0].merchant_token)
        self.world.pass_time()
        if report.text is None:
            return []
        head, *lines = report.text.splitlines()
        return [
            dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines
        ]

    def window(self, days):
        return {"dataStartTime": self.ago(days=days), "reportOptions": ALL}

    def upload(self, **stated):
        values = {"shipping": None, "transaction": None, "number": "INV/1", **stated}
        self.world.invoice_data.append(Upload(self.ref, **values))

    def test_pending_shipments(self):
        [row] = self.read()
        self.assertEqual(
            (row["order-id"], row["transaction-type"], row["invoice-status"]),
            (self.ref, "SHIPMENT", "PENDING"),
        )
        self.assertEqual(row["item-vat-incl-amount"], "11.90")
        self.assertEqual(
            [row["shipping-id"]], list(self.world.order(self.ref).parcels())
        )

    def test_what_was_taken_is_not_pending(self):
        self.upload(kind="Invoice")
        self.assertEqual(self.read(), [])
        [row] = self.read(**self.window(1))
        self.assertEqual(row["invoice-status"], "SUCCESS")
        self.assertEqual(row["invoice-number"], "INV/1")

    def test_what_was_refused_says_why(self):
        self.upload(kind="Invoice", problem="No VAT number")
        [row] = self.read()
        self.assertEqual(row["invoice-status"], "ERROR")
        self.assertEqual(row["invoice-status-description"], "No VAT number")

    def test_refunds_are_listed_once(self):
        number = self.world.refund_payment(self.ref, "2.00", status="DEFERRED")
        self.world.release_refund(number)
        _sale, row = self.read()
        self.assertEqual(
            (row["transaction-type"], row["transaction-id"]), ("REFUND", number)
        )

    def test_others_get_nothing_and_long_windows_fail(self):
        number = self.create(TYPE, **self.window(31))
        self.assertEqual(self.status(number), "FATAL")
        self.world.calculates_vat = False
        self.assertEqual(self.read(), [])

    def test_role_and_token(self):
        number = self.create(TYPE)
        code = self.report(number)["reportDocumentId"]
        path = f"{REPORT_DOCUMENTS}/{code}"
        self.assertEqual(self.get(path).status, 403)
        body = {"restrictedResources": [{"method": "GET", "path": path}]}
        answer = self.call("POST", TOKENS, body)
        self.assertEqual(answer.status, 200, answer.text)
        self.access = answer.json["restrictedDataToken"]
        self.assertEqual(self.get(path).status, 200)
        seller = self.world.sellers[0]
        seller.roles -= {ROLE_TAX, ROLE_DELIVERY}
        self.assertEqual(self.call("POST", TOKENS, body).status, 403)
        self.assertEqual(self.request(TYPE, GERMANY).status, 403)


class TestShipmentNumbers(ReportCase):
    """Transactions name the shipments, each by its own number."""

    def test_parcels_of_an_order(self):
        items = [self.world.item(sku) for sku in ("MUG-BLUE", "TEA-SENCHA")]
        ref = self.world.place_order(items=items)
        for position in (0, 1):
            self.world.ship_fbm(ref, {position: 1}, tracking=f"T{position}")
        answer = self.get(
            "/finances/2024-06-19/transactions?postedAfter=" + self.ago(days=1)
        )
        self.assertEqual(answer.status, 200, answer.text)
        found = answer.json["payload"]["transactions"]
        numbers = [
            related["relatedIdentifierValue"]
            for entry in found
            for related in entry["relatedIdentifiers"]
            if related["relatedIdentifierName"] == "SHIPMENT_ID"
        ]
        self.assertEqual(numbers, list(self.world.order(ref).parcels()))
        skus = [entry["items"][0]["contexts"][0]["sku"] for entry in found]
        self.assertEqual(skus, ["MUG-BLUE", "TEA-SENCHA"])
