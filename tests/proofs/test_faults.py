"""Every fault can be put in: its text stands exactly once in its module, and the changed module still compiles."""

from __future__ import annotations

from collections import Counter

from tests.evidence import ROOT
from tests.proofs.faults import Fault, read_faults

FAULTS = read_faults()


def _wrong(fault: Fault) -> str:
    """Say why a fault cannot be put in; empty when it can."""
    path = ROOT / "toolkit" / fault.module
    text = path.read_text("utf-8") if path.exists() else ""
    if text.count(fault.old) != 1:
        return f"{fault.name}: its text stands {text.count(fault.old)} times in {fault.module}"
    try:
        compile(text.replace(fault.old, fault.new), fault.module, "exec")
    except SyntaxError as error:
        return f"{fault.name}: {fault.module} no longer compiles: {error}"
    return ""


def test_every_fault_can_be_put_in() -> None:
    assert not [wrong for fault in FAULTS if (wrong := _wrong(fault))]


def test_no_fault_stands_twice_or_changes_nothing() -> None:
    names, edits = Counter(fault.name for fault in FAULTS), Counter(fault[1:] for fault in FAULTS)
    assert not [what for what, n in [*names.items(), *edits.items()] if n > 1]
    assert not [fault.name for fault in FAULTS if fault.old == fault.new]
