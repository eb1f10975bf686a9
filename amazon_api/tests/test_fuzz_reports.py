"""Whatever comes as a report: a `FeedReport`, or `Unavailable`. Nothing else."""

import json
import unittest

from .. import FeedReport, Unavailable, parse_listings_report, parse_processing_report
from .sent import issue_json, listings_report, processing_report, result_xml
from .test_fuzz import JSON, changed, given, places_in, settings, st

WHOLE = listings_report(issue_json(1), issue_json(2, "WARNING"), processed=2)
PLACES = [path for path in places_in(WHOLE) if path]
XML = processing_report(result_xml(1), result_xml(0, "Warning"))
MARKUP = st.sampled_from(
    ["<", ">", "&", "]]>", "<!--", "<![CDATA[", "<?x?>", "<!DOCTYPE x>", "&#0;", "\0"]
)


class TestFuzzReports(unittest.TestCase):
    def read(self, parse, content: bytes) -> FeedReport | None:
        try:
            report = parse(content)
        except Unavailable as error:
            self.assertEqual(error.reason, "answer")
            self.assertIsNone(error.__context__)
            return None
        self.assertIsInstance(report, FeedReport)
        for count in (report.processed, report.accepted_count, report.invalid_count):
            self.assertIs(type(count), int)
            self.assertGreaterEqual(count, 0)
        self.assertEqual(set(report.accepted([1, 2])), {1, 2})
        self.assertLessEqual(set(report.unknown_issues([1])), set(report.issues))
        repr(report).encode()
        return report

    @given(st.binary())
    def test_any_bytes(self, content):
        for parse in (parse_listings_report, parse_processing_report):
            self.assertIsNone(self.read(parse, content))

    @given(JSON)
    def test_any_json(self, value):
        self.read(parse_listings_report, json.dumps(value, default=str).encode())

    @settings(max_examples=400)
    @given(st.sampled_from(PLACES), JSON)
    def test_one_place_broken(self, path, replacement):
        content = json.dumps(changed(WHOLE, path, replacement), default=str)
        self.read(parse_listings_report, content.encode())

    @settings(max_examples=400)
    @given(st.integers(0, len(XML)), st.integers(0, 40), st.text() | MARKUP)
    def test_xml_cut_and_pasted(self, start, length, pasted):
        content = XML[:start] + pasted + XML[start + length :]
        self.read(parse_processing_report, content.encode("utf-8", "replace"))

    @given(st.integers(0, len(XML)), st.binary(max_size=4))
    def test_xml_with_foreign_bytes(self, start, pasted):
        content = XML.encode()
        self.read(parse_processing_report, content[:start] + pasted + content[start:])

    @given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
    def test_any_text_in_xml(self, text):
        for old in ("Complete", "18028", "Error", ">1<"):
            content = XML.replace(old, f"<![CDATA[{text.replace(']', '')}]]>", 1)
            self.read(parse_processing_report, content.encode())
