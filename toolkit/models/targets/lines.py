"""One line for everybody, or one for each shop or volume: what either means for who can reach it.

A single line is reached by most in an easy shop and by few in a hard one, whoever works there. A line of each group's
own, set by the same rule on the group's own replicates, gives every group the same chance.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.models.targets.targets import TargetProposal, nearest_edges, reached_steps, share_reaching, volume_thirds

FEWEST = 3


def group_lines(proposal: TargetProposal, groups: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the lines each group would have of its own, beside what the common ones mean for it.

    Parameters
    ----------
    groups : agent and columns (shop, team, ...); volume always is one.

    Returns
    -------
    DataFrame
        column, value, n_agents, common (share of the group that reaches the common target), threshold, target, stretch
        (edges of its own), own (share that reaches its own target); a row a group of at least three people, of columns
        with at least two such groups. Edges and `own` are missing where the step is too coarse for three.
    """
    lifted, terms = proposal.forecast, proposal.terms
    steps = reached_steps(lifted.buyers, lifted.n, terms.step)
    at = np.array([int(edge / terms.step) for edge in proposal.edges])
    frame = pd.DataFrame({"agent": list(lifted.agents), "volume": volume_thirds(lifted.n)})
    if groups is not None:
        frame = frame.merge(groups.drop_duplicates("agent"), on="agent", how="left")
    rows = []
    for column in frame.columns.drop("agent"):
        sizes = frame[column].value_counts()
        if (sizes >= FEWEST).sum() < 2:
            continue
        for value in sorted(sizes.index[sizes >= FEWEST]):
            mine = steps[:, np.flatnonzero(frame[column] == value)]
            row = {"column": column, "value": value, "n_agents": mine.shape[1], "common": float((mine >= at[1]).mean())}
            share = share_reaching(mine).mean(axis=0)
            try:
                own = nearest_edges(share, terms)
            except UsageError:
                rows.append(row)
                continue
            edges = dict(zip(("threshold", "target", "stretch"), (float(j * terms.step) for j in own), strict=True))
            rows.append({**row, **edges, "own": float(share[own[1]])})
    columns = ["column", "value", "n_agents", "common", "threshold", "target", "stretch", "own"]
    return pd.DataFrame(rows).reindex(columns=columns)
