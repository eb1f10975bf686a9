"""Counts in what several processes did for many accounts: pure functions on moments,
which are seconds of one clock.

A visit is one scheduling of an account: (account, begin, end).
"""

from collections import Counter, defaultdict

#: between a decision and what is seen of it: a commit, begun again after a lost race
BLINK = 2.0


def turns_of(visits):
    """Group the visits by account.

    :return dict: account -> list of (begin, end) of its visits in their order
    """
    turns = defaultdict(list)
    for account, begin, end in sorted(visits, key=lambda visit: visit[1]):
        turns[account].append((begin, end))
    return turns


def count_turns(visits, accounts):
    """Count the rounds that are complete.

    :return int: how often each of the accounts was scheduled at least
    """
    counts = Counter(account for account, _begin, _end in visits)
    return min((counts[account] for account in accounts), default=0)


def seconds_of_round(visits):
    """Measure the first round.

    :return float: how long it took until all that came had begun their first visit
    """
    firsts = [mine[0] for mine in turns_of(visits).values()]
    if not firsts:
        return 0.0
    begins, ends = zip(*firsts, strict=True)
    return max(ends) - min(begins)


def longest_wait(visits):
    """Measure the longest pause of an account.

    :return float: the longest time between two visits of the same account
    """
    return max(
        (
            later[0] - earlier[0]
            for mine in turns_of(visits).values()
            for earlier, later in zip(mine, mine[1:], strict=False)
        ),
        default=0.0,
    )


def out_of_turn(visits):
    """Count what was scheduled out of order. Each round has visits of its own: an
    account that is continued has several of them in one round.

    :return int: visits that were an account's next one, while another account still
        waited for the visit before
    """
    turns = turns_of(visits)
    wrong = 0
    for number in range(1, max(map(len, turns.values()), default=0)):
        last = max(
            mine[number - 1][0] for mine in turns.values() if len(mine) >= number
        )
        begins = [mine[number][0] for mine in turns.values() if len(mine) > number]
        wrong += sum(begin + BLINK < last for begin in begins)
    return wrong


def at_once(visits):
    """Count what two processes did for the same account at the same time.

    :return int: visits that began while the same account had another one
    """
    return sum(
        later[0] < earlier[1]
        for mine in turns_of(visits).values()
        for earlier, later in zip(mine, mine[1:], strict=False)
    )


def overshoot(runs, seconds):
    """Measure how far a run exceeded its time.

    :param list runs: of (begin, end)
    :return float: how much longer than its time the longest run took"""
    return max((end - begin - seconds for begin, end in runs), default=0.0)


def late_turns(runs, visits, seconds):
    """Count what was scheduled after the end of a run's time; each run comes with its
    visits.

    :param list runs: of (begin, end)
    :param list visits: as many lists
    :return int: visits that began when the time of their run was over
    """
    return sum(
        visit[1] > begin + seconds + BLINK
        for (begin, _end), mine in zip(runs, visits, strict=True)
        for visit in mine
    )


def side_by_side(spans):
    """Count what really went on in parallel.

    :return int: how many of the (begin, end) have others beside them
    """
    ordered = sorted(spans)
    count, latest = 0, float("-inf")
    for number, (begin, end) in enumerate(ordered):
        following = ordered[number + 1][0] if number + 1 < len(ordered) else end
        count += begin < latest or following < end
        latest = max(latest, end)
    return count
