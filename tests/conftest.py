"""What holds for all tests: the commands speak English unless a test asks for Chinese, whatever this machine speaks."""

from __future__ import annotations

import os

os.environ["LC_ALL"] = "C.UTF-8"

import pytest

from tests.sample import keep_in


@pytest.fixture(scope="session", autouse=True)
def _sample_is_shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.getbasetemp()
    keep_in(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
