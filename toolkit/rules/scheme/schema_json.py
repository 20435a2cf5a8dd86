"""The JSON Schema of scheme files, with which an editor completes and checks them."""

from __future__ import annotations

from typing import Any

from toolkit.rules.scheme.document import Document


def scheme_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scheme file."""
    schema = Document.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Incentive scheme"}
