"""The process a notebook runs in: ``python -P -m toolkit.output.publish.kernel FD CONNECTION_FILE MODULE...``.

FD is the read end of a pipe only the parent can write to. A byte says the work is done: the process ends as programs
do, files closed and exit code 0. If the pipe closes without a word the parent is gone, however that came about: the
process ends at once and takes the folder of its sockets with it, which nobody else knows. An error that a cell raises
on purpose is left there for the parent (`publish.raised`).
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from toolkit.core.errors import ToolkitError
from toolkit.output.publish.raised import write_error

RARELY = (50_000, 20, 20)  # objects made, and rounds, between two searches for cycles


def main(watched: int, connection_file: str, *needed: str) -> None:
    """Serve until told to end, after importing the modules `needed` while the parent is busy itself."""
    os.set_inheritable(watched, False)
    folder = os.path.dirname(connection_file)
    serving: list[Any] = []
    threading.Thread(target=_obey, args=(watched, folder, serving), daemon=True).start()
    gc.disable()
    for name in needed:
        import_module(name)
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize(["-f", connection_file, "--HistoryManager.enabled=False"])
    app.shell.events.register("post_run_cell", lambda result: _tell(result, Path(folder)))
    serving.append(app)
    # Modules stay and a notebook leaves little in cycles: looking for it at Python's pace would be a fifth of the time.
    gc.freeze()
    gc.set_threshold(*RARELY)
    gc.enable()
    app.start()


def _tell(result: Any, folder: Path) -> None:
    """Keep an error made on purpose for the parent: its words are the user's."""
    error = getattr(result, "error_in_exec", None)
    if isinstance(error, ToolkitError):
        write_error(error, folder)


def _obey(watched: int, folder: str, serving: list[Any]) -> None:
    # Not by a shutdown message: in about one run of ten ipykernel's control thread hangs answering it.
    if os.read(watched, 1):
        loop = serving[0].io_loop
        loop.add_callback(loop.stop)
        os.read(watched, 1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
