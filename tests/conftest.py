"""What holds for all tests: the commands speak English unless a test asks for Chinese, whatever this machine speaks."""

from __future__ import annotations

import gc
import os

os.environ["LC_ALL"] = "C.UTF-8"

import pytest

from tests.sample import keep_in

gc.set_threshold(50_000, 20, 50)  # looking for cycles as often as Python does by itself is an eighth of the time


def pytest_collection_finish() -> None:
    """Look for no cycles among what is imported: it stays to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _sample_is_shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.getbasetemp()
    keep_in(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
