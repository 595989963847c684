"""How long a chain of schedules that start one another is."""

Link = tuple[str, str]  # from one schedule to the one that follows it
MAX_CHAIN = 5


def chain_length(link: Link, others: list[Link]) -> int:
    """Return how many links the longest chain through this one has.

    More than MAX_CHAIN when it leads back to itself.
    """
    source, target = link
    links = [link, *others]
    return _steps(source, [(after, before) for before, after in links]) + 1 + _steps(target, links)


def _steps(start: str, links: list[Link]) -> int:
    steps, reached = 0, {start}
    while steps < MAX_CHAIN and (reached := {to for at, to in links if at in reached}):
        steps += 1
    return steps
