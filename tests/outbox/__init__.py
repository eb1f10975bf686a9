"""Tests of feeds: sending, results, and feeds that are lost or late."""

from . import test_feed_costs
from . import test_feeds
from . import test_feeds_lost
from . import test_feeds_silent
from . import test_feeds_waiting
