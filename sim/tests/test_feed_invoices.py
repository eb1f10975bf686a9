"""UPLOAD_VAT_INVOICE: an invoice as a PDF, its feed says what it is about."""

from .feed_case import FEEDS, FeedCase

TYPE = "UPLOAD_VAT_INVOICE"
PDF = b"%PDF-1.4 invoice"


class TestInvoices(FeedCase):
    """Invoices are kept, or the report says why not."""

    content_type = "application/pdf"

    def setUp(self):
        super().setUp()
        items = [self.world.item("MUG-BLUE", price="11.90")]
        self.ref = self.world.place_order(items=items, status="SHIPPED")

    def outcome(self, pdf=PDF, **stated):
        stated = {
            "DocumentType": "Invoice",
            "InvoiceNumber": "INV/1",
            "OrderId": self.ref,
            **stated,
        }
        body = {
            "feedType": TYPE,
            "marketplaceIds": ["A1PA6795UKMFR9"],
            "inputFeedDocumentId": self.upload(pdf),
            "feedOptions": {
                f"metadata:{name}": value for name, value in stated.items() if value
            },
        }
        answer = self.call("POST", FEEDS, body)
        self.assertEqual(answer.status, 202, answer.text)
        lines = self.report(answer.json["feedId"]).decode().splitlines()
        self.assertEqual(lines[0], "Feed Processing Summary:")
        return [line.split("\t")[2] for line in lines[5:]]

    def test_kept(self):
        self.assertEqual(self.outcome(), [])
        self.assertEqual(self.outcome(DocumentType="CreditNote"), [])
        self.assertEqual(
            [*self.world.invoices],
            [(self.ref, kind, "INV/1") for kind in ("Invoice", "CreditNote")],
        )
        self.assertEqual(self.world.dangers, [])
        self.outcome()
        self.assertEqual(len(self.world.dangers), 1)

    def test_totals(self):
        tax = self.world.order(self.ref).items[0].tax
        self.assertEqual(self.outcome(TotalAmount="11.90", TotalVATAmount=f"{tax}"), [])
        self.assertEqual(self.outcome(TotalAmount="11.91"), ["79530"])
        self.assertEqual(
            self.outcome(TotalAmount="11.90", TotalVATAmount="1.00"), ["79530"]
        )

    def test_refused(self):
        self.assertEqual(self.outcome(InvoiceNumber=None), ["79513"])
        self.assertEqual(self.outcome(DocumentType="Bill"), ["79513"])
        self.assertEqual(self.outcome(pdf=b"<html/>"), ["79530"])
        self.assertEqual(self.outcome(OrderId="302-0000000-0000000"), ["79530"])
        self.world.order(self.ref).programs = ("INVOICE_BY_AMAZON",)
        self.assertEqual(self.outcome(), ["79525"])
        self.assertEqual(self.world.invoices, {})

    def test_by_the_number_of_the_shipment(self):
        self.world.order(self.ref).items[0].fulfilled = 1
        [shipping] = self.world.order(self.ref).parcels()
        self.assertEqual(self.outcome(OrderId=None, ShippingId=shipping), [])
        self.assertEqual(self.outcome(ShippingId="UNKNOWN"), ["79530"])

    def test_credit_notes_name_the_refund(self):
        stated = {"DocumentType": "CreditNote", "InvoiceNumber": "RINV/1"}
        self.world.calculates_vat = True
        self.assertEqual(self.outcome(**stated), ["79513"])
        number = self.world.refund_payment(self.ref, "2.00")
        self.assertEqual(self.outcome(**stated, TransactionId="else"), ["79530"])
        self.assertEqual(self.outcome(**stated, TransactionId=number), [])
