from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from ibis.backends.sql.compilers import pyspark
from ibis.backends.sql.compilers.postgres import PostgresCompiler

from tests.data.expressions import expressions
from tests.data.worlds import Random, random_world, workspace_of
from toolkit.core.period import Month
from toolkit.data.crediting.accounts import read_accounts
from toolkit.data.tables.engine import connect
from toolkit.data.tables.settings import Crediting, Settings

FEBRUARY = Month(2024, 2)
NOT_PORTABLE = re.compile(
    r"ASOF|IGNORE NULLS|APPROX|QUANTILE|ARG_M(IN|AX)|ANY_VALUE|FIRST\(|LAST\(|QUALIFY|STRUCT|LIST\(", re.I
)


@pytest.fixture
def spark_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the options that Ibis sets up only when pyspark is installed."""
    monkeypatch.setattr(pyspark, "options", SimpleNamespace(pyspark=SimpleNamespace(treat_nan_as_null=False)))


@pytest.mark.usefixtures("spark_options")
def test_every_expression_compiles_for_postgresql_and_spark(tmp_path: Path) -> None:
    world = random_world(Random(1))
    world["accounts"] = [{"account": "a", "agent": x, "share": 0.5, "from": date(2024, 1, 1)} for x in ("007", "NA")]
    workspace = workspace_of(tmp_path / "w", world)
    with connect(workspace.data_dir) as engine:
        holders = read_accounts(engine)
        assert holders.any_shared
        settings = Settings(crediting=Crediting(judged_by="order_first"))  # joins as both other rules do
        for name, relation in expressions(engine, holders, settings, FEBRUARY, FEBRUARY).items():
            for compiler in (PostgresCompiler(), pyspark.PySparkCompiler()):
                sql = compiler.to_sqlglot(relation).sql(compiler.dialect)
                assert not NOT_PORTABLE.search(sql), f"{name}: {NOT_PORTABLE.search(sql)}"
