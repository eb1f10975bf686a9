"""Counts in what several processes did for many accounts: pure functions on moments,
which are seconds of one clock.

A visit is the turn of an account: (account, begin, end).
"""

from collections import Counter, defaultdict

#: between a decision and what is seen of it: a commit, begun again after a lost race
BLINK = 2.0


def turns_of(visits):
    """:return dict: account -> list of (begin, end) of its turns in their order"""
    turns = defaultdict(list)
    for account, begin, end in sorted(visits, key=lambda visit: visit[1]):
        turns[account].append((begin, end))
    return turns


def count_turns(visits, accounts):
    """:return int: so often each of the accounts had its turn at least"""
    counts = Counter(account for account, _begin, _end in visits)
    return min((counts[account] for account in accounts), default=0)


def seconds_of_round(visits):
    """:return float: how long it took until all who came had their first turn"""
    firsts = [mine[0] for mine in turns_of(visits).values()]
    if not firsts:
        return 0.0
    begins, ends = zip(*firsts, strict=True)
    return max(ends) - min(begins)


def longest_wait(visits):
    """:return float: the longest time between two turns of the same account"""
    return max(
        (
            later[0] - earlier[0]
            for mine in turns_of(visits).values()
            for earlier, later in zip(mine, mine[1:], strict=False)
        ),
        default=0.0,
    )


def out_of_turn(visits):
    """Each round has visits of its own: who goes on has more turns in one of them.

    :return int: turns that were an account's next one, while another one still waited
        for the turn before
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
    """:return int: turns that began while the same account had another one"""
    return sum(
        later[0] < earlier[1]
        for mine in turns_of(visits).values()
        for earlier, later in zip(mine, mine[1:], strict=False)
    )


def overshoot(runs, seconds):
    """:param list runs: of (begin, end)
    :return float: how much longer than its time the longest run took"""
    return max((end - begin - seconds for begin, end in runs), default=0.0)


def late_turns(runs, visits, seconds):
    """Each run is given with its own visits.

    :param list runs: of (begin, end)
    :param list visits: as many lists
    :return int: turns that began when the time of their run was over
    """
    return sum(
        visit[1] > begin + seconds + BLINK
        for (begin, _end), mine in zip(runs, visits, strict=True)
        for visit in mine
    )


def side_by_side(spans):
    """:return int: how many of the (begin, end) have others beside them"""
    ordered = sorted(spans)
    count, latest = 0, float("-inf")
    for number, (begin, end) in enumerate(ordered):
        following = ordered[number + 1][0] if number + 1 < len(ordered) else end
        count += begin < latest or following < end
        latest = max(latest, end)
    return count
