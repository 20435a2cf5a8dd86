"""From a notebook and its parameters to a published report: the one way reports are made.

`publish_report` checks the parameters, finds the run if it was published before, and otherwise runs the notebook beside
the shelf, proves that it ran to its end, makes the page, and publishes all files at once (`publish.shelf`).
"""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from toolkit.core.errors import InputError, MissingToolError, Problem, RenderError, ToolkitError, check_language
from toolkit.core.figures import counted
from toolkit.core.text import Lang, Text, wording
from toolkit.output.publish.manifest import describe_run, file_states, input_files, read_record, seal, write_record
from toolkit.output.publish.notebook import Notebook, check_notebook, read_notebook
from toolkit.output.publish.notebook_parameters import Value, bind_parameters
from toolkit.output.publish.page import prepare_page, render_page
from toolkit.output.publish.pdf import prepare_pdf, render_pdf
from toolkit.output.publish.runner import Kernel, prepare_run, run_notebook, started_kernel, what_it_tells
from toolkit.output.publish.shelf import Shelf, open_shelf
from toolkit.output.render.blocks import ATTENTION, FIGURE, VERDICT

PAGE, PDF, LOG, ERROR = "report.html", "report.pdf", "kernel.log", "error.txt"


@dataclass(frozen=True, slots=True)
class Published:
    """A published report.

    Parameters
    ----------
    html : the page, through the report's links.
    run_id : id of the run it shows.
    files : all files of the report, through the same links.
    reused : whether the run had been published before.
    notes : lines to tell the user, e.g. why there is no PDF.
    attention : whether it found something that somebody has to look at.
    verdict : its one sentence, in its language.
    figures : what it tells of itself to a page over several reports.
    """

    html: Path
    run_id: str
    files: tuple[Path, ...]
    reused: bool
    notes: tuple[str, ...] = ()
    attention: bool = False
    verdict: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        look = ", to be looked at" if self.attention else ""
        return f"<Report {self.run_id}: {counted(len(self.files), 'file')}{look}>"


def publish_report(
    notebook: Path,
    parameters: Mapping[str, object],
    target: Path,
    *,
    inputs: Sequence[Path] = (),
    lang: Lang = "en",
    kernel: Kernel | None = None,
) -> Published:
    """Run `notebook` with `parameters` and publish its report in the folder `target`.

    Parameters
    ----------
    parameters : a value for every parameter the notebook declares but `lang` and `output_dir`, which it is given:
        the report's language and the folder in which it may write files that belong to the report. Paths are absolute
        or relative to the notebook's folder, where it runs.
    inputs : files and folders the report is made from; their bytes decide with the rest whether it is the same report.
    kernel : where the caller began with it, a kernel just started in the notebook's folder; it runs one report.

    Raises
    ------
    UsageError
        If the language or a parameter is unknown, a parameter missing or of another type, or another process is
        publishing there.
    InputError
        If the notebook or an input cannot be read, or the notebook uses magics.
    ToolkitError
        What a cell of the notebook raised on purpose, as it is; nothing of the run stays.
    RenderError
        If the run failed otherwise; nothing was published, and what there is of it lies in the owner's folder
        ``runs/.failed``.
    """
    check_language(lang)
    source = read_notebook(notebook)
    _refuse(source)
    place = Shelf(target.resolve())
    values = bind_parameters(source, parameters, {"lang": lang, "output_dir": str(place.staging)})
    files = input_files(inputs)
    with open_shelf(place.target) as shelf:
        states = file_states(files)
        record = describe_run(source, values, files, lang)
        run_id = record["run_id"]
        reused = shelf.find(run_id) is not None
        if not reused:
            shelf.stage()
            with _set_aside_if_it_fails(shelf):
                found = _render(source, values, record, shelf.staging, kernel)
                if file_states(files) != states:
                    changed = "an input was changed while the report was made; run again"
                    raise RenderError(Text(changed, "生成报告期间输入文件有改动；请重新运行"))
                now = datetime.now(UTC).isoformat(timespec="seconds")
                seal({**record, **found}, shelf.staging, shelf.latest(), now)
            shelf.keep(run_id)
        shelf.show(run_id)
        return _published(shelf, run_id, reused)


@contextmanager
def _set_aside_if_it_fails(shelf: Shelf) -> Iterator[None]:
    """Turn whatever goes wrong into one line without values; what has them stays in the owner's folder.

    An error made for the user is told as it is, and nothing of the run stays: there is no more to be seen in it.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, ToolkitError) and not isinstance(error, RenderError):
            shelf.drop()
            raise
        kind = type(error).__name__
        unknown = Text(f"the report could not be made ({kind})", f"报告未能生成（{kind}）")
        cause = error.message if isinstance(error, RenderError) else unknown
        (shelf.staging / ERROR).write_text(traceback.format_exc(), "utf-8")
        kept, en, zh = shelf.set_aside(), wording(cause, "en"), wording(cause, "zh")
        told = Text(f"{en}; nothing was published, see {kept}", f"{zh}；没有发布任何内容，详见 {kept}")
        raise RenderError(told) from None


def _refuse(notebook: Notebook) -> None:
    stops = [f for f in check_notebook(notebook) if f.severity == "stop"]
    if stops:
        raise InputError([Problem(f.subject, f.message, code=f.code) for f in stops])


def _render(
    notebook: Notebook,
    values: Mapping[str, Value],
    record: Mapping[str, Any],
    staging: Path,
    started: Kernel | None,
) -> dict[str, Any]:
    """Run and write the page and its PDF into `staging`; return what the user must be told, as the manifest has it."""
    lang: Lang = record["lang"]
    write_record(record, staging)
    running = nullcontext(started) if started else started_kernel(notebook.path.parent)
    with running as kernel, _its_log(kernel, staging), ThreadPoolExecutor(1) as beside:
        prepare_run()
        for prepare in (prepare_page, prepare_pdf):
            beside.submit(prepare)  # imported while the cells run; what fails here fails again below, where it is told
        run = run_notebook(notebook, values, kernel, staging)
        kernel.finish()
        page = render_page(run, lang)
        (staging / PAGE).write_text(page, "utf-8")
        lacking = _try_pdf(page, staging / PDF)
        kernel.prove_ended()
    told = what_it_tells(run)
    figures = {name.removeprefix(FIGURE): fact for name, fact in told.items() if name.startswith(FIGURE)}
    found = {"notes": lacking, "attention": ATTENTION in told.items(), "verdict": told.get(VERDICT, "")}
    return found | ({"figures": figures} if figures else {})


@contextmanager
def _its_log(kernel: Kernel, staging: Path) -> Iterator[None]:
    """Keep what the kernel printed if anything goes wrong."""
    try:
        yield
    except BaseException:
        shutil.copyfile(kernel.log, staging / LOG)
        raise


def _try_pdf(page: str, path: Path) -> list[str]:
    try:
        render_pdf(page, path)
    except MissingToolError as error:
        return [str(error)]
    except Exception as error:  # the report is complete; a layout engine's trouble must not withhold it
        return [f"No PDF: WeasyPrint ended with {type(error).__name__}."]
    return []


def _published(shelf: Shelf, run_id: str, reused: bool) -> Published:
    names = sorted(p.name for p in (shelf.runs / run_id).iterdir())
    record, files = read_record(shelf.runs / run_id), tuple(shelf.target / n for n in names)
    notes, attention, verdict = tuple(record.get("notes", ())), bool(record.get("attention")), record.get("verdict", "")
    return Published(shelf.target / PAGE, run_id, files, reused, notes, attention, verdict, record.get("figures", {}))
