"""Running a notebook by papermill in a kernel of its own, and proving that it ran to its end.

The kernel is this interpreter, whatever kernels the user has; it talks over local sockets in a folder of the owner's
only, keeps no history, reads no profile and prints nowhere but into its log there. An error a cell raises on purpose is
raised here again as it is; of any other the cell and the type are named, never its words: they may hold pay. Starting
takes seconds, in which whoever starts it can do his own.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from typing import Any

from toolkit.core.errors import RenderError, ToolkitError
from toolkit.core.text import Text, Words
from toolkit.output.publish.notebook import Notebook
from toolkit.output.publish.notebook_parameters import Value
from toolkit.output.publish.raised import read_error
from toolkit.output.render.blocks import SENTINEL
from toolkit.output.render.html import MARK

START_SECONDS, CELL_SECONDS, END_SECONDS = 60, 900, 10
NEEDED: tuple[str, ...] = ("pandas", "matplotlib.figure", "seaborn")  # by almost every report
ENGINE, PARTIAL, SOCKETS = "incentive", "as-far-as-it-ran.ipynb", "incentive-kernel"
SOCKET_PATH = 60  # characters; a local socket's path must stay under about 100


@dataclass(frozen=True, slots=True)
class Kernel:
    """A started kernel: its manager, its process, the pipe it listens to, and what it prints."""

    manager: Any
    process: Popen[bytes]
    pipe: int
    log: Path

    def finish(self) -> None:
        """Tell it that the work is done."""
        os.write(self.pipe, b".")

    def prove_ended(self) -> None:
        """Wait until it has ended.

        Raises
        ------
        RenderError
            If it does not end, or not well: then what it wrote may be incomplete.
        """
        try:
            code = self.process.wait(END_SECONDS)
        except TimeoutExpired:
            late = Text(f"the kernel did not end within {END_SECONDS} seconds", f"内核未在 {END_SECONDS} 秒内结束")
            raise RenderError(late) from None
        if code != 0:
            raise RenderError(Text(f"the kernel ended with code {code}", f"内核以代码 {code} 结束"))

    def raised(self) -> ToolkitError | None:
        """Return the error a cell raised on purpose, None if there was none."""
        return read_error(self.log.parent)


@contextmanager
def started_kernel(cwd: Path) -> Iterator[Kernel]:
    """Start a kernel in `cwd`, whose files are the owner's only; whatever happens, it and its folder go afterwards."""
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_core.utils import run_sync

    folder = _socket_folder()
    heard, pipe = os.pipe()
    where = {"transport": "ipc", "ip": f"{folder}/s", "connection_file": f"{folder}/kernel.json"}
    manager: Any = AsyncKernelManager(kernel_spec_manager=_this_python(heard), **where)
    own = {"PYTHONHASHSEED": "0", "MPLBACKEND": "agg", "IPYTHONDIR": f"{folder}/ipython"}
    how: dict[str, Any] = {"cwd": str(cwd), "env": {**os.environ, **own}, "umask": 0o077, "pass_fds": (heard,)}
    log = Path(folder, "log")
    try:
        with open(log, "wb") as told:
            run_sync(manager.start_kernel)(**how, stdout=DEVNULL, stderr=told)
        yield Kernel(manager, manager.provisioner.process, pipe, log)
    finally:
        os.close(heard)
        os.close(pipe)
        _end(manager)
        run_sync(manager.cleanup_resources)()
        shutil.rmtree(folder, ignore_errors=True)


def _socket_folder() -> str:
    """Make a new folder for sockets, after clearing those of processes that are no more."""
    room = tempfile.gettempdir() if len(tempfile.gettempdir()) < SOCKET_PATH else "/tmp"
    for left in Path(room).glob(f"{SOCKETS}-*-*"):
        with suppress(OSError, ValueError):
            if left.stat().st_uid == os.getuid() and not _lives(int(left.name.split("-")[2])):
                shutil.rmtree(left)
    return tempfile.mkdtemp(prefix=f"{SOCKETS}-{os.getpid()}-", dir=room)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _this_python(heard: int) -> Any:
    """Return what tells a manager to start this interpreter, whatever kernels the user has installed."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    class OwnKernel(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            command = [
                sys.executable,
                "-P",
                "-m",
                "toolkit.output.publish.kernel",
                str(heard),
                "{connection_file}",
                *NEEDED,
            ]
            return KernelSpec(argv=command, language="python", display_name=kernel_name)

    return OwnKernel()


def _end(manager: Any) -> None:
    """End the kernel and what it started, if they still run."""
    process = manager.provisioner.process if manager.provisioner else None
    if process is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def prepare_run() -> None:
    """Import what `run_notebook` needs."""
    _papermill()


def run_notebook(notebook: Notebook, values: Mapping[str, Value], kernel: Kernel, folder: Path) -> Any:
    """Run all cells in `kernel` and return the notebook with its outputs; of a failed run `folder` keeps what there is.

    Raises
    ------
    ToolkitError
        What a cell raised on purpose: a file that cannot be used, a month that is not there.
    RenderError
        If a cell failed otherwise or took too long, the kernel died, or the run did not reach its end.
    """
    papermill, nbformat = _papermill()
    state: dict[str, Any] = {"at": 0, "run": None}

    def starting(cell: Any, cell_index: int) -> None:
        state["at"] = cell_index

    try:
        run = papermill.execute_notebook(
            _node(notebook, nbformat), None, dict(values), engine_name=ENGINE, kernel_name="python3", language="python",
            progress_bar=False, kernel=kernel.manager, starting=starting, state=state,
        )  # fmt: skip
        prove_complete(notebook, run)
        return run
    except Exception as error:
        meant = kernel.raised()
        if meant is not None:
            raise meant from None
        if state["run"] is not None:
            nbformat.write(state["run"], folder / PARTIAL)
        raise RenderError(_cause(notebook, error, state["at"])) from None


def what_it_tells(run: Any) -> dict[str, str]:
    """Return what the blocks of `run` tell of it: its verdict, and that somebody has to look at what was found."""
    outputs = [o for cell in run["cells"] for o in cell.get("outputs", ())]
    return {name: fact for o in outputs for name, fact in o.get("metadata", {}).get(MARK, {}).items()}


def prove_complete(notebook: Notebook, run: Any) -> None:
    """Check that every cell of `run` was executed without an error and that its last block was shown.

    Raises
    ------
    RenderError
        Naming the first cell that says otherwise; ``sys.exit(0)`` in a cell and a killed kernel are such.
    """
    code = [(n, c) for n, c in enumerate(run["cells"]) if c["cell_type"] == "code" and c["source"].strip()]
    for index, cell in code:
        number = _number(notebook, index)
        failed = next((o["ename"] for o in cell["outputs"] if o["output_type"] == "error"), None)
        if failed is not None:
            raise RenderError(_ended(failed, _where(notebook, number)))
        if cell["execution_count"] is None:
            at = _where(notebook, number)
            raise RenderError(Text(f"a step of the report was not run{at.en}", f"报告有一步没有运行{at.zh}"))
    marks = [o.get("metadata", {}).get(MARK, {}) for o in code[-1][1]["outputs"]] if code else []
    if not any(SENTINEL in mark.items() for mark in marks):
        name = notebook.path.name
        raise RenderError(Text(f"{name} did not end with its provenance block", f"{name} 没有以 provenance 区块结束"))


def _ended(kind: str, at: Text) -> Text:
    return Text(f"internal error: {kind}{at.en}", f"内部错误：{kind}{at.zh}")


def _where(notebook: Notebook, number: int) -> Text:
    """Name the cell, to those who look for a fault of the toolkit: to others a cell says nothing."""
    if not os.environ.get("INCENTIVE_DEBUG"):
        return Text("", "")
    name = notebook.path.name
    return Text(f" in cell {number} of {name}", f"（{name} 的第 {number} 个单元）")


def _papermill() -> tuple[Any, Any]:
    """Import papermill and teach it to run in a kernel of ours."""
    # jsonschema compiles a grammar for international addresses when it finds this package: a second, for nothing here.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import nbformat
    from papermill import execute
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines

    class OwnKernelEngine(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **how: Any) -> None:
            how["state"]["run"] = nb_man.nb
            times = {"startup_timeout": START_SECONDS, "iopub_timeout": START_SECONDS, "timeout": CELL_SECONDS}
            client = PapermillNotebookClient(nb_man, km=how["kernel"], on_cell_execute=how["starting"], **times)
            try:
                client.execute()
            finally:
                if client.kc is not None:
                    client.kc.stop_channels()

    papermill_engines.register(ENGINE, OwnKernelEngine)
    return execute, nbformat


def _node(notebook: Notebook, nbformat: Any) -> Any:
    """Return the cells as read and digested, without outputs, ids or whatever else the file held."""
    make = nbformat.v4
    kinds = {"code": make.new_code_cell, "markdown": make.new_markdown_cell, "raw": make.new_raw_cell}
    cells = [kinds[c.kind](c.source, id=f"cell-{c.number}", metadata={"tags": sorted(c.tags)}) for c in notebook.cells]
    return make.new_notebook(cells=cells)


def _number(notebook: Notebook, index: int) -> int:
    """Return the number, in the stored notebook, of a cell of the run, which has one more after the parameters."""
    parameters = notebook.parameters_cell()
    added = parameters is not None and index >= parameters.number
    return index if added else index + 1


def _cause(notebook: Notebook, error: Exception, at: int) -> Words:
    if isinstance(error, RenderError):
        return error.message
    kind, where = type(error).__name__, _where(notebook, _number(notebook, getattr(error, "cell_index", at)))
    if kind == "PapermillExecutionError":
        return _ended(error.ename, where)  # type: ignore[attr-defined]
    if kind == "CellTimeoutError":
        return Text(
            f"a step of the report took longer than {CELL_SECONDS} seconds{where.en}",
            f"报告有一步运行超过 {CELL_SECONDS} 秒{where.zh}",
        )
    if kind == "DeadKernelError":
        return Text(
            f"the report's process died: it was killed, or memory ran out{where.en}",
            f"生成报告的进程中断：被终止或内存不足{where.zh}",
        )
    return Text(f"the kernel did not start or could not be reached ({kind})", f"内核未能启动或无法连接（{kind}）")
