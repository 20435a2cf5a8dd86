"""The faults of ``faults.txt``, which stand there like the pieces of a patch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

HEAD = re.compile(r"# (?P<name>[^\[@]+?)(?: \[(?P<where>.+)\])? @ (?P<module>\S+)")


class Fault(NamedTuple):
    """A wrong edit of one module of ``toolkit``, and the kind of random scheme that is tried first."""

    name: str
    where: str
    module: str
    old: str
    new: str


FILE = Path(__file__).with_name("faults.txt")


def read_faults() -> list[Fault]:
    """Read the faults in file order."""
    faults = []
    for piece in re.split(r"(?m)^(?=# )", FILE.read_text("utf-8"))[1:]:
        head, *lines = piece.rstrip("\n").split("\n")
        said = HEAD.fullmatch(head)
        if said is None:
            raise ValueError(f"not the head of a fault: {head}")
        old, new = ("\n".join(line[1:] for line in lines if line.startswith(sign)) for sign in "-+")
        faults.append(Fault(said["name"], said["where"] or "", said["module"], old, new))
    return faults
