"""Features are explained, and their tests are found (docs/features.rst)."""

import unittest

from dev import features


class TestFeatures(unittest.TestCase):
    def test_ids_in(self):
        for text, ids in (
            ("(feature D12)", {"D12"}),
            ("features H1 to H4 and K3", {"H1", "H2", "H3", "H4", "K3"}),
            ("(features A3-A5)", {"A3", "A4", "A5"}),
            ('the number ("A3")', set()),
        ):
            with self.subTest(text):
                self.assertEqual(features.ids_in(text), ids)

    def test_each_id_is_explained(self):
        known = features.explained(features.PAGE.read_text())
        named = {**features.named_by_sources(), **features.named_by_tests()}
        unknown = {name: where for name, where in named.items() if name not in known}
        self.assertEqual(unknown, {})

    def test_page_lists_the_tests_that_name_a_feature(self):
        text = features.PAGE.read_text()
        self.assertEqual(
            text,
            features.page_with_tests(text),
            "run: python3 -m dev features",
        )
