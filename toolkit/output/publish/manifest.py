"""What a report was made from: the record beside it, the id that follows from it, and the proof that it still holds.

A run's id is taken from everything that decides its content: the notebook's cells, the parameters, the bytes of the
inputs, the toolkit's own source and the versions of what it rests on. Equal id, equal report; so the same question
asked twice finds the published run, and any change makes a new one. Paths of the machine enter neither id nor record.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from toolkit.core.errors import InputError, Problem
from toolkit.core.files import file_digest
from toolkit.core.findings import Finding
from toolkit.core.text import Lang, Text
from toolkit.output.publish.notebook import Notebook
from toolkit.output.publish.notebook_parameters import Value, portable
from toolkit.output.publish.pdf import pdf_maker
from toolkit.output.publish.shelf import MANIFEST, RUNS, latest_run

PACKAGE = Path(__file__).resolve().parents[2]
RESTS_ON = (
    "duckdb", "ibis-framework", "matplotlib", "nbconvert", "numpy", "pandas", "papermill", "pyarrow", "scipy",
    "seaborn", "statsmodels", "xlsxwriter",
)  # fmt: skip


def input_files(inputs: Sequence[Path]) -> dict[str, Path]:
    """Return all files of `inputs`, folders searched, by their name below what all of them have in common.

    Raises
    ------
    InputError
        If one does not exist.
    """
    absent = [
        Problem(str(p), Text("no such file or folder", "没有这个文件或文件夹"), code="no-input")
        for p in inputs
        if not p.exists()
    ]
    if absent:
        raise InputError(absent)
    if not inputs:
        return {}
    base = Path(os.path.commonpath([os.path.abspath(p.parent) for p in inputs]))
    found = [f for p in inputs for f in ([p] if p.is_file() else sorted(q for q in p.rglob("*") if q.is_file()))]
    return {Path(os.path.abspath(f)).relative_to(base).as_posix(): f for f in found}


def file_states(files: Mapping[str, Path]) -> dict[str, tuple[int, int, int]]:
    """Return size, time and place of each file, which change when it is written."""
    stats = {name: path.stat() for name, path in files.items()}
    return {name: (s.st_size, s.st_mtime_ns, s.st_ino) for name, s in stats.items()}


def describe_run(
    notebook: Notebook, values: Mapping[str, Value], files: Mapping[str, Path], lang: Lang
) -> dict[str, Any]:
    """Return the record of a run before it starts, its id included."""
    record: dict[str, Any] = {
        "notebook": {"name": notebook.path.name, "sha256": notebook.digest},
        "lang": lang,
        "parameters": portable(values),
        "inputs": {name: file_digest(path) for name, path in sorted(files.items())},
        "versions": versions(),
    }
    return {"run_id": _run_id(record), **record}


@cache
def versions() -> dict[str, str]:
    """Return what the report rests on: the toolkit with the digest of its source, Python, the libraries."""
    known = {"incentive-toolkit": _version("incentive-toolkit"), "toolkit source": _package_digest()}
    known["python"] = platform.python_version()
    return known | {name: _version(name) for name in RESTS_ON} | {"pdf": pdf_maker()}


def seal(record: Mapping[str, Any], folder: Path, previous: Path | None, published: str) -> dict[str, Any]:
    """Return `record` with the digests of the files in `folder` and of the manifest before it, and write it there."""
    outputs = {p.name: file_digest(p) for p in sorted(folder.iterdir()) if p.name != MANIFEST}
    before = {"run_id": previous.name, "sha256": file_digest(previous / MANIFEST)} if previous else None
    sealed = {**record, "outputs": outputs, "previous": before, "published": published}
    sealed["sha256"] = _digest(sealed)
    write_record(sealed, folder)
    return sealed


def write_record(record: Mapping[str, Any], folder: Path) -> None:
    """Write the manifest of a run into its folder."""
    (folder / MANIFEST).write_text(_written(record), "utf-8")


def _written(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def verify_report(target: Path, inputs: Sequence[Path] = ()) -> list[Finding]:
    """Check a published report against its manifests; the findings are empty when all of it holds.

    Checked: the report shows a published run; of every run the id, the files and the manifest before it; and, where
    `inputs` are given, that they are those the shown run was made from.
    """
    shown = latest_run(target)
    if shown is None or not (shown / MANIFEST).is_file():
        return [_broken(target.name, "nothing published here", "此处没有已发布的报告", "not-published")]
    found = [f for run in sorted((target / RUNS).glob("[!.]*")) for f in _verify_run(run)]
    if inputs:
        recorded = read_record(shown).get("inputs", {})
        now = {name: file_digest(path) for name, path in input_files(inputs).items()}
        changed = sorted(n for n in recorded.keys() | now.keys() if recorded.get(n) != now.get(n))
        found += [_broken(n, "changed since the report was made", "报告生成后已改变", "input-changed") for n in changed]
    return found


FOUND = frozenset({"run_id", "outputs", "previous", "published", "notes", "attention", "verdict", "figures", "sha256"})
"""What a record says of the run beside what was asked for, and what its id does not follow from."""


def _verify_run(run: Path) -> list[Finding]:
    record = read_record(run)
    asked = {k: v for k, v in record.items() if k not in FOUND}
    whole = {k: v for k, v in record.items() if k != "sha256"}
    found = []
    as_written = record and (run / MANIFEST).read_bytes() == _written(record).encode()
    sealed = record.get("sha256", _digest(whole)) == _digest(whole)  # manifests of before this had none
    if not as_written or not sealed or record.get("run_id") != run.name or _run_id(asked) != run.name:
        found.append(_broken(run.name, "its manifest was changed", "清单已被改动", "manifest-changed"))
    present = {p.name: file_digest(p) for p in run.iterdir() if p.name != MANIFEST}
    outputs, before = _mapping(record.get("outputs")), _mapping(record.get("previous"))
    for name in sorted(n for n in outputs.keys() | present.keys() if outputs.get(n) != present.get(n)):
        found.append(_broken(f"{run.name}/{name}", "is not as published", "与发布时不一致", "output-changed"))
    if before:
        name = str(before.get("run_id"))
        earlier = run.parent / name / MANIFEST
        if not earlier.is_file() or file_digest(earlier) != before.get("sha256"):
            found.append(_broken(name, "is missing or was changed", "缺失或已被改动", "previous-changed"))
    return found


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def read_record(run: Path) -> dict[str, Any]:
    """Return the manifest of a run, empty where it is missing or no longer JSON."""
    try:
        record = json.loads((run / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _broken(subject: str, en: str, zh: str, code: str) -> Finding:
    return Finding(code, "stop", subject, Text(f"{subject}: {en}", f"{subject}：{zh}"))


def _run_id(record: Mapping[str, Any]) -> str:
    return _digest(record)[:12]


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "absent"


def _package_digest() -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in PACKAGE.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        total.update(f"{path.relative_to(PACKAGE).as_posix()}\0{file_digest(path)}\n".encode())
    return total.hexdigest()[:16]
