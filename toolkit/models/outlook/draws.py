"""Random draws that belong to whom they are drawn for: one more person or another scheme moves no other draw.

Each key (agent, month, measure) has a stream of its own: Philox, a counter-based generator, with the digest of seed and
key as its key. More draws of a stream go on where fewer end.

Notes
-----
Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3 (Philox).
"""

from __future__ import annotations

import hashlib

import numpy as np


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
