"""L1: a settlement is read as a whole, or refused with the line that breaks it."""

import random
import time
import tracemalloc
import unittest
from datetime import datetime, timezone
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from .. import SettlementRow, TornSettlement, read_settlement
from .settlement_tables import HEADINGS, content, row, write

JAPAN = "A1VC38T7YXB528"


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


class SettlementCase(unittest.TestCase):
    def read(self, *rows, **how):
        return read_settlement(content(write(rows, **how)))

    def torn(self, raw):
        with self.assertRaises(TornSettlement) as caught:
            read_settlement(content(raw))
        return caught.exception


class TestRead(SettlementCase):
    def test_summary_and_rows(self):
        report = self.read(
            row("20.00"),
            row("-3.00", amount_type="ItemFees", amount_description="Commission"),
        )
        summary = report.summary
        self.assertEqual(summary.settlement_ref, "11774871501")
        self.assertEqual(summary.start, utc(2026, 10, 1))
        self.assertEqual(summary.end, utc(2026, 10, 15))
        self.assertEqual(summary.deposit, utc(2026, 10, 17))
        self.assertEqual((summary.total, summary.currency), (Decimal("17.00"), "EUR"))
        self.assertEqual(
            (report.difference, report.doubts, report.row_count), (0, (), 2)
        )
        first, second = report.rows()
        self.assertEqual(
            first,
            SettlementRow(
                line=3,
                transaction_type="Order",
                order_ref="302-1234567-1234567",
                merchant_order_ref="",
                adjustment_ref="",
                shipment_ref="",
                marketplace_name="",
                amount_type="ItemPrice",
                amount_description="Principal",
                amount=Decimal("20.00"),
                fulfillment="",
                posted_at=utc(2026, 10, 3, 10, 11, 12),
                item_ref="11112222333344",
                adjustment_item_ref="",
                sku="MUG-BLUE",
                quantity=1,
                promotion_ref="",
            ),
        )
        self.assertEqual(
            (second.amount_description, second.amount), ("Commission", Decimal(-3))
        )

    def test_columns_by_name(self):
        expected = list(self.read(row("20.00")).rows())
        for headings in (
            HEADINGS[:-1],  # 23 of them
            HEADINGS[::-1],
            (*HEADINGS, "something-new"),
            tuple(name.upper() for name in HEADINGS),
        ):
            with self.subTest(headings[0]):
                raw = write([row("20.00")]).decode()
                lines = [line.split("\t") for line in raw.splitlines()]
                at = [
                    HEADINGS.index(name.lower()) if name.lower() in HEADINGS else None
                    for name in headings
                ]
                text = "\n".join(
                    [
                        "\t".join(headings),
                        *(
                            "\t".join("" if p is None else line[p] for p in at)
                            for line in lines[1:]
                        ),
                    ]
                )
                report = read_settlement(content(text.encode()))
                self.assertEqual(list(report.rows()), expected)

    def test_charsets(self):
        for charset, place, sku in (
            ("utf-8", None, "TEE-GRÜN-茶"),
            ("utf-8-sig", None, "TEE-GRÜN"),
            ("cp1252", None, "TEE-GRÜN-€"),
            ("latin-1", None, "TEE-GRÜN"),
            ("cp932", JAPAN, "お茶"),
        ):
            with self.subTest(charset):
                raw = write([row("5.00", sku=sku)], charset=charset)
                report = read_settlement(content(raw, place=place))
                self.assertEqual([each.sku for each in report.rows()], [sku])

    def test_packed(self):
        report = read_settlement(content(write([row("5.00")]), packed=True))
        self.assertEqual(report.summary.total, 5)

    def test_saved_as_csv(self):
        rows = [row("5.00", sku="A")]
        for delimiter in ",;":
            report = self.read(*rows, delimiter=delimiter)
            self.assertEqual(report.summary.total, 5)
        raw = write(rows, delimiter=",").decode().replace("5.00", '"5,00"')
        self.assertEqual(read_settlement(content(raw.encode())).summary.total, 5)

    def test_negative_and_zero(self):
        self.assertEqual(self.read(row("-7.10")).summary.total, Decimal("-7.10"))
        zero = self.read(row("1.00"), row("-1.00"))
        self.assertEqual((zero.summary.total, zero.row_count), (0, 2))

    def test_short_summary(self):
        raw = write([row("5.00")]).decode().split("\r\n")
        raw[1] = raw[1].rstrip("\t")
        report = read_settlement(content("\n".join(raw).encode()))
        self.assertEqual(report.row_count, 1)

    def test_no_posted_date(self):
        (only,) = self.read(row("5.00", posted_date="", posted_date_time="")).rows()
        self.assertIsNone(only.posted_at)


class TestInvariant(SettlementCase):
    def test_difference(self):
        report = self.read(row("20.00"), row("-3.00"), total="17.01")
        self.assertEqual(report.difference, Decimal("0.01"))


class TestNumbers(SettlementCase):
    def amounts(self, *texts, total, **how):
        report = self.read(*(row(text) for text in texts), total=total, **how)
        self.assertEqual(report.difference, 0)
        return [each.amount for each in report.rows()], report.doubts

    def test_decimal_comma(self):
        found = self.amounts("1.234,56", "-0,56", total="1.234,00")
        self.assertEqual(found, ([Decimal("1234.56"), Decimal("-0.56")], ()))

    def test_decimal_point(self):
        found = self.amounts("1,234.56", "-0.56", total="1234")
        self.assertEqual(found, ([Decimal("1234.56"), Decimal("-0.56")], ()))

    def test_what_adds_up_decides(self):
        found = self.amounts("1.234", "6", total="1.240")
        self.assertEqual(found, ([1234, 6], ()))

    def test_two_ways(self):
        found, doubts = self.amounts("1.234", total="1.234")
        self.assertEqual((found, doubts), ([1234], ("amounts",)))

    def test_yen_have_no_decimals(self):
        found, doubts = self.amounts("1,234", total="1,234", currency="JPY")
        self.assertEqual((found, doubts), ([1234], ()))

    def test_mixed(self):
        error = self.torn(write([row("1.50"), row("1,50")], total="3.00"))
        self.assertEqual(error.line, 4)
        self.assertEqual(error.settlement_ref, "")


class TestDates(SettlementCase):
    def period(self, start, end, deposit, day="", **how):
        each = row("5.00", posted_date=day, posted_date_time="")
        report = self.read(
            each,
            settlement_start_date=start,
            settlement_end_date=end,
            deposit_date=deposit,
            **how,
        )
        return (report.summary.start, report.summary.end), report.doubts

    def test_points(self):
        found = self.period("01.10.2026 00:00:00 UTC", "02.10.2026", "04.10.2026")
        self.assertEqual(found, ((utc(2026, 10, 1), utc(2026, 10, 2)), ()))

    def test_zones(self):
        for text in (
            "2026-10-01T00:00:00+00:00",
            "2026-10-01T02:00:00+02:00",
            "2026-09-30 17:00:00 PDT",
            "2026/10/01 09:00:00 JST",
            "2026-10-01T00:00:00.000Z",
        ):
            with self.subTest(text):
                (start, _end), doubts = self.period(text, "2026-10-15", "2026-10-17")
                self.assertEqual((start, doubts), (utc(2026, 10, 1), ()))

    def test_day_first(self):
        found = self.period("01/10/2026", "15/10/2026", "17/10/2026")
        self.assertEqual(found, ((utc(2026, 10, 1), utc(2026, 10, 15)), ()))

    def test_month_first(self):
        found = self.period("10/01/2026", "10/15/2026", "10/17/2026")
        self.assertEqual(found, ((utc(2026, 10, 1), utc(2026, 10, 15)), ()))

    def test_rows_decide(self):
        found = self.period("01/10/2026", "03/10/2026", "04/10/2026", "13/10/2026")
        self.assertEqual(found[0][0], utc(2026, 10, 1))

    def test_rows_with_short_dates_and_hours_decide(self):
        """As a spreadsheet of the US saves them."""
        found = self.period(
            "9/1/2026 0:00", "9/9/2026 0:00", "9/11/2026 0:00", "9/8/2026 10:11"
        )
        self.assertEqual(found, ((utc(2026, 9, 1), utc(2026, 9, 9)), ()))

    def test_what_is_sane_decides(self):
        found = self.period("01/10/2026", "11/10/2026", "12/10/2026")
        self.assertEqual(found, ((utc(2026, 10, 1), utc(2026, 10, 11)), ()))

    def test_two_ways(self):
        dates = ("04/04/2026", "05/05/2026", "06/05/2026")
        self.assertEqual(self.period(*dates)[1], ("dates",))
        american, doubts = self.period(*dates, currency="USD")
        self.assertEqual((american[1], doubts), (utc(2026, 5, 5), ("dates",)))

    def test_nonsense(self):
        raw = write([row("5.00")], settlement_start_date="last week")
        self.assertEqual(self.torn(raw).line, 2)


class TestTorn(SettlementCase):
    def test_line_break_inside(self):
        raw = write([row("5.00"), row("6.00", sku="MUG\nBLUE"), row("7.00")], "18.00")
        error = self.torn(raw)
        self.assertEqual((error.line, error.settlement_ref), (4, "11774871501"))
        self.assertIn("Line 4", str(error))

    def test_cut_off(self):
        raw = write([row("5.00"), row("6.00")])
        self.assertEqual(self.torn(raw[:-60]).line, 4)

    def test_missing_amount(self):
        self.assertEqual(self.torn(write([row("5.00"), row("")], "5.00")).line, 4)

    def test_two_reports(self):
        raw = write([row("5.00")])
        twice = raw + raw.split(b"\r\n", 1)[1]
        self.assertEqual(self.torn(twice).line, 4)

    def test_another_settlement(self):
        raw = write([row("5.00", settlement_id="1")])
        self.assertEqual(self.torn(raw).line, 3)

    def test_shortened_by_a_spreadsheet(self):
        for ref in ("1.17749E+10", "1,17749e+10"):
            with self.subTest(ref):
                rows = [row("5.00", settlement_id=ref)]
                self.assertEqual(self.torn(write(rows, settlement_id=ref)).line, 2)
        raw = write([row("5.00"), row("6.00", order_item_code="1.11122E+13")])
        self.assertEqual(self.torn(raw).line, 4)

    def test_something_else(self):
        for raw in (b"", b"\n", b"sku\tasin\n1\t2\n", b"%PDF-1.7\n\x00\xff"):
            with self.subTest(raw):
                self.torn(raw)

    def test_no_summary(self):
        lines = write([row("5.00")]).split(b"\r\n")
        self.torn(b"\r\n".join([lines[0], lines[2]]))
        self.torn(lines[0])

    def test_every_cut_is_refused_or_the_difference_shows(self):
        raw = write([row("5.00", sku=f"S{n}") for n in range(5)])
        for size in range(len(raw) - 3):
            try:
                report = read_settlement(content(raw[:size]))
            except TornSettlement:
                continue
            with self.subTest(size):
                self.assertNotEqual(report.difference, 0)


class TestDigest(SettlementCase):
    def digest(self, *rows, **how):
        return self.read(*rows, **how).digest

    def test_the_same_content(self):
        rows = [row("20.50", sku="Ü"), row("-3.50")]
        first = self.digest(*rows)
        self.assertEqual(self.digest(*rows, charset="cp1252"), first)
        self.assertEqual(self.digest(*reversed(rows)), first)
        self.assertEqual(self.digest(*rows, headings=HEADINGS[:-1]), first)
        comma = [{**each, "amount": each["amount"].replace(".", ",")} for each in rows]
        self.assertEqual(self.digest(*comma, total="17,0"), first)

    def test_another_content(self):
        first = self.digest(row("20.00"), row("-3.00"))
        for other in (
            [row("20.00"), row("-3.00", sku="OTHER")],
            [row("20.00"), row("-1.50"), row("-1.50")],
            [row("20.00"), row("-3.00", order_id="302-7654321-7654321")],
        ):
            self.assertNotEqual(self.digest(*other), first)


@st.composite
def files(draw):
    """A settlement and a way to write it."""
    cents = draw(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=30))
    mark, group = draw(st.sampled_from([(".", ""), (".", ","), (",", ""), (",", ".")]))
    order = draw(st.permutations(HEADINGS))
    return cents, mark, group, order, draw(st.sampled_from(["utf-8", "cp1252"]))


def spell(cents, mark, group):
    return f"{cents / 100:,.2f}".translate(str.maketrans({",": group, ".": mark}))


class TestProperties(SettlementCase):
    @settings(deadline=None, max_examples=200)
    @given(files())
    def test_whatever_the_way_the_money_is_the_same(self, case):
        cents, mark, group, headings, charset = case
        report = self.read(
            *(row(spell(each, mark, group)) for each in cents),
            total=spell(sum(cents), mark, group),
            headings=tuple(headings),
            charset=charset,
        )
        self.assertEqual(report.difference, 0)
        self.assertEqual(report.doubts, ())
        self.assertEqual(
            [int(each.amount * 100) for each in report.rows()], list(cents)
        )

    @settings(deadline=None, max_examples=200)
    @given(st.binary(max_size=400))
    def test_noise_is_refused(self, noise):
        with self.assertRaises(TornSettlement):
            read_settlement(content(noise))

    def test_a_year_that_nobody_can_reckon_with_is_refused(self):
        for moment in ("9999-12-31 23:59:59 PST", "0001-01-01 00:00:00 JST"):
            for name in ("settlement_start_date", "deposit_date"):
                self.torn(write([row("1.00")], **{name: moment}))

    def test_a_number_with_a_nul_can_be_stored(self):
        report = self.read(row("1.00"), currency="EUR\x00")
        self.assertEqual(report.summary.currency, "EUR")

    def test_a_quantity_that_is_none_is_refused(self):
        for quantity in ("A", "1E9", "--1", "1.2.3"):
            with self.subTest(quantity), self.assertRaises(TornSettlement):
                read_settlement(
                    content(write([row("1.00", quantity_purchased=quantity)]))
                )

    @settings(deadline=None, max_examples=200)
    @given(st.data())
    def test_a_changed_byte_is_never_silent_about_money(self, data):
        raw = bytearray(write([row(f"{n}.{n}1") for n in range(1, 6)]))
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
        try:
            report = read_settlement(content(bytes(raw)))
        except TornSettlement:
            return
        total = sum((each.amount for each in report.rows()), Decimal(0))
        self.assertEqual(report.summary.total - total, report.difference)


class TestCost(SettlementCase):
    """100,000 rows: 1.6 s and 4 MB were measured; 5 s and 50 MB are allowed."""

    def file(self, count):
        rng = random.Random(1)
        return content(
            write(
                [
                    row(
                        f"{rng.randint(-9999, 9999) / 100:.2f}",
                        order_id=f"302-{n:07}-1234567",
                        order_item_code=f"{n:014}",
                        sku=f"SKU-{n % 5000}",
                        posted_date_time=f"2026-10-03 10:{n // 60 % 60:02}:{n % 60:02}",
                    )
                    for n in range(count)
                ]
            )
        )

    def test_seconds(self):
        file = self.file(100_000)
        before = time.process_time()
        report = read_settlement(file)
        count = sum(1 for _each in report.rows())
        self.assertLess(time.process_time() - before, 5)
        self.assertEqual((count, report.difference), (100_000, 0))

    def test_memory(self):
        """It does not grow with the rows but for their different amounts."""
        file = self.file(20_000)
        tracemalloc.start()
        try:
            sum(1 for _each in read_settlement(file).rows())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertLess(peak, 10 * 1024 * 1024)
