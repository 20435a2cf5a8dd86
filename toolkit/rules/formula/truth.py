"""Three-valued columns (Kleene): true, false, or unknown because something has no value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One answer a row; neither `yes` nor `no` is unknown.

    Parameters
    ----------
    yes, no : boolean arrays (n,), or 0-d for one answer for all rows; never both True.
    """

    yes: NDArray[np.bool_]
    no: NDArray[np.bool_]

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> Truth:
        return Truth(self.no, self.yes)

    @property
    def known(self) -> NDArray[np.bool_]:
        """True where the answer is yes or no."""
        return self.yes | self.no
