"""Random draws that belong to whom they are drawn for: one more person or another scheme moves no other draw.

Each key (agent, month, measure) has a stream of its own: Philox, a counter-based generator, with the digest of seed and
key as its key. More draws of a stream go on where fewer end.

Notes
-----
Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3 (Philox).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def keyed_generator(seed: int, *key: str) -> np.random.Generator:
    """Return the stream of a key, the same whatever else is drawn.

    Parameters
    ----------
    seed : of the whole simulation.
    key : what is drawn for whom and when, e.g. agent, month and measure.
    """
    written = "".join(f"{len(part)}:{part}" for part in (str(seed), *key))
    digest = hashlib.blake2b(written.encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "big")))


def keyed_uniforms(
    seed: int, agents: Sequence[str], month: str, measure: str, n_replicates: int
) -> npt.NDArray[np.float64]:
    """Return draws from [0, 1), a column an agent from the agent's own stream.

    Parameters
    ----------
    month, measure : what is drawn; quantiles of its distribution at the draws are draws of it.

    Returns
    -------
    array
        (n_replicates, agents).
    """
    found = np.empty((len(agents), n_replicates))  # a stream fills its row, which lies together
    for row, agent in zip(found, agents, strict=True):
        keyed_generator(seed, agent, month, measure).random(out=row)
    return found.T
