"""A chosen candidate becomes a dated version: it holds from its month on, earlier months stay as they were paid."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.studies.closing_world import ORDERS, SCHEME, close, shop, world
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace
from toolkit.output.reports.files import write_adoption
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.audit.acknowledged import not_acknowledged
from toolkit.studies.audit.settlement import settle
from toolkit.studies.closing.verify import verify_months
from toolkit.studies.design import adoption
from toolkit.studies.design.adoption import adopt

OVERLAY = 'scheme: w/schemes/presales.yaml\nset:\n  - {at: "components.commission.rate.tiers[1].from", to: 2000}\n'


@pytest.fixture(autouse=True)
def _without_consequences(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lint says of people's months is tested where it is made, and takes seconds."""
    monkeypatch.setattr(adoption, "consequences", lambda *_, **__: ())


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    (tmp_path / "o.yaml").write_text(OVERLAY, "utf-8")
    return shop(tmp_path / "w", world(ORDERS), scheme=SCHEME + "acknowledged: 2023-12-01\n")


def paid(work: Workspace, month: str) -> dict[str, int]:
    return {agent: int(amount) for agent, amount in settle(work, Month.parse(month)).due.items()}


def test_it_holds_from_its_month_on_and_closed_months_stay(work: Workspace, tmp_path: Path) -> None:
    """Li sold 1,000 in June: 5 % from 1,000, 3 % below 2,000. In August 100 each, 3 % by both."""
    close(work, "2024-06")
    made = adopt(work, tmp_path / "o.yaml", "2024-07", month="2024-06")
    (old,) = work.schemes
    place, *beside = write_adoption(work, made)
    again = Workspace.open(work.root)
    ended = SCHEME.replace("from: 2024-01-01", "from: 2024-01-01, to: 2024-06-30") + "acknowledged: 2023-12-01\n"
    assert old.read_text("utf-8") == ended, "nothing but its last day"
    version = read_scheme(place)
    assert (str(version.in_force.from_), version.in_force.to) == ("2024-07-01", None)
    assert version.document.acknowledged is None, "nobody has agreed to it yet"
    assert paid(again, "2024-07") == {"Li": 15_00, "Wang": 3_00}, "nothing of June is paid again by the new version"
    close(again, "2024-07")
    assert verify_months(work.root, replay=True).findings == (), "June is paid again by the copy it keeps"
    assert made.against is not None
    assert dict(zip(made.against.people["agent"], made.against.people["difference"], strict=True)) == {
        "Li": -20_00,
        "Wang": 0,
    }
    letter = next(path for path in beside if path.name == "letter.zh.txt").read_text("utf-8")
    assert "2024 年 7 月 1 日" in letter
    assert "Li" not in letter.replace("List", "")


def test_the_list_to_sign_is_imported_as_it_is_once_the_day_stands_in_it(work: Workspace, tmp_path: Path) -> None:
    made = adopt(work, tmp_path / "o.yaml", "2024-07", month="2024-06")
    path = next(p for p in write_adoption(work, made) if p.suffix == ".csv")
    rows = pd.read_csv(path, dtype=str)
    assert rows["agent"].tolist() == ["Li", "Wang"]
    signed = tmp_path / "signed.csv"
    rows.assign(acknowledged_on=["2024-06-28", ""]).dropna().replace("", None).dropna().to_csv(signed, index=False)
    import_files(work, [signed])
    (found,) = not_acknowledged(again := Workspace.open(work.root), settle(again, Month(2024, 7)))
    assert found.evidence["agents"] == ["Wang"]


def test_what_would_change_the_past_or_another_file_is_refused(work: Workspace, tmp_path: Path) -> None:
    close(work, "2024-06")
    for months, words in ((("2024-06",), "2024-06 is closed"), (("2024-08", "2024-07"), "2024-07 is before 2024-08")):
        with pytest.raises(UsageError, match=words):
            adopt(work, tmp_path / "o.yaml", *months, month="2024-06")
    (work.root / "schemes" / "presales-2024-07.yaml").write_text(SCHEME.replace("2024-01-01", "2024-07-01"), "utf-8")
    with pytest.raises(UsageError, match="says something else"):
        adopt(Workspace.open(work.root), tmp_path / "o.yaml", "2024-07", month="2024-06")


def test_tables_of_parameters_go_along_whatever_they_are_written_in(work: Workspace, tmp_path: Path) -> None:
    """A csv as Excel in China saves it, in GB18030."""
    (tmp_path / "t.csv").write_bytes("role,from,value\nagent,2024-01-01,4%\n主管,2024-01-01,5%\n".encode("gb18030"))
    text = SCHEME.replace("components:", "parameters:\n  own: {table: t.csv, key: role}\ncomponents:")
    (tmp_path / "new.yaml").write_text(text, "utf-8")
    place, *beside = write_adoption(work, adopt(work, tmp_path / "new.yaml", "2024-07", month="2024-06"))
    assert place.parent / "t.csv" in beside
    assert (place.parent / "t.csv").read_bytes() == (tmp_path / "t.csv").read_bytes()


def test_a_scheme_of_another_name_is_paid_beside_unless_it_replaces(work: Workspace, tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(SCHEME.replace("scheme: presales", "scheme: shelf").replace("3%", "4%"), "utf-8")
    beside = adopt(work, new, "2024-07", month="2024-06")
    assert "paid-beside" in {f.code for f in beside.findings}
    assert beside.before is beside.ended is None
    assert "no earlier version" in beside.letter.en
    instead = adopt(work, new, "2024-07", "2024-12", replaces="presales", month="2024-06")
    assert "paid-beside" not in {f.code for f in instead.findings}
    assert (instead.scheme.id, str(instead.scheme.in_force.to)) == ("presales", "2024-12-31")
    for _ in range(2):  # twice is once
        write_adoption(work, adopt(work, new, "2024-07", "2024-12", replaces="presales", month="2024-06"))
    with pytest.raises(UsageError, match="begins on 2024-07-01 already"):
        adopt(work, tmp_path / "o.yaml", "2024-06", replaces="presales", last="2024-08", month="2024-06")
    early = adopt(work, tmp_path / "o.yaml", "2024-06", month="2024-06")
    assert str(early.scheme.in_force.to) == "2024-06-30", "up to the version that is to come"
    assert paid(Workspace.open(work.root), "2024-07") == {"Li": 20_00, "Wang": 4_00}
