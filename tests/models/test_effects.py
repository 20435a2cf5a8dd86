from __future__ import annotations

import numpy as np
import pytest

from toolkit.models.baseline.effects import matrix_root


@pytest.mark.parametrize("smallest", [1e-3, 0.0, -1e-20])
def test_a_covariance_has_a_root_on_either_side_of_singular(smallest: float) -> None:
    turn = np.linalg.qr(np.arange(9.0).reshape(3, 3) + np.eye(3))[0]
    cov = turn @ np.diag([2.0, 0.5, smallest]) @ turn.T
    root = matrix_root((cov + cov.T) / 2)
    np.testing.assert_allclose(root @ root.T, cov, atol=1e-12)


def test_the_root_of_a_regular_covariance_is_cholesky_s() -> None:
    cov = np.array([[2.0, 0.3], [0.3, 1.0]])
    np.testing.assert_array_equal(matrix_root(cov), np.linalg.cholesky(cov))
