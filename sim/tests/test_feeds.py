"""Feeds: the queue, the list, and every end that a feed can come to."""

import json

from .common import FRANCE, GERMANY
from .feed_case import CANCELLATIONS, FEEDS, LISTINGS, StockCase, quantity


class TestTheQueue(StockCase):
    """Time passes until a feed is done."""

    def status(self, feed_id):
        return self.feed(feed_id)["processingStatus"]

    def test_at_once(self):
        feed_id = self.push(quantity(7))
        self.assertEqual(self.status(feed_id), "DONE")
        self.assertEqual((self.mugs(), self.world.dangers), (7, []))
        self.assertContractKept()

    def test_by_the_clock(self):
        self.sim.feeds_take = 60
        feed_id = self.push(quantity(7))
        self.assertEqual((self.status(feed_id), self.mugs()), ("IN_QUEUE", 50))
        self.clock.advance(seconds=30)
        self.assertEqual((self.status(feed_id), self.mugs()), ("IN_PROGRESS", 50))
        self.assertNotIn("processingEndTime", self.feed(feed_id))
        self.clock.advance(seconds=30)
        self.assertEqual(self.mugs(), 7, "nobody needs to ask for it")
        shown = self.feed(feed_id)
        self.assertEqual(shown["processingStatus"], "DONE")
        self.assertEqual(shown["processingEndTime"], self.ago(seconds=0))
        self.assertContractKept()

    def test_the_setting_is_for_feeds_on_their_way_too(self):
        self.sim.feeds_take = 3600
        feed_id = self.push(quantity(7))
        self.assertEqual(self.status(feed_id), "IN_QUEUE")
        self.sim.feeds_take = 0
        self.assertEqual(self.status(feed_id), "DONE")

    def test_cancel(self):
        self.sim.feeds_take = 60
        feed_id = self.push(quantity(7))
        self.assertEqual(self.call("DELETE", f"{FEEDS}/{feed_id}").status, 200)
        self.clock.advance(seconds=60)
        self.assertEqual((self.status(feed_id), self.mugs()), ("CANCELLED", 50))
        again = self.call("DELETE", f"{FEEDS}/{feed_id}")
        self.assertInvalid(again, "Only feeds in the queue")
        self.assertContractKept()

    def test_a_lost_answer_is_found_in_the_list(self):
        code = self.upload(self.document(quantity(7)))
        self.sim.faults.add("createFeed", "lost")
        body = {
            "feedType": LISTINGS,
            "marketplaceIds": [GERMANY],
            "inputFeedDocumentId": code,
        }
        with self.assertRaises(ConnectionError):
            self.call("POST", FEEDS, body)
        (feed,) = self.get(FEEDS, feedTypes=LISTINGS).json["feeds"]
        self.assertEqual(feed["processingStatus"], "DONE")
        self.assertEqual((self.mugs(), len(self.sim.feeds)), (7, 1))

    def test_feeds_of_others(self):
        feed_id = self.push(quantity(7))
        self.link(self.world.sellers[1])
        self.assertEqual(self.get(f"{FEEDS}/{feed_id}").status, 404)
        self.assertEqual(self.get(FEEDS, feedTypes=LISTINGS).json["feeds"], [])


class TestGetFeeds(StockCase):
    """The list of feeds."""

    def listed(self, **parameters):
        answer = self.get(FEEDS, **parameters)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertContractKept()
        return [feed["feedId"] for feed in answer.json["feeds"]]

    def test_filters(self):
        first = self.push(quantity(1))
        self.clock.advance(minutes=1)
        second = self.push(quantity(2), places=(FRANCE,))
        other = self.create(CANCELLATIONS, "<x/>")
        self.assertEqual(self.listed(feedTypes=LISTINGS), [second, first])
        both = f"{LISTINGS},{CANCELLATIONS}"
        self.assertEqual(self.listed(feedTypes=both), [other, second, first])
        self.assertEqual(self.listed(feedTypes=both, marketplaceIds=FRANCE), [second])
        fatal = self.listed(feedTypes=both, processingStatuses="FATAL")
        self.assertEqual(fatal, [other])
        since = self.listed(feedTypes=LISTINGS, createdSince=self.ago(seconds=30))
        self.assertEqual(since, [second])
        until = self.listed(feedTypes=LISTINGS, createdUntil=self.ago(seconds=30))
        self.assertEqual(until, [first])
        self.clock.advance(days=90)
        self.link()
        self.assertEqual(self.listed(feedTypes=LISTINGS), [second])

    def test_pages(self):
        ids = [self.push(quantity(number)) for number in range(5)]
        found, parameters = [], {"feedTypes": LISTINGS, "pageSize": 2}
        while parameters:
            answer = self.get(FEEDS, **parameters).json
            found.append([feed["feedId"] for feed in answer["feeds"]])
            token = answer.get("nextToken")
            parameters = {"nextToken": token} if token else {}
        self.assertEqual(found, [ids[:2:-1], ids[2:0:-1], ids[:1]])
        self.assertContractKept()

    def test_refused(self):
        self.assertInvalid(self.get(FEEDS), "feedTypes or nextToken")
        self.assertInvalid(self.get(FEEDS, nextToken="x"), "nextToken is not valid")
        answer = self.get(FEEDS, nextToken="x", feedTypes=LISTINGS)
        self.assertInvalid(answer, "must be the only parameter")
        answer = self.get(FEEDS, feedTypes=LISTINGS, pageSize=101)
        self.assertInvalid(answer, "between 1 and 100")


class TestOutcomes(StockCase):
    """Ends on demand."""

    def end(self):
        """Return how the next feed ends: status, is there a report, the mugs."""
        shown = self.feed(self.push(quantity(7)))
        has_report = "resultFeedDocumentId" in shown
        return shown["processingStatus"], has_report, self.mugs()

    def test_all(self):
        expected = {
            "fatal_next": ("FATAL", False, 50),
            "fatal_after_work_next": ("FATAL", False, 7),
            "cancelled_next": ("CANCELLED", False, 50),
            "no_report_next": ("DONE", False, 7),
            "report_of_unknown_messages_next": ("DONE", True, 7),
            "report_with_gaps_next": ("DONE", True, 7),
            "refused_next": ("DONE", True, 50),
        }
        for name, end in expected.items():
            with self.subTest(name):
                self.world.listing("MUG-BLUE").quantity = 50
                getattr(self.sim.feeds, name)()
                self.assertEqual(self.end(), end)
        self.assertEqual(self.end(), ("DONE", True, 7), "all used up")
        self.assertContractKept()

    def test_for_a_type(self):
        self.sim.feeds.fatal_next(CANCELLATIONS)
        self.assertEqual(self.end()[0], "DONE")
        feed_id = self.create(CANCELLATIONS, "<x/>")
        self.assertEqual(self.feed(feed_id)["processingStatus"], "FATAL")

    def test_what_the_reports_say(self):
        messages = quantity(7), quantity(8, "MUG-WHITE", 2)
        self.sim.feeds.report_of_unknown_messages_next()
        report = json.loads(self.report(self.push(*messages)))
        ids = [issue["messageId"] for issue in report["issues"]]
        self.assertEqual(ids, [900_001, 900_002])
        self.sim.feeds.report_with_gaps_next()
        report = json.loads(self.report(self.push(*messages)))
        self.assertEqual(report["summary"]["messagesProcessed"], 1)
        self.sim.feeds.refused_next("Come back tomorrow.")
        report = json.loads(self.report(self.push(*messages)))
        (issue,) = report["issues"]
        self.assertEqual(issue["message"], "Come back tomorrow.")
        self.assertNotIn("messageId", issue)
        self.assertContractKept()
