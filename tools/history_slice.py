"""Cut a long period into slices that fit Amazon's pages (feature A11).

A page token is valid for a day, and Amazon allows a call every three minutes: a slice
must not have more pages than a day allows. Nobody knows beforehand how many orders a
shop has, so each slice learns from the one before.
"""

from datetime import timedelta

FIRST_SLICE = timedelta(days=7)
SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=180)
# Up to FEW_PAGES the next slice is longer, beyond MANY_PAGES it is shorter.
FEW_PAGES = 5
MANY_PAGES = 20
# What Amazon allows in an hour, and what the regular download takes of it.
POLLING_PER_SECOND = 6 / 3600


def next_length(length, pages):
    """Aim the next slice at as many pages as a token's life allows.

    :param timedelta length: of the slice that was read to its end
    :param int pages: how many it had
    :return timedelta: length of the next slice"""
    if pages <= FEW_PAGES:
        return min(length * 2, LONGEST)
    if pages > MANY_PAGES:
        return max(length / 2, SHORTEST)
    return length


def length_after_loss(length):
    """Shorten a slice whose token expired before it was read.

    :param timedelta length: of a slice that was not read while its token lived
    :return timedelta: length with which it begins again"""
    return max(length / 4, SHORTEST)


def seconds_left(span_done, span_left, calls, achieved, rate):
    """Estimate how long the download still takes.

    :param timedelta span_done: of the window, read by now
    :param timedelta span_left: of the window, still to read
    :param int calls: made for what is done
    :param float achieved: seconds that a call took of late, all waiting included
    :param float rate: calls that Amazon allows in a second
    :return float|None: seconds; None: nothing is known yet
    """
    if not calls or span_done <= timedelta(0):
        return None
    beyond_polling = max(rate - POLLING_PER_SECOND, rate / 10)
    per_call = max(1 / beyond_polling, achieved)
    return span_left / span_done * calls * per_call
