"""The canonical tables as pandera declares them: what stands in a workspace is held against it."""

from __future__ import annotations

import pandera.pandas as pa

from toolkit.data.tables.schema import DTYPES, NOT_NEGATIVE, CanonicalTable


def pandera_schema(spec: CanonicalTable) -> pa.DataFrameSchema:
    """Return the pandera schema of a table as it stands in a workspace: dtypes, blanks, ranges, unique key."""
    return pa.DataFrameSchema(
        {
            c.name: pa.Column(
                DTYPES[c.kind],
                nullable=not c.required,
                checks=[pa.Check.ge(0)] * (c.kind in NOT_NEGATIVE) + [pa.Check.le(1)] * (c.kind == "share"),
            )
            for c in spec.columns
        },
        name=spec.name,
        unique=list(spec.key),
        strict=False,
    )
