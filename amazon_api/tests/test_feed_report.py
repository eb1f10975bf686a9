import unittest

from .. import FeedReport, Issue

ERROR = Issue("ERROR", "No.")
WARNING = Issue("WARNING", "Hm.")
SENT = [1, 2, 3]


def report(issues=None, feed_issues=(), processed=3, accepted=3, invalid=0):
    listed = {number: (issue,) for number, issue in (issues or {}).items()}
    return FeedReport("50", listed, feed_issues, processed, accepted, invalid)


class TestAccepted(unittest.TestCase):
    def assert_accepted(self, read: FeedReport, *expected):
        self.assertEqual(read.accepted(SENT), dict(zip(SENT, expected, strict=True)))

    def test_all_accepted(self):
        self.assert_accepted(report(), True, True, True)
        self.assert_accepted(report({2: WARNING}), True, True, True)
        self.assert_accepted(report(feed_issues=(WARNING,)), True, True, True)

    def test_one_refused(self):
        read = report({2: ERROR, 3: WARNING}, accepted=2, invalid=1)
        self.assert_accepted(read, True, False, True)

    def test_an_error_after_a_warning(self):
        read = FeedReport("50", {1: (WARNING, ERROR)}, (), 3, 2, 1)
        self.assert_accepted(read, False, True, True)

    def test_nothing_accepted(self):
        refused = False, False, False
        self.assert_accepted(report(accepted=0, invalid=3), *refused)
        self.assert_accepted(
            report(feed_issues=(ERROR,), processed=0, accepted=0), *refused
        )

    def test_nothing_accepted_of_another_feed(self):
        read = report({7: ERROR, 8: ERROR, 9: ERROR}, accepted=0, invalid=3)
        self.assert_accepted(read, None, None, None)
        read = report({2: ERROR, 7: ERROR}, (ERROR,), accepted=0, invalid=2)
        self.assert_accepted(read, None, False, None)

    def test_nothing_accepted_because_nothing_was_looked_at(self):
        self.assert_accepted(report(processed=0, accepted=0), None, None, None)
        self.assert_accepted(report(accepted=0), None, None, None)

    def test_counts_that_do_not_agree(self):
        for read in (
            report(processed=2, accepted=2),
            report(processed=4, accepted=4),
            report(accepted=2),
            report(accepted=2, invalid=1),
            report(accepted=3, invalid=1),
        ):
            self.assert_accepted(read, None, None, None)

    def test_fewer_errors_are_named_than_counted(self):
        read = report({2: ERROR}, accepted=1, invalid=2)
        self.assert_accepted(read, None, False, None)

    def test_an_error_of_the_whole_feed(self):
        read = report({2: ERROR}, (ERROR,), accepted=2, invalid=1)
        self.assert_accepted(read, None, False, None)

    def test_messages_that_were_never_sent(self):
        read = report({2: ERROR, 7: ERROR}, accepted=1, invalid=2)
        self.assert_accepted(read, None, False, None)
        self.assertEqual(read.unknown_issues(SENT), {7: (ERROR,)})
        read = report({8: WARNING})
        self.assert_accepted(read, True, True, True)
        self.assertEqual(read.unknown_issues(SENT), {8: (WARNING,)})
