"""Teams whose volumes have a season, good and bad months, leavers and joiners; the month after is known."""

import numpy as np
import pandas as pd

from tests.models.moving import month_name


def make_volumes(seed, agents=20, season=0.3, noise=0.15, luck=0.3, hazard=0.02):
    """8 to 26 months: cells (a third of the inquiries buy), the month after, and all its inquiries."""
    r = np.random.default_rng([seed, 1302])
    months = int(r.integers(8, 27))
    times = np.arange(months + 1)
    level = season * np.sin(2 * np.pi * (times + r.uniform(0, 12)) / 12) + r.normal(0, noise, len(times))
    rows, total, name = [], 0, 0
    people = [(i, 0) for i in range(agents)]
    base = {i: 150 * np.exp(r.normal(0, 0.6)) for i in range(agents)}
    name = agents
    for t in times:
        if t:
            people = [p for p in people if r.random() >= hazard]
            for _ in range(r.poisson(hazard * agents)):
                base[name] = 150 * np.exp(r.normal(0, 0.6))
                people.append((name, t))
                name += 1
        for who, since in people:
            n = r.poisson(base[who] * (0.5 if since == t > 0 else 1) * np.exp(level[t] + r.normal(0, luck)))
            if t == months:
                total += n
            elif n:
                rows.append((month_name(t), f"a{who:03d}", n, r.binomial(n, 1 / 3)))
    cells = pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers"])
    return cells, month_name(months), total
