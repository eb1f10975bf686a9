"""S1: Amazon settles what its world sold, and lists the report of it."""

import gzip
from decimal import Decimal

from ..sellers import ROLE_FINANCE
from ..settlements import COLUMNS, TYPE
from .report_case import REPORTS, ReportCase

GB = "A1F83G8C2ARO7P"
US = "ATVPDKIKX0DER"


class TestSettlements(ReportCase):
    def sell(self, place="A1PA6795UKMFR9", **details):
        item = self.world.item("MUG-BLUE", price="10.00", shipping="2.00")
        ref = self.world.place_order("fba", place, items=[item], **details)
        self.world.ship_fba(ref)
        return ref

    def read(self, made):
        lines = made.report.text.split("\r\n")
        headings = lines[0].split("\t")
        return [
            dict(zip(headings, line.split("\t"), strict=True)) for line in lines[1:-1]
        ]

    def test_rows_add_up_to_the_total(self):
        ref = self.sell()
        made = self.world.settle(reserve="5.00", other=[("Storage Fee", "-3.00")])
        first, *rows = self.read(made)
        total = sum(Decimal(each["amount"]) for each in rows)
        self.assertEqual(Decimal(first["total-amount"]), total)
        self.assertEqual(made.sales, {ref: Decimal("12.00")})
        self.assertEqual(made.fees, Decimal("1.50") + Decimal("3.10") + 3)
        self.assertEqual(made.total, 12 - made.fees - 5)
        self.assertEqual(tuple(first), COLUMNS)

    def test_each_order_once_and_reserves_come_back(self):
        self.sell()
        self.world.settle(reserve="5.00")
        made = self.world.settle()
        self.assertEqual((made.sales, made.total), ({}, Decimal(5)))
        self.assertEqual(made.start, self.world.settlements[0].end)

    def test_currencies_apart(self):
        self.sell(GB)
        self.assertEqual(self.world.settle("EUR").total, 0)
        self.assertEqual(len(self.world.settle("GBP").sales), 1)

    def test_tax_that_amazon_remits(self):
        seller = self.world.seller_of(US)
        ref = self.sell(US)
        made = self.world.settle("USD", seller)
        self.assertEqual(made.sales[ref], Decimal("12.00"))
        self.assertLess(made.withheld, 0)

    def test_refunds(self):
        ref = self.sell()
        self.world.settle()
        self.world.refund_payment(ref, "4.00")
        made = self.world.settle()
        self.assertEqual(made.refunds, {ref: Decimal(4)})
        self.assertEqual(made.total, Decimal("-4.00") + Decimal("0.60"))

    def test_listed_and_never_asked_for(self):
        self.sell()
        made = self.world.settle()
        answer = self.get(f"{REPORTS}?reportTypes={TYPE}")
        (listed,) = answer.json["reports"]
        self.assertEqual(listed["reportId"], made.report.id)
        self.assertEqual(listed["processingStatus"], "DONE")
        self.assertEqual(self.request(TYPE).status, 400)
        self.assertIn("settlements", self.world.dangers[0])
        self.world.sellers[0].roles.discard(ROLE_FINANCE)
        self.assertEqual(self.get(f"{REPORTS}?reportTypes={TYPE}").status, 403)

    def test_ways_to_write(self):
        self.sell()
        made = self.world.settle(comma=True, points=True, charset="cp1252", torn=1)
        raw = gzip.decompress(made.report.document.content).decode("cp1252")
        self.assertIn("10,00", raw)
        self.assertIn("Prin\ncipal", raw)
        self.assertRegex(raw, r"\d\d\.\d\d\.\d{4} ")
