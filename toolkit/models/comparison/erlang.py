"""Erlang C: how many must be there so that customers who come at random are answered in time.

Load is in erlangs: arrivals in a time x handling time, in the same unit. Customers come independently (Poisson),
handling times are exponential, nobody gives up waiting, and whoever is free takes the next.
"""

from __future__ import annotations

from math import exp


def chance_of_waiting(load: float, servers: int) -> float:
    """Return the probability that a customer must wait, 1 where `servers` cannot keep up with the `load` (erlangs).

    References
    ----------
    Erlang (1917), Elektroteknikeren 13, 5; by the recursion B = aB / (n + aB), then C = nB / (n - a(1 - B)), of
    Cooper (1981), Introduction to Queueing Theory, 2nd ed., sections 3.3 and 3.4.
    """
    if servers <= load:
        return 1.0
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return servers * blocked / (servers - load * (1 - blocked))


def answered_within(load: float, servers: int, seconds: float, handling_seconds: float) -> float:
    """Return the share of customers who wait at most `seconds`: 1 - C exp(-(servers - load) seconds / handling)."""
    if servers <= load:
        return 0.0
    return 1 - chance_of_waiting(load, servers) * exp(-(servers - load) * seconds / handling_seconds)


def servers_needed(load: float, share: float, seconds: float, handling_seconds: float) -> int:
    """Return the fewest servers by whom `share` of the customers are answered within `seconds`; 0 for none."""
    if load <= 0:
        return 0
    servers = int(load) + 1
    while answered_within(load, servers, seconds, handling_seconds) < share:
        servers += 1
    return servers
