import gzip
import io
import tracemalloc
from unittest import mock

from .. import LinkExpired, NotFound, ReportContent, ReportFailed, Unavailable
from .. import report_content as module
from .common import GERMANY, RESET, AmazonCase, Reply, refusal
from .sent import DOCUMENT_ID, SIGNED_PATH
from .tables import JAPAN, content, report, report_document

DOCUMENT_PATH = f"/reports/2021-06-30/documents/{DOCUMENT_ID}"
TEXT = "sku\tname\r\n1\tKännchen\r\n".encode("cp1252")
PACKED = gzip.compress(TEXT)
EXPIRED = Reply(403, "<Error><Code>AccessDenied</Code><Message>Expired</Message>")
KIND = {"Content-Type": "text/plain;charset=Cp1252"}


class TestDownload(AmazonCase):
    def download(self, **changes):
        return self.seller().download_report(report(**changes))

    def at_amazon(self, **changes) -> Reply:
        usual = {"url": self.amazon.url + SIGNED_PATH, "compressionAlgorithm": "GZIP"}
        return report_document(**{**usual, **changes})

    def test_packed(self):
        self.amazon_answers(self.at_amazon(), Reply(200, PACKED, KIND))
        brought = self.download()
        self.assertEqual(list(brought.lines()), ["sku\tname", "1\tKännchen"])
        self.assertEqual((brought.charset, brought.row_count), ("cp1252", 1))
        self.assertEqual(brought.marketplace_id, GERMANY)
        self.assertEqual(list(brought.lines())[1:], ["1\tKännchen"], "once more")
        asked, fetched = self.amazon.calls
        self.assertEqual(
            (asked.method, asked.path, asked.query), ("GET", DOCUMENT_PATH, {})
        )
        self.assertNotIn("x-amz-access-token", fetched.headers)
        self.assertEqual(
            [record.operation for record in self.records],
            ["token", "getReportDocument", "download"],
        )

    def test_not_packed_or_unpacked_on_the_way(self):
        for compression, body, headers in (
            (None, TEXT, KIND),
            ("GZIP", PACKED, {**KIND, "Content-Encoding": "gzip"}),
        ):
            self.amazon_answers(
                self.at_amazon(compressionAlgorithm=compression),
                Reply(200, body, headers),
            )
            brought = self.download()
            self.assertFalse(brought.is_packed)
            self.assertEqual(list(brought.lines()), ["sku\tname", "1\tKännchen"])

    def test_it_may_be_kept_and_made_again(self):
        self.amazon_answers(self.at_amazon(), Reply(200, PACKED, KIND))
        kept = self.download()
        parts = kept.body, kept.is_packed, kept.content_type, kept.marketplace_id
        again = ReportContent(*parts).checked()
        self.assertEqual((again, again.row_count), (kept, 1))
        self.assertNotIn("nnchen", repr(kept))

    def test_never_a_part(self):
        for body in (PACKED[:-1], PACKED[:20], PACKED + b"x", TEXT, b""):
            with self.subTest(body):
                self.amazon_answers(self.at_amazon(), Reply(200, body))
                error = self.failure_of(Unavailable, self.download)
                self.assertEqual(error.reason, "answer")
                self.assertIsNone(error.__context__)

    def test_never_too_much(self):
        for name in ("_LARGEST_REPORT", "_LONGEST_LINE"):
            with mock.patch.object(module, name, 999):
                bomb = gzip.compress(b"0" * 3 * 65536)
                self.amazon_answers(self.at_amazon(), Reply(200, bomb))
                self.failure_of(Unavailable, self.download)

    def test_an_address_that_is_over_is_renewed_once(self):
        packed = Reply(200, PACKED, KIND)
        self.amazon_answers(self.at_amazon(), EXPIRED, self.at_amazon(), packed)
        self.assertEqual(self.download().row_count, 1)
        self.amazon_answers(self.at_amazon(), EXPIRED, self.at_amazon(), EXPIRED)
        error = self.failure_of(LinkExpired, self.download)
        self.assertIsNone(error.__context__)
        self.assertEqual(len(self.amazon.calls), 8)

    def test_failures(self):
        for replies, error_class in (
            ([refusal(404, "NotFound")], NotFound),
            ([Reply(503, "<html>")], Unavailable),
            ([Reply(200, {"url": self.amazon.url})], Unavailable),
            ([self.at_amazon(reportDocumentId="another")], Unavailable),
            ([self.at_amazon(url="https://evil.example/x")], Unavailable),
            ([self.at_amazon(compressionAlgorithm="ZIP")], Unavailable),
            ([self.at_amazon(), Reply(404, "<Error>")], NotFound),
            ([self.at_amazon(), Reply(500, "<Error>")], Unavailable),
            ([self.at_amazon(), Reply(206, PACKED)], Unavailable),
            ([self.at_amazon(), RESET], Unavailable),
        ):
            with self.subTest(replies):
                self.amazon_answers(*replies)
                self.amazon.calls.clear()
                self.failure_of(error_class, self.download)
                self.assertEqual(len(self.amazon.calls), len(replies))

    def test_reports_without_anything_to_download(self):
        for changes, reason in (
            ({"status": "FATAL"}, "fatal"),
            ({"status": "CANCELLED", "document_id": None}, "cancelled"),
            ({"document_id": None}, "no_document"),
        ):
            error = self.failure_of(ReportFailed, self.download, **changes)
            self.assertEqual(error.reason, reason)
        for status in ("IN_QUEUE", "IN_PROGRESS"):
            with self.assertRaises(ValueError):
                self.download(status=status)
        self.assertEqual(self.amazon.calls, [])

    def test_the_reason_of_a_fatal_report(self):
        said = gzip.compress(b"The window is too long.\r\nTry again.")
        self.amazon_answers(self.at_amazon(), Reply(200, said))
        reason = self.seller().get_report_reason(report(status="FATAL"))
        self.assertEqual(reason, "The window is too long. Try again.")
        silent = report(status="FATAL", document_id=None)
        self.assertEqual(self.seller().get_report_reason(silent), "")


class TestCharsets(AmazonCase):
    def read(self, text, *facts, **more):
        brought = content(text, *facts, **more)
        return brought.charset, next(brought.lines())

    def test_stated(self):
        for text, charset, stated, known in (
            ("Käse", "cp1252", "Cp1252", "cp1252"),
            ("Käse €", "cp1252", "ISO-8859-1", "cp1252"),
            ("Käse", "utf-8", "UTF-8", "utf-8-sig"),
            ("①出品者", "cp932", "Windows-31J", "cp932"),
            ("①出品者", "cp932", "Shift_JIS", "cp932"),
            ("卖家", "gbk", "GBK", "gb18030"),
            ("żółte", "cp1250", "windows-1250", "cp1250"),
        ):
            with self.subTest(stated):
                self.assertEqual(self.read(text, charset, stated), (known, text))

    def test_stated_in_any_style(self):
        raw = "Käse".encode("cp1252")
        for kind in (
            "text/plain; charset=cp1252",
            'text/plain;CHARSET="Cp1252"'.replace("CHARSET", "charset"),
            "text/plain;charset = 'CP1252'",
        ):
            found = ReportContent(raw, False, kind, JAPAN).charset
            self.assertEqual(found, "cp1252", kind)

    def test_not_stated_or_not_known(self):
        for stated in (None, "x-klingon", "hex", "idna", "utf-16"):
            with self.subTest(stated):
                self.assertEqual(
                    self.read("Käse", "utf-8", stated), ("utf-8-sig", "Käse")
                )
                self.assertEqual(
                    self.read("Käse", "cp1252", stated), ("cp1252", "Käse")
                )
                self.assertEqual(
                    self.read("出品者", "cp932", stated, JAPAN), ("cp932", "出品者")
                )

    def test_stated_and_not_true(self):
        self.assertEqual(self.read("Käse", "cp1252", "UTF-8"), ("cp1252", "Käse"))
        self.assertEqual(
            self.read("出品者", "utf-8", "Windows-31J"), ("utf-8-sig", "出品者")
        )

    def test_byte_order_mark(self):
        self.assertEqual(
            self.read("\ufeffKäse", "utf-8", "UTF-8"), ("utf-8-sig", "Käse")
        )

    def test_what_fits_nowhere(self):
        raw = b"K\xe4se \x81"
        self.assertEqual(self.read(raw), ("cp1252", "Käse \ufffd"))


class TestLines(AmazonCase):
    def lines(self, text):
        brought = content(text)
        return list(brought.lines()), brought.row_count

    def test_ends(self):
        for text, lines, rows in (
            ("", [], 0),
            ("a", ["a"], 0),
            ("a\nb", ["a", "b"], 1),
            ("a\r\nb\r\n", ["a", "b"], 1),
            ("a\n\nb\n", ["a", "", "b"], 2),
        ):
            self.assertEqual(self.lines(text), (lines, rows))

    def test_what_is_no_end(self):
        text = "a\u2028b\x85c\x0bd\x0ce\rf"
        self.assertEqual(self.lines(f"{text}\n"), ([text], 0))

    def test_pieces_do_not_matter(self):
        with mock.patch.object(module, "_PIECE", 1):
            self.assertEqual(self.lines("a\r\nbä\r\n"), (["a", "bä"], 1))
            self.assertEqual(content("ä").charset, "utf-8-sig")

    def test_a_large_report_never_lies_in_memory(self):
        line = b"SKU-%09d\t" + b"x" * 490 + b"\n"
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as stream:
            for number in range(40_000):
                stream.write(line % number)
        body = packed.getvalue()
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        brought = ReportContent(body, True, None, GERMANY).checked()
        rows = sum(1 for _line in brought.lines())
        _now, peak = tracemalloc.get_traced_memory()
        self.assertEqual((rows, brought.row_count), (40_000, 39_999))
        self.assertLess(peak, 1024 * 1024, "of 20 MB")
